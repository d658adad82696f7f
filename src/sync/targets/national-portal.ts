/** The national portal as the engine sees it: mapping and client together. contracts/national-portal.md §2.2, §4.1–4.3 */
import { canonicalJson, hasErrors, LienthongError, type Mapped } from '../../base/index.js'
import type { DossierRecord, NationalPortal, ProgressStepRecord } from '../../connectors/index.js'
import { type Dossier, localDateOf } from '../../domain/index.js'
import {
  type AgencyTable,
  type CodeTables,
  noAgencies,
  noPlaces,
  type PlaceTable,
  placesKnown,
  progressOf,
  reportedFor,
  reportingUnit,
  toDossierRecord,
  toProgressStep,
  wireFingerprintText,
} from '../../mappers/index.js'
import { isLoopback } from '../../transport/index.js'
import type { DossierTarget, FileLinking, Prepared, ProcedureDirectory, TargetAccount } from '../ports.js'

export interface PortalTargetOptions {
  readonly portal: NationalPortal
  readonly tables: CodeTables
  readonly procedures: ProcedureDirectory
  /** Boundary steps from the record's own dates where the source reports none. Default true. */
  readonly deriveSteps?: boolean
  /** What the client logs in with; see {@link DossierTarget.account}. */
  readonly account?: string
  /** Instead of `account`, where the portal is one of several accounts: see `portalAccounts`. */
  readonly accounts?: readonly TargetAccount[]
  /** Part of the epoch: the province's own code. */
  readonly agencyCode: string
  /** Who stood for what when: a dossier is reported for the agency that received it. Part of the epoch. */
  readonly agencies?: AgencyTable
  /** Which places the codes of addresses meant when. Part of the epoch. */
  readonly places?: PlaceTable
  /** Which unit a call names (`madonvi`): the one that received the dossier (default), or always the client's own. */
  readonly madonvi?: 'dossier' | 'account'
  /** See {@link DossierTarget.files}. Part of the epoch. */
  readonly files?: FileLinking
}

const MAPPER = 'national-portal/1'

export function portalTarget(options: PortalTargetOptions): DossierTarget<DossierRecord, ProgressStepRecord> {
  const { portal, tables, procedures, agencyCode, deriveSteps = true, agencies = noAgencies, places = noPlaces, accounts, files } = options
  const ownLinks = files && `${files.publicUrl}/`
  /** One account names its own unit by itself; of several, the unit decides which one is shown. */
  const unitOf = (code: string): { readonly agencyCode?: string } =>
    agencies.agencies.length === 0 || (options.madonvi === 'account' && accounts === undefined)
      ? {}
      : { agencyCode: reportingUnit(code, agencies, agencyCode) }
  const procedureOf = (dossier: Dossier) => {
    const { localCode } = dossier.procedure
    const arrived = dossier.receivedAt ?? dossier.submittedAt
    return localCode === null ? null : (procedures.byLocalCode(localCode, arrived === null ? undefined : localDateOf(arrived)) ?? null)
  }
  return {
    name: 'national-portal',
    ...(options.account === undefined ? {} : { account: options.account }),
    ...(accounts === undefined ? {} : { accounts }),
    // Without a table of agencies the epoch is what it was before there were any: nothing is mapped again for nothing.
    epoch: [
      ...[MAPPER, portal.dialect, tables.version, procedures.version, String(deriveSteps), agencyCode],
      ...(agencies.version === '' ? [] : [agencies.version]),
      ...(places.version === '' ? [] : [`places ${places.version}`]),
      ...(files === undefined ? [] : [`files ${files.keyVersion} ${files.publicUrl}`]),
    ].join('|'),
    stepsPerCall: portal.stepsPerCall,
    canLookUp: portal.canLookUp,
    loopback: isLoopback(portal.host),
    host: portal.host,
    ...(files === undefined ? {} : { files }),
    prepareRecord(dossier, code): Mapped<Prepared<DossierRecord>> {
      const reported = reportedFor(dossier, code, agencies, agencyCode)
      const mapped = toDossierRecord(reported.dossier, { code: code ?? '', procedure: procedureOf(dossier), tables, deriveSteps })
      const own = [...reported.findings, ...placesKnown(dossier, places)]
      const findings = own.length === 0 ? mapped.findings : [...own, ...mapped.findings]
      if (!mapped.ok || hasErrors(reported.findings)) return { ok: false, findings }
      return { ok: true, findings, value: prepared(mapped.value, (record) => wireFingerprintText(record, ownLinks)) }
    },
    progressOf: (dossier) => progressOf(reportedFor(dossier, dossier.nationalCode, agencies, agencyCode).dossier, { deriveSteps }),
    prepareStep(step, about): Mapped<Prepared<ProgressStepRecord>> {
      const mapped = toProgressStep(step, about)
      return mapped.ok ? { ...mapped, value: prepared(mapped.value, canonicalJson) } : mapped
    },
    submit: (record, { updating, signal, notAfter }) => portal.submitDossier(record, { updating, signal, notAfter, ...unitOf(record.MaHoSo) }),
    recordsPerCall: portal.dossiersPerCall,
    batchKey: (record) => unitOf(record.MaHoSo).agencyCode ?? portal.unitOf(record),
    submitMany: (records, { updating, signal, notAfter }) =>
      portal.submitDossiers(records, { updating, signal, notAfter, ...unitOf(records[0]?.MaHoSo ?? '') }),
    // The engine sends the steps of one dossier in a call.
    addSteps: (steps, { signal, notAfter }) => portal.addProgress(steps, { signal, notAfter, ...unitOf(steps[0]?.MaHoSo ?? '') }),
    async lookUp(code, { signal }) {
      return (await portal.lookUpDossier(code, { signal, ...unitOf(code) })).exists
    },
    refusal: ({ answer }, what) =>
      new LienthongError('portal.rejected', {
        system: 'national-portal',
        operation: what === 'record' ? 'DongBoHoSoMC' : 'CapNhatTienDoHoSoMC',
        hop: 'portal',
        values: {
          operation: what === 'record' ? 'DongBoHoSoMC' : 'CapNhatTienDoHoSoMC',
          answerCode: answer.code ?? '–',
          answer: answer.message ?? '',
        },
      }),
  }
}

/** The text is made when somebody asks: sending what was planned under the same tables needs none. */
function prepared<T>(record: T, text: (record: T) => string): Prepared<T> {
  return {
    record,
    get fingerprintText() {
      return text(record)
    },
  }
}
