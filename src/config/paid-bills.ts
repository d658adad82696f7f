/** Paid bills of a tenant, for its sync. docs/payments.md, "Back into the dossier" */
import { existsSync } from 'node:fs'
import { type Ledger, paidSince } from '../ledger/index.js'
import type { PaidBills } from '../sync/index.js'
import { type LoadedConfig, ledgerFile, ledgerUrl } from './load.js'
import { openPaymentLedger } from './open-ledger.js'

/**
 * Of the ledger that the sync writes, or of the one that `ledger.paymentsUrl` names, which is opened for each look.
 *
 * @returns undefined where the tenant takes no payments
 */
export function paidBillsOf(loaded: LoadedConfig, tenant: string, ledger: Ledger): PaidBills | undefined {
  if (loaded.config.tenants[tenant]?.payments === undefined) return undefined
  if (ledgerUrl(loaded, 'payments') === ledgerUrl(loaded)) return { since: (paidAt) => paidSince(ledger, tenant, paidAt) }
  return {
    async *since(paidAt) {
      const file = ledgerFile(loaded, 'payments')
      // Nobody has made a bill yet.
      if (file !== undefined && !existsSync(file)) return
      const books = await openPaymentLedger(loaded, 'read', 'sync', ledger.clock)
      try {
        yield* paidSince(books, tenant, paidAt)
      } finally {
        await books.close()
      }
    },
  }
}
