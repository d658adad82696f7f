import { describe, expect, test } from 'vitest'
import { type Desk, type OpenLedger, openDesk, record, refusal, settlement, step, TENANT } from './desk.js'

export function describeFailures(open: OpenLedger): void {
  /** Refused by the target, with a step that waits behind. */
  const refused = async (desk: Desk, id: string, cause = 'portal.rejected') => {
    await desk.plan(id, { addOperations: [record(), step('a')] })
    const [first] = await desk.operations(id)
    await desk.ledger.settle(
      await desk.row(id),
      settlement({
        dossier: { state: 'failed', reason: cause, next_at: null },
        changed: [{ id: Number(first?.id), state: 'failed', attempts: 3 }],
        failure: { ...refusal, cause },
        moved: { from: 'pending', to: 'failed' },
      }),
    )
  }

  describe('failures that are tried again', () => {
    test('wait again with all their operations, and tell whoever read them before', async () => {
      const desk = await openDesk(open)
      await refused(desk, '1')
      const read = await desk.row('1')
      desk.clock.advance(10)
      expect(await desk.ledger.retryFailures(TENANT, {})).toBe(1)
      const now = desk.clock.now()
      expect(await desk.row('1')).toEqual({ ...read, state: 'pending', reason: null, next_at: now, updated_at: now, revision: read.revision + 1 })
      expect(await desk.operations('1')).toMatchObject([
        { state: 'pending', attempts: 0, deadline: null },
        { state: 'pending', attempts: 0 },
      ])
      expect((await desk.dump()).failures).toEqual([])
      expect(await desk.ledger.runCounters(TENANT, desk.run)).toMatchObject({ pending: 1, failed: 0 })
      expect(await desk.ledger.retryFailures(TENANT, {})).toBe(0)
    })

    test('are read again when there is nothing of them to send', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { failure: {} })
      expect(await desk.ledger.retryFailures(TENANT, {})).toBe(1)
      expect(await desk.row('1')).toMatchObject({ state: 'failed', source_digest: null, next_at: null, revision: 2 })
      expect((await desk.dump()).failures).toHaveLength(1)
    })

    test('are read again when mapping failed, since what waits may be of an older version', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record()], failure: { stage: 'map' } })
      await desk.ledger.retryFailures(TENANT, { stage: 'map' })
      expect(await desk.row('1')).toMatchObject({ state: 'pending', source_digest: null, next_at: desk.clock.now() })
    })

    test('are chosen by cause, by code or by stage', async () => {
      const desk = await openDesk(open)
      await refused(desk, '1', 'cause-1')
      await refused(desk, '2', 'cause-2')
      await desk.plan('3', { failure: { cause: 'cause-1', stage: 'map' } })
      expect(await desk.ledger.retryFailures('lang-son', {})).toBe(0)
      expect(await desk.ledger.retryFailures(TENANT, { cause: 'cause-9' })).toBe(0)
      expect(await desk.ledger.retryFailures(TENANT, { cause: 'cause-1', stage: 'send' })).toBe(1)
      expect(await desk.row('1')).toMatchObject({ state: 'pending' })
      expect(await desk.ledger.retryFailures(TENANT, { localCode: 'local-2' })).toBe(1)
      expect(await desk.row('2')).toMatchObject({ state: 'pending' })
      expect(await desk.row('3')).toMatchObject({ state: 'failed', revision: 1 })
    })

    test('are left to their senders while a request of them is leaving', async () => {
      const desk = await openDesk(open)
      await refused(desk, '1')
      const { row, operations } = await desk.send('1')
      const before = await desk.dump()
      expect(await desk.ledger.retryFailures(TENANT, {})).toBe(0)
      expect(await desk.dump()).toEqual(before)
      expect(await desk.ledger.settle(row, settlement({ done: operations }))).toBe('settled')
    })

    test('a skipped dossier stays skipped; what is left of an earlier version goes', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { row: { state: 'skipped', reason: 'copy' }, addOperations: [step('a')] })
      await desk.ledger.settle(await desk.row('1'), settlement({ failure: refusal }))
      await desk.ledger.retryFailures(TENANT, {})
      expect(await desk.row('1')).toMatchObject({ state: 'skipped', reason: 'copy', next_at: desk.clock.now(), source_digest: 'digest-1' })
      expect(await desk.ledger.runCounters(TENANT, desk.run)).toMatchObject({ skipped: 1, pending: 0 })
    })
  })
}
