/** A province's payment office on real HTTP, the simulated platform, and citizens between them. At the end both books are compared, to the đồng. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'
import { type Clock, LienthongError, seededRandom, systemClock } from '../../src/base/index.js'
import { paymentPlatform } from '../../src/connectors/index.js'
import { holdsMoney, type Vnd } from '../../src/domain/index.js'
import { billInquiry, forNode, paymentResults, routes } from '../../src/handlers/index.js'
import { type Ledger, newLedgerKey, openLedger, parseLedgerKey, verifyJournal } from '../../src/ledger/index.js'
import { type ApprovedAccount, type PaymentOffice, paymentOffice } from '../../src/payments/index.js'
import { type FaultPlanInput, type PlatformOptions, type Sandbox, startSandbox, type TransactionLine } from '../../src/sandbox/index.js'
import { sumsOf } from '../payments/sums.js'
import { ACCOUNTS, feeWithoutAccount, TENANT } from '../payments/till.js'

export { TENANT }

/** Moves on request alone; whoever waits, waits a moment. */
export interface ShortClock extends Clock {
  advance(ms: number): void
}

const LONGEST_WAIT_MS = 5
/** A second payment under one reference is told by a message alone: it must not be given up while the storm lasts. */
const MANY_TRIES = 40

export function shortClock(start = Date.UTC(2026, 10, 22, 1)): ShortClock {
  let now = start
  return {
    now: () => now,
    sleep: (ms, signal) => systemClock.sleep(Math.min(ms, LONGEST_WAIT_MS), signal),
    advance(ms) {
      now += ms
    },
  }
}

export interface Town {
  readonly sandbox: Sandbox
  readonly clock: ShortClock
  readonly ledger: Ledger
  readonly office: PaymentOffice
  readonly partner: string
}

export type TownDialect = 'payplat' | 'payplat-2020-06' | 'keypay-dvcqg' | 'paygov'

export interface TownOptions {
  readonly faults?: FaultPlanInput
  readonly platform?: Partial<PlatformOptions>
  readonly dialect?: TownDialect
  /** Where money may go; default the account of the town's fees. */
  readonly accounts?: readonly ApprovedAccount[]
}

/** Which of the platform's doors a dialect goes through. */
const DOORS: Readonly<Record<TownDialect, string>> = {
  payplat: 'payment-platform',
  'payplat-2020-06': 'payment-platform',
  'keypay-dvcqg': 'payment-platform-keypay',
  paygov: 'payment-platform-paygov',
}

/** Everything in this process, over real HTTP. */
export async function paymentTown(options: TownOptions = {}): Promise<Town> {
  const clock = shortClock()
  const sandbox = await startSandbox({
    clock,
    ...(options.faults && { faults: options.faults }),
    options: { payments: { tries: MANY_TRIES, ...options.platform } },
  })
  onTestFinished(() => sandbox.stop())
  const { dialect = 'payplat' } = options
  const { urls = {}, credentials = {} } = sandbox.systems[DOORS[dialect]] ?? {}
  const { partner = '', secret = '', inboundSecret = secret, accessKey, serviceCode, token = '' } = credentials
  const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write', clock })
  onTestFinished(() => ledger.close())
  const transport = { timeouts: { readMs: 5000 }, retry: { attempts: 2, firstMs: 1, maxMs: 2 }, breaker: { failures: 1_000_000 } }
  const platform = paymentPlatform({
    ...{ dialect, urls, partner, secret, inboundSecrets: [inboundSecret], returnUrl: 'https://dichvucong.example.vn/back', literals: { token } },
    ...(accessKey && { accessKey }),
    ...(serviceCode && { serviceCode }),
    receiptHosts: [URL.parse(sandbox.origin)?.host ?? ''],
    ...transport,
  })
  const office = paymentOffice({
    ledger,
    tenant: TENANT,
    platforms: { [partner]: platform },
    accounts: options.accounts ?? ACCOUNTS,
    ip: '203.0.113.10',
    clock,
  })
  const doors = routes({
    'POST /results': paymentResults({ office, partner, access: { peers: ['127.0.0.1'] } }),
    'POST /inquiry': billInquiry({ office, access: { peers: ['127.0.0.1'] } }),
  })
  const server = createServer(forNode(doors))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const signing = dialect === 'payplat-2020-06' ? 'june-2020' : 'current'
  sandbox.payments.register({ partner, signing, callbackUrl: `${origin}/results`, inquiryUrl: `${origin}/inquiry` })
  return { sandbox, clock, ledger, office, partner }
}

/** Bill `index` of the town: its amount follows from its number, so that every process makes the same one. */
export function billOf(index: number) {
  const billCode = `H99-261122-${String(index).padStart(5, '0')}`
  const amount = (1000 * (1 + ((index * 7919) % 900))) as Vnd
  return { ...feeWithoutAccount, billCode, dossierCode: billCode, lines: [{ kind: 'fee' as const, code: null, name: 'Lệ phí mẫu', amount }] }
}

/** What a citizen does with an attempt: a function of the seed and the attempt's place, whoever comes first. */
export function whim(seed: string): 'pay' | 'pay-twice' | 'fail' | 'slow' | 'abandon' {
  const chance = seededRandom(`whim/${seed}`)()
  if (chance < 0.6) return 'pay'
  if (chance < 0.7) return 'pay-twice'
  if (chance < 0.8) return 'fail'
  return chance < 0.9 ? 'slow' : 'abandon'
}

/** Runs something that may fail as things outside fail; a mistake of ours still ends the test. */
export async function quietly<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof LienthongError) return undefined
    throw error
  }
}

export interface Books {
  readonly attempts: number
  /** Sums, in đồng. */
  readonly paid: number
  readonly disputed: number
  readonly platform: number
  readonly doublePayments: number
  /** Numbers of payments that the platform has and we do not. */
  readonly unreported: readonly string[]
  /** References that we say were paid, and nobody paid. */
  readonly invented: readonly string[]
  readonly stillOpen: readonly string[]
}

export async function compareBooks(ledger: Ledger, transactions: readonly TransactionLine[], partner: string): Promise<Books> {
  const attempts = await ledger.db.selectFrom('payment_attempts').selectAll().execute()
  const refunds = await ledger.db.selectFrom('payment_refunds').selectAll().execute()
  const known = new Map(attempts.map((attempt) => [attempt.reference, attempt]))
  const payments = transactions.flatMap(({ reference, billCode, payments: made }) => made.map((payment) => ({ ...payment, reference, billCode })))
  const isTold = ({ reference, number }: { readonly reference: string; readonly number: string }) => {
    const attempt = known.get(reference)
    return (attempt?.transaction_no === number && holdsMoney(attempt.state)) || refunds.some((refund) => refund.transaction_no === number)
  }
  const paidAt = new Set(payments.map(({ reference }) => reference))
  const { paid, disputed } = await sumsOf(ledger, TENANT)
  // A refund of a second payment under one reference has no attempt of its own.
  const again = refunds.filter(({ reference, transaction_no }) => known.get(reference)?.transaction_no !== transaction_no)
  const sum = (rows: readonly { readonly amount: number }[]) => rows.reduce((total, { amount }) => total + amount, 0)
  expect(await verifyJournal(ledger, TENANT, partner)).toMatchObject({ holds: true })
  return {
    attempts: attempts.length,
    paid,
    disputed: disputed + sum(again),
    platform: sum(payments),
    doublePayments: payments.length - new Set(payments.map(({ billCode }) => billCode)).size,
    unreported: payments.filter((payment) => !isTold(payment)).map(({ number }) => number),
    invented: attempts.filter(({ reference, state }) => holdsMoney(state) && !paidAt.has(reference)).map(({ reference }) => reference),
    stillOpen: attempts.filter(({ state }) => ['created', 'initiated', 'pending'].includes(state)).map(({ reference }) => reference),
  }
}
