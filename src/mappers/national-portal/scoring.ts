import { type Dossier, dossierStatuses, type ProcedureEntry, type ProgressStep } from '../../domain/index.js'
import type { CodeTables } from '../tables/index.js'
import type { RecordFinding } from './rules.js'

interface ScoringContext {
  readonly procedure: ProcedureEntry | null
  readonly tables: CodeTables
  /** What would be reported as progress, boundary steps included. */
  readonly progress: readonly ProgressStep[]
}

/** A field the national scoring reads, and when its absence costs points. contracts/national-portal.md §8.1 */
export interface ScoringGap {
  readonly finding: RecordFinding
  readonly path: string
  missing(dossier: Dossier, context: ScoringContext): boolean
}

const received = ({ status }: Dossier) => status !== null && status !== 1 && status !== 3
const processed = ({ status }: Dossier) => status === 9 || status === 10

export const scoringGaps: readonly ScoringGap[] = [
  { finding: 'applicant.name-missing', path: 'applicant.name', missing: ({ applicant }) => applicant.name === null },
  {
    finding: 'applicant.id-missing',
    path: 'applicant.identities',
    missing: ({ applicant }, { tables }) => !applicant.identities.some(({ kind }) => tables.wire.identity[kind] !== undefined),
  },
  { finding: 'sector.missing', path: 'sector', missing: ({ sector }, { procedure }) => (procedure?.sector.code ?? sector.code) === null },
  { finding: 'channel.missing', path: 'channel', missing: ({ channel }, { tables }) => channel === null && tables.assume.channel === null },
  { finding: 'time.submitted-missing', path: 'submittedAt', missing: ({ submittedAt }) => submittedAt === null },
  { finding: 'time.received-missing', path: 'receivedAt', missing: (dossier) => received(dossier) && dossier.receivedAt === null },
  { finding: 'time.finish-missing', path: 'finishedAt', missing: (dossier) => processed(dossier) && dossier.finishedAt === null },
  { finding: 'time.return-missing', path: 'returnedAt', missing: ({ status, returnedAt }) => status === 10 && returnedAt === null },
  { finding: 'time.refusal-missing', path: 'refusedAt', missing: ({ status, refusedAt }) => status === 3 && refusedAt === null },
  { finding: 'fee.unknown', path: 'fees', missing: ({ fees }) => fees === null },
  {
    finding: 'payment.unknown',
    path: 'onlinePayment',
    missing: ({ fees, onlinePayment }) => onlinePayment === null && (fees ?? []).some(({ amount }) => amount > 0),
  },
  {
    finding: 'result.link-missing',
    path: 'results',
    // A returned document without code and link is rule V12.
    missing: ({ status, results }, { procedure }) =>
      (status === 9 || (status === 10 && procedure?.paperResult !== true)) &&
      procedure?.paperResult !== false &&
      // A file without a link is told of by whoever makes links (`files.no-public-host`).
      !(results ?? []).some(({ url, file }) => url !== null || file != null),
  },
  { finding: 'documents.unknown', path: 'documents', missing: ({ documents }) => documents === null },
  { finding: 'digitised.unknown', path: 'digitised', missing: ({ digitised }) => digitised === null },
  { finding: 'verification.unknown', path: 'applicant.identityVerified', missing: ({ applicant }) => applicant.identityVerified === null },
  {
    finding: 'steps.end-missing',
    path: 'steps',
    missing: (dossier, { progress }) =>
      processed(dossier) && !progress.some(({ status }) => status !== null && (dossierStatuses[status]?.endsProcessing ?? false)),
  },
]
