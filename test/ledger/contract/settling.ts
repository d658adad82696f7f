import { describe, expect, test } from 'vitest'
import { confirmed, journalEntry, type OpenLedger, openDesk, record, refusal, SOURCE, settlement, step, TENANT } from './desk.js'

export function describeSettling(open: OpenLedger): void {
  describe('a request that leaves', () => {
    test('is marked with its deadline, and its code stays linked to the dossier', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record(), step('a')] })
      const [first] = await desk.operations('1')
      const row = await desk.row('1')
      const leaving = { row, operations: [Number(first?.id)], code: 'code-1', deadline: 77 }
      expect(await desk.ledger.markSending([leaving])).toEqual(new Set([leaving]))
      expect(await desk.operations('1')).toMatchObject([
        { state: 'sending', deadline: 77 },
        { state: 'pending', deadline: null },
      ])
      expect((await desk.dump()).codeLinks).toEqual([
        { tenant: TENANT, source: SOURCE, source_id: '1', code: 'code-1', first_sent_at: desk.clock.now() },
      ])
      expect(await desk.row('1')).toEqual(row)
      desk.clock.advance(10)
      await desk.ledger.markSending([leaving])
      expect((await desk.dump()).codeLinks).toMatchObject([{ first_sent_at: desk.clock.now() - 10 }])
    })

    test('is not marked when somebody wrote its dossier since; others of the same call are', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record()] })
      await desk.plan('2', { addOperations: [record()] })
      const [one, two] = [await desk.row('1'), await desk.row('2')]
      const ids = [...(await desk.operations('1')), ...(await desk.operations('2'))].map(({ id }) => Number(id))
      await desk.plan('1')
      const old = { row: one, operations: [ids[0]!], code: 'code-1', deadline: 5 }
      const good = { row: two, operations: [ids[1]!], code: 'code-2', deadline: 5 }
      expect(await desk.ledger.markSending([old, good])).toEqual(new Set([good]))
      expect(await desk.operations('1')).toMatchObject([{ state: 'pending' }])
      expect(await desk.operations('2')).toMatchObject([{ state: 'sending' }])
      expect((await desk.dump()).codeLinks).toMatchObject([{ code: 'code-2' }])
      expect(await desk.ledger.markSending([])).toEqual(new Set())
    })

    test('is not marked when one of its operations was confirmed meanwhile, nor are its others', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [step('a'), step('b')] })
      const [one, two] = (await desk.operations('1')).map(({ id }) => Number(id))
      await desk.ledger.settle(await desk.row('1'), settlement({ done: [two!] }))
      const leaving = { row: await desk.row('1'), operations: [one!, two!], code: 'code-1', deadline: 5 }
      expect(await desk.ledger.markSending([leaving])).toEqual(new Set())
      expect(await desk.operations('1')).toMatchObject([{ id: one, state: 'pending', deadline: null }])
      expect((await desk.dump()).codeLinks).toEqual([])
    })

    test('waits again when it never left; its code stays linked', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record()] })
      await desk.ledger.unmarkSending([await desk.send('1')])
      await desk.ledger.unmarkSending([])
      expect(await desk.operations('1')).toMatchObject([{ state: 'pending', deadline: null }])
      expect((await desk.dump()).codeLinks).toMatchObject([{ code: 'code-1' }])
      expect(await desk.ledger.orphanedOperations(TENANT)).toEqual([])
    })

    test('is found by whoever comes after a crash, with what it carried, by shard', async () => {
      const desk = await openDesk(open)
      for (const [id, shard] of [
        ['1', 1],
        ['2', 2],
        ['3', 1],
      ] as const) {
        await desk.plan(id, { row: { shard }, addOperations: [record(`record of ${id}`), step(`step of ${id}`)] })
        const operations = (await desk.operations(id)).map((operation) => Number(operation.id))
        if (id !== '3') await desk.send(id, { operations: operations.slice(0, 1), deadline: 42 })
      }
      const found = await desk.ledger.orphanedOperations(TENANT)
      expect(found).toMatchObject([
        { source_id: '1', digest: 'record of 1', state: 'sending', deadline: 42 },
        { source_id: '2', digest: 'record of 2', state: 'sending', deadline: 42 },
      ])
      expect(Buffer.from(found[0]?.sealed ?? []).toString()).toBe('sealed record of 1')
      expect(await desk.ledger.orphanedOperations(TENANT, 2)).toMatchObject([{ source_id: '2' }])
      expect(await desk.ledger.orphanedOperations(TENANT, 3)).toEqual([])
      expect(await desk.ledger.orphanedOperations('lang-son')).toEqual([])
    })
  })

  describe('an answer', () => {
    test('changes row, operations, journal and counters together', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record()] })
      const { row, operations } = await desk.send('1')
      desk.clock.advance(7)
      expect(await desk.ledger.settle(row, { ...confirmed(operations), journal: journalEntry })).toBe('settled')
      expect(await desk.row('1')).toEqual({
        ...row,
        ...{
          state: 'confirmed',
          next_at: null,
          presence: 'present',
          confirmed_versions: 1,
          revision: row.revision + 1,
          updated_at: desk.clock.now(),
        },
      })
      const { journal } = await desk.dump()
      expect(await desk.operations('1')).toEqual([])
      expect(journal).toMatchObject([{ tenant: TENANT, source: SOURCE, source_id: '1', ...journalEntry }])
      expect(await desk.ledger.runCounters(TENANT, desk.run)).toMatchObject({ seen: 1, pending: 0, created: 1 })
    })

    test('writes what the sender knows of the row, also where the settlement does not say it', async () => {
      const desk = await openDesk(open)
      await desk.plan('1')
      await desk.ledger.settle({ ...(await desk.row('1')), sent_code: 'code', presence: 'maybe' }, settlement({ dossier: { wire_digest: 'wire' } }))
      expect(await desk.row('1')).toMatchObject({ sent_code: 'code', presence: 'maybe', wire_digest: 'wire' })
    })

    test('ends the deadlines of what it changes and leaves other operations alone', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [step('a'), step('b')] })
      const { row, operations } = await desk.send('1')
      await desk.ledger.settle(row, settlement({ changed: [{ id: operations[0]!, state: 'held', attempts: 2, maybe_doubled: 1 }] }))
      expect(await desk.operations('1')).toMatchObject([
        { state: 'held', attempts: 2, maybe_doubled: 1, deadline: null },
        { state: 'sending', attempts: 0, maybe_doubled: 0 },
      ])
    })

    test('a refusal is kept with its first day, and forgotten when the version leaves the failed ones', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record()] })
      const failed = settlement({ dossier: { state: 'failed', next_at: null }, failure: refusal, moved: { from: 'pending', to: 'failed' } })
      await desk.ledger.settle(await desk.row('1'), failed)
      const first = desk.clock.now()
      desk.clock.advance(5)
      await desk.ledger.settle(await desk.row('1'), { ...failed, moved: undefined })
      expect((await desk.dump()).failures).toMatchObject([{ ...refusal, source_id: '1', first_at: first, last_at: first + 5, times: 2 }])
      await desk.ledger.settle(await desk.row('1'), settlement({ dossier: { state: 'pending' }, moved: { from: 'failed', to: 'pending' } }))
      expect((await desk.dump()).failures).toEqual([])
      expect(await desk.ledger.runCounters(TENANT, desk.run)).toMatchObject({ pending: 1, failed: 0 })
    })

    test('can have a dossier read again; otherwise its digest stays', async () => {
      const desk = await openDesk(open)
      await desk.plan('1')
      await desk.ledger.settle(await desk.row('1'), settlement({ dossier: { reason: 'x' } }))
      expect((await desk.row('1')).source_digest).toBe('digest-1')
      await desk.ledger.settle(await desk.row('1'), settlement({ dossier: { source_digest: null } }))
      expect((await desk.row('1')).source_digest).toBeNull()
    })

    test('of whoever read the row before somebody else wrote it writes nothing', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record()] })
      const row = await desk.row('1')
      const [operation] = await desk.operations('1')
      await desk.plan('1')
      const before = await desk.dump()
      const late = { ...confirmed([Number(operation?.id)]), journal: journalEntry, failure: refusal }
      expect(await desk.ledger.settle(row, late)).toBe('stale')
      expect(await desk.ledger.settle({ ...row, source_id: 'never seen' }, late)).toBe('stale')
      expect(await desk.dump()).toEqual(before)
    })

    test('that is in no hurry is there after a flush', async () => {
      const desk = await openDesk(open)
      await desk.plan('1')
      const settled = desk.ledger.settle(await desk.row('1'), settlement({ dossier: { reason: 'later' } }), 'later')
      desk.ledger.flush()
      expect(await settled).toBe('settled')
      expect(await desk.row('1')).toMatchObject({ reason: 'later', revision: 2 })
    })

    test('that is in no hurry is written before what is asked for after it', async () => {
      const desk = await openDesk(open)
      await desk.plan('1')
      const settled = desk.ledger.settle(await desk.row('1'), settlement({ dossier: { reason: 'later' } }), 'later')
      await desk.ledger.keepNote('some/note', 'now')
      expect(await settled).toBe('settled')
      expect(await desk.row('1')).toMatchObject({ reason: 'later' })
    })

    test('that is in no hurry goes without being asked when many are', async () => {
      const desk = await openDesk(open)
      const ids = Array.from({ length: 256 }, (_, index) => `uid-${index}`)
      await desk.ledger.commitBatch(await desk.batch(await Promise.all(ids.map((id) => desk.version(id)))))
      const rows = await Promise.all(ids.map((id) => desk.row(id)))
      const settled = await Promise.all(rows.map((row) => desk.ledger.settle(row, settlement(), 'later')))
      expect(new Set(settled)).toEqual(new Set(['settled']))
    })

    test('follows another of the same dossier; of two made from one revision the second is stale', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [step('a'), step('b')] })
      const row = await desk.row('1')
      const [one, two] = (await desk.operations('1')).map(({ id }) => Number(id))
      const answers = [
        desk.ledger.settle(row, settlement({ done: [one!], journal: journalEntry }), 'later'),
        desk.ledger.settle({ ...row, revision: row.revision + 1 }, settlement({ done: [two!], journal: journalEntry })),
        desk.ledger.settle(row, settlement({ journal: journalEntry }), 'later'),
      ]
      desk.ledger.flush()
      expect(await Promise.all(answers)).toEqual(['settled', 'settled', 'stale'])
      expect((await desk.row('1')).revision).toBe(row.revision + 2)
      expect((await desk.dump()).journal).toHaveLength(2)
    })

    test('and the next request of the same dossier, asked for in one go, follow each other', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record(), step('a')] })
      const row = await desk.row('1')
      const [one, two] = (await desk.operations('1')).map(({ id }) => Number(id))
      const settled = desk.ledger.settle(row, settlement({ done: [one!] }), 'later')
      const leaving = { row: { ...row, revision: row.revision + 1 }, operations: [two!], code: 'code', deadline: 9 }
      const marked = desk.ledger.markSending([leaving])
      expect(await marked).toEqual(new Set([leaving]))
      expect(await settled).toBe('settled')
      expect(await desk.operations('1')).toMatchObject([{ id: two, state: 'sending', deadline: 9 }])
    })

    test('leaves nothing of a confirmed operation behind that a sweep would miss', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record(), step('a')] })
      const [one] = (await desk.operations('1')).map(({ id }) => Number(id))
      await desk.ledger.settle(await desk.row('1'), settlement({ done: [one!] }))
      await desk.ledger.sweepPayloads()
      expect(await desk.operations('1')).toMatchObject([{ digest: 'a', sealed: Buffer.from('sealed a').toString('base64') }])
    })
  })
}
