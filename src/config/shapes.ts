/** Settings that stand in several places of a configuration. DESIGN "Configuration". */
import { z } from 'zod'
import { settingMessage } from '../base/index.js'
import { parseLocalDate } from '../domain/index.js'

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
