/** An exported ledger into an empty one: all of it in one transaction, or nothing. */
import { createHash } from 'node:crypto'
import { CompiledQuery, sql, type Transaction } from 'kysely'
import type { z } from 'zod'
import { breathe, LienthongError, type Text } from '../../base/index.js'
import type { Ledger } from '../ledger.js'
import { newestVersion } from '../migrations.js'
import type { LedgerTables } from '../schema.js'
import { isPostgres } from '../sql-lists.js'
import { shardOf } from '../sync-ledger.js'
import { refuseInterrupted, type TransferOptions, type TransferReport, waitForTheDisk } from './export.js'
import { type EndLine, endLine, FORMAT_VERSION, headerLine, readRow, SEAL, type SqlValue, tableLine } from './format.js'
import { damaged, type Line, lastLine, linesOf } from './lines.js'
import { staysAtHome, type TransferTable, transferTables } from './tables.js'

type Target = Pick<Ledger, 'write' | 'vault' | 'shards' | 'place'>

/** Rows of one statement; the largest table has 25 columns, and SQLite takes 32,766 values. */
const TOGETHER = 500
const TOGETHER_BYTES = 8_000_000

/**
 * Reads what {@link exportLedger} wrote into a ledger that holds nothing yet. Codes, marks of requests under way and the numbers of
 * operations and runs stay as they were; which shard a dossier belongs to follows from the new ledger.
 *
 * @throws {LienthongError} `ledger.export_damaged`, `ledger.export_version`, `ledger.key_wrong`, `ledger.not_empty`,
 * `ledger.transfer_interrupted`: nothing was written.
 */
export async function importLedger(ledger: Target, file: string, options: TransferOptions = {}): Promise<TransferReport> {
  // Most files that are not whole are found out here, before anything is begun.
  const announced = parsed(endLine, json(file, undefined, await lastLine(file)), () => damaged(file, undefined, says.noEnd))
  return ledger.write(async (tx) => {
    if (isPostgres(tx)) await waitForTheDisk(tx)
    return importLines(ledger, tx, file, announced, options)
  })
}

async function importLines(
  ledger: Target,
  tx: Transaction<LedgerTables>,
  file: string,
  announced: EndLine,
  { signal, onProgress }: TransferOptions,
): Promise<TransferReport> {
  const hash = createHash('sha256')
  const total = Object.values(announced.end).reduce((sum, count) => sum + count, 0)
  const rows: Record<string, number> = {}
  let done = 0
  let writing: TableWriter | undefined
  let end: EndLine | undefined
  for await (const line of linesOf(file)) {
    const { number, bytes } = line
    const value = json(file, number, bytes.toString('utf8'))
    if (end !== undefined) throw damaged(file, number, says.afterEnd)
    if (number === 1) {
      checkHeader(ledger, file, value)
      await refuseFilled(ledger, tx)
    } else if (Array.isArray(value)) {
      if (writing === undefined) throw damaged(file, number, says.noTable)
      await writing.add(line, value)
      done += 1
      if (done % TOGETHER === 0) {
        refuseInterrupted(signal)
        onProgress?.(writing.table.name, done, total)
        await breathe()
      }
    } else {
      if (writing !== undefined) rows[writing.table.name] = await writing.finish()
      writing = undefined
      end = endLine.safeParse(value).data
      if (end !== undefined) continue
      writing = tableWriter(ledger, tx, file, tableOf(file, number, value, rows))
    }
    hash.update(bytes).update('\n')
  }
  refuseInterrupted(signal)
  if (end === undefined) throw damaged(file, undefined, says.noEnd)
  for (const { name } of transferTables) {
    if (rows[name] !== end.end[name])
      throw damaged(file, undefined, {
        en: `${rows[name] ?? 0} rows of ${name} instead of ${end.end[name] ?? 0}`,
        vi: `bảng ${name} có ${rows[name] ?? 0} dòng, lẽ ra ${end.end[name] ?? 0}`,
      })
  }
  if (ledger.vault.digest(SEAL, hash.digest('hex')) !== end.seal) throw damaged(file, undefined, says.changed)
  if (isPostgres(tx)) await settleServer(tx)
  return { rows, total: done }
}

function checkHeader({ vault, place }: Target, file: string, value: unknown): void {
  const header = parsed(headerLine, value, () => damaged(file, 1, says.notOurs))
  if (header.keyId !== vault.keyId) throw new LienthongError('ledger.key_wrong', { hop: 'ledger', values: { path: file } })
  if (header.schema === newestVersion && header.version === FORMAT_VERSION) return
  const values = { path: file, found: header.schema, format: header.version, known: newestVersion, knownFormat: FORMAT_VERSION, ledger: place }
  throw new LienthongError('ledger.export_version', { hop: 'ledger', values })
}

/** What was sent under one ledger must not be mixed with what was sent under another. */
async function refuseFilled({ place }: Target, tx: Transaction<LedgerTables>): Promise<void> {
  for (const { name } of transferTables) {
    const { rows } = await sql<{ name?: string }>`select * from ${sql.table(name)} limit ${sql.lit(name === 'meta' ? 1000 : 1)}`.execute(tx)
    const found = name === 'meta' ? rows.filter((row) => !staysAtHome(row.name ?? '')) : rows
    if (found.length > 0) throw new LienthongError('ledger.not_empty', { hop: 'ledger', values: { path: place, table: name } })
  }
}

function tableOf(file: string, number: number, value: unknown, before: Readonly<Record<string, number>>): TransferTable {
  const { table: name, columns } = parsed(tableLine, value, () => damaged(file, number, says.notOurs))
  const table = transferTables.find((one) => one.name === name)
  if (table === undefined || before[name] !== undefined || columns.join() !== table.columns.join())
    throw damaged(file, number, {
      en: `table ${name} stands twice, is unknown, or has other columns`,
      vi: `bảng ${name} bị lặp, không có trong sổ hoặc khác cột`,
    })
  return table
}

interface TableWriter {
  readonly table: TransferTable
  add(line: Line, value: unknown): Promise<void>
  /** @returns how many rows there were. */
  finish(): Promise<number>
}

function tableWriter(ledger: Target, tx: Transaction<LedgerTables>, file: string, table: TransferTable): TableWriter {
  const statement = insertInto(tx, table)
  const [source, sourceId] = [table.columns.indexOf('source'), table.columns.indexOf('source_id')]
  let waiting: SqlValue[][] = []
  let bytes = 0
  let first = 0
  let count = 0
  const flush = async (last: number) => {
    if (waiting.length === 0) return
    const rows = waiting
    waiting = []
    bytes = 0
    try {
      await tx.executeQuery(CompiledQuery.raw(statement(rows.length), rows.flat()))
    } catch (error) {
      if (!isOfTheRows(error)) throw error
      throw damaged(file, `${first}–${last}`, says.doNotFit, error)
    }
  }
  let last = 0
  return {
    table,
    async add(line, value) {
      const row = readRow(value, table)
      if (!Array.isArray(row)) throw damaged(file, line.number, row)
      if (table.name === 'meta' && staysAtHome(String(row[0]))) throw damaged(file, line.number, says.noNote)
      if (table.name === 'dossiers') row.push(shardOf(String(row[source]), String(row[sourceId]), ledger.shards))
      if (waiting.length === 0) first = line.number
      waiting.push(row)
      bytes += line.bytes.length
      count += 1
      last = line.number
      if (waiting.length >= TOGETHER || bytes >= TOGETHER_BYTES) await flush(last)
    },
    async finish() {
      await flush(last)
      return count
    },
  }
}

/** Texts of the statement by the number of rows: nearly all have the same. */
function insertInto(tx: Transaction<LedgerTables>, { name, columns, numbered }: TransferTable): (rows: number) => string {
  const onServer = isPostgres(tx)
  const names = name === 'dossiers' ? [...columns, 'shard'] : columns
  const head = `insert into ${name} (${names.map((column) => `"${column}"`).join(', ')})${onServer && numbered ? ' overriding system value' : ''} values `
  const texts = new Map<number, string>()
  return (rows) => {
    let text = texts.get(rows)
    if (text === undefined) {
      const place = (row: number, column: number) => (onServer ? `$${row * names.length + column + 1}` : '?')
      text = head + Array.from({ length: rows }, (_, row) => `(${names.map((_name, column) => place(row, column)).join(', ')})`).join(', ')
      texts.set(rows, text)
    }
    return text
  }
}

/** Numbers go on behind those that came, and the planner knows at once how much there is. SQLite numbers behind the largest by itself. */
async function settleServer(tx: Transaction<LedgerTables>): Promise<void> {
  for (const { name, numbered } of transferTables) {
    if (numbered)
      await sql`select setval(pg_get_serial_sequence(${name}, 'id'), largest) from (select max(id) as largest from ${sql.table(name)}) as them
        where largest is not null`.execute(tx)
    await sql`analyze ${sql.table(name)}`.execute(tx)
  }
}

/** A database says that rows contradict each other or their columns. SQLite: too big, constraint, mismatch. PostgreSQL: classes 22 and 23. */
function isOfTheRows(error: unknown): boolean {
  const { errcode, code, severity } = error instanceof Error ? (error as { errcode?: number; code?: string; severity?: string }) : {}
  if (errcode !== undefined) return [18, 19, 20].includes(errcode & 0xff)
  return severity !== undefined && code !== undefined && /^2[23]/.test(code)
}

function json(file: string, line: number | undefined, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw damaged(file, line, says.noJson)
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, otherwise: () => LienthongError): z.output<Schema> {
  const result = schema.safeParse(value)
  if (!result.success) throw otherwise()
  return result.data
}

const says = {
  noJson: { en: 'no JSON', vi: 'không phải JSON' },
  notOurs: { en: 'no line of an exported ledger', vi: 'không phải dòng của một sổ đã xuất' },
  noEnd: { en: 'it is not the line that ends an export: the file is cut', vi: 'không phải dòng kết thúc của tệp xuất: tệp bị cắt' },
  afterEnd: { en: 'it stands behind the end', vi: 'dòng nằm sau phần kết thúc' },
  noTable: { en: 'a row that belongs to no table', vi: 'dòng không thuộc bảng nào' },
  noNote: { en: 'a note that belongs to another ledger', vi: 'ghi chú thuộc sổ khác' },
  doNotFit: { en: 'these rows contradict each other, or stand there twice', vi: 'các dòng này mâu thuẫn nhau hoặc bị lặp' },
  changed: { en: 'the seal does not fit: the file was changed after it was written', vi: 'niêm phong không khớp: tệp đã bị sửa sau khi xuất' },
} satisfies Record<string, Text>
