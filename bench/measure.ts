/** Medians over interleaved runs: ours and what it is measured against take turns, so that a machine that drifts drifts for both. */
import { cpus } from 'node:os'

export interface Contest {
  readonly name: string
  readonly unit: string
  /** Rates: more is better. */
  readonly ours: () => Promise<number>
  /** The plainest loop doing the same I/O. */
  readonly floor: () => Promise<number>
  /** What people use instead; `why` when there is none. */
  readonly peer: (() => Promise<number>) | { readonly why: string }
  /** Least ratio to the floor. */
  readonly bar: number
  readonly rounds: number
}

export interface Result {
  readonly name: string
  readonly unit: string
  readonly ours: number
  readonly floor: number
  readonly peer: number | null
  readonly noPeer?: string
  readonly ratioToFloor: number
  readonly ratioToPeer: number | null
  readonly bar: number
  readonly ok: boolean
}

/** Rounds that do not count: a run of minutes is what users have, not its first second. */
const WARM_UP = 2

export async function hold(contest: Contest): Promise<Result> {
  const { peer } = contest
  const rates: { ours: number[]; floor: number[]; peer: number[] } = { ours: [], floor: [], peer: [] }
  for (let round = 0; round < WARM_UP + contest.rounds; round++) {
    const ours = await contest.ours()
    const floor = await contest.floor()
    const other = typeof peer === 'function' ? await peer() : undefined
    if (round < WARM_UP) continue
    rates.ours.push(ours)
    rates.floor.push(floor)
    if (other !== undefined) rates.peer.push(other)
  }
  const [ours, floor] = [median(rates.ours), median(rates.floor)]
  const other = rates.peer.length > 0 ? median(rates.peer) : null
  const ratioToFloor = ours / floor
  return {
    name: contest.name,
    unit: contest.unit,
    ours: Math.round(ours),
    floor: Math.round(floor),
    peer: other === null ? null : Math.round(other),
    ...(typeof peer === 'function' ? {} : { noPeer: peer.why }),
    ratioToFloor: Number(ratioToFloor.toFixed(3)),
    ratioToPeer: other === null ? null : Number((ours / other).toFixed(3)),
    bar: contest.bar,
    ok: ratioToFloor >= contest.bar,
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export function machine(): string {
  const [first, ...more] = cpus()
  return `${more.length + 1} × ${first?.model.trim() ?? 'unknown'}, Node.js ${process.versions.node}`
}
