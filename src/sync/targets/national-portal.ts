/** The national portal as the engine sees it: mapping and client together. contracts/national-portal.md §2.2, §4.1–4.3 */
import { canonicalJson, LienthongError, type Mapped } from '../../base/index.js'
import type { DossierRecord, NationalPortal, ProgressStepRecord } from '../../connectors/index.js'
import { type Dossier, localDateOf } from '../../domain/index.js'
import { type CodeTables, progressOf, toDossierRecord, toProgressStep, wireFingerprintText } from '../../mappers/index.js'
import { isLoopback } from '../../transport/index.js'
import type { DossierTarget, Prepared, ProcedureDirectory } from '../ports.js'

export interface PortalTargetOptions {
  readonly portal: NationalPortal
  readonly tables: CodeTables
  readonly procedures: ProcedureDirectory
  /** Boundary steps from the record's own dates where the source reports none. Default true. */
  readonly deriveSteps?: boolean
  /** What the client logs in with; see {@link DossierTarget.account}. */
  readonly account?: string
  /** Part of the epoch: the province's own code. */
  readonly agencyCode: string
}

const MAPPER = 'national-portal/1'

export function portalTarget(options: PortalTargetOptions): DossierTarget<DossierRecord, ProgressStepRecord> {
  const { portal, tables, procedures, agencyCode, deriveSteps = true } = options
  const procedureOf = (dossier: Dossier) => {
    const { localCode } = dossier.procedure
    const arrived = dossier.receivedAt ?? dossier.submittedAt
    return localCode === null ? null : (procedures.byLocalCode(localCode, arrived === null ? undefined : localDateOf(arrived)) ?? null)
  }
  return {
    name: 'national-portal',
    ...(options.account === undefined ? {} : { account: options.account }),
    epoch: [MAPPER, portal.dialect, tables.version, procedures.version, String(deriveSteps), agencyCode].join('|'),
    stepsPerCall: portal.stepsPerCall,
    canLookUp: portal.canLookUp,
    loopback: isLoopback(portal.host),
    host: portal.host,
    prepareRecord(dossier, code): Mapped<Prepared<DossierRecord>> {
      const mapped = toDossierRecord(dossier, { code: code ?? '', procedure: procedureOf(dossier), tables, deriveSteps })
      return mapped.ok ? { ...mapped, value: prepared(mapped.value, wireFingerprintText) } : mapped
    },
    progressOf: (dossier) => progressOf(dossier, { deriveSteps }),
    prepareStep(step, about): Mapped<Prepared<ProgressStepRecord>> {
      const mapped = toProgressStep(step, about)
      return mapped.ok ? { ...mapped, value: prepared(mapped.value, canonicalJson) } : mapped
    },
    submit: (record, { updating, signal, notAfter }) => portal.submitDossier(record, { updating, signal, notAfter }),
    addSteps: (steps, { signal, notAfter }) => portal.addProgress(steps, { signal, notAfter }),
    async lookUp(code, { signal }) {
      return (await portal.lookUpDossier(code, { signal })).exists
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
