/** Which call goes wrong, and how: a pure function, so that the same seed breaks the same calls in any order. DESIGN "The sandbox". */
import { z } from 'zod'
import { hashText } from '../base/index.js'

export const FAULT_KINDS = [
  'timeout-before',
  'timeout-after-apply',
  'late-apply',
  'http-500',
  'http-429',
  'reset',
  'garbage',
  'empty',
  'session-lost',
  'slow',
  'reject',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/**
 * One line of a plan; the first that strikes a call decides. `system` and `service` may be left out or `*`.
 * `probability` (1) is asked anew for each attempt; `times` limits the rule to the first attempts with one service and key.
 */
const faultRule = z.strictObject({
  system: z.string().default('*'),
  service: z.string().default('*'),
  kind: z.enum(FAULT_KINDS),
  probability: z.number().min(0).max(1).default(1),
  times: z.number().int().positive().optional(),
  delayMs: z.number().min(0).optional(),
})
export const faultPlan = z.strictObject({ seed: z.union([z.number(), z.string()]).default(1), rules: z.array(faultRule).default([]) })

/** As people write it: everything but the kinds may be missing. */
export type FaultPlanInput = z.input<typeof faultPlan>
export type FaultPlan = z.output<typeof faultPlan>
export const noFaults: FaultPlan = { seed: 1, rules: [] }

export interface FaultSubject {
  readonly system: string
  readonly service: string
  readonly key: string
  /** From 1. */
  readonly attempt: number
}

export interface Fault {
  readonly kind: FaultKind
  readonly delayMs: number
  /** For `http-500`, `reset`, `garbage`, `empty`: whether the call was carried out before it failed. Half are. */
  readonly applied: boolean
  /** 0 or 1: which of two looks it takes (HTML or half a JSON, `Retry-After` 0 or 1). */
  readonly variant: 0 | 1
}

const DELAYS: Readonly<Partial<Record<FaultKind, number>>> = {
  'timeout-before': 30_000,
  'timeout-after-apply': 30_000,
  'late-apply': 300,
  slow: 1000,
}

/** Kinds after which a client cannot know whether its call was carried out. */
export const OUTCOME_UNKNOWN: ReadonlySet<FaultKind> = new Set([
  'timeout-before',
  'timeout-after-apply',
  'late-apply',
  'http-500',
  'reset',
  'garbage',
  'empty',
])

export function faultFor(plan: FaultPlan, subject: FaultSubject): Fault | undefined {
  const { system, service, key, attempt } = subject
  for (const [index, rule] of plan.rules.entries()) {
    if (rule.system !== '*' && rule.system !== system) continue
    if (rule.service !== '*' && rule.service !== service) continue
    if (rule.times !== undefined && attempt > rule.times) continue
    const chance = hashText(`${plan.seed}/fault/${index}/${system}/${service}/${key}/${attempt}`)
    if (chance / 4_294_967_296 >= rule.probability) continue
    const looks = hashText(`look/${chance}`)
    return { kind: rule.kind, delayMs: rule.delayMs ?? DELAYS[rule.kind] ?? 0, applied: (looks & 2) !== 0, variant: looks & 1 ? 1 : 0 }
  }
  return undefined
}
