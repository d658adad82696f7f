import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toDossierRow } from '../../src/mappers/index.js'
import { rowSource } from '../../src/sync/index.js'
import { codeOf, dossier } from '../sync/office.js'
import { agencyCode, deskWith, fileOf } from './desk.js'

const line = (n: number, changes: Parameters<typeof dossier>[1] = {}) => JSON.stringify(toDossierRow(dossier(n, changes)))

async function deskReading(content: string | Uint8Array) {
  const file = fileOf('rows.ndjson', content)
  return { file, ...(await deskWith(rowSource({ file, agencyCode }))) }
}

test('lines of blanks only are no lines', async () => {
  const { run, said } = await deskReading(`\n${line(1)}\n   \n\t \r\n${line(2)}\n  `)
  const report = await run()
  expect(report).toMatchObject({ outcome: 'done', runs: [{ seen: 2, created: 2 }] })
  expect(await said(report)).toEqual([])
})

describe('one bad line', () => {
  test.each([
    ['cut in the middle', line(2).slice(0, 40), 'line.no-json', 'rows.ndjson, line 2'],
    ['with a misspelt field', '{"localCode":"000.00.12.H99-261122-0002","ngayNhan":"x"}', 'row.unreadable', 'ngayNhan'],
    ['without any code', JSON.stringify({ procedureCode: '1.001612' }), 'row.unreadable', 'localCode'],
    ['with a time of nowhere', line(2).replace(/"receivedAt":"[^"]*"/, '"receivedAt":"hôm qua"'), 'row.unreadable', 'receivedAt'],
    ['in UTF-16', Buffer.from(line(2), 'utf16le'), 'line.no-json', 'rows.ndjson, line 2'],
  ])('%s: one failure with its place, the others go on, and the corrected file heals it', async (_, bad, cause, place) => {
    const file = Buffer.concat([Buffer.from(`${line(1)}\n`), Buffer.from(bad), Buffer.from(`\n${line(3)}\n`)])
    const { file: path, run, said } = await deskReading(file)
    const report = await run()
    expect(report).toMatchObject({ outcome: 'done', failing: 1, runs: [{ seen: 3, created: 2, failed: 1 }] })
    expect(await said(report)).toMatchObject([{ cause, place: expect.stringContaining(place) }])
    expect(await run()).toMatchObject({ runs: [{ unchanged: 3 }] })
    writeFileSync(path, `${line(1)}\n${line(2)}\n${line(3)}\n`)
    const healed = await run()
    expect(healed).toMatchObject({ outcome: 'done', failing: 0, runs: [{ created: 1, unchanged: 2 }] })
    expect(await said(healed)).toEqual([])
  })
})

test('a file that is not there, or is a folder, is one error and no empty source', async () => {
  const { file, run, said, ledger, portal } = await deskReading(`${line(1)}\n`)
  await run()
  for (const path of [`${file}.gone`, file.slice(0, file.lastIndexOf('/'))]) {
    const gone = await deskWith(rowSource({ file: path, agencyCode }), { ledger })
    const report = await gone.run()
    expect(report).toMatchObject({ outcome: 'incomplete', failing: 0, runs: [{ seen: 0 }] })
    expect(await said(report)).toMatchObject([{ cause: 'source.file_unreadable', text: { en: expect.stringContaining(path) } }])
  }
  expect(await run()).toMatchObject({ outcome: 'done', runs: [{ unchanged: 1 }] })
  expect([...portal.books.keys()]).toEqual([codeOf(1)])
})
