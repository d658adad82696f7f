/** Settings that stand in several places of a configuration. DESIGN "Configuration". */
import { z } from 'zod'
import { settingMessage } from '../base/index.js'
import { parseLocalDate } from '../domain/index.js'
import { networks } from '../transport/index.js'

/** Secrets never stand in the file itself. */
export const secret = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })], {
  error: settingMessage({
    en: 'a secret is written as { "env": "NAME" } or { "file": "path" }, never as text',
    vi: 'bí mật phải ghi dạng { "env": "TÊN" } hoặc { "file": "đường dẫn" }, không ghi trực tiếp',
  }),
})
export type SecretRef = z.infer<typeof secret>
/** User names are no secrets, but many keep them with the password. */
export const textOrSecret = z.union([z.string().min(1), secret])

export const milliseconds = z.number().int().positive()
export const count = z.number().int().positive()

export const limits = z.strictObject({ concurrency: count.optional(), requestsPerSecond: z.number().positive().optional() })

/** Passed on to the connector of a system; see TransportOptions. */
export const transport = {
  /** One of `systems`: its limits hold for all who name it. */
  system: z.string().min(1).optional(),
  timeouts: z.strictObject({ connectMs: milliseconds.optional(), readMs: milliseconds.optional() }).optional(),
  limits: limits.optional(),
  retry: z
    .strictObject({
      attempts: count.optional(),
      firstMs: milliseconds.optional(),
      maxMs: milliseconds.optional(),
      maxRetryAfterMs: milliseconds.optional(),
    })
    .optional(),
  breaker: z.strictObject({ failures: count.optional(), restMs: milliseconds.optional() }).optional(),
  /** May hold a password. */
  proxy: textOrSecret.optional(),
  caFile: z.string().optional(),
  clientCertificate: z.strictObject({ certFile: z.string(), keyFile: z.string(), passphrase: secret.optional() }).optional(),
}
const transportSettings = z.object(transport)
export type TransportSettings = z.output<typeof transportSettings>

/** A file of code tables, or the tables. */
export const tablesSetting = z.union([z.string(), z.record(z.string(), z.unknown())])
export type TablesSetting = z.output<typeof tablesSetting>

export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, settingMessage({ en: 'expected a day such as 2025-01-31', vi: 'cần một ngày như 2025-01-31' }))

export const calendarDay = day.refine(
  (text) => parseLocalDate(text) !== undefined,
  settingMessage({ en: 'there is no such day in the calendar', vi: 'ngày này không có trong lịch' }),
)

/** Who may call. All that is set has to hold. */
export const access = z.strictObject({
  /** Addresses and networks: `10.20.0.0/16`. */
  peers: z.array(z.string().min(1)).optional(),
  /** A header and the value it must have. */
  secret: z.strictObject({ header: z.string().min(1), value: secret }).optional(),
  /** A server before us checks certificates and says so in a header. Needs `proxies`. */
  clientCertificate: z.strictObject({ header: z.string().min(1), values: z.array(z.string().min(1)) }).optional(),
  /** Servers before us, whose `X-Forwarded-For` and certificate header are believed. */
  proxies: z.array(z.string().min(1)).optional(),
  /** Anybody may call. */
  insecure: z.boolean().optional(),
})
export type AccessSettings = z.output<typeof access>

const origin = z.string().refine(
  (text) => {
    const url = URL.parse(text)
    return url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  },
  settingMessage({
    en: 'expected a server such as https://kho.tinh.example.vn or http://10.20.1.5:8080, without a path',
    vi: 'cần một máy chủ như https://kho.tinh.example.vn hoặc http://10.20.1.5:8080, không kèm đường dẫn',
  }),
)
const network = z.string().refine(
  (text) => {
    try {
      return networks([text]) !== undefined
    } catch {
      return false
    }
  },
  settingMessage({ en: 'expected a network such as 10.20.0.0/16', vi: 'cần một dải mạng như 10.20.0.0/16' }),
)

/** Where the files of a source lie, for links to them. docs/file-links.md */
export const sourceFiles = z.strictObject({
  /** Folders below which files lie that the source names by a path. Nothing else of the machine is read. */
  roots: z.array(z.string().min(1)).optional(),
  /** The only servers that are asked for files that the source names by an address. */
  hosts: z
    .array(
      z.union([
        origin,
        z.strictObject({
          origin,
          /** Networks inside the province that its name may lead to; without them only public addresses. */
          networks: z.array(network).optional(),
          /** What it is shown as `Authorization`. */
          authorization: secret.optional(),
        }),
      ]),
    )
    .optional(),
  /** PEM file of authorities trusted for these servers besides the built-in ones. */
  caFile: z.string().min(1).optional(),
})
export type SourceFilesSetting = z.output<typeof sourceFiles>
