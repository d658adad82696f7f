import type { FindingRule } from '../base/index.js'

/** What mappers of several sources have to say in the same words, of what their tables and codes lack. */
export const sourceRules = {
  'identity.doubtful': {
    severity: 'warn',
    says: { en: 'The identity number is kept as written, but {problem}.', vi: 'Số giấy tờ được giữ nguyên nhưng có vấn đề: {problemVi}.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'applicant.kind-unmapped': {
    severity: 'warn',
    says: { en: 'The applicant kind “{kind}” has no row in the tables.', vi: 'Loại đối tượng “{kind}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `applicantKinds`.', vi: 'Thêm vào `applicantKinds`.' },
  },
  'code.missing': {
    severity: 'warn',
    says: { en: 'The dossier has no number yet: it was not received.', vi: 'Hồ sơ chưa có mã: chưa được tiếp nhận.' },
    hint: { en: 'Nothing to do; it is read again.', vi: 'Chưa cần làm gì; hồ sơ sẽ được đọc lại.' },
  },
  'code.without-province': {
    severity: 'warn',
    says: {
      en: 'The dossier number does not carry the province’s agency code and cannot serve as the national number.',
      vi: 'Mã hồ sơ không chứa mã định danh của tỉnh nên không dùng làm mã quốc gia được.',
    },
    hint: { en: 'Let the one-stop system number its dossiers by the circular.', vi: 'Để hệ thống một cửa cấp mã theo quy định.' },
  },
  'return-way.unmapped': {
    severity: 'warn',
    says: { en: 'The way of return “{value}” has no row in the tables.', vi: 'Hình thức trả “{value}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `returnWays`.', vi: 'Thêm vào `returnWays`.' },
  },
} as const satisfies Readonly<Record<string, FindingRule>>
