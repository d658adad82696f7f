import { fillText, type Text, type TextValues } from './text.js'

export type Severity = 'error' | 'warn' | 'info'

/**
 * What a mapper or a rule has to say about one record. It never holds a personal value: `path` names the field,
 * `message` the problem and `hint` what to do.
 */
export interface Finding {
  /** Stable id such as `status.unmapped`. */
  readonly ruleId: string
  /** `error`: the record cannot be sent. `warn`: it can, but will cost the province something. `info`: good to know. */
  readonly severity: Severity
  /** Field of the record, e.g. `applicant.identities[0].number`. Empty for the whole record. */
  readonly path: string
  readonly message: Text
  readonly hint: Text
}

/** One row of a rule table: everything about a finding that does not depend on the record. */
export interface FindingRule {
  readonly severity: Severity
  readonly says: Text
  readonly hint: Text
}

/**
 * The answer of a mapper. `ok: false` means that there is no value at all;
 * a value may still carry findings of severity `error`, and then must not be sent.
 */
export type Mapped<T> =
  | { readonly ok: true; readonly value: T; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/** Collects the findings of one record against a table of rules. */
export interface Notes<RuleId extends string> {
  readonly findings: readonly Finding[]
  /** Adds a finding. `values` fill the placeholders of the rule's text and must not be personal. */
  add(ruleId: RuleId, path: string, values?: TextValues): void
}

/** Starts collecting. A table of rules is data: see any `rules.ts` beside a mapper. */
export function notesFor<RuleId extends string>(rules: Readonly<Record<RuleId, FindingRule>>): Notes<RuleId> {
  const findings: Finding[] = []
  // No accessor here: V8 keeps one in the old generation, and with it what it can reach, for every record until the next full collection.
  return {
    findings,
    add(ruleId, path, values) {
      const rule = rules[ruleId]
      findings.push({
        ruleId,
        severity: rule.severity,
        path,
        message: fillText(rule.says, values),
        hint: fillText(rule.hint, values),
      })
    },
  }
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error')
}

/** The finding that decides under which cause a record is reported: the first of the highest severity. */
export function worstFinding(findings: readonly Finding[]): Finding | undefined {
  return findings.find((finding) => finding.severity === 'error') ?? findings.find((finding) => finding.severity === 'warn') ?? findings[0]
}
