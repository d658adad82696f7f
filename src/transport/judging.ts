/** What answers mean, by a table of rules that a dialect or a configuration gives: the first that fits decides. */
import { comparable } from '../base/index.js'

/** Every condition that is given must hold; none given fits every answer. */
export interface AnswerRule<Kind extends string, Meaning extends string> {
  /** What was asked for: the same words mean different things for different calls. */
  readonly on?: readonly Kind[]
  /** HTTP status. */
  readonly status?: readonly number[]
  /** Codes of the answer, compared as numbers where they are such: 0 also fits "0" and "00". null fits an answer without a code. */
  readonly code?: readonly (number | string | null)[]
  /** Tested against the message in NFC and lower case; a text is read as a regular expression. */
  readonly message?: RegExp | string
  readonly means: Meaning
}

/** What rules look at. */
export interface JudgedAnswer {
  readonly code: string | null
  readonly message: string | null
}

/** How a system says, in a sentence, that it no longer knows a session. */
export const SESSION_GONE = /(?:phiên(?! bản)|session|token).*(?:hết hạn|không hợp lệ|không tồn tại|expired|invalid|not found)/

/** Judges one answer: null when the body was none of the other side's. undefined when no rule fits. */
export type AnswerJudge<Kind extends string, Meaning extends string> = (
  kind: Kind,
  status: number,
  answer: JudgedAnswer | null,
) => Meaning | undefined

/** Prepares the rules once: codes normalised, patterns in NFC and without memory. @throws {SyntaxError} for a text that is no pattern. */
export function judgeAnswers<Kind extends string, Meaning extends string>(rules: readonly AnswerRule<Kind, Meaning>[]): AnswerJudge<Kind, Meaning> {
  const prepared = rules.map(({ on, status, code, message, means }) => ({
    on: on && new Set<string>(on),
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

/** "0", "00" and 0 are one code; "-3" stays negative; text stays text. */
function normalCode(code: string): string {
  const text = code.trim()
  return /^[+-]?\d{1,15}$/.test(text) ? String(Number(text) || 0) : comparable(text)
}

function patternOf(message: RegExp | string): RegExp {
  if (typeof message === 'string') return new RegExp(message.normalize('NFC'), 'i')
  const flags = new Set(message.flags.replace(/[gy]/g, ''))
  return new RegExp(message.source.normalize('NFC'), [...flags.add('i')].join(''))
}
