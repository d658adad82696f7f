import { dossierStatuses } from '../../domain/index.js'
import type { Product, TablesInput } from './schema.js'

const nationalTerms = Object.fromEntries(Object.entries(dossierStatuses).map(([code, { says }]) => [says.vi, Number(code)]))

/** What every product shares: the national terms and the codes of the national wire. contracts/national-portal.md §5 */
const common: TablesInput = {
  statusText: nationalTerms,
  applicantName: 'as-written',
  // A dossier under a code that the national catalogue does not have helps nobody: it waits, in one group, until the procedure is matched.
  unmatchedProcedure: 'refuse',
  // §5.5 and §5.6: what public clients send for every fee.
  assume: { feeCollectedAt: '1', feeKind: '1' },
  wire: {
    // §5.3: 1 and 2 have two sources, 3 and 4 one each and their labels differ.
    applicantKind: { citizen: '1', business: '2', 'state-body': '3', organization: '4' },
    channel: { direct: '1', online: '2', post: '3' },
    returnBy: { counter: '0', post: '1' },
    onlinePayment: { national: '1', provincial: '2', none: '0', 'requested-offline': '3' },
    // §5.8: 1 is inferred.
    filedAt: { national: '1', provincial: '2' },
    // §5.10: codes for tax numbers and passports are unknown, so such identities stay at home until a table names one.
    identity: { 'personal-number': '1', 'old-id-card': '2' },
  },
}

/** contracts/provincial-sources.md §4. The status column is the contract's default; sub-statuses and actions are free per site. */
const openCps: TablesInput = {
  status: {
    new: 1,
    receiving: 1,
    collecting: 2,
    processing: 4,
    handover: 4,
    interoperating: 4,
    waiting: 5,
    correcting: 5,
    paying: 6,
    cancelling: 7,
    cancelled: 7,
    unresolved: 8,
    pausing: 8,
    releasing: 9,
    posting: 9,
    done: 10,
    denied: 3,
  },
  applicantKinds: { citizen: 'citizen', business: 'business', organization: 'organization' },
  channels: { true: 'online', false: 'direct' },
  returnWays: { '0': 'counter', '1': 'counter', '*': 'post' },
  // The source never writes this list down: assumed (§4.5).
  paymentStatus: {
    '0': { paid: false, assumed: true },
    '1': { paid: false, assumed: true },
    '2': { paid: null, assumed: true },
    '3': { paid: true, assumed: true },
    '5': { paid: true, assumed: true, atCounter: true },
  },
  paymentMethods: { KeyPayDVCQG: 'national', ViettelPay: 'provincial' },
}

/** contracts/provincial-sources.md §10: headings of both list forms and the tags of the register template. */
const registerFile: TablesInput = {
  columns: {
    STT: 'row-number',
    'Đơn vị tiếp nhận': 'agencyName',
    'Người tiếp nhận': 'receivedBy',
    'Tên thủ tục hành chính': 'procedureName',
    'Mã hồ sơ': 'localCode',
    'Trạng thái': 'status',
    'Địa chỉ': 'address',
    'Người nộp': 'submitter',
    'Chủ hồ sơ': 'applicantName',
    'Ngày nộp hồ sơ': 'submittedAt',
    'Ngày nhận': 'receivedAt',
    'Ngày hẹn trả': 'dueAt',
    'Ngày kết thúc xử lý': 'finishedAt',
    MaHoSo: 'localCode',
    TrichYeuHoSo: 'summary',
    ChuHoSo: 'applicantName',
    DiaChiChuHoSo: 'address',
    SoDienThoaiChuHoSo: 'phone',
    NgayTiepNhan: 'receivedAt',
    NgayHenTra: 'dueAt',
    NgayTra: 'returnedAt',
    TenNguoiNhanHoSo: 'receivedBy',
  },
  // Refused and waiting transactions are no payments; "waiting" is neither paid nor unpaid.
  paymentText: { 'Thành công': { paid: true }, 'Chờ xác nhận': { paid: null }, 'Thất bại': { paid: false } },
}

/** The defaults of each product, as one province's file would write them. */
export const defaultTables: Readonly<Record<Product, readonly TablesInput[]>> = {
  'opencps-v2': [common, openCps],
  'file-csv': [common, registerFile],
  ndjson: [common],
}
