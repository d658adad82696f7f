/** Medians over interleaved runs: ours and what it is measured against take turns, so that a machine that drifts drifts for both. */
import { cpus } from 'node:os'

export interface Contest {
  readonly name: string
  readonly unit: string
  /** Rates: more is better. */
  readonly ours: () => Promise<number>
  /** The plainest loop doing the same I/O; `why` when there is none. */
  readonly floor: (() => Promise<number>) | { readonly why: string }
  /** What people use instead; `why` when there is none. */
  readonly peer: (() => Promise<number>) | { readonly why: string }
  /** What the bar is measured against; the floor when left out. */
  readonly against?: 'floor' | 'peer'
  /** Least ratio to it. */
  readonly bar: number
  readonly rounds: number
}

export interface Result {
  readonly name: string
  readonly unit: string
  readonly ours: number
  readonly floor: number | null
  readonly noFloor?: string
  readonly peer: number | null
  readonly noPeer?: string
  readonly ratioToFloor: number | null
  readonly ratioToPeer: number | null
  readonly bar: number
  readonly ok: boolean
}

/** Rounds that do not count: a run of minutes is what users have, not its first second. */
const WARM_UP = 2

export async function hold({ name, unit, bar, rounds, against = 'floor', ...sides }: Contest): Promise<Result> {
  const { floor, peer } = sides
  const rates: { ours: number[]; floor: number[]; peer: number[] } = { ours: [], floor: [], peer: [] }
  for (let round = 0; round < WARM_UP + rounds; round++) {
    const rate = { ours: await sides.ours(), floor: await rateOf(floor), peer: await rateOf(peer) }
    if (round < WARM_UP) continue
    rates.ours.push(rate.ours)
    if (rate.floor !== undefined) rates.floor.push(rate.floor)
    if (rate.peer !== undefined) rates.peer.push(rate.peer)
  }
  const ours = median(rates.ours)
  const [floorRate, peerRate] = [rates.floor, rates.peer].map((all) => (all.length > 0 ? median(all) : null)) as [number | null, number | null]
  const ratioTo = (other: number | null) => (other === null ? null : Number((ours / other).toFixed(3)))
  const [ratioToFloor, ratioToPeer] = [ratioTo(floorRate), ratioTo(peerRate)]
  const rounded = (rate: number | null) => (rate === null ? null : Math.round(rate))
  return {
    name,
    unit,
    ours: Math.round(ours),
    floor: rounded(floorRate),
    ...(typeof floor === 'function' ? {} : { noFloor: floor.why }),
    peer: rounded(peerRate),
    ...(typeof peer === 'function' ? {} : { noPeer: peer.why }),
    ratioToFloor,
    ratioToPeer,
    bar,
    ok: ((against === 'floor' ? ratioToFloor : ratioToPeer) ?? 0) >= bar,
  }
}

async function rateOf(side: Contest['floor']): Promise<number | undefined> {
  return typeof side === 'function' ? side() : undefined
}

/** For a pass that reads its sources to their end and sends nothing. */
export function stopAfterReading(records: number) {
  const stop = new AbortController()
  return {
    maxChanges: Number.POSITIVE_INFINITY,
    signal: stop.signal,
    onProgress: ({ seen }: { readonly seen: number }) => {
      if (seen >= records) stop.abort()
    },
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
