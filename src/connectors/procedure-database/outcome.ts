/** What an answer of the procedure database means: a table of rules, first match decides. contracts/procedure-database.md §3, §8 */
import { comparable } from '../../base/index.js'
import type { ProcedureDatabaseAnswer, ProcedureDatabaseKind } from './answer.js'

/**
 * `session-lost`: log in again and repeat once. `unknown-code`: the database does not have what was asked for.
 * `busy`: not now; asked again later. An answer that no rule knows is `refused`.
 */
export type ProcedureDatabaseMeaning = 'accepted' | 'unknown-code' | 'refused' | 'session-lost' | 'busy'

/** Every condition that is given must hold; none given fits every answer. */
export interface ProcedureDatabaseRule {
  readonly on?: readonly ProcedureDatabaseKind[]
  /** HTTP status. The transport deals with 429 and 5xx by itself. */
  readonly status?: readonly number[]
  /** Codes of the answer, compared as numbers where they are such: 0 also fits "0" and "00". null fits an answer without a code. */
  readonly code?: readonly (number | string | null)[]
  /** Tested against the message in NFC and lower case; a text is read as a regular expression. */
  readonly message?: RegExp | string
  readonly means: ProcedureDatabaseMeaning
}

const SESSION_GONE = /(?:phiên(?! bản)|session|token).*(?:hết hạn|không hợp lệ|không tồn tại|expired|invalid|not found)/

/** 0 is the success (§3a); the code of an expired session is not known (§8, A: a number like 401). */
export const sessionOutcomes: readonly ProcedureDatabaseRule[] = [
  { status: [401], means: 'session-lost' },
  { code: [0], means: 'accepted' },
  { code: [401, -401], means: 'session-lost' },
  { message: SESSION_GONE, means: 'session-lost' },
]

/** A gateway holds the session itself (§3b): one that it lost is its own affair, 401 is our token's. */
export const gatewayOutcomes: readonly ProcedureDatabaseRule[] = [
  { status: [401], means: 'session-lost' },
  { code: [0], means: 'accepted' },
]

/** §3c: success is the word OK, the HTTP status proves nothing, and too many calls may end in 403. */
export const publicPortalOutcomes: readonly ProcedureDatabaseRule[] = [
  { code: ['OK'], means: 'accepted' },
  { on: ['procedure'], code: ['NOT_FOUND', 'FORMALITY_NOT_FOUND'], means: 'unknown-code' },
  { status: [403], means: 'busy' },
]

/** Judges one answer: null when the body was none of the database's. undefined when no rule fits. */
export type Judge = (kind: ProcedureDatabaseKind, status: number, answer: ProcedureDatabaseAnswer | null) => ProcedureDatabaseMeaning | undefined

/** Prepares the rules once. @throws {SyntaxError} for a text that is no pattern. */
export function judgeBy(rules: readonly ProcedureDatabaseRule[]): Judge {
  const prepared = rules.map(({ on, status, code, message, means }) => ({
    on: on && new Set(on),
    status: status && new Set(status),
    codes: code && new Set(code.map((one) => (one === null ? null : normalCode(String(one))))),
    pattern: message === undefined ? undefined : patternOf(message),
    means,
  }))
  return (kind, status, answer) => {
    const code = answer?.code == null ? null : normalCode(answer.code)
    const message = comparable(answer?.message ?? '')
    for (const rule of prepared) {
      if (rule.on !== undefined && !rule.on.has(kind)) continue
      if (rule.status !== undefined && !rule.status.has(status)) continue
      // Without an answer only the HTTP status can be judged.
      if (answer === null && rule.status === undefined) continue
      if (rule.codes !== undefined && !rule.codes.has(code)) continue
      if (rule.pattern !== undefined && !rule.pattern.test(message)) continue
      return rule.means
    }
    return undefined
  }
}

function normalCode(code: string): string {
  const text = code.trim()
  return /^[+-]?\d{1,15}$/.test(text) ? String(Number(text) || 0) : comparable(text)
}

function patternOf(message: RegExp | string): RegExp {
  if (typeof message === 'string') return new RegExp(message.normalize('NFC'), 'i')
  const flags = new Set(message.flags.replace(/[gy]/g, ''))
  return new RegExp(message.source.normalize('NFC'), [...flags.add('i')].join(''))
}
