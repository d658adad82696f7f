/** Paid bills of dossiers, as the books of payments have them: read by the sync, whose ledger may be another one. */
import type { Selectable } from 'kysely'
import type { PaidDuty } from '../../domain/index.js'
import type { Ledger } from '../ledger.js'
import type { Vault } from '../vault.js'
import { openBill } from './sealed.js'
import type { BillTable } from './tables.js'

const PAGE = 500

type Books = Pick<Ledger, 'db' | 'vault'>

/**
 * Bills of dossiers paid since a moment, in milliseconds, and those paid bills whose money went back since then; that very moment included.
 * Read in pages. Some may come twice.
 */
export async function* paidSince(books: Books, tenant: string, since: number): AsyncGenerator<readonly PaidDuty[]> {
  yield* stillPaid(books, tenant, since)
  // Afterwards: of what goes back in between, this is the last word.
  yield* takenBack(books, tenant, since)
}

async function* stillPaid({ db, vault }: Books, tenant: string, since: number): AsyncGenerator<readonly PaidDuty[]> {
  let after = { at: since, id: '' }
  for (;;) {
    const { at, id: last } = after
    const rows = await db
      .selectFrom('bills')
      .select(['id', 'duty', 'dossier_key', 'sealed', 'paid_at', 'paid_through'])
      .where('tenant', '=', tenant)
      .where('state', '=', 'paid')
      .where('dossier_key', 'is not', null)
      .where((eb) => eb.or([eb('paid_at', '>', at), eb.and([eb('paid_at', '=', at), eb('id', '>', last)])]))
      .orderBy('paid_at')
      .orderBy('id')
      .limit(PAGE)
      .execute()
    if (rows.length === 0) return
    yield rows.map((row) => dutyOf(vault, tenant, row, false))
    const end = rows.at(-1)
    after = { at: end?.paid_at ?? 0, id: end?.id ?? '' }
  }
}

/** A bill is cancelled at the very moment when its payment is known to have gone back. */
async function* takenBack({ db, vault }: Books, tenant: string, since: number): AsyncGenerator<readonly PaidDuty[]> {
  let after = { at: since, reference: '' }
  for (;;) {
    const { at, reference: last } = after
    const rows = await db
      .selectFrom('payment_refunds as refund')
      .innerJoin('payment_attempts as attempt', (join) =>
        join.onRef('attempt.tenant', '=', 'refund.tenant').onRef('attempt.reference', '=', 'refund.reference'),
      )
      .innerJoin('bills', (join) => join.onRef('bills.tenant', '=', 'attempt.tenant').onRef('bills.id', '=', 'attempt.bill'))
      .select(['bills.id', 'bills.duty', 'bills.dossier_key', 'bills.sealed', 'bills.paid_at', 'bills.paid_through'])
      .select(['refund.done_at', 'refund.reference'])
      .where('refund.tenant', '=', tenant)
      .where('refund.done_at', 'is not', null)
      .where('bills.state', '=', 'cancelled')
      .whereRef('bills.paid_by', '=', 'refund.reference')
      .where('bills.dossier_key', 'is not', null)
      .where((eb) => eb.or([eb('refund.done_at', '>', at), eb.and([eb('refund.done_at', '=', at), eb('refund.reference', '>', last)])]))
      .orderBy('refund.done_at')
      .orderBy('refund.reference')
      .limit(PAGE)
      .execute()
    if (rows.length === 0) return
    yield rows.map((row) => dutyOf(vault, tenant, row, true))
    const end = rows.at(-1)
    after = { at: end?.done_at ?? 0, reference: end?.reference ?? '' }
  }
}

type PaidBill = Pick<Selectable<BillTable>, 'id' | 'duty' | 'dossier_key' | 'sealed' | 'paid_at' | 'paid_through'>

function dutyOf(vault: Vault, tenant: string, { id, duty, dossier_key, sealed, paid_at, paid_through }: PaidBill, isTakenBack: boolean): PaidDuty {
  return {
    ...{ bill: id, duty, dossier: dossier_key ?? '', paidAt: paid_at ?? 0, takenBack: isTakenBack },
    lines: openBill(vault, tenant, { id, sealed }).lines,
    paidThrough: paid_through ?? 'national',
  }
}
