import { onTestFinished } from 'vitest'
import { newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { describeTwoOffices } from './two-offices.js'

describeTwoOffices('SQLite', async () => {
  const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
  onTestFinished(() => ledger.close())
  return [ledger, ledger]
})
