/** What an answer to an upload proves. The rule is the configuration's (A): a code at a known place, and the codes of a success. */
import { comparable, redact } from '../../base/index.js'
import { type HttpAnswer, SESSION_GONE } from '../../transport/index.js'
import type { UploadSettings } from './options.js'

export interface UploadAnswer {
  readonly means: 'accepted' | 'rejected' | 'session-lost' | 'nothing'
  readonly code: string | null
  /** Redacted. */
  readonly message: string | null
}

const LONGEST_MESSAGE = 300

export function readAnswer(
  { status, text }: Pick<HttpAnswer, 'status' | 'text'>,
  success: UploadSettings['success'],
  secrets: readonly string[],
): UploadAnswer {
  const body = parsed(text)
  const code = scalarAt(body, success.code)
  const said = scalarAt(body, success.message)
  const message = said === null ? null : cut(redact(said, secrets))
  if (status === 401 || (code !== null && SESSION_GONE.test(comparable(said ?? '')))) return { means: 'session-lost', code, message }
  if (code === null) return { means: 'nothing', code, message }
  const succeeded = success.values.some((value) => normal(String(value)) === normal(code))
  // A success that comes with the status of a refusal, or from a redirect, contradicts itself.
  if (succeeded) return { means: status < 300 ? 'accepted' : 'nothing', code, message }
  return { means: 'rejected', code: cut(redact(code, secrets)), message }
}

/** The text or number at a place such as `result.error_code`, whatever the letter case of its keys. */
export function scalarAt(value: unknown, place: string): string | null {
  const found = place.split('.').reduce<unknown>((content, key) => {
    if (typeof content !== 'object' || content === null) return undefined
    const name = Object.keys(content).find((one) => one.toLowerCase() === key.toLowerCase())
    return name === undefined ? undefined : Reflect.get(content, name)
  }, value)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : typeof found === 'boolean' ? String(found) : null
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** "0", "00" and 0 are one code. */
function normal(code: string): string {
  const bare = code.trim()
  return /^[+-]?\d{1,15}$/.test(bare) ? String(Number(bare) || 0) : comparable(bare)
}

function cut(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text
}
