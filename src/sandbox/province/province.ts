import { DAY_MS, type Instant, instant } from '../../domain/index.js'
import { DIRTY, type Dirty, EXCLUDED, type Excluded, type Life, lifeOf, type StoryPlan } from './life.js'
import { type Standing, standingAt } from './standing.js'

/** Reasons for which a visible record must not reach the national portal. */
export type ExclusionReason = Excluded | 'not-received'

export interface Planted {
  readonly dirty: number
  readonly excluded: number
  readonly byReason: Readonly<Record<string, number>>
}

/** A province as its one-stop system shows it at one story time. */
export interface Province {
  readonly plan: StoryPlan
  readonly now: Instant
  /** Records that exist now, in the order of filing. */
  readonly lives: readonly Life[]
  standing(life: Life): Standing
  byReferenceUid(uid: string): Life | undefined
  byDossierId(id: number): Life | undefined
  /** By the number shown now; an original comes before its copies. */
  byCode(code: string): Life | undefined
  planted(): Planted
  advance(days: number): void
}

/** The story begins here unless somebody says otherwise. Monday, 2 March 2026, 08:00 at +07:00. */
export const DEFAULT_START = instant(Date.UTC(2026, 2, 2, 1, 0, 0))

/**
 * A made-up province, the same for the same seed. At the start it shows `dossiers` records filed over 400 days;
 * {@link Province.advance} moves story time on, and new ones keep coming at the same rate.
 */
export function province(seed: number | string, options: { readonly dossiers: number; readonly start?: Instant }): Province {
  const plan: StoryPlan = { seed, dossiers: options.dossiers, start: options.start ?? DEFAULT_START }
  let now = plan.start
  const lives: Life[] = []
  let upcoming: Life | undefined
  let standings: (Standing | undefined)[] = []
  let codes: Map<string, Life> | undefined

  const reveal = () => {
    for (;;) {
      upcoming ??= plan.dossiers > 0 ? lifeOf(plan, lives.length) : undefined
      if (upcoming === undefined || upcoming.createdAt > now) break
      lives.push(upcoming)
      upcoming = undefined
    }
    standings = new Array<Standing | undefined>(lives.length)
    codes = undefined
  }
  const standing = (life: Life): Standing => {
    const known = standings[life.index]
    if (known !== undefined) return known
    const fresh = standingAt(life, now)
    if (life.index < standings.length) standings[life.index] = fresh
    return fresh
  }
  reveal()

  return {
    plan,
    get now() {
      return now
    },
    lives,
    standing,
    byReferenceUid(uid) {
      const life = lives[Number.parseInt(uid.slice(-12), 16)]
      return life?.referenceUid === uid ? life : undefined
    },
    byDossierId: (id) => lives[id - 70_001],
    byCode(code) {
      if (codes === undefined) {
        codes = new Map()
        for (const life of lives) {
          const shown = standing(life).code
          if (shown !== '' && !codes.has(shown)) codes.set(shown, life)
        }
      }
      return codes.get(code)
    },
    planted() {
      const byReason: Record<string, number> = {}
      let dirty = 0
      let excluded = 0
      for (const life of lives) {
        const reason = exclusionOf(life, standing(life)) ?? dirtOf(life)
        if (reason === undefined) continue
        byReason[reason] = (byReason[reason] ?? 0) + 1
        if (isDirty(reason)) dirty++
        else excluded++
      }
      return { dirty, excluded, byReason }
    },
    advance(days) {
      now = instant(now + days * DAY_MS)
      reveal()
    },
  }
}

/** Why a client must leave this record out now, if it must. */
export function exclusionOf(life: Life, standing: Standing): ExclusionReason | undefined {
  const planted = EXCLUDED.find((reason) => reason === life.fate)
  return planted ?? (standing.code === '' ? 'not-received' : undefined)
}

export function dirtOf(life: Life): Dirty | undefined {
  return DIRTY.find((reason) => reason === life.fate)
}

function isDirty(reason: string): boolean {
  return DIRTY.some((dirty) => dirty === reason)
}
