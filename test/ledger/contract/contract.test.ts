import { onTestFinished } from 'vitest'
import { newLedgerKey, openLedger, parseLedgerKey } from '../../../src/ledger/index.js'
import { memoryStore } from '../../simulation/memory-ledger.js'
import { lightVault } from '../../simulation/memory-vault.js'
import { manualClock } from '../../transport/manual-clock.js'
import { describeLedger } from './contract.js'
import type { OpenedLedger } from './desk.js'
import { dumpMemory, dumpSql } from './dump.js'

const key = parseLedgerKey(newLedgerKey()) as Uint8Array

async function sqlite(): Promise<OpenedLedger> {
  const clock = manualClock()
  const ledger = await openLedger({ url: 'sqlite::memory:', key, access: 'write', clock })
  onTestFinished(() => ledger.close())
  return { ledger, clock, dump: () => dumpSql(ledger.db) }
}

async function memory(): Promise<OpenedLedger> {
  const clock = manualClock()
  const store = memoryStore()
  const ledger = store.connect({ clock, vault: lightVault(), shards: 1, turn: async () => {} })
  return { ledger, clock, dump: async () => dumpMemory(store) }
}

describeLedger('SQLite', sqlite)
describeLedger('the simulation’s maps', memory)
