/** Files of TD.DichVuCong: exports of its tables, and pages of its REST face. What a file is, its columns tell. */
import { parse } from 'csv-parse/sync'
import { type FindingRule, notesFor } from '../../base/index.js'
import { dossierColumns, feeColumns, stepColumns, tdGroup, tdPage, tdProcedure, underColumnNames } from '../../connectors/td-mssql/wire.js'
import { isoInstant, type ProcedureEntry } from '../../domain/index.js'
import { known } from '../known.js'
import { procedureLookup } from '../procedures.js'
import { feesOf } from '../td-mssql/fees.js'
import { fromTd, type TdMapping, tdRules, tdTime } from '../td-mssql/index.js'
import { stepsOf } from '../td-mssql/steps.js'
import type { Collector } from './collector.js'
import { wholeJsonRecords } from './damaged-files.js'
import type { InspectFile, InspectInput } from './input.js'
import { isObject, readJson, textOf, unwrapped } from './json-files.js'
import { strangerIn, unreadable } from './stranger.js'

type Row = Readonly<Record<string, unknown>>
interface Filed {
  readonly file: string
  /** `row 17`, for what has no number of its own. */
  readonly place: string
  readonly row: Row
  readonly form: 'csv' | 'json'
}

/** What only shows in files. */
const rules = {
  'format.sql-text': {
    severity: 'info',
    says: {
      en: 'Dates are written as SQL text, not dd/MM/yyyy HH:mm:ss as exports of this product do; both are read.',
      vi: 'Ngày ghi theo dạng SQL, không phải dd/MM/yyyy HH:mm:ss như bản xuất của phần mềm; cả hai đều đọc được.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'page.incomplete': {
    severity: 'warn',
    says: {
      en: 'Page {page} of {pages}: {rows} dossiers of {total}. Nothing can be concluded of the others.',
      vi: 'Trang {page}/{pages}: {rows} trong {total} hồ sơ. Không kết luận gì về các hồ sơ còn lại.',
    },
    hint: { en: 'Save all pages.', vi: 'Lưu đủ các trang.' },
  },
  'orphan.rows': {
    severity: 'warn',
    says: {
      en: '{steps} steps and {fees} fees belong to dossiers that these files do not show; they make none.',
      vi: '{steps} bước và {fees} khoản thu thuộc hồ sơ không có trong các tệp này; không tạo hồ sơ từ chúng.',
    },
    hint: { en: 'Add the file with their dossiers.', vi: 'Thêm tệp có hồ sơ.' },
  },
  'read.separately': {
    severity: 'info',
    says: {
      en: 'Steps and fees were read from their own tables: {steps} steps and {fees} fees in all.',
      vi: 'Bước và phí đọc từ bảng riêng: tổng cộng {steps} bước và {fees} khoản.',
    },
    hint: { en: 'Never export them joined: each step would repeat each fee.', vi: 'Không xuất dạng ghép bảng: mỗi bước sẽ lặp lại mọi khoản phí.' },
  },
  'record.deleted': {
    severity: 'warn',
    says: {
      en: 'The dossier was deleted in the system (DeletedOn). A pass lists it as gone and sends no status for it.',
      vi: 'Hồ sơ đã bị xóa trong phần mềm (DeletedOn). Khi đồng bộ chỉ liệt kê là không còn, không gửi trạng thái.',
    },
    hint: { en: 'Find out why it was deleted.', vi: 'Kiểm tra lý do hồ sơ bị xóa.' },
  },
  'record.without-id': {
    severity: 'warn',
    says: { en: 'The row has no Id; it is known by its number (MaHoSo) here.', vi: 'Dòng không có Id; ở đây nhận diện bằng mã hồ sơ (MaHoSo).' },
    hint: { en: 'Export the column Id as well.', vi: 'Xuất cả cột Id.' },
  },
} as const satisfies Record<string, FindingRule>

const KINDS = {
  dossiers: dossierColumns,
  steps: stepColumns,
  fees: feeColumns,
  procedures: ['MaTTHC', 'TenTTHC', 'MaLinhVucChinh', 'LinhVucChinh'],
  groups: ['GroupCode', 'GroupName', 'MaDinhDanh'],
} as const
type Kind = keyof typeof KINDS
type Found = Record<Kind, Filed[]> & { readonly read: Set<Kind> }

export async function inspectTd({ files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const rows: Found = { dossiers: [], steps: [], fees: [], procedures: [], groups: [], read: new Set() }
  for (const file of files) {
    const json = readJson(file.bytes)
    if (json === undefined && looksLikeJson(file.bytes)) sortDamaged(file, rows, found)
    else if (json === undefined) sortTable(file, rows, found)
    else for (const value of json.values) sortJson(file.name, value, rows, found)
  }
  const procedures = proceduresIn(rows.procedures)
  found.procedures(procedures)
  const lookup = procedureLookup(procedures)
  const names = new Map(procedures.map(({ localCode, name }) => [localCode, name]))
  const [steps, fees] = [Map.groupBy(rows.steps, codeOf), Map.groupBy(rows.fees, codeOf)]
  const shared = {
    tables: found.tables,
    procedures: names,
    groups: groupsIn(rows.groups),
    ...(agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }),
  }
  for (const filed of rows.dossiers) {
    const code = codeOf(filed)
    const mapping: TdMapping = { ...shared, names: filed.form === 'json' ? 'json' : 'columns' }
    const source = {
      dossier: identified(filed, found),
      steps: rows.read.has('steps') ? rowsOf(steps.get(code), code) : null,
      fees: rows.read.has('fees') ? rowsOf(fees.get(code), code) : null,
    }
    found.dossier(`${filed.file}, ${filed.place}`, fromTd(source, mapping), lookup)
    noteForm(filed, found)
    if (known(textIn(filed.row.DeletedOn)) !== null) tell(found, code ?? `${filed.file}, ${filed.place}`, 'record.deleted', {}, 'DeletedOn')
  }
  strays(rows, found)
  if (rows.read.has('steps') && rows.read.has('fees')) tell(found, 'join', 'read.separately', { steps: rows.steps.length, fees: rows.fees.length })
}

function tell(found: Collector, place: string, rule: keyof typeof rules, values: Readonly<Record<string, string | number>> = {}, path = ''): void {
  const note = notesFor(rules)
  note.add(rule, path, values)
  found.findings(place, note.findings)
}

function sortJson(file: string, value: unknown, rows: Found, found: Collector): void {
  const page = tdPage(value)
  const isKnown = (row: unknown) => isObject(row) && kindOf(Object.keys(underColumnNames(row) as object)) !== undefined
  const plain = page?.rows ?? (Array.isArray(value) ? value : isObject(value) && Array.isArray(value.data) ? value.data : [value])
  const listed = page !== undefined || plain.some(isKnown) ? plain : (unwrapped(value, isKnown) ?? plain)
  const unknown = listed.filter((row, index) => {
    const named = underColumnNames(row)
    const kind = isObject(named) ? kindOf(Object.keys(named)) : undefined
    if (kind === undefined) return true
    rows.read.add(kind)
    rows[kind].push({ file, place: `data[${index}]`, row: named as Row, form: 'json' })
    return false
  })
  if (unknown.length > 0 || (listed.length === 0 && page === undefined)) found.problem(file, 'file.unrecognised', '', { dialect: 'td-mssql' })
  if (page !== undefined && (page.hasNextPage || page.totalCount > page.rows.length)) {
    const { currentPage, totalPages, totalCount } = page
    tell(found, 'page', 'page.incomplete', { page: currentPage, pages: totalPages, rows: page.rows.length, total: totalCount })
  }
}

function sortDamaged({ name, bytes }: InspectFile, rows: Found, found: Collector): void {
  const { records, broken } = wholeJsonRecords(textOf(bytes))
  if (records.length === 0) {
    found.problem(name, 'file.unreadable', '', { problem: unreadable(bytes, 'JSON') })
    return
  }
  const lines = broken.slice(0, 5).join(', ')
  const told = lines === '' ? { en: '', vi: '' } : { en: ` (they begin on line ${lines})`, vi: ` (bắt đầu ở dòng ${lines})` }
  found.problem(name, 'file.damaged', '', { records: records.length, lines: told })
  sortJson(name, records, rows, found)
}

function sortTable({ name, bytes }: InspectFile, rows: Found, found: Collector): void {
  const { records, brokenAt } = recordsOf(textOf(bytes))
  if (brokenAt !== undefined)
    found.problem(`${name}, row ${brokenAt}`, 'file.unreadable', '', { problem: 'a quotation mark is never closed; the row is left out' })
  const at = records.slice(0, 20).findIndex((cells) => kindOf(headingsOf(cells)) !== undefined)
  const headings = headingsOf(records[at] ?? [])
  const kind = kindOf(headings)
  if (kind === undefined) {
    const stranger = strangerIn(bytes)
    if (stranger === undefined) found.problem(name, 'file.unrecognised', '', { dialect: 'td-mssql' })
    else found.problem(name, 'file.unreadable', '', { problem: stranger })
    return
  }
  rows.read.add(kind)
  records.slice(at + 1).forEach((cells, index) => {
    if (cells.every((cell) => /^[\s-]*$/.test(cell))) return
    if (cells.filter((cell) => cell.trim() !== '').length === 1 && headings.length > 2) {
      found.problem(`${name}, row ${at + 2 + index}`, 'row.unrecognised', '', { dialect: 'td-mssql' })
      return
    }
    const row = Object.fromEntries(headings.map((heading, column) => [heading, emptyAsNull(cells[column])]))
    rows[kind].push({ file: name, place: `row ${at + 2 + index}`, row, form: 'csv' })
  })
}

/** Of the kinds whose columns a heading row has, the one that explains most of it. One column alone is no table of ours. */
function kindOf(headings: readonly string[]): Kind | undefined {
  const present = new Set(headings)
  const [best] = (Object.keys(KINDS) as Kind[])
    .map((kind) => ({ kind, fits: KINDS[kind].filter((column) => present.has(column)).length }))
    .toSorted((a, b) => b.fits - a.fits)
  return best !== undefined && best.fits >= 2 ? best.kind : undefined
}

function headingsOf(cells: readonly string[]): readonly string[] {
  return cells.map((cell) => Object.keys(underColumnNames({ [cell.trim()]: null }) as object)[0] ?? '')
}

const DELIMITERS = [',', ';', '\t'] as const
/** Rows that break off are passed over so often; more of them are no table. */
const RESTARTS = 20

/** What can be read of a table, also behind a quotation mark that is never closed. */
function recordsOf(text: string): { readonly records: readonly (readonly string[])[]; readonly brokenAt: number | undefined } {
  const head = text.slice(0, 4096)
  const [delimiter = ','] = DELIMITERS.toSorted((a, b) => head.split(b).length - head.split(a).length)
  const records: string[][] = []
  let brokenAt: number | undefined
  let rest = text
  for (let restart = 0; restart < RESTARTS && rest !== ''; restart++) {
    let read = 0
    try {
      parse(rest, {
        bom: true,
        delimiter,
        relax_column_count: true,
        relax_quotes: true,
        max_record_size: 1_000_000,
        on_record(record: string[], { bytes }) {
          records.push(record)
          read = bytes
          return null
        },
      })
      break
    } catch {
      brokenAt ??= records.length + 1
      const behind = Buffer.from(rest, 'utf8')
        .subarray(read)
        .toString('utf8')
        .replace(/^[\r\n]+/, '')
      const end = behind.indexOf('\n')
      rest = end < 0 ? '' : behind.slice(end + 1)
    }
  }
  return { records, brokenAt }
}

function identified({ file, place, row }: Filed, found: Collector): Row {
  const [id, code] = [known(textIn(row.Id)), known(textIn(row.MaHoSo))]
  if (id !== null || code === null) return row
  tell(found, code, 'record.without-id', {}, 'Id')
  return { ...row, Id: `${code} (${file}, ${place})` }
}

function noteForm({ row, form }: Filed, found: Collector): void {
  const time = form === 'csv' ? tdTime(known(textIn(row.NgayTiepNhan)) ?? '') : undefined
  if (typeof time === 'object' && time.form === 'sql-text') tell(found, known(textIn(row.MaHoSo)) ?? '?', 'format.sql-text', {}, 'NgayTiepNhan')
}

/** Steps and fees whose dossier is not among the files are held, never dropped and never made into dossiers. */
function strays(rows: Found, found: Collector): void {
  const codes = new Set(rows.dossiers.map(codeOf))
  const strayed = ({ row }: Filed) => !codes.has(codeOf({ row }))
  const [steps, fees] = [rows.steps.filter(strayed), rows.fees.filter(strayed)]
  for (const { file, row } of steps) {
    const note = notesFor(tdRules)
    const localCode = known(textIn(row.MaHoSo))
    for (const { at, status, officer, note: says } of stepsOf([row], found.tables, note))
      found.strayStep({ dossier: null, localCode, at: isoInstant(at), status, officer, note: says, file })
    found.findings(file, note.findings)
  }
  for (const { file, row } of fees) {
    const note = notesFor(tdRules)
    for (const { amount, paid } of feesOf([row], found.tables, note).fees ?? [])
      found.strayFee({ amountVnd: amount, paid, localCode: known(textIn(row.MaHoSo)), file })
    found.findings(file, note.findings)
  }
  if (steps.length + fees.length > 0 && rows.dossiers.length > 0) tell(found, 'companions', 'orphan.rows', { steps: steps.length, fees: fees.length })
}

function proceduresIn(filed: readonly Filed[]): readonly ProcedureEntry[] {
  return filed.flatMap(({ row }) => {
    const read = tdProcedure.safeParse(row)
    const [localCode, name] = read.success ? [known(read.data.MaTTHC), known(read.data.TenTTHC)] : [null, null]
    if (!read.success || localCode === null || name === null) return []
    const sector = { code: known(read.data.MaLinhVucChinh), name: known(read.data.LinhVucChinh) }
    return [{ localCode, nationalCode: null, name, nationalName: null, sector, paperResult: null }]
  })
}

function groupsIn(filed: readonly Filed[]): NonNullable<TdMapping['groups']> {
  return new Map(
    filed.flatMap(({ row }) => {
      const read = tdGroup.safeParse(row)
      const local = read.success ? known(read.data.GroupCode) : null
      return read.success && local !== null ? [[local, { code: known(read.data.MaDinhDanh), name: known(read.data.GroupName) }] as const] : []
    }),
  )
}

function rowsOf(filed: readonly Filed[] | undefined, code: string | null): readonly Row[] {
  return code === null ? [] : (filed ?? []).map(({ row }) => row)
}

function codeOf({ row }: Pick<Filed, 'row'>): string | null {
  return known(textIn(row.MaHoSo))?.toUpperCase() ?? null
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

function emptyAsNull(cell: string | undefined): string | null {
  return cell === undefined || cell.trim() === '' || /^null$/i.test(cell.trim()) ? null : cell
}

function looksLikeJson(bytes: Uint8Array): boolean {
  return /^[\s\uFEFF]*[[{]/.test(textOf(bytes.subarray(0, 64)))
}
