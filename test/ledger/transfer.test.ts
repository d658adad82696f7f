import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { exportLedger, importLedger, type Ledger, newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { tablesAtHome, transferTables } from '../../src/ledger/transfer/tables.js'
import { card, codeOf, key, openOffice, steps, TENANT } from '../sync/office.js'
import { cards, emptyFolder, fault, rowsOf, workedOffice } from './transfer-office.js'

let folder: string
let file: string
beforeEach(() => {
  folder = emptyFolder()
  file = join(folder, 'ledger.ndjson')
})

async function newLedger(otherKey = key): Promise<Ledger> {
  const ledger = await openLedger({ url: 'sqlite::memory:', key: otherKey, access: 'write' })
  onTestFinished(() => ledger.close())
  return ledger
}

async function exported(): Promise<readonly string[]> {
  const { ledger } = await workedOffice('sqlite::memory:')
  await exportLedger(ledger, file)
  return readFileSync(file, 'utf8').split('\n')
}

/** Tries to import other lines, and looks that nothing was written. */
async function refusal(lines: readonly string[], into?: Ledger): Promise<unknown> {
  writeFileSync(file, lines.join('\n'))
  const ledger = into ?? (await newLedger())
  const error = await importLedger(ledger, file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  for (const { name } of transferTables) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(ledger.db)
    expect([name, rows[0]?.count]).toEqual([name, name === 'meta' ? 2 : 0])
  }
  return error
}

describe('what travels', () => {
  test('is every table with every column: a new one is exported or said to stay at home', async () => {
    const ledger = await newLedger()
    const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`.execute(ledger.db)
    expect([...transferTables.map(({ name }) => name), ...tablesAtHome].sort()).toEqual(rows.map(({ name }) => name).sort())
    for (const { name, columns, key: keyed, kinds } of transferTables) {
      const told = await sql<{ name: string; pk: number; notnull: number }>`select name, pk, "notnull" from pragma_table_info(${name})`.execute(
        ledger.db,
      )
      expect([name, ...columns].sort()).toEqual([name, ...told.rows.map((column) => column.name).filter((column) => column !== 'shard')].sort())
      expect(keyed).toEqual(
        told.rows
          .filter(({ pk }) => pk > 0)
          .sort((a, b) => a.pk - b.pk)
          .map((column) => column.name),
      )
      const optional = (column: string) => told.rows.some((one) => one.name === column && one.notnull === 0 && one.pk === 0)
      expect([name, columns.filter((_column, index) => kinds[index]?.endsWith('?'))]).toEqual([name, columns.filter(optional)])
    }
  })

  test('has rows of every table in this test', async () => {
    const { ledger } = await workedOffice('sqlite::memory:')
    const { rows, total } = await exportLedger(ledger, file)
    expect(Object.entries(rows).filter(([, count]) => count === 0)).toEqual([])
    expect(rows.catalogue_entries).toBe(1203)
    expect(total).toBe(Object.values(rows).reduce((sum, count) => sum + count, 0))
  })

  test('is sealed as in the ledger: no text of a dossier, no key, no note of the moment', async () => {
    const text = (await exported()).join('\n')
    expect(text).toContain('"format":"lienthong-ledger"')
    expect(text).toContain(`refused/${TENANT}/somewhere-else`)
    for (const hidden of ['bản 1', 'Nguyễn', 'rest/', Buffer.from(key).toString('base64')]) expect(text).not.toContain(hidden)
  })

  test('belongs to its owner alone, and stands under its name only when it is whole', async () => {
    await exported()
    if (process.platform !== 'win32') expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
    expect(readdirSync(folder)).toEqual(['ledger.ndjson'])
  })
})

describe('an imported ledger', () => {
  test('says what the first one says, row by row', async () => {
    await exported()
    const second = await newLedger()
    await importLedger(second, file)
    const again = join(folder, 'again.ndjson')
    await exportLedger(second, again)
    expect(rowsOf(again)).toEqual(rowsOf(file))
  })

  test('sends nothing that was sent, goes on with what waits, and numbers behind what came', async () => {
    await exported()
    const url = `sqlite:${join(folder, 'second.db')}`
    const second = await openLedger({ url, key, access: 'write' })
    await importLedger(second, file)
    const before = await second.db.selectFrom('operations').select('id').execute()
    await second.close()

    const { run, portal, clock, ledger, cards: index } = await openOffice({ url, cards, fault, sync: { settings: { patienceMs: 0 } } })
    await run()
    expect(portal.calls).toEqual([])
    clock.advance(3_600_000)
    portal.fault = () => undefined
    index.cards = [...cards, card(8, { steps: steps(2) })]
    await run()
    expect([...portal.books.keys()].sort()).toEqual([codeOf(6), codeOf(8)])
    const journal = await ledger.db.selectFrom('journal').select('id').execute()
    expect(new Set(journal.map(({ id }) => id)).size).toBe(journal.length)
    expect(before.length).toBeGreaterThan(0)
  })
})

describe('what is refused, with nothing written', () => {
  test('a truncated file, wherever it was cut', async () => {
    const lines = await exported()
    for (const keep of [0, 1, 2, 30, lines.length - 2]) {
      expect(await refusal([...lines.slice(0, keep), ''])).toMatchObject({ code: 'ledger.export_damaged' })
    }
    expect(await refusal([...lines.slice(0, 40), lines[40]?.slice(0, 10) ?? ''])).toMatchObject({ code: 'ledger.export_damaged' })
  })

  test('a row that is missing, stands there twice, was changed, or is none: the line is named', async () => {
    const lines = await exported()
    const at = lines.findIndex((line) => line.includes(codeOf(2)))
    expect(await refusal(lines.toSpliced(at, 1))).toMatchObject({ code: 'ledger.export_damaged' })
    expect(await refusal(lines.toSpliced(at, 0, lines[at] ?? ''))).toMatchObject({
      code: 'ledger.export_damaged',
      values: { line: expect.stringMatching(/^\d+–\d+$/) },
    })
    expect(await refusal(lines.with(at, (lines[at] ?? '').replace('"present"', '"absent"')))).toMatchObject({ code: 'ledger.export_damaged' })
    expect(await refusal(lines.with(at, '[1]'))).toMatchObject({ code: 'ledger.export_damaged', values: { line: String(at + 1) } })
    expect(await refusal(lines.with(at, 'nonsense'))).toMatchObject({ code: 'ledger.export_damaged', values: { line: String(at + 1) } })
    expect(await refusal(lines.with(at, (lines[at] ?? '').replace('"uid-2"', '2')))).toMatchObject({ values: { line: String(at + 1) } })
  })

  test('counts that were corrected to fit do not help: the seal does not', async () => {
    const lines = await exported()
    const at = lines.findIndex((line) => line.includes(codeOf(2)) && line.includes('confirmed'))
    const changed = lines.with(at, (lines[at] ?? '').replace('"confirmed"', '"pending"'))
    expect(changed[at]).not.toBe(lines[at])
    expect(await refusal(changed)).toMatchObject({ code: 'ledger.export_damaged', text: { en: expect.stringContaining('seal') } })
  })

  test('the export of another key, of newer tables, of an older format', async () => {
    const lines = await exported()
    const otherKey = parseLedgerKey(newLedgerKey()) as Uint8Array
    expect(await refusal(lines, await newLedger(otherKey))).toMatchObject({ code: 'ledger.key_wrong' })
    const first = JSON.parse(lines[0] ?? '') as Record<string, unknown>
    expect(await refusal(lines.with(0, JSON.stringify({ ...first, schema: 99 })))).toMatchObject({
      code: 'ledger.export_version',
      values: { found: 99 },
    })
    expect(await refusal(lines.with(0, JSON.stringify({ ...first, version: 0 })))).toMatchObject({ code: 'ledger.export_version' })
    expect(await refusal(lines.with(0, '{"schema":1}'))).toMatchObject({ code: 'ledger.export_damaged', values: { line: '1' } })
  })

  test('a ledger that holds something, and a file that is not there', async () => {
    await exported()
    const { ledger } = await openOffice({ cards: [card(1)] })
    await ledger.keepNote('loaded/x/y', '1')
    await expect(importLedger(ledger, file)).rejects.toMatchObject({ code: 'ledger.not_empty', values: { table: 'meta' } })
    await expect(importLedger(ledger, join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'config.file_unreadable' })
  })

  test('an export to a file that exists, or into a folder that does not: both stay as they are', async () => {
    const { ledger } = await openOffice()
    writeFileSync(file, 'mine')
    await expect(exportLedger(ledger, file)).rejects.toMatchObject({ code: 'usage.invalid' })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    await expect(exportLedger(ledger, join(folder, 'nowhere', 'x'))).rejects.toMatchObject({ code: 'usage.invalid' })
    expect(readdirSync(folder)).toEqual(['ledger.ndjson'])
  })

  test('an interrupted export leaves no file, an interrupted import no row', async () => {
    await exported()
    const stop = new AbortController()
    const second = await newLedger()
    await expect(importLedger(second, file, { signal: stop.signal, onProgress: () => stop.abort() })).rejects.toMatchObject({
      code: 'ledger.transfer_interrupted',
    })
    expect(await second.db.selectFrom('dossiers').selectAll().execute()).toEqual([])
    const { ledger } = await openOffice()
    await expect(exportLedger(ledger, join(folder, 'other'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ledger.transfer_interrupted',
    })
    expect(existsSync(join(folder, 'other'))).toBe(false)
  })
})
