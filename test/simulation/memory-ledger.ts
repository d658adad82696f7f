/**
 * A ledger in plain maps, for simulations that try thousands of schedules: nothing in it takes time of its own, and whoever connects
 * decides at each read and each commit who goes on. `test/ledger/contract/` holds it equal to the SQL ledger.
 */
import type { DossierRow, LeaseTaker, SyncLedger } from '../../src/ledger/index.js'
import * as claims from './memory-claims.js'
import * as dispatching from './memory-dispatching.js'
import { type MemoryLeaseOptions, memoryLeases } from './memory-leases.js'
import * as planning from './memory-planning.js'
import { type MemorySession, sessionWork } from './memory-session.js'
import { type MemoryTables, nameIn, newTables } from './memory-tables.js'

export interface MemoryStore extends MemoryTables {
  /** The ledger as one process sees it. */
  connect(session: MemorySession): SyncLedger
  leases(options: MemoryLeaseOptions): LeaseTaker
}

export function memoryStore(): MemoryStore {
  const tables = newTables()
  const connect = (session: MemorySession) => ledgerOf(tables, session)
  return Object.assign(tables, { connect, leases: (options: MemoryLeaseOptions) => memoryLeases(tables, connect, options) })
}

/** So many rows of a source are read at a time. */
const SLICE = 500

function ledgerOf(tables: MemoryTables, session: MemorySession): SyncLedger {
  const { clock, vault, shards } = session
  const { read, write, writeLater, flush } = sessionWork(session)
  return {
    clock,
    vault,
    shards,
    flush,

    savedCursor: (...asked) => read('savedCursor', () => planning.savedCursor(tables, ...asked)),
    newDigests: (...asked) => read('newDigests', () => planning.newDigests(tables, ...asked)),
    knownDossiers: (...asked) => read('knownDossiers', () => planning.knownDossiers(tables, ...asked)),
    async *openDossiers(tenant, source, closedAfter) {
      let after = ''
      while (true) {
        const asked = { tenant, source, closedAfter, after, limit: SLICE }
        const rows: readonly DossierRow[] = await read('openDossiers', () => planning.openSlice(tables, asked))
        yield* rows
        const last = rows.at(-1)
        if (!last || rows.length < SLICE) return
        after = last.source_id
      }
    },
    unreadableIds: (...asked) => read('unreadableIds', () => planning.unreadableIds(tables, ...asked)),
    async forgetUnreadable(tenant, source, ids) {
      if (ids.size > 0) await write('forgetUnreadable', () => planning.forgetUnreadable(tables, tenant, source, ids))
    },
    commitBatch(batch) {
      const now = clock.now()
      return write('commitBatch', () => planning.commitBatch(tables, batch, now))
    },
    releasePlanned(tenant, source) {
      const now = clock.now()
      return write('releasePlanned', () => planning.releasePlanned(tables, tenant, source, now))
    },
    codeHolders: async (tenant, codes) => (codes.length === 0 ? new Map() : read('codeHolders', () => claims.codeHolders(tables, tenant, codes))),
    lastStepSent: (...asked) => read('lastStepSent', () => claims.lastStepSent(tables, ...asked)),
    async reviewContests(...asked) {
      const names = await read('reviewContests', () => claims.contestsToReview(tables, ...asked))
      return names.length === 0 ? 0 : write('reviewContests', () => claims.readAgain(tables, names))
    },
    countGone: (...asked) => read('countGone', () => claims.countGone(tables, ...asked)),
    goneAmong: (...asked) => read('goneAmong', () => claims.goneAmong(tables, ...asked)),
    async *listedDossiers(...asked) {
      yield* await read('listedDossiers', () => claims.listedDossiers(tables, ...asked))
    },
    async listGone(tenant, source, run, toldBy, ids) {
      if (ids.length > 0) await write('listGone', () => claims.listGone(tables, { tenant, source, run, toldBy, ids }, clock.now()))
    },
    keysOf: (...asked) => read('keysOf', () => claims.keysOf(tables, ...asked)),
    async *toReadAgain(...asked) {
      yield* await read('toReadAgain', () => claims.toReadAgain(tables, ...asked))
    },
    // Nobody pays anything in these stories.
    paidUntil: async () => null,
    keepPaid: async () => {},
    paidDuties: async () => [],
    readPaidAgain: async () => {},
    untoldDigests: async () => [],
    wantAllMarks: (...asked) => write('wantAllMarks', () => claims.wantAllMarks(tables, ...asked, clock.now())),
    dueMarks: (tenant, source, asked) => read('dueMarks', () => claims.dueMarks(tables, tenant, source, { ...asked, now: clock.now() })),
    async settleMarks(tenant, source, settled) {
      if (settled.length > 0) await write('settleMarks', () => claims.settleMarks(tables, tenant, source, settled, clock.now()))
    },

    startRun: (tenant, source) => write('startRun', () => planning.startRun(tables, tenant, source, clock.now())),
    endRun: (tenant, run, outcome) => write('endRun', () => planning.endRun(tables, tenant, run, outcome, clock.now())),
    runCounters: (...asked) => read('runCounters', () => planning.runCounters(tables, ...asked)),

    dueDossiers: (tenant, asked) => read('dueDossiers', () => dispatching.dueDossiers(tables, tenant, asked, clock.now())),
    nextDueAt: (...asked) => read('nextDueAt', () => dispatching.nextDueAt(tables, ...asked)),
    async followClock(tenant) {
      const now = clock.now()
      const ahead = await read('followClock', () => dispatching.dossiersAhead(tables, tenant, now))
      if (ahead.length > 0) await write('followClock', () => dispatching.followClock(tables, tenant, now))
    },
    async markSending(leaving) {
      return leaving.length === 0 ? new Set() : write('markSending', () => dispatching.markSending(tables, leaving, clock.now()))
    },
    async unmarkSending(stayed) {
      if (stayed.length > 0) await write('unmarkSending', () => dispatching.unmarkSending(tables, stayed))
    },
    settle(row, settlement, when = 'now') {
      const at = clock.now()
      return (when === 'now' ? write : writeLater)('settle', () => dispatching.settle(tables, row, settlement, at))
    },
    // A payload goes with its operation: nothing is left to sweep.
    async sweepPayloads() {},
    orphanedOperations: (...asked) => read('orphanedOperations', () => dispatching.orphanedOperations(tables, ...asked)),
    dossierRow: (tenant, source, sourceId) =>
      read('dossierRow', () => {
        const row = tables.dossiers.get(nameIn(tenant, source, sourceId))
        return row && { ...row }
      }),
    retryFailures(tenant, filter) {
      const now = clock.now()
      return write('retryFailures', () => dispatching.retryFailures(tables, tenant, filter, now))
    },
    countPending: (...asked) => read('countPending', () => dispatching.countPending(tables, ...asked)),
    countState: (...asked) => read('countState', () => dispatching.countState(tables, ...asked)),

    note: (name) => read('note', () => tables.notes.get(name)),
    keepNote: (name, value) => write('keepNote', () => void tables.notes.set(name, value)),
    async dropNote(name) {
      const isThere = await read('dropNote', () => tables.notes.has(name))
      if (isThere) await write('dropNote', () => void tables.notes.delete(name))
    },
    changeNote: (name, change) =>
      write('changeNote', () => {
        const after = change(tables.notes.get(name))
        if (after === undefined) tables.notes.delete(name)
        else tables.notes.set(name, after)
        return after
      }),
  }
}
