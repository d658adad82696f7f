import { expect, onTestFinished, test } from 'vitest'
import { initialLoadOf, newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { manualClock } from '../transport/manual-clock.js'
import { confirmed, journalEntry, openDesk, record, TENANT } from './contract/desk.js'
import { dumpSql } from './contract/dump.js'

test('a first load says how many are left, how many went lately, and until when', async () => {
  const clock = manualClock()
  const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write', clock })
  onTestFinished(() => ledger.close())
  const desk = await openDesk(async () => ({ ledger, clock, dump: () => dumpSql(ledger.db) }))
  const left = () => initialLoadOf(ledger, TENANT)
  expect(await left()).toBeUndefined()

  for (const id of ['1', '2', '3', '4', '5', '6']) await desk.plan(id, { row: { priority: 1 }, addOperations: [record()] })
  await desk.plan('change', { row: { priority: 0 }, addOperations: [record()] })
  expect(await left()).toEqual({ waiting: 6, perMinute: null, doneAt: null, reading: true })

  for (const id of ['1', '2']) {
    const { row, operations } = await desk.send(id)
    await ledger.settle(row, { ...confirmed(operations), journal: { ...journalEntry, at: clock.now() } })
    clock.advance(60_000)
  }
  // Two in two minutes, four left; but nobody knows how many the source still has.
  expect(await left()).toEqual({ waiting: 4, perMinute: 1, doneAt: null, reading: true })

  const [source = ''] = (await ledger.db.selectFrom('dossiers').select('source').distinct().execute()).map((row) => row.source)
  await ledger.keepNote(`loaded/${TENANT}/${source}`, String(clock.now()))
  expect(await left()).toEqual({ waiting: 4, perMinute: 1, doneAt: clock.now() + 4 * 60_000, reading: false })

  clock.advance(600_000)
  expect(await left()).toEqual({ waiting: 4, perMinute: null, doneAt: null, reading: false })
})
