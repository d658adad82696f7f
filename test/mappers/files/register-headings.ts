/** Of the list that one-stop systems export, in its order. contracts/provincial-sources.md §10 */
export const HEADINGS = [
  'STT',
  'Đơn vị tiếp nhận',
  'Tên thủ tục hành chính',
  'Mã hồ sơ',
  'Trạng thái',
  'Địa chỉ',
  'Người nộp',
  'Chủ hồ sơ',
  'Ngày nộp hồ sơ',
  'Ngày nhận',
  'Ngày hẹn trả',
  'Ngày kết thúc xử lý',
] as const
