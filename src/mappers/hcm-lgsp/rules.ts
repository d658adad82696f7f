import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What reading the HCM City LGSP may have to say. contracts/provincial-sources.md §6 */
export const hcmRules = {
  'record.unreadable': {
    severity: 'error',
    says: { en: 'This is no dossier of the LGSP: {field}.', vi: 'Đây không phải hồ sơ của LGSP: {field}.' },
    hint: { en: 'Compare the names with `fields` of the source.', vi: 'So tên trường với `fields` của nguồn.' },
  },
  'dialect.experimental': {
    severity: 'info',
    says: {
      en: 'Names, dates and codes of this dialect are assumed: nobody has shown the page of its dossier services.',
      vi: 'Tên trường, ngày và mã của phương ngữ này là giả định: chưa có tài liệu công khai của dịch vụ hồ sơ.',
    },
    hint: { en: 'Compare one dossier by hand before anything is sent.', vi: 'Đối chiếu thủ công một hồ sơ trước khi gửi.' },
  },
  'status.unmapped': {
    severity: 'error',
    says: { en: 'The status “{status}” has no row in the tables.', vi: 'Trạng thái “{status}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `status` or `statusText` in the code tables.', vi: 'Thêm vào `status` hoặc `statusText` trong bảng mã.' },
  },
  'code.without-province': {
    severity: 'warn',
    says: {
      en: 'The dossier number does not carry the province’s agency code and cannot serve as the national number.',
      vi: 'Mã hồ sơ không chứa mã định danh của tỉnh nên không dùng làm mã quốc gia được.',
    },
    hint: { en: 'Let the one-stop software number its dossiers by the circular.', vi: 'Để phần mềm một cửa cấp mã theo quy định.' },
  },
  'applicant.id-in-account-field': {
    severity: 'warn',
    says: {
      en: '`{field}` is nationally the account at the national portal; here it holds an identity or tax number. It is kept as such, and never sent as an account.',
      vi: '`{field}` theo tài liệu quốc gia là mã tài khoản trên Cổng; ở đây là số giấy tờ hoặc mã số thuế. Được hiểu là số giấy tờ, không gửi như mã tài khoản.',
    },
    hint: { en: 'Nothing to do, unless yours holds accounts.', vi: 'Không cần làm gì, trừ khi nơi bạn ghi mã tài khoản.' },
  },
  'applicant.kind-unmapped': sourceRules['applicant.kind-unmapped'],
  'identity.doubtful': sourceRules['identity.doubtful'],
  'return-way.unmapped': sourceRules['return-way.unmapped'],
  'channel.missing': {
    severity: 'warn',
    says: {
      en: 'The push does not say how the dossier was filed; nationally that counts as direct.',
      vi: 'Bản tin không ghi kênh nộp; ở mức quốc gia tính là trực tiếp.',
    },
    hint: { en: 'Set `assume.channel` if all of them are filed one way.', vi: 'Đặt `assume.channel` nếu tất cả nộp cùng một kênh.' },
  },
  'time.unreadable': {
    severity: 'warn',
    says: { en: 'A date is not written {format} and counts as unknown.', vi: 'Ngày không đúng dạng {format} nên coi như chưa biết.' },
    hint: { en: 'Correct it at the source, or set `dateFormat` of the source.', vi: 'Sửa tại nguồn, hoặc đặt `dateFormat` của nguồn.' },
  },
  'time.finish-missing': {
    severity: 'warn',
    says: {
      en: 'The dossier is ended and has no end of processing: the push has no field for it.',
      vi: 'Hồ sơ đã kết thúc nhưng không có ngày kết thúc xử lý: bản tin không có trường này.',
    },
    hint: { en: 'The indicator rules may take the day of return; the reader does not.', vi: 'Quy tắc chỉ số có thể lấy ngày trả; bộ đọc thì không.' },
  },
  'fee.not-carried': {
    severity: 'info',
    says: { en: 'The push carries no fees: unknown, not free of charge.', vi: 'Bản tin không có phí: chưa biết, không phải miễn phí.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'procedure.unreadable': {
    severity: 'error',
    says: { en: 'The row is no procedure of the catalogue: {field}.', vi: 'Dòng này không phải thủ tục của danh mục: {field}.' },
    hint: { en: 'Compare the names with `catalogue.fields` of the source.', vi: 'So tên trường với `catalogue.fields` của nguồn.' },
  },
  'fee.catalogue-not-dossier': {
    severity: 'info',
    says: {
      en: 'A tariff of the procedure, told in words: never a dossier’s fee.',
      vi: 'Biểu phí của thủ tục, ghi bằng chữ: không phải phí của hồ sơ.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'level.unknown': {
    severity: 'warn',
    says: { en: 'The level of online service is none of 1 to 4.', vi: 'Mức độ dịch vụ không thuộc 1 đến 4.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại nguồn.' },
  },
} as const satisfies Record<string, FindingRule>

export type HcmRule = keyof typeof hcmRules
