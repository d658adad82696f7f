/** Dossiers of registers that lie in files: one file, or several that follow each other. contracts/provincial-sources.md §10 */
import { createHash } from 'node:crypto'
import { type Finding, isLienthongError, LienthongError, type Mapped, notesFor, redact } from '../../base/index.js'
import {
  type CodeTables,
  type EncodingName,
  fileRules,
  fontNames,
  fromPaymentRow,
  fromRegisterRow,
  type OpenTable,
  type ProcedureLookup,
  type RegisterContext,
  type RegisterField,
  type RegisterRow,
  readPayments,
  readRegister,
  registerTraits,
  sheetsTold,
  type Transaction,
} from '../../mappers/index.js'
import type { SourceItem, SourceReading } from '../ports.js'
import { type OpenedFile, openFile } from './opened-file.js'
import { repeatFinder } from './repeated.js'

export interface RegisterSettings {
  /** A companion list of payments. */
  readonly payments?: string
  readonly tables: CodeTables
  readonly agencyCode: string | readonly string[]
  /** Registers carry names of procedures, not codes. */
  readonly procedures: ProcedureLookup & { readonly version: string }
  /** How the text is written, where the file itself does not tell surely. */
  readonly encoding?: EncodingName
}

const MAPPER = 'register/4'
const BATCH = 500

/** Without these columns no row could be sent; a register that lost one has had its headings changed. */
const NEEDED = [
  { fields: ['status'], heading: 'Trạng thái' },
  { fields: ['receivedAt'], heading: 'Ngày nhận' },
  { fields: ['procedureName', 'procedureCode'], heading: 'Tên thủ tục hành chính' },
] as const

/** Somebody wrote to the file, or replaced it, while it was read: what was read since the last look may be half of each. */
export class FileChanged extends Error {
  constructor(readonly file: OpenedFile) {
    super(`${file.name} changed while it was read`)
  }
}

/** Changes with everything but the files that decides what a row becomes. */
export function registerEpoch({ tables, procedures, agencyCode, encoding }: RegisterSettings): string {
  return [MAPPER, tables.version, procedures.version, agencyCode, ...(encoding === undefined ? [] : [encoding])].join('|')
}

/** Rows that carry one dossier number. */
interface Repetition {
  /** The file whose rows count: the last one that has the dossier. */
  file: number
  rows: number[]
  /** Digests of what they say. */
  contents: Set<string>
}

/** One dossier's rows of the payment list. */
interface Payments {
  readonly transactions: readonly Transaction[]
  /** What is wrong with rows that had to be left out. */
  readonly findings: readonly Finding[]
}

const NO_PAYMENTS: Payments = { transactions: [], findings: [] }

/** A register whose every row can be told apart: what was found by reading it once. */
export interface RegisterScan {
  readonly repeated: ReadonlyMap<string, Repetition>
  /** Files of which not one row may be taken, and why. */
  readonly refused: ReadonlyMap<OpenedFile, LienthongError>
  /** Opens one of the files. */
  readonly table: (file: OpenedFile) => Promise<OpenTable<string, RegisterField>>
}

/** Opens a register and makes sure that its rows can be sent. @throws {LienthongError} `source.format` */
export async function registerIn(file: OpenedFile, { tables, encoding }: RegisterSettings): Promise<OpenTable<string, RegisterField>> {
  const { name } = file
  const table = await readRegister(file, { tables, file: name }, encoding === undefined ? {} : { encoding })
  const missing = NEEDED.filter(({ fields }) => !fields.some((field) => table.fields.includes(field)))
  if (missing.length > 0) throw columnsMissing(name, missing, table.unknownColumns)
  // Names in the wrong letters must not reach anybody.
  if (table.maybeLetters !== null) throw lettersDoubtful(name, table.maybeLetters)
  // Dossiers of the sheets that nobody reads would be missing, and nobody would know.
  if (table.otherSheets.length > 0) throw sheetsUnread(name, table.otherSheets)
  return table
}

/**
 * Reads files once, to know which dossiers are in them more than once and whether each file is whole; files are never held in memory.
 *
 * @param files in their order: of a dossier that several files have, the last file counts
 */
export async function scanRegisters(files: readonly OpenedFile[], settings: RegisterSettings, signal?: AbortSignal): Promise<RegisterScan> {
  const finder = repeatFinder(files.reduce((sum, { size }) => sum + size, 0))
  const refused = new Map<OpenedFile, LienthongError>()
  // One file stays open as a table; the texts of two hundred workbooks would be too much.
  const kept = new Map<OpenedFile, OpenTable<string, RegisterField>>()
  const table = async (file: OpenedFile) => {
    const opened = kept.get(file) ?? (await registerIn(file, settings))
    if (files.length === 1) kept.set(file, opened)
    return opened
  }
  for (const file of files) {
    try {
      for await (const { cells } of readable(await table(file), signal)) if (cells.localCode !== undefined) finder.note(cells.localCode)
    } catch (error) {
      if (!isLienthongError(error) || error.code !== 'source.format') throw error
      refused.set(file, error)
    }
    // Half of one state and half of another may look broken, or whole.
    if (!(await file.isUnchanged())) throw new FileChanged(file)
  }
  const repeated = new Map<string, Repetition>()
  if (finder.suspects.size === 0) return { repeated, refused, table }
  for (const [index, file] of files.entries()) {
    if (refused.has(file)) continue
    for await (const row of readable(await table(file), signal)) {
      const code = row.cells.localCode
      if (code === undefined || !finder.suspects.has(code)) continue
      const known = repeated.get(code)
      const own = known?.file === index ? known : { file: index, rows: [], contents: new Set<string>() }
      own.rows.push(row.row)
      own.contents.add(createHash('sha256').update(contentOf(row)).digest('base64url'))
      repeated.set(code, own)
    }
  }
  const several = files.length > 1
  for (const [code, { rows }] of repeated) if (rows.length < 2 && !several) repeated.delete(code)
  return { repeated, refused, table }
}

/**
 * The dossiers of one file, in batches.
 *
 * @param index of the file among those that were scanned
 * @throws {FileChanged}; {LienthongError} `source.format` where it breaks off, after the rows above were given
 */
export async function* registerItems(
  file: OpenedFile,
  index: number,
  { repeated, table }: RegisterScan,
  settings: RegisterSettings,
  paid: ReadonlyMap<string, Payments> | undefined,
  signal?: AbortSignal,
): AsyncGenerator<readonly SourceItem[]> {
  const { tables, procedures, agencyCode } = settings
  const { name } = file
  const context: RegisterContext = { tables, file: name, procedures, provinceAgencyCode: agencyCode }
  let items: SourceItem[] = []
  const given = async () => {
    if (!(await file.isUnchanged())) throw new FileChanged(file)
    const batch = items
    items = []
    return batch
  }
  try {
    for await (const row of (await table(file)).rows) {
      if (signal?.aborted) throw new LienthongError('transport.aborted', { system: 'file' })
      const code = row.damaged ? undefined : row.cells.localCode
      const repetition = code === undefined ? undefined : repeated.get(code)
      if (repetition !== undefined && repetition.file !== index) continue
      const isFirst = repetition !== undefined && row.row === repetition.rows[0]
      const isTaken = repetition === undefined || (isFirst && repetition.contents.size === 1)
      const payments = paid === undefined || code === undefined ? undefined : (paid.get(code) ?? NO_PAYMENTS)
      if (isTaken) items.push(itemOf(row, context, payments))
      if (isFirst && repetition.rows.length > 1) items.push(repeatedItem(row, context, repetition))
      if (items.length >= BATCH) yield await given()
    }
  } catch (error) {
    // What stands above the place where the file breaks off is good.
    if (items.length > 0 && isLienthongError(error) && error.code === 'source.format') yield await given()
    throw error
  }
  yield await given()
}

function itemOf(row: RegisterRow, base: RegisterContext, payments: Payments | undefined): SourceItem {
  const transactions = payments?.transactions
  const context: RegisterContext = { ...base, ...(transactions === undefined ? {} : { transactions }) }
  return {
    bytes: contentOf(row) + (transactions === undefined ? '' : JSON.stringify(transactions.map(({ row: _row, ...transaction }) => transaction))),
    place: `${base.file}, row ${row.row}`,
    read(): Mapped<SourceReading> {
      const read = fromRegisterRow(row, context)
      if (!read.ok) return read
      const mapped = { ...read, findings: [...read.findings, ...(payments?.findings ?? [])] }
      return { ok: true, findings: [], value: { key: mapped.value.sourceId, traits: registerTraits(row, context), map: async () => mapped } }
    },
  }
}

/** Stands for rows that repeat a number: the one message about them. */
function repeatedItem(row: RegisterRow, context: RegisterContext, { rows, contents }: Repetition): SourceItem {
  const note = notesFor(fileRules)
  const differ = contents.size > 1
  note.add(differ ? 'row.contradicted' : 'row.repeated', '', { file: context.file, rows: rows.join(', ') })
  const unusable = { ok: false, findings: note.findings } as const
  const key = row.cells.localCode ?? ''
  return {
    bytes: JSON.stringify(['repeated', key, rows, [...contents]]),
    place: `${context.file}, rows ${rows.join(', ')}`,
    // Which of the contents is right nobody knows, so the dossier itself fails; an exact copy fails beside it.
    read: () => (differ ? { ok: true, findings: [], value: { key, traits: registerTraits(row, context), map: async () => unusable } } : unusable),
  }
}

/** What decides whether a row changed: its cells under their meaning. Running numbers shift with every new row above. */
function contentOf({ cells, damaged }: RegisterRow): string {
  const { 'row-number': number, ...told } = cells
  return JSON.stringify(cells.localCode === undefined || damaged ? [number, told] : told)
}

/**
 * The rows down to where the file breaks off; the reading that counts says so. A workbook that is damaged anywhere is refused instead:
 * nobody knows which of its parts to believe.
 */
async function* readable({ form, rows }: OpenTable<string, RegisterField>, signal: AbortSignal | undefined): AsyncGenerator<RegisterRow> {
  try {
    for await (const row of rows) {
      if (signal?.aborted) return
      if (!row.damaged) yield row
    }
  } catch (error) {
    if (form === 'xlsx' || !isLienthongError(error) || error.code !== 'source.format') throw error
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

function lettersDoubtful(place: string, letters: keyof typeof fontNames): LienthongError {
  const font = fontNames[letters]
  const problem = {
    en: `the text looks as if it had been typed in the font letters of ${font}, but not surely; nothing was taken. Write \`encoding: ${letters}\` into the settings of this source if so, \`encoding: utf-8\` if names are right as they are`,
    vi: `văn bản có vẻ gõ bằng bảng mã ${font} nhưng chưa chắc chắn; chưa lấy gì. Khai \`encoding: ${letters}\` trong thiết lập nguồn nếu đúng, hoặc \`encoding: utf-8\` nếu tên đang hiển thị đúng`,
  }
  return new LienthongError('source.format', { values: { place, problem } })
}

function sheetsUnread(place: string, names: readonly string[]): LienthongError {
  const others = sheetsTold(names)
  const problem = {
    en: `several sheets have the headings of a register and rows below, and only one is read; nothing was taken. Save each as a file of its own, or hide the ones that do not count. The others are ${others}`,
    vi: `có nhiều trang tính mang tiêu đề của sổ và có dữ liệu, nhưng chỉ đọc được một trang; chưa lấy gì. Lưu mỗi trang thành một tệp riêng, hoặc ẩn các trang không dùng. Các trang khác là ${others}`,
  }
  return new LienthongError('source.format', { values: { place, problem } })
}

/** The payment list beside a register, by dossier. */
export async function paymentsIn({ payments: path, tables, encoding }: RegisterSettings): Promise<ReadonlyMap<string, Payments> | undefined> {
  if (path === undefined) return undefined
  const file = await openFile(path, { links: true })
  try {
    const { name } = file
    const list = await readPayments(file, name, encoding === undefined ? {} : { encoding })
    const byCode = new Map<string, { readonly transactions: Transaction[]; readonly findings: Finding[] }>()
    for await (const row of list.rows) {
      const code = row.cells.dossierCode
      if (code === undefined) continue
      const mapped = fromPaymentRow(row, { tables, file: name })
      const known = byCode.get(code) ?? { transactions: [], findings: [] }
      known.findings.push(...mapped.findings)
      if (mapped.ok) known.transactions.push(mapped.value)
      byCode.set(code, known)
    }
    if (!(await file.isUnchanged())) throw new FileChanged(file)
    return byCode
  } finally {
    await file.close()
  }
}
