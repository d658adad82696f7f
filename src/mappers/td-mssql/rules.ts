import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What the TD mapper may have to say. Source facts only; what the national portal lacks is said by its own mapper. */
export const tdRules = {
  'record.unreadable': {
    severity: 'error',
    says: { en: 'The record is no dossier of TD.DichVuCong: {problem}.', vi: 'Bản ghi không phải hồ sơ của TD.DichVuCong: {problem}.' },
    hint: { en: 'Look at this row of Business.HoSos; every dossier has an Id.', vi: 'Kiểm tra dòng này trong Business.HoSos; hồ sơ nào cũng có Id.' },
  },
  'status.missing': {
    severity: 'error',
    says: { en: 'The dossier has no state (TrangThaiHoSoId).', vi: 'Hồ sơ không có trạng thái (TrangThaiHoSoId).' },
    hint: { en: 'Set it at the source; it is read again then.', vi: 'Cập nhật tại hệ thống nguồn; hồ sơ sẽ được đọc lại.' },
  },
  'status.unmapped': {
    severity: 'error',
    says: { en: 'The state “{status}” has no row in the tables.', vi: 'Trạng thái “{status}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `status` in the code tables.', vi: 'Thêm vào `status` trong bảng mã.' },
  },
  'status.sent-as-done': {
    severity: 'info',
    says: { en: 'State {status} is reported as 9, as the configuration says.', vi: 'Trạng thái {status} được gửi là 9 theo cấu hình.' },
    hint: { en: 'Take it out of `sendAsDone` to report it as it is.', vi: 'Bỏ khỏi `sendAsDone` để gửi đúng trạng thái.' },
  },
  'supplement.contradicts': {
    severity: 'warn',
    says: {
      en: 'TrangThaiBoSung says that the citizen must supply papers, but the state is {status} and not 5.',
      vi: 'TrangThaiBoSung ghi đang yêu cầu công dân bổ sung nhưng trạng thái là {status}, không phải 5.',
    },
    hint: { en: 'The state is what is sent; correct one of the two at the source.', vi: 'Trạng thái được gửi; sửa một trong hai tại nguồn.' },
  },
  'code.missing': sourceRules['code.missing'],
  'code.without-province': {
    severity: 'warn',
    says: {
      en: 'The dossier number does not carry the province’s agency code, and MaHoSoKhac names no other.',
      vi: 'Mã hồ sơ không chứa mã định danh của tỉnh, và MaHoSoKhac cũng không có mã khác.',
    },
    hint: {
      en: 'Let the product make its second number (MaHoSoKhac), or number dossiers by the circular.',
      vi: 'Để hệ thống sinh mã thứ hai (MaHoSoKhac) hoặc cấp mã theo quy định.',
    },
  },
  'procedure.name-missing': {
    severity: 'warn',
    says: {
      en: 'The dossier table has no name of the procedure; the name of the field (TenLinhVuc) is none.',
      vi: 'Bảng hồ sơ không có tên thủ tục; tên lĩnh vực (TenLinhVuc) không dùng thay.',
    },
    hint: {
      en: 'It comes from Catalog.ThuTucs: check that the procedure stands there.',
      vi: 'Tên lấy từ Catalog.ThuTucs: kiểm tra thủ tục có trong bảng này.',
    },
  },
  'agency.local-code': {
    severity: 'warn',
    says: {
      en: 'DonViId “{code}” is a code of this installation, not an agency code.',
      vi: 'DonViId “{code}” là mã nội bộ, không phải mã định danh.',
    },
    hint: {
      en: 'Fill MaDinhDanh in Catalog.Groups, or add the code to `agencies` in the tables.',
      vi: 'Điền MaDinhDanh trong Catalog.Groups, hoặc thêm mã vào `agencies` trong bảng mã.',
    },
  },
  'applicant.kind-unmapped': {
    severity: 'warn',
    says: {
      en: 'The applicant kind “{kind}” has no row in the tables; the product itself would send “citizen”.',
      vi: 'Loại đối tượng “{kind}” chưa có trong bảng mã; phần mềm gốc sẽ gửi là công dân.',
    },
    hint: { en: 'Add the text to `applicantKinds`.', vi: 'Thêm vào `applicantKinds`.' },
  },
  'applicant.owner-not-submitter': {
    severity: 'info',
    says: { en: 'Somebody else files for the applicant (UyQuyen).', vi: 'Người nộp được ủy quyền, không phải chủ hồ sơ (UyQuyen).' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'identity.doubtful': sourceRules['identity.doubtful'],
  'identity.dummy': {
    severity: 'warn',
    says: {
      en: 'The identity number is a filler that stands for “none”; it is not sent.',
      vi: 'Số giấy tờ là số giả điền cho đủ; không gửi đi.',
    },
    hint: { en: 'Enter the real number at the source.', vi: 'Nhập số thật tại hệ thống nguồn.' },
  },
  'identity.year-differs': {
    severity: 'info',
    says: {
      en: 'The year of birth does not fit the personal number.',
      vi: 'Năm sinh không khớp với số định danh cá nhân.',
    },
    hint: { en: 'Correct one of the two at the source; both stay as they are.', vi: 'Sửa một trong hai tại nguồn; cả hai giữ nguyên.' },
  },
  'channel.unmapped': {
    severity: 'warn',
    says: { en: 'The value “{value}” of KenhThucHien has no row in the tables.', vi: 'Giá trị “{value}” của KenhThucHien chưa có trong bảng mã.' },
    hint: { en: 'Add it to `channels`.', vi: 'Thêm vào `channels`.' },
  },
  'channel.assumed': {
    severity: 'info',
    says: {
      en: 'KenhThucHien 3 is read as “by post”: inferred, not confirmed.',
      vi: 'KenhThucHien 3 được hiểu là bưu chính: suy đoán, chưa xác nhận.',
    },
    hint: { en: 'Confirm it by a row in `channels`.', vi: 'Xác nhận bằng một dòng trong `channels`.' },
  },
  'return-way.unmapped': {
    severity: 'warn',
    says: { en: 'The value “{value}” of HinhThucTra has no row in the tables.', vi: 'Giá trị “{value}” của HinhThucTra chưa có trong bảng mã.' },
    hint: { en: 'Add it to `returnWays`.', vi: 'Thêm vào `returnWays`.' },
  },
  'time.unreadable': {
    severity: 'warn',
    says: { en: 'A date is in no known form and counts as unknown.', vi: 'Ngày không đúng dạng đã biết nên coi như chưa có.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'sync.pending': {
    severity: 'info',
    says: { en: 'Not marked as synced: it waits to be sent.', vi: 'Chưa đánh dấu đã đồng bộ: đang chờ gửi.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'sync.done': {
    severity: 'info',
    says: {
      en: 'Marked as synced, by the old sync or by ours. The mark alone proves nothing: the dossier is looked at all the same.',
      vi: 'Đã được đánh dấu đồng bộ (bởi đồng bộ cũ hoặc chính hệ thống này). Riêng dấu này không chứng minh gì: hồ sơ vẫn được xét.',
    },
    hint: { en: 'Set "alreadyMarked": "skip" to trust the old marks.', vi: 'Đặt "alreadyMarked": "skip" nếu tin các dấu cũ.' },
  },
  'steps.not-fetched': {
    severity: 'info',
    says: {
      en: 'Steps: none were read for this dossier: unknown, not empty.',
      vi: 'Tiến độ: chưa đọc bước nào của hồ sơ này: chưa biết, không phải trống.',
    },
    hint: { en: 'Read QuaTrinhXuLyHoSos as well.', vi: 'Đọc thêm QuaTrinhXuLyHoSos.' },
  },
  'steps.boundary-missing': {
    severity: 'info',
    says: {
      en: 'The record has dates for which no step was written ({dates}); such steps are derived from the dates when sent.',
      vi: 'Bản ghi có ngày mà không có bước tương ứng ({dates}); khi gửi, các bước này được suy ra từ ngày.',
    },
    hint: { en: 'Nothing to do; `derivedSteps` switches it.', vi: 'Không cần làm gì; bật tắt bằng `derivedSteps`.' },
  },
  'step.unreadable': {
    severity: 'warn',
    says: { en: 'A step has no readable time and is left out.', vi: 'Một bước không có thời điểm đọc được nên bị bỏ qua.' },
    hint: { en: 'Look at QuaTrinhXuLyHoSos of this dossier.', vi: 'Kiểm tra QuaTrinhXuLyHoSos của hồ sơ này.' },
  },
  'step.status-unmapped': {
    severity: 'warn',
    says: {
      en: 'The step “{action}” states no national status: it is not sent. The product itself would send 4.',
      vi: 'Bước “{action}” không có trạng thái quốc gia: không gửi. Phần mềm gốc sẽ gửi là 4.',
    },
    hint: {
      en: 'Add its ThaoTac to `actions`; the national on-time score reads steps.',
      vi: 'Thêm ThaoTac vào `actions`; điểm đúng hạn quốc gia tính theo các bước.',
    },
  },
  'fee.not-fetched': {
    severity: 'info',
    says: {
      en: 'Fees: none were read for this dossier: unknown, not free of charge.',
      vi: 'Phí: chưa đọc khoản nào của hồ sơ này: chưa biết, không phải miễn phí.',
    },
    hint: { en: 'Read YeuCauThanhToans as well.', vi: 'Đọc thêm YeuCauThanhToans.' },
  },
  'fee.unreadable': {
    severity: 'warn',
    says: {
      en: 'A fee request has no whole amount of đồng; fees count as unknown.',
      vi: 'Một yêu cầu thanh toán không có số tiền nguyên; phí coi như chưa biết.',
    },
    hint: { en: 'Look at YeuCauThanhToans of this dossier.', vi: 'Kiểm tra YeuCauThanhToans của hồ sơ này.' },
  },
  'fee.split': {
    severity: 'info',
    says: { en: 'SoTien is Phi and LePhi together; it counts once.', vi: 'SoTien là tổng Phi và LePhi; chỉ tính một lần.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'fee.amounts-differ': {
    severity: 'warn',
    says: {
      en: 'SoTien is {total}, but Phi {charge} and LePhi {fee} make another sum.',
      vi: 'SoTien là {total} nhưng Phi {charge} và LePhi {fee} cộng lại khác.',
    },
    hint: { en: 'SoTien is sent; correct the request at the source.', vi: 'SoTien được gửi; sửa yêu cầu tại nguồn.' },
  },
  'fee.unpaid': {
    severity: 'info',
    says: { en: 'Requested, not paid.', vi: 'Đã yêu cầu, chưa nộp.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'fee.cancelled': {
    severity: 'info',
    says: { en: 'The request was cancelled or paid back and is left out.', vi: 'Yêu cầu đã hủy hoặc đã hoàn nên bỏ qua.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'fee.status-unmapped': {
    severity: 'warn',
    says: {
      en: 'The payment state “{status}” has no row: whether it is paid is unknown.',
      vi: 'Trạng thái thanh toán “{status}” chưa có trong bảng: chưa biết đã nộp hay chưa.',
    },
    hint: { en: 'Add the text to `paymentText`.', vi: 'Thêm vào `paymentText`.' },
  },
  'fee.method-unmapped': {
    severity: 'warn',
    says: {
      en: 'Paid online, but through which gateway is unknown: “{partner}” has no row.',
      vi: 'Đã nộp trực tuyến nhưng chưa rõ cổng: “{partner}” chưa có trong bảng.',
    },
    hint: { en: 'Add DoiTacThanhToan to `paymentMethods`.', vi: 'Thêm DoiTacThanhToan vào `paymentMethods`.' },
  },
} as const satisfies Record<string, FindingRule>

export type TdRule = keyof typeof tdRules
