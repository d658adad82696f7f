/** What an answer of iGate means before anybody looks into it: a failed read never comes back as an empty one. */
import { type Hop, LienthongError } from '../../base/index.js'
import type { HttpAnswer } from '../../transport/index.js'

export const SYSTEM = 'igate'

/** Who was asked for what, for errors. */
export interface About {
  readonly system: string
  readonly operation: string
  readonly hop: Hop
  readonly attempt?: number
}

/** The JSON of a good answer. @throws {LienthongError} `igate.refused`, `igate.unreadable_answer` */
export function jsonIn({ status, text, attempt }: HttpAnswer, about: About): object {
  const body = parsed(text)
  // A gateway says 203 when somebody else answered in its place.
  if (status === 200 && typeof body === 'object' && body !== null) return body
  if (status >= 400) throw new LienthongError('igate.refused', { values: { status, operation: about.operation }, ...about, attempt })
  throw unreadable(text, status, { ...about, attempt })
}

export function unreadable(text: string, status: number, about: About): LienthongError {
  return wrong(`HTTP ${status}, ${kindOf(text)}`, about)
}

export function wrong(problem: string, about: About): LienthongError {
  return new LienthongError('igate.unreadable_answer', { values: { operation: about.operation, problem }, ...about })
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function kindOf(text: string): string {
  const start = text.trimStart().slice(0, 1)
  if (start === '') return 'empty body'
  return start === '<' ? 'a page in markup' : start === '{' || start === '[' ? 'JSON of another form' : 'text'
}
