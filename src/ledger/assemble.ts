/** From an open database to a ledger: group commits, and the statements of this folder as methods. */
import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '../base/index.js'
import * as claims from './claims.js'
import * as dispatching from './dispatching.js'
import * as gone from './gone.js'
import { type GroupStatements, type LedgerGroup, ledgerGroup } from './group.js'
import { type AfterFailure, groupCommit } from './group-commit.js'
import type { LeaseTaker } from './lease.js'
import type { Ledger, SqlLedger } from './ledger.js'
import * as marks from './marks.js'
import * as notes from './notes.js'
import * as paid from './paid-duties.js'
import * as planning from './planning.js'
import type { LedgerTables } from './schema.js'
import type { SyncLedger } from './sync-ledger.js'
import { forgetUnreadable, unreadableIds } from './unreadable.js'
import type { Vault } from './vault.js'

export interface OpenDatabase {
  readonly kind: Ledger['kind']
  readonly place: string
  readonly tablesBefore: number
  /** For reading. */
  readonly db: Kysely<LedgerTables>
  /** For writing; may be the same. */
  readonly writer: Kysely<LedgerTables>
  readonly vault: Vault
  readonly clock: Clock
  readonly shards: number
  readonly confirmed: number[]
  readonly statements: GroupStatements
  explain(error: unknown): unknown
  /** See `GroupWork`. */
  afterFailure?(explained: unknown): AfterFailure
  /** Called at the start of each write: throws when this writer may not write any more. */
  fence?(transaction: Transaction<LedgerTables>): Promise<void>
  readonly leases: LeaseTaker | undefined
  close(): Promise<void>
}

export function assembleLedger(database: OpenDatabase): Ledger {
  const { kind, place, tablesBefore, db, writer, vault, clock, shards, confirmed, statements, explain, afterFailure, fence, leases, close } = database
  const commits = groupCommit<LedgerTables, LedgerGroup>(writer, {
    async open(transaction) {
      await fence?.(transaction)
      return ledgerGroup(statements, vault, clock.now)
    },
    close: (transaction, group) => group.apply(transaction),
    explain,
    ...(afterFailure ? { afterFailure } : {}),
    now: clock.now,
  })
  const ledger: SqlLedger = {
    db,
    vault,
    clock,
    shards,
    confirmed,
    growth: { versions: 0, countAt: 1000 },
    write: (change) =>
      commits.write(async (transaction, group) => {
        await group.applyCollected(transaction)
        return change(transaction, group)
      }),
    join: (collect, when = 'now') => (when === 'now' ? commits.write : commits.writeLater)(async (_transaction, group) => collect(group)),
    flush: commits.flush,
    atRest: commits.atRest,
  }
  return { ...ledger, ...syncLedgerOf(ledger), kind, place, tablesBefore, leases, close }
}

/** The statements as methods of the ledger they run on. */
export function syncLedgerOf(ledger: SqlLedger): SyncLedger {
  const { vault, clock, shards, flush } = ledger
  return {
    vault,
    clock,
    shards,
    flush,
    savedCursor: (...asked) => planning.savedCursor(ledger, ...asked),
    newDigests: (...asked) => planning.newDigests(ledger, ...asked),
    knownDossiers: (...asked) => planning.knownDossiers(ledger, ...asked),
    openDossiers: (...asked) => planning.openDossiers(ledger, ...asked),
    unreadableIds: (...asked) => unreadableIds(ledger, ...asked),
    forgetUnreadable: (...asked) => forgetUnreadable(ledger, ...asked),
    commitBatch: (...asked) => planning.commitBatch(ledger, ...asked),
    releasePlanned: (...asked) => planning.releasePlanned(ledger, ...asked),
    codeHolders: (...asked) => claims.codeHolders(ledger, ...asked),
    lastStepSent: (...asked) => claims.lastStepSent(ledger, ...asked),
    reviewContests: (...asked) => claims.reviewContests(ledger, ...asked),
    countGone: (...asked) => gone.countGone(ledger, ...asked),
    goneAmong: (...asked) => gone.goneAmong(ledger, ...asked),
    listedDossiers: (...asked) => gone.listedDossiers(ledger, ...asked),
    listGone: (...asked) => gone.listGone(ledger, ...asked),
    keysOf: (...asked) => gone.keysOf(ledger, ...asked),
    toReadAgain: (...asked) => gone.toReadAgain(ledger, ...asked),
    paidUntil: (...asked) => paid.paidUntil(ledger, ...asked),
    keepPaid: (...asked) => paid.keepPaid(ledger, ...asked),
    paidDuties: (...asked) => paid.paidDuties(ledger, ...asked),
    readPaidAgain: (...asked) => paid.readPaidAgain(ledger, ...asked),
    untoldDigests: (...asked) => paid.untoldDigests(ledger, ...asked),
    wantAllMarks: (...asked) => marks.wantAllMarks(ledger, ...asked),
    dueMarks: (...asked) => marks.dueMarks(ledger, ...asked),
    settleMarks: (...asked) => marks.settleMarks(ledger, ...asked),
    startRun: (...asked) => planning.startRun(ledger, ...asked),
    endRun: (...asked) => planning.endRun(ledger, ...asked),
    runCounters: (...asked) => planning.runCounters(ledger, ...asked),
    dueDossiers: (...asked) => dispatching.dueDossiers(ledger, ...asked),
    nextDueAt: (...asked) => dispatching.nextDueAt(ledger, ...asked),
    followClock: (...asked) => dispatching.followClock(ledger, ...asked),
    markSending: (...asked) => dispatching.markSending(ledger, ...asked),
    unmarkSending: (...asked) => dispatching.unmarkSending(ledger, ...asked),
    settle: (...asked) => dispatching.settle(ledger, ...asked),
    sweepPayloads: () => dispatching.sweepPayloads(ledger),
    orphanedOperations: (...asked) => dispatching.orphanedOperations(ledger, ...asked),
    dossierRow: (...asked) => dispatching.dossierRow(ledger, ...asked),
    retryFailures: (...asked) => dispatching.retryFailures(ledger, ...asked),
    countPending: (...asked) => dispatching.countPending(ledger, ...asked),
    countState: (...asked) => dispatching.countState(ledger, ...asked),
    note: (...asked) => notes.note(ledger, ...asked),
    keepNote: (...asked) => notes.keepNote(ledger, ...asked),
    dropNote: (...asked) => notes.dropNote(ledger, ...asked),
    changeNote: (...asked) => notes.changeNote(ledger, ...asked),
  }
}
