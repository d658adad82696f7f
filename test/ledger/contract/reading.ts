import { describe, expect, test } from 'vitest'
import { unreadableId } from '../../../src/ledger/index.js'
import { all, type OpenLedger, openDesk, record, SOURCE, step, TENANT } from './desk.js'

export function describeReading(open: OpenLedger): void {
  describe('what was read', () => {
    test('a digest is news until a dossier of this source has it under this epoch', async () => {
      const { ledger, plan } = await openDesk(open)
      await plan('1')
      const asked = ['digest-1', 'digest-2', 'digest-2']
      expect(await ledger.newDigests(TENANT, SOURCE, 'epoch-1', asked)).toEqual(new Set(['digest-2']))
      expect(await ledger.newDigests(TENANT, SOURCE, 'epoch-2', asked)).toEqual(new Set(['digest-1', 'digest-2']))
      expect(await ledger.newDigests(TENANT, 'elsewhere', 'epoch-1', asked)).toEqual(new Set(['digest-1', 'digest-2']))
      expect(await ledger.newDigests('lang-son', SOURCE, 'epoch-1', asked)).toEqual(new Set(['digest-1', 'digest-2']))
      expect(await ledger.newDigests(TENANT, SOURCE, 'epoch-1', [])).toEqual(new Set())
    })

    test('a known dossier comes with what waits for it', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record(), step('a'), step('b')] })
      await desk.plan('2', { row: { state: 'confirmed' } })
      const known = await desk.ledger.knownDossiers(TENANT, SOURCE, ['1', '2', '3'])
      const [first] = await desk.operations('1')
      expect([...known.keys()].sort()).toEqual(['1', '2'])
      expect(known.get('1')).toEqual({
        row: await desk.row('1'),
        recordOperation: { id: first?.id, state: 'pending' },
        pendingOperations: 3,
        held: false,
        sending: false,
      })
      expect(known.get('2')).toMatchObject({ recordOperation: undefined, pendingOperations: 0 })
    })

    test('a known dossier tells that a step is held and that a request is leaving', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record(), step('a')] })
      const [first, second] = (await desk.operations('1')).map(({ id }) => Number(id))
      const row = await desk.row('1')
      await desk.ledger.settle(row, {
        dossier: {},
        done: [],
        changed: [{ id: second!, state: 'held' }],
        journal: undefined,
        failure: undefined,
        moved: undefined,
      })
      await desk.send('1', { operations: [first!] })
      expect((await desk.ledger.knownDossiers(TENANT, SOURCE, ['1'])).get('1')).toMatchObject({
        held: true,
        sending: true,
        recordOperation: { state: 'sending' },
      })
    })

    test('what is handed out is nobody else’s: changing it changes nothing here', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [step('a')] })
      const before = await desk.dump()
      const [due] = await desk.ledger.dueDossiers(TENANT, { limit: 1, busy: new Set() })
      Object.assign(due!.row, { state: 'failed', revision: 99 })
      Object.assign(due!.operations[0]!, { maybe_doubled: 1 })
      Object.assign(await desk.row('1'), { state: 'failed' })
      expect(await desk.dump()).toEqual(before)
    })

    test('open, lately closed, failed and marked dossiers are read again, each once', async () => {
      const { ledger, plan } = await openDesk(open)
      const done = { state: 'confirmed', open: 0 } as const
      await plan('open')
      await plan('closed-lately', { row: { ...done, closed_at: 100 } })
      await plan('closed-long-ago', { row: { ...done, closed_at: 99 } })
      await plan('closed-and-failed', { row: { open: 0, closed_at: 1 }, failure: {} })
      await plan('marked', { row: { ...done, closed_at: 1, source_digest: null } })
      const found = await all(ledger.openDossiers(TENANT, SOURCE, 100))
      expect(found.map(({ source_id }) => source_id).sort()).toEqual(['closed-and-failed', 'closed-lately', 'marked', 'open'])
      expect(await all(ledger.openDossiers(TENANT, 'elsewhere', 100))).toEqual([])
    })

    test('however many dossiers are open, each is read again once, while others are written', async () => {
      const desk = await openDesk(open)
      const ids = Array.from({ length: 1203 }, (_, index) => `uid-${index}`)
      const versions = await Promise.all(ids.map((id) => desk.version(id)))
      await desk.ledger.commitBatch(await desk.batch(versions))
      const found: string[] = []
      for await (const { source_id } of desk.ledger.openDossiers(TENANT, SOURCE, 0)) {
        found.push(source_id)
        if (found.length === 700) await desk.plan(found[0]!)
      }
      expect(found.toSorted()).toEqual(ids.toSorted())
    })

    test('records that cannot be read are told from all others, and forgotten with their failures', async () => {
      const desk = await openDesk(open)
      const unreadable = [unreadableId('a'), unreadableId('')]
      for (const id of [...unreadable, '>a', '@a', 'a?', 'A', 'đ', 'ế', '0']) await desk.plan(id, { failure: {} })
      expect(await desk.ledger.unreadableIds(TENANT, SOURCE)).toEqual(new Set(unreadable))
      expect(await desk.ledger.unreadableIds(TENANT, 'elsewhere')).toEqual(new Set())

      await desk.ledger.forgetUnreadable(TENANT, SOURCE, new Set([unreadable[0]!, unreadableId('never seen')]))
      expect(await desk.ledger.unreadableIds(TENANT, SOURCE)).toEqual(new Set([unreadable[1]]))
      expect((await desk.dump()).failures.map(({ source_id }) => source_id)).not.toContain(unreadable[0])
      expect(await desk.ledger.runCounters(TENANT, desk.run)).toMatchObject({ seen: 9, failed: 8, superseded: 1 })
    })

    test('runs are counted from their start to their end, each tenant’s its own', async () => {
      const { ledger, run, clock, dump } = await openDesk(open)
      const second = await ledger.startRun('lang-son', SOURCE)
      expect(second).toBeGreaterThan(run)
      clock.advance(5)
      await ledger.endRun('lang-son', run, 'done')
      await ledger.endRun(TENANT, run, 'incomplete')
      const started = clock.now() - 5
      expect((await dump()).runs).toMatchObject([
        { id: run, tenant: TENANT, source: SOURCE, started_at: started, ended_at: clock.now(), outcome: 'incomplete', seen: 0 },
        { id: second, ended_at: null, outcome: 'running' },
      ])
      await expect(ledger.runCounters('lang-son', run)).rejects.toThrow()
    })
  })
}
