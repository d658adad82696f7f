/** A ledger into a file, page by page: memory does not grow with the number of rows. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { sql, type Transaction } from 'kysely'
import { breathe, LienthongError } from '../../base/index.js'
import { instant, isoInstant } from '../../domain/index.js'
import type { SqlLedger } from '../ledger.js'
import { newestVersion } from '../migrations.js'
import { OWNER_ONLY } from '../private-file.js'
import type { LedgerTables } from '../schema.js'
import { isPostgres } from '../sql-lists.js'
import { type EndLine, FORMAT, FORMAT_VERSION, type HeaderLine, SEAL, writeRow } from './format.js'
import { staysAtHome, type TransferTable, transferTables } from './tables.js'

export interface TransferOptions {
  readonly signal?: AbortSignal
  /** @param total rows in all. */
  readonly onProgress?: (table: string, done: number, total: number) => void
}

export interface TransferReport {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
  readonly total: number
}

/** Rows of one page: what is held in memory at a time. */
const PAGE = 500

type Transferable = Pick<SqlLedger, 'write' | 'vault' | 'clock'>

/**
 * Writes everything that a ledger remembers to a file that only its owner can read. The ledger is open for writing, so that nobody else
 * changes it meanwhile and sends what the copy does not know of.
 *
 * @throws {LienthongError} `usage.invalid` when the file exists or cannot be written, `ledger.transfer_interrupted`.
 */
export async function exportLedger(ledger: Transferable, file: string, options: TransferOptions = {}): Promise<TransferReport> {
  refuseExisting(file)
  // Beside its name until it is whole: whoever finds the name finds all of it.
  const part = `${file}.${process.pid}.part`
  const handle = await open(part, 'wx', OWNER_ONLY).catch((cause) => refuseFile(file, cause))
  try {
    const report = await ledger.write((tx) => exportTables(ledger, tx, sealedFile(handle, file), options))
    await handle.sync().catch((cause) => refuseFile(file, cause))
    await handle.close()
    refuseExisting(file)
    await rename(part, file).catch((cause) => refuseFile(file, cause))
    return report
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(part, { force: true })
    throw error
  }
}

async function exportTables(
  { vault, clock }: Transferable,
  tx: Transaction<LedgerTables>,
  out: SealedFile,
  { signal, onProgress }: TransferOptions,
): Promise<TransferReport> {
  if (isPostgres(tx)) await waitForTheDisk(tx)
  const total = await countRows(tx)
  const header: HeaderLine = {
    format: FORMAT,
    version: FORMAT_VERSION,
    schema: newestVersion,
    keyId: vault.keyId,
    exportedAt: isoInstant(instant(clock.now())),
    from: isPostgres(tx) ? 'postgres' : 'sqlite',
  }
  await out.write(`${JSON.stringify(header)}\n`)
  const rows: Record<string, number> = {}
  let done = 0
  for (const table of transferTables) {
    refuseInterrupted(signal)
    await out.write(`${JSON.stringify({ table: table.name, columns: table.columns })}\n`)
    rows[table.name] = 0
    for await (const page of pagesOf(tx, table)) {
      refuseInterrupted(signal)
      await out.write(page.map((row) => `${writeRow(row, table)}\n`).join(''))
      rows[table.name] = (rows[table.name] ?? 0) + page.length
      done += page.length
      onProgress?.(table.name, done, total)
      await breathe()
    }
  }
  const end: EndLine = { end: rows, seal: vault.digest(SEAL, out.digest()) }
  await out.write(`${JSON.stringify(end)}\n`)
  return { rows, total: done }
}

/** One page after another, each behind the last key of the one before: the thousandth costs as much as the first. */
async function* pagesOf(
  tx: Transaction<LedgerTables>,
  { name, key, columns }: TransferTable,
): AsyncGenerator<readonly Readonly<Record<string, unknown>>[]> {
  const list = (names: readonly string[]) => sql.join(names.map((column) => sql.ref(column)))
  let last: readonly unknown[] | undefined
  while (true) {
    const behind = last === undefined ? sql`` : sql`where (${list(key)}) > (${sql.join([...last])})`
    const { rows } = await sql<Record<string, unknown>>`select ${list(columns)} from ${sql.table(name)} ${behind}
      order by ${list(key)} limit ${sql.lit(PAGE)}`.execute(tx)
    const travelling = name === 'meta' ? rows.filter((row) => !staysAtHome(String(row.name))) : rows
    if (travelling.length > 0) yield travelling
    const end = rows.at(-1)
    if (rows.length < PAGE || end === undefined) return
    last = key.map((column) => end[column])
  }
}

async function countRows(tx: Transaction<LedgerTables>): Promise<number> {
  let total = 0
  for (const { name } of transferTables) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(tx)
    total += Number(rows[0]?.count ?? 0)
  }
  return total
}

interface SealedFile {
  write(text: string): Promise<void>
  /** Of everything written so far. */
  digest(): string
}

function sealedFile(handle: FileHandle, file: string): SealedFile {
  const hash = createHash('sha256')
  return {
    async write(text) {
      const bytes = Buffer.from(text)
      hash.update(bytes)
      await handle.writeFile(bytes).catch((cause) => refuseFile(file, cause))
    },
    digest: () => hash.copy().digest('hex'),
  }
}

/** A transaction that lasts as long as a file is long: the limits for ordinary ones do not apply. */
export async function waitForTheDisk(tx: Transaction<LedgerTables>): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx)
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx)
}

/** @throws {LienthongError} `ledger.transfer_interrupted`. */
export function refuseInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LienthongError('ledger.transfer_interrupted')
}

function refuseExisting(file: string): void {
  if (!existsSync(file)) return
  const problem = {
    en: `${file} exists already and is left as it is; name a file that does not exist`,
    vi: `${file} đã tồn tại và được giữ nguyên; hãy chọn tên tệp chưa có`,
  }
  throw new LienthongError('usage.invalid', { values: { problem } })
}

function refuseFile(file: string, cause: unknown): never {
  const said = cause instanceof Error ? cause.message : String(cause)
  const problem = { en: `${file} cannot be written: ${said}`, vi: `không ghi được ${file}: ${said}` }
  throw new LienthongError('usage.invalid', { values: { problem }, cause })
}
