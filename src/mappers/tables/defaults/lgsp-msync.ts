import type { TablesInput } from '../schema.js'

/**
 * contracts/provincial-sources.md §5.2. The message has no usable status: the keys are what can be told from its flags and dates. `ended`
 * (finished, not returned) has no row: withdrawn or refused, the message does not say which.
 */
export const lgspMsync: TablesInput = {
  status: { open: 4, supplement: 5, releasing: 9, returned: 10 },
  applicantKinds: { '1': 'citizen', '2': 'business', '3': 'organization' },
  returnWays: { '0': 'counter', '1': 'post' },
}
