/** What an answer of the portal means: a table of rules, first match decides. contracts/national-portal.md §3.3, §4.1.7, §6. */
import { type AnswerRule, judgeAnswers } from '../../transport/index.js'
import type { PortalAnswer } from './wire.js'

/** What was asked for; the same words mean different things for different calls. */
export type CallKind = 'login' | 'create' | 'update' | 'progress' | 'read'

/**
 * `session-lost`: log in again and repeat once. `config`: nobody's record is wrong, our settings are.
 * `unknown`: the answer comes from something in between; whether the call was applied cannot be told.
 */
export type Meaning = 'accepted' | 'already-exists' | 'unknown-dossier' | 'rejected' | 'session-lost' | 'config' | 'unknown'

/** A rule of a dialect or of a configuration; see {@link AnswerRule}. */
export type OutcomeRule = AnswerRule<CallKind, Meaning>

const EXISTS = /đã tồn tại/
const DONE = /(?<!(?:không|chưa) )thành công/
const NOT_DONE = /(?:không|chưa) thành công|thất bại/
const SESSION_GONE = /(?:phiên(?! bản)|session|token).*(?:hết hạn|không hợp lệ|expired|invalid)/
/** Not when the sentence is about a procedure, a component or a paper that does not exist: a create would not help then. */
const NO_SUCH_DOSSIER =
  /(?<!thành phần )(?:hồ sơ|mahoso)(?:(?!thủ tục|matthc|thành phần|giấy tờ|lĩnh vực|mã lĩnh vực).){0,80}?(?:không tồn tại|chưa (?:có|tồn tại|đồng bộ|được (?:gửi|tạo|đồng bộ)))|không (?:tồn tại|tìm thấy) (?:mã )?hồ sơ/
const SOMETHING_BETWEEN = /server error|soap fault/
/** §6: empty or wrong unit code or key, seen at the sibling platform. */
const WRONG_UNIT = [-300, -301, -302, -303, -304]
const WRITES: readonly CallKind[] = ['create', 'update', 'progress']

type Code = number | string

/**
 * The portal's rules in their order, for a wire with other codes. No code has a meaning of its own here but those given, −1 and
 * −300…−304.
 *
 * @param success codes of a success. A success that says “đã tồn tại” or “không thành công” is still none.
 * @param exists further codes that, with “đã tồn tại”, speak of the dossier or step itself and not of a paper.
 */
export function portalOutcomesFor({
  success,
  exists = [],
}: {
  readonly success: readonly Code[]
  readonly exists?: readonly Code[]
}): readonly OutcomeRule[] {
  return [
    { status: [401], means: 'session-lost' },
    // §4.1.7: a success code alone does not prove that a dossier was created. For a step it proves that it arrived before (§4.4c).
    { on: ['create', 'progress'], code: [...success, ...exists], message: EXISTS, means: 'already-exists' },
    { on: WRITES, code: success, message: NOT_DONE, means: 'rejected' },
    { code: success, means: 'accepted' },
    { code: WRONG_UNIT, means: 'config' },
    { message: SESSION_GONE, means: 'session-lost' },
    { on: ['update', 'progress', 'read'], message: NO_SUCH_DOSSIER, means: 'unknown-dossier' },
    // §3.1, §4.4c: texts of a hop that failed, dressed as an answer.
    { message: SOMETHING_BETWEEN, means: 'unknown' },
    // §6: the generic failure.
    { on: ['login'], code: [-1], means: 'rejected' },
  ]
}

/**
 * The rules as far as public clients show them: 0 is the success.
 *
 * Code 0 without a sentence counts as accepted: §4.1.7 asks to look for "đã tồn tại", which has its own rule, and one of the two
 * public clients (§2.2, OpenCPS) reads nothing but the code. Taking a silent 0 for a failure would send everything twice.
 */
export const portalOutcomes: readonly OutcomeRule[] = portalOutcomesFor({ success: [0], exists: [3, -3] })

/** Where a relay may answer in plain text, "thành công" alone is a success (§4.2). These come before {@link portalOutcomes}. */
export const plainTextOutcomes: readonly OutcomeRule[] = [
  { on: ['create', 'progress'], code: [null], message: EXISTS, means: 'already-exists' },
  { on: WRITES, code: [null], message: NOT_DONE, means: 'rejected' },
  { code: [null], message: DONE, means: 'accepted' },
]

/** Judges one answer: `answer` is null when the body was none of the portal's. undefined when no rule fits. */
export type Judge = (kind: CallKind, status: number, answer: PortalAnswer | null) => Meaning | undefined

/** Prepares the rules once. @throws {SyntaxError} for a text that is no pattern. */
export function judgeBy(rules: readonly OutcomeRule[]): Judge {
  const judge = judgeAnswers(rules)
  return (kind, status, answer) => judge(kind, status, answer && { code: answer.error_code ?? null, message: answer.message ?? null })
}
