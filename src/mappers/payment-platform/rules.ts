import type { FindingRule } from '../../base/index.js'

/** What may keep a bill from being put to the platform. contracts/payment-platform.md §4.6, §6 */
export const paymentRules = {
  'payment.duty-without-code': {
    severity: 'error',
    says: { en: 'The platform has no code for the duty “{duty}”.', vi: 'Nền tảng chưa có mã cho loại nghĩa vụ “{duty}”.' },
    hint: { en: 'Ask its operator for the code and set `codes.duties`.', vi: 'Hỏi đơn vị vận hành mã này rồi đặt `codes.duties`.' },
  },
  'payment.duty-assumed': {
    severity: 'info',
    says: {
      en: 'The code of the duty “{duty}” is assumed: no public client shows it.',
      vi: 'Mã của nghĩa vụ “{duty}” là giả định: chưa có nguồn công khai.',
    },
    hint: { en: 'Confirm it with the operator and set `codes.duties`.', vi: 'Xác nhận với đơn vị vận hành rồi đặt `codes.duties`.' },
  },
  'payment.missing': {
    severity: 'error',
    says: { en: 'A bill of this kind needs {field}.', vi: 'Khoản thu loại này cần {field}.' },
    hint: { en: 'Fill it in at the source of the bill; nothing is invented here.', vi: 'Bổ sung tại nơi lập khoản thu; hệ thống không tự điền.' },
  },
  'payment.no-lines': {
    severity: 'error',
    says: { en: 'A bill needs at least one line above zero.', vi: 'Khoản thu cần ít nhất một dòng lớn hơn 0.' },
    hint: { en: 'What costs nothing needs no payment.', vi: 'Khoản bằng 0 không cần thanh toán.' },
  },
  'payment.amount': {
    severity: 'error',
    says: {
      en: '{field} is no whole amount of đồng between 0 and 999999999999999.',
      vi: '{field} không phải số tiền nguyên đồng từ 0 đến 999999999999999.',
    },
    hint: {
      en: 'Amounts are whole đồng, without decimals, and never negative: a reduction is a smaller line.',
      vi: 'Số tiền là số nguyên đồng, không có phần lẻ, không âm: giảm trừ thì ghi dòng nhỏ hơn.',
    },
  },
  'payment.unsendable': {
    severity: 'error',
    says: { en: 'The platform’s message cannot hold it: {problem}.', vi: 'Bản tin của nền tảng không nhận được giá trị này: {problem}.' },
    hint: { en: 'Correct it at the source of the bill.', vi: 'Sửa tại nơi lập khoản thu.' },
  },
  'payment.separator': {
    severity: 'error',
    says: { en: '{field} holds a “|”, which separates signed fields.', vi: '{field} có dấu “|” là dấu phân cách các trường ký.' },
    hint: { en: 'Take it out.', vi: 'Bỏ dấu này đi.' },
  },
  'payment.too-long': {
    severity: 'error',
    says: { en: '{field} has {length} characters; the platform takes {most}.', vi: '{field} dài {length} ký tự; nền tảng nhận tối đa {most}.' },
    hint: { en: 'Shorten it.', vi: 'Rút ngắn lại.' },
  },
  'payment.account': {
    severity: 'error',
    says: { en: 'The beneficiary’s account is no number of 1 to 19 digits.', vi: 'Tài khoản thụ hưởng không phải dãy 1 đến 19 chữ số.' },
    hint: { en: 'Correct it in `beneficiaries`.', vi: 'Sửa trong `beneficiaries`.' },
  },
  'payment.treasury': {
    severity: 'error',
    says: { en: 'The treasury unit is no number of at most 8 digits.', vi: 'Mã kho bạc không phải dãy tối đa 8 chữ số.' },
    hint: { en: 'Write its digits alone, such as 0011.', vi: 'Chỉ ghi các chữ số, ví dụ 0011.' },
  },
} as const satisfies Record<string, FindingRule>

export type PaymentRule = keyof typeof paymentRules
