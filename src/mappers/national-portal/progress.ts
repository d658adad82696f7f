import { hasErrors, type Mapped, notesFor } from '../../base/index.js'
import { type ProgressStepRecord, progressStep } from '../../connectors/national-portal/wire.js'
import { type Dossier, type DossierStatus, dossierStatuses, type Instant, type ProgressStep } from '../../domain/index.js'
import { wireTime } from './nested.js'
import { recordFindings } from './rules.js'
import { cut } from './text.js'

/** Steps that the record's own dates prove, and the statuses of the dossier that make them true. DESIGN "Mappers". */
const BOUNDARIES: readonly {
  readonly status: DossierStatus
  readonly at: (dossier: Dossier) => Instant | null
  readonly unless: readonly DossierStatus[]
}[] = [
  { status: 2, at: ({ status, receivedAt }) => (status === null || status === 1 || status === 3 ? null : receivedAt), unless: [2] },
  // A dossier that was stopped and handed out (8 → 10) was never processed to its end.
  { status: 9, at: ({ status, finishedAt }) => (status === 9 || status === 10 ? finishedAt : null), unless: [9, 8] },
  { status: 10, at: ({ status, returnedAt }) => (status === 10 ? returnedAt : null), unless: [10] },
  { status: 3, at: ({ status, refusedAt }) => (status === 3 ? refusedAt : null), unless: [3] },
]

/** Work on a dossier that nobody has received; what may come before is an application, its fee, a question or a refusal. */
const ONLY_AFTER_RECEPTION: ReadonlySet<DossierStatus | null> = new Set([4, 8, 9, 10])

export interface ProgressOptions {
  /** Adds steps 2, 9, 10 and 3 at the record's own dates where the source has none of that status. On by default. */
  readonly deriveSteps?: boolean
}

/** All steps to be reported, oldest first: the source's own that have a status, and boundary steps marked `derived`. */
export function progressOf(dossier: Dossier, { deriveSteps = true }: ProgressOptions = {}): Mapped<readonly ProgressStep[]> {
  const note = notesFor(recordFindings)
  const own = (dossier.steps ?? []).filter((step, index) => {
    if (step.status === null) note.add('step.status-missing', `steps[${index}].status`)
    return step.status !== null
  })
  const { receivedAt } = dossier
  const early = receivedAt === null ? undefined : own.find(({ status, at }) => at < receivedAt && ONLY_AFTER_RECEPTION.has(status))
  if (early) note.add('step.before-reception', `steps[${(dossier.steps ?? []).indexOf(early)}].at`, { status: early.status ?? '' })
  const present = new Set(own.map(({ status }) => status))
  const derived = BOUNDARIES.flatMap(({ status, at, unless }) => {
    const when = at(dossier)
    return !deriveSteps || when === null || unless.some((other) => present.has(other)) ? [] : [boundaryStep(status, when, dossier)]
  })
  // Sorting is stable: at one moment reception comes before the source's steps, the others behind them.
  const value = [...derived.filter(({ status }) => status === 2), ...own, ...derived.filter(({ status }) => status !== 2)].sort((a, b) => a.at - b.at)
  return { ok: true, value, findings: note.findings }
}

function boundaryStep(status: DossierStatus, at: Instant, { agency }: Dossier): ProgressStep {
  return {
    id: null,
    at,
    status,
    action: null,
    // Never an invented person: the body answers for its record.
    officer: agency.name,
    position: null,
    department: null,
    note: dossierStatuses[status]?.says.vi ?? null,
    startedAt: null,
    deadline: null,
    derived: true,
  }
}

/** One step as the portal takes it. contracts/national-portal.md §4.2 */
export function toProgressStep(
  step: ProgressStep,
  { code, agencyName }: { readonly code: string; readonly agencyName: string | null },
): Mapped<ProgressStepRecord> {
  const note = notesFor(recordFindings)
  const officer = step.officer ?? step.department ?? agencyName
  if (officer === null) note.add('step.officer-missing', 'officer')
  else if (step.officer === null) note.add('step.officer-replaced', 'officer')
  const term = step.status === null ? undefined : dossierStatuses[step.status]?.says.vi
  const says = step.note ?? term
  if (step.status === null) note.add('status.missing', 'status')
  else if (says === undefined) note.add('step.note-missing', 'note', { status: step.status })
  else if (step.note === null) note.add('step.note-replaced', 'note')
  if (code === '') note.add('code.missing', 'code')
  const parsed = progressStep.safeParse({
    MaHoSo: code,
    NguoiXuLy: cut(officer ?? '', 50, 'officer', 'NguoiXuLy', note),
    ChucDanh: step.position ?? '',
    ThoiDiemXuLy: wireTime(step.at),
    PhongBanXuLy: step.department ?? '',
    NoiDungXuLy: says ?? '',
    TrangThai: String(step.status ?? ''),
    NgayBatDau: wireTime(step.startedAt),
    NgayKetThucTheoQuyDinh: wireTime(step.deadline),
  })
  if (parsed.success && !hasErrors(note.findings)) return { ok: true, value: parsed.data, findings: note.findings }
  if (!hasErrors(note.findings)) {
    for (const { path, message } of parsed.error?.issues ?? [])
      note.add('record.invalid', path.join('.'), { field: path.join('.'), problem: message })
  }
  return { ok: false, findings: note.findings }
}
