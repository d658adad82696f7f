import { type Mapped, type Notes, notesFor } from '../../base/index.js'
import { type RelayDossier, relayDossier } from '../../connectors/relay/wire.js'
import { type Attachment, type Dossier, type DossierStatus, type Instant, type ResultDocument, wallClockFormat } from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { codeWord, known } from '../known.js'
import { nationalCodeOf } from '../national-code.js'
import { type CodeTable, type CodeTables, entryOf } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'
import { type RelayRule, relayRules } from './rules.js'

export interface RelayMapping {
  readonly tables: CodeTables
  readonly provinceAgencyCode?: string | readonly string[]
}

type Note = Notes<RelayRule>

const wall = wallClockFormat('yyyyMMddHHmmss')

/** A dossier that a portal pushed to the relay, as ours. Names are national, meanings partly the portal's own. contracts/provincial-sources.md §9.2 */
export function fromRelay(pushed: unknown, { tables, provinceAgencyCode }: RelayMapping): Mapped<Dossier> {
  const note = notesFor(relayRules)
  const parsed = relayDossier.safeParse(pushed)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    note.add('record.unreadable', field, { field })
    return { ok: false, findings: note.findings }
  }
  const record = parsed.data
  const localCode = record.MaHoSo
  const nationalCode = nationalCodeOf(localCode, provinceAgencyCode)
  if (nationalCode === null) note.add('code.without-province', 'nationalCode')
  const status = statusOf(record, tables, note)
  const times = timesOf(record, status, note)
  const receiptNumber = known(record.SoBienNhan)
  if (receiptNumber === null && record.SoBienNhan != null) note.add('code.receipt-empty', 'SoBienNhan')
  note.add('fee.not-carried', 'fees')
  const unit = known(record.unit)
  const value: Dossier = {
    sourceId: localCode,
    localCode,
    nationalCode,
    origin: 'local',
    receiptNumber,
    procedure: { localCode: known(record.MaTTHC), name: known(record.TenTTHC) },
    sector: { code: known(record.MaLinhVuc), name: known(record.TenLinhVuc) },
    agency: entryOf(tables.agencies, unit) ?? { code: unit, name: known(record.DonViXuLy) },
    applicant: applicantOf(record, tables, note),
    submitter: null,
    summary: known(record.TrichYeuHoSo),
    note: known(record.GhiChu),
    channel: mapped(record.KenhThucHien, tables.channels, (value) => note.add('channel.unmapped', 'channel', { value })),
    filedAt: 'provincial',
    ...times,
    returnBy: mapped(record.HinhThuc, tables.returnWays, (value) => note.add('return-way.unmapped', 'returnBy', { value })),
    returnNote: null,
    status,
    steps: null,
    fees: null,
    onlinePayment: null,
    documents: documentsOf(record, note),
    otherPapers: null,
    supplements: null,
    results: resultsOf(record, note),
    digitised: null,
    databases: null,
  }
  return { ok: true, value, findings: note.findings }
}

/** What scope rules need, without mapping. */
export function relayTraits(pushed: unknown, tables: CodeTables): DossierTraits {
  const parsed = relayDossier.safeParse(pushed)
  const record = parsed.success ? parsed.data : undefined
  const receivedAt = wall.parse(record?.NgayTiepNhan ?? '') ?? null
  return {
    localCode: record?.MaHoSo ?? null,
    agencyCode: known(record?.unit),
    procedureCode: known(record?.MaTTHC),
    channel: entryOf(tables.channels, known(record?.KenhThucHien)) ?? null,
    receivedAt,
    flags: receivedAt === null ? ['not-received'] : [],
  }
}

/** Returned or refused: nothing more is expected. */
export function isClosedRelay(record: RelayDossier): boolean {
  return /^(?:3|10)$/.test(record.TrangThaiHoSo?.trim() ?? '')
}

/** The number given is kept; what this kind of portal is known to do with numbers is said. */
function statusOf(record: RelayDossier, tables: CodeTables, note: Note): DossierStatus | null {
  const code = known(record.TrangThaiHoSo)
  const status = entryOf(tables.status, code)
  if (status === undefined) note.add('status.unmapped', 'status', { status: codeWord(code) })
  else if (status === 1) note.add('status.may-hide-supplement', 'status')
  else if (status === 5) note.add('status.dialect-deviation', 'status', { status })
  return status ?? null
}

type Times = Pick<Dossier, 'submittedAt' | 'receivedAt' | 'dueAt' | 'finishedAt' | 'returnedAt' | 'refusedAt'>

function timesOf(record: RelayDossier, status: DossierStatus | null, note: Note): Times {
  const read = (text: string | null | undefined, path: string): Instant | null => {
    if (known(text) === null) return null
    const at = wall.parse(text ?? '')
    if (at === undefined) note.add('time.unreadable', path)
    return at ?? null
  }
  const times = {
    submittedAt: read(record.NgayNopHoSo, 'submittedAt'),
    receivedAt: read(record.NgayTiepNhan, 'receivedAt'),
    dueAt: read(record.NgayHenTra, 'dueAt'),
    finishedAt: read(record.NgayKetThucXuLy, 'finishedAt'),
    returnedAt: read(record.NgayTra, 'returnedAt'),
    refusedAt: read(record.NgayTuChoi, 'refusedAt'),
  }
  if ((status === 9 || status === 10) && times.finishedAt === null) note.add('time.finish-missing', 'finishedAt')
  if (status === 10 && times.returnedAt === null) note.add('time.return-missing', 'returnedAt')
  return times
}

function applicantOf(record: RelayDossier, tables: CodeTables, note: Note): Dossier['applicant'] {
  const kind = mapped(record.LoaiDoiTuong, tables.applicantKinds, (value) => note.add('applicant.kind-unmapped', 'applicant.kind', { kind: value }))
  const number = known(record.MaDoiTuong)
  if (number !== null) note.add('applicant.id-in-account-field', 'MaDoiTuong')
  return {
    name: known(record.ChuHoSo),
    kind,
    identities: number === null ? [] : [identityOf(number, kind, null, note)],
    nationalAccountId: null,
    identityVerified: null,
    phone: known(record.SoDienThoai),
    email: known(record.Email),
    fax: null,
    address: null,
    note: null,
  }
}

function documentsOf(record: RelayDossier, note: Note): readonly Attachment[] | null {
  const rows = record.TaiLieuNop ?? []
  if (rows.length === 0) return null
  if (rows.some(({ TepDinhKemId }) => known(TepDinhKemId) !== null)) note.add('id.repeated', 'TaiLieuNop[].TepDinhKemId')
  if (rows.some(({ DuongDanTaiTepTin }) => known(DuongDanTaiTepTin) !== null)) note.add('url.foreign', 'TaiLieuNop[].DuongDanTaiTepTin')
  return rows.flatMap((row, index): Attachment[] => {
    const name = known(row.TenTepDinhKem)
    if (name === null) return []
    return [
      {
        id: known(row.TepDinhKemId),
        name,
        componentCode: known(row.MaThanhPhanHoSo),
        url: addressOf(row.DuongDanTaiTepTin, `documents[${index}].url`, note),
        file: null,
        deleted: /^(?:true|1)$/i.test(row.IsDeleted?.trim() ?? ''),
        digitised: null,
        reuse: null,
        fromPersonalStore: null,
        replacedByResult: null,
      },
    ]
  })
}

function resultsOf(record: RelayDossier, note: Note): readonly ResultDocument[] | null {
  const rows = record.DanhSachGiayToKetQua ?? []
  if (rows.length === 0) return null
  return rows.flatMap((row, index): ResultDocument[] => {
    const name = known(row.TenGiayTo)
    if (name === null) return []
    return [
      {
        id: known(row.GiayToId),
        name,
        componentCode: known(row.MaThanhPhanHoSo),
        url: addressOf(row.DuongDanTepTinKetQua, `results[${index}].url`, note),
        file: null,
        resultCode: known(row.MaGiayToKetQua),
      },
    ]
  })
}

/** Passed on, never opened. */
function addressOf(text: string | null | undefined, path: string, note: Note): string | null {
  const address = known(text)
  if (address === null) return null
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '') return address
  note.add('url.unusable', path)
  return null
}

function mapped<Value>(text: string | null | undefined, table: CodeTable<Value>, unmapped: (value: string) => void): Value | null {
  const code = known(text)
  const value = entryOf(table, code)
  if (code !== null && value === undefined) unmapped(codeWord(code))
  return value ?? null
}
