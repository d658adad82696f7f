/** A dossier changes its owner, and the process dies: before or after each of its writes, at each of its calls. */
import { describe, expect, test } from 'vitest'
import { syncLedgerOf } from '../../src/ledger/assemble.js'
import type { Ledger } from '../../src/ledger/index.js'
import { type DossierSource, runPass, type TenantSync } from '../../src/sync/index.js'
import { cardIndex } from './card-index.js'
import { card, codeOf, openOffice, steps } from './office.js'
import { PowerCut } from './paper-portal.js'
import { twin } from './two-sources.js'

/** A ledger whose process dies around one of its writes; from then on it does nothing any more. */
function dying(ledger: Ledger, at: number, moment: 'before' | 'after') {
  let left = at
  let dead = false
  const around = async <T>(write: () => Promise<T>): Promise<T> => {
    if (dead) throw new PowerCut()
    if (left-- > 0) return write()
    if (moment === 'after') await write()
    dead = true
    throw new PowerCut()
  }
  const mortal: Ledger = {
    ...ledger,
    write: (change) => around(() => ledger.write(change)),
    join: (collect, when) =>
      when === 'later' ? (dead ? Promise.reject(new PowerCut()) : ledger.join(collect, when)) : around(() => ledger.join(collect, when)),
  }
  return { ledger: { ...mortal, ...syncLedgerOf(mortal) }, isDead: () => dead }
}

const before = [{ owner: 'old', when: {} }]
const after = [{ owner: 'young', when: {} }]

async function world() {
  const old = cardIndex([card(1, { summary: 'cũ', steps: steps(2, 4) }), card(2, { summary: 'cũ' })])
  const young = cardIndex([twin(1, { summary: 'mới', steps: steps(2, 4, 6) }), twin(2, { summary: 'mới' })])
  const office = await openOffice()
  const ticks = new Map<string, string>()
  const marking: DossierSource = {
    epoch: young.epoch,
    changes: (cursor, options) => young.changes(cursor, options),
    async writeBack(marks) {
      for (const { key, nationalCode } of marks) ticks.set(key, nationalCode)
      return marks.map(() => 'written' as const)
    },
  }
  const sync: TenantSync = { ...office.sync, production: true, sources: { old, young: marking } }
  await runPass({ ...sync, ownership: before })
  for (const n of [1, 2]) expect(office.portal.books.get(codeOf(n))).toMatchObject({ creates: 1, updates: 0 })
  return { office, ticks, sync: { ...sync, ownership: after } }
}

describe.each(['before', 'after'] as const)('a process that dies %s a write while the owner changes', (moment) => {
  test('leaves one dossier, its steps in order, and its source told', { timeout: 300_000 }, async () => {
    let writes = 0
    for (let died = true; died; writes++) {
      const { office, ticks, sync } = await world()
      const mortal = dying(office.ledger, writes, moment)
      // Whatever it says at the end: it is dead.
      await runPass({ ...sync, ledger: mortal.ledger }).catch(() => {})
      died = mortal.isDead()
      office.clock.advance(200_000)
      await runPass(sync)
      office.clock.advance(200_000)
      await runPass(sync)
      for (const n of [1, 2]) {
        const book = office.portal.books.get(codeOf(n))
        expect(book, `write ${writes}`).toMatchObject({ creates: 1 })
        expect(book?.record.summary, `write ${writes}`).toBe('mới')
        expect(ticks.get(`other-${n}`), `write ${writes}`).toBe(codeOf(n))
        expect(await office.row(`other-${n}`)).toMatchObject({ state: 'confirmed', presence: 'present' })
        expect(await office.row(`uid-${n}`)).toMatchObject({ state: 'skipped', reason: 'owned-elsewhere', presence: 'absent' })
      }
      const told = office.portal.books.get(codeOf(1))?.steps.map(({ status }) => status) ?? []
      // The step that was on its way when the process died may stand there twice, and is declared.
      expect([...new Set(told)], `write ${writes}`).toEqual([2, 4, 6])
      expect(told.slice(0, 3)).toEqual([2, 4, 6])
      const totals = await office.totals()
      expect(totals.seen).toBe(
        totals.unchanged + totals.skipped + totals.failed + totals.pending + totals.created + totals.updated + totals.superseded,
      )
    }
    // Nothing is proved by a process that hardly writes.
    expect(writes).toBeGreaterThan(10)
  })
})
