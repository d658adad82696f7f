import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What may be said of a record of a province's own system. Source facts only; what the national portal lacks is said by its own mapper. */
export const ownSystemRules = {
  'record.unreadable': {
    severity: 'error',
    says: {
      en: 'The record’s field {field} is not what the source’s `record` says: {problem}',
      vi: 'Trường {field} của bản ghi không đúng với `record` của nguồn: {problem}',
    },
    hint: {
      en: 'Correct the record at its source; if the system means it so, widen `record` in the source’s module.',
      vi: 'Sửa bản ghi tại nguồn; nếu hệ thống thực sự ghi như vậy, mở rộng `record` trong mô-đun của nguồn.',
    },
  },
  'record.no-key': {
    severity: 'error',
    says: { en: 'The record has no key: `key` of the source gives nothing for it.', vi: 'Bản ghi không có khóa: `key` của nguồn không cho giá trị.' },
    hint: {
      en: 'Let `key` take a field that every record has and that never changes.',
      vi: 'Cho `key` dùng trường mà bản ghi nào cũng có và không đổi.',
    },
  },
  'record.not-mapped': {
    severity: 'error',
    says: { en: '`{step}` of the source failed for this record: {problem}', vi: '`{step}` của nguồn bị lỗi với bản ghi này: {problem}' },
    hint: { en: 'Correct the source’s module; the other records go on.', vi: 'Sửa mô-đun của nguồn; các bản ghi khác vẫn tiếp tục.' },
  },
  'row.unreadable': {
    severity: 'error',
    says: {
      en: '`toDossier` gives a field that cannot be taken, {field}: {problem}',
      vi: '`toDossier` cho trường không dùng được, {field}: {problem}',
    },
    hint: {
      en: 'Correct `toDossier`; its fields are those of the dossier row (docs/configuration.md#your-own-row-format).',
      vi: 'Sửa `toDossier`; các trường theo dòng hồ sơ (docs/configuration.md#your-own-row-format).',
    },
  },
  'code.without-province': {
    severity: 'warn',
    says: {
      en: 'The dossier number does not carry the province’s agency code and cannot serve as the national number.',
      vi: 'Mã hồ sơ không chứa mã định danh của tỉnh nên không dùng làm mã quốc gia được.',
    },
    hint: {
      en: 'Let the system number its dossiers by the circular, or give `nationalCode` in `toDossier`.',
      vi: 'Để hệ thống cấp mã theo quy định, hoặc cho `nationalCode` trong `toDossier`.',
    },
  },
  'identity.doubtful': sourceRules['identity.doubtful'],
  'status.unmapped': {
    severity: 'error',
    says: { en: 'The status “{value}” has no row in the tables.', vi: 'Trạng thái “{value}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `statusText` or `status` in the code tables.', vi: 'Thêm vào `statusText` hoặc `status` trong bảng mã.' },
  },
  'step.status-unmapped': {
    severity: 'warn',
    says: {
      en: 'The action “{value}” has no national status: the step is not sent.',
      vi: 'Thao tác “{value}” chưa có trạng thái quốc gia: bước này không được gửi.',
    },
    hint: {
      en: 'Add it to `actions`; the national on-time score reads steps.',
      vi: 'Thêm vào `actions`; điểm đúng hạn quốc gia tính theo các bước.',
    },
  },
  'step.unreadable': {
    severity: 'warn',
    says: { en: 'A step has no readable time and is left out.', vi: 'Một bước không có thời điểm đọc được nên bị bỏ qua.' },
    hint: { en: 'Correct it at the source, or name its format in `toDossier`.', vi: 'Sửa tại nguồn, hoặc khai định dạng trong `toDossier`.' },
  },
  'applicant.kind-unmapped': {
    severity: 'warn',
    says: { en: 'The applicant kind “{value}” has no row in the tables.', vi: 'Loại đối tượng “{value}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `applicantKinds`.', vi: 'Thêm vào `applicantKinds`.' },
  },
  'channel.unmapped': {
    severity: 'warn',
    says: { en: 'The channel “{value}” has no row in the tables.', vi: 'Kênh tiếp nhận “{value}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `channels`.', vi: 'Thêm vào `channels`.' },
  },
  'return-way.unmapped': sourceRules['return-way.unmapped'],
  'agency.unmapped': {
    severity: 'warn',
    says: {
      en: 'The agency “{value}” has no row in the tables; its own code and name are taken.',
      vi: 'Cơ quan “{value}” chưa có trong bảng mã; lấy mã và tên của nguồn.',
    },
    hint: { en: 'Add it to `agencies` with its agency code and name.', vi: 'Thêm vào `agencies` cùng mã định danh và tên.' },
  },
  'fee.status-unmapped': {
    severity: 'warn',
    says: {
      en: 'The payment state “{value}” has no row: whether it is paid is unknown.',
      vi: 'Trạng thái thanh toán “{value}” chưa có trong bảng: chưa biết đã nộp hay chưa.',
    },
    hint: { en: 'Add it to `paymentText` or `paymentStatus`.', vi: 'Thêm vào `paymentText` hoặc `paymentStatus`.' },
  },
  'fee.method-unmapped': {
    severity: 'warn',
    says: {
      en: 'The payment method “{value}” has no row: by which gateway is unknown.',
      vi: 'Phương thức “{value}” chưa có trong bảng: chưa rõ qua cổng nào.',
    },
    hint: { en: 'Add it to `paymentMethods`.', vi: 'Thêm vào `paymentMethods`.' },
  },
  'fee.unreadable': {
    severity: 'warn',
    says: { en: 'An amount is no whole number of đồng; fees count as unknown.', vi: 'Có số tiền không phải số nguyên đồng; phí coi như chưa biết.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'time.unreadable': {
    severity: 'warn',
    says: { en: 'A date is not written as expected ({format}) and counts as unknown.', vi: 'Ngày không đúng dạng ({format}) nên coi như chưa biết.' },
    hint: { en: 'Correct it at the source, or name its format in `toDossier`.', vi: 'Sửa tại nguồn, hoặc khai định dạng trong `toDossier`.' },
  },
} as const satisfies Record<string, FindingRule>

export type OwnSystemRule = keyof typeof ownSystemRules
