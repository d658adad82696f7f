/** How far the clock of another system is from ours, by the header `Date` of its answers. */
import { type Clock, minutes, seconds, type Text } from '../base/index.js'
import type { TransportHooks } from '../connectors/index.js'
import { type Check, doubtful, fine, skipped, wrong } from './check.js'

export interface ServerClock {
  /** For the client of the system. */
  readonly hooks: TransportHooks
  /** Attempts seen so far. */
  readonly attempts: number
  /** Milliseconds by which the other clock is ahead of ours; undefined when no answer told the time. */
  readonly aheadMs: number | undefined
}

export const DOUBTFUL_MS = seconds(60)
const WRONG_MS = minutes(10)
/** The header counts whole seconds: on average half of one has passed. */
const ROUNDING_MS = 500

export function serverClock(clock: Clock): ServerClock {
  let attempts = 0
  let best: { readonly ms: number; readonly aheadMs: number } | undefined
  return {
    hooks: {
      attempt() {
        attempts += 1
        return ({ ms, date }) => {
          const told = date === undefined ? Number.NaN : Date.parse(date)
          if (Number.isNaN(told) || (best !== undefined && best.ms <= ms)) return
          best = { ms, aheadMs: told + ROUNDING_MS - (clock.now() - ms / 2) }
        }
      },
    },
    get attempts() {
      return attempts
    },
    get aheadMs() {
      return best?.aheadMs
    },
  }
}

const says = {
  same: { en: '{subject}: its clock and ours agree', vi: '{subject}: đồng hồ khớp với máy này' },
  ahead: { en: '{subject}: its clock is {seconds} s ahead of ours.', vi: '{subject}: đồng hồ nhanh hơn máy này {seconds} giây.' },
  behind: { en: '{subject}: its clock is {seconds} s behind ours.', vi: '{subject}: đồng hồ chậm hơn máy này {seconds} giây.' },
  hint: {
    en: 'Set this machine’s clock by NTP, or tell the operator if theirs is wrong. Times that lie in the future are refused, and sessions seem to end too early.',
    vi: 'Đồng bộ đồng hồ máy này bằng NTP, hoặc báo đơn vị vận hành nếu bên kia sai. Thời điểm ở tương lai sẽ bị từ chối, phiên có vẻ hết hạn sớm.',
  },
  untold: { en: '{subject}: its answers do not tell the time', vi: '{subject}: phản hồi không cho biết giờ' },
} satisfies Record<string, Text>

export function checkClock(id: string, subject: string, { aheadMs }: ServerClock): Check {
  if (aheadMs === undefined) return skipped(id, says.untold, { subject })
  const off = Math.abs(aheadMs)
  const values = { subject, seconds: Math.round(off / 1000) }
  if (off <= DOUBTFUL_MS) return fine(id, says.same, values)
  return (off > WRONG_MS ? wrong : doubtful)(id, aheadMs > 0 ? says.ahead : says.behind, says.hint, values)
}
