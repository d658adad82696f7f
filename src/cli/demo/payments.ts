/** The demo's citizens: they pay fees and fines at the simulated platform, in all the ways citizens have. docs/payments.md */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLienthongError } from '../../base/index.js'
import { assemblePayments, type LoadedConfig } from '../../config/index.js'
import { instant, localDateOf, type Vnd } from '../../domain/index.js'
import { configuredPayments, forNode } from '../../handlers/index.js'
import type { Ledger } from '../../ledger/index.js'
import { type NewBill, type PaymentOffice, verifyJournal } from '../../payments/index.js'
import type { RunningSandbox } from './sandbox-process.js'

/** What both sides' books say in the end. Amounts in đồng. */
export interface PaymentsTold {
  readonly bills: number
  readonly attempts: number
  /** What bills count as paid, and what has to go back: together what the platform holds. */
  readonly paid: number
  readonly disputed: number
  readonly platform: number
  /** Payments at the platform that our books do not know. */
  readonly unreported: number
  readonly receipts: number
  readonly journal: 'holds' | 'broken'
  /** Dossiers with a paid fee, which the next pass has to tell the portal about. */
  readonly dossiersPaid: readonly string[]
}

/** What citizens do at the page, one after the other; of the last two the money comes from the national portal, and twice. */
const ACTIONS = ['pay', 'pay', 'fail', 'pay', 'slow', 'abandon', 'pay-twice', 'national', 'national-again'] as const
const CITIZENS = 18
/** Fines belong to no dossier. */
const EVERY_FINE = 6

export async function tellPayments(
  sandbox: RunningSandbox,
  loaded: LoadedConfig,
  { ledger, tenant, signal }: { readonly ledger: Ledger; readonly tenant: string; readonly signal: AbortSignal },
): Promise<PaymentsTold | null> {
  const payments = assemblePayments(loaded, tenant, ledger)
  const partner = payments?.partners[0]?.partner
  if (payments === undefined || partner === undefined) return null
  const { office } = payments
  const routing = configuredPayments(loaded, { [tenant]: payments })
  const server = createServer(forNode(routing.handler))
  try {
    const origin = await listening(server)
    const pathOf = (serves: string) => origin + (routing.routes.find((route) => route.serves === serves)?.path ?? '')
    await sandbox.post('/payment-platform/partner', { partner, callbackUrl: pathOf('results'), inquiryUrl: pathOf('inquiries') })
    const codes = (await sandbox.rows('/national-portal/dossiers')).slice(0, CITIZENS).map(({ maHoSo }) => String(maHoSo))
    const bills: NewBill[] = codes.map((code, index) => (index % EVERY_FINE === EVERY_FINE - 1 ? fineOf(index) : feeOf(code, index)))
    for (const [index, bill] of bills.entries()) {
      if (signal.aborted) break
      await pay(sandbox, office, bill, ACTIONS[index % ACTIONS.length] ?? 'pay')
    }
    await sandbox.post('/payment-platform/settle', {})
    await askAll(sandbox, office)
    return await compare(sandbox, { office, ledger, tenant, partner }, bills)
  } finally {
    await new Promise((resolve) => server.close(resolve).closeAllConnections())
  }
}

async function pay(sandbox: RunningSandbox, office: PaymentOffice, bill: NewBill, action: (typeof ACTIONS)[number]): Promise<void> {
  const { id } = await office.createBill(bill)
  if (action === 'national' || action === 'national-again') {
    await sandbox.post('/payment-platform/national', { code: bill.billCode })
    if (action === 'national') return
  }
  const payUrl = await pageOf(office, id)
  if (payUrl === undefined) return
  const first = action === 'national-again' ? 'pay' : action
  await sandbox.post('/payment-platform/citizen', { payUrl, action: first, ...(first === 'slow' ? { ends: 'paid' } : {}) })
  if (first !== 'fail') return
  // Tries again with another bank, as soon as the platform has said that nothing was taken.
  await sandbox.post('/payment-platform/settle', {})
  await askAll(sandbox, office)
  const again = await pageOf(office, id)
  if (again !== undefined) await sandbox.post('/payment-platform/citizen', { payUrl: again, action: 'pay' })
}

/** Asked until there is a page, or nothing to pay any more: with faults a request may get lost. */
async function pageOf(office: PaymentOffice, bill: string): Promise<string | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const start = await office.start(bill)
      if (start.outcome === 'pay') return start.payUrl
      if (start.outcome === 'not-due') return undefined
    } catch (error) {
      if (!isLienthongError(error) || !error.retryable) throw error
    }
  }
  return undefined
}

const TRIES = 5

/** About everything that the platform has: what was told already is only confirmed. */
async function askAll(sandbox: RunningSandbox, office: PaymentOffice): Promise<void> {
  for (const { reference } of await sandbox.rows('/payment-platform/transactions')) {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        await office.ask(String(reference))
        break
      } catch (error) {
        if (
          !isLienthongError(error) ||
          (!error.retryable && error.code !== 'payment.unknown_reference' && error.code !== 'payment.unreadable_answer')
        )
          throw error
      }
    }
  }
}

interface Books {
  readonly office: PaymentOffice
  readonly ledger: Ledger
  readonly tenant: string
  readonly partner: string
}

async function compare(sandbox: RunningSandbox, { office, ledger, tenant, partner }: Books, bills: readonly NewBill[]): Promise<PaymentsTold> {
  const refunds = await office.refunds()
  const refunded = new Set(refunds.map(({ transaction }) => transaction))
  let [attempts, platform, paid, unreported, receipts] = [0, 0, 0, 0, 0]
  const paidCodes = new Set<string>()
  for (const row of await sandbox.rows('/payment-platform/transactions')) {
    attempts += 1
    const known = await office.attempt(String(row.reference))
    for (const { number, amount } of row.payments as readonly { readonly number: string; readonly amount: number }[]) {
      platform += amount
      if (known?.bill.paidBy === row.reference && known?.transaction === number) {
        paid += amount
        paidCodes.add(known.bill.billCode)
      } else if (!refunded.has(number)) unreported += 1
    }
    if (known?.state === 'paid' && (await office.receipt(known.reference).catch(() => null)) !== null) receipts += 1
  }
  const { holds } = await verifyJournal(ledger, tenant, partner)
  return {
    ...{ bills: bills.length, attempts, paid, disputed: refunds.reduce((sum, { amount }) => sum + amount, 0), platform, unreported, receipts },
    journal: holds ? 'holds' : 'broken',
    dossiersPaid: bills.flatMap(({ dossierCode, billCode }) => (dossierCode !== null && paidCodes.has(billCode) ? [dossierCode] : [])),
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const payer = { name: 'Nguyễn Văn Mẫu', idNumber: '099000000001', address: '1 Đường Mẫu, xã Mẫu', province: null }
const agency = { code: '000.00.12.H99', name: 'UBND xã Mẫu' }

function feeOf(code: string, index: number): NewBill {
  return {
    ...{ duty: 'fees', billCode: code, dossierCode: code, agency, payer, decision: null, tax: null, insurance: null },
    procedure: { code: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh', service: { code: null, name: null } },
    lines: [{ kind: 'fee', code: 'LP01', name: 'Lệ phí đăng ký', amount: ((index + 1) * 10_000) as Vnd }],
    narration: `Lệ phí hồ sơ ${code}`,
  }
}

function fineOf(index: number): NewBill {
  const number = `QD-${String(index).padStart(4, '0')}/2026`
  const authority = { code: '000.00.15.H99', name: 'Công an tỉnh Mẫu' }
  const violatedAt = instant(Date.UTC(2026, 0, 1 + index, 2))
  return {
    ...{ duty: 'fine', billCode: number, dossierCode: null, agency: authority, procedure: null, payer, tax: null, insurance: null },
    lines: [{ kind: 'other', code: null, name: 'Tiền phạt', amount: 2_000_000 as Vnd }],
    decision: {
      ...{ number, decidedOn: localDateOf(violatedAt), authority, kind: { code: 'GT', name: 'Giao thông đường bộ' }, treasury: '0011' },
      ...{ budgetAccount: '7111', violator: payer.name, violatedAt, place: 'Km 12, đường tỉnh Mẫu' },
    },
    narration: `Nộp phạt theo quyết định ${number}`,
  }
}
