import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What the readers of office files may have to say. Source facts only; what the national portal lacks is said by its own mapper. */
export const fileRules = {
  'row.no-code': {
    severity: 'error',
    says: {
      en: '{file}, row {row}: no dossier number (Mã hồ sơ); the row is refused.',
      vi: '{file}, dòng {row}: không có Mã hồ sơ; dòng bị từ chối.',
    },
    hint: { en: 'Enter the number in the register and export again.', vi: 'Nhập mã vào sổ rồi xuất lại.' },
  },
  'row.no-dossier': {
    severity: 'error',
    says: {
      en: '{file}, row {row}: what stands under Mã hồ sơ is no dossier number; the row is refused.',
      vi: '{file}, dòng {row}: ô Mã hồ sơ không chứa mã hồ sơ; dòng bị từ chối.',
    },
    hint: {
      en: 'Totals and signatures below the list do no harm. Else correct the cell: one number without blanks, in its own column.',
      vi: 'Dòng tổng cộng, chữ ký cuối danh sách thì bỏ qua được. Nếu không, sửa ô: chỉ một mã, không khoảng trắng, đúng cột.',
    },
  },
  'row.repeated': {
    severity: 'error',
    says: {
      en: '{file}, rows {rows}: one and the same dossier, written down more than once; it is taken once.',
      vi: '{file}, các dòng {rows}: cùng một hồ sơ được ghi nhiều lần, nội dung giống nhau; chỉ lấy một lần.',
    },
    hint: { en: 'Delete the copies and export again.', vi: 'Xóa các dòng trùng rồi xuất lại.' },
  },
  'row.contradicted': {
    severity: 'error',
    says: {
      en: '{file}, rows {rows}: one dossier number and different contents; none of these rows is taken.',
      vi: '{file}, các dòng {rows}: cùng một Mã hồ sơ nhưng nội dung khác nhau; không lấy dòng nào.',
    },
    hint: { en: 'Delete the outdated rows, or correct the number, and export again.', vi: 'Xóa các dòng cũ hoặc sửa lại mã rồi xuất lại.' },
  },
  'row.damaged': {
    severity: 'error',
    says: {
      en: '{file}, row {row}: some characters are damaged; the file was saved in another encoding than it claims.',
      vi: '{file}, dòng {row}: một số ký tự bị hỏng; tệp được lưu bằng bảng mã khác.',
    },
    hint: { en: 'Save the file again as “CSV UTF-8”.', vi: 'Lưu lại tệp dạng “CSV UTF-8”.' },
  },
  'row.too-long': {
    severity: 'error',
    says: {
      en: '{file}, row {row}: a cell holds more text than any spreadsheet takes; the row is refused.',
      vi: '{file}, dòng {row}: một ô chứa nhiều ký tự hơn mức bảng tính cho phép; dòng bị từ chối.',
    },
    hint: {
      en: 'Look at this row in the file: a quotation mark or a tag may not be closed.',
      vi: 'Xem lại dòng này trong tệp: có thể thiếu dấu ngoặc kép hoặc thẻ đóng.',
    },
  },
  'row.torn': {
    severity: 'error',
    says: {
      en: '{file}, row {row}: this row is joined with another one, by a quotation mark that is not closed or a line end that is missing; it is refused.',
      vi: '{file}, dòng {row}: dòng này dính với dòng khác do thiếu dấu ngoặc kép đóng hoặc thiếu dấu xuống dòng; dòng bị từ chối.',
    },
    hint: {
      en: 'Look at this row and the one below, correct them in the register and export again.',
      vi: 'Xem dòng này và dòng dưới, sửa trong sổ rồi xuất lại.',
    },
  },
  'row.unreadable': {
    severity: 'error',
    says: { en: '{field}: {problem}', vi: '{field}: {problem}' },
    hint: { en: 'Correct the line; field names are those of the canonical dossier row.', vi: 'Sửa dòng này; tên trường theo định dạng hồ sơ chuẩn.' },
  },
  'status.unmapped': {
    severity: 'error',
    says: { en: 'The status “{status}” has no row in the tables.', vi: 'Trạng thái “{status}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `statusText` in the code tables.', vi: 'Thêm vào `statusText` trong bảng mã.' },
  },
  'code.without-province': sourceRules['code.without-province'],
  'time.unreadable': {
    severity: 'warn',
    says: {
      en: 'A date is not written dd/MM/yyyy HH:mm:ss and counts as unknown.',
      vi: 'Ngày không đúng dạng dd/MM/yyyy HH:mm:ss nên coi như chưa biết.',
    },
    hint: { en: 'Correct the cell.', vi: 'Sửa ô này.' },
  },
  'time.reception-unreadable': {
    severity: 'error',
    says: {
      en: 'The date of reception is not written dd/MM/yyyy HH:mm:ss; without it the dossier would not be counted.',
      vi: 'Ngày nhận không đúng dạng dd/MM/yyyy HH:mm:ss; không có ngày này hồ sơ sẽ không được tính.',
    },
    hint: { en: 'Correct the cell “Ngày nhận” and export again.', vi: 'Sửa ô “Ngày nhận” rồi xuất lại.' },
  },
  'time.serial': {
    severity: 'warn',
    says: { en: 'A date is a spreadsheet’s serial number; it was converted.', vi: 'Ngày ở dạng số thứ tự của bảng tính; đã được chuyển đổi.' },
    hint: { en: 'Format the column as a date before exporting.', vi: 'Định dạng cột thành ngày trước khi xuất.' },
  },
  'time.without-clock': {
    severity: 'info',
    says: { en: 'A date has no time of day; midnight is taken.', vi: 'Ngày không có giờ; lấy 00:00.' },
    hint: { en: 'Export the column with hours and minutes.', vi: 'Xuất cột kèm giờ phút.' },
  },
  'procedure.resolved-by-name': {
    severity: 'info',
    says: { en: 'The procedure’s code was found by its exact name.', vi: 'Mã thủ tục được tra theo đúng tên.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'procedure.name-unmatched': {
    severity: 'warn',
    says: {
      en: 'No procedure of the catalogue, or more than one, has exactly this name: “{name}”.',
      vi: 'Không có, hoặc có nhiều hơn một thủ tục trong danh mục mang đúng tên này: “{name}”.',
    },
    hint: { en: 'Correct the name in the register, or add the code as a column.', vi: 'Sửa tên trong sổ, hoặc thêm cột mã thủ tục.' },
  },
  'applicant.owner-not-submitter': {
    severity: 'info',
    says: { en: 'Somebody else filed it; the owner of the dossier is the applicant.', vi: 'Người nộp khác chủ hồ sơ; chủ hồ sơ là đối tượng.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'applicant.payer-not-applicant': {
    severity: 'info',
    says: {
      en: 'The tax number of the payment list belongs to the payer on the receipt; it is not the applicant’s identity.',
      vi: 'Mã số thuế trong danh sách là của người nộp tiền trên biên lai; không dùng làm giấy tờ của chủ hồ sơ.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'value.unmapped': {
    severity: 'warn',
    says: { en: 'A value of this column has no row in the tables.', vi: 'Giá trị của cột này chưa có trong bảng mã.' },
    hint: { en: 'Add it to the code tables.', vi: 'Thêm vào bảng mã.' },
  },
  'identity.doubtful': {
    severity: 'warn',
    says: { en: 'The identity number is kept as written, but {problem}.', vi: 'Số giấy tờ được giữ nguyên nhưng có vấn đề: {problemVi}.' },
    hint: { en: 'Correct it in the register; keep the column as text.', vi: 'Sửa trong sổ; để cột ở dạng văn bản.' },
  },
  'fee.not-carried': {
    severity: 'info',
    says: {
      en: 'No fee is carried for this dossier: unknown, not free of charge.',
      vi: 'Không có thông tin phí của hồ sơ này: chưa biết, không phải miễn phí.',
    },
    hint: { en: 'A list of online transactions lacks what is paid in cash.', vi: 'Danh sách giao dịch trực tuyến không có khoản nộp tiền mặt.' },
  },
  'fee.unconfirmed': {
    severity: 'warn',
    says: { en: 'The transaction waits for confirmation: neither paid nor unpaid.', vi: 'Giao dịch chờ xác nhận: chưa rõ đã nộp hay chưa.' },
    hint: { en: 'Export the payment list again when it is settled.', vi: 'Xuất lại danh sách khi giao dịch hoàn tất.' },
  },
  'fee.unreadable': {
    severity: 'warn',
    says: {
      en: '{file}, row {row}: the amount is no whole number of đồng; the row is left out.',
      vi: '{file}, dòng {row}: số tiền không hợp lệ; bỏ qua dòng này.',
    },
    hint: { en: 'Correct the cell.', vi: 'Sửa ô này.' },
  },
  'fee.state-unmapped': {
    severity: 'warn',
    says: {
      en: 'The state of the transaction has no row: whether it is paid is unknown.',
      vi: 'Trạng thái giao dịch chưa có trong bảng: chưa biết đã nộp hay chưa.',
    },
    hint: { en: 'Add it to `paymentText`.', vi: 'Thêm vào `paymentText`.' },
  },
} as const satisfies Record<string, FindingRule>

export type FileRule = keyof typeof fileRules
