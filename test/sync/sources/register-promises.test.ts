/** A register in one file keeps the promises of a source, in each of its forms. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadDefaults, procedureLookup } from '../../../src/mappers/index.js'
import { registerSource } from '../../../src/sync/index.js'
import { sourceCases } from '../../../src/testing/index.js'
import { codeOfRow, csvOf, htmlOf, type Rows, rowOf, xlsxOf } from '../../mappers/files/made-up-register.js'
import { certifiedCopy } from '../../mappers/made-up.js'

const procedures = {
  ...procedureLookup([certifiedCopy, { ...certifiedCopy, localCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' }]),
  version: '1',
}
const forms: readonly (readonly [string, (rows: Rows) => string | Uint8Array])[] = [
  ['CSV', csvOf],
  ['HTML', htmlOf],
  ['a workbook', (rows) => xlsxOf(rows)],
]

describe.each(forms)('%s', (_, written) => {
  const world = () => {
    const folder = mkdtempSync(join(tmpdir(), 'lienthong-register-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'so')
    const rows = new Map<string, readonly string[]>()
    let next = 1
    const save = () => writeFileSync(file, written([...rows.values()]))
    const add = (count: number) => {
      for (let n = 0; n < count; n++, next++) rows.set(codeOfRow(next), rowOf(next))
      save()
      return codeOfRow(next - 1)
    }
    const put = (key: string, change: (cells: string[]) => void) => {
      const cells = [...(rows.get(key) ?? expect.unreachable(key))]
      change(cells)
      rows.set(key, cells)
      save()
    }
    add(4)
    return {
      open: () => registerSource({ file, tables: loadDefaults('file-csv'), agencyCode: '000.00.00.H99', procedures }),
      world: {
        keys: () => [...rows.keys()],
        add: () => add(1),
        addMany: (count: number) => void add(count),
        change: (key: string) =>
          put(key, (cells) => {
            cells[4] = 'Đã xử lý xong'
          }),
        remove: (key: string) => {
          rows.delete(key)
          save()
        },
        spoil: (key: string) =>
          put(key, (cells) => {
            cells[5] = `Số \uFFFD`
          }),
      },
    }
  }
  let current: ReturnType<typeof world> | undefined
  const newWorld = () => {
    current = world()
    return current.world
  }
  for (const { name, run } of sourceCases({ open: () => current?.open() ?? expect.unreachable('no world'), world: newWorld }))
    test(name, (context) => run(context), 60_000)
})
