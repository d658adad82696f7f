import type { TablesInput } from '../schema.js'

/** contracts/provincial-sources.md §10: headings of both list forms and the tags of the register template. */
export const registerFile: TablesInput = {
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
