/** Dossiers of a register kept as CSV, read whole each pass. contracts/provincial-sources.md §10 */
import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { type Finding, isLienthongError, LienthongError, type Mapped, notesFor, redact } from '../../base/index.js'
import {
  type CodeTables,
  fileRules,
  fromPaymentRow,
  fromRegisterRow,
  type ProcedureLookup,
  type RegisterContext,
  type RegisterRow,
  readPayments,
  readRegister,
  registerTraits,
  type Transaction,
} from '../../mappers/index.js'
import type { DossierSource, SourceBatch, SourceItem, SourceReading } from '../ports.js'
import { repeatFinder } from './repeated.js'

export interface RegisterSourceOptions {
  readonly file: string
  /** A companion list of payments. */
  readonly payments?: string
  readonly tables: CodeTables
  readonly agencyCode: string | readonly string[]
  /** Registers carry names of procedures, not codes. */
  readonly procedures: ProcedureLookup & { readonly version: string }
}

const MAPPER = 'register/2'
const BATCH = 1000

/** Without these columns no row could be sent; a register that lost one has had its headings changed. */
const NEEDED = [
  { fields: ['status'], heading: 'Trạng thái' },
  { fields: ['receivedAt'], heading: 'Ngày nhận' },
  { fields: ['procedureName', 'procedureCode'], heading: 'Tên thủ tục hành chính' },
] as const

/** Rows that carry one dossier number. */
interface Repetition {
  readonly rows: number[]
  /** Digests of what they say. */
  readonly contents: Set<string>
}

/** One dossier's rows of the payment list. */
interface Payments {
  readonly transactions: readonly Transaction[]
  /** What is wrong with rows that had to be left out. */
  readonly findings: readonly Finding[]
}

const NO_PAYMENTS: Payments = { transactions: [], findings: [] }

export function registerSource(options: RegisterSourceOptions): DossierSource {
  const { file, tables, agencyCode, procedures } = options
  const name = basename(file)

  const item = (row: RegisterRow, payments: Payments | undefined): SourceItem => {
    const transactions = payments?.transactions
    const context: RegisterContext = {
      tables,
      file: name,
      procedures,
      provinceAgencyCode: agencyCode,
      ...(transactions === undefined ? {} : { transactions }),
    }
    return {
      bytes: contentOf(row) + (transactions === undefined ? '' : JSON.stringify(transactions.map(({ row: _row, ...transaction }) => transaction))),
      place: `${name}, row ${row.row}`,
      read(): Mapped<SourceReading> {
        const read = fromRegisterRow(row, context)
        if (!read.ok) return read
        const mapped = { ...read, findings: [...read.findings, ...(payments?.findings ?? [])] }
        return { ok: true, findings: [], value: { key: mapped.value.sourceId, traits: registerTraits(row, context), map: async () => mapped } }
      },
    }
  }

  /** Stands for rows that repeat a number: the one message about them. */
  const repeatedItem = (row: RegisterRow, { rows, contents }: Repetition): SourceItem => {
    const note = notesFor(fileRules)
    const differ = contents.size > 1
    note.add(differ ? 'row.contradicted' : 'row.repeated', '', { file: name, rows: rows.join(', ') })
    const unusable = { ok: false, findings: note.findings } as const
    const key = row.cells.localCode ?? ''
    return {
      bytes: JSON.stringify(['repeated', key, rows, [...contents]]),
      place: `${name}, rows ${rows.join(', ')}`,
      // Which of the contents is right nobody knows, so the dossier itself fails; an exact copy fails beside it.
      read: () =>
        differ
          ? { ok: true, findings: [], value: { key, traits: registerTraits(row, { tables, procedures }), map: async () => unusable } }
          : unusable,
    }
  }

  const rowsOf = async () => {
    const table = await readRegister(streamOf(file), { tables, file: name })
    const missing = NEEDED.filter(({ fields }) => !fields.some((field) => table.fields.includes(field)))
    if (missing.length > 0) throw columnsMissing(name, missing, table.unknownColumns)
    return table.rows
  }

  return {
    epoch: [MAPPER, tables.version, procedures.version, agencyCode].join('|'),
    async *changes(_cursor, { signal }): AsyncGenerator<SourceBatch> {
      const paid = options.payments === undefined ? undefined : await paymentsIn(options.payments, tables)
      const repeated = await repetitionsIn(rowsOf, statSync(file, { throwIfNoEntry: false })?.size ?? 0, signal)
      let items: SourceItem[] = []
      try {
        for await (const row of await rowsOf()) {
          if (signal?.aborted) throw new LienthongError('transport.aborted', { system: 'file' })
          const code = row.damaged ? undefined : row.cells.localCode
          const payments = paid === undefined || code === undefined ? undefined : (paid.get(code) ?? NO_PAYMENTS)
          const repetition = code === undefined ? undefined : repeated.get(code)
          if (repetition === undefined || (repetition.contents.size === 1 && row.row === repetition.rows[0])) items.push(item(row, payments))
          if (repetition !== undefined && row.row === repetition.rows[0]) items.push(repeatedItem(row, repetition))
          if (items.length >= BATCH) {
            yield { items, cursor: null, end: 'more' }
            items = []
          }
        }
      } catch (error) {
        // What stands above the place where the file breaks off is good.
        if (items.length > 0 && isLienthongError(error) && error.code === 'source.format') yield { items, cursor: null, end: 'more' }
        throw error
      }
      yield { items, cursor: null, end: 'complete' }
    },
  }
}

/** What decides whether a row changed: its cells under their meaning. Running numbers shift with every new row above. */
function contentOf({ cells, damaged }: RegisterRow): string {
  const { 'row-number': number, ...told } = cells
  return JSON.stringify(cells.localCode === undefined || damaged ? [number, told] : told)
}

/** Reads the register once, and once more when a number seems to come twice: a file is never held in memory. */
async function repetitionsIn(
  rowsOf: () => Promise<AsyncIterable<RegisterRow>>,
  fileBytes: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Repetition>> {
  const finder = repeatFinder(fileBytes)
  for await (const { cells } of readable(await rowsOf(), signal)) if (cells.localCode !== undefined) finder.note(cells.localCode)
  const found = new Map<string, Repetition>()
  if (finder.suspects.size === 0) return found
  for await (const row of readable(await rowsOf(), signal)) {
    const code = row.cells.localCode
    if (code === undefined || !finder.suspects.has(code)) continue
    const { rows, contents } = found.get(code) ?? { rows: [], contents: new Set<string>() }
    rows.push(row.row)
    contents.add(createHash('sha256').update(contentOf(row)).digest('base64url'))
    found.set(code, { rows, contents })
  }
  for (const [code, { rows }] of found) if (rows.length < 2) found.delete(code)
  return found
}

/** The rows down to where the file breaks off; the reading that counts says so. */
async function* readable(rows: AsyncIterable<RegisterRow>, signal: AbortSignal | undefined): AsyncGenerator<RegisterRow> {
  try {
    for await (const row of rows) {
      if (signal?.aborted) return
      if (!row.damaged) yield row
    }
  } catch (error) {
    if (!isLienthongError(error) || error.code !== 'source.format') throw error
  }
}

function columnsMissing(place: string, missing: readonly { readonly heading: string }[], unknown: readonly string[]): LienthongError {
  const headings = missing.map(({ heading }) => `“${heading}”`).join(', ')
  // A heading is a few words; anything longer is none and might be personal.
  const others = unknown.map((heading) => `“${heading.trim().length <= 40 ? redact(heading.trim()) : '…'}”`).join(', ') || '–'
  const problem = {
    en: `no column holds ${headings}; headings nobody knows: ${others}. Name them in \`columns\` of the code tables, or restore the headings`,
    vi: `thiếu cột ${headings}; tiêu đề chưa biết: ${others}. Khai trong \`columns\` của bảng mã, hoặc khôi phục tiêu đề`,
  }
  return new LienthongError('source.format', { values: { place, problem } })
}

async function* streamOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new LienthongError('source.file_unreadable', {
      values: { path: file, problem: cause instanceof Error ? cause.message : String(cause) },
      cause,
    })
  }
}

async function paymentsIn(file: string, tables: CodeTables): Promise<ReadonlyMap<string, Payments>> {
  const list = await readPayments(streamOf(file), basename(file))
  const byCode = new Map<string, { readonly transactions: Transaction[]; readonly findings: Finding[] }>()
  for await (const row of list.rows) {
    const code = row.cells.dossierCode
    if (code === undefined) continue
    const mapped = fromPaymentRow(row, { tables, file: basename(file) })
    const known = byCode.get(code) ?? { transactions: [], findings: [] }
    known.findings.push(...mapped.findings)
    if (mapped.ok) known.transactions.push(mapped.value)
    byCode.set(code, known)
  }
  return byCode
}
