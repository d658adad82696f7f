import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What the OpenCPS mapper may have to say. Source facts only; what the national portal lacks is said by its own mapper. */
export const openCpsRules = {
  'record.unreadable': {
    severity: 'error',
    says: { en: 'The record is no OpenCPS dossier: {problem}.', vi: 'Bản ghi không phải hồ sơ OpenCPS: {problem}.' },
    hint: { en: 'Check the address of the source and its version.', vi: 'Kiểm tra địa chỉ và phiên bản của nguồn.' },
  },
  'status.unmapped': {
    severity: 'error',
    says: { en: 'The status “{status}” has no row in the tables.', vi: 'Trạng thái “{status}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `status` in the code tables.', vi: 'Thêm vào `status` trong bảng mã.' },
  },
  'status.substatus-unmapped': {
    severity: 'info',
    says: {
      en: 'The sub-status “{subStatus}” has no row; the row of the status “{status}” decides.',
      vi: 'Trạng thái con “{subStatus}” chưa có trong bảng; lấy theo trạng thái “{status}”.',
    },
    hint: { en: 'Add it to `subStatus` if it means something else nationally.', vi: 'Thêm vào `subStatus` nếu mang nghĩa khác ở mức quốc gia.' },
  },
  'code.missing': sourceRules['code.missing'],
  'code.without-province': sourceRules['code.without-province'],
  'name.case-lost': {
    severity: 'info',
    says: { en: 'OpenCPS upper-cases names; it is sent as read.', vi: 'OpenCPS viết hoa toàn bộ tên; tên được gửi như đọc được.' },
    hint: {
      en: 'If the contact is always the applicant, set `applicantName: contact-when-same-letters`.',
      vi: 'Nếu người liên hệ luôn là chủ hồ sơ, đặt `applicantName: contact-when-same-letters`.',
    },
  },
  'applicant.kind-unmapped': sourceRules['applicant.kind-unmapped'],
  'identity.doubtful': sourceRules['identity.doubtful'],
  'channel.unmapped': {
    severity: 'warn',
    says: { en: 'The value “{value}” of `online` has no row in the tables.', vi: 'Giá trị “{value}” của `online` chưa có trong bảng mã.' },
    hint: { en: 'Add it to `channels`.', vi: 'Thêm vào `channels`.' },
  },
  'return-way.unmapped': {
    severity: 'warn',
    says: { en: 'The value “{value}” of `viaPostal` has no row in the tables.', vi: 'Giá trị “{value}” của `viaPostal` chưa có trong bảng mã.' },
    hint: { en: 'Add it to `returnWays`.', vi: 'Thêm vào `returnWays`.' },
  },
  'time.unreadable': {
    severity: 'warn',
    says: {
      en: 'A date is not written dd/MM/yyyy HH:mm:ss and counts as unknown.',
      vi: 'Ngày không đúng dạng dd/MM/yyyy HH:mm:ss nên coi như chưa biết.',
    },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'time.finish-without-return': {
    severity: 'info',
    says: {
      en: '`finishDate` is set although the dossier is neither returned nor refused; it is not taken for the hand-over.',
      vi: 'Có `finishDate` nhưng hồ sơ chưa trả hay từ chối; không coi là ngày trả kết quả.',
    },
    hint: { en: 'Check the status table.', vi: 'Kiểm tra bảng trạng thái.' },
  },
  'duration.contradiction': {
    severity: 'info',
    says: {
      en: 'The record allows {allowed} days, but its due date is only {given} days after reception.',
      vi: 'Bản ghi cho {allowed} ngày nhưng ngày hẹn trả chỉ cách ngày tiếp nhận {given} ngày.',
    },
    hint: { en: 'The due date is sent; check the procedure’s duration.', vi: 'Ngày hẹn trả được gửi; kiểm tra thời hạn của thủ tục.' },
  },
  'flag.unreliable': {
    severity: 'info',
    says: {
      en: '`stepOverdue` is not used: the detail says "true" for every dossier.',
      vi: 'Không dùng `stepOverdue`: API chi tiết luôn trả "true".',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'steps.snapshot-only': {
    severity: 'info',
    says: {
      en: 'The last action in the record is a snapshot and is not reported as a step: the action feed holds it too.',
      vi: 'Thao tác gần nhất trong bản ghi chỉ là ảnh chụp, không gửi thành bước: luồng thao tác đã có.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'steps.not-fetched': {
    severity: 'info',
    says: {
      en: 'Steps: no action feed was read for this dossier: unknown, not empty.',
      vi: 'Tiến độ: chưa đọc luồng thao tác của hồ sơ này: chưa biết, không phải trống.',
    },
    hint: { en: 'Read /dossiers/{id}/syncs as well.', vi: 'Đọc thêm /dossiers/{id}/syncs.' },
  },
  'step.unreadable': {
    severity: 'warn',
    says: {
      en: 'A row of the action feed has no readable time and is left out.',
      vi: 'Một dòng thao tác không có thời điểm đọc được nên bị bỏ qua.',
    },
    hint: { en: 'Look at the feed of this dossier.', vi: 'Kiểm tra luồng thao tác của hồ sơ này.' },
  },
  'step.status-unmapped': {
    severity: 'warn',
    says: {
      en: 'The action “{action}” has no national status: the step is not sent.',
      vi: 'Thao tác “{action}” chưa có trạng thái quốc gia: bước này không được gửi.',
    },
    hint: {
      en: 'Add it to `actions`; the national on-time score reads steps.',
      vi: 'Thêm vào `actions`; điểm đúng hạn quốc gia tính theo các bước.',
    },
  },
  'fee.not-fetched': {
    severity: 'info',
    says: {
      en: 'Fees: no fee record was read for this dossier: unknown, not free of charge.',
      vi: 'Phí: chưa đọc bản ghi thanh toán của hồ sơ này: chưa biết, không phải miễn phí.',
    },
    hint: { en: 'Read /dossiers/{id}/payment as well.', vi: 'Đọc thêm /dossiers/{id}/payment.' },
  },
  'fee.unreadable': {
    severity: 'warn',
    says: {
      en: 'The fee record has no whole amount of đồng; fees count as unknown.',
      vi: 'Bản ghi thanh toán không có số tiền nguyên; phí coi như chưa biết.',
    },
    hint: { en: 'Look at the fee record at the source.', vi: 'Kiểm tra bản ghi thanh toán tại nguồn.' },
  },
  'fee.amounts-differ': {
    severity: 'warn',
    says: {
      en: 'The fee record names amounts that do not add up: fee {fee}, service {service}, postage {ship}, total {total}.',
      vi: 'Các khoản trong bản ghi thanh toán không khớp: phí {fee}, dịch vụ {service}, bưu phí {ship}, tổng {total}.',
    },
    hint: { en: 'Correct the record at the source.', vi: 'Sửa bản ghi tại nguồn.' },
  },
  'fee.status-assumed': {
    severity: 'info',
    says: {
      en: 'paymentStatus {status} is read by an assumption: the source never writes its list of values down.',
      vi: 'paymentStatus {status} được hiểu theo giả định: mã nguồn không công bố danh mục này.',
    },
    hint: { en: 'Confirm it in `paymentStatus` of the code tables.', vi: 'Xác nhận trong `paymentStatus` của bảng mã.' },
  },
  'fee.status-unmapped': {
    severity: 'warn',
    says: {
      en: 'paymentStatus “{status}” has no row: whether it is paid is unknown.',
      vi: 'paymentStatus “{status}” chưa có trong bảng: chưa biết đã nộp hay chưa.',
    },
    hint: { en: 'Add it to `paymentStatus`.', vi: 'Thêm vào `paymentStatus`.' },
  },
  'fee.method-unmapped': {
    severity: 'warn',
    says: {
      en: 'Paid, but by which gateway is unknown: the method has no row.',
      vi: 'Đã nộp nhưng chưa rõ qua cổng nào: phương thức chưa có trong bảng.',
    },
    hint: { en: 'Add the payment method to `paymentMethods`.', vi: 'Thêm phương thức vào `paymentMethods`.' },
  },
} as const satisfies Record<string, FindingRule>

export type OpenCpsRule = keyof typeof openCpsRules
