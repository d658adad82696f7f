import { hashText, type Random, seededRandom } from '../../base/index.js'
import { DAY_MS, type Instant, instant, wallClockFormat } from '../../domain/index.js'
import { type ActionCode, actions } from './actions.js'
import {
  agencies,
  matchedProcedures,
  PROVINCE_ROOT,
  type StoryAgency,
  type StoryProcedure,
  strangerProcedure,
  unmatchedProcedures,
} from './catalogue.js'
import { applicant, officers, type StoryApplicant } from './people.js'

/** Records that a client has to leave out, besides those not yet received. contracts/provincial-sources.md §4.3 */
export const EXCLUDED = ['copy', 'group', 'test', 'migrated'] as const
/** Records that a correct client cannot report and must name as failed. */
export const DIRTY = ['status-unmapped', 'procedure-unknown', 'procedure-unmatched', 'applicant-kind-missing', 'dates-contradict'] as const
export type Excluded = (typeof EXCLUDED)[number]
export type Dirty = (typeof DIRTY)[number]
export type Fate = 'healthy' | Excluded | Dirty

const DIRTY_SHARE = 0.03
const EXCLUDED_SHARE = 0.05
/** One in fifty stays open for more than a year, whatever else chance says. */
const LONG_STAY_EVERY = 50
/** How long before the start of the story the first dossier was filed. */
export const PAST_MS = 400 * DAY_MS

export type StoryEvent =
  | { readonly at: Instant; readonly kind: 'step'; readonly action: ActionCode; readonly officer: string; readonly note: string }
  | { readonly at: Instant; readonly kind: 'renumbered'; readonly code: string }
  | { readonly at: Instant; readonly kind: 'fee-requested'; readonly amount: number }
  | { readonly at: Instant; readonly kind: 'fee-paid'; readonly online: boolean }

/** One dossier from filing to its end, past and future. Nothing here depends on when one looks. */
export interface Life {
  readonly index: number
  readonly fate: Fate
  readonly dossierId: number
  readonly referenceUid: string
  readonly agency: StoryAgency
  readonly procedure: StoryProcedure
  readonly applicant: StoryApplicant
  readonly online: boolean
  /** Result goes out by post. */
  readonly byPost: boolean
  /** When the record appears in the one-stop system. */
  readonly createdAt: Instant
  readonly submittedAt: Instant
  /** `null`: turned away before reception, never gets a number. */
  readonly receivedAt: Instant | null
  /** First number, given at reception. */
  readonly code: string
  readonly events: readonly StoryEvent[]
  /** A copy shows its original as it stood at this moment, for ever. */
  readonly frozenAt: Instant | null
}

export interface StoryPlan {
  readonly seed: number | string
  /** Records visible at the start. */
  readonly dossiers: number
  readonly start: Instant
}

/** What becomes of one dossier, without telling its life: cheap enough to ask for its neighbours. */
export function fateOf(plan: StoryPlan, index: number): Fate {
  if (index % LONG_STAY_EVERY === 0) return 'healthy'
  const share = fraction(`${plan.seed}/fate/${index}`)
  if (share < DIRTY_SHARE) return DIRTY[Math.floor((share / DIRTY_SHARE) * DIRTY.length)] ?? 'healthy'
  const rest = (share - DIRTY_SHARE) / EXCLUDED_SHARE
  return rest < 1 ? (EXCLUDED[Math.floor(rest * EXCLUDED.length)] ?? 'healthy') : 'healthy'
}

/** Tells the life of dossier number `index`: a pure function of the plan's seed, size and start. */
export function lifeOf(plan: StoryPlan, index: number): Life {
  const fate = fateOf(plan, index)
  if (fate === 'copy') return copyOf(plan, index)
  const random = seededRandom(`${plan.seed}/life/${index}`)
  const createdAt = filingTime(plan, index, random)
  const agency = pick(random, agencies)
  const procedure = procedureFor(fate, random)
  const online = random() < 0.45
  const base = {
    ...identity(plan, index),
    fate,
    agency,
    procedure,
    applicant: named(fate, applicant(random, index)),
    online,
    byPost: random() < 0.3,
    createdAt,
    frozenAt: null,
  }
  if (fate === 'migrated') return migrated(base, random)
  const path = journey(createdAt, random)
  if (online && random() < 0.02) {
    path.act('1900', 1, 3)
    return { ...base, submittedAt: createdAt, receivedAt: null, code: '', events: path.events }
  }
  if (online) path.act('1100', 0, 2)
  else path.actAfter('1100', 300 + random() * 1500)
  const receivedAt = path.now()
  const code = `${agency.code}-${day(receivedAt)}-${counter(plan, index)}`
  walk({ path, random, procedure, code, longStay: index % LONG_STAY_EVERY === 0 })
  return { ...base, submittedAt: createdAt, receivedAt, code, events: path.events }
}

interface Walk {
  readonly path: Journey
  readonly random: Random
  readonly procedure: StoryProcedure
  readonly code: string
  readonly longStay: boolean
}

/** From reception to the end. The order of the questions to chance is part of the story: do not rearrange. */
function walk({ path, random, procedure, code, longStay }: Walk): void {
  const ending = longStay ? 1 : random()
  const feeMode = procedure.fee === 0 ? 'none' : random() < 0.5 ? 'at-once' : random() < 0.6 ? 'on-request' : 'online-later'
  const renumber = random() < (longStay ? 0.5 : 0.06) ? (random() < 0.5 ? 'early' : 'late') : 'never'
  const supplements = random() < 0.75 ? 0 : 1 + Math.floor(random() * random() * 3)
  const renumbered = () => path.silently(0, longStay ? 400 : 1, { kind: 'renumbered', code: shortForm(code) })

  if (feeMode === 'at-once' || feeMode === 'online-later') path.silentlyAfter(60, { kind: 'fee-requested', amount: procedure.fee })
  if (feeMode === 'at-once') path.silentlyAfter(240, { kind: 'fee-paid', online: false })
  if (ending < 0.03) {
    path.act('4100', 1, 3)
    path.act('1900', 3, 10)
    return
  }
  path.act('3000', 0, 2)
  if (renumber === 'early') renumbered()
  for (let round = 0; round < supplements; round++) {
    path.act('4100', 0, 3)
    if (ending < 0.06) break
    path.act('4200', 1, 20)
  }
  if (ending < 0.06) {
    path.act('6100', 0, 5)
    return
  }
  if (ending < 0.09) {
    path.act('6200', 1, 10)
    return
  }
  if (feeMode === 'on-request') {
    path.act('5100', 0, 2)
    path.silentlyAfter(30, { kind: 'fee-requested', amount: procedure.fee })
    path.silently(0, 5, { kind: 'fee-paid', online: random() < 0.6 })
    path.actAfter('5200', 120)
  } else if (feeMode === 'online-later') path.silently(0, 2, { kind: 'fee-paid', online: true })
  path.act('3100', longStay ? 420 : 0, longStay ? 600 : Math.min(procedure.days, 12))
  if (renumber === 'late') renumbered()
  path.act('7000', 0, 2)
  path.act('8100', 0, 5)
  if (random() >= 0.05) return
  // Handed over by mistake: an officer takes the step back and the dossier is handled again.
  path.act('8900', 1, 4)
  path.act('3000', 0, 2)
  path.act('7000', 1, 5)
  path.act('8100', 0, 3)
}

interface Journey {
  readonly events: StoryEvent[]
  now(): Instant
  /** An officer acts, between `least` and `most` days later, in office hours. */
  act(action: ActionCode, least: number, most: number): void
  actAfter(action: ActionCode, seconds: number): void
  silently(least: number, most: number, event: Silent): void
  silentlyAfter(seconds: number, event: Silent): void
}
type Silent = StoryEvent extends infer Event ? (Event extends { kind: 'step' } ? never : Omit<Event, 'at'>) : never

function journey(from: Instant, random: Random): Journey {
  const events: StoryEvent[] = []
  let now = from
  const later = (seconds: number) => {
    now = instant(now + Math.max(1, Math.floor(seconds)) * 1000)
  }
  const days = (least: number, most: number) => {
    const wanted = officeTime(instant(now + (least + random() * (most - least)) * DAY_MS), random)
    if (wanted > now) now = wanted
    else later(60 + random() * 3600)
  }
  const act = (action: ActionCode) => {
    const { desk, notes } = actions[action]
    events.push({ at: now, kind: 'step', action, officer: pick(random, officers[desk]), note: pick(random, notes) })
  }
  return {
    events,
    now: () => now,
    act(action, least, most) {
      days(least, most)
      act(action)
    },
    actAfter(action, seconds) {
      later(seconds)
      act(action)
    },
    silently(least, most, event) {
      days(least, most)
      events.push({ ...event, at: now })
    },
    silentlyAfter(seconds, event) {
      later(seconds)
      events.push({ ...event, at: now })
    },
  }
}

type Beginning = Omit<Life, 'submittedAt' | 'receivedAt' | 'code' | 'events'>

/** A row brought over from an older system: closed years ago, an own number, no history. */
function migrated(base: Beginning, random: Random): Life {
  const submittedAt = officeTime(instant(base.createdAt - (1500 + random() * 1000) * DAY_MS), random)
  const path = journey(submittedAt, random)
  path.act('1100', 0, 0)
  path.act('7000', 2, 9)
  path.act('8100', 0, 3)
  const code = `CU-${day(submittedAt)}-${String(base.index).padStart(5, '0')}`
  return { ...base, submittedAt, receivedAt: path.events[0]?.at ?? submittedAt, code, events: path.events, frozenAt: base.createdAt }
}

/** A copy for publishing: same number as its original, and stale from the day it was made. */
function copyOf(plan: StoryPlan, index: number): Life {
  for (let other = index - 1; other >= 0; other--) {
    if (fateOf(plan, other) !== 'healthy') continue
    const createdAt = filingTime(plan, index, seededRandom(`${plan.seed}/life/${index}`))
    return { ...lifeOf(plan, other), ...identity(plan, index), fate: 'copy', createdAt, frozenAt: createdAt }
  }
  throw new RangeError('the first dossier of a story is healthy')
}

function identity(plan: StoryPlan, index: number): Pick<Life, 'index' | 'dossierId' | 'referenceUid'> {
  const root = hashText(`${plan.seed}/uid`).toString(16).padStart(8, '0')
  return { index, dossierId: 70_001 + index, referenceUid: `${root}-0000-4000-8000-${index.toString(16).padStart(12, '0')}` }
}

/** Its id in systems that number with Mongo: the second it was made, the province, its place. */
export function objectIdOf({ createdAt, index, referenceUid }: Pick<Life, 'createdAt' | 'index' | 'referenceUid'>): string {
  return `${Math.floor(createdAt / 1000)
    .toString(16)
    .padStart(8, '0')}${referenceUid.slice(0, 8)}${index.toString(16).padStart(8, '0')}`
}

function procedureFor(fate: Fate, random: Random): StoryProcedure {
  const usual = pick(random, matchedProcedures)
  if (fate === 'procedure-unknown') return strangerProcedure
  return fate === 'procedure-unmatched' ? pick(random, unmatchedProcedures) : usual
}

function named(fate: Fate, person: StoryApplicant): StoryApplicant {
  if (fate === 'test') return { ...person, name: `THỬ NGHIỆM ${person.name}` }
  return fate === 'group' ? { ...person, name: `Danh sách nhóm của ${person.name}` } : person
}

function filingTime(plan: StoryPlan, index: number, random: Random): Instant {
  const apart = PAST_MS / plan.dossiers
  return instant(Math.floor((plan.start - PAST_MS + (index + random() * 0.999) * apart) / 1000) * 1000)
}

/** Some moment between 07:30 and 17:00 of the day on which `at` falls. */
function officeTime(at: Instant, random: Random): Instant {
  const zone = 7 * 3_600_000
  const midnight = Math.floor((at + zone) / DAY_MS) * DAY_MS - zone
  return instant(midnight + (27_000 + Math.floor(random() * 34_200)) * 1000)
}

const compactDay = wallClockFormat('yyyyMMdd')
const day = (at: Instant): string => compactDay.format(at).slice(2)

/** Four digits suffice while fewer than ten thousand dossiers come between two with the same number; then five, as real systems do. */
function counter(plan: StoryPlan, index: number): string {
  return plan.dossiers <= 50_000 ? String(index % 10_000).padStart(4, '0') : String(index % 100_000).padStart(5, '0')
}

/** The number under the agency identifiers of QĐ 20/2020: `000.00.12.H99-250310-0007` → `H99.12-250310-0007`. */
function shortForm(code: string): string {
  return `${PROVINCE_ROOT}.${code.slice(7, 9)}${code.slice(13)}`
}

function fraction(text: string): number {
  return hashText(text) / 4_294_967_296
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}
