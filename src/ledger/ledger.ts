import type { Kysely } from 'kysely'
import type { Clock } from '../base/index.js'
import type { LedgerGroup } from './group.js'
import type { GroupCommit } from './group-commit.js'
import type { LeaseTaker } from './lease.js'
import type { LedgerTables } from './schema.js'
import type { SyncLedger } from './sync-ledger.js'
import type { Vault } from './vault.js'

/** What the statements of this folder need of an open database. */
export interface SqlLedger {
  /** For reading. */
  readonly db: Kysely<LedgerTables>
  readonly vault: Vault
  readonly clock: Clock
  readonly shards: number
  /** Every write goes through here, or through {@link join}. */
  readonly write: GroupCommit<LedgerTables, LedgerGroup>['write']
  /** Adds to what the next group writes as a whole. `later`: for what a crash may forget without harm; see {@link GroupCommit}. */
  join(collect: (group: LedgerGroup) => void, when?: 'now' | 'later'): Promise<void>
  flush(): void
  /** Looks at a moment when no change is half done. */
  readonly atRest: GroupCommit<LedgerTables, LedgerGroup>['atRest']
  /** Operations whose payloads may go; swept now and then. */
  readonly confirmed: number[]
  /** Versions written by this process, and how many make the server count its tables anew. PostgreSQL only. */
  readonly growth: { versions: number; countAt: number }
}

export interface Ledger extends SqlLedger, SyncLedger {
  readonly kind: 'sqlite' | 'postgres'
  /** Where it is, without a password. */
  readonly place: string
  /** Version of the tables as they were found, before opening brought them up to date; 0: there were none. */
  readonly tablesBefore: number
  /** How several workers share it; undefined where there can be only one. */
  readonly leases: LeaseTaker | undefined
  close(): Promise<void>
}

export interface LedgerOptions {
  /** `sqlite:./lienthong.db`, `postgres://user@host:5432/database`, or `sqlite::memory:` for tests. */
  readonly url: string
  /** Of the PostgreSQL user, where the URL names none and the server asks for one. */
  readonly password?: string
  /** 32 bytes. See {@link newLedgerKey}. */
  readonly key: Uint8Array
  /** `write` takes the writer's lock; `read` never waits and never migrates. */
  readonly access: 'read' | 'write'
  /**
   * What the writer's lock of a PostgreSQL ledger covers. `everything` (default): nobody else writes, no worker sends. `command`: no other
   * command writes, workers go on. `workers`: only {@link Ledger.leases} are taken. An embedded ledger has one writer whatever he does.
   */
  readonly scope?: 'everything' | 'command' | 'workers'
  /** What this process is doing, told to a second writer: `sync run`. */
  readonly command?: string
  readonly clock?: Clock
  /** Brings the tables of a PostgreSQL ledger up to date; an embedded one does that by itself. */
  readonly migrating?: boolean
}
