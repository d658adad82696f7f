import type { TablesInput } from '../schema.js'

/** contracts/provincial-sources.md §4. The status column is the contract's default; sub-statuses and actions are free per site. */
export const openCps: TablesInput = {
  status: {
    new: 1,
    receiving: 1,
    collecting: 2,
    processing: 4,
    handover: 4,
    interoperating: 4,
    waiting: 5,
    correcting: 5,
    paying: 6,
    cancelling: 7,
    cancelled: 7,
    unresolved: 8,
    pausing: 8,
    releasing: 9,
    posting: 9,
    done: 10,
    denied: 3,
  },
  applicantKinds: { citizen: 'citizen', business: 'business', organization: 'organization' },
  channels: { true: 'online', false: 'direct' },
  returnWays: { '0': 'counter', '1': 'counter', '*': 'post' },
  // The source never writes this list down: assumed (§4.5).
  paymentStatus: {
    '0': { paid: false, assumed: true },
    '1': { paid: false, assumed: true },
    '2': { paid: null, assumed: true },
    '3': { paid: true, assumed: true },
    '5': { paid: true, assumed: true, atCounter: true },
  },
  paymentMethods: { KeyPayDVCQG: 'national', ViettelPay: 'provincial' },
}
