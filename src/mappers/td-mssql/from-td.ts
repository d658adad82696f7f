import { comparable, type Mapped, type Notes, notesFor } from '../../base/index.js'
import { type TdDossier, tdDossier, underColumnNames } from '../../connectors/td-mssql/wire.js'
import type { Applicant, Dossier, DossierStatus, Identity, Instant, OnlinePayment } from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { codeWord, known } from '../known.js'
import { nationalCodeOf } from '../national-code.js'
import { type CodeTables, entryOf, firstRow, textEntryOf } from '../tables/index.js'
import { feesOf } from './fees.js'
import { type TdRule, tdRules } from './rules.js'
import { stepsOf } from './steps.js'
import { tdTime } from './times.js'

/** One dossier with what belongs to it. `null` means "not read": unknown, never "none". */
export interface TdSource {
  readonly dossier: unknown
  readonly steps: readonly unknown[] | null
  readonly fees: readonly unknown[] | null
}

export interface TdMapping {
  readonly tables: CodeTables
  readonly provinceAgencyCode?: string | readonly string[]
  /** Names by `MaTTHC`, from Catalog.ThuTucs. */
  readonly procedures?: ReadonlyMap<string, string>
  /** By `GroupCode`, from Catalog.Groups. */
  readonly groups?: ReadonlyMap<string, { readonly code: string | null; readonly name: string | null }>
  /** States that are reported as 9, as the product's own push does. Default none. §8.3 */
  readonly sendAsDone?: readonly DossierStatus[]
  /** How the source writes its names, for the places of findings: `DonViId` or `donViId`. */
  readonly names?: 'columns' | 'json'
}

type Note = Notes<TdRule>

/** A dossier of TD.DichVuCong as ours. contracts/provincial-sources.md §8 */
export function fromTd(source: TdSource, mapping: TdMapping): Mapped<Dossier> {
  const note = notesFor(tdRules)
  const parsed = tdDossier.safeParse(underColumnNames(source.dossier))
  if (!parsed.success) {
    const column = String(parsed.error.issues[0]?.path[0] ?? '')
    note.add('record.unreadable', column, { problem: column === '' ? { en: 'no row', vi: 'không phải dòng dữ liệu' } : column })
    return { ok: false, findings: note.findings }
  }
  const record = parsed.data
  const { tables } = mapping
  const place = (column: string) => (mapping.names === 'json' ? column.charAt(0).toLowerCase() + column.slice(1) : column)
  const status = statusOf(record, mapping, note)
  const { fees, onlinePayment } = source.fees === null ? { fees: null, onlinePayment: null } : feesOf(source.fees, tables, note)
  const steps = source.steps === null ? null : stepsOf(source.steps, tables, note)
  const procedureCode = known(record.MaTTHC)
  const procedureName = known(record.TenTTHC) ?? (procedureCode === null ? null : (mapping.procedures?.get(procedureCode) ?? null))
  if (procedureName === null) note.add('procedure.name-missing', 'procedure.name')
  const value: Dossier = {
    sourceId: record.Id,
    ...codesOf(record, mapping.provinceAgencyCode, note),
    origin: 'local',
    receiptNumber: null,
    procedure: { localCode: procedureCode, name: procedureName },
    sector: { code: known(record.MaLinhVuc), name: known(record.TenLinhVuc) },
    agency: agencyOf(record, mapping, place, note),
    applicant: applicantOf(record, tables, note),
    submitter: submitterOf(record, place, note),
    summary: known(record.TrichYeuHoSo),
    note: known(record.GhiChu),
    channel: channelOf(record, tables, note),
    filedAt: 'provincial',
    ...timesOf(record, note),
    returnBy: mapped(
      record.HinhThucTra,
      (text) => entryOf(tables.returnWays, text),
      (value) => note.add('return-way.unmapped', 'returnBy', { value }),
    ),
    returnNote: null,
    status,
    steps,
    fees,
    onlinePayment: statedPayment(record) ?? onlinePayment,
    documents: null,
    otherPapers: null,
    supplements: null,
    results: resultsOf(record),
    digitised: flagOf(record.HoSoCoThanhPhanSoHo),
    databases: null,
  }
  note.add(flagOf(record.TrangThaiDongBoDVC) === true ? 'sync.done' : 'sync.pending', place('TrangThaiDongBoDVC'))
  if (steps === null) note.add('steps.not-fetched', '')
  else noteBoundaries(value, steps, note)
  if (source.fees === null) note.add('fee.not-fetched', '')
  return { ok: true, value, findings: note.findings }
}

/** `MaHoSoKhac` is the number at the national portal where it differs. §8.1 */
function codesOf(record: TdDossier, province: string | readonly string[] | undefined, note: Note): Pick<Dossier, 'localCode' | 'nationalCode'> {
  const localCode = known(record.MaHoSo)
  const nationalCode = known(record.MaHoSoKhac) ?? nationalCodeOf(localCode, province)
  if (localCode === null) note.add('code.missing', 'localCode')
  else if (nationalCode === null) note.add('code.without-province', 'nationalCode')
  return { localCode, nationalCode }
}

/** Of `TrangThaiBoSung`, those that wait for the citizen. */
const WAITING_FOR_PAPERS = comparable('Yêu cầu công dân bổ sung')

function statusOf(record: TdDossier, { tables, sendAsDone = [] }: TdMapping, note: Note): DossierStatus | null {
  const code = known(record.TrangThaiHoSoId)
  const status = entryOf(tables.status, code) ?? textEntryOf(tables.statusText, code)
  if (code === null) note.add('status.missing', 'status')
  else if (status === undefined) note.add('status.unmapped', 'status', { status: codeWord(code) })
  if (status === undefined) return null
  if (status < 5 && comparable(record.TrangThaiBoSung ?? '') === WAITING_FOR_PAPERS) note.add('supplement.contradicts', 'status', { status })
  if (!sendAsDone.includes(status)) return status
  note.add('status.sent-as-done', 'status', { status })
  return 9
}

function agencyOf(record: TdDossier, { tables, groups }: TdMapping, place: (column: string) => string, note: Note): Dossier['agency'] {
  const local = known(record.DonViId)
  const own = entryOf(tables.agencies, local)
  if (own !== undefined) return own
  const group = local === null ? undefined : groups?.get(local)
  if (group?.code != null) return group
  if (local !== null) note.add('agency.local-code', place('DonViId'), { code: codeWord(local) })
  return { code: null, name: group?.name ?? known(record.TenDonVi) }
}

function applicantOf(record: TdDossier, tables: CodeTables, note: Note): Applicant {
  const kind = mapped(
    record.LoaiDoiTuong,
    (text) => firstRow(tables.applicantKinds, [text])?.value,
    (value) => note.add('applicant.kind-unmapped', 'applicant.kind', { kind: value }),
  )
  return {
    name: known(record.ChuHoSo),
    kind,
    identities: identitiesOf(record, kind, note),
    nationalAccountId: null,
    identityVerified: flagOf(record.TaiKhoanDuocXacThucVoiVNeID),
    phone: known(record.SoDienThoaiChuHoSo),
    email: known(record.EmailChuHoSo),
    fax: null,
    address: known(record.DiaChiChuHoSo),
    note: null,
  }
}

/** One digit repeated, or the digits counted up: numbers that stand for "none". §8.3 */
const FILLER = /^(\d)\1{8,}$|^0?123456789(?:0(?:12?)?)?$|^0123456789\d{0,2}$/

function identitiesOf(record: TdDossier, kind: Applicant['kind'], note: Note): readonly Identity[] {
  const number = known(record.SoGiayToChuHoSo)
  if (number === null) return []
  if (FILLER.test(number.replace(/[\s.-]/g, ''))) {
    note.add('identity.dummy', 'applicant.identities[0].number')
    return []
  }
  const identity = identityOf(number, kind, null, note)
  const year = /^(?:19|20)\d{2}$/.exec(known(record.NgaySinhChuHoSo) ?? '')?.[0]
  // The fourth digit of a personal number tells century and sex, the next two the year.
  if (identity.kind === 'personal-number' && year !== undefined && number.slice(4, 6) !== year.slice(2))
    note.add('identity.year-differs', 'applicant.identities[0].number')
  return [identity]
}

function submitterOf(record: TdDossier, place: (column: string) => string, note: Note): Dossier['submitter'] {
  const name = known(record.NguoiUyQuyen)
  if (flagOf(record.UyQuyen) !== true || name === null) return null
  note.add('applicant.owner-not-submitter', place('NguoiUyQuyen'))
  return { name, phone: null, email: null }
}

function channelOf(record: TdDossier, tables: CodeTables, note: Note): Dossier['channel'] {
  const channel = mapped(
    record.KenhThucHien,
    (text) => entryOf(tables.channels, text),
    (value) => note.add('channel.unmapped', 'channel', { value }),
  )
  if (tables.assumed.channels?.includes(known(record.KenhThucHien) ?? '')) note.add('channel.assumed', 'channel')
  return channel
}

const TIMES = {
  submittedAt: 'NgayNopHoSo',
  receivedAt: 'NgayTiepNhan',
  dueAt: 'NgayHenTra',
  finishedAt: 'NgayKetThucXuLy',
  returnedAt: 'NgayTra',
  refusedAt: 'NgayTuChoi',
} as const satisfies Partial<Record<keyof Dossier, keyof TdDossier>>

function timesOf(record: TdDossier, note: Note): Record<keyof typeof TIMES, Instant | null> {
  const read = Object.entries(TIMES).map(([field, column]) => {
    const text = known(record[column])
    const time = text === null ? 'never' : tdTime(text)
    if (time === undefined) note.add('time.unreadable', field)
    return [field, typeof time === 'object' ? time.at : null]
  })
  return Object.fromEntries(read) as Record<keyof typeof TIMES, Instant | null>
}

/** Files of the result, joined by `##`. */
function resultsOf(record: TdDossier): Dossier['results'] {
  const paths = (known(record.DinhKemKetQua) ?? '')
    .split('##')
    .map((path) => path.trim())
    .filter((path) => path !== '')
  if (paths.length === 0) return null
  return paths.map((path) => ({
    // The path is nobody's business but the source's: it may hold names.
    id: null,
    name: path.split(/[\\/]/).at(-1) || path,
    componentCode: null,
    url: null,
    file: { path },
    resultCode: null,
  }))
}

/** `DuocThanhToanTrucTuyen` has the national codes. contracts/national-portal.md §5 */
const PAYMENTS: Readonly<Record<string, OnlinePayment>> = { '0': 'none', '1': 'national', '2': 'provincial' }

function statedPayment(record: TdDossier): OnlinePayment | null {
  return PAYMENTS[known(record.DuocThanhToanTrucTuyen) ?? ''] ?? null
}

function noteBoundaries({ receivedAt, finishedAt, returnedAt }: Dossier, steps: NonNullable<Dossier['steps']>, note: Note): void {
  const has = (status: number) => steps.some((step) => step.status === status)
  const missing = [
    receivedAt !== null && !has(2) ? 'NgayTiepNhan' : undefined,
    finishedAt !== null && !has(9) ? 'NgayKetThucXuLy' : undefined,
    returnedAt !== null && !has(10) ? 'NgayTra' : undefined,
  ].filter((column) => column !== undefined)
  if (missing.length > 0) note.add('steps.boundary-missing', 'steps', { dates: missing.join(', ') })
}

export function flagOf(text: string | null): boolean | null {
  const flag = known(text)?.toLowerCase()
  if (flag === '1' || flag === 'true') return true
  return flag === '0' || flag === 'false' ? false : null
}

function mapped<Value>(text: string | null, look: (text: string) => Value | undefined, unmapped: (value: string) => void): Value | null {
  const value = known(text)
  if (value === null) return null
  const row = look(value)
  if (row === undefined) unmapped(codeWord(value))
  return row ?? null
}
