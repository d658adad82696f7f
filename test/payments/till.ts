import { onTestFinished } from 'vitest'
import { type Ledger, newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { type PaymentOffice, type PaymentOfficeOptions, paymentOffice } from '../../src/payments/index.js'
import { feeBill } from '../mappers/payment-platform/made-up-bills.js'
import { type ManualClock, manualClock } from '../transport/manual-clock.js'
import { PARTNER, type PaperPlatform, paperPlatform } from './paper-platform.js'

export const TENANT = 'mau'
export const ACCOUNTS = [{ ...feeBill.beneficiary, validFrom: null, validTo: null }]
export const { beneficiary: _, ...feeWithoutAccount } = feeBill

export interface Till {
  readonly ledger: Ledger
  readonly clock: ManualClock
  readonly platform: PaperPlatform
  readonly office: PaymentOffice
  /** What the office was opened with. */
  readonly options: PaymentOfficeOptions
  /** The same books seen by a process that was just started. */
  restart(): PaymentOffice
}

/** An office on an empty ledger, or on one that is given, with a platform in memory. */
export async function openTill(options: Partial<PaymentOfficeOptions> = {}): Promise<Till> {
  const clock = manualClock()
  const ledger =
    options.ledger ?? (await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write', clock }))
  if (options.ledger === undefined) onTestFinished(() => ledger.close())
  const platform = paperPlatform()
  const all = { ledger, tenant: TENANT, platforms: { [PARTNER]: platform }, accounts: ACCOUNTS, ip: '203.0.113.10', clock, ...options }
  const restart = () => paymentOffice(all)
  return { ledger, clock, platform, options: all, office: restart(), restart }
}
