import type { FindingRule, Text } from '../../base/index.js'

/** What may be doubtful about a deep link that leads somewhere all the same. */
export const deepLinkRules = {
  'deep-link.codes-disagree': {
    severity: 'warn',
    says: {
      en: 'MaTTHCDP ({local}) and MaTTHC ({national}) name different procedures; MaTTHCDP decides.',
      vi: 'MaTTHCDP ({local}) và MaTTHC ({national}) chỉ hai thủ tục khác nhau; lấy theo MaTTHCDP.',
    },
    hint: {
      en: 'Correct the pair of codes of this service on the national portal, or the mapping of {local} here.',
      vi: 'Sửa cặp mã của dịch vụ này trên Cổng DVCQG, hoặc sửa ánh xạ của {local} tại đây.',
    },
  },
  'deep-link.local-code-unknown': {
    severity: 'warn',
    says: {
      en: 'No procedure here has the local code {local}; by its national part it is {found}.',
      vi: 'Ở đây không có thủ tục mang mã địa phương {local}; theo phần mã quốc gia thì là {found}.',
    },
    hint: {
      en: 'Publish this service on the national portal under {found}.',
      vi: 'Công khai dịch vụ này trên Cổng DVCQG với mã {found}.',
    },
  },
  'deep-link.by-national-code': {
    severity: 'info',
    says: {
      en: 'The link carries no local code; only {found} has the national code {national} here.',
      vi: 'Đường dẫn không có mã địa phương; ở đây chỉ {found} có mã quốc gia {national}.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'deep-link.by-service-code': {
    severity: 'info',
    says: { en: 'The link names the procedure only within MaDVC ({service}).', vi: 'Đường dẫn chỉ nêu thủ tục bên trong MaDVC ({service}).' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'deep-link.national-code-unreadable': {
    severity: 'warn',
    says: { en: 'MaTTHC is no procedure code; MaTTHCDP decides.', vi: 'MaTTHC không phải mã TTHC; lấy theo MaTTHCDP.' },
    hint: { en: 'Correct it on the national portal.', vi: 'Sửa lại trên Cổng DVCQG.' },
  },
  'deep-link.service-unknown': {
    severity: 'warn',
    says: {
      en: 'The procedure {found} has no case {service} here; the citizen has to choose one.',
      vi: 'Thủ tục {found} ở đây không có trường hợp {service}; người dân cần tự chọn trường hợp.',
    },
    hint: {
      en: 'Correct MaDVC on the national portal, or add the case to the catalogue.',
      vi: 'Sửa MaDVC trên Cổng DVCQG, hoặc bổ sung trường hợp này vào danh mục.',
    },
  },
  'deep-link.service-unreadable': {
    severity: 'warn',
    says: {
      en: 'MaDVC is no service code; the citizen has to choose a case.',
      vi: 'MaDVC không phải mã dịch vụ công; người dân cần tự chọn trường hợp.',
    },
    hint: { en: 'Correct it on the national portal.', vi: 'Sửa lại trên Cổng DVCQG.' },
  },
  'deep-link.agency-unknown': {
    severity: 'warn',
    says: {
      en: 'No agency here has the code {agency}; the citizen has to choose one.',
      vi: 'Ở đây không có cơ quan mang mã {agency}; người dân cần tự chọn cơ quan.',
    },
    hint: {
      en: 'Many codes changed on 1 July 2025: correct the agency of this service on the national portal, or add it here.',
      vi: 'Nhiều mã đã thay đổi từ 01/7/2025: sửa cơ quan của dịch vụ này trên Cổng DVCQG, hoặc bổ sung tại đây.',
    },
  },
  'deep-link.agency-elsewhere': {
    severity: 'warn',
    says: {
      en: 'The agency {agency} belongs to another province or ministry; the citizen has to choose one.',
      vi: 'Cơ quan {agency} thuộc tỉnh hoặc bộ khác; người dân cần tự chọn cơ quan.',
    },
    hint: { en: 'Correct the agency of this service on the national portal.', vi: 'Sửa cơ quan của dịch vụ này trên Cổng DVCQG.' },
  },
  'deep-link.agency-unreadable': {
    severity: 'warn',
    says: {
      en: 'MaCoQuanThucHien is no agency code; the citizen has to choose an agency.',
      vi: 'MaCoQuanThucHien không phải mã định danh; người dân cần tự chọn cơ quan.',
    },
    hint: { en: 'Correct it on the national portal.', vi: 'Sửa lại trên Cổng DVCQG.' },
  },
  'deep-link.token-unreadable': {
    severity: 'warn',
    says: { en: 'MDT is no base64 of a GUID; it is left out.', vi: 'MDT không phải GUID mã hóa base64; bỏ qua giá trị này.' },
    hint: {
      en: 'The citizen can go on and sign in again. If it happens often, tell the operator of the national portal.',
      vi: 'Người dân có thể tiếp tục và đăng nhập lại. Nếu xảy ra thường xuyên, báo đơn vị vận hành Cổng DVCQG.',
    },
  },
} as const satisfies Record<string, FindingRule>

const openFromPortal: Text = {
  en: 'Open the service again from the national portal; if it stays so, correct its link there.',
  vi: 'Mở lại dịch vụ từ Cổng DVCQG; nếu vẫn vậy, sửa đường dẫn của dịch vụ trên Cổng.',
}

/** Why a deep link leads nowhere. */
export const deepLinkRefusals = {
  unreadable: { problem: { en: 'This is no address and no query.', vi: 'Đây không phải địa chỉ hay chuỗi truy vấn.' }, hint: openFromPortal },
  'too-long': { problem: { en: 'The link is too long.', vi: 'Đường dẫn quá dài.' }, hint: openFromPortal },
  'no-procedure': {
    problem: {
      en: 'The link names no procedure: MaTTHC and MaTTHCDP are missing.',
      vi: 'Đường dẫn không nêu thủ tục nào: thiếu MaTTHC và MaTTHCDP.',
    },
    hint: openFromPortal,
  },
  contradictory: {
    problem: { en: '{name} stands in the link twice, with different values.', vi: '{name} xuất hiện hai lần trong đường dẫn với giá trị khác nhau.' },
    hint: openFromPortal,
  },
  'national-code-unreadable': {
    problem: { en: 'MaTTHC is no procedure code.', vi: 'MaTTHC không phải mã TTHC.' },
    hint: openFromPortal,
  },
  'local-code-unreadable': {
    problem: {
      en: 'No procedure here has the local code of this link, and it is no procedure code.',
      vi: 'Ở đây không có thủ tục mang mã địa phương này, và đó cũng không phải mã TTHC.',
    },
    hint: openFromPortal,
  },
  'local-code-unknown': {
    problem: { en: 'No procedure here has the local code {local}.', vi: 'Ở đây không có thủ tục mang mã địa phương {local}.' },
    hint: {
      en: 'Add the procedure to the catalogue, or match one to its national code; if it was abolished, withdraw the service on the national portal.',
      vi: 'Bổ sung thủ tục vào danh mục, hoặc ánh xạ một thủ tục với mã quốc gia; nếu đã bãi bỏ, rút dịch vụ khỏi Cổng DVCQG.',
    },
  },
  'codes-disagree': {
    problem: {
      en: 'No procedure here has the local code {local}, and MaTTHC names another procedure ({national}).',
      vi: 'Ở đây không có thủ tục mang mã địa phương {local}, còn MaTTHC chỉ một thủ tục khác ({national}).',
    },
    hint: { en: 'Correct the pair of codes of this service on the national portal.', vi: 'Sửa cặp mã của dịch vụ này trên Cổng DVCQG.' },
  },
  'other-province': {
    problem: {
      en: 'The local code {local} belongs to another province or ministry ({province}).',
      vi: 'Mã địa phương {local} thuộc tỉnh hoặc bộ khác ({province}).',
    },
    hint: {
      en: 'Correct the link of this service on the national portal. After a merger, name the old province’s code among ours.',
      vi: 'Sửa đường dẫn của dịch vụ này trên Cổng DVCQG. Nếu do sáp nhập, khai báo thêm mã của tỉnh cũ.',
    },
  },
  'national-code-unknown': {
    problem: {
      en: 'No procedure here is matched to the national code {national}.',
      vi: 'Ở đây chưa có thủ tục nào ánh xạ với mã quốc gia {national}.',
    },
    hint: {
      en: 'Match the local procedure to it (`lienthong catalogue match`), or withdraw the service on the national portal.',
      vi: 'Ánh xạ thủ tục địa phương với mã này (`lienthong catalogue match`), hoặc rút dịch vụ khỏi Cổng DVCQG.',
    },
  },
  'several-procedures': {
    problem: {
      en: 'Several procedures here share the national code {national}: {found}. The link does not say which.',
      vi: 'Nhiều thủ tục ở đây cùng có mã quốc gia {national}: {found}. Đường dẫn không nói rõ thủ tục nào.',
    },
    hint: {
      en: 'Publish the service on the national portal with its local code (MaTTHCDP), or let the citizen choose among these.',
      vi: 'Công khai dịch vụ trên Cổng DVCQG kèm mã địa phương (MaTTHCDP), hoặc để người dân chọn trong số này.',
    },
  },
  'service-of-another-procedure': {
    problem: {
      en: 'The case {service} does not belong to the procedure {found}.',
      vi: 'Trường hợp {service} không thuộc thủ tục {found}.',
    },
    hint: { en: 'Correct MaDVC of this service on the national portal.', vi: 'Sửa MaDVC của dịch vụ này trên Cổng DVCQG.' },
  },
} as const satisfies Record<string, { readonly problem: Text; readonly hint: Text }>

export type DeepLinkRefusal = keyof typeof deepLinkRefusals
