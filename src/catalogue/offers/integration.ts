/** How many of the online services are integrated with the national portal (K5, C1), and how far the catalogue is online (K3, H2). */
import { type LocalDate, namedLevel, type Procedure, type ServiceLevel, serviceLevelOn } from '../../domain/index.js'
import { reaches, type Share, shareOf } from '../../rules/index.js'

/** One procedure as the counts see it. */
export interface IntegrationRow {
  readonly sector: string | null
  /** On the day of the report; null: not known, which counts as not online. */
  readonly level: ServiceLevel | null
  readonly integrated: boolean
}

export interface TargetShare extends Share {
  /** In percent. */
  readonly target: number
  /** By the exact counts; null for 0 of 0. */
  readonly met: boolean | null
}

export interface IntegrationReport {
  /** K5, C1: integrated online services of all online services. Online: level 3 or 4, partial or full. contracts/rules-and-indicators.md §4.1 */
  readonly province: TargetShare
  /** The same by sector; procedures without one come last. By name. */
  readonly sectors: readonly (TargetShare & { readonly sector: string | null })[]
  /** K5 is ordered "per sector, then province": met only when no sector misses it. */
  readonly everySector: boolean | null
  /** K3c, H2: online services of all procedures. */
  readonly online: Share
  /** K3a, K3b: full services (level 4) of online services. */
  readonly full: Share
}

/** K5, C1: percent. */
const TARGET = 30

/** @param integrated whether the national portal offers the procedure of this local code */
export function integrationRows(
  procedures: Iterable<Procedure>,
  integrated: (localCode: string) => boolean,
  day: LocalDate,
): readonly IntegrationRow[] {
  const rows: IntegrationRow[] = []
  for (const { code, sectors, serviceLevels } of procedures)
    rows.push({ sector: sectors?.[0]?.name ?? sectors?.[0]?.code ?? null, level: serviceLevelOn(serviceLevels, day), integrated: integrated(code) })
  return rows
}

/** Counts first, percentages last: a share of the province is never the mean of its sectors. */
export function integrationReport(rows: readonly IntegrationRow[], target: number = TARGET): IntegrationReport {
  const online = rows.filter(({ level }) => level !== null && namedLevel(level) !== 'information')
  const sectors = [...Map.groupBy(online, ({ sector }) => sector)]
    .sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : a.localeCompare(b, 'vi')))
    .map(([sector, own]) => ({ sector, ...integratedShare(own, target) }))
  return {
    province: integratedShare(online, target),
    sectors,
    everySector: sectors.length === 0 ? null : sectors.every(({ met }) => met === true),
    online: shareOf(online.length, rows.length),
    full: shareOf(online.filter(({ level }) => level !== null && namedLevel(level) === 'full').length, online.length),
  }
}

function integratedShare(online: readonly IntegrationRow[], target: number): TargetShare {
  const share = shareOf(online.filter(({ integrated }) => integrated).length, online.length)
  return { ...share, target, met: reaches(share, target) }
}
