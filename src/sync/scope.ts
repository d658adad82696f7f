/** Which dossiers of a source are none of the portal's business, decided before anything is mapped. DESIGN "The sync engine: Scope". */
import { z } from 'zod'
import { isSameOrAbove, parseAgencyCode, parseLocalDate, startOfDay } from '../domain/index.js'
import type { SourceTraits } from './ports.js'

const date = z.string().refine((text) => parseLocalDate(text) !== undefined, 'a day such as 2025-01-31')
const pattern = z.string().refine(isPattern, 'a regular expression')

/** Traits a dossier has, all of them. Several values of one trait are alternatives. */
export const scopeCondition = z.strictObject({
  /** Facts the source states: `copy`, `group`, `not-received`, `migrated`, `test`. */
  flags: z.array(z.string()).optional(),
  /** Agency codes, each with everything below it. */
  agency: z.array(z.string()).optional(),
  procedure: z.array(z.string()).optional(),
  channel: z.array(z.enum(['direct', 'online', 'post'])).optional(),
  /** Regular expression on the local code. */
  code: pattern.optional(),
  /** Regular expression on the summary or remark, any letter case. */
  note: pattern.optional(),
  receivedBefore: date.optional(),
  receivedAfter: date.optional(),
  /** Whether it is a part of another dossier. */
  part: z.boolean().optional(),
})

/**
 * One rule: a dossier that has all these traits is skipped for this reason. Several values of one trait are alternatives.
 * Rules are tried in order; the first that fits decides.
 */
export const scopeRule = z.strictObject({
  /** The reason, as it appears in reports: `copy`, `test-dossier`, `before-2024`. */
  skip: z.string().min(1),
  when: scopeCondition,
})
export type ScopeRule = z.infer<typeof scopeRule>

/** What no province wants to report: copies, groups, dossiers that nobody received yet, and what it says an older sync has reported. */
export const defaultScope: readonly ScopeRule[] = [
  { skip: 'copy', when: { flags: ['copy'] } },
  { skip: 'group', when: { flags: ['group'] } },
  { skip: 'migrated', when: { flags: ['migrated'] } },
  { skip: 'test', when: { flags: ['test'] } },
  { skip: 'not-received', when: { flags: ['not-received'] } },
  { skip: 'already-marked', when: { flags: ['already-marked'] } },
]

/** @returns the reason for skipping, or undefined when the dossier is in scope. */
export type Scope = (traits: SourceTraits) => string | undefined

export function scopeOf(rules: readonly ScopeRule[]): Scope {
  const tests = rules.map(({ skip, when }) => ({ skip, fits: fitting(when) }))
  return (traits) => tests.find(({ fits }) => fits(traits))?.skip
}

/** @returns whether a dossier has all these traits. */
export function fitting(when: ScopeRule['when']): (traits: SourceTraits) => boolean {
  const code = when.code === undefined ? undefined : new RegExp(when.code, 'u')
  const note = when.note === undefined ? undefined : new RegExp(when.note.normalize('NFC'), 'iu')
  const before = bound(when.receivedBefore)
  const after = bound(when.receivedAfter)
  return (traits) =>
    (when.part === undefined || when.part === (traits.parentCode != null)) &&
    (when.flags === undefined || when.flags.some((flag) => traits.flags.includes(flag))) &&
    (when.agency === undefined || when.agency.some((agency) => isWithin(traits.agencyCode, agency))) &&
    (when.procedure === undefined || (traits.procedureCode !== null && when.procedure.includes(traits.procedureCode))) &&
    (when.channel === undefined || (traits.channel !== null && when.channel.includes(traits.channel))) &&
    (code === undefined || (traits.localCode !== null && code.test(traits.localCode))) &&
    (note === undefined || (traits.note != null && note.test(traits.note.normalize('NFC')))) &&
    (before === undefined || (traits.receivedAt !== null && traits.receivedAt < before)) &&
    (after === undefined || (traits.receivedAt !== null && traits.receivedAt >= after))
}

function isWithin(code: string | null, agency: string): boolean {
  if (code === null) return false
  const [inner, outer] = [parseAgencyCode(code), parseAgencyCode(agency)]
  return inner.ok && outer.ok ? isSameOrAbove(outer.value, inner.value) : code === agency
}

function bound(day: string | undefined): number | undefined {
  const parsed = day === undefined ? undefined : parseLocalDate(day)
  return parsed === undefined ? undefined : startOfDay(parsed)
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}
