/** Which agency a code meant on a day: agencies that merged, split or were renamed. contracts/rules-and-indicators.md §6.3 */
import { type Agency, isValidOn } from './agency.js'
import { type AgencyCode, isSameOrAbove, parseAgencyCode, toShortForm } from './identifiers/agency-code.js'
import type { LocalDate } from './time.js'

/** What a register knows of a code on a day. */
export type Standing =
  /** No row: nobody can say more than the code itself. */
  | { readonly is: 'unknown' }
  | { readonly is: 'valid'; readonly agency: Agency }
  /** The code belongs to another time; on that day its business was this agency's. */
  | { readonly is: 'other'; readonly named: Agency; readonly agency: Agency; readonly why: 'ended' | 'not-yet' }
  /** The code belongs to another time, and several agencies, or none, could be meant. */
  | { readonly is: 'undecided'; readonly named: Agency; readonly among: readonly Agency[]; readonly why: 'ended' | 'not-yet' }

export interface AgencyRegister {
  readonly agencies: readonly Agency[]
  find(code: string): Agency | undefined
  /**
   * @param number the agency inside the dossier's number: it tells which of several merged agencies received it, and that one
   *   did although the source names its successor. Thông tư 01/2018/TT-VPCP Điều 19
   */
  on(code: string, day: LocalDate, number?: AgencyCode | null): Standing
  /** All that a code was before, the oldest last, and all that it became. Without the agency itself. */
  relativesOf(code: string): readonly Agency[]
  /** Those that are this agency or stand above it, the highest first, in whichever form their codes are. */
  above(code: AgencyCode): readonly Agency[]
}

/**
 * Of rows that were checked: each successor has a row, and nobody succeeds himself (see {@link registerProblem}).
 */
export function agencyRegister(agencies: readonly Agency[]): AgencyRegister {
  // Asked for every dossier, and a province has thousands of units: nothing here may walk through all of them.
  const byCode = new Map(agencies.map((agency) => [keyOf(agency.code), agency]))
  const find = (code: string) => byCode.get(keyOf(code))
  const successors = new Map(agencies.map((agency) => [agency, agency.successors.flatMap((code) => find(code) ?? [])]))
  const predecessors = new Map<Agency, Agency[]>()
  const byPlace = new Map<string, Agency[]>()
  for (const agency of agencies) {
    for (const next of successors.get(agency) ?? []) predecessors.set(next, [...(predecessors.get(next) ?? []), agency])
    const parsed = parseAgencyCode(agency.code)
    const place = parsed.ok ? toShortForm(parsed.value) : agency.code
    byPlace.set(place, [...(byPlace.get(place) ?? []), agency])
  }
  const successorsOf = (agency: Agency) => successors.get(agency) ?? []
  const predecessorsOf = (agency: Agency) => predecessors.get(agency) ?? []
  const relatives = new Map<Agency, readonly Agency[]>()

  /** The nearest along each line that were valid on the day. */
  const validAlong = (from: Agency, next: (agency: Agency) => readonly Agency[], day: LocalDate): readonly Agency[] => [
    ...new Set(next(from).flatMap((agency) => (isValidOn(agency, day) ? [agency] : validAlong(agency, next, day)))),
  ]
  const allAlong = (from: Agency, next: (agency: Agency) => readonly Agency[]): readonly Agency[] => [
    ...new Set(next(from).flatMap((agency) => [agency, ...allAlong(agency, next)])),
  ]

  return {
    agencies,
    find,
    on(code, day, number = null) {
      const named = find(code)
      if (named === undefined) return { is: 'unknown' }
      const ended = named.validTo !== null && day >= named.validTo
      if (number !== null && !ended && !stands(named, number)) {
        const received = validAlong(named, predecessorsOf, day).filter((agency) => stands(agency, number))
        if (received.length === 1) return { is: 'other', named, agency: received[0] as Agency, why: 'not-yet' }
      }
      if (isValidOn(named, day)) return { is: 'valid', agency: named }
      const why = ended ? 'ended' : 'not-yet'
      const among = validAlong(named, ended ? successorsOf : predecessorsOf, day)
      const single = among.length === 1 ? among[0] : undefined
      return single === undefined ? { is: 'undecided', named, among, why } : { is: 'other', named, agency: single, why }
    },
    relativesOf(code) {
      const agency = find(code)
      if (agency === undefined) return []
      const found = relatives.get(agency) ?? [...allAlong(agency, predecessorsOf), ...allAlong(agency, successorsOf)]
      relatives.set(agency, found)
      return found
    },
    above({ form, root, path, text }) {
      const places = form === 'registered' ? [text] : [root, ...path.map((_, index) => [root, ...path.slice(0, index + 1)].join('.'))]
      return places.flatMap((place) => byPlace.get(place) ?? [])
    },
  }
}

/** Rows that contradict each other, as the first of them tells it. */
export type RegisterProblem =
  | { readonly kind: 'twice' | 'never-valid' | 'successor-without-end'; readonly row: number }
  | { readonly kind: 'unknown-successor' | 'late-successor'; readonly row: number; readonly successor: string }
  | { readonly kind: 'cycle'; readonly row: number; readonly codes: readonly string[] }

export function registerProblem(agencies: readonly Agency[]): RegisterProblem | undefined {
  const byCode = new Map<string, Agency>()
  for (const [row, agency] of agencies.entries()) {
    const { code, validFrom, validTo, successors } = agency
    if (byCode.has(keyOf(code))) return { kind: 'twice', row }
    byCode.set(keyOf(code), agency)
    if (validFrom !== null && validTo !== null && validFrom >= validTo) return { kind: 'never-valid', row }
    if (successors.length > 0 && validTo === null) return { kind: 'successor-without-end', row }
  }
  for (const [row, { validTo, successors }] of agencies.entries()) {
    for (const successor of successors) {
      const next = byCode.get(keyOf(successor))
      if (next === undefined) return { kind: 'unknown-successor', row, successor }
      if (validTo !== null && next.validFrom !== null && next.validFrom > validTo) return { kind: 'late-successor', row, successor }
    }
  }
  for (const [row, agency] of agencies.entries()) {
    const codes = cycleFrom(agency, byCode, [])
    if (codes !== undefined) return { kind: 'cycle', row, codes }
  }
  return undefined
}

function cycleFrom(agency: Agency, byCode: ReadonlyMap<string, Agency>, path: readonly string[]): readonly string[] | undefined {
  const here = [...path, agency.code]
  if (path.includes(agency.code)) return here
  for (const successor of agency.successors) {
    const next = byCode.get(keyOf(successor))
    const cycle = next === undefined ? undefined : cycleFrom(next, byCode, here)
    if (cycle !== undefined) return cycle
  }
  return undefined
}

/** Whether an agency is the one that a number names, or stands above it. */
export function stands({ code }: Pick<Agency, 'code'>, number: AgencyCode): boolean {
  const own = parseAgencyCode(code)
  return own.ok && isSameOrAbove(own.value, number)
}

/** `H22` and `000.00.00.H22` are one body; below that level the two lists need not carry the same numbers (§6.3). */
function keyOf(code: string): string {
  const parsed = parseAgencyCode(code)
  if (!parsed.ok) return code.trim().toUpperCase()
  return parsed.value.form !== 'registered' && parsed.value.path.length === 0 ? parsed.value.root : parsed.value.text
}
