import type { Finding, Severity, Text } from '../../base/index.js'
import { type Dossier, type Instant, isoInstant, type ProcedureEntry } from '../../domain/index.js'

/** What `inspect` found in the files. Times are ISO 8601 at +07:00. It prints personal data: that is what it is asked for. */
export interface InspectReport {
  readonly schema: 1
  readonly dossiers: readonly InspectedDossier[]
  readonly procedures: readonly InspectedProcedure[]
  /** Steps of dossiers that are not among these files. */
  readonly steps: readonly StrayStep[]
  /** Fees and transactions of dossiers that are not among these files. */
  readonly fees: readonly StrayFee[]
  readonly problems: readonly Problem[]
}

/** The fields of contracts/examples/expected.json, and a few more. */
export interface InspectedDossier {
  readonly sourceId: string
  readonly localCode: string | null
  readonly nationalCode: string | null
  readonly procedureCode: string | null
  readonly procedureName: string | null
  readonly agencyCode: string | null
  readonly agencyName: string | null
  readonly applicantName: string | null
  readonly applicantKind: string | null
  readonly applicantId: string | null
  readonly submittedAt: string | null
  readonly receivedAt: string | null
  readonly dueAt: string | null
  readonly finishedAt: string | null
  readonly returnedAt: string | null
  readonly refusedAt: string | null
  readonly status: number | null
  readonly channel: string | null
  readonly returnBy: string | null
  /** Empty also when fees are unknown: see `feesKnown`. */
  readonly fees: readonly { readonly amountVnd: number; readonly paid: boolean | null }[]
  readonly feesKnown: boolean
  readonly steps: readonly InspectedStep[] | null
}

export interface InspectedStep {
  readonly at: string
  readonly status: number | null
  readonly officer: string | null
  readonly note: string | null
}

export interface InspectedProcedure {
  readonly localCode: string
  readonly nationalCode: string | null
  readonly name: string
}

export interface StrayStep extends InspectedStep {
  /** The source's own id of the dossier. */
  readonly dossier: string | null
  readonly localCode: string | null
  readonly file: string
}

export interface StrayFee {
  readonly amountVnd: number
  readonly paid: boolean | null
  readonly localCode: string | null
  readonly file: string
}

/** A finding and its place: `CODE/field`, or the file's name. */
export interface Problem {
  readonly where: string
  readonly rule: string
  readonly severity: Severity
  readonly why: Text
  readonly hint: Text
}

/** Fields of the report whose name differs from the dossier's own path. */
const REPORT_FIELDS: readonly (readonly [path: RegExp, field: string])[] = [
  [/^applicant\.name$/, 'applicantName'],
  [/^applicant\.kind$/, 'applicantKind'],
  [/^applicant\.identities.*$/, 'applicantId'],
  [/^procedure\.localCode$/, 'procedureCode'],
  [/^procedure\.name$/, 'procedureName'],
  [/^agency\.code$/, 'agencyCode'],
  [/^agency\.name$/, 'agencyName'],
]

export function problemOf(place: string, { ruleId, severity, path, message, hint }: Finding): Problem {
  const row = REPORT_FIELDS.find(([pattern]) => pattern.test(path))
  const field = row?.[1] ?? path
  return { where: field === '' ? place : `${place}/${field}`, rule: ruleId, severity, why: message, hint }
}

export function inspectedDossier(dossier: Dossier): InspectedDossier {
  const { procedure, agency, applicant, fees, steps } = dossier
  return {
    sourceId: dossier.sourceId,
    localCode: dossier.localCode,
    nationalCode: dossier.nationalCode,
    procedureCode: procedure.localCode,
    procedureName: procedure.name,
    agencyCode: agency.code,
    agencyName: agency.name,
    applicantName: applicant.name,
    applicantKind: applicant.kind,
    applicantId: applicant.identities[0]?.number ?? null,
    submittedAt: iso(dossier.submittedAt),
    receivedAt: iso(dossier.receivedAt),
    dueAt: iso(dossier.dueAt),
    finishedAt: iso(dossier.finishedAt),
    returnedAt: iso(dossier.returnedAt),
    refusedAt: iso(dossier.refusedAt),
    status: dossier.status,
    channel: dossier.channel,
    returnBy: dossier.returnBy,
    fees: (fees ?? []).map(({ amount, paid }) => ({ amountVnd: amount, paid })),
    feesKnown: fees !== null,
    steps: steps?.map(({ at, status, officer, note }) => ({ at: isoInstant(at), status, officer, note })) ?? null,
  }
}

export function inspectedProcedure({ localCode, nationalCode, name }: ProcedureEntry): InspectedProcedure {
  return { localCode, nationalCode, name }
}

function iso(at: Instant | null): string | null {
  return at === null ? null : isoInstant(at)
}
