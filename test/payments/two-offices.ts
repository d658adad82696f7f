/**
 * What the payment book promises when two offices work on it at once, whatever database keeps it: one attempt, one decision, one chain without
 * a gap. On PostgreSQL they are two processes' worth of connections, on SQLite two users of one ledger.
 */
import { describe, expect, test } from 'vitest'
import { minutes } from '../../src/base/index.js'
import type { Vnd } from '../../src/domain/index.js'
import {
  attemptsOf,
  billsNamed,
  eventsOf,
  journalPartners,
  type Ledger,
  paymentTotals,
  verifyJournal,
  waitingAttempts,
} from '../../src/ledger/index.js'
import { type PaymentOffice, paymentOffice } from '../../src/payments/index.js'
import { signedResult } from '../../src/testing/index.js'
import { PARTNER, SECRET } from './paper-platform.js'
import { feeWithoutAccount, openTill, TENANT, type Till } from './till.js'

interface Pair {
  readonly till: Till
  readonly offices: readonly [PaymentOffice, PaymentOffice]
}

/** @param open two ledgers over the same tables; the same one twice where there can be only one writer. */
export function describeTwoOffices(database: string, open: () => Promise<readonly [Ledger, Ledger]>): void {
  const pair = async (): Promise<Pair> => {
    const [one, other] = await open()
    const till = await openTill({ ledger: one })
    return { till, offices: [till.office, paymentOffice({ ...till.options, ledger: other })] }
  }
  const bill = ({ till }: Pair, number = 1) => {
    const code = `H99-261122-${String(number).padStart(4, '0')}`
    const lines = [{ kind: 'fee' as const, code: null, name: 'Lệ phí mẫu', amount: (1000 * number) as Vnd }]
    return till.office.createBill({ ...feeWithoutAccount, billCode: code, dossierCode: code, lines })
  }
  /** A bill whose page is open. */
  const opened = async (both: Pair, number = 1) => {
    const { id, billCode, amount } = await bill(both, number)
    const start = await both.till.office.start(id)
    if (start.outcome !== 'pay') throw new Error(start.outcome)
    return { id, billCode, amount, reference: start.reference }
  }
  /** The same messages to both offices at the same moment, to the second one the other way round. */
  const toBoth = async ({ offices: [one, other] }: Pair, messages: readonly Uint8Array[]) => {
    const received = [
      ...messages.map((message) => one.receive(PARTNER, message)),
      ...messages.toReversed().map((each) => other.receive(PARTNER, each)),
    ]
    return (await Promise.all(received)).map(({ verdict }) => verdict)
  }
  const count = (verdicts: readonly string[]) => Object.fromEntries([...Map.groupBy(verdicts, (one) => one)].map(([name, all]) => [name, all.length]))
  const chain = ({ till }: Pair) => verifyJournal(till.ledger, TENANT, PARTNER)
  const refunds = ({ till }: Pair) => till.ledger.db.selectFrom('payment_refunds').select(['reference', 'transaction_no', 'amount']).execute()

  describe(`two offices on ${database}`, () => {
    test('ten clicks at once, half of them at each, make one bill and one attempt', async () => {
      const both = await pair()
      const bills = await Promise.all(both.offices.flatMap((office) => [office.createBill(feeWithoutAccount), office.createBill(feeWithoutAccount)]))
      expect(new Set(bills.map(({ id }) => id)).size).toBe(1)
      const id = bills[0]?.id ?? ''
      const starts = await Promise.all(Array.from({ length: 10 }, (_, click) => both.offices[click % 2 === 0 ? 0 : 1].start(id)))
      expect(both.till.platform.books.size).toBe(1)
      expect(new Set(starts.map((start) => 'reference' in start && start.reference)).size).toBe(1)
      expect((await both.till.ledger.db.selectFrom('payment_attempts').select('reference').execute()).length).toBe(1)
      expect(await chain(both)).toMatchObject({ holds: true })
    })

    test('receipts that are due are fetched by both at once and kept once, whatever the link that came with them', async () => {
      const both = await pair()
      const paid = await Promise.all([1, 2, 3].map((number) => opened(both, number)))
      for (const { reference } of paid) {
        both.till.platform.pay(reference)
        const UrlBienLai = `https://files.platform.example.vn/${reference}`
        await both.till.office.receive(PARTNER, both.till.platform.message(reference, { UrlBienLai }))
      }
      both.till.clock.advance(minutes(1))
      const fetched = await Promise.all(both.offices.map((office) => office.fetchDueReceipts()))
      expect(fetched.map(({ waiting, givenUp, failure }) => ({ waiting, givenUp, failure }))).toEqual(
        both.offices.map(() => ({ waiting: 0, givenUp: 0, failure: undefined })),
      )
      const kept = await both.till.ledger.db.selectFrom('payment_receipts').select('reference').execute()
      expect(kept.map(({ reference }) => reference).toSorted()).toEqual(paid.map(({ reference }) => reference).toSorted())
      expect(await both.offices[1].fetchDueReceipts()).toMatchObject({ fetched: 0, waiting: 0 })
      expect(await chain(both)).toMatchObject({ holds: true })
    })

    test('corrections made at both at once leave one bill that is due, and the journal tells of each that was replaced', async () => {
      const both = await pair()
      const corrected = (amount: number, office: PaymentOffice) =>
        office.createBill({ ...feeWithoutAccount, lines: [{ kind: 'fee', code: null, name: 'Lệ phí mẫu', amount: amount as Vnd }] })
      await Promise.all([1000, 2000, 3000, 4000].map((amount, index) => corrected(amount, both.offices[index % 2 === 0 ? 0 : 1])))
      const states = (await billsNamed(both.till.ledger, TENANT, feeWithoutAccount.billCode)).map(({ state }) => state)
      expect(count(states)).toEqual({ open: 1, cancelled: 3 })
      expect(await chain(both)).toMatchObject({ holds: true, entries: 3 })
    })

    test('a bill that is cancelled at one while its page is asked for at the other is cancelled or can be paid, never both', async () => {
      const both = await pair()
      const [one, other] = both.offices
      for (let number = 1; number <= 10; number++) {
        const { id } = await bill(both, number)
        const [start, cancelled] = await Promise.all([one.start(id), other.cancelBill(id).catch((error: { code: string }) => error.code)])
        const paid = start.outcome === 'pay'
        expect(cancelled).toEqual(paid ? 'payment.attempt_open' : expect.objectContaining({ id, state: 'cancelled' }))
        expect(await one.bill(id)).toMatchObject({ state: paid ? 'open' : 'cancelled' })
      }
    })

    test('one message told ten times to both pays once', async () => {
      const both = await pair()
      const { id, reference } = await opened(both)
      both.till.platform.pay(reference)
      const message = both.till.platform.message(reference)
      expect(count(await toBoth(both, Array(5).fill(message)))).toEqual({ applied: 1, known: 9 })
      expect(await both.till.office.bill(id)).toMatchObject({ state: 'paid', paidBy: reference })
      expect(await refunds(both)).toEqual([])
      expect(await chain(both)).toMatchObject({ holds: true, entries: 12 })
    })

    test('two payments of one attempt, told to both at once: one counts, the other goes back, once', async () => {
      const both = await pair()
      const { reference, amount } = await opened(both)
      const told = ['PP1', 'PP2'].map((transaction) => signedResult({ reference, amount, partner: PARTNER, secret: SECRET, transaction }))
      const verdicts = count(await toBoth(both, told))
      expect(verdicts).toMatchObject({ applied: 1, known: 1, disputed: 2 })
      const paid = await both.till.office.attempt(reference)
      expect(await refunds(both)).toEqual([{ reference, transaction_no: paid?.transaction === 'PP1' ? 'PP2' : 'PP1', amount }])
    })

    test('a bill paid twice, by our attempt and on the national portal, at once: one counts, the other is disputed', async () => {
      const both = await pair()
      const { id, billCode, reference, amount } = await opened(both)
      const told = [reference, 'DVCQG1'].map((one, index) =>
        signedResult({ reference: one, amount, partner: PARTNER, secret: SECRET, transaction: `PP${index}`, fields: { MaHoSo: billCode } }),
      )
      expect(count(await toBoth(both, told))).toEqual({ applied: 1, known: 2, disputed: 1 })
      const { paidBy } = (await both.till.office.bill(id)) ?? {}
      expect(await refunds(both)).toMatchObject([{ reference: paidBy === reference ? 'DVCQG1' : reference, amount }])
    })

    test('money that both give back at once is given back by one of them, and what the books say of it agrees', async () => {
      const both = await pair()
      const { till, offices } = both
      const { reference, amount, billCode } = await opened(both)
      const open = await bill(both, 2)
      till.platform.pay(reference)
      await till.office.receive(PARTNER, till.platform.message(reference))
      let asked = 0
      const refund = async () => ({ outcome: 'accepted' as const, refundNumber: `RF${++asked}` })
      Object.assign(till.platform, { canRefund: true, refund })
      await till.office.askRefund(reference, 'by-decision')
      expect(await paymentTotals(till.ledger, TENANT)).toMatchObject({ toGiveBack: { count: 1, amount } })
      await Promise.all(offices.flatMap((office) => [office.refund({ reference }), office.refund({ reference })]))
      expect(asked).toBe(1)
      expect(await paymentTotals(till.ledger, TENANT)).toEqual({
        bills: [
          { state: 'cancelled', count: 1, amount },
          { state: 'open', count: 1, amount: open.amount },
        ],
        attempts: [{ state: 'refunded', count: 1, amount }],
        toGiveBack: { count: 0, amount: 0 },
      })
      const started = await till.office.start(open.id)
      expect(await waitingAttempts(till.ledger, TENANT, 10)).toMatchObject([
        { ...('reference' in started && { reference: started.reference }), amount: 2000 },
      ])
      expect((await billsNamed(till.ledger, TENANT, billCode)).map(({ state }) => state)).toEqual(['cancelled'])
      const [attempt] = await attemptsOf(till.ledger, TENANT, (await billsNamed(till.ledger, TENANT, billCode))[0]?.id ?? '')
      const events = attempt === undefined ? [] : await eventsOf(till.ledger, attempt)
      expect(events.map(({ kind }) => kind)).toEqual(['init', 'init-answer', 'result', 'refund', 'refund', 'refund'])
      expect(await chain(both)).toMatchObject({ holds: true })
      expect(await journalPartners(till.ledger, TENANT)).toEqual([PARTNER])
    })

    test('thirty bills told to both in opposite order: each is paid once, and the journal has no gap', async () => {
      const both = await pair()
      const bills = await Promise.all(Array.from({ length: 30 }, (_, index) => opened(both, index + 1)))
      for (const { reference } of bills) both.till.platform.pay(reference)
      const messages = bills.map(({ reference }) => both.till.platform.message(reference))
      expect(count(await toBoth(both, messages))).toEqual({ applied: 30, known: 30 })
      const states = await Promise.all(bills.map(({ id }) => both.offices[1].bill(id)))
      expect(states.map((one) => one?.state)).toEqual(Array(30).fill('paid'))
      // INIT and its answer, and each message twice.
      expect(await chain(both)).toMatchObject({ holds: true, entries: 30 * 4 })
    })

    test('texts that no database holds are journalled, and the chain still holds', async () => {
      const both = await pair()
      const { id } = await opened(both)
      const hostile = ['NUL\0', '\ud800', 'x'.repeat(5000), '\ufffe', '__proto__', "'; drop table bills; --"]
      const told = hostile.map((text) =>
        signedResult({
          reference: text,
          amount: 1000,
          partner: PARTNER,
          secret: SECRET,
          transaction: text,
          fields: { MaHoSo: text, MaTraCuuTT: text },
        }),
      )
      expect(count(await toBoth(both, told))).toEqual({ 'unknown-reference': 2 * hostile.length })
      expect(await both.till.office.bill(id)).toMatchObject({ state: 'open' })
      expect(await chain(both)).toMatchObject({ holds: true, entries: 2 + 2 * hostile.length })
    })
  })
}
