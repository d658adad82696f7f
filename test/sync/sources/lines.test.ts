import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dossierRowTraits, toDossierRow } from '../../../src/mappers/index.js'
import { rowSource, type SourceItem } from '../../../src/sync/index.js'
import { type LineBatch, linesOf } from '../../../src/sync/sources/lines.js'
import { dossier } from '../office.js'

function fileOf(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-lines-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'lines.txt')
  writeFileSync(path, content)
  return path
}

const line = (bytes: Uint8Array, number: number) => ({ bytes, number })
const textsOf = ({ lines }: LineBatch<ReturnType<typeof line>>) =>
  lines.map(({ bytes, number }) => `${number} ${Buffer.from(bytes).toString('utf8')}`)
const numbered = (lines: readonly string[]) => lines.flatMap((line, index) => (line === '' ? [] : [`${index + 1} ${line}`]))
/** Two megabytes: some blocks of memory. */
const many = Array.from({ length: 2000 }, (_, index) => `dòng ${index} `.padEnd(1000, 'ă'))

describe('the lines of a file', () => {
  test.each([
    ['many short ones', many],
    ['one longer than what is read at a time', [...many.slice(0, 300), 'ế'.repeat(400_000), ...many.slice(0, 300)]],
    ['long ones in a row', ['a'.repeat(300_000), 'b'.repeat(2_000_000), 'c'.repeat(300_000), 'd']],
    ['ones that fill a block to the byte', ['a'.repeat((1 << 18) - 1), 'b'.repeat((1 << 18) - 1), 'c']],
  ])('are read whole and in order: %s', async (_, lines) => {
    for (const end of ['', '\n']) {
      const read: string[] = []
      for await (const batch of linesOf(fileOf(`${lines.join('\n')}${end}`), 100, line)) {
        read.push(...textsOf(batch))
        batch.release()
      }
      expect(read).toEqual(numbered(lines))
    }
  })

  test('lie in memory that is read into again once they were let go', async () => {
    const memory = new Set<ArrayBufferLike>()
    for await (const { lines, release } of linesOf(fileOf(many.join('\n')), 100, line)) {
      for (const { bytes } of lines) memory.add(bytes.buffer)
      release()
    }
    // What is being read, and what one batch of 200 kB touches.
    expect(memory.size).toBeLessThanOrEqual(3)
  })

  test('stay as they are for whoever keeps them', async () => {
    const batches: LineBatch<ReturnType<typeof line>>[] = []
    for await (const batch of linesOf(fileOf(many.join('\n')), 100, line)) batches.push(batch)
    expect(batches.flatMap(textsOf)).toEqual(numbered(many))
  })
})

test('records of a row source that nobody let go can be read when the file is at its end', async () => {
  const rows = Array.from({ length: 1500 }, (_, index) => toDossierRow(dossier(index + 1)))
  const source = rowSource({ file: fileOf(rows.map((row) => JSON.stringify(row)).join('\n')), agencyCode: '000.00.00.H99' })
  const items: SourceItem[] = []
  for await (const batch of source.changes(null, { open: async function* () {} })) items.push(...batch.items)
  const codes = items.map((item) => item.read())
  expect(codes.map((read) => read.ok && read.value.traits.localCode)).toEqual(rows.map((row) => dossierRowTraits(row).localCode))
})
