import type { DossierRecord, ProgressStepRecord } from '../../connectors/national-portal/wire.js'
import {
  type ApplicantKind,
  type Channel,
  type Dossier,
  type Fee,
  type Identity,
  type Instant,
  type OnlinePayment,
  type Paper,
  type ProgressStep,
  parseVnd,
  type ReturnWay,
} from '../../domain/index.js'
import { known } from '../known.js'
import type { CodeTables } from '../tables/index.js'
import { wireTimeFormat } from './wire-time.js'

/**
 * A record of the wire as a dossier: what the portal echoes, or what another system pushes to us. Fields the wire does not carry are
 * unknown. Where several of our values share one wire code, the first of the table is taken.
 */
export function fromDossierRecord(record: DossierRecord, tables: CodeTables): Dossier {
  const { wire } = tables
  return {
    sourceId: record.MaHoSo,
    localCode: null,
    nationalCode: record.MaHoSo,
    origin: 'national',
    receiptNumber: known(record.SoBienNhan),
    procedure: { localCode: known(record.MaTTHC), name: known(record.TenTTHC) },
    sector: { code: known(record.MaLinhVuc), name: known(record.TenLinhVuc) },
    agency: { code: null, name: known(record.DonViXuLy) },
    applicant: {
      name: known(record.ChuHoSo),
      kind: decoded<ApplicantKind>(wire.applicantKind, record.LoaiDoiTuong),
      identities: (record.DinhDanhCHS ?? []).map(({ LoaiDinhDanh, SoDinhDanh }) => ({
        kind: decoded<Identity['kind']>(wire.identity, LoaiDinhDanh) ?? 'other',
        number: SoDinhDanh,
        issuedOn: null,
      })),
      nationalAccountId: known(record.MaDoiTuong),
      identityVerified: flag(record.TaiKhoanDuocXacThucVoiVNeID),
      phone: known(record.SoDienThoai),
      email: known(record.Email),
      fax: known(record.Fax),
      address: null,
      note: known(record.ThongTinKhac),
    },
    submitter: null,
    summary: known(record.TrichYeuHoSo),
    note: known(record.GhiChu),
    channel: decoded<Channel>(wire.channel, record.KenhThucHien),
    filedAt: decoded<'national' | 'provincial'>(wire.filedAt, record.NoiNopHoSo),
    submittedAt: time(record.NgayNopHoSo),
    receivedAt: time(record.NgayTiepNhan),
    dueAt: time(record.NgayHenTra),
    finishedAt: time(record.NgayKetThucXuLy),
    returnedAt: time(record.NgayTra),
    refusedAt: time(record.NgayTuChoi),
    returnBy: decoded<ReturnWay>(wire.returnBy, record.HinhThuc),
    returnNote: known(record.ThongTinTra),
    status: Number(record.TrangThaiHoSo),
    steps: null,
    fees: record.DanhSachLePhi === undefined ? null : fromFees(record.DanhSachLePhi),
    onlinePayment: decoded<OnlinePayment>(wire.onlinePayment, record.DuocThanhToanTrucTuyen),
    documents:
      record.TaiLieuNop?.map((one) => ({
        id: known(one.TepDinhKemId),
        name: one.TenTepDinhKem,
        componentCode: known(one.MaThanhPhanHoSo),
        url: known(one.DuongDanTaiTepTin),
        file: null,
        deleted: one.IsDeleted === 'True',
        digitised: flag(one.DuocSoHoa),
        reuse: one.DuocTaiSuDung === undefined ? null : (Number(one.DuocTaiSuDung) as 0 | 1 | 2),
        fromPersonalStore: flag(one.DuocLayTuKhoDMQG),
        replacedByResult: known(one.MaKetQuaThayThe),
      })) ?? null,
    otherPapers: record.DanhSachTepDinhKemKhac?.map(fromPaper) ?? null,
    supplements:
      record.DanhSachHoSoBoSung?.map((one) => ({
        id: known(one.HoSoBoSungId),
        requestedBy: known(one.NguoiYeuCauBoSung),
        content: known(one.NoiDungBoSung),
        requestedAt: time(one.NgayBoSung),
        receivedBy: known(one.NguoiTiepNhanBoSung),
        receiptNote: known(one.ThongTinTiepNhan),
        receivedAt: time(one.NgayTiepNhanBoSung),
        received: one.TrangThaiBoSung === '1',
        papers: one.DanhSachGiayToBoSung.map(fromPaper),
        fees: fromFees(one.DanhSachLePhiBoSung) ?? [],
        dueBefore: time(one.NgayHenTraTruoc),
        dueAfter: time(one.NgayHenTraMoi),
      })) ?? null,
    results:
      record.DanhSachGiayToKetQua?.map((one) => ({
        id: known(one.GiayToId),
        name: one.TenGiayTo,
        componentCode: known(one.MaThanhPhanHoSo),
        url: known(one.DuongDanTepTinKetQua),
        file: null,
        resultCode: known(one.MaGiayToKetQua),
      })) ?? null,
    digitised: flag(record.HoSoCoThanhPhanSoHoa),
    databases: record.DSKetNoiCSDL?.map(({ MaCSDL }) => MaCSDL) ?? null,
  }
}

/** A step of the wire as ours. @returns undefined when its time is no real moment */
export function fromProgressStep(record: ProgressStepRecord): ProgressStep | undefined {
  const at = time(record.ThoiDiemXuLy)
  if (at === null) return undefined
  return {
    id: null,
    at,
    status: Number(record.TrangThai),
    action: null,
    officer: known(record.NguoiXuLy),
    position: known(record.ChucDanh),
    department: known(record.PhongBanXuLy),
    note: known(record.NoiDungXuLy),
    startedAt: time(record.NgayBatDau),
    deadline: time(record.NgayKetThucTheoQuyDinh),
    derived: false,
  }
}

function decoded<Value extends string>(codes: Readonly<Partial<Record<string, string>>>, code: string | undefined): Value | null {
  return (Object.keys(codes).find((value) => codes[value] === code) as Value | undefined) ?? null
}

function time(text: string | undefined): Instant | null {
  return wireTimeFormat.parse(text ?? '') ?? null
}

function flag(text: '0' | '1' | undefined): boolean | null {
  return text === undefined ? null : text === '1'
}

type FeeRow = NonNullable<DossierRecord['DanhSachLePhi']>[number]

/** @returns null when an amount is more than a number holds: better unknown than wrong */
function fromFees(rows: readonly FeeRow[]): readonly Fee[] | null {
  const fees = rows.flatMap((row) => {
    const amount = parseVnd(row.Gia)
    const [name, code, collectedAt, kind] = [row.TenPhiLePhi, row.MaPhiLePhi, row.HinhThucThu, row.LoaiPhiLePhi].map(known)
    return amount === undefined
      ? []
      : [{ name: name ?? null, code: code ?? null, amount, paid: null, collectedAt: collectedAt ?? null, kind: kind ?? null }]
  })
  return fees.length === rows.length ? fees : null
}

function fromPaper(row: NonNullable<DossierRecord['DanhSachTepDinhKemKhac']>[number]): Paper {
  return { name: row.TenGiayTo, copies: /^\d+$/.test(row.SoLuong) ? Number(row.SoLuong) : null, kind: known(row.LoaiGiayTo) }
}
