import { describe, expect, test } from 'vitest'
import type { DossierTrace, TracedOperation } from '../../src/ledger/index.js'
import { outlookOf } from '../../src/sync/index.js'

const NOW = Date.parse('2025-03-10T08:00:00+07:00')
const LATER = NOW + 600_000

const settled: DossierTrace = {
  source: 'one-stop',
  sourceId: 'a1',
  localCode: '000.00.12.H99-250310-0007',
  sentCode: '000.00.12.H99-250310-0007',
  codes: [],
  state: 'confirmed',
  reason: null,
  version: 1,
  confirmedVersions: 1,
  run: { id: 1, startedAt: NOW, outcome: 'done' },
  presence: 'present',
  open: true,
  readAgain: false,
  receivedAt: NOW,
  closedAt: null,
  nextAt: null,
  updatedAt: NOW,
  operations: [],
  failure: undefined,
  journal: [],
}
const operation = (kind: 'record' | 'step', state: TracedOperation['state'] = 'pending', deadline: number | null = null): TracedOperation => ({
  id: 1,
  kind,
  state,
  attempts: 0,
  deadline,
  maybeDoubled: false,
  plannedAt: NOW,
})
const record = operation('record')
const step = operation('step')

describe('what happens next', () => {
  test.each<[string, Partial<DossierTrace>, string]>([
    ['an open dossier is read again', {}, 'It is open, so every run reads it again'],
    ['a closed one is left alone', { open: false }, 'the dossier is closed'],
    ['a skipped one names its reason', { state: 'skipped', reason: 'copy' }, 'Out of scope (copy)'],
    ['what a skipped one left waiting still goes', { state: 'skipped', operations: [step], nextAt: NOW }, 'The next run (due now) sends 1 steps.'],
    ['a failed one waits for a change', { state: 'failed', operations: [record] }, 'failures retry --only 000.00.12.H99-250310-0007'],
    ['one that could not be read is read again', { state: 'failed', readAgain: true }, 'reads it again at its source'],
    ['a held step waits for a person', { state: 'failed', operations: [operation('step', 'held')] }, 'nobody knows whether it arrived'],
    ['a record goes before its steps', { state: 'pending', operations: [record, step, step], nextAt: NOW }, 'sends the record, then 2 steps'],
    ['a postponed one has its time', { state: 'pending', operations: [step], nextAt: LATER }, 'after 2025-03-10T08:10:00+07:00 sends 1 steps'],
    ['an unknown create is asked for first', { state: 'pending', presence: 'maybe', operations: [record], nextAt: NOW }, 'asks the portal whether'],
    [
      'a request that is under way is left alone',
      { state: 'pending', operations: [operation('record', 'sending', LATER)], nextAt: NOW },
      'Until 2025-03-10T08:10:00+07:00 it is left alone',
    ],
    ['steps of a dossier that the portal lost wait for its record', { state: 'pending', operations: [step], readAgain: true }, 'reads it again'],
  ])('%s', (_, changes, says) => {
    const outlook = outlookOf({ ...settled, ...changes }, NOW)
    expect(outlook.en).toContain(says)
    expect(outlook.vi).not.toContain('{')
  })

  test('while the portal refuses everything, one dossier is tried and the others wait', () => {
    const waiting: DossierTrace = { ...settled, state: 'pending', operations: [record], nextAt: NOW }
    expect(outlookOf(waiting, NOW, { nextProbeAt: LATER }).en).toContain('One dossier is tried after 2025-03-10T08:10:00+07:00')
  })
})
