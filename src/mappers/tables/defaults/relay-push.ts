import type { TablesInput } from '../schema.js'

/** contracts/provincial-sources.md §9.2: the codes are the national ones (contracts/national-portal.md §5). */
export const relayPush: TablesInput = {
  status: { '1': 1, '2': 2, '3': 3, '4': 4, '5': 5, '6': 6, '7': 7, '8': 8, '9': 9, '10': 10 },
  applicantKinds: { '1': 'citizen', '2': 'business', '3': 'state-body', '4': 'organization' },
  channels: { '1': 'direct', '2': 'online', '3': 'post' },
  returnWays: { '0': 'counter', '1': 'post' },
}
