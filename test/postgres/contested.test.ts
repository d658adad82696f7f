/** Several readers that want one code at the same moment: the server decides, and nothing is sent twice. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Ledger, openLedger } from '../../src/ledger/index.js'
import { runPass } from '../../src/sync/index.js'
import { readSlice } from '../../src/sync/slices.js'
import { cardIndex } from '../sync/card-index.js'
import { card, codeOf, key, openOffice, TENANT } from '../sync/office.js'
import { twin } from '../sync/two-sources.js'
import { type PostgresServer, password, startPostgres } from './server.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

const twoSystems = async (dossiers: number) => {
  const url = await server.database()
  await (await openLedger({ url, password, key, access: 'write', migrating: true })).close()
  const numbers = Array.from({ length: dossiers }, (_, index) => index + 1)
  const sources = {
    old: cardIndex(
      numbers.map((n) => card(n)),
      5,
    ),
    young: cardIndex(
      numbers.toReversed().map((n) => twin(n)),
      5,
    ),
  }
  return { url, numbers, sources }
}

async function claimsOf({ db }: Pick<Ledger, 'db'>) {
  return db.selectFrom('code_claims').selectAll().where('tenant', '=', TENANT).execute()
}

describe('two workers that read two sources with the same dossiers', () => {
  test('at the same time plan each of them once, whoever comes first', { timeout: 300_000 }, async () => {
    const { url, numbers, sources } = await twoSystems(40)
    const workers = await openLedger({ url, password, key, access: 'write', scope: 'workers' })
    const { portal, sync } = await openOfficeBeside(workers, sources)
    const read = async (source: string) => {
      const lease = await workers.leases?.take(TENANT, `read/${source}`, source)
      if (lease === undefined) throw new Error('no lease')
      try {
        return await readSlice({ ...sync, ledger: lease.ledger }, source)
      } finally {
        await lease.release()
      }
    }
    await Promise.all([read('old'), read('young')])
    const claims = await claimsOf(workers)
    expect(claims).toHaveLength(40)
    const rows = await workers.db.selectFrom('dossiers').selectAll().execute()
    for (const n of numbers) {
      const both = rows.filter(({ local_code }) => local_code === codeOf(n))
      expect(both.map(({ state }) => state).sort()).toEqual(['failed', 'pending'])
      const [holder] = claims.filter(({ code }) => code === codeOf(n))
      expect(both.find(({ state }) => state === 'pending')?.source_id).toBe(holder?.source_id)
    }
    await workers.close()
    const ledger = await openLedger({ url, password, key, access: 'write' })
    await runPass({ ...sync, ledger })
    for (const n of numbers) expect(portal.books.get(codeOf(n))).toMatchObject({ creates: 1 })
    // Then a rule decides, and every dossier stays one.
    const ruled = { ...sync, ledger, ownership: [{ owner: 'young', when: {} }] }
    await runPass(ruled)
    await runPass(ruled)
    for (const n of numbers) expect(portal.books.get(codeOf(n))).toMatchObject({ creates: 1 })
    const states = await ledger.db.selectFrom('dossiers').select(['source', 'state', 'reason']).execute()
    expect(new Set(states.map(({ source, state, reason }) => `${source} ${state} ${reason}`))).toEqual(
      new Set(['old skipped owned-elsewhere', 'young confirmed null']),
    )
    await ledger.close()
  })
})

/** The portal and settings of an office, around a ledger of its own. */
async function openOfficeBeside(ledger: Ledger, sources: Record<string, ReturnType<typeof cardIndex>>) {
  const { portal, sync } = await openOffice()
  return { portal, sync: { ...sync, ledger, sources } }
}
