import { dossierStatuses } from '../../../domain/index.js'
import type { TablesInput } from '../schema.js'

const nationalTerms = Object.fromEntries(Object.entries(dossierStatuses).map(([code, { says }]) => [says.vi, Number(code)]))

/** What every product shares: the national terms and the codes of the national wire. contracts/national-portal.md §5 */
export const common: TablesInput = {
  statusText: nationalTerms,
  applicantName: 'as-written',
  // A dossier under a code that the national catalogue does not have helps nobody: it waits, in one group, until the procedure is matched.
  unmatchedProcedure: 'refuse',
  // §5.5 and §5.6: what public clients send for every fee.
  assume: { feeCollectedAt: '1', feeKind: '1' },
  wire: {
    // §5.3: 1 and 2 have two sources, 3 and 4 one each and their labels differ.
    applicantKind: { citizen: '1', business: '2', 'state-body': '3', organization: '4' },
    channel: { direct: '1', online: '2', post: '3' },
    returnBy: { counter: '0', post: '1' },
    onlinePayment: { national: '1', provincial: '2', none: '0', 'requested-offline': '3' },
    // §5.8: 1 is inferred.
    filedAt: { national: '1', provincial: '2' },
    // §5.10: codes for tax numbers and passports are unknown, so such identities stay at home until a table names one.
    identity: { 'personal-number': '1', 'old-id-card': '2' },
  },
}
