/** The fields of a log line as they may be written: by {@link redact}, text by text. */
import { isLienthongError } from './errors.js'
import type { LogFields } from './logger.js'
import { redact, sayingOf } from './redact.js'

/** Whatever stands under such a name is none of a log's business. */
const SECRET_NAME = /pass(word|phrase|wd)?$|token|secret|authorization|cookie|session|credential|api-?key/i
const SECRET = '‹secret›'
const DEEPEST = 6

/** @param secrets values that must not be written wherever they occur: the passwords of the configuration. */
export function redactFields(fields: LogFields, secrets: readonly string[] = []): Record<string, unknown> {
  return inside(fields, secrets, 0) as Record<string, unknown>
}

function inside(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return redact(value, secrets)
  // An identity number is no number: were it one, nobody would look for it here.
  if (typeof value === 'number' || typeof value === 'bigint') {
    const masked = redact(String(value), secrets)
    return masked === String(value) ? value : masked
  }
  if (value === null || typeof value !== 'object') return typeof value === 'function' || typeof value === 'symbol' ? undefined : value
  if (depth >= DEEPEST || ArrayBuffer.isView(value)) return '‹…›'
  // Our own error says only what may be said; a stranger's cause and stack may quote anything.
  if (value instanceof Error) return isLienthongError(value) ? inside(value.toJSON(), secrets, depth + 1) : redact(sayingOf(value), secrets)
  if (Array.isArray(value)) return value.map((one) => inside(one, secrets, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      redact(key, secrets),
      SECRET_NAME.test(key) && inner !== undefined && inner !== null ? SECRET : inside(inner, secrets, depth + 1),
    ]),
  )
}
