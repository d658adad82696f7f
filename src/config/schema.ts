/** `lienthong.config.{ts,js,mjs,json}`. DESIGN "Configuration". Unknown keys are refused with the nearest known one. */
import { z } from 'zod'
import { settingMessage } from '../base/index.js'
import { dictionaryServices } from '../connectors/index.js'
import { agencyRow, placesSetting } from '../mappers/index.js'
import { fileTypes, ownershipRule, scopeRule } from '../sync/index.js'
import { isLoopback } from '../transport/index.js'
import { payments } from './payments.js'
import { calendarDay, count, limits, milliseconds, secret, tablesSetting, textOrSecret, transport } from './shapes.js'
import { source } from './sources/kinds.js'

const portalCredentials = z.strictObject({ username: textOrSecret.optional(), password: secret.optional(), token: secret.optional() })

/** One of several logins. The day of sending decides which one is shown. */
const portalAccount = z.strictObject({
  /** The unit it was issued to. Default: the tenant's. */
  agencyCode: z.string().min(1).optional(),
  /** First day on which it is shown. Default: since ever. */
  validFrom: calendarDay.optional(),
  /** First day on which it is shown no more. Default: until the next one of this unit. */
  validTo: calendarDay.optional(),
  credentials: portalCredentials,
  /** Default: the portal's. */
  dstcode: z.string().optional(),
})
export type PortalAccountConfig = z.output<typeof portalAccount>

const portal = z.strictObject({
  /** Name of a built-in dialect, or an object of your own. docs/dialects.md */
  dialect: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).default('vpcp-2020'),
  adapterUrl: z.url(),
  endpoints: z.strictObject({ auth: z.string().optional(), share: z.string().optional(), integration: z.string().optional() }).optional(),
  serviceEndpoints: z.record(z.string(), z.string()).optional(),
  dstcode: z.string().optional(),
  /** Addresses of the dialect `provincial-proxy-urls`. */
  urls: z.strictObject({ create: z.string(), update: z.string(), progress: z.string(), read: z.string().optional() }).optional(),
  /** Rules that come before the dialect's own. docs/dialects.md; the client checks them. */
  outcomes: z.array(z.record(z.string(), z.unknown())).optional(),
  credentials: portalCredentials.default({}),
  /** Instead of `credentials`: several accounts, by unit and day. */
  accounts: z
    .array(portalAccount)
    .min(1, settingMessage({ en: 'name at least one account', vi: 'cần ít nhất một tài khoản' }))
    .optional(),
  /** Which unit a call names (`madonvi`): the one that received the dossier, or always the account's own. Default `dossier`. */
  madonvi: z.enum(['dossier', 'account']).optional(),
  /** Boundary steps (2, 9, 10, 3) from the record's own dates where the source reports none. Default true. */
  deriveSteps: z.boolean().optional(),
  ...transport,
})

const procedureDatabase = z.strictObject({
  /** `native`, `provincial-gateway`, `public-portal-2026`, or an object of your own. docs/catalogue.md */
  dialect: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).default('native'),
  url: z.url(),
  /** Asks for the list of this unit alone. */
  unitCode: z.string().optional(),
  dstcode: z.string().optional(),
  endpoints: z.strictObject({ auth: z.string().optional(), share: z.string().optional(), integration: z.string().optional() }).optional(),
  outcomes: z.array(z.record(z.string(), z.unknown())).optional(),
  credentials: z.strictObject({ username: textOrSecret.optional(), password: secret.optional(), token: secret.optional() }).default({}),
  /** Details older than this are read again. Default 14. */
  maxAgeDays: count.optional(),
  /** Which of several sectors leads. Default the first. */
  sector: z.enum(['first', 'last']).optional(),
  /** Dictionaries to read along. Default sectors and agencies. */
  dictionaries: z.array(z.enum(dictionaryServices)).optional(),
  maxAnswerBytes: count.optional(),
  ...transport,
})

/** No public contract shows an upload: everything about it is configuration. The client checks it. */
const upload = z.strictObject({
  url: z.url(),
  /** Name of the operation; null: none is sent. */
  service: z.string().min(1).nullable(),
  auth: z.enum(['none', 'bearer', 'session']),
  /** For `session`: where to log in, on the host of `url`. */
  loginUrl: z.url().optional(),
  /** `token` for `bearer`, `username` and `password` for `session`. */
  credentials: z.strictObject({ username: textOrSecret.optional(), password: secret.optional(), token: secret.optional() }).default({}),
  headers: z.record(z.string(), z.string()).optional(),
  envelope: z.record(z.string(), z.unknown()).optional(),
  fields: z.record(z.string(), z.string().nullable()).optional(),
  feeFields: z.record(z.string(), z.string().nullable()).optional(),
  levels: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  feeKinds: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  success: z.record(z.string(), z.unknown()).optional(),
  offersPerCall: count.optional(),
  ...transport,
})

const publish = z.strictObject({
  /** The only hosts that `catalogue links` asks: `dichvucong.tinh.example.vn`, or `*.tinh.example.vn`. */
  linkHosts: z.array(z.string().min(1)).optional(),
  upload: upload.optional(),
})

const PUBLIC_URL = settingMessage({
  en: 'expected an https address without query, such as https://files.tinh.example.vn/lt (plain http only on this machine)',
  vi: 'cần địa chỉ https không kèm tham số, ví dụ https://files.tinh.example.vn/lt (http chỉ dùng trên máy này)',
})

/** Links to files that the national side can open. docs/file-links.md */
const files = z.strictObject({
  /** Where the national side reaches `lienthong files serve`, or the portal that mounts the handler. */
  publicUrl: z
    .string()
    .refine((text) => {
      const url = URL.parse(text)
      if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false
      return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.host))
    }, PUBLIC_URL)
    .transform((text) => text.replace(/\/+$/, '')),
  /** Raise it when links have leaked: every file gets a new one. Old ones stay good. Default 1. */
  keyVersion: count.max(99).default(1),
  /** Larger files are not served. Default 200 MB. */
  maxBytes: count.optional(),
  /** What a file has to be, by its bytes. Default PDF, images and office documents. */
  types: z.array(z.enum(fileTypes)).min(1).optional(),
  /** Lets caches in between keep a file for so long. Default 0: nobody keeps it. */
  cacheSeconds: z.number().int().min(0).optional(),
})

const sync = z.strictObject({
  concurrency: count.max(256).optional(),
  /** Most records in one call, up to what the portal's dialect takes. docs/adr/0005-one-dossier-per-call.md */
  batchSize: count.optional(),
  retry: z.strictObject({ firstMs: milliseconds, maxMs: milliseconds }).optional(),
  /** By status, `default` for the rest: send a step again when nobody knows whether it arrived, or hold it. */
  onUnknownSteps: z.record(z.string(), z.enum(['resend', 'hold'])).optional(),
  maxChanges: count.optional(),
  reopenDays: z.number().int().min(0).optional(),
  /** Share of a source's dossiers that may be missing from a whole reading; when more are, none is listed as gone. Default 0.2. */
  maxGone: z.number().min(0).max(1).optional(),
  /** Whether sources that take marks are told what is at the portal. Default `production`. */
  writeBack: z.enum(['production', 'always', 'never']).optional(),
  patienceMs: z.number().int().min(0).optional(),
  refusalLimit: count.optional(),
  callTimeoutMs: milliseconds.optional(),
  /** With workers: whether a first reading lets its dossiers go while it goes on. See docs/scaling.md. */
  initialLoad: z.enum(['as-read', 'held-back']).optional(),
})

const cron = z
  .string()
  .regex(/^\S+( \S+){4}$/, settingMessage({ en: 'expected cron’s five fields, such as */5 * * * *', vi: 'cần năm trường cron, ví dụ */5 * * * *' }))

const procedures = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({
    list: z.array(z.looseObject({ localCode: z.string(), nationalCode: z.string().nullable().optional(), name: z.string() })),
  }),
  /** The catalogue of this one-stop system: `catalogue pull` reads it. */
  z.strictObject({ source: z.string().min(1) }),
])

const name = z.string().min(1)
/** Stands in journals, reports and on the command line. */
const tenantName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]*$/,
    settingMessage({ en: 'a tenant is named in small letters, digits and hyphens', vi: 'tên đơn vị chỉ gồm chữ thường, chữ số và dấu gạch nối' }),
  )

function atLeastOne<Entry extends z.ZodType>(key: z.ZodString, entry: Entry, message: string) {
  return z.record(key, entry).refine((entries) => Object.keys(entries).length > 0, message)
}

const tenant = z.strictObject({
  /** The province's own code on the wire (`madonvi`), e.g. 000.00.00.H14. */
  agencyCode: z.string().min(1),
  /** Without it nothing is sent to another machine. */
  production: z.boolean().default(false),
  sources: atLeastOne(name, source, settingMessage({ en: 'name at least one source', vi: 'cần ít nhất một nguồn' })),
  portal,
  tables: tablesSetting.optional(),
  /** Agencies that merged or were renamed, with their days: a file, or the rows. */
  agencies: z.union([z.string().min(1), z.array(agencyRow)]).optional(),
  /** Provinces, districts and communes with the days their codes hold for: a file, or files and rows. */
  places: placesSetting.optional(),
  procedures: procedures.optional(),
  /** The national procedure database, for `catalogue pull`. */
  procedureDatabase: procedureDatabase.optional(),
  /** What the province offers nationally. */
  publish: publish.optional(),
  files: files.optional(),
  /** Fees, charges, fines and other duties, paid through the national platform. */
  payments: payments.optional(),
  scope: z.array(scopeRule).default([]),
  /** Which source owns dossiers that several have: the first rule that fits decides. */
  ownership: z.array(ownershipRule).default([]),
  sync: sync.default({}),
  /** With workers: when the sources are read, as cron's five fields in Vietnam's time. Default every five minutes. */
  readAt: cron.optional(),
})

export const configSchema = z.strictObject({
  version: z.literal(1),
  language: z.enum(['vi', 'en']).optional(),
  ledger: z.strictObject({
    url: z.string().min(1),
    /** Where bills and payments are kept, under the same key and password; passes do not see it then. Default: the same ledger. */
    paymentsUrl: z.string().min(1).optional(),
    password: secret.optional(),
    key: secret,
  }),
  /** What several tenants reach through one gateway, by name: they share its limits. */
  systems: z.record(name, z.strictObject({ limits })).default({}),
  tenants: atLeastOne(tenantName, tenant, settingMessage({ en: 'name at least one tenant', vi: 'cần ít nhất một đơn vị' })),
})

/** As written. */
export type ConfigInput = z.input<typeof configSchema>
/** With defaults. */
export type Config = z.output<typeof configSchema>
export type TenantConfig = Config['tenants'][string]
export type PortalConfig = TenantConfig['portal']
export type UploadConfig = NonNullable<NonNullable<TenantConfig['publish']>['upload']>
export type ProcedureDatabaseConfig = NonNullable<TenantConfig['procedureDatabase']>

/** Gives a configuration its type in TypeScript and JavaScript files; it changes nothing. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config
}
