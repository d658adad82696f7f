/**
 * Which place a code meant on a day. Since 1 July 2025 there are 34 provinces and two tiers, and codes were given anew: 15 was Yên Bái and
 * is Lào Cai. So a code alone names nothing; with its level and a day it does. contracts/provincial-sources.md §13.7
 */
import { isValidOn } from './agency.js'
import type { LocalDate } from './time.js'

export const placeLevels = ['province', 'district', 'commune'] as const
export type PlaceLevel = (typeof placeLevels)[number]

/** One place in the time in which its code meant it. */
export interface Place {
  readonly level: PlaceLevel
  readonly code: string
  readonly name: string
  /** Code of the place above it: of a commune the district, since July 2025 the province. */
  readonly parent: string | null
  /** The first day of its existence; null: since ever. */
  readonly validFrom: LocalDate | null
  /** The first day on which it exists no more; null: it still does. */
  readonly validTo: LocalDate | null
  /** Codes, at its own level, of what it became part of on `validTo`; several after a split. */
  readonly successors: readonly string[]
}

export type PlaceStanding =
  /** No row at any time. */
  | { readonly is: 'unknown' }
  | { readonly is: 'valid'; readonly place: Place }
  /** The code is of another time. `now`: what its place had become by that day, as far as anybody wrote it down. */
  | { readonly is: 'ended'; readonly place: Place; readonly now: readonly Place[] }
  | { readonly is: 'not-yet'; readonly place: Place }

export interface PlaceRegister {
  readonly places: readonly Place[]
  /** Whether it has anything to say of a level. */
  holds(level: PlaceLevel): boolean
  on(level: PlaceLevel, code: string, day: LocalDate): PlaceStanding
}

/** Of rows that were checked: see {@link placeProblem}. */
export function placeRegister(places: readonly Place[]): PlaceRegister {
  const byCode = new Map<string, Place[]>()
  for (const place of places) {
    const key = keyOf(place.level, place.code)
    const known = byCode.get(key)
    if (known === undefined) byCode.set(key, [place])
    else known.push(place)
  }
  const at = (level: PlaceLevel, code: string): readonly Place[] => byCode.get(keyOf(level, code)) ?? []

  const became = (place: Place, day: LocalDate, seen: ReadonlySet<Place>): readonly Place[] => {
    const { level, validTo, successors } = place
    if (validTo === null) return []
    const next = successors.flatMap((code) => at(level, code).filter((one) => isValidOn(one, validTo) && !seen.has(one)))
    const known = new Set([...seen, ...next])
    return [...new Set(next.flatMap((one) => (isValidOn(one, day) ? [one] : became(one, day, known))))]
  }

  const held = new Set(places.map(({ level }) => level))
  return {
    places,
    holds: (level) => held.has(level),
    on(level, code, day) {
      const all = at(level, code)
      const valid = all.find((place) => isValidOn(place, day))
      if (valid !== undefined) return { is: 'valid', place: valid }
      const ended = all.filter(({ validTo }) => validTo !== null && validTo <= day).reduce(later, undefined)
      if (ended !== undefined) return { is: 'ended', place: ended, now: became(ended, day, new Set([ended])) }
      const [coming] = all
      return coming === undefined ? { is: 'unknown' } : { is: 'not-yet', place: coming }
    },
  }
}

function later(one: Place | undefined, other: Place): Place {
  return one === undefined || (other.validTo ?? '') > (one.validTo ?? '') ? other : one
}

/** Codes are texts; what lost its leading zeros in a spreadsheet is another code. */
function keyOf(level: PlaceLevel, code: string): string {
  return `${level} ${code.trim()}`
}

/** Rows that contradict each other, as the first of them tells it. */
export type PlaceProblem =
  | { readonly kind: 'twice' | 'never-valid' | 'successor-without-end'; readonly row: number }
  | { readonly kind: 'unknown-successor'; readonly row: number; readonly successor: string }

export function placeProblem(places: readonly Place[]): PlaceProblem | undefined {
  const byCode = new Map<string, Place[]>()
  for (const [row, place] of places.entries()) {
    const { validFrom, validTo, successors, level, code } = place
    if (validFrom !== null && validTo !== null && validFrom >= validTo) return { kind: 'never-valid', row }
    if (successors.length > 0 && validTo === null) return { kind: 'successor-without-end', row }
    const known = byCode.get(keyOf(level, code)) ?? []
    if (known.some((other) => overlap(place, other))) return { kind: 'twice', row }
    byCode.set(keyOf(level, code), [...known, place])
  }
  for (const [row, { level, validTo, successors }] of places.entries()) {
    const lost = successors.find((code) => !(byCode.get(keyOf(level, code)) ?? []).some((one) => validTo !== null && isValidOn(one, validTo)))
    if (lost !== undefined) return { kind: 'unknown-successor', row, successor: lost }
  }
  return undefined
}

function overlap(one: Place, other: Place): boolean {
  const before = (a: Place, b: Place) => a.validTo !== null && b.validFrom !== null && a.validTo <= b.validFrom
  return !before(one, other) && !before(other, one)
}
