/** What an answer of the procedure database means: a table of rules, first match decides. contracts/procedure-database.md §3, §8 */
import { type AnswerJudge, type AnswerRule, SESSION_GONE } from '../../transport/index.js'
import type { ProcedureDatabaseKind } from './answer.js'

/**
 * `session-lost`: log in again and repeat once. `unknown-code`: the database does not have what was asked for.
 * `busy`: not now; asked again later. An answer that no rule knows is `refused`.
 */
export type ProcedureDatabaseMeaning = 'accepted' | 'unknown-code' | 'refused' | 'session-lost' | 'busy'

/** A rule of a dialect or of a configuration; see {@link AnswerRule}. The transport deals with 429 and 5xx by itself. */
export type ProcedureDatabaseRule = AnswerRule<ProcedureDatabaseKind, ProcedureDatabaseMeaning>

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

export type Judge = AnswerJudge<ProcedureDatabaseKind, ProcedureDatabaseMeaning>
