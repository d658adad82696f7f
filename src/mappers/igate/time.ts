import { type Instant, instant, instantFromWallClock } from '../../domain/index.js'

const FORM = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})$/
const VIET_NAM_MS = 7 * 3_600_000
/** 2001 to 2286: what thirteen digits can mean in a dossier. */
const EPOCH_MS = /^\d{13}$/

/**
 * A moment as iGate writes it: `2025-03-10T01:15:00.000+0000`, true UTC. contracts/provincial-sources.md §3.4
 *
 * @returns undefined for what is no moment, and for a wall clock that does not say whose: nobody knows which one is meant
 */
export function igateTime(text: string): Instant | undefined {
  const written = text.trim()
  if (EPOCH_MS.test(written)) return instant(Number(written))
  const match = FORM.exec(written)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0))
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const wall = instantFromWallClock({ year, month, day, hour, minute, second, millisecond })
  const offset = offsetMs(match[8] ?? 'Z')
  return wall === undefined || offset === undefined ? undefined : instant(wall + VIET_NAM_MS - offset)
}

function offsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
