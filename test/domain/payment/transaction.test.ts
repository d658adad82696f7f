import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type EvidenceKind,
  holdsMoney,
  isOpenAttempt,
  paysBill,
  stateAfter,
  sumVnd,
  type TransactionState,
  totalOf,
  transactionStates,
  type Vnd,
  vnd,
} from '../../../src/domain/index.js'

const evidence: readonly EvidenceKind[] = [
  ...(['accepted', 'unanswered', 'refused', 'paid', 'pending', 'failed'] as const),
  ...(['unpaid-after-closing', 'closed-unasked', 'receipt', 'settled', 'not-due', 'refund-asked', 'refund-done'] as const),
]
const anyEvidence = fc.constantFrom(...evidence)
const follow = (told: readonly EvidenceKind[], from: TransactionState = 'created') => told.reduce(stateAfter, from)

describe('the state of an attempt', () => {
  test.each<[string, readonly EvidenceKind[], TransactionState]>([
    ['is paid by the platform’s message', ['accepted', 'paid'], 'paid'],
    ['is settled by a question where the first answer got lost', ['unanswered', 'accepted', 'paid', 'receipt', 'settled'], 'reconciled'],
    ['may turn from failed to paid: the money is there', ['accepted', 'failed', 'paid'], 'paid'],
    ['may turn from expired to paid', ['accepted', 'unpaid-after-closing', 'paid'], 'paid'],
    ['is never taken back by a later failure', ['accepted', 'paid', 'failed'], 'paid'],
    ['is disputed when the money was not due', ['accepted', 'not-due'], 'disputed'],
    ['goes back only after somebody asked', ['accepted', 'paid', 'refund-done'], 'paid'],
    ['goes back', ['accepted', 'not-due', 'refund-asked', 'refund-done'], 'refunded'],
    ['stays pending as long as nobody says more', ['accepted', 'pending', 'pending', 'accepted'], 'initiated'],
  ])('%s', (_, told, state) => expect(follow(told)).toBe(state))

  test('money that is there never goes away but by a refund that somebody asked for', () => {
    fc.assert(
      fc.property(fc.array(anyEvidence, { maxLength: 12 }), fc.array(anyEvidence, { maxLength: 12 }), (before, after) => {
        const state = follow(before)
        fc.pre(holdsMoney(state))
        const later = follow(after, state)
        expect(holdsMoney(later) || (later === 'refunded' && (after.includes('refund-asked') || state === 'refund-requested'))).toBe(true)
      }),
    )
  })

  test('nothing becomes paid without being told so by platform or settlement', () => {
    const silent = fc.array(
      anyEvidence.filter((one) => one !== 'paid' && one !== 'settled' && one !== 'not-due'),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(silent, (told) => {
        expect(holdsMoney(follow(told))).toBe(false)
      }),
    )
  })

  // Every state with every evidence: whatever sequence comes, it is made of these.
  test('moves only as the contract allows, §2.3', () => {
    const before = ['created', 'initiated', 'pending', 'failed', 'expired']
    const money = ['paid', 'receipted', 'reconciled', 'disputed', 'refund-requested']
    for (const from of transactionStates) {
      for (const told of evidence) {
        const to = stateAfter(from, told)
        const move = `${from} + ${told} → ${to}`
        if (to === from) continue
        if (to === 'initiated' || to === 'pending') expect(['created', 'initiated', 'pending'], move).toContain(from)
        if (to === 'failed')
          expect([['created', 'initiated', 'pending'].includes(from), ['refused', 'failed'].includes(told)], move).toEqual([true, true])
        // Waiting alone ends nothing: its page has closed and the platform says that nothing was paid, or cannot say anything.
        if (to === 'expired') expect([isOpenAttempt(from), ['unpaid-after-closing', 'closed-unasked'].includes(told)], move).toEqual([true, true])
        if (to === 'paid') expect([before.includes(from), told], move).toEqual([true, 'paid'])
        if (to === 'receipted') expect([from, told], move).toEqual(['paid', 'receipt'])
        if (to === 'refunded') expect([from, told], move).toEqual(['refund-requested', 'refund-done'])
        if (money.includes(from)) expect([...money, 'refunded'], move).toContain(to)
        expect(from, move).not.toBe('refunded')
        expect(to, move).not.toBe('created')
      }
    }
  })

  test('told twice is told once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...transactionStates), anyEvidence, (state, one) => {
        const once = stateAfter(state, one)
        expect(stateAfter(once, one)).toBe(once)
      }),
    )
  })

  test('every state is exactly one of open, over without money, holding money, or given back', () => {
    for (const state of transactionStates) {
      const kinds = [isOpenAttempt(state), state === 'failed' || state === 'expired', holdsMoney(state), state === 'refunded']
      expect(kinds.filter(Boolean), state).toHaveLength(1)
      if (paysBill(state)) expect(holdsMoney(state)).toBe(true)
    }
  })
})

test('lines always sum, in whole đồng, in any order', () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { maxLength: 40 })
  fc.assert(
    fc.property(amounts, (list) => {
      const lines = list.map((amount) => ({ kind: 'fee' as const, code: null, name: 'Lệ phí mẫu', amount: vnd(amount) as Vnd }))
      const total = totalOf({ lines })
      expect(Number.isSafeInteger(total)).toBe(true)
      expect(totalOf({ lines: lines.toReversed() })).toBe(total)
      expect(BigInt(total)).toBe(list.reduce((sum, amount) => sum + BigInt(amount), 0n))
      expect(total).toBe(sumVnd(lines.map(({ amount }) => amount)))
    }),
  )
})
