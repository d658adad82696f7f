/**
 * Fills a database with the story of a province in TD.DichVuCong's own tables, and follows it: every change of a dossier sets its flag back
 * to unsent, as the product does. contracts/provincial-sources.md §8.1
 */
import { type Kysely, sql } from 'kysely'
import type { Province } from '../province/province.js'
import { groupRows, procedureRows, type TdRecord, type TdRow, tdRecords } from './td-rows.js'

export interface TdBooksOptions {
  readonly flavour: 'mssql' | 'postgres' | 'sqlite'
}

/** The product's own work in its database. */
export interface TdBooks {
  /** Makes schemas and tables, and fills the catalogues. SQLite has no schemas: `Business_HoSos`. */
  create(): Promise<void>
  /** Writes what happened since the last time. @returns how many dossiers changed */
  follow(): Promise<number>
}

const TABLES = {
  HoSos: 'Business.HoSos',
  QuaTrinhXuLyHoSos: 'Business.QuaTrinhXuLyHoSos',
  YeuCauThanhToans: 'Business.YeuCauThanhToans',
  ThuTucs: 'Catalog.ThuTucs',
  Groups: 'Catalog.Groups',
} as const
type Table = keyof typeof TABLES

/** Columns that the product's own push and ours write; a change of a dossier sets the first back. */
const MARKS: ReadonlySet<string> = new Set(['MaHoSoKhac', 'TrangThaiDongBoDVC', 'TrangThaiDongBoDVCQuocGia'])
const ROWS_TOGETHER = 20

export function tdBooks(db: Kysely<unknown>, province: () => Province, { flavour }: TdBooksOptions): TdBooks {
  const name = (table: Table) => sql.table(flavour === 'sqlite' ? TABLES[table].replace('.', '_') : TABLES[table])
  /** As written last, by Id. */
  const written = new Map<string, string>()

  const insert = async (table: Table, rows: readonly TdRow[]) => {
    for (let start = 0; start < rows.length; start += ROWS_TOGETHER) {
      const some = rows.slice(start, start + ROWS_TOGETHER)
      const columns = Object.keys(some[0] ?? {})
      const values = some.map((row) => sql`(${sql.join(columns.map((column) => row[column] ?? null))})`)
      await sql`insert into ${name(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) values ${sql.join(values)}`.execute(db)
    }
  }
  const update = async (table: Table, row: TdRow, reset: TdRow = {}) => {
    const set = { ...Object.fromEntries(Object.entries(row).filter(([column]) => column !== 'Id' && !MARKS.has(column))), ...reset }
    const assignments = Object.entries(set).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
    await sql`update ${name(table)} set ${sql.join(assignments)} where ${sql.ref('Id')} = ${row.Id}`.execute(db)
  }

  /** @returns whether there was anything new */
  const write = async ({ dossier, steps, fees }: TdRecord): Promise<boolean> => {
    const news = { HoSos: [] as TdRow[], QuaTrinhXuLyHoSos: [] as TdRow[], YeuCauThanhToans: [] as TdRow[] }
    let isNews = false
    const parts: readonly (readonly [keyof typeof news, readonly TdRow[]])[] = [
      ['HoSos', [dossier]],
      ['QuaTrinhXuLyHoSos', steps],
      ['YeuCauThanhToans', fees],
    ]
    for (const [table, rows] of parts) {
      for (const row of rows) {
        const text = JSON.stringify(row)
        const before = written.get(row.Id ?? '')
        if (before === text) continue
        isNews = true
        written.set(row.Id ?? '', text)
        if (before === undefined) news[table].push(row)
        else await update(table, row, table === 'HoSos' ? { TrangThaiDongBoDVC: '0' } : { LastModifiedOn: dossier.LastModifiedOn ?? null })
      }
    }
    for (const [table] of parts) if (news[table].length > 0) await insert(table, news[table])
    return isNews
  }

  return {
    async create() {
      if (flavour === 'postgres') await sql`create schema "Business"`.execute(db)
      if (flavour === 'postgres') await sql`create schema "Catalog"`.execute(db)
      if (flavour === 'mssql') await sql`create schema Business`.execute(db)
      if (flavour === 'mssql') await sql`create schema Catalog`.execute(db)
      for (const [table, columns] of Object.entries(COLUMNS) as [Table, readonly string[]][]) {
        const typed = columns.map((column) => sql`${sql.ref(column)} ${sql.raw(typeOf(column, flavour))}`)
        await sql`create table ${name(table)} (${sql.join(typed)}, primary key (${sql.ref('Id')}))`.execute(db)
      }
      await insert('ThuTucs', procedureRows())
      await insert('Groups', groupRows())
    },
    async follow() {
      let changed = 0
      for (const record of tdRecords(province())) if (await write(record)) changed += 1
      return changed
    },
  }
}

const audit = ['CreatedOn', 'LastModifiedOn', 'DeletedOn']
const COLUMNS: Readonly<Record<Table, readonly string[]>> = {
  HoSos: words(
    'Id DonViId MaHoSo MaHoSoKhac KenhThucHien LoaiDoiTuong ChuHoSo SoGiayToChuHoSo LoaiGiayToChuHoSo NgaySinhChuHoSo SoDienThoaiChuHoSo EmailChuHoSo ' +
      'DiaChiChuHoSo UyQuyen NguoiUyQuyen TrichYeuHoSo GhiChu NgayNopHoSo NgayTiepNhan NgayHenTra NgayKetThucXuLy NgayTra NgayTuChoi NgayYeuCauBoSung ' +
      'TrangThaiHoSoId TrangThaiBoSung HinhThucTra MaTTHC MaLinhVuc TenLinhVuc DinhKemKetQua TrangThaiDongBoDVC TaiKhoanDuocXacThucVoiVNeID ' +
      'DuocThanhToanTrucTuyen HoSoCoThanhPhanSoHo ViTriDeHoSo',
  ).concat(audit),
  QuaTrinhXuLyHoSos: words('Id MaHoSo ThoiGian TrangThai TenNguoiGui ThaoTac NoiDung NgayHetHanBuocXuLy TrangThaiDongBoDVCQuocGia').concat(audit),
  YeuCauThanhToans: words('Id MaHoSo Ma SoTien Phi LePhi TrangThai HinhThucThu HinhThucThanhToan NgayYeuCau NgayThuPhi DoiTacThanhToan').concat(
    audit,
  ),
  ThuTucs: words('Id MaTTHC TenTTHC MaLinhVucChinh LinhVucChinh DeletedOn'),
  Groups: words('Id GroupCode GroupName MaDinhDanh DeletedOn'),
}

function words(text: string): readonly string[] {
  return text.split(' ')
}

function typeOf(column: string, flavour: TdBooksOptions['flavour']): string {
  const moment = { mssql: 'datetime2', postgres: 'timestamp', sqlite: 'text' } as const
  const text = { mssql: 'nvarchar(2000)', postgres: 'text', sqlite: 'text' } as const
  if (column === 'Id') return flavour === 'mssql' ? 'uniqueidentifier not null' : 'text not null'
  if (['SoTien', 'Phi', 'LePhi'].includes(column)) return flavour === 'sqlite' ? 'integer' : 'int'
  return /^Ngay(?!SinhChuHoSo)|^ThoiGian$|On$/.test(column) ? moment[flavour] : text[flavour]
}
