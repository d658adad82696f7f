import { nationalProcedures } from './national-procedures.js'

/** The made-up province. H99 is given to nobody. */
export const PROVINCE_ROOT = 'H99'
export const PROVINCE_AGENCY = '000.00.00.H99'

export interface StoryAgency {
  readonly code: string
  readonly name: string
  readonly level: 'agency' | 'commune'
}

const DEPARTMENTS = ['Sở Tư pháp', 'Sở Xây dựng', 'Sở Tài chính', 'Sở Nông nghiệp và Môi trường', 'Công an tỉnh', 'Sở Y tế']
const COMMUNES = ['Mẫu Thượng', 'Mẫu Hạ', 'Ví Dụ Đông', 'Ví Dụ Đoài', 'Thử Nghiệm', 'Giả Định']

/** Six departments and six communes, codes in the form of QCVN 102:2016. */
export const agencies: readonly StoryAgency[] = [
  ...DEPARTMENTS.map((name, index) => ({ code: `000.00.${pad(index + 1)}.${PROVINCE_ROOT}`, name: `${name} tỉnh Mẫu`, level: 'agency' as const })),
  ...COMMUNES.map((name, index) => ({ code: `000.00.${pad(index + 21)}.${PROVINCE_ROOT}`, name: `UBND xã ${name}`, level: 'commune' as const })),
]

export interface StoryProcedure {
  readonly localCode: string
  /** `null`: offered by the province, but matched to nothing in the national catalogue. */
  readonly nationalCode: string | null
  readonly name: string
  readonly sector: string
  readonly sectorCode: string
  /** Working time promised to the citizen, in days. */
  readonly days: number
  /** Whole đồng; 0 when nothing is due. */
  readonly fee: number
}

/** What a procedure costs, by its place in the list: half of them nothing. */
const FEES = [0, 8000, 0, 100_000, 30_000, 0, 500_000, 0]
const DAYS = [1, 3, 5, 7, 10, 15, 20, 30]

const sectorCodes = new Map<string, string>()
function sectorCode(sector: string): string {
  const known = sectorCodes.get(sector)
  if (known !== undefined) return known
  const code = `G99-LV${pad(sectorCodes.size + 1)}`
  sectorCodes.set(sector, code)
  return code
}

/** Procedures that have a national code: those of healthy dossiers. */
export const matchedProcedures: readonly StoryProcedure[] = nationalProcedures.map(([code, name, sector], index) => ({
  localCode: `${code}.000.00.00.${PROVINCE_ROOT}`,
  nationalCode: code,
  name,
  sector,
  sectorCode: sectorCode(sector),
  days: DAYS[index % DAYS.length] ?? 5,
  fee: FEES[index % FEES.length] ?? 0,
}))

/** In the province's catalogue, without a national twin. */
export const unmatchedProcedures: readonly StoryProcedure[] = [
  { localCode: `TS_lop1.000.00.00.${PROVINCE_ROOT}`, name: 'Đăng ký tuyển sinh vào lớp 1 (mẫu)' },
  { localCode: `NB_thenv.000.00.00.${PROVINCE_ROOT}`, name: 'Cấp thẻ nhân viên nội bộ (mẫu)' },
].map((procedure) => ({ ...procedure, nationalCode: null, sector: 'Nội bộ tỉnh Mẫu', sectorCode: sectorCode('Nội bộ tỉnh Mẫu'), days: 5, fee: 0 }))

/** Used by dirty dossiers and listed nowhere. */
export const strangerProcedure: StoryProcedure = {
  localCode: `9.999999.000.00.00.${PROVINCE_ROOT}`,
  nationalCode: null,
  name: 'Thủ tục không có trong danh mục (mẫu)',
  sector: 'Không rõ',
  sectorCode: '',
  days: 5,
  fee: 0,
}

export const procedures: readonly StoryProcedure[] = [...matchedProcedures, ...unmatchedProcedures]

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
