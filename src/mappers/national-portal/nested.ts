/** The lists inside a dossier record. contracts/national-portal.md §4.1.2–4.1.6. Unknown texts go out empty, as every public client does. */
import type { DossierRecord } from '../../connectors/national-portal/wire.js'
import {
  type Attachment,
  type Fee,
  formatVnd,
  type Identity,
  type Instant,
  type Paper,
  type ResultDocument,
  type SupplementRequest,
} from '../../domain/index.js'
import type { CodeTables, WireCodes } from '../tables/index.js'
import { cut, type RecordNotes } from './text.js'
import { wireTimeFormat } from './wire-time.js'

type Row<List extends keyof DossierRecord> = NonNullable<DossierRecord[List]> extends readonly (infer Item)[] ? Item : never

export function wireTime(at: Instant | null): string {
  return at === null ? '' : wireTimeFormat.format(at)
}

export function wireFlag(value: boolean | null): '0' | '1' | undefined {
  return value === null ? undefined : value ? '1' : '0'
}

/** The portal takes no row without an address: a file that no link leads to is not reported until one does. */
export function isReportable(item: Attachment | ResultDocument): boolean {
  return item.url !== null || item.file == null || ('deleted' in item && item.deleted)
}

export function toDocument(document: Attachment, note: RecordNotes): Row<'TaiLieuNop'> {
  const digitised = wireFlag(document.digitised)
  const fromStore = wireFlag(document.fromPersonalStore)
  return {
    TepDinhKemId: document.id ?? '',
    TenTepDinhKem: cut(document.name, 4000, 'documents', 'TenTepDinhKem', note),
    IsDeleted: document.deleted ? 'True' : 'False',
    MaThanhPhanHoSo: document.componentCode ?? '',
    DuongDanTaiTepTin: document.url ?? '',
    ...(digitised === undefined ? {} : { DuocSoHoa: digitised }),
    ...(document.reuse === null ? {} : { DuocTaiSuDung: (['0', '1', '2'] as const)[document.reuse] }),
    ...(fromStore === undefined ? {} : { DuocLayTuKhoDMQG: fromStore }),
    ...(document.replacedByResult === null ? {} : { MaKetQuaThayThe: document.replacedByResult }),
  }
}

export function toFee(fee: Fee, { assume }: CodeTables): Row<'DanhSachLePhi'> {
  return {
    TenPhiLePhi: fee.name ?? '',
    MaPhiLePhi: fee.code ?? '',
    HinhThucThu: fee.collectedAt ?? assume.feeCollectedAt ?? '',
    Gia: formatVnd(fee.amount),
    LoaiPhiLePhi: fee.kind ?? assume.feeKind ?? '',
  }
}

export function toPaper(paper: Paper): Row<'DanhSachTepDinhKemKhac'> {
  return { TenGiayTo: paper.name, SoLuong: paper.copies === null ? '' : String(paper.copies), LoaiGiayTo: paper.kind ?? '' }
}

export function toSupplement(request: SupplementRequest, tables: CodeTables): Row<'DanhSachHoSoBoSung'> {
  return {
    HoSoBoSungId: request.id ?? '',
    NguoiYeuCauBoSung: request.requestedBy ?? '',
    NoiDungBoSung: request.content ?? '',
    NgayBoSung: wireTime(request.requestedAt),
    NguoiTiepNhanBoSung: request.receivedBy ?? '',
    ThongTinTiepNhan: request.receiptNote ?? '',
    NgayTiepNhanBoSung: wireTime(request.receivedAt),
    TrangThaiBoSung: wireFlag(request.received ?? request.receivedAt !== null) ?? '0',
    DanhSachGiayToBoSung: request.papers.map(toPaper),
    DanhSachLePhiBoSung: request.fees.map((fee) => toFee(fee, tables)),
    NgayHenTraTruoc: wireTime(request.dueBefore),
    NgayHenTraMoi: wireTime(request.dueAfter),
  }
}

export function toResult(result: ResultDocument, note: RecordNotes): Row<'DanhSachGiayToKetQua'> {
  return {
    TenGiayTo: cut(result.name, 2000, 'results', 'TenGiayTo', note),
    MaThanhPhanHoSo: result.componentCode ?? '',
    GiayToId: result.id ?? '',
    DuongDanTepTinKetQua: result.url ?? '',
    ...(result.resultCode === null ? {} : { MaGiayToKetQua: result.resultCode }),
  }
}

/** Identities whose kind has a national code; the others are reported. */
export function toIdentities(identities: readonly Identity[], wire: WireCodes, note: RecordNotes): Row<'DinhDanhCHS'>[] {
  return identities.flatMap(({ kind, number }, index) => {
    const code = wire.identity[kind]
    if (code === undefined) note.add('identity.kind-unmapped', `applicant.identities[${index}].kind`, { kind })
    return code === undefined ? [] : [{ LoaiDinhDanh: code, SoDinhDanh: number }]
  })
}
