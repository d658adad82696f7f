import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What the WCF mapper may have to say. Source facts only; what the national portal lacks is said by its own mapper. */
export const wcfRules = {
  'record.unreadable': {
    severity: 'error',
    says: { en: 'The record is no dossier of the one-stop service: {problem}.', vi: 'Bản ghi không phải hồ sơ của dịch vụ một cửa: {problem}.' },
    hint: {
      en: 'Every dossier has a HoSoID; look at `fields` if it is called otherwise.',
      vi: 'Hồ sơ nào cũng có HoSoID; xem `fields` nếu tên khác.',
    },
  },
  'status.missing': {
    severity: 'error',
    says: { en: 'The record has no state (TrangThaiHoSoID).', vi: 'Bản ghi không có trạng thái (TrangThaiHoSoID).' },
    hint: { en: 'Look at the dossier at the source, or at `fields.dossier.status`.', vi: 'Kiểm tra hồ sơ tại nguồn, hoặc `fields.dossier.status`.' },
  },
  'status.unmapped': {
    severity: 'error',
    says: {
      en: 'TrangThaiHoSoID {id} is the row of a list of this installation; {said}.',
      vi: 'TrangThaiHoSoID {id} là dòng trong danh mục của riêng hệ thống này; {saidVi}.',
    },
    hint: { en: 'Add the id to `status`, or the text to `statusText`.', vi: 'Thêm mã vào `status`, hoặc thêm tên vào `statusText`.' },
  },
  'code.missing': {
    severity: 'warn',
    says: { en: 'The dossier has no receipt number (SoBienNhan) yet.', vi: 'Hồ sơ chưa có số biên nhận (SoBienNhan).' },
    hint: { en: 'Nothing to do; it is read again.', vi: 'Chưa cần làm gì; hồ sơ sẽ được đọc lại.' },
  },
  'code.receipt-number': {
    severity: 'warn',
    says: {
      en: 'SoBienNhan is a receipt number; it serves as the dossier’s number because it has its form.',
      vi: 'SoBienNhan là số biên nhận; dùng làm mã hồ sơ vì có đúng dạng mã hồ sơ.',
    },
    hint: { en: 'Make sure that it is the number which the citizen is given.', vi: 'Xác nhận đây là mã cấp cho công dân.' },
  },
  'code.without-province': {
    severity: 'warn',
    says: {
      en: 'The receipt number does not carry the province’s agency code and cannot serve as the national number.',
      vi: 'Số biên nhận không chứa mã định danh của tỉnh nên không dùng làm mã quốc gia được.',
    },
    hint: { en: 'Let the one-stop system number its dossiers by the circular.', vi: 'Để hệ thống một cửa cấp mã theo quy định.' },
  },
  'applicant.is-submitter': {
    severity: 'warn',
    says: {
      en: 'The record names who filed the dossier; that this is its owner is assumed.',
      vi: 'Bản ghi chỉ có người nộp; coi người nộp là chủ hồ sơ là giả định.',
    },
    hint: {
      en: 'Name the owner’s element in `fields.dossier.ownerName` where there is one.',
      vi: 'Ghi tên phần tử chủ hồ sơ vào `fields.dossier.ownerName` nếu có.',
    },
  },
  'applicant.kind-missing': {
    severity: 'warn',
    says: { en: 'The service tells no kind of applicant.', vi: 'Dịch vụ không cho biết loại đối tượng.' },
    hint: {
      en: 'Name its element in `fields.dossier.applicantKind`, or state one for all in `assume.applicantKind`.',
      vi: 'Ghi phần tử vào `fields.dossier.applicantKind`, hoặc khai báo chung ở `assume.applicantKind`.',
    },
  },
  'applicant.kind-unmapped': sourceRules['applicant.kind-unmapped'],
  'identity.doubtful': sourceRules['identity.doubtful'],
  'channel.missing': {
    severity: 'warn',
    says: {
      en: 'The service does not tell how a dossier was filed; nationally that counts as direct.',
      vi: 'Dịch vụ không cho biết kênh nộp; ở mức quốc gia sẽ tính là trực tiếp.',
    },
    hint: {
      en: 'Name its element in `fields.dossier.channel`, or state it in `assume.channel`.',
      vi: 'Ghi phần tử vào `fields.dossier.channel`, hoặc khai báo ở `assume.channel`.',
    },
  },
  'channel.unmapped': {
    severity: 'warn',
    says: { en: 'The channel “{value}” has no row in the tables.', vi: 'Kênh nộp “{value}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `channels`.', vi: 'Thêm vào `channels`.' },
  },
  'return-way.missing': {
    severity: 'warn',
    says: { en: 'The service does not tell how a result is returned.', vi: 'Dịch vụ không cho biết hình thức trả kết quả.' },
    hint: {
      en: 'Name its element in `fields.dossier.returnBy`, or state it in `assume.returnBy`.',
      vi: 'Ghi phần tử vào `fields.dossier.returnBy`, hoặc khai báo ở `assume.returnBy`.',
    },
  },
  'return-way.unmapped': sourceRules['return-way.unmapped'],
  'fee.not-carried': {
    severity: 'info',
    says: {
      en: 'The service has no operation for fees: unknown, not free of charge.',
      vi: 'Dịch vụ không có thao tác đọc phí: chưa biết, không phải miễn phí.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'time.unreadable': {
    severity: 'warn',
    says: { en: 'A date is in no known form and counts as unknown.', vi: 'Ngày không đúng dạng đã biết nên coi như chưa có.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'steps.not-fetched': {
    severity: 'info',
    says: {
      en: 'Steps: none were read for this dossier: unknown, not empty.',
      vi: 'Tiến độ: chưa đọc bước nào của hồ sơ này: chưa biết, không phải trống.',
    },
    hint: { en: 'They come from MotCua_QuaTrinhXuLys_GetByHoSoID.', vi: 'Các bước lấy từ MotCua_QuaTrinhXuLys_GetByHoSoID.' },
  },
  'steps.fields-assumed': {
    severity: 'info',
    says: {
      en: 'The names of a step’s elements are assumed: nobody has published an answer of this operation.',
      vi: 'Tên các phần tử của bước là giả định: chưa có mẫu trả lời nào của thao tác này được công bố.',
    },
    hint: {
      en: 'Compare with a real answer, and write `fields.step` where it differs.',
      vi: 'So với câu trả lời thật và ghi `fields.step` nếu khác.',
    },
  },
  'step.unreadable': {
    severity: 'warn',
    says: { en: 'A step has no readable time and is left out.', vi: 'Một bước không có thời điểm đọc được nên bị bỏ qua.' },
    hint: { en: 'Look at the steps of this dossier, and at `fields.step.at`.', vi: 'Kiểm tra các bước của hồ sơ này và `fields.step.at`.' },
  },
  'step.status-unmapped': {
    severity: 'warn',
    says: { en: 'The step “{action}” states no national status: it is not sent.', vi: 'Bước “{action}” không có trạng thái quốc gia: không gửi.' },
    hint: {
      en: 'Add it to `actions`; the national on-time score reads steps.',
      vi: 'Thêm vào `actions`; điểm đúng hạn quốc gia tính theo các bước.',
    },
  },
} as const satisfies Record<string, FindingRule>

export type WcfRule = keyof typeof wcfRules
