/** An office with a till beside it: the sync on one ledger, payments on another. */
import { onTestFinished } from 'vitest'
import type { Vnd } from '../../src/domain/index.js'
import { type Ledger, openLedger, paidSince } from '../../src/ledger/index.js'
import { type PaymentOffice, paymentOffice } from '../../src/payments/index.js'
import { PARTNER, type PaperPlatform, paperPlatform } from '../payments/paper-platform.js'
import { ACCOUNTS, feeWithoutAccount } from '../payments/till.js'
import { card, codeOf, key, type Office, type OfficeOptions, openOffice, TENANT } from './office.js'

export interface TilledOffice {
  readonly books: Ledger
  readonly office: Office
  readonly till: PaymentOffice
  readonly platform: PaperPlatform
  /** The books of payments cannot be read. */
  away: Error | undefined
}

/** @param books where payments are kept; default a ledger of their own. What the portal gets of money stands in the summary. */
export async function withTill(
  cards: readonly Parameters<typeof card>[1][] = [],
  options: OfficeOptions = {},
  books: (office: Office) => Ledger | Promise<Ledger> = ({ clock }) => openLedger({ url: 'sqlite::memory:', key, access: 'write', clock }),
): Promise<TilledOffice> {
  const found: { all?: TilledOffice; ledger?: Ledger } = {}
  const payments = {
    async *since(at: number) {
      if (found.all?.away) throw found.all.away
      if (found.ledger) yield* paidSince(found.ledger, TENANT, at)
    },
  }
  const office = await openOffice({
    ...options,
    sync: { payments },
    cards: cards.map((changes, index) => card(index + 1, { onlinePayment: null, ...changes })),
  })
  const { portal, clock } = office
  const ledger = await books(office)
  found.ledger = ledger
  if (ledger !== office.ledger) onTestFinished(() => ledger.close())
  const plain = portal.prepareRecord.bind(portal)
  portal.prepareRecord = (one, code) => {
    const fees = one.fees?.map(({ amount }) => amount)
    return plain({ ...one, summary: JSON.stringify({ fees, online: one.onlinePayment }) }, code)
  }
  const platform = paperPlatform()
  const till = paymentOffice({ ledger, tenant: TENANT, platforms: { [PARTNER]: platform }, accounts: ACCOUNTS, ip: '203.0.113.10', clock })
  found.all = { office, books: ledger, till, platform, away: undefined }
  return found.all
}

/** @returns the attempt that paid. */
export async function pay({ till, platform }: TilledOffice, dossierCode: string, amount = 150_000): Promise<string> {
  const lines = [{ kind: 'fee' as const, code: 'MAU-01', name: 'Lệ phí mẫu', amount: amount as Vnd }]
  const bill = await till.createBill({ ...feeWithoutAccount, billCode: dossierCode, dossierCode, lines })
  const start = await till.start(bill.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  platform.pay(start.reference)
  await till.receive(PARTNER, platform.message(start.reference))
  return start.reference
}

/** The money of an attempt goes back, and its bill is cancelled. */
export async function giveBack({ till }: TilledOffice, reference: string): Promise<void> {
  await till.askRefund(reference, 'dossier-withdrawn')
  await till.recordRefund({ reference })
}

/** What the portal has of number `n`. */
export function shownOf({ portal }: Office, n: number): unknown {
  return JSON.parse(portal.books.get(codeOf(n))?.record.summary ?? 'null')
}

export function updates({ portal }: Office, n: number): number | undefined {
  return portal.books.get(codeOf(n))?.updates
}
