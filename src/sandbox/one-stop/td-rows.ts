/** Turns the story into rows of TD.DichVuCong's tables. contracts/provincial-sources.md §8.1 */
import { type Instant, wallClockFormat } from '../../domain/index.js'
import { actions } from '../province/actions.js'
import { agencies, procedures } from '../province/catalogue.js'
import type { Life } from '../province/life.js'
import type { Province } from '../province/province.js'
import type { Standing } from '../province/standing.js'

export type Cell = string | null
export type TdRow = Readonly<Record<string, Cell>>

export interface TdRecord {
  readonly life: Life
  readonly dossier: TdRow
  readonly steps: readonly TdRow[]
  readonly fees: readonly TdRow[]
}

/** `datetime2(7)` as SQL Server writes it into a text. */
const wall = wallClockFormat('yyyy-MM-dd HH:mm:ss')
const shown = (at: Instant | null): Cell => (at === null ? null : `${wall.format(at)}.0000000`)

const KINDS = { citizen: 'Công dân', business: 'Doanh nghiệp', organization: 'Tổ chức' } as const
const PAPERS = { citizen: 'CCCD', business: 'MST', organization: 'MST' } as const
/** None of the ten national codes. */
const STRANGER_STATUS = '77'
const NOT_DELETED = { DeletedOn: null }

/** This product makes no copies for publishing and no group dossiers. */
export function* tdRecords(province: Province): Generator<TdRecord> {
  for (const life of province.lives) if (life.fate !== 'copy' && life.fate !== 'group') yield tdRecord(life, province.standing(life))
}

export function tdRecord(life: Life, standing: Standing): TdRecord {
  return { life, dossier: dossierRow(life, standing), steps: stepRows(life, standing), fees: feeRows(life, standing) }
}

function dossierRow(life: Life, standing: Standing): TdRow {
  const { applicant, procedure } = life
  const last = standing.steps.at(-1)
  return {
    Id: life.referenceUid,
    DonViId: groupCode(agencies.findIndex(({ code }) => code === life.agency.code)),
    MaHoSo: standing.code === '' ? null : standing.code,
    MaHoSoKhac: null,
    KenhThucHien: life.online ? '2' : '1',
    LoaiDoiTuong: life.fate === 'applicant-kind-missing' ? null : KINDS[applicant.kind],
    ChuHoSo: applicant.name,
    SoGiayToChuHoSo: applicant.number,
    LoaiGiayToChuHoSo: PAPERS[applicant.kind],
    NgaySinhChuHoSo: null,
    SoDienThoaiChuHoSo: applicant.phone,
    EmailChuHoSo: applicant.email,
    DiaChiChuHoSo: `Số ${(life.index % 99) + 1} đường Mẫu`,
    UyQuyen: '0',
    NguoiUyQuyen: null,
    TrichYeuHoSo: life.fate === 'test' ? 'HỒ SƠ THỬ NGHIỆM' : null,
    GhiChu: null,
    NgayNopHoSo: shown(life.submittedAt),
    NgayTiepNhan: shown(standing.receivedAt),
    NgayHenTra: shown(standing.dueAt),
    NgayKetThucXuLy: shown(standing.releasedAt),
    NgayTra: shown(standing.finishedAt),
    NgayTuChoi: standing.national === 3 ? shown(last?.at ?? null) : null,
    NgayYeuCauBoSung: shown(standing.correctingAt),
    TrangThaiHoSoId: life.fate === 'status-unmapped' ? STRANGER_STATUS : String(standing.national),
    TrangThaiBoSung: standing.national === 5 ? 'Yêu cầu công dân bổ sung' : standing.correctingAt === null ? null : 'Hoàn thành bổ sung',
    HinhThucTra: life.byPost ? '1' : '0',
    MaTTHC: procedure.localCode,
    MaLinhVuc: procedure.sectorCode,
    TenLinhVuc: procedure.sector,
    DinhKemKetQua: standing.finishedAt === null ? null : `ketqua/${life.index}-1.pdf##ketqua/${life.index}-2.pdf`,
    TrangThaiDongBoDVC: life.index % 2 === 0 ? '0' : null,
    TaiKhoanDuocXacThucVoiVNeID: null,
    DuocThanhToanTrucTuyen: null,
    HoSoCoThanhPhanSoHo: null,
    ViTriDeHoSo: life.fate === 'migrated' ? 'Convert' : null,
    CreatedOn: shown(life.createdAt),
    LastModifiedOn: shown(standing.modifiedAt),
    ...NOT_DELETED,
  }
}

/** What was migrated brought no history along. */
function stepRows(life: Life, standing: Standing): readonly TdRow[] {
  if (life.fate === 'migrated') return []
  return standing.steps.map((step, place) => ({
    Id: rowId('9a', place, life),
    MaHoSo: standing.code === '' ? life.referenceUid.slice(0, 18) : standing.code,
    ThoiGian: shown(step.at),
    TrangThai: String(actions[step.action].national),
    TenNguoiGui: step.officer,
    ThaoTac: actions[step.action].name,
    NoiDung: step.note,
    NgayHetHanBuocXuLy: null,
    TrangThaiDongBoDVCQuocGia: place % 2 === 0 ? '0' : null,
    CreatedOn: shown(step.at),
    LastModifiedOn: null,
    ...NOT_DELETED,
  }))
}

function feeRows(life: Life, { code, payment }: Standing): readonly TdRow[] {
  if (payment === null) return []
  const paid = payment.paidAt !== null
  return [
    {
      Id: rowId('7b', 0, life),
      MaHoSo: code,
      Ma: `${code}-${wallClockFormat('yyyyMMddHHmmss').format(payment.requestedAt)}`,
      SoTien: String(payment.amount),
      Phi: '0',
      LePhi: String(payment.amount),
      TrangThai: paid ? 'Đã thanh toán' : 'Chờ thanh toán',
      HinhThucThu: 'Thu trước',
      HinhThucThanhToan: paid ? (payment.online ? 'truc-tuyen' : 'tien-mat') : null,
      NgayYeuCau: shown(payment.requestedAt),
      NgayThuPhi: shown(payment.paidAt),
      DoiTacThanhToan: paid && payment.online ? 'paymentplatform' : null,
      CreatedOn: shown(payment.requestedAt),
      LastModifiedOn: shown(payment.paidAt),
      ...NOT_DELETED,
    },
  ]
}

/** `Catalog.ThuTucs`. */
export function procedureRows(): readonly TdRow[] {
  return procedures.map(({ localCode, name, sector, sectorCode }, place) => ({
    Id: `00000000-0000-4000-9000-${String(place).padStart(12, '0')}`,
    MaTTHC: localCode,
    TenTTHC: name,
    MaLinhVucChinh: sectorCode,
    LinhVucChinh: sector,
    ...NOT_DELETED,
  }))
}

/** `Catalog.Groups`. */
export function groupRows(): readonly TdRow[] {
  return agencies.map(({ code, name }, place) => ({
    Id: `00000000-0000-4000-a000-${String(place).padStart(12, '0')}`,
    GroupCode: groupCode(place),
    GroupName: name,
    MaDinhDanh: code,
    ...NOT_DELETED,
  }))
}

function groupCode(place: number): string {
  return `XAMAU${String(place + 1).padStart(2, '0')}`
}

function rowId(kind: string, place: number, life: Life): string {
  return `${kind}${String(place).padStart(6, '0')}${life.referenceUid.slice(8)}`
}
