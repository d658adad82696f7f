/** One line of the doctor: what was looked at, how it stands, and what to do when it does not. */
import { asLienthongError, fillText, type LienthongError, type Text, type TextValues } from '../base/index.js'

/** `skipped`: it could not be looked at, because of something said before. */
export type CheckState = 'ok' | 'warn' | 'error' | 'skipped'

export interface Check {
  /** Stable: `ledger.key`, `sources.one-stop.login`, `portal.clock`. */
  readonly id: string
  readonly state: CheckState
  /** What was found, and where. */
  readonly what: Text
  /** Absent when there is nothing to do. */
  readonly hint?: Text
  /** Why a pass would fail. An `error` without one concerns single dossiers, or the clock. */
  readonly error?: LienthongError
  /** What the sentence sums up, one by one. */
  readonly details?: readonly CheckDetail[]
}

/** Of a sample: how many dossiers have one and the same flaw. */
export interface CheckDetail {
  readonly rule: string
  readonly severity: 'error' | 'warn'
  /** The code without a row in the tables, where the flaw is one; never a personal value. */
  readonly value: string | null
  readonly dossiers: number
  readonly what: Text
  readonly hint: Text
}

export function fine(id: string, says: Text, values?: TextValues): Check {
  return { id, state: 'ok', what: fillText(says, values) }
}

export function doubtful(id: string, says: Text, hint: Text, values?: TextValues): Check {
  return { id, state: 'warn', what: fillText(says, values), hint: fillText(hint, values) }
}

export function wrong(id: string, says: Text, hint: Text, values?: TextValues): Check {
  return { id, state: 'error', what: fillText(says, values), hint: fillText(hint, values) }
}

export function skipped(id: string, says: Text, values?: TextValues): Check {
  return { id, state: 'skipped', what: fillText(says, values) }
}

/** @param says a sentence of our own; without it the error's. */
export function failed(id: string, thrown: unknown, says?: Text, hint?: Text, values?: TextValues): Check {
  const error = asLienthongError(thrown)
  const all: TextValues = { ...error.values, problem: error.text, ...values }
  return { id, state: 'error', what: says ? fillText(says, all) : error.text, hint: hint ? fillText(hint, all) : error.hintText, error }
}
