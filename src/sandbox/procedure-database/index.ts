/** The national database of administrative procedures behind its doors. contracts/procedure-database.md */
import type { Clock } from '../../base/index.js'
import { portalSessions, type Sessions } from '../national-portal/sessions.js'
import type { SimulatedSystem, SystemAddress } from '../system.js'
import type { Catalogue, CatalogueMove } from './catalogue.js'
import { type ProcedureDatabase, type ProcedureRequests, type ProcedureStory, procedureDatabase } from './database.js'
import { GATEWAY_BASE, gatewayDoor } from './gateway-door.js'
import { NATIVE_BASE, nativeDoor } from './native-door.js'
import { type HeldOffer, type OfferItem, offerBook, UPLOAD_BASE, uploadDoor } from './offers.js'
import { type ProcedureDatabaseInput, type ProcedureDatabaseOptions, procedureDatabaseOptions } from './options.js'
import { PORTAL_BASE, publicPortalDoor } from './portal-door.js'
import { publishedServices, SERVICES_BASE } from './published-services.js'

export { type ProcedureRequests, type ProcedureStory, type ProcedureStoryInput, procedureStory } from './database.js'
export type { HeldOffer } from './offers.js'
export { type ProcedureDatabaseInput, type ProcedureDatabaseOptions, type ProcedureQuirks, procedureDatabaseDefaults } from './options.js'

/** What is kept of it: how the catalogue moved, and what was uploaded. */
export type ProcedureEntry =
  | { readonly op: 'catalogue-move'; readonly move: CatalogueMove }
  | { readonly op: 'offers'; readonly items: readonly OfferItem[] }

/** `GET /__sandbox/procedure-database/procedures` */
export interface ProcedureLine {
  readonly code: string
  readonly name: string
  readonly state: 'public' | 'hidden'
}

export interface SimulatedProcedures {
  readonly systems: readonly SimulatedSystem[]
  readonly catalogue: Catalogue
  readonly sessions: Sessions
  procedures(): Generator<ProcedureLine>
  offers(): Iterable<HeldOffer>
  requests(): ProcedureRequests & { readonly largestConcurrent: number }
  /** @returns codes of new procedures. @throws RangeError for a code that the catalogue never had. */
  tell(story: ProcedureStory): readonly string[]
  replay(entry: ProcedureEntry): void
  reset(): void
  addresses(origin: string): Readonly<Record<string, SystemAddress>>
}

export interface ProcedureSetting {
  readonly clock: Clock
  readonly seed: number | string
  readonly options: ProcedureDatabaseInput | undefined
  readonly keep: (entry: ProcedureEntry) => void
}

export function simulatedProcedures({ clock, seed, options: input, keep }: ProcedureSetting): SimulatedProcedures {
  const options = procedureDatabaseOptions(input)
  const database = procedureDatabase(options, seed)
  const sessions = portalSessions(clock, `${seed}/procedures`, options.sessionMs)
  const book = offerBook()
  const portal = publicPortalDoor(database, clock)
  const { catalogue, counts } = database
  const take = (items: readonly OfferItem[]) => {
    book.post(items)
    keep({ op: 'offers', items })
  }
  return {
    systems: [
      nativeDoor(database, sessions),
      gatewayDoor(database),
      portal,
      uploadDoor(database, sessions, take),
      publishedServices(options.slowPageMs),
    ],
    catalogue,
    sessions,
    procedures: () => procedureLines(database),
    offers: () => book.offers.values(),
    requests: () => ({ ...counts.all(), largestConcurrent: portal.throttle.largestConcurrent() }),
    tell({ listFault, detailFault, ...move }) {
      const strangers = catalogue.strangers(move)
      if (strangers.length > 0) throw new RangeError(`the catalogue has no ${strangers.join(', ')}`)
      database.setFaults({ listFault, detailFault })
      if (!moves(move)) return []
      const added = catalogue.move(move)
      keep({ op: 'catalogue-move', move })
      return added
    },
    replay(entry) {
      if (entry.op === 'catalogue-move') catalogue.move(entry.move)
      else book.post(entry.items)
    },
    reset() {
      database.reset()
      sessions.killAll()
      book.clear()
      portal.throttle.reset()
    },
    addresses: (origin) => addressesOf(origin, options),
  }
}

function moves({ remove, restore, rename, change, add }: CatalogueMove): boolean {
  return add > 0 || remove.length > 0 || restore.length > 0 || change.length > 0 || Object.keys(rename).length > 0
}

function* procedureLines({ catalogue }: ProcedureDatabase): Generator<ProcedureLine> {
  for (const entry of catalogue.list()) {
    yield { code: entry.code, name: entry.name, state: entry.state === '1' ? 'public' : 'hidden' }
  }
}

function addressesOf(origin: string, { account, dstcode, endpoints, gatewayToken, uploadAuth, uploadToken }: ProcedureDatabaseOptions) {
  const login = { username: account.username, password: account.password }
  return {
    'procedure-database': { url: origin + NATIVE_BASE, credentials: { ...login, agencyCode: account.agencyCode, dstcode, ...endpoints } },
    'procedure-database-gateway': { url: origin + GATEWAY_BASE, credentials: gatewayToken === null ? {} : { token: gatewayToken } },
    'procedure-database-portal': { url: origin + PORTAL_BASE, credentials: {} },
    'procedure-database-upload': { url: origin + UPLOAD_BASE, credentials: UPLOAD_CREDENTIALS[uploadAuth](login, uploadToken) },
    'procedure-database-services': { url: origin + SERVICES_BASE, credentials: {} },
  }
}

type Credentials = Readonly<Record<string, string>>
const UPLOAD_CREDENTIALS: Readonly<Record<ProcedureDatabaseOptions['uploadAuth'], (login: Credentials, token: string) => Credentials>> = {
  session: (login) => login,
  bearer: (_, token) => ({ token }),
  none: () => ({}),
}
