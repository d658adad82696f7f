/** What a client of the payment platform needs to know, checked at construction. */
import { z } from 'zod'
import { LienthongError, readSettings, settingMessage, type Text } from '../../base/index.js'
import { type TransportOptions, transportShape } from '../../transport/index.js'
import { type CodeMeaning, codeMeanings, type PaidState, paymentErrorCodes, paymentQueryStates, queryStates } from './codes.js'
import type { PaymentDialect, PaymentOperation, PaymentSite } from './dialect.js'
import { paymentDialects } from './dialects/index.js'
import { SYSTEM } from './system.js'

export interface PaymentPlatformOptions extends TransportOptions {
  /** A name among {@link paymentDialects}, by default `payplat`, or an object of your own. */
  readonly dialect?: string | PaymentDialect
  /** One address an operation, e.g. `{ start: 'https://…/init', query: …, receipt: … }`. */
  readonly urls: Readonly<Partial<Record<PaymentOperation, string>>>
  /** `MaDoiTac`, `client_id` or `partnerCode`, as issued. */
  readonly partner: string
  /** Signs what goes out and, unless `inboundSecrets` says otherwise, what comes in. */
  readonly secret: string
  /** What signs messages to us: `hash_key_2` of KeyPay, or old and new while a secret is changed. */
  readonly inboundSecrets?: readonly string[]
  readonly accessKey?: string
  readonly serviceCode?: string
  readonly returnUrl?: string
  /** Fixed texts that this installation words differently: `PhienBan`, `LoaiBanTin.init`, `locale`, `QUERY.signed: "no"` … */
  readonly literals?: Readonly<Record<string, string>>
  /** Error codes that mean something else here than {@link paymentErrorCodes} assumes: `{ '96': 'busy' }`. */
  readonly codes?: Readonly<Record<string, CodeMeaning>>
  /** `TrangThaiGD` that mean something else here than {@link paymentQueryStates} assumes: `{ '2': 'pending' }`. */
  readonly states?: Readonly<Record<string, PaidState | 'unpaid'>>
  /**
   * Where receipts may be fetched from. A link’s host that only the security server reaches is written over: `from` is what the link says,
   * `to` what is asked instead (§10.5). Links to any other host are refused.
   */
  readonly receiptHosts?: readonly (string | { readonly from: string; readonly to: string })[]
  /** Largest receipt. 10 MB. */
  readonly maxReceiptBytes?: number
}

const http = z.url({ protocol: /^https?$/, error: settingMessage({ en: 'expected an http or https address', vi: 'cần địa chỉ http hoặc https' }) })
const secret = z.string().min(8, settingMessage({ en: 'a secret has at least 8 characters', vi: 'bí mật có ít nhất 8 ký tự' }))
/** `pay.example.vn`, `pay.example.vn:8443`: as a link’s address begins behind `//`. */
const host = z.string().regex(
  /^[a-z0-9.-]+(:\d{1,5})?$/,
  settingMessage({
    en: 'expected a host in small letters, without https:// and path, with a port where it has one',
    vi: 'cần tên máy chủ viết thường, không kèm https:// hay đường dẫn, kèm cổng nếu có',
  }),
)
/** One of `receiptHosts`. */
export const receiptHost = z.union([host, z.strictObject({ from: host, to: http })])

const schema = z.strictObject({
  dialect: z.union([z.string(), z.custom<PaymentDialect>((value) => typeof value === 'object' && value !== null)]).default('payplat'),
  urls: z.strictObject({
    start: http.optional(),
    query: http.optional(),
    receipt: http.optional(),
    refund: http.optional(),
    verify: http.optional(),
  }),
  partner: z
    .string()
    .min(1)
    .max(50)
    .regex(/^[^|]+$/, 'must not hold “|”'),
  secret,
  inboundSecrets: z.array(secret).min(1).optional(),
  accessKey: z.string().min(1).optional(),
  serviceCode: z.string().min(1).optional(),
  returnUrl: http.optional(),
  literals: z.record(z.string(), z.string()).default({}),
  codes: z.record(z.string(), z.enum(codeMeanings)).default({}),
  states: z.record(z.string(), z.enum(queryStates)).default({}),
  receiptHosts: z.array(receiptHost).default([]),
  maxReceiptBytes: z.number().int().positive().default(10_000_000),
  ...transportShape,
})

export interface PaymentSettings {
  readonly dialect: PaymentDialect
  readonly site: PaymentSite
  /** Host of a link → where to ask; the link’s own place where that is undefined. */
  readonly receiptHosts: ReadonlyMap<string, string | undefined>
  readonly maxReceiptBytes: number
  readonly transport: TransportOptions
}

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option; never a secret. */
export function readPaymentOptions(options: PaymentPlatformOptions): PaymentSettings {
  const read = readSettings<typeof schema>(schema, options as z.input<typeof schema>, SYSTEM)
  const dialect = typeof read.dialect === 'string' ? dialectNamed(read.dialect) : read.dialect
  const has: Readonly<Record<string, boolean>> = {
    ...Object.fromEntries(Object.keys(read.urls).map((name) => [`urls.${name}`, true])),
    accessKey: read.accessKey !== undefined,
    returnUrl: read.returnUrl !== undefined,
    inboundSecrets: read.inboundSecrets !== undefined && !read.inboundSecrets.includes(read.secret),
  }
  for (const need of dialect.needs)
    if (!has[need])
      throw invalid(
        need,
        need === 'inboundSecrets' ? ANOTHER_KEY : { en: `the dialect ${dialect.name} needs it`, vi: `phương ngữ ${dialect.name} cần thiết lập này` },
      )
  const { urls, partner, secret: own, inboundSecrets = [own], accessKey, serviceCode, returnUrl, literals } = read
  return {
    dialect,
    site: {
      ...{ urls: urls as PaymentSite['urls'], partner, secret: own, inboundSecrets, accessKey, serviceCode, returnUrl, literals },
      ...{ codes: { ...paymentErrorCodes, ...read.codes }, states: { ...paymentQueryStates, ...read.states } },
    },
    receiptHosts: new Map(read.receiptHosts.map((one) => (typeof one === 'string' ? [one, undefined] : [one.from, one.to]))),
    maxReceiptBytes: read.maxReceiptBytes,
    transport: Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(transportShape, name))),
  }
}

const ANOTHER_KEY: Text = {
  en: 'this dialect signs what comes in with a second key: name it here, it is not `secret`',
  vi: 'phương ngữ này ký bản tin chiều về bằng khóa thứ hai: khai báo khóa đó, khác với `secret`',
}

function dialectNamed(name: string): PaymentDialect {
  const dialect = paymentDialects.get(name)
  if (dialect !== undefined) return dialect
  const known = [...paymentDialects.keys()].join(', ')
  throw invalid('dialect', { en: `no dialect “${name}”; there are ${known}`, vi: `không có phương ngữ “${name}”; hiện có ${known}` })
}

function invalid(option: string, problem: string | Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place: `${SYSTEM}.${option}`, problem } })
}
