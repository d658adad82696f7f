import type { Text } from '../../base/index.js'
import type { Channel, Procedure, TimeUnit } from '../../domain/index.js'
import { type FieldDifference, joinTexts } from './field-difference.js'

const channelNames: Readonly<Record<Channel | 'any', Text>> = {
  direct: { en: 'direct', vi: 'trực tiếp' },
  online: { en: 'online', vi: 'trực tuyến' },
  post: { en: 'by post', vi: 'bưu chính' },
  any: { en: 'any way', vi: 'mọi hình thức' },
}

const unitNames: Readonly<Record<TimeUnit, Text>> = {
  hour: { en: 'hours', vi: 'giờ' },
  day: { en: 'days', vi: 'ngày' },
  'working-day': { en: 'working days', vi: 'ngày làm việc' },
  month: { en: 'months', vi: 'tháng' },
  other: { en: '', vi: '' },
}

/** Longest limit by unit; working days are never turned into days. */
type Limits = ReadonlyMap<TimeUnit, number>

/**
 * Time limits channel by channel, in the same unit only. A province may be faster by its own decision, never slower.
 */
export function compareTimeLimits(local: Procedure, national: Procedure): readonly FieldDifference[] {
  const differences = new Map<string, FieldDifference>()
  const [ours, theirs] = [limitsByChannel(local), limitsByChannel(national)]
  for (const [channel, limits] of ours) {
    const expected = channel === 'any' ? longest([...theirs.values()]) : (theirs.get(channel) ?? theirs.get('any'))
    if (expected === undefined || limits.size === 0 || expected.size === 0) continue
    const difference = limitDifference(limits, expected)
    if (difference === undefined) continue
    // Most procedures have one limit for every channel: say it once.
    const key = `${difference.local.en}|${difference.national.en}`
    const known = differences.get(key)
    differences.set(key, { ...difference, local: withChannel(difference.local, channel, known?.local) })
  }
  return [...differences.values()]
}

function limitsByChannel({ channels }: Procedure): ReadonlyMap<Channel | 'any', Limits> {
  const grouped = Map.groupBy(channels ?? [], ({ channel }) => channel ?? ('any' as const))
  const limits = new Map<Channel | 'any', Limits>()
  for (const [channel, rows] of grouped) {
    const known = rows
      .flatMap(({ timeLimits }) => timeLimits)
      .flatMap(({ value, unit }) => (value === null || unit === null || unit === 'other' ? [] : [new Map([[unit, value]])]))
    limits.set(channel, longest(known))
  }
  return limits
}

function longest(limits: readonly Limits[]): Limits {
  const result = new Map<TimeUnit, number>()
  for (const limit of limits) for (const [unit, value] of limit) result.set(unit, Math.max(value, result.get(unit) ?? 0))
  return result
}

function limitDifference(local: Limits, national: Limits): FieldDifference | undefined {
  const shared = [...local.keys()].filter((unit) => national.has(unit))
  const differing = { field: 'timeLimit', local: limitsText(local), national: limitsText(national) } as const
  if (shared.length === 0)
    return {
      ...differing,
      severity: 'info',
      says: {
        en: 'The units differ and are not converted: compare by hand, and write the limit in the national unit.',
        vi: 'Đơn vị tính khác nhau nên không quy đổi: hãy đối chiếu và ghi thời hạn theo đơn vị của CSDL quốc gia.',
      },
    }
  const difference = (unit: TimeUnit) => (local.get(unit) ?? 0) - (national.get(unit) ?? 0)
  if (shared.some((unit) => difference(unit) > 0))
    return {
      ...differing,
      severity: 'warn',
      says: {
        en: 'The province must not take longer than the nation allows: correct the time limit.',
        vi: 'Thời hạn của tỉnh không được dài hơn quy định quốc gia: sửa lại thời hạn.',
      },
    }
  if (shared.some((unit) => difference(unit) < 0))
    return {
      ...differing,
      severity: 'info',
      says: {
        en: "Decide whether the province's time limit is shorter by its own decision; if not, correct it.",
        vi: 'Xác định tỉnh có quyết định rút ngắn thời hạn hay không; nếu không, sửa lại.',
      },
    }
  return undefined
}

function limitsText(limits: Limits): Text {
  return joinTexts([...limits].map(([unit, value]) => ({ en: `${value} ${unitNames[unit].en}`, vi: `${value} ${unitNames[unit].vi}` })))
}

function withChannel(limit: Text, channel: Channel | 'any', known: Text | undefined): Text {
  const name = channelNames[channel]
  const add = (language: keyof Text) =>
    known === undefined ? `${limit[language]} (${name[language]})` : known[language].replace(/\)$/, `, ${name[language]})`)
  return { en: add('en'), vi: add('vi') }
}
