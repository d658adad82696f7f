/**
 * What one group commit writes as a whole: settlements and marks of many dossiers, then the counters of their runs. SQLite runs prepared
 * statements row by row; PostgreSQL, where each statement is a journey, gets one statement for all rows.
 */
import type { Transaction } from 'kysely'
import { type CounterChanges, counterChanges } from './counters.js'
import { appendJournal, type JournalAddition, type JournalEntry } from './payments/journal.js'
import { type PaymentEntry, settlePayments } from './payments/settling.js'
import type { LedgerTables } from './schema.js'
import { type DossierRow, dossierName, type Leaving, type Settlement } from './sync-ledger.js'
import type { Vault } from './vault.js'

export interface SettlementEntry {
  readonly row: DossierRow
  readonly settlement: Settlement
  readonly at: number
  /** Set when the group is written: somebody else wrote this dossier meanwhile. */
  stale: boolean
}

export interface MarkEntry {
  readonly leaving: Leaving
  readonly at: number
}

/** How one database writes what was collected. */
export interface GroupStatements {
  /** Sets `stale` on entries whose row has another revision by now, and writes nothing of them. */
  settle(tx: Transaction<LedgerTables>, entries: readonly SettlementEntry[]): Promise<void>
  /** @returns the entries whose row still has the revision it was read with, and whose operations all wait still. */
  mark(tx: Transaction<LedgerTables>, entries: readonly MarkEntry[]): Promise<readonly MarkEntry[]>
}

export interface LedgerGroup extends CounterChanges {
  settle(entry: SettlementEntry): void
  mark(leaving: readonly Leaving[], marked: Set<Leaving>): void
  pay(entry: PaymentEntry): void
  /** Written behind everything else, at the end of the group. */
  journal(tenant: string, entries: readonly JournalEntry[]): void
  /** Writes what was collected so far: for whoever has to see it. */
  applyCollected(tx: Transaction<LedgerTables>): Promise<void>
}

export function ledgerGroup(statements: GroupStatements, vault: Vault, now: () => number): LedgerGroup {
  const counters = counterChanges()
  let settlements: SettlementEntry[][] = []
  let inLast = new Set<string>()
  let payments: PaymentEntry[] = []
  const additions: JournalAddition[] = []
  const journal = (tenant: string, entries: readonly JournalEntry[]) => {
    for (const entry of entries) additions.push({ tenant, at: now(), entry })
  }
  let marks: { readonly entries: readonly MarkEntry[]; readonly marked: Set<Leaving> }[] = []

  const applyCollected = async (tx: Transaction<LedgerTables>) => {
    const [rounds, asked, paid] = [settlements, marks, payments]
    settlements = []
    payments = []
    marks = []
    inLast = new Set()
    for (const entries of rounds) {
      for (const entry of entries) entry.stale = false
      await statements.settle(tx, entries)
      for (const { row, settlement, stale } of entries) {
        if (settlement.moved && !stale) counters.move(row.version_run, settlement.moved.from, settlement.moved.to)
      }
    }
    if (paid.length > 0) await settlePayments(tx, paid, now, journal)
    if (asked.length === 0) return
    const done = new Set(
      await statements.mark(
        tx,
        asked.flatMap(({ entries }) => entries),
      ),
    )
    for (const { entries, marked } of asked) {
      marked.clear()
      for (const entry of entries) if (done.has(entry)) marked.add(entry.leaving)
    }
  }

  return {
    ...counters,
    settle(entry) {
      // Two changes of one dossier follow each other: they cannot be rows of one statement.
      const name = `${entry.row.tenant}\n${dossierName(entry.row)}`
      const last = settlements.at(-1)
      if (last === undefined || inLast.has(name)) {
        settlements.push([entry])
        inLast = new Set([name])
      } else {
        last.push(entry)
        inLast.add(name)
      }
    },
    mark(leaving, marked) {
      const at = now()
      marks.push({ entries: leaving.map((one) => ({ leaving: one, at })), marked })
    },
    pay: (entry) => payments.push(entry),
    journal,
    applyCollected,
    async apply(tx) {
      await applyCollected(tx)
      if (additions.length > 0) await appendJournal(tx, vault, additions)
      await counters.apply(tx)
    },
  }
}
