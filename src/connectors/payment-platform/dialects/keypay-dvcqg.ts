/** The earlier gateway, on KeyPay v3: English envelope, the same receipt block. contracts/payment-platform.md §7.1 */
import { lowerCaseKeys, parsed } from '../answers.js'
import { meaningOf } from '../codes.js'
import type { PaymentDialect, PaymentSite, RefundOrder } from '../dialect.js'
import { keypay as formulas } from '../formulas.js'
import { amountDigits, isSignedBy, signatureOf } from '../signing.js'

const HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json' } as const
const literal = (site: PaymentSite, field: string, usual: string) => site.literals[field] ?? usual
const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

export const keypayDvcqg: PaymentDialect = {
  name: 'keypay-dvcqg',
  paidThrough: 'national',
  // Its results prove no outcome: without a question nothing could be believed. And what signs our requests would sign a result.
  needs: ['urls.start', 'urls.query', 'returnUrl', 'inboundSecrets'],
  start: {
    request({ reference, amount, narration, receipt }, site) {
      const fields: Record<string, string> = {
        client_id: site.partner,
        transaction_id: reference,
        trans_amount: amount,
        addition_fee: '0',
        command: 'PAY',
        version: literal(site, 'version', '3.0'),
        description: narration,
        // §5.2: the comments of the public client look swapped; an installation says what its gateway takes.
        locale: literal(site, 'locale', 'vn'),
        country_code: literal(site, 'country_code', 'vi'),
        currency_code: literal(site, 'currency_code', 'VND'),
        environment: literal(site, 'environment', '1'),
        return_url: site.returnUrl ?? '',
      }
      const signature = signatureOf(formulas.create, (field) => fields[field] ?? '', site.secret)
      return { url: site.urls.start ?? '', headers: HEADERS, body: JSON.stringify({ ...fields, bill_info: receipt, check_sum: signature }) }
    },
    read(text) {
      const answer = lowerCaseKeys(parsed(text))
      const code = textOf(answer?.error).trim()
      if (answer === undefined || code === '') return undefined
      const payUrl = textOf(answer.payment_url)
      if (code === '0') return payUrl === '' ? undefined : { outcome: 'started', payUrl }
      return { outcome: 'refused', code, message: textOf(answer.msg) }
    },
  },
  query: {
    request({ reference }, site) {
      const fields: Record<string, string> = { client_id: site.partner, command: 'PAY', transaction_id: reference }
      const signature = signatureOf(formulas.detail, (field) => fields[field] ?? '', site.secret)
      return { url: site.urls.query ?? '', headers: HEADERS, body: JSON.stringify({ ...fields, check_sum: signature }) }
    },
    // The answer's form is not public: assumed to be the callback's (§7.1).
    read(text, attempt, site) {
      const answer = lowerCaseKeys(parsed(text))
      const status = textOf(answer?.status).trim()
      const error = textOf(answer?.error).trim()
      if (status === '' && meaningOf(site.codes, error) === 'unknown-reference')
        return { state: 'unknown', amount: '', transaction: '', bank: '', at: '', code: error }
      if (answer === undefined || status === '' || textOf(answer.transaction_id) !== attempt.reference) return undefined
      const values = (field: string) => textOf(answer[field])
      if (status === '0' && !isSignedBy(formulas.result, values, site.inboundSecrets, textOf(answer.check_sum))) return 'bad-signature'
      return {
        // It never says that a payment failed for good: what is not paid may still be.
        state: status === '0' ? 'paid' : 'unpaid',
        amount: amountDigits(textOf(answer.trans_amount)) ?? '',
        transaction: textOf(answer.transaction_code),
        bank: '',
        at: '',
        code: status,
      }
    },
  },
  // §6 says what is signed; address and envelope of the answer are not public and assumed to be like those of the other calls.
  refund: {
    request(order, site) {
      const fields = refundFields(order, site)
      const signature = signatureOf(formulas.refund, (field) => fields[field] ?? '', site.secret)
      return { url: site.urls.refund ?? '', headers: HEADERS, body: JSON.stringify({ ...fields, check_sum: signature }) }
    },
    read(text, order, site) {
      const answer = lowerCaseKeys(parsed(text))
      const code = textOf(answer?.error ?? answer?.status).trim()
      if (answer === undefined || code === '') return undefined
      if (code !== '0') return { outcome: 'refused', code, message: textOf(answer.msg) }
      // What the answer does not repeat is what was asked; what it repeats has to be the same.
      const asked = refundFields(order, site)
      const values = (field: string) => textOf(answer[field]) || (asked[field] ?? '')
      if (!isSignedBy(formulas.refund, values, site.inboundSecrets, textOf(answer.check_sum))) return 'bad-signature'
      if (values('transaction_id') !== order.reference || amountDigits(values('amount')) !== order.amount) return undefined
      return { outcome: 'accepted', refundNumber: textOf(answer.transaction_refund_code) }
    },
  },
  result: {
    formula: formulas.result,
    // Neither `status` nor `transaction_code` is in it (§6).
    signsOutcome: false,
    signature: 'check_sum',
    read: (body) => ({
      reference: body.text('transaction_id'),
      partner: body.text('client_id'),
      paid: body.text('status').trim() === '0',
      code: body.text('status'),
      amount: amountDigits(body.text('trans_amount')) ?? '',
      transaction: body.text('transaction_code'),
      bank: '',
      at: '',
      narration: body.text('description'),
      billCode: body.text('MaHoSo') || null,
      lookupCode: null,
      receiptUrl: null,
    }),
    // What is not paid is acknowledged, too: it is no error of ours.
    acknowledge: (what) =>
      what === 'applied' ? { return_code: 0, return_msg: 'success' } : { return_code: -1, return_msg: `error: ${KEYPAY_WORDS[what]}` },
  },
}

function refundFields({ reference, amount, reason }: RefundOrder, site: PaymentSite): Readonly<Record<string, string>> {
  return { client_id: site.partner, transaction_id: reference, amount, reason, command: literal(site, 'command.refund', 'REFUND') }
}

const KEYPAY_WORDS = { refused: 'refused', 'bad-signature': 'check_sum', failed: 'system' } as const
