import { describe, expect, test } from 'vitest'
import { dossierName } from '../../../src/ledger/index.js'
import { type Desk, type OpenLedger, openDesk, record, SOURCE, settlement, step, TENANT } from './desk.js'

export function describeDue(open: OpenLedger): void {
  const namesOfDue = async ({ ledger }: Desk, asked: { limit?: number; shard?: number; busy?: readonly string[] } = {}) => {
    const { limit = 100, busy = [], ...more } = asked
    const names = new Set(busy.map((source_id) => dossierName({ source: SOURCE, source_id })))
    return (await ledger.dueDossiers(TENANT, { limit, busy: names, ...more })).map(({ row }) => row.source_id)
  }

  describe('what is due', () => {
    test('goes by priority, then by how long it has waited; what waits for a time or a person does not go', async () => {
      const desk = await openDesk(open)
      const now = desk.clock.now()
      await desk.plan('loaded-early', { row: { priority: 1, next_at: now - 30 } })
      await desk.plan('changed-late', { row: { next_at: now } })
      await desk.plan('changed-early', { row: { next_at: now - 10 } })
      await desk.plan('loaded-late', { row: { priority: 1, next_at: now - 20 } })
      await desk.plan('ahead', { row: { next_at: now + 1 } })
      await desk.plan('nothing', { row: { next_at: null } })
      expect(await namesOfDue(desk)).toEqual(['changed-early', 'changed-late', 'loaded-early', 'loaded-late'])
      expect(await namesOfDue(desk, { limit: 3 })).toEqual(['changed-early', 'changed-late', 'loaded-early'])
      expect(await namesOfDue(desk, { limit: 2, busy: ['changed-early', 'loaded-early'] })).toEqual(['changed-late', 'loaded-late'])
      expect(await namesOfDue(desk, { limit: 0 })).toEqual([])
      expect(await desk.ledger.dueDossiers('lang-son', { limit: 9, busy: new Set() })).toEqual([])
      desk.clock.advance(1)
      expect(await namesOfDue(desk, { limit: 3 })).toEqual(['changed-early', 'changed-late', 'ahead'])
    })

    test('is asked for one shard or for all', async () => {
      const desk = await openDesk(open)
      const now = desk.clock.now()
      await desk.plan('1', { row: { shard: 1, next_at: now - 1 } })
      await desk.plan('2', { row: { shard: 2 } })
      await desk.plan('3', { row: { shard: 2, next_at: now + 50 } })
      expect(await namesOfDue(desk, { shard: 2 })).toEqual(['2'])
      expect(await namesOfDue(desk)).toEqual(['1', '2'])
      expect(await desk.ledger.nextDueAt(TENANT)).toBe(now - 1)
      expect(await desk.ledger.nextDueAt(TENANT, 2)).toBe(now)
      expect(await desk.ledger.nextDueAt(TENANT, 3)).toBeNull()
    })

    test('comes with its operations in the order in which they were planned, of its own dossier only', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record(), step('z')] })
      await desk.plan('2', { addOperations: [step('y')] })
      await desk.plan('1', { addOperations: [step('a')] })
      const due = await desk.ledger.dueDossiers(TENANT, { limit: 9, busy: new Set() })
      const first = due.find(({ row }) => row.source_id === '1')
      expect(first?.operations.map(({ digest }) => digest)).toEqual(['record-1', 'z', 'a'])
      expect(Buffer.from(first?.operations[1]?.sealed ?? []).toString()).toBe('sealed z')
      expect(first?.row).toEqual(await desk.row('1'))
    })

    test('the earliest time is found among changes and first loads alike', async () => {
      const desk = await openDesk(open)
      expect(await desk.ledger.nextDueAt(TENANT)).toBeNull()
      await desk.plan('1', { row: { next_at: 500 } })
      await desk.plan('2', { row: { next_at: 400, priority: 1 } })
      expect(await desk.ledger.nextDueAt(TENANT)).toBe(400)
    })

    test('what was planned without being let go goes once it is released', async () => {
      const desk = await openDesk(open)
      await desk.plan('planned', { row: { next_at: null }, addOperations: [record()] })
      await desk.plan('marked', { row: { next_at: null, source_digest: null } })
      await desk.plan('failed', { failure: {} })
      await desk.plan('timed', { row: { next_at: desk.clock.now() + 5 } })
      expect(await desk.ledger.releasePlanned('lang-son', SOURCE)).toBe(0)
      expect(await desk.ledger.releasePlanned(TENANT, SOURCE)).toBe(1)
      expect(await namesOfDue(desk)).toEqual(['planned'])
      expect(await desk.row('planned')).toMatchObject({ next_at: desk.clock.now(), revision: 2 })
      expect(await desk.row('timed')).toMatchObject({ revision: 1 })
    })

    test('waiting dossiers and those in one state are counted', async () => {
      const desk = await openDesk(open)
      await desk.plan('1')
      await desk.plan('2', { row: { next_at: null } })
      await desk.plan('3', { failure: {} })
      expect(await desk.ledger.countPending(TENANT)).toBe(1)
      expect(await desk.ledger.countState(TENANT, 'pending')).toBe(2)
      expect(await desk.ledger.countState(TENANT, 'failed')).toBe(1)
      expect(await desk.ledger.countState('lang-son', 'failed')).toBe(0)
    })
  })

  describe('a clock that was set back', () => {
    test('leaves of every wait what was left of it, and tells whoever read the row before', async () => {
      const desk = await openDesk(open)
      const start = desk.clock.now()
      await desk.plan('waiting', { row: { next_at: start + 30_000 } })
      await desk.plan('due', { row: { next_at: start } })
      await desk.plan('resting', { row: { next_at: null } })
      const read = await desk.row('waiting')
      desk.clock.advance(-3_600_000)
      await desk.ledger.followClock('lang-son')
      expect(await desk.row('waiting')).toEqual(read)
      await desk.ledger.followClock(TENANT)
      expect(await desk.row('waiting')).toMatchObject({
        next_at: desk.clock.now() + 30_000,
        updated_at: desk.clock.now(),
        revision: read.revision + 1,
      })
      expect(await desk.row('due')).toMatchObject({ next_at: desk.clock.now() })
      expect(await desk.row('resting')).toMatchObject({ revision: 1, updated_at: start })
      expect(await desk.ledger.settle(read, settlement())).toBe('stale')
    })

    test('takes no dossier from its sender: the answer to a request that is leaving is still written', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [step('a')] })
      const leaving = await desk.send('1')
      desk.clock.advance(-3_600_000)
      await desk.ledger.followClock(TENANT)
      expect(await desk.ledger.settle(leaving.row, settlement({ done: leaving.operations }))).toBe('settled')
      expect(await desk.operations('1')).toEqual([])
    })

    test('changes nothing while it goes on', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { row: { next_at: desk.clock.now() + 30_000 } })
      const before = await desk.dump()
      desk.clock.advance(1000)
      await desk.ledger.followClock(TENANT)
      expect(await desk.dump()).toEqual(before)
    })
  })
}
