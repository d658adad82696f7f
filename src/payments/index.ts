/** Fees, charges, fines and other duties: bills, attempts to pay them, and what the platform says of them. `lienthong/payments`. */

export { type ChainVerdict, verifyJournal } from '../ledger/index.js'
export { type AccountQuestion, type ApprovedAccount, accountFor, assertApproved } from './beneficiaries.js'
export type { Verdict } from './decide.js'
export type { PaymentOfficeOptions } from './desk.js'
export { type Bill, type NewBill, type PaymentOffice, type PaymentState, paymentOffice } from './office.js'
export type { Received } from './results.js'
export { defaultPaymentSettings, type PaymentSettings } from './settings.js'
export type { PaymentStart } from './starting.js'
