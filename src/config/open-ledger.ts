/** The ledgers that a configuration names, opened. */
import { existsSync } from 'node:fs'
import { type Clock, LienthongError, systemClock } from '../base/index.js'
import { type Ledger, openLedger } from '../ledger/index.js'
import { type LedgerPart, type LoadedConfig, ledgerFile, ledgerUrl, readLedgerKey, readSecret } from './load.js'

/**
 * What a ledger is opened for. `write`: nobody else writes, no worker sends. `command`: no other command writes; on PostgreSQL workers go
 * on. `workers`: on PostgreSQL, shard by shard under leases. `migrate`: `write`, and brings the tables up to date.
 */
export type LedgerUse = 'read' | 'write' | 'command' | 'workers' | 'migrate'

/**
 * Opens the ledger in which payments are kept: that of `ledger.paymentsUrl`, or the one of dossiers.
 *
 * @throws {LienthongError} as {@link openConfiguredLedger}
 */
export async function openPaymentLedger(loaded: LoadedConfig, use: LedgerUse, command: string, clock: Clock = systemClock): Promise<Ledger> {
  return openPart(loaded, 'payments', use, command, clock)
}

/**
 * Opens the ledger of a configuration. For writing an embedded one is created when there is none; on PostgreSQL `migrate` does that.
 *
 * @throws {LienthongError} `ledger.missing` (only for reading), `ledger.locked`, `ledger.key_missing` and the others of `ledger.…`.
 */
export async function openConfiguredLedger(loaded: LoadedConfig, use: LedgerUse, command: string, clock: Clock = systemClock): Promise<Ledger> {
  return openPart(loaded, 'dossiers', use, command, clock)
}

async function openPart(loaded: LoadedConfig, part: LedgerPart, use: LedgerUse, command: string, clock: Clock): Promise<Ledger> {
  const file = ledgerFile(loaded, part)
  if (use === 'read' && file !== undefined && !existsSync(file)) throw new LienthongError('ledger.missing', { hop: 'ledger', values: { path: file } })
  const { password } = loaded.config.ledger
  return openLedger({
    url: ledgerUrl(loaded, part),
    ...(password === undefined ? {} : { password: readSecret(password, 'ledger.password', loaded) }),
    key: readLedgerKey(loaded),
    access: use === 'read' ? 'read' : 'write',
    scope: use === 'command' || use === 'workers' ? use : 'everything',
    migrating: use === 'migrate',
    command,
    clock,
  })
}
