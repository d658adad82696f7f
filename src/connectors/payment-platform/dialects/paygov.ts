/** Gateways behind a provincial LGSP. contracts/payment-platform.md §7.2 */
import { lowerCaseKeys, parsed } from '../answers.js'
import type { PaymentDialect, PaymentSite } from '../dialect.js'
import { paygov as formulas } from '../formulas.js'
import { amountDigits, signatureOf } from '../signing.js'

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

function headers(site: PaymentSite): Readonly<Record<string, string>> {
  const token = site.literals.token
  return {
    ...{ Accept: 'application/json', 'Content-Type': 'application/json' },
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}`, lgspaccesstoken: token }),
  }
}

export const payGov: PaymentDialect = {
  name: 'paygov',
  paidThrough: 'provincial',
  needs: ['urls.start', 'urls.verify', 'accessKey', 'returnUrl'],
  start: {
    request({ reference, amount, narration, at, ip, receipt }, site) {
      const fields: Record<string, string> = {
        partnerCode: site.partner,
        returnUrl: site.returnUrl ?? '',
        // Ours, and split by nobody: the contract’s own form loses its parts with a third digit of attempts.
        orderId: `${receipt.MaDonVi}-${receipt.MaHoSo}-${reference}`,
        orderInfo: narration,
        requestCode: `${at}${reference}`,
        ipAddress: ip,
        accessKey: site.accessKey ?? '',
        serviceCode: site.serviceCode ?? '',
      }
      const signed = (field: string) => (field === 'amount' ? amount : (fields[field] ?? ''))
      const checksum = signatureOf(formulas.link, signed, site.secret)
      return { url: site.urls.start ?? '', headers: headers(site), body: JSON.stringify({ ...fields, amount: Number(amount), checksum }) }
    },
    read(text) {
      const answer = lowerCaseKeys(parsed(text))
      if (answer === undefined) return undefined
      const payUrl = textOf(lowerCaseKeys(answer.data)?.url)
      if (payUrl !== '') return { outcome: 'started', payUrl }
      const code = textOf(answer.error_code).trim()
      return code === '' ? undefined : { outcome: 'refused', code, message: textOf(answer.error_message ?? answer.message) }
    },
  },
  result: {
    // Not public (§7.2): the gateway is asked, and a browser's return proves nothing (§10.6).
    formula: null,
    signsOutcome: true,
    signature: 'checksum',
    read: (body) => ({
      reference: body.text('orderId').split('-').at(-1) ?? '',
      partner: '',
      paid: body.text('errorCode').trim() === '00',
      code: body.text('errorCode'),
      amount: amountDigits(body.text('amount')) ?? '',
      transaction: body.text('transactionNo') || body.text('transactionCode'),
      bank: body.text('paygate'),
      at: body.text('payDate'),
      narration: body.text('orderInfo'),
      billCode: null,
      lookupCode: null,
      receiptUrl: null,
    }),
    acknowledge: (what) => ({ error_code: PAYGOV_WORDS[what], error_message: '' }),
    verify: {
      request: (body, site) => ({
        url: site.urls.verify ?? '',
        headers: headers(site),
        body: JSON.stringify(Object.fromEntries([...body.fields.values()].map(({ name, text }) => [name, text ?? '']))),
      }),
      read(text) {
        const code = textOf(lowerCaseKeys(parsed(text))?.error_code).trim()
        return code === '' ? undefined : code === 'SUCCESSFUL'
      },
    },
  },
}

const PAYGOV_WORDS = { applied: 'SUCCESSFUL', refused: 'FAILED', 'bad-signature': 'SIGNATURE_WRONG', failed: 'FAILED' } as const
