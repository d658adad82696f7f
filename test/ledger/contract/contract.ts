/** What every ledger promises to the engine, whoever keeps it. One line of contract.test.ts holds one more ledger to it. */
import { describe } from 'vitest'
import type { OpenLedger } from './desk.js'
import { describeDue } from './due.js'
import { describeFailures } from './failures.js'
import { describeNotes } from './notes.js'
import { describePlanning } from './planning.js'
import { describeReading } from './reading.js'
import { describeSettling } from './settling.js'

export function describeLedger(name: string, open: OpenLedger): void {
  describe(`the ledger's promises, kept by ${name}`, () => {
    describeReading(open)
    describePlanning(open)
    describeDue(open)
    describeSettling(open)
    describeFailures(open)
    describeNotes(open)
  })
}
