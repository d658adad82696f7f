import type { DossierRecord } from '../../connectors/national-portal/wire.js'
import type { ApplicantKind, Channel, Dossier, ReturnWay } from '../../domain/index.js'
import type { CodeTables, SendPolicy } from '../tables/index.js'
import { isReportable, toDocument, toFee, toIdentities, toPaper, toResult, toSupplement, wireFlag, wireTime } from './nested.js'
import { procedureCodeOf } from './procedure-code.js'
import type { RecordContext } from './record-context.js'
import type { RecordFinding } from './rules.js'
import { cut } from './text.js'

/** One field of the record: where it comes from, whether it is sent, and what its absence means. */
export interface FieldRow<Name extends keyof DossierRecord = keyof DossierRecord> {
  readonly name: Name
  readonly send: SendPolicy
  /** The contract allows no empty value: being unknown is this finding, and the record is not sent. */
  readonly required?: { readonly finding: RecordFinding; readonly path: string }
  /** A list that is empty or never filled goes out as `[]`. */
  readonly list?: true
  /** @returns null when the value is not known */
  from(context: RecordContext): DossierRecord[Name] | null | undefined
}

const row = <Name extends keyof DossierRecord>(field: FieldRow<Name>): FieldRow => field as unknown as FieldRow

/** Known times in fourteen digits; an unknown one is null here and empty on the wire. */
const time = (at: Dossier['dueAt']) => wireTime(at) || null

/**
 * Every field of contracts/national-portal.md §4.1.1, in its order. Core fields go out always, empty when unknown, as public clients
 * send them: so a date that was taken back is cleared. Extension fields go out when known. What no public client was seen to send
 * starts as `never`.
 */
export const recordFields: readonly FieldRow[] = [
  row({ name: 'MaHoSo', send: 'always', required: { finding: 'code.missing', path: 'nationalCode' }, from: ({ code }) => code || null }),
  row({ name: 'MaTTHC', send: 'always', from: procedureCodeOf }),
  row({
    name: 'TenTTHC',
    send: 'always',
    required: { finding: 'procedure.name-missing', path: 'procedure.name' },
    from: ({ procedure, dossier }) => procedure?.nationalName ?? procedure?.name ?? dossier.procedure.name,
  }),
  row({ name: 'MaLinhVuc', send: 'always', from: ({ procedure, dossier }) => procedure?.sector.code ?? dossier.sector.code }),
  row({ name: 'TenLinhVuc', send: 'always', from: ({ procedure, dossier }) => procedure?.sector.name ?? dossier.sector.name }),
  row({ name: 'KenhThucHien', send: 'if-known', from: (context) => encoded(context, 'channel', channelOf(context)) }),
  row({ name: 'SoGiayToChuHoSo', send: 'never', from: ({ dossier }) => dossier.applicant.identities[0]?.number }),
  row({ name: 'SoBienNhan', send: 'if-known', from: ({ dossier }) => dossier.receiptNumber }),
  row({ name: 'ChuHoSo', send: 'always', from: ({ dossier }) => dossier.applicant.name }),
  row({
    name: 'LoaiDoiTuong',
    send: 'always',
    required: { finding: 'applicant.kind-missing', path: 'applicant.kind' },
    from: (context) =>
      encoded(context, 'applicantKind', assumed<ApplicantKind>(context, context.dossier.applicant.kind, 'applicantKind', 'applicant.kind')),
  }),
  // Only meaningful for online dossiers.
  row({ name: 'MaDoiTuong', send: 'always', from: ({ dossier }) => (dossier.channel === 'online' ? dossier.applicant.nationalAccountId : null) }),
  row({ name: 'ThongTinKhac', send: 'always', from: ({ dossier }) => dossier.applicant.note }),
  row({ name: 'Email', send: 'always', from: ({ dossier }) => dossier.applicant.email }),
  row({ name: 'Fax', send: 'always', from: ({ dossier }) => dossier.applicant.fax }),
  row({ name: 'SoDienThoai', send: 'always', from: ({ dossier }) => dossier.applicant.phone }),
  row({
    name: 'TrichYeuHoSo',
    send: 'always',
    from: ({ dossier, note }) => (dossier.summary === null ? null : cut(dossier.summary, 1000, 'summary', 'TrichYeuHoSo', note)),
  }),
  row({ name: 'NgayTiepNhan', send: 'always', from: ({ dossier }) => time(dossier.receivedAt) }),
  row({ name: 'NgayHenTra', send: 'always', from: ({ dossier }) => time(dossier.dueAt) }),
  row({
    name: 'TrangThaiHoSo',
    send: 'always',
    required: { finding: 'status.missing', path: 'status' },
    from: ({ dossier }) => (dossier.status === null ? null : String(dossier.status)),
  }),
  row({ name: 'NgayTra', send: 'always', from: ({ dossier }) => time(dossier.returnedAt) }),
  row({ name: 'ThongTinTra', send: 'always', from: ({ dossier }) => dossier.returnNote }),
  row({
    name: 'HinhThuc',
    send: 'always',
    required: { finding: 'return-way.missing', path: 'returnBy' },
    from: (context) => encoded(context, 'returnBy', assumed<ReturnWay>(context, context.dossier.returnBy, 'returnBy', 'returnBy')),
  }),
  row({ name: 'NgayKetThucXuLy', send: 'always', from: ({ dossier }) => time(dossier.finishedAt) }),
  row({
    name: 'DonViXuLy',
    send: 'always',
    required: { finding: 'agency.name-missing', path: 'agency.name' },
    from: ({ dossier }) => dossier.agency.name,
  }),
  row({ name: 'GhiChu', send: 'always', from: ({ dossier }) => dossier.note }),
  row({
    name: 'TaiLieuNop',
    send: 'if-known',
    list: true,
    from: ({ dossier, note }) => dossier.documents?.filter(isReportable).map((one) => toDocument(one, note)),
  }),
  row({ name: 'DanhSachLePhi', send: 'if-known', list: true, from: ({ dossier, tables }) => dossier.fees?.map((fee) => toFee(fee, tables)) }),
  row({ name: 'DanhSachTepDinhKemKhac', send: 'if-known', list: true, from: ({ dossier }) => dossier.otherPapers?.map(toPaper) }),
  row({
    name: 'DanhSachHoSoBoSung',
    send: 'never',
    list: true,
    from: ({ dossier, tables }) => dossier.supplements?.map((request) => toSupplement(request, tables)),
  }),
  row({
    name: 'DanhSachGiayToKetQua',
    send: 'if-known',
    list: true,
    from: ({ dossier, note }) => dossier.results?.filter(isReportable).map((one) => toResult(one, note)),
  }),
  row({ name: 'NoiNopHoSo', send: 'if-known', from: (context) => encoded(context, 'filedAt', context.dossier.filedAt) }),
  row({ name: 'HoSoCoThanhPhanSoHoa', send: 'if-known', from: ({ dossier }) => wireFlag(dossier.digitised) }),
  row({ name: 'TaiKhoanDuocXacThucVoiVNeID', send: 'if-known', from: ({ dossier }) => wireFlag(dossier.applicant.identityVerified) }),
  row({ name: 'DuocThanhToanTrucTuyen', send: 'if-known', from: (context) => encoded(context, 'onlinePayment', context.dossier.onlinePayment) }),
  row({ name: 'NgayTuChoi', send: 'if-known', from: ({ dossier }) => time(dossier.refusedAt) }),
  row({
    name: 'DinhDanhCHS',
    send: 'if-known',
    list: true,
    from: ({ dossier, tables, note }) => {
      const identities = toIdentities(dossier.applicant.identities, tables.wire, note)
      return identities.length > 0 ? identities : null
    },
  }),
  row({ name: 'NgayNopHoSo', send: 'if-known', from: ({ dossier }) => time(dossier.submittedAt) }),
  row({ name: 'DSKetNoiCSDL', send: 'if-known', list: true, from: ({ dossier }) => dossier.databases?.map((code) => ({ MaCSDL: code })) }),
]

/** Per wire field: `always` (empty when unknown), `if-known` (left out when unknown), `never` (lists: always empty). */
export type FieldPolicy = Readonly<Record<keyof DossierRecord, SendPolicy>>

export const defaultFieldPolicy: FieldPolicy = Object.fromEntries(recordFields.map(({ name, send }) => [name, send])) as FieldPolicy

function channelOf(context: RecordContext): Channel | null {
  return assumed<Channel>(context, context.dossier.channel, 'channel', 'channel')
}

/** The dossier's own value, else what the province states for all. */
function assumed<Value extends string>(
  { tables, note }: RecordContext,
  own: Value | null,
  key: keyof CodeTables['assume'],
  path: string,
): Value | null {
  if (own !== null) return own
  const stated = tables.assume[key] as Value | null
  if (stated !== null) note.add('value.assumed', path, { value: stated })
  return stated
}

function encoded(
  context: RecordContext,
  table: 'channel' | 'applicantKind' | 'returnBy' | 'filedAt' | 'onlinePayment',
  value: string | null,
): string | null {
  if (value === null) return null
  const codes: Readonly<Partial<Record<string, string>>> = context.tables.wire[table]
  const code = codes[value]
  if (code === undefined) context.note.add('value.unsendable', table === 'applicantKind' ? 'applicant.kind' : table, { value })
  return code ?? null
}
