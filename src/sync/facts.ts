import type { Insertable } from 'kysely'
import { type Dossier, type ProgressStep, parseProcedureCode, sumVnd } from '../domain/index.js'
import type { LedgerTables } from '../ledger/index.js'

/** The part of a dossier that indicators need and nobody can be recognised by. DESIGN "ledger", contracts/rules-and-indicators.md §3. */
export function factsOf(
  dossier: Dossier,
  steps: readonly ProgressStep[],
  place: { tenant: string; source: string; now: number },
): Insertable<LedgerTables['dossier_facts']> {
  const { localCode } = dossier.procedure
  const procedure = localCode === null ? undefined : parseProcedureCode(localCode)
  return {
    tenant: place.tenant,
    source: place.source,
    source_id: dossier.sourceId,
    local_code: dossier.localCode,
    procedure_code: localCode,
    national_procedure: procedure?.ok ? procedure.value.base : null,
    agency_code: dossier.agency.code,
    channel: dossier.channel,
    origin: dossier.origin,
    submitted_at: dossier.submittedAt,
    received_at: dossier.receivedAt,
    due_at: dossier.dueAt,
    finished_at: dossier.finishedAt,
    returned_at: dossier.returnedAt,
    status: dossier.status,
    status_history: JSON.stringify(steps.map(({ at, status, derived }) => ({ at, status, derived }))),
    fee_total: dossier.fees === null ? null : sumVnd(dossier.fees.map((fee) => fee.amount)),
    online_payment: dossier.onlinePayment,
    flags: JSON.stringify({
      digitised: dossier.digitised,
      digitisedComponent: some(dossier.documents, (document) => document.digitised === true && document.url !== null),
      fromPersonalStore: some(dossier.documents, (document) => document.fromPersonalStore === true),
      identityVerified: dossier.applicant.identityVerified,
      electronicResult: some(dossier.results, (result) => result.url !== null && result.resultCode !== null),
      databases: dossier.databases,
    }),
    updated_at: place.now,
  }
}

/** `null` stays "unknown": a list nobody read does not say no. */
function some<T>(list: readonly T[] | null, test: (item: T) => boolean): boolean | null {
  return list === null ? null : list.some(test)
}
