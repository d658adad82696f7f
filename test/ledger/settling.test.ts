import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { manualClock } from '../transport/manual-clock.js'
import { journalEntry, openDesk, record, settlement, TENANT } from './contract/desk.js'
import { dumpSql } from './contract/dump.js'

test('an answer that could not be written leaves its operation whole: a later sweep does not take the payload away', async () => {
  const clock = manualClock()
  const key = parseLedgerKey(newLedgerKey()) as Uint8Array
  const ledger = await openLedger({ url: 'sqlite::memory:', key, access: 'write', clock })
  onTestFinished(() => ledger.close())
  const desk = await openDesk(async () => ({ ledger, clock, dump: () => dumpSql(ledger.db) }))
  await desk.plan('1', { addOperations: [record()] })
  const { row, operations } = await desk.send('1')

  await ledger.write(async (tx) => {
    await sql`create trigger full before insert on journal begin select raise(abort, 'the disk is full'); end`.execute(tx)
  })
  await expect(ledger.settle(row, settlement({ done: operations, journal: journalEntry }))).rejects.toThrow('the disk is full')
  await ledger.write(async (tx) => {
    await sql`drop trigger full`.execute(tx)
  })
  await ledger.sweepPayloads()
  expect(await ledger.orphanedOperations(TENANT)).toMatchObject([{ id: operations[0], digest: 'record-1' }])
})
