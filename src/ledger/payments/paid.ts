/** Paid bills of dossiers, as the books of payments have them: read by the sync, whose ledger may be another one. */
import type { PaidDuty } from '../../domain/index.js'
import type { Ledger } from '../ledger.js'
import { openBill } from './sealed.js'

const PAGE = 500

/** Bills of dossiers paid since a moment, in milliseconds; those of that very moment included. Read in pages. */
export async function* paidSince({ db, vault }: Pick<Ledger, 'db' | 'vault'>, tenant: string, since: number): AsyncGenerator<readonly PaidDuty[]> {
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
    yield rows.map(({ id, duty, dossier_key, sealed, paid_at, paid_through }) => ({
      bill: id,
      duty,
      dossier: dossier_key ?? '',
      paidAt: paid_at ?? 0,
      lines: openBill(vault, tenant, { id, sealed }).lines,
      paidThrough: paid_through ?? 'national',
    }))
    const end = rows.at(-1)
    after = { at: end?.paid_at ?? 0, id: end?.id ?? '' }
  }
}
