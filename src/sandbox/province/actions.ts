/**
 * What an officer can do with a dossier in the story's one-stop system, and what the province's IT would write into its
 * tables about it: action → national status, status and sub-status → national status.
 */
export interface StoryAction {
  readonly name: string
  /** National status after the action. contracts/national-portal.md §5.1 */
  readonly national: number
  readonly status: string
  readonly subStatus: string
  readonly stepCode: string
  readonly stepName: string
  readonly desk: 'reception' | 'officer'
  readonly notes: readonly string[]
}

export type ActionCode = '1100' | '1900' | '3000' | '3100' | '4100' | '4200' | '5100' | '5200' | '6100' | '6200' | '7000' | '8100' | '8900'

const received = { status: 'processing', subStatus: 'processing_1', stepCode: '110', stepName: 'Tiếp nhận hồ sơ' }
const underReview = { status: 'processing', subStatus: 'processing_2', stepCode: '210', stepName: 'Thẩm định hồ sơ' }

export const actions: Readonly<Record<ActionCode, StoryAction>> = {
  1100: { ...received, name: 'Tiếp nhận hồ sơ', national: 2, desk: 'reception', notes: ['Hồ sơ đầy đủ', 'Đã kiểm tra thành phần hồ sơ', ''] },
  1900: {
    name: 'Từ chối tiếp nhận',
    national: 3,
    status: 'denied',
    subStatus: '',
    stepCode: '190',
    stepName: 'Không tiếp nhận',
    desk: 'reception',
    notes: ['Không thuộc thẩm quyền'],
  },
  3000: {
    ...underReview,
    name: 'Chuyển thẩm định',
    national: 4,
    desk: 'officer',
    notes: ['Chuyển chuyên viên thẩm định', 'Chuyển phòng chuyên môn xử lý'],
  },
  3100: {
    name: 'Trình ký',
    national: 4,
    status: 'processing',
    subStatus: 'processing_3',
    stepCode: '220',
    stepName: 'Ký duyệt',
    desk: 'officer',
    notes: ['Trình lãnh đạo ký duyệt'],
  },
  4100: {
    name: 'Yêu cầu bổ sung',
    national: 5,
    status: 'waiting',
    subStatus: '',
    stepCode: '300',
    stepName: 'Chờ bổ sung giấy tờ',
    desk: 'officer',
    notes: ['Thiếu bản sao hợp đồng', 'Tờ khai chưa có chữ ký'],
  },
  4200: { ...underReview, name: 'Tiếp nhận bổ sung', national: 4, desk: 'reception', notes: ['Đã nhận đủ giấy tờ bổ sung'] },
  5100: {
    name: 'Yêu cầu nộp phí',
    national: 6,
    status: 'paying',
    subStatus: '',
    stepCode: '310',
    stepName: 'Chờ nộp phí',
    desk: 'officer',
    notes: ['Đề nghị nộp phí, lệ phí'],
  },
  5200: { ...underReview, name: 'Xác nhận đã nộp phí', national: 4, desk: 'reception', notes: ['Đã nộp đủ'] },
  6100: {
    name: 'Công dân rút hồ sơ',
    national: 7,
    status: 'cancelled',
    subStatus: '',
    stepCode: '410',
    stepName: 'Đã rút',
    desk: 'reception',
    notes: ['Theo đơn xin rút hồ sơ'],
  },
  6200: {
    name: 'Dừng xử lý',
    national: 8,
    status: 'unresolved',
    subStatus: '',
    stepCode: '420',
    stepName: 'Dừng xử lý',
    desk: 'officer',
    notes: ['Không đủ điều kiện giải quyết'],
  },
  7000: {
    name: 'Ký duyệt kết quả',
    national: 9,
    status: 'releasing',
    subStatus: '',
    stepCode: '390',
    stepName: 'Chờ trả kết quả',
    desk: 'officer',
    notes: ['Đã ký, chuyển Một cửa'],
  },
  8100: {
    name: 'Trả kết quả',
    national: 10,
    status: 'done',
    subStatus: '',
    stepCode: '400',
    stepName: 'Kết thúc',
    desk: 'reception',
    notes: ['Đã trả kết quả'],
  },
  8900: { ...received, name: 'Hủy bước trả kết quả', national: 2, desk: 'reception', notes: ['Trả nhầm, xử lý lại'] },
}

/** Texts that OpenCPS shows for its statuses. */
export const statusTexts: Readonly<Record<string, string>> = {
  new: 'Mới đăng ký',
  processing: 'Đang xử lý',
  waiting: 'Chờ bổ sung',
  paying: 'Chờ nộp phí',
  denied: 'Từ chối tiếp nhận',
  cancelled: 'Đã rút hồ sơ',
  unresolved: 'Dừng xử lý',
  releasing: 'Chờ trả kết quả',
  done: 'Đã trả kết quả',
  processing_1: 'Đã tiếp nhận',
  processing_2: 'Đang thẩm định',
  processing_3: 'Đang trình ký',
}

/** A status that stands in no table: dirty dossiers have it. */
export const STRANGER_STATUS = 'chuyen_kho_cu'

/**
 * The province's tables. A row of `subStatuses` wins over the row of the status, as in OpenCPS's own `DossierStatusMapping`.
 * contracts/provincial-sources.md §4.6
 */
export const provinceTables = {
  actions: Object.fromEntries(Object.entries(actions).map(([code, action]) => [code, action.national])),
  statuses: { new: 1, receiving: 1, processing: 4, waiting: 5, paying: 6, denied: 3, cancelled: 7, unresolved: 8, releasing: 9, done: 10 },
  subStatuses: { processing_1: 2 },
  /** `LoaiDoiTuong`, contracts/national-portal.md §5.3. */
  applicantKinds: { citizen: 1, business: 2, organization: 4 },
} as const
