import { isLienthongError, type LienthongError } from '../../../src/base/index.js'
import {
  type ProcedureDatabase,
  type ProcedureDatabaseOptions,
  type ProcedurePage,
  procedureDatabase,
} from '../../../src/connectors/procedure-database/index.js'
import { manualClock } from '../../transport/manual-clock.js'

export const ORIGIN = 'https://adapter.example.vn'
export const CODE = '1.999001'

/** The record of contracts/procedure-database.md §9, shortened to what a connector can spoil. */
export const record = {
  ID: '90001',
  MATTHC: CODE,
  TENTTHC: 'Cấp giấy phép mẫu',
  LOAITTHC: '2',
  TRANGTHAI: '1',
  LINHVUCTHUCHIEN: [{ MALINHVUC: 'G99-MAU01', TENLINHVUC: 'Lĩnh vực mẫu' }],
  CACHTHUCTHUCHIEN: [
    {
      KENH: '2',
      THOIGIAN: [
        {
          THOIGIANGIAIQUYET: '5',
          DONVITINH: 'Ngày làm việc',
          MOTA: '',
          PHILEPHI: [{ MAPHILEPHI: "2'", SOTIEN: '50.000', DONVI: 'Đồng', MOTA: '', URL: '', TENTEP: '' }],
        },
      ],
    },
  ],
  THANHPHANHOSO: [{ TRUONGHOP: '', GIAYTO: [{ MAGIAYTO: '000.00.00.G99-KQ0001', TENGIAYTO: 'Đơn đề nghị', URL: 'https://example.invalid/f/1' }] }],
  IDQUYETDINHCONGBO: '7001',
} as const

export const listed = [
  { MATTHC: CODE, TENTTHC: 'Cấp giấy phép mẫu' },
  { MATTHC: '1.999002', TENTTHC: 'Cấp lại giấy phép mẫu' },
]

export const nativeOptions: ProcedureDatabaseOptions = {
  baseUrl: ORIGIN,
  agencyCode: '000.00.00.H99',
  dstcode: 'VN:GOV:000.00.00.G22:dvcqg',
  credentials: { username: 'demo-h99', password: 'canary-password' },
  endpoints: { auth: '/mapi/login', share: '/mapi/share', integration: '/mapi/integration' },
}

/** A database whose waits take no time. */
export const databaseOf = (options: ProcedureDatabaseOptions): ProcedureDatabase =>
  procedureDatabase({ clock: manualClock(), random: () => 0, ...options })

export async function failureOf(promise: Promise<unknown>): Promise<LienthongError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isLienthongError(error)) throw new Error(`not a LienthongError: ${String(error)}`)
  return error
}

export async function pagesOf(database: ProcedureDatabase, options: Parameters<ProcedureDatabase['list']>[0] = {}): Promise<ProcedurePage[]> {
  const pages: ProcedurePage[] = []
  for await (const page of database.list(options)) pages.push(page)
  return pages
}
