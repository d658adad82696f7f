/** What the books count as paid, and what is in dispute: to be compared with the platform's own. */
import type { Ledger } from '../../src/ledger/index.js'

export async function sumsOf({ db }: Pick<Ledger, 'db'>, tenant: string): Promise<{ readonly paid: number; readonly disputed: number }> {
  const rows = await db
    .selectFrom('payment_attempts')
    .select((eb) => ['state', eb.fn.sum<number>('amount').as('sum')])
    .where('tenant', '=', tenant)
    .groupBy('state')
    .execute()
  const of = (...states: readonly string[]) => rows.filter(({ state }) => states.includes(state)).reduce((total, { sum }) => total + Number(sum), 0)
  return { paid: of('paid', 'receipted', 'reconciled'), disputed: of('disputed', 'refund-requested') }
}
