import type { FindingRule } from '../../base/index.js'

/** What reading a procedure of OpenCPS' catalogue may have to say. */
export const openCpsProcedureRules = {
  'procedure.unreadable': {
    severity: 'error',
    says: { en: 'The row is no OpenCPS procedure.', vi: 'Dòng này không phải thủ tục của OpenCPS.' },
    hint: { en: 'Check the address of the source and its version.', vi: 'Kiểm tra địa chỉ và phiên bản của nguồn.' },
  },
  'procedure.no-code': {
    severity: 'error',
    says: { en: 'The procedure has no code.', vi: 'Thủ tục không có mã.' },
    hint: { en: 'Enter `serviceCode` in OpenCPS.', vi: 'Nhập `serviceCode` trong OpenCPS.' },
  },
  'procedure.no-name': {
    severity: 'error',
    says: { en: 'The procedure has no name.', vi: 'Thủ tục không có tên.' },
    hint: { en: 'Enter `serviceName` in OpenCPS.', vi: 'Nhập `serviceName` trong OpenCPS.' },
  },
  'procedure.national-unmatched': {
    severity: 'info',
    says: { en: 'OpenCPS names no national code for it.', vi: 'OpenCPS chưa gắn mã quốc gia.' },
    hint: { en: 'Match it: `catalogue match`.', vi: 'Đối chiếu bằng `catalogue match`.' },
  },
  'level.unknown': {
    severity: 'warn',
    says: { en: 'The level of online service is none of 1 to 4.', vi: 'Mức độ dịch vụ không thuộc 1 đến 4.' },
    hint: { en: 'Correct `maxLevel` in OpenCPS.', vi: 'Sửa `maxLevel` trong OpenCPS.' },
  },
  'text.not-carried': {
    severity: 'info',
    says: {
      en: 'The text is no list of single entries and is not split up by guessing.',
      vi: 'Văn bản không phải danh sách từng mục nên không tự tách.',
    },
    hint: { en: 'Write one entry a line, each with a dash or a number.', vi: 'Ghi mỗi mục một dòng, có gạch đầu dòng hoặc số thứ tự.' },
  },
  'method.in-words': {
    severity: 'info',
    says: {
      en: 'The text names no way of filing that we know; it is kept without one.',
      vi: 'Văn bản không nêu cách thức nộp đã biết; giữ lại nhưng không gán kênh.',
    },
    hint: { en: 'Name them: trực tiếp, trực tuyến, bưu chính.', vi: 'Ghi rõ: trực tiếp, trực tuyến, bưu chính.' },
  },
  'fee.in-words': {
    severity: 'info',
    says: { en: 'The fee is told in words; no amount is drawn from them.', vi: 'Phí ghi bằng chữ; không suy ra số tiền.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'fee.not-stated': {
    severity: 'info',
    says: { en: 'Nothing is said about fees: not known, rather than free.', vi: 'Không nêu phí: chưa biết, không phải miễn phí.' },
    hint: { en: 'Write the amount, or "không", into `feeText`.', vi: 'Ghi mức thu, hoặc "không", vào `feeText`.' },
  },
  'element.unreadable': {
    severity: 'warn',
    says: {
      en: 'A service of the list has another form than expected and is left out.',
      vi: 'Một dịch vụ trong danh sách sai cấu trúc nên bị bỏ qua.',
    },
    hint: { en: 'Look at the procedure in OpenCPS.', vi: 'Kiểm tra thủ tục trong OpenCPS.' },
  },
} as const satisfies Record<string, FindingRule>

export type OpenCpsProcedureRule = keyof typeof openCpsProcedureRules
