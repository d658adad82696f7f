/** Dossiers of TD.DichVuCong through its REST face, where its database may not be read. contracts/provincial-sources.md §8.2 */
import { type Clock, type Mapped, systemClock } from '../../base/index.js'
import type { TdRest } from '../../connectors/td-mssql/index.js'
import { underColumnNames } from '../../connectors/td-mssql/wire.js'
import { type Dossier, type DossierStatus, type LocalDate, localDateOf } from '../../domain/index.js'
import { type CodeTables, fromTd, type TdMapping, tdRules, tdTraits } from '../../mappers/index.js'
import type { DossierSource, SourceBatch, SourceItem, SourceReading } from '../ports.js'
import { type DayCursor, type DayList, type ListedRow, readByDays } from './by-day.js'
import { nestedTooDeep, rowText } from './raw-row.js'

export interface TdRestSourceOptions {
  readonly client: TdRest
  readonly account?: string
  readonly tables: CodeTables
  readonly agencyCode: string | readonly string[]
  /** First reception day to read. */
  readonly since: LocalDate
  readonly alreadyMarked?: 'visible' | 'skip'
  /** Days of one query window. Default 30. */
  readonly windowDays?: number
  /** Days read again each pass, for dossiers entered late. Default 7. */
  readonly overlapDays?: number
  /** Default 100. */
  readonly pageSize?: number
  readonly sendAsDone?: readonly DossierStatus[]
  readonly clock?: Clock
  /** Files of results, which it names by paths; see {@link fileOpener}. */
  readonly openFile?: DossierSource['openFile']
}

const MAPPER = 'td-rest/2'

/** It has no modified-since and no door for marks: days are read again, and nothing is written back. */
export function tdRestSource(options: TdRestSourceOptions): DossierSource {
  const { client, tables, agencyCode, since, alreadyMarked = 'visible', sendAsDone = [], clock = systemClock } = options
  const { windowDays = 30, overlapDays = 7, pageSize = 100 } = options
  const mapping: TdMapping = { tables, provinceAgencyCode: agencyCode, sendAsDone, names: 'json' }

  const itemOf = ({ row, place }: ListedRow): SourceItem => {
    const traits = tdTraits(row, tables)
    const bytes = rowText(row)
    return {
      bytes: bytes ?? place,
      place,
      glimpse: { names: [traits.localCode].filter((name) => name !== null), localCode: traits.localCode, receivedAt: traits.receivedAt },
      read(): Mapped<SourceReading> {
        if (bytes === undefined) return nestedTooDeep(tdRules)
        const alone = fromTd({ dossier: row, steps: null, fees: null }, mapping)
        if (!alone.ok) return alone
        const code = alone.value.localCode
        const flags = traits.flags.flatMap((flag) => (flag !== 'marked' ? [flag] : alreadyMarked === 'skip' ? ['already-marked'] : []))
        return {
          ok: true,
          findings: [],
          value: {
            key: alone.value.sourceId,
            traits: { ...traits, flags },
            async map(signal): Promise<Mapped<Dossier>> {
              if (code === null) return alone
              const [steps, fees] = await Promise.all([client.steps(code, signal), client.fees(code, signal)])
              return fromTd({ dossier: row, steps, fees }, mapping)
            },
          },
        }
      },
    }
  }

  const listFor = (signal: AbortSignal | undefined): DayList => ({
    system: 'TD',
    async page({ from, to }, number) {
      const page = await client.dossiers({ page: number, pageSize, receivedFrom: from, receivedTo: to, signal })
      return { rows: page.rows, total: page.totalCount, isLast: !page.hasNextPage }
    },
    identity: (row) => idOf(row) ?? rowText(row) ?? '',
    receivedDay: (row) => {
      const { receivedAt } = tdTraits(row, tables)
      return receivedAt === null ? undefined : localDateOf(receivedAt)
    },
  })

  return {
    ...(options.account === undefined ? {} : { account: options.account }),
    epoch: [MAPPER, tables.version, agencyCode, alreadyMarked, sendAsDone.join('+')].join('|'),
    ...(options.openFile === undefined ? {} : { openFile: options.openFile }),
    async *changes(saved, { open, signal }): AsyncGenerator<SourceBatch> {
      const reading = { since, windowDays, overlapDays, clock }
      for await (const { rows, cursor, end } of readByDays(listFor(signal), reading, saved as DayCursor | null, open(), signal))
        yield { items: rows.map(itemOf), cursor, end }
    },
  }
}

function idOf(row: unknown): string | undefined {
  const named = underColumnNames(row)
  const id = typeof named === 'object' && named !== null ? Reflect.get(named, 'Id') : undefined
  return typeof id === 'string' && id.trim() !== '' ? id.trim().toLowerCase() : undefined
}
