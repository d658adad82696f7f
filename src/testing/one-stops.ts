/** The one-stop systems of a made-up province: what reads each, and the tables its IT department would have written. */
import type { Clock } from '../base/index.js'
import { igate, openCps } from '../connectors/index.js'
import type { LocalDate } from '../domain/index.js'
import type { CodeTables, Product } from '../mappers/index.js'
import type { ProvinceSetup, SystemAddress } from '../sandbox/index.js'
import { type DossierSource, type IgateSourceOptions, igateSource, openCpsSource } from '../sync/index.js'

/** A simulator as the source of a province. Adding one is adding a value. */
export interface OneStop {
  readonly product: Product
  /** Of the sandbox. */
  readonly system: string
  /** As in the file `tables`. */
  tables(setup: ProvinceSetup): Record<string, unknown>
  source(context: OneStopContext): DossierSource
}

export interface OneStopContext {
  readonly address: SystemAddress
  readonly setup: ProvinceSetup
  readonly tables: CodeTables
  readonly clock?: Clock
}

export const openCpsOneStop: OneStop = {
  product: 'opencps-v2',
  system: 'one-stop-opencps',
  tables({ tables: { actions, statuses, subStatuses } }) {
    return { product: 'opencps-v2', actions, status: statuses, subStatus: subStatuses }
  },
  source: ({ address: { url, credentials }, setup, tables }) =>
    openCpsSource({
      client: openCps({ baseUrl: url, groupId: credentials.groupId ?? '', credentials: loginOf(credentials) }),
      tables,
      agencyCode: setup.agencyCode,
      since: setup.oldest.slice(0, 10) as LocalDate,
    }),
}

/** iGate, read as its source's own settings say. */
export const igateOneStopWith = (settings: Partial<Omit<IgateSourceOptions, 'client' | 'tables' | 'agencyCode'>>): OneStop => ({
  product: 'igate2',
  system: 'one-stop-igate',
  tables({ igateTables: { actions, subStatuses, paymentMethods } }) {
    return { product: 'igate2', actions, subStatus: subStatuses, paymentMethods }
  },
  source: ({ address: { url, credentials }, setup, tables, clock }) =>
    igateSource({
      client: igate({
        baseUrl: url,
        tokenUrl: credentials.tokenUrl ?? '',
        credentials: { clientId: credentials.clientId ?? '', clientSecret: credentials.clientSecret ?? '' },
        timeouts: { readMs: 1000 },
        retry: { firstMs: 1, maxMs: 10 },
      }),
      tables,
      agencyCode: setup.agencyCode,
      ...(clock === undefined ? {} : { clock }),
      ...settings,
    }),
})

export const igateOneStop: OneStop = igateOneStopWith({})

export function loginOf(credentials: Readonly<Record<string, string>>): { username: string; password: string } {
  return { username: credentials.username ?? '', password: credentials.password ?? '' }
}
