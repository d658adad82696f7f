/**
 * Many payments under everything that goes wrong: requests that get lost before or after they are applied, messages that are lost, doubled,
 * late and out of order, citizens who pay twice, late or never, processes that die, clocks that jump, and a platform whose clock is another: its
 * pages take money when ours say that they are closed. At the end the books of both sides are
 * compared, to the đồng.
 */
import { LienthongError, minutes, type Random, seededRandom } from '../../src/base/index.js'
import { holdsMoney, type Vnd } from '../../src/domain/index.js'
import { verifyJournal } from '../../src/ledger/index.js'
import type { PaymentOffice } from '../../src/payments/index.js'
import { PARTNER } from './paper-platform.js'
import { sumsOf } from './sums.js'
import { feeWithoutAccount, TENANT, type Till } from './till.js'

export interface StormReport {
  readonly bills: number
  readonly attempts: number
  readonly ours: number
  readonly disputed: number
  readonly platforms: number
  readonly doublePayments: number
  /** Paid at the platform, and not said to be paid or disputed here. */
  readonly unreported: number
  /** Said to be paid here, and not paid there. */
  readonly invented: number
  readonly journalHolds: boolean
  readonly crashes: number
  /** Paid on a page that was closed by our clock, and its attempt over. */
  readonly paidAfterClosing: number
}

export async function storm(till: Till, bills: number, seed: number | string): Promise<StormReport> {
  const random = seededRandom(`${seed}/storm`)
  const { platform, clock } = till
  const weather = seededRandom(`${seed}/weather`)
  const pick = <T>(from: Random, ...choices: readonly (readonly [number, T])[]): T => {
    let left = from() * choices.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, choice] of choices) {
      left -= weight
      if (left < 0) return choice
    }
    return (choices.at(-1) as readonly [number, T])[1]
  }
  platform.weather = () => pick(weather, [80, 'fine'], [6, 'lost'], [8, 'unanswered'], [4, 'busy'], [2, 'refused'])
  let office: PaymentOffice = till.office
  let crashes = 0
  /** A process dies: what it had in memory is gone, what it was waiting for never comes. */
  const perhapsCrash = () => {
    if (random() > 0.1) return
    crashes += 1
    office = till.restart()
  }
  const quietly = async (work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof LienthongError)) throw error
    }
  }
  const post: Buffer[] = []
  const deliver = async (message: Buffer) => {
    const times = pick(random, [60, 1], [25, 0], [12, 2], [3, 5])
    for (let copy = 0; copy < times; copy++) {
      if (random() < 0.3) post.splice(Math.floor(random() * (post.length + 1)), 0, message)
      else await office.receive(PARTNER, message)
    }
  }

  /** Citizens who left the page open; until when it takes money by the platform's clock, which runs ahead of ours or falls behind. */
  const late: { readonly bill: string; readonly reference: string; readonly closesAt: number }[] = []
  let paidAfterClosing = 0
  const payLate = async () => {
    for (const one of late.splice(0)) {
      if (random() > 0.05) {
        late.push(one)
        continue
      }
      const isOver = (await office.attempt(one.reference))?.state === 'expired'
      // He is not sure, begins again and pays there, too.
      const again = isOver && random() < 0.5 ? await office.start(one.bill).catch(() => undefined) : undefined
      if (again?.outcome === 'pay') {
        platform.pay(again.reference)
        await deliver(platform.message(again.reference))
      }
      if (clock.now() >= one.closesAt || platform.books.get(one.reference)?.state !== 'open') continue
      platform.pay(one.reference)
      if (isOver) paidAfterClosing += 1
      // Nobody asks about what is over: the platform repeats its message until it is acknowledged.
      await office.receive(PARTNER, platform.message(one.reference))
    }
  }

  const ids: string[] = []
  for (let index = 0; index < bills; index++) {
    const billCode = `H99-261122-${String(index).padStart(5, '0')}`
    const amount = (1000 * (1 + Math.floor(random() * 900))) as Vnd
    const lines = [{ kind: 'fee' as const, code: null, name: 'Lệ phí mẫu', amount }]
    const bill = await office.createBill({ ...feeWithoutAccount, billCode, dossierCode: billCode, lines })
    ids.push(bill.id)
    // Somebody finds it on the national portal, and pays there later, whatever happened meanwhile.
    const found = random() < 0.05 ? await office.lookUp(billCode) : undefined
    for (let click = 0; click < 1 + Math.floor(random() * 3); click++) {
      await quietly(() => office.start(bill.id))
      perhapsCrash()
    }
    const open = [...platform.books].filter(([, { order, state }]) => order.receipt.MaHoSo === billCode && state !== 'paid')
    for (const [reference, transaction] of open) {
      const what = pick(random, [70, 'pays'], [10, 'fails'], [10, 'leaves'], [6, 'hangs'], [4, 'pays-twice'], [10, 'pays-late'])
      if (what === 'leaves') continue
      if (what === 'pays-late') {
        const skew = (random() - 0.2) * minutes(80)
        late.push({ bill: bill.id, reference, closesAt: clock.now() + minutes(15) + skew })
        continue
      }
      if (what === 'fails') transaction.state = 'failed'
      if (what === 'hangs') transaction.state = 'pending'
      if (what === 'pays' || what === 'pays-twice') platform.pay(reference)
      await deliver(platform.message(reference))
      if (what === 'pays-twice') {
        platform.pay(reference)
        // Of the second payment the message is the only sign: the platform repeats it until it is acknowledged.
        await office.receive(PARTNER, platform.message(reference))
      }
    }
    const foundLater = random() < 0.05 ? await office.lookUp(billCode) : undefined
    const shown = found ?? foundLater
    if (typeof shown === 'object') {
      const reference = `DVCQG${index}`
      platform.books.set(reference, { order: { ...shown.order, reference }, state: 'open', payments: [], amount: shown.order.amount })
      platform.pay(reference)
      await office.receive(PARTNER, platform.message(reference, { MaTraCuuTT: shown.lookupCode }))
    }
    await payLate()
    if (random() < 0.3) clock.advance(pick(random, [80, minutes(1)], [15, minutes(20)], [5, -minutes(5)]))
    if (random() < 0.2) await office.askDue()
    if (post.length > 0 && random() < 0.4) await office.receive(PARTNER, post.shift() as Buffer)
  }

  // The storm is over: what waits comes, and what nobody told is asked for until nothing is open.
  platform.weather = () => 'fine'
  for (const transaction of platform.books.values()) if (transaction.state === 'pending') transaction.state = random() < 0.5 ? 'paid' : 'failed'
  for (const [reference, transaction] of platform.books)
    if (transaction.state === 'paid' && transaction.payments.length === 0) platform.pay(reference)
  for (const message of post) await office.receive(PARTNER, message)
  for (let round = 0; round < 500; round++) {
    clock.advance(minutes(70))
    const { asked } = await till.restart().askDue()
    if (asked === 0) break
  }
  return { ...(await compare(till, ids.length, crashes)), paidAfterClosing }
}

async function compare({ ledger, platform }: Till, bills: number, crashes: number): Promise<Omit<StormReport, 'paidAfterClosing'>> {
  const attempts = await ledger.db.selectFrom('payment_attempts').selectAll().execute()
  const refunds = await ledger.db.selectFrom('payment_refunds').selectAll().execute()
  const { paid, disputed } = await sumsOf(ledger, TENANT)
  const known = new Map(attempts.map((attempt) => [attempt.reference, attempt]))
  let platforms = 0
  let unreported = 0
  let doublePayments = 0
  const paidBills = new Set<string>()
  for (const [reference, { payments, amount, order }] of platform.books) {
    for (const number of payments) {
      platforms += Number(amount)
      const attempt = known.get(reference)
      const bill = order.receipt.MaHoSo
      if (paidBills.has(bill)) doublePayments += 1
      paidBills.add(bill)
      const isOurs = attempt !== undefined && attempt.transaction_no === number && holdsMoney(attempt.state)
      const isKnown = isOurs || refunds.some((one) => one.transaction_no === number)
      if (!isKnown) unreported += 1
    }
  }
  const invented = attempts.filter(({ reference, state }) => holdsMoney(state) && (platform.books.get(reference)?.payments.length ?? 0) === 0).length
  const again = refunds.filter(({ reference, transaction_no }) => known.get(reference)?.transaction_no !== transaction_no)
  return {
    bills,
    attempts: attempts.length,
    ours: paid,
    disputed: disputed + again.reduce((sum, { amount }) => sum + amount, 0),
    platforms,
    doublePayments,
    unreported,
    invented,
    journalHolds: (await verifyJournal(ledger, TENANT, PARTNER)).holds,
    crashes,
  }
}
