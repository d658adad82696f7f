/**
 * Mistakes that an engine like ours has been seen to make, one at a time: each is built into a part that the engine is given. A simulation
 * that does not find them proves nothing.
 */
import { isLienthongError } from '../../src/base/index.js'
import type { PlannedBatch } from '../../src/ledger/index.js'
import type { WriteOutcome } from '../../src/sync/index.js'
import { gatesOfThisProcess } from '../../src/transport/index.js'
import type { PaperPortal, PaperRecord } from '../sync/paper-portal.js'
import type { Mutation } from './cluster.js'

export const mutations: Readonly<Record<string, Mutation>> = {
  'the cursor is committed before the operations': {
    ledger: (ledger) => ({
      ...ledger,
      async commitBatch(batch) {
        await ledger.commitBatch(nothingOf(batch))
        return ledger.commitBatch(batch)
      },
    }),
  },
  'the source’s fingerprint is committed before the operations': {
    ledger: (ledger) => ({
      ...ledger,
      async commitBatch(batch) {
        const versions = batch.versions.map((version) => ({ ...version, addOperations: [] }))
        if ((await ledger.commitBatch({ ...batch, versions, cursor: null })) === 'stale') return 'stale'
        return ledger.commitBatch(again(batch))
      },
    }),
  },
  'an unknown create is treated as a failure': { target: answering('create', 'rejected') },
  'an unknown create is treated as a success': { target: answering('create', 'accepted') },
  'an unknown update is treated as a success': { target: answering('update', 'accepted') },
  'steps are sent before their dossier': {
    ledger: (ledger) => ({
      ...ledger,
      async dueDossiers(...asked) {
        const due = await ledger.dueDossiers(...asked)
        return due.map(({ row, operations }) => ({
          row: { ...row, presence: 'present' as const, sent_code: row.sent_code ?? row.local_code },
          operations: operations.toSorted((a, b) => (a.kind === b.kind ? 0 : a.kind === 'step' ? -1 : 1)),
        }))
      },
    }),
  },
  'a change is called confirmed before the portal has answered': {
    target: (portal) =>
      derived(portal, {
        async submit(record, how) {
          portal.submit(record, how).catch(() => {})
          return { outcome: 'accepted', answer: { code: null, message: null, raw: '' } }
        },
      }),
  },
  'a refused batch is treated as a success': {
    target: (portal) =>
      derived(portal, {
        async submitMany(records, how) {
          const answered = await portal.submitMany?.(records, how)
          return { outcome: 'accepted', answer: answered?.answer ?? { code: null, message: null, raw: '' } }
        },
      }),
  },
  'a partial read is taken as complete': {
    source: (source) => ({
      ...source,
      async *changes(cursor, options) {
        try {
          for await (const batch of source.changes(cursor, options)) yield batch
        } catch (error) {
          if (!isLienthongError(error)) throw error
          yield { items: [], cursor: { read: Number.MAX_SAFE_INTEGER }, end: 'complete' }
        }
      },
    }),
  },
  'no epoch is checked: whoever lost a shard goes on writing': {
    leases: (leases, unfenced) => ({
      ...leases,
      async take(...asked) {
        const lease = await leases.take(...asked)
        return lease && { ...lease, ledger: unfenced(), renew: async () => {} }
      },
    }),
  },
  'the deadline of a request that may be on its way is ignored': {
    ledger: (ledger) => ({
      ...ledger,
      orphanedOperations: async (...asked) => (await ledger.orphanedOperations(...asked)).map((operation) => ({ ...operation, deadline: null })),
    }),
  },
  'the budget is not shared': { gates: () => gatesOfThisProcess() },
  'a slice is acknowledged before its commits': {
    ledger: (ledger) => ({
      ...ledger,
      async settle(row, settlement) {
        ledger.settle(row, settlement, 'now').catch(() => {})
        return 'settled'
      },
    }),
  },
}

/** The cursor of a batch, and nothing else of it. */
function nothingOf(batch: PlannedBatch): PlannedBatch {
  return { ...batch, seen: 0, unchanged: 0, versions: [], revisions: new Map(), refreshed: { sourceIds: [], epoch: '' }, facts: [] }
}

/** The same batch once more, as somebody would plan it who saw it written already. */
function again(batch: PlannedBatch): PlannedBatch {
  return {
    ...batch,
    seen: 0,
    unchanged: 0,
    revisions: new Map(batch.versions.map(({ row }) => [row.source_id, row.revision ?? 0])),
    versions: batch.versions.map((version) => ({
      ...version,
      row: { ...version.row, revision: (version.row.revision ?? 0) + 1 },
      before: { run: batch.run, bucket: version.bucket === 'pending' || version.bucket === 'failed' ? version.bucket : 'skipped' },
      replaceRecord: undefined,
      removeRecord: undefined,
    })),
  }
}

/** What the portal does not answer is answered in its place. */
function answering(kind: 'create' | 'update', outcome: 'accepted' | 'rejected') {
  const orSay = async (answer: Promise<WriteOutcome>, updating: boolean): Promise<WriteOutcome> => {
    try {
      return await answer
    } catch (error) {
      if (!isLienthongError(error) || error.kind !== 'unknown' || updating !== (kind === 'update')) throw error
      return { outcome, answer: { code: null, message: null, raw: '' } }
    }
  }
  return (portal: PaperPortal): PaperPortal =>
    derived(portal, {
      submit: (record, how) => orSay(portal.submit(record, how), how.updating),
      submitMany: (records, how) => orSay(portal.submitMany?.(records, how) ?? portal.submit(records[0] as PaperRecord, how), how.updating),
    })
}

function derived(portal: PaperPortal, changes: Partial<PaperPortal>): PaperPortal {
  return Object.assign(Object.create(portal) as PaperPortal, changes)
}
