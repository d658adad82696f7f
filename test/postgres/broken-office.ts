/** An office on PostgreSQL whose passes break, and what an unbroken one would have brought about. */
import { asLienthongError, isLienthongError } from '../../src/base/index.js'
import { type Ledger, openLedger, versionTotals } from '../../src/ledger/index.js'
import { type PassReport, runPass } from '../../src/sync/index.js'
import { card, key, type Office, type OfficeOptions, openOffice, steps, TENANT } from '../sync/office.js'
import type { PaperPortal } from '../sync/paper-portal.js'
import { type PostgresServer, password } from './server.js'
import { until } from './until.js'

export const CARDS = [card(1, { steps: steps(2, 4) }), card(2, { steps: steps(2) }), card(3), card(4, { steps: steps(2, 4, 6) })]

/** With our tables and nothing in them, to be copied. */
const models = new WeakMap<PostgresServer, Promise<string>>()

/** An empty ledger on the server. */
export async function newLedger(server: PostgresServer): Promise<string> {
  const model = models.get(server) ?? modelOn(server)
  models.set(server, model)
  return server.database(`template ${await model}`)
}

async function modelOn(server: PostgresServer): Promise<string> {
  const url = await server.database()
  await (await openLedger({ url, password, key, access: 'write', migrating: true })).close()
  return new URL(url).pathname.slice(1)
}

/** An office that reaches its ledger by this address. */
export function officeAt(url: string, options: Partial<OfficeOptions> = {}): Promise<Office> {
  return openOffice({ cards: CARDS, url, password, ...options })
}

/** The code of what ended a pass early; undefined when nothing did. */
export async function brokenBy(pass: Promise<PassReport>): Promise<string | undefined> {
  try {
    const { stopped } = await pass
    return isLienthongError(stopped) ? stopped.code : undefined
  } catch (error) {
    return asLienthongError(error).code
  }
}

/** The next passes of the same office, by another way, until nothing waits; requests on their way when it broke have an hour to arrive. */
export async function passesLater({ clock, sync }: Office, url: string) {
  const ledger = await until('nobody holds the ledger', () => openedOr(url, clock))
  try {
    const declared = { stepsMaybeDoubled: 0 }
    for (let pass = 0; pass < 3; pass++) {
      const { tally } = await runPass({ ...sync, ledger })
      declared.stepsMaybeDoubled += tally.stepsMaybeDoubled
      clock.advance(3_600_000)
    }
    return { ...declared, totals: await versionTotals(ledger, TENANT) }
  } finally {
    await ledger.close()
  }
}

async function openedOr(url: string, clock: Office['clock']): Promise<Ledger | undefined> {
  try {
    return await openLedger({ url, password, key, access: 'write', clock })
  } catch (error) {
    if (isLienthongError(error) && error.code === 'ledger.locked') return undefined
    throw error
  }
}

/** What stands in the portal's books, and how many steps stand there twice. */
export function booksOf({ books }: Pick<PaperPortal, 'books'>) {
  let doubled = 0
  const entries = [...books]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, { creates, record, steps }]) => {
      const different = [...new Set(steps.map((step) => JSON.stringify(step)))]
      doubled += steps.length - different.length
      return { code, creates, record, steps: different }
    })
  return { entries, doubled }
}
