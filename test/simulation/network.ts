/** Between a worker and the portal: requests that take their time, get lost, or arrive when nobody waits for them any more. */
import { LienthongError } from '../../src/base/index.js'
import type { WriteOptions, WriteOutcome } from '../../src/sync/index.js'
import type { PaperPortal, PaperRecord, PaperStep } from '../sync/paper-portal.js'
import type { Actor, Schedule } from './schedule.js'

/** How long a client waits for an answer. */
export const READ_MS = 60_000

export interface NetworkOptions {
  /** Whether anything goes wrong. */
  troubled(): boolean
  onFault(): void
  /** Whether the portal refuses this dossier, whatever is sent of it. */
  refuses(code: string): boolean
  onArrival(kind: string, code: string): void
  onLeave(): void
  /** Awaited before a request leaves. */
  gate?(): Promise<void>
}

type Fate = 'answered' | 'lost' | 'answer-lost' | 'late' | 'throttled' | 'unreachable'
const fates: readonly Fate[] = ['answered', 'lost', 'answer-lost', 'late', 'throttled', 'unreachable']

/** The portal as one worker reaches it. */
export function throughNetwork(portal: PaperPortal, actor: Actor, schedule: Schedule, options: NetworkOptions): PaperPortal {
  const clock = { now: schedule.now }
  const errorOf = (code: 'transport.unanswered' | 'transport.throttled' | 'transport.unreachable' | 'transport.too_late', operation: string) =>
    new LienthongError(code, { system: 'national-portal', operation, values: { host: 'portal.test', cause: 'test' } })

  async function call<T>(kind: string, codes: readonly string[], notAfter: number | undefined, apply: () => Promise<T>): Promise<T> {
    await options.gate?.()
    await schedule.turn(actor)
    if (notAfter !== undefined && clock.now() > notAfter) throw errorOf('transport.too_late', kind)
    options.onLeave()
    const fate = options.troubled() && schedule.chance(0.3) ? (fates[schedule.choose(fates.length)] ?? 'answered') : 'answered'
    if (fate !== 'answered') options.onFault()
    if (fate === 'throttled' || fate === 'unreachable') throw errorOf(`transport.${fate}`, kind)
    // It is on its way: whatever becomes of the worker, it arrives.
    const journey = schedule.sleep(undefined, fate === 'late' ? READ_MS - schedule.choose(10) * 1000 : schedule.choose(3) * 40)
    const arrival = journey.then(() => {
      if (fate === 'lost') return undefined
      for (const code of codes) options.onArrival(kind, code)
      return apply()
    })
    if (fate !== 'answered') {
      arrival.catch(() => {})
      await schedule.sleep(actor, fate === 'answer-lost' ? 100 : READ_MS)
      throw errorOf('transport.unanswered', kind)
    }
    const answer = await arrival
    await schedule.turn(actor)
    return answer as T
  }

  const refused: WriteOutcome = { outcome: 'rejected', answer: { code: '9', message: 'rejected', raw: '9 rejected' } }
  const own: Pick<PaperPortal, 'submit' | 'submitMany' | 'addSteps' | 'lookUp'> = {
    submit: (record: PaperRecord, how: WriteOptions & { readonly updating: boolean }) =>
      call(how.updating ? 'update' : 'create', [record.code], how.notAfter, async () =>
        options.refuses(record.code) ? refused : portal.submit(record, how),
      ),
    submitMany: (records: readonly PaperRecord[], how: WriteOptions & { readonly updating: boolean }) =>
      call(
        how.updating ? 'update' : 'create',
        records.map(({ code }) => code),
        how.notAfter,
        () => portal.submitMany?.(records, how) ?? Promise.resolve(refused),
      ),
    addSteps: (steps: readonly PaperStep[], how: WriteOptions) =>
      call('steps', [steps[0]?.code ?? ''], how.notAfter, async () =>
        options.refuses(steps[0]?.code ?? '') ? refused : portal.addSteps(steps, how),
      ),
    lookUp: (code) => call('lookup', [code], undefined, () => portal.lookUp(code, {})),
  }
  return Object.assign(Object.create(portal) as PaperPortal, own)
}
