import { describe, expect, test } from 'vitest'
import { type OpenLedger, openDesk, record, SOURCE, settlement, step, TENANT } from './desk.js'

export function describePlanning(open: OpenLedger): void {
  describe('one batch', () => {
    test('is written as a whole: versions, operations in their order, findings, facts, counters and the cursor', async () => {
      const desk = await openDesk(open)
      const fact = { tenant: TENANT, source: SOURCE, source_id: '1', origin: 'online', status_history: '[]', flags: '{}', updated_at: 1, status: 4 }
      const first = await desk.version('1', { addOperations: [record(), step('a'), step('b')], facts: fact })
      const second = await desk.version('2', { failure: { cause: 'rule-1' } })
      const batch = await desk.batch([first, second], { seen: 5, unchanged: 3, cursor: '{"read":5}' })
      expect(await desk.ledger.commitBatch(batch)).toBe('committed')

      expect(await desk.row('1')).toEqual(first.row)
      expect(await desk.ledger.savedCursor(TENANT, SOURCE)).toEqual({ read: 5 })
      expect(await desk.ledger.savedCursor('lang-son', SOURCE)).toBeNull()
      expect(await desk.operations('1')).toMatchObject([
        { kind: 'record', digest: 'record-1', state: 'pending', attempts: 0, deadline: null, maybe_doubled: 0, created_at: desk.clock.now() },
        { kind: 'step', digest: 'a', sealed: Buffer.from('sealed a').toString('base64') },
        { kind: 'step', digest: 'b', sealed: Buffer.from('sealed b').toString('base64') },
      ])
      const { failures, facts } = await desk.dump()
      expect(failures).toMatchObject([{ source_id: '2', cause: 'rule-1', times: 1, first_at: desk.clock.now(), last_at: desk.clock.now() }])
      expect(facts).toMatchObject([{ source_id: '1', origin: 'online', status: 4, fee_total: null }])
      expect(await desk.ledger.runCounters(TENANT, desk.run)).toMatchObject({ seen: 5, unchanged: 3, pending: 1, failed: 1, superseded: 0 })
    })

    test('of more dossiers than one statement takes is written whole and in order', async () => {
      const desk = await openDesk(open)
      const ids = Array.from({ length: 75 }, (_, index) => `uid-${index}`)
      const versions = await Promise.all(ids.map((id) => desk.version(id, { addOperations: [record(`record of ${id}`), step(`step of ${id}`)] })))
      await desk.ledger.commitBatch(await desk.batch(versions))
      const { operations, dossiers } = await desk.dump()
      expect(dossiers).toHaveLength(75)
      expect(operations.toSorted((a, b) => Number(a.id) - Number(b.id)).map(({ digest }) => digest)).toEqual(
        ids.flatMap((id) => [`record of ${id}`, `step of ${id}`]),
      )
    })

    test('makes links to files, forgets those of files that are named no more, and leaves alone what it tells nothing of', async () => {
      const desk = await openDesk(open)
      const link = (token_digest: string, list: 'documents' | 'results', text = token_digest) => ({ token_digest, list, sealed: Buffer.from(text) })
      const planned = async (
        id: string,
        told: readonly ('documents' | 'results')[],
        links: readonly ReturnType<typeof link>[],
        older: string[] = [],
      ) =>
        desk.plan(id, {
          files: { source_id: id, told, links, olderLinks: older.map((token_digest) => ({ token_digest, list: 'results' as const })) },
        })
      const links = async () => (await desk.dump()).fileLinks.map(({ source_id, list, token_digest }) => `${source_id} ${list} ${token_digest}`)

      const first = desk.clock.now()
      await planned('1', ['documents', 'results'], [link('a', 'documents'), link('a', 'results'), link('b', 'results')])
      await planned('2', ['results'], [link('c', 'results')])
      expect((await links()).sort()).toEqual(['1 documents a', '1 results a', '1 results b', '2 results c'])
      // Nothing told of files: all stay. Told of one list: the other stays.
      await desk.plan('1')
      desk.clock.advance(1000)
      await planned('1', ['results'], [link('b', 'results', 'renamed')])
      expect((await links()).sort()).toEqual(['1 documents a', '1 results b', '2 results c'])
      expect((await desk.dump()).fileLinks.find(({ token_digest }) => token_digest === 'b')).toMatchObject({
        planned_at: first,
        sealed: Buffer.from('renamed').toString('base64'),
      })
      // The same file under another key: both links are good.
      await planned('1', ['results'], [link('b2', 'results')], ['b'])
      expect((await links()).sort()).toEqual(['1 documents a', '1 results b', '1 results b2', '2 results c'])
      await planned('1', ['documents', 'results'], [])
      expect(await links()).toEqual(['2 results c'])
      // Refreshed ones, which get no version.
      const files = [{ source_id: '2', told: ['results'] as const, links: [link('d', 'results')], olderLinks: [] }]
      await desk.ledger.commitBatch(await desk.batch([], { files }))
      expect(await links()).toEqual(['2 results d'])
    })

    test('leaves the cursor where it is when it brings none', async () => {
      const desk = await openDesk(open)
      await desk.ledger.commitBatch(await desk.batch([], { cursor: '7' }))
      await desk.ledger.commitBatch(await desk.batch([], { cursor: null }))
      expect(await desk.ledger.savedCursor(TENANT, SOURCE)).toBe(7)
    })

    test('keeps what the target told, and the shard, when a newer version is read', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { row: { shard: 3 } })
      const told = { sent_code: 'code', presence: 'present', wire_digest: 'wire', confirmed_versions: 1 } as const
      await desk.ledger.settle(await desk.row('1'), settlement({ dossier: told }))
      await desk.plan('1', { row: { shard: 9, priority: 1, known_steps: '["a"]' } })
      expect(await desk.row('1')).toMatchObject({ ...told, shard: 3, priority: 1, known_steps: '["a"]', version: 2, revision: 3 })
    })

    test('a version leaves the bucket of the one before, in the run that read that one', async () => {
      const desk = await openDesk(open)
      await desk.plan('1')
      const later = await desk.ledger.startRun(TENANT, SOURCE)
      const before = { run: desk.run, bucket: 'pending' } as const
      const version = await desk.version('1', { row: { version_run: later, state: 'skipped', reason: 'copy' }, before })
      await desk.ledger.commitBatch(await desk.batch([version], { run: later }))
      expect(await desk.ledger.runCounters(TENANT, desk.run)).toMatchObject({ seen: 1, pending: 0, superseded: 1 })
      expect(await desk.ledger.runCounters(TENANT, later)).toMatchObject({ seen: 1, skipped: 1, superseded: 0 })
    })

    test('a finding that is there again keeps its first day; one that is gone is forgotten', async () => {
      const desk = await openDesk(open)
      const first = desk.clock.now()
      await desk.plan('1', { failure: { cause: 'rule-1', place: 'here' } })
      desk.clock.advance(1000)
      await desk.plan('1', { failure: { cause: 'rule-2', place: 'there' } })
      expect((await desk.dump()).failures).toMatchObject([{ cause: 'rule-2', place: 'there', first_at: first, last_at: first + 1000, times: 2 }])
      await desk.plan('1')
      expect((await desk.dump()).failures).toEqual([])
    })

    test('a record that waits takes the newer dossier and keeps its place', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record('old'), step('a')] })
      const [waiting] = await desk.operations('1')
      const id = Number(waiting?.id)
      await desk.ledger.settle(await desk.row('1'), settlement({ changed: [{ id, attempts: 4 }] }))
      await desk.plan('1', { replaceRecord: { id, digest: 'new', payload: Buffer.from('newer') } })
      expect(await desk.operations('1')).toMatchObject([
        { id, digest: 'new', attempts: 0, sealed: Buffer.from('newer').toString('base64') },
        { kind: 'step', digest: 'a' },
      ])
    })

    test('a record that is not needed any more is taken out; steps stay', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record(), step('a')] })
      const [waiting] = await desk.operations('1')
      await desk.plan('1', { removeRecord: Number(waiting?.id) })
      expect(await desk.operations('1')).toMatchObject([{ kind: 'step', digest: 'a' }])
    })

    test('a new version restarts what had failed, and nothing that is held', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record(), step('a'), step('b')] })
      const [one, two, three] = (await desk.operations('1')).map(({ id }) => Number(id))
      const changed = [
        { id: one!, state: 'failed', attempts: 3 },
        { id: two!, state: 'held', attempts: 3 },
        { id: three!, attempts: 3 },
      ] as const
      await desk.ledger.settle(await desk.row('1'), settlement({ changed }))
      await desk.plan('1', { restart: true })
      expect(await desk.operations('1')).toMatchObject([
        { state: 'pending', attempts: 0 },
        { state: 'held', attempts: 3 },
        { state: 'pending', attempts: 3 },
      ])
    })

    test('rows seen again with the same bytes get new marks and nothing else', async () => {
      const desk = await openDesk(open)
      await desk.plan('1', { row: { state: 'confirmed' } })
      const before = await desk.row('1')
      const refreshed = { sourceIds: ['1'], epoch: 'epoch-2' }
      await desk.ledger.commitBatch(await desk.batch([], { seen: 1, unchanged: 1, refreshed }))
      expect(await desk.row('1')).toEqual({ ...before, epoch: 'epoch-2' })
    })

    const changesMeanwhile = {
      'was written since it was read': async (desk) => {
        await desk.ledger.settle(await desk.row('1'), settlement())
      },
      'has a request that is leaving': async (desk) => {
        await desk.send('1')
      },
    } satisfies Record<string, (desk: Awaited<ReturnType<typeof openDesk>>) => Promise<void>>

    test.each(Object.entries(changesMeanwhile))('writes nothing at all when one of its dossiers %s', async (_what, change) => {
      const desk = await openDesk(open)
      await desk.plan('1', { addOperations: [record()] })
      const versions = [await desk.version('new', { addOperations: [step('a')] }), await desk.version('1', { failure: {} })]
      const batch = await desk.batch(versions, { cursor: '9' })
      await change(desk)
      const before = await desk.dump()
      expect(await desk.ledger.commitBatch(batch)).toBe('stale')
      expect(await desk.dump()).toEqual(before)
    })

    test('is stale when a dossier that was new is known by now, or a known one was forgotten', async () => {
      const desk = await openDesk(open)
      const batch = await desk.batch([await desk.version('?1', { failure: {} })])
      await desk.ledger.commitBatch(batch)
      expect(await desk.ledger.commitBatch(batch)).toBe('stale')
      const again = await desk.batch([await desk.version('?1', { failure: {} })])
      await desk.ledger.forgetUnreadable(TENANT, SOURCE, new Set(['?1']))
      expect(await desk.ledger.commitBatch(again)).toBe('stale')
    })

    test('of two made from the same rows at the same time one is written', async () => {
      const desk = await openDesk(open)
      await desk.plan('1')
      const batch = await desk.batch([await desk.version('1', { addOperations: [step('a')] })])
      const written = await Promise.all([desk.ledger.commitBatch(batch), desk.ledger.commitBatch(batch)])
      expect(written.sort()).toEqual(['committed', 'stale'])
      expect(await desk.operations('1')).toHaveLength(1)
    })
  })
}
