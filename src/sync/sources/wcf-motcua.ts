/** Dossiers of an older .NET one-stop system through its WCF service. contracts/provincial-sources.md §9.1 */
import { type Clock, type Mapped, systemClock } from '../../base/index.js'
import type { FieldNames, WcfMotCua } from '../../connectors/wcf-motcua/index.js'
import { type Dossier, type LocalDate, localDateOf } from '../../domain/index.js'
import { type CodeTables, fromWcf, type WcfMapping, wcfRules, wcfStates, wcfTraits } from '../../mappers/index.js'
import type { DossierSource, SourceBatch, SourceItem, SourceReading } from '../ports.js'
import { type DayCursor, type DayList, type ListedRow, readByDays } from './by-day.js'
import { nestedTooDeep, rowText } from './raw-row.js'

export interface WcfSourceOptions {
  readonly client: WcfMotCua
  readonly account?: string
  readonly tables: CodeTables
  readonly agencyCode: string | readonly string[]
  /** First reception day to read. */
  readonly since: LocalDate
  /** Elements that this installation calls otherwise. */
  readonly fields?: FieldNames
  /** Days of one query window. Default 30. */
  readonly windowDays?: number
  /** Days read again each pass, for dossiers entered late. Default 7. */
  readonly overlapDays?: number
  /** Default 100. */
  readonly pageSize?: number
  readonly clock?: Clock
}

const MAPPER = 'wcf-motcua/2'

/** It has no modified-since, no deletions and no door for marks: days of reception are read again, and nothing is written back. */
export function wcfSource(options: WcfSourceOptions): DossierSource {
  const { client, tables, agencyCode, since, fields, clock = systemClock } = options
  const { windowDays = 30, overlapDays = 7, pageSize = 100 } = options
  const mapping: WcfMapping = { tables, provinceAgencyCode: agencyCode, ...(fields === undefined ? {} : { fields }) }
  const traitsOf = (row: unknown) => wcfTraits(row, mapping)

  const itemOf =
    (states: ReadonlyMap<string, string>) =>
    ({ row, place }: ListedRow): SourceItem => {
      const traits = traitsOf(row)
      const bytes = rowText(row)
      const names = [traits.id, traits.localCode].filter((name) => name !== null)
      return {
        bytes: bytes ?? place,
        place,
        ...(names.length === 0 && traits.receivedAt === null
          ? {}
          : { glimpse: { names, localCode: traits.localCode, receivedAt: traits.receivedAt } }),
        read(): Mapped<SourceReading> {
          const { id } = traits
          if (bytes === undefined) return nestedTooDeep(wcfRules)
          if (id === null) {
            const { findings } = fromWcf({ dossier: row, steps: null }, mapping)
            return { ok: false, findings }
          }
          const map = async (signal?: AbortSignal): Promise<Mapped<Dossier>> =>
            fromWcf({ dossier: row, steps: await client.steps(id, signal) }, { ...mapping, states })
          return { ok: true, findings: [], value: { key: id, traits, map } }
        },
      }
    }

  const listFor = (signal: AbortSignal | undefined): DayList => ({
    system: 'WCF',
    async page({ from, to }, number) {
      const { rows, total } = await client.dossiers({ page: number, pageSize, receivedFrom: from, receivedTo: to, signal })
      // A service may give fewer rows than it was asked for, and still have more: only its count knows.
      return { rows, total, isLast: total === null ? rows.length < pageSize : rows.length === 0 || (number - 1) * pageSize + rows.length >= total }
    },
    identity: (row) => traitsOf(row).id ?? rowText(row) ?? '',
    receivedDay: (row) => {
      const { receivedAt } = traitsOf(row)
      return receivedAt === null ? undefined : localDateOf(receivedAt)
    },
  })

  return {
    ...(options.account === undefined ? {} : { account: options.account }),
    epoch: [MAPPER, tables.version, agencyCode, JSON.stringify(fields ?? {})].join('|'),
    async *changes(saved, { open, signal }): AsyncGenerator<SourceBatch> {
      const item = itemOf(wcfStates(await client.states(signal)))
      const reading = { since, windowDays, overlapDays, clock }
      for await (const { rows, cursor, end } of readByDays(listFor(signal), reading, saved as DayCursor | null, open(), signal))
        yield { items: rows.map(item), cursor, end }
    },
    async get(key, { signal }) {
      const [states, row] = await Promise.all([client.states(signal), client.dossier(key, signal)])
      return row === null ? null : itemOf(wcfStates(states))({ row, place: `WCF, HoSoID ${key}` })
    },
  }
}
