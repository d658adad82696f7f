import type { TablesInput } from '../schema.js'

/** contracts/provincial-sources.md §6.2: that the codes are the national ones is assumed. */
export const hcmLgsp: TablesInput = {
  status: { '1': 1, '2': 2, '3': 3, '4': 4, '5': 5, '6': 6, '7': 7, '8': 8, '9': 9, '10': 10 },
  applicantKinds: { '1': 'citizen', '2': 'business', '3': 'state-body', '4': 'organization' },
  returnWays: { '0': 'counter', '1': 'post' },
}
