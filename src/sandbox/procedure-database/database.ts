/** What the procedure database holds and answers, whatever door it is asked through. contracts/procedure-database.md §4 */
import { z } from 'zod'
import { isSameOrAbove, parseAgencyCode } from '../../domain/index.js'
import { type Catalogue, catalogueMove, type ListedEntry, nationalCatalogue } from './catalogue.js'
import { dictionary, isDictionary } from './dictionaries.js'
import { listRow, nationalRecord, type Row } from './national-record.js'
import type { ProcedureDatabaseOptions } from './options.js'
import { DETAIL_FAULTS, type DetailFault, LIST_FAULTS, type ListFault, spoiledRecord, spoiledRows } from './spoiling.js'

/** `POST /__sandbox/procedure-database/story`. What moves the catalogue is kept with the sandbox's state; faults last until they are taken back. */
export const procedureStory = catalogueMove.extend({
  /** `null` ends it; left out, it stays as it is. */
  listFault: z.enum(LIST_FAULTS).nullable().optional(),
  /** By code, or `*` for every record. */
  detailFault: z.record(z.string(), z.enum(DETAIL_FAULTS).nullable()).optional(),
})
export type ProcedureStory = z.output<typeof procedureStory>
export type ProcedureStoryInput = z.input<typeof procedureStory>

/** `GET /__sandbox/procedure-database/requests`. What throttling turned away is counted apart. */
export interface ProcedureRequests {
  readonly byService: Readonly<Record<string, number>>
  /** How often each procedure's record was asked for. */
  readonly byCode: Readonly<Record<string, number>>
  readonly logins: number
  readonly refused: number
  readonly throttled: number
}

export interface ProcedureDatabase {
  readonly options: ProcedureDatabaseOptions
  readonly catalogue: Catalogue
  /** Rows of a service, or undefined: there is none of that name. `fields` are its arguments. */
  serve(service: string, fields: Readonly<Record<string, unknown>>): readonly unknown[] | undefined
  listFault(): ListFault | undefined
  detailFault(code: string): DetailFault | undefined
  setFaults(story: Pick<ProcedureStory, 'listFault' | 'detailFault'>): void
  readonly counts: RequestCounts
  reset(): void
}

export interface RequestCounts {
  asked(service: string, code?: string): void
  loggedIn(): void
  refused(): void
  throttled(): void
  all(): ProcedureRequests
}

export function procedureDatabase(options: ProcedureDatabaseOptions, seed: number | string): ProcedureDatabase {
  const catalogue = nationalCatalogue(options, seed)
  const manner = { options, seed }
  let listFault: ListFault | undefined
  const detailFaults = new Map<string, DetailFault>()
  const { counts, clear } = requestCounts()
  const faultOf = (code: string): DetailFault | undefined => detailFaults.get(code) ?? detailFaults.get('*')

  const list = (entries: readonly ListedEntry[]): readonly unknown[] => {
    return spoiledRows(
      entries.map((entry) => listRow(manner, entry)),
      listFault,
    )
  }
  /** Of one province: what is done at its levels. §4.1 */
  const listOfUnit = (unit: unknown): readonly unknown[] => {
    const asked = parseAgencyCode(typeof unit === 'string' ? unit : '')
    const own = parseAgencyCode(options.account.agencyCode)
    if (!asked.ok || !own.ok || !isSameOrAbove(own.value, asked.value)) return []
    return list(catalogue.list().filter((entry) => entry.levels.some((level) => level === 'province' || level === 'commune')))
  }
  const record = (code: unknown): readonly Row[] => {
    if (typeof code !== 'string' || !catalogue.isListed(code)) return []
    const entry = catalogue.find(code)
    const shown = entry && spoiledRecord(nationalRecord(manner, catalogue.facts(entry), String(90_001 + entry.position)), faultOf(code))
    return shown === undefined ? [] : [shown]
  }
  const decision = (id: unknown): readonly Row[] => {
    const found = typeof id === 'string' ? catalogue.decision(id) : undefined
    if (found === undefined) return []
    return [{ SOQUYETDINH: found.number, NGAYQUYETDINH: found.day === '' ? '' : `${found.day}T00:00:00`, TRICHYEU: found.summary }]
  }

  return {
    options,
    catalogue,
    serve(service, fields) {
      if (service === 'LayDanhSachTTHC') return list(catalogue.list())
      if (service === 'LayDanhSachTTHCDonVi') return listOfUnit(fields.maDonVi)
      if (service === 'LayThuTuc') return record(fields.maTTHC)
      if (service === 'LayQDCB') return decision(fields.idQDCB)
      return isDictionary(service) ? dictionary(service, catalogue, fields) : undefined
    },
    listFault: () => listFault,
    detailFault: faultOf,
    setFaults(story) {
      if (story.listFault !== undefined) listFault = story.listFault ?? undefined
      for (const [code, fault] of Object.entries(story.detailFault ?? {})) {
        if (fault === null) detailFaults.delete(code)
        else detailFaults.set(code, fault)
      }
    },
    counts,
    reset() {
      catalogue.reset()
      listFault = undefined
      detailFaults.clear()
      clear()
    },
  }
}

export const LIST_SERVICES: ReadonlySet<string> = new Set(['LayDanhSachTTHC', 'LayDanhSachTTHCDonVi'])

function requestCounts(): { readonly counts: RequestCounts; clear(): void } {
  let byService = new Map<string, number>()
  let byCode = new Map<string, number>()
  let rest = { logins: 0, refused: 0, throttled: 0 }
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1)
  return {
    counts: {
      asked(service, code) {
        count(byService, service)
        if (code !== undefined && code !== '') count(byCode, code)
      },
      loggedIn: () => void rest.logins++,
      refused: () => void rest.refused++,
      throttled: () => void rest.throttled++,
      all: () => ({ byService: Object.fromEntries(byService), byCode: Object.fromEntries(byCode), ...rest }),
    },
    clear() {
      byService = new Map()
      byCode = new Map()
      rest = { logins: 0, refused: 0, throttled: 0 }
    },
  }
}
