import { DAY_MS, type Instant, instant } from '../../domain/index.js'
import { actions, STRANGER_STATUS } from './actions.js'
import type { Life, StoryEvent } from './life.js'

export type StoryStep = Extract<StoryEvent, { kind: 'step' }>

/** How a dossier stands at one moment. */
export interface Standing {
  /** Empty until received. */
  readonly code: string
  readonly status: string
  readonly subStatus: string
  /** National status: that of the last step, 1 before there is one. */
  readonly national: number
  readonly receivedAt: Instant | null
  readonly dueAt: Instant | null
  readonly releasedAt: Instant | null
  readonly finishedAt: Instant | null
  readonly cancelledAt: Instant | null
  readonly correctingAt: Instant | null
  readonly modifiedAt: Instant
  readonly steps: readonly StoryStep[]
  readonly payment: StoryPayment | null
}

export interface StoryPayment {
  readonly amount: number
  readonly requestedAt: Instant
  readonly paidAt: Instant | null
  readonly online: boolean
}

/** A pure function of (life, moment); the life itself comes from the seed. */
export function standingAt(life: Life, moment: Instant): Standing {
  const until = life.frozenAt === null ? moment : Math.min(moment, life.frozenAt)
  let code = ''
  let dueAt: Instant | null = null
  let releasedAt: Instant | null = null
  let finishedAt: Instant | null = null
  let cancelledAt: Instant | null = null
  let correctingAt: Instant | null = null
  let modifiedAt = life.submittedAt
  let payment: StoryPayment | null = null
  const steps: StoryStep[] = []

  for (const event of life.events) {
    if (event.at > until) break
    modifiedAt = event.at
    if (event.kind === 'renumbered') code = event.code
    else if (event.kind === 'fee-requested') payment = { amount: event.amount, requestedAt: event.at, paidAt: null, online: false }
    else if (event.kind === 'fee-paid') payment = settled(payment, event.at, event.online)
    else {
      steps.push(event)
      if (event.action === '1100') {
        code = life.code
        dueAt = instant(event.at + life.procedure.days * DAY_MS)
      } else if (event.action === '4100') correctingAt = event.at
      // The clock stood still while papers were missing.
      else if (event.action === '4200' && dueAt !== null && correctingAt !== null) dueAt = instant(dueAt + event.at - correctingAt)
      else if (event.action === '6100') cancelledAt = event.at
      else if (event.action === '7000') releasedAt = event.at
      else if (event.action === '8100') finishedAt = event.at
      else if (event.action === '8900') {
        releasedAt = null
        finishedAt = null
      }
    }
  }
  const last = steps.at(-1)
  const shown = last === undefined ? { status: 'new', subStatus: '' } : statusOf(life, last)
  return {
    ...shown,
    code,
    national: last === undefined ? 1 : actions[last.action].national,
    receivedAt: code === '' ? null : receptionShown(life),
    dueAt,
    releasedAt,
    finishedAt,
    cancelledAt,
    correctingAt,
    modifiedAt: life.frozenAt === null ? modifiedAt : life.createdAt,
    steps,
    payment,
  }
}

function settled(payment: StoryPayment | null, paidAt: Instant, online: boolean): StoryPayment | null {
  return payment === null ? null : { ...payment, paidAt, online }
}

function statusOf(life: Life, step: StoryStep): { status: string; subStatus: string } {
  if (life.fate === 'status-unmapped') return { status: STRANGER_STATUS, subStatus: '' }
  const { status, subStatus } = actions[step.action]
  return { status, subStatus }
}

function receptionShown(life: Life): Instant | null {
  return life.fate === 'dates-contradict' ? instant(life.submittedAt - 3 * DAY_MS) : life.receivedAt
}
