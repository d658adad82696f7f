/** What a tenant says about payments: who it is to the platform, whose money goes where. docs/configuration.md, "Payments" */
import { z } from 'zod'
import { settingMessage } from '../base/index.js'
import { codeMeanings, queryStates, receiptHost } from '../connectors/index.js'
import { dutyKinds } from '../domain/index.js'
import { access, calendarDay, count, milliseconds, secret, textOrSecret, transport } from './shapes.js'

const duty = z.enum(dutyKinds)
const name = z.string().min(1)
const http = z.url({ protocol: /^https?$/, error: settingMessage({ en: 'expected an http or https address', vi: 'cần địa chỉ http hoặc https' }) })

/** Absent: all. */
const bills = {
  duty: duty.optional(),
  agency: name.optional(),
  /** National code of the procedure, as bills name it. */
  procedure: name.optional(),
}

const term = {
  /** First day on which it holds. Default: since ever. */
  validFrom: calendarDay.optional(),
  /** First day on which it holds no more. */
  validTo: calendarDay.optional(),
}

const partner = z.strictObject({
  /** `MaDoiTac`, `client_id` or `partnerCode`, as issued. Stands in addresses of `payments serve`, in the journal and in settlement files. */
  partner: z
    .string()
    .min(1)
    .max(50)
    .regex(
      /^[^|]+$/,
      settingMessage({ en: 'must not hold “|”, which separates signed fields', vi: 'không được chứa “|” vì là dấu phân cách các trường ký' }),
    ),
  /** Name of a built-in dialect, or an object of your own. Default `payplat`. */
  dialect: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).default('payplat'),
  urls: z.strictObject({
    start: http.optional(),
    query: http.optional(),
    receipt: http.optional(),
    refund: http.optional(),
    verify: http.optional(),
  }),
  secret,
  /** What signs messages to us: the second key of KeyPay, or several while a secret is changed. Default: `secret`. */
  inboundSecrets: z
    .array(secret)
    .min(1, settingMessage({ en: 'name at least one secret', vi: 'cần ít nhất một bí mật' }))
    .optional(),
  accessKey: textOrSecret.optional(),
  serviceCode: name.optional(),
  /** Shown as Bearer to the gateway before the platform (`paygov`). */
  token: secret.optional(),
  returnUrl: http.optional(),
  literals: z.record(z.string(), z.string()).optional(),
  codes: z.record(z.string(), z.enum(codeMeanings)).optional(),
  states: z.record(z.string(), z.enum(queryStates)).optional(),
  receiptHosts: z.array(receiptHost).optional(),
  maxReceiptBytes: count.optional(),
  /** Which bills are paid under it. Default: all. */
  bills: z
    .array(z.strictObject(bills))
    .min(1, settingMessage({ en: 'leave it out for all bills', vi: 'bỏ trống nếu nhận mọi khoản thu' }))
    .optional(),
  ...term,
  /** Who may bring results. Needed where they carry no signature (`paygov`); elsewhere a second lock. */
  access: access.optional(),
  ...transport,
})

const account = z.strictObject({
  ...bills,
  account: z.string().regex(
    /^\d{1,19}$/,
    settingMessage({
      en: 'an account is 1 to 19 digits, without blanks or dots, in quotation marks',
      vi: 'số tài khoản gồm 1 đến 19 chữ số, không khoảng trắng hay dấu chấm, trong ngoặc kép',
    }),
  ),
  bankCode: z.string().min(1).max(20),
  accountName: z.string().min(1).max(250),
  ...term,
})

export const payments = z.strictObject({
  /** Of this server, as the platform wants it in each request. */
  ip: z.union([z.ipv4(), z.ipv6()], {
    error: settingMessage({ en: 'expected an address such as 203.0.113.10', vi: 'cần một địa chỉ IP như 203.0.113.10' }),
  }),
  partners: z.array(partner).min(1, settingMessage({ en: 'name at least one partner', vi: 'cần ít nhất một đối tác' })),
  /** The only accounts that money may go to. */
  accounts: z.array(account).min(1, settingMessage({ en: 'name at least one approved account', vi: 'cần ít nhất một tài khoản được duyệt' })),
  /** Codes of banks that accounts may be at. Default: any. */
  bankCodes: z.array(name).min(1).optional(),
  /** What our words are on the wire, where the platform has other codes. */
  codes: z
    .strictObject({
      duties: z.partialRecord(duty, z.string().min(1).nullable()).optional(),
      lines: z.partialRecord(z.enum(['charge', 'fee', 'other']), z.string().min(1)).optional(),
      /** Duties of which each bill says that its code is assumed. Default: those that public clients do not show and `duties` does not name. */
      assumed: z.array(duty).optional(),
      serviceSuffix: z.string().optional(),
    })
    .default({}),
  settings: z
    .strictObject({
      pageMs: milliseconds.optional(),
      graceMs: milliseconds.optional(),
      askAfterMs: milliseconds.optional(),
      longestWaitMs: milliseconds.optional(),
      sendingMs: milliseconds.optional(),
      receiptAfterMs: milliseconds.optional(),
      receiptWithinMs: milliseconds.optional(),
    })
    .default({}),
  /** Shows bills to the national portal (§4.5). Without it they are not shown. */
  inquiries: z
    .strictObject({
      /** The inquiry carries no signature: who may ask has to be said. */
      access,
      /** Fields that may name the bill. Default the dossier’s, a decision’s, a record’s and a notice’s. */
      codeFields: z.array(name).min(1).optional(),
    })
    .optional(),
})

export type PaymentsConfig = z.output<typeof payments>
export type PaymentPartnerConfig = PaymentsConfig['partners'][number]
export type PaymentAccountConfig = PaymentsConfig['accounts'][number]
