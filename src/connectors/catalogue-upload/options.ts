/**
 * What an upload needs to know, checked at construction. No public contract shows such an operation: all defaults in this file are
 * assumptions (A), and nothing works without `url`, `service` and `auth`.
 */
import { z } from 'zod'
import { readSettings, settingMessage } from '../../base/index.js'
import { type TransportOptions, transportShape } from '../../transport/index.js'
import type { OfferedFee, OfferedService } from './offer.js'

export interface CatalogueUploadOptions extends TransportOptions {
  /** Whole address of the operation, with its query if it has one. */
  readonly url: string
  /** Name of the operation, sent in the envelope; null: none is sent. */
  readonly service: string | null
  /** `session` is the login of the native procedure database (contracts/procedure-database.md §3a), on the host of `url`. */
  readonly auth:
    | { readonly kind: 'none' }
    | { readonly kind: 'bearer'; readonly token: string }
    | { readonly kind: 'session'; readonly loginUrl: string; readonly username: string; readonly password: string; readonly maxAgeMs?: number }
  /** Further headers, e.g. `dstcode`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Names in the body. `items: null`: the body is the bare list, without service and session. `constant`: fields that are always the same, e.g. `madonvi`. */
  readonly envelope?: {
    readonly service?: string
    readonly session?: string
    readonly items?: string | null
    readonly constant?: Readonly<Record<string, string | number | boolean>>
  }
  /** Name of each field of an offer; null: it is not sent. */
  readonly fields?: { readonly [Field in keyof OfferedService]?: string | null }
  readonly feeFields?: { readonly [Field in keyof OfferedFee]?: string | null }
  readonly levels?: { readonly [Level in NonNullable<OfferedService['level']>]?: string | number }
  readonly feeKinds?: { readonly [Kind in NonNullable<OfferedFee['kind']>]?: string | number }
  /** What a success is: where the code stands (`a.b` is b within a, letter case is no matter), which codes it has, where the sentence stands. */
  readonly success?: { readonly code?: string; readonly values?: readonly (string | number)[]; readonly message?: string }
  /** Most offers in one call. 1: nobody knows whether a list is taken as a whole. */
  readonly offersPerCall?: number
}

export const SYSTEM = 'catalogue-upload'
const SIX_HOURS_MS = 6 * 3_600_000

const ADDRESS = settingMessage({
  en: 'expected an http or https address without user name and fragment',
  vi: 'cần địa chỉ http hoặc https, không kèm tên đăng nhập và phần #',
})
const SAME_HOST = settingMessage({ en: 'expected an address on the host of `url`', vi: 'cần địa chỉ trên cùng máy chủ với `url`' })
const BARE_LIST = settingMessage({
  en: 'a bare list has no place for a service name, a session or constant fields: set service to null, use another auth, remove constant',
  vi: 'danh sách trần không có chỗ cho tên dịch vụ, phiên hay trường cố định: đặt service là null, dùng auth khác, bỏ constant',
})

const address = z.url({ protocol: /^https?$/, error: ADDRESS }).refine((url) => !/[#@]/.test(url), ADDRESS)
const printable = z.string().regex(/^[\x21-\x7e]+$/, 'expected printable ASCII without spaces')
const name = z.string().min(1)
const code = z.union([z.string().min(1), z.number().int()])

const schema = z
  .strictObject({
    url: address,
    service: name.nullable(),
    auth: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('bearer'), token: printable }),
      z.strictObject({
        kind: z.literal('session'),
        loginUrl: address,
        username: z.string().min(1),
        password: z.string().min(1),
        maxAgeMs: z.number().int().positive().default(SIX_HOURS_MS),
      }),
    ]),
    headers: z.record(printable, z.string().regex(/^[\x20-\x7e]*$/, 'expected printable ASCII')).default({}),
    envelope: z
      .strictObject({
        service: name.default('service'),
        session: name.default('session'),
        items: name.nullable().default('items'),
        constant: z.record(name, z.union([z.string(), z.number(), z.boolean()])).default({}),
      })
      .prefault({}),
    fields: z
      .strictObject({
        localCode: name.default('MaTTHCDP'),
        nationalCode: name.nullable().default('MaTTHC'),
        name: name.nullable().default('TenTTHC'),
        level: name.nullable().default('MucDo'),
        url: name.nullable().default('DuongDan'),
        agencyCode: name.nullable().default('MaCoQuan'),
        fees: name.nullable().default('PhiLePhi'),
      })
      .prefault({}),
    feeFields: z
      .strictObject({
        kind: name.nullable().default('MaPhiLePhi'),
        amount: name.nullable().default('SoTien'),
        text: name.nullable().default('MoTa'),
      })
      .prefault({}),
    /** contracts/procedure-database.md §5.6 */
    levels: z.strictObject({ information: code.default('2'), partial: code.default('3'), full: code.default('4') }).prefault({}),
    /** contracts/procedure-database.md §5.4 */
    feeKinds: z.strictObject({ charge: code.default('1'), fee: code.default('2') }).prefault({}),
    success: z
      .strictObject({
        code: name.default('error_code'),
        values: z
          .array(z.union([z.string(), z.number()]))
          .min(1)
          .default([0]),
        message: name.default('message'),
      })
      .prefault({}),
    offersPerCall: z.number().int().min(1).max(500).default(1),
    ...transportShape,
  })
  .refine(({ auth, url }) => auth.kind !== 'session' || URL.parse(auth.loginUrl)?.origin === URL.parse(url)?.origin, {
    path: ['auth', 'loginUrl'],
    error: SAME_HOST,
  })
  .refine(
    ({ envelope, service, auth }) =>
      envelope.items !== null || (service === null && auth.kind !== 'session' && Object.keys(envelope.constant).length === 0),
    { path: ['envelope', 'items'], error: BARE_LIST },
  )

export type UploadSettings = z.output<typeof schema>

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function readUploadOptions(options: CatalogueUploadOptions): { readonly settings: UploadSettings; readonly transport: TransportOptions } {
  const settings = readSettings<typeof schema>(schema, options as z.input<typeof schema>, SYSTEM)
  // The transport checks its own options itself.
  const transport = Object.fromEntries(Object.entries(options).filter(([option]) => Object.hasOwn(transportShape, option)))
  return { settings, transport }
}
