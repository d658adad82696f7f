import type { DossierRecord, ProgressStepRecord } from '../../connectors/national-portal/wire.js'

/** One dossier as the portal holds it, with what happened to it. */
export interface HeldDossier {
  readonly maHoSo: string
  creates: number
  updates: number
  /** Creates that came although the dossier was there. */
  refusedCreates: number
  record: DossierRecord
  /** In the order of arrival. */
  readonly steps: ProgressStepRecord[]
  /** `ThoiDiemXuLy` of the step that decides the status. */
  latestStepAt: string
  /** Each status the record took, and when it took it. */
  readonly statusHistory: { readonly at: string; readonly trangThai: string }[]
}

/** A write that was accepted. What is kept of a sandbox is a list of these. */
export type PortalEntry =
  | { readonly op: 'records'; readonly at: string; readonly updating: boolean; readonly records: readonly DossierRecord[] }
  | { readonly op: 'steps'; readonly at: string; readonly steps: readonly ProgressStepRecord[] }
  | { readonly op: 'refused-create'; readonly maHoSo: string }

export interface Books {
  readonly dossiers: ReadonlyMap<string, HeldDossier>
  /** Carries out an accepted write; also replays one. */
  post(entry: PortalEntry): void
  clear(): void
}

export function portalBooks(): Books {
  const dossiers = new Map<string, HeldDossier>()
  return {
    dossiers,
    post(entry) {
      if (entry.op === 'records') for (const record of entry.records) keepRecord(dossiers, record, entry)
      else if (entry.op === 'steps') for (const step of entry.steps) keepStep(dossiers, step, entry.at)
      else {
        const held = dossiers.get(entry.maHoSo)
        if (held !== undefined) held.refusedCreates++
      }
    },
    clear: () => dossiers.clear(),
  }
}

/** What makes a step the same step. §4.2 */
export function stepKey(step: Pick<ProgressStepRecord, 'MaHoSo' | 'ThoiDiemXuLy' | 'TrangThai' | 'NguoiXuLy'>): string {
  return `${step.MaHoSo}|${step.ThoiDiemXuLy}|${step.TrangThai}|${step.NguoiXuLy}`
}

function keepRecord(dossiers: Map<string, HeldDossier>, incoming: DossierRecord, { at, updating }: { at: string; updating: boolean }): void {
  const record = withoutTombstones(incoming)
  const held = dossiers.get(record.MaHoSo)
  if (held === undefined) {
    dossiers.set(record.MaHoSo, {
      maHoSo: record.MaHoSo,
      creates: updating ? 0 : 1,
      updates: updating ? 1 : 0,
      refusedCreates: 0,
      record,
      steps: [],
      latestStepAt: '',
      statusHistory: [{ at, trangThai: record.TrangThaiHoSo }],
    })
    return
  }
  if (updating) held.updates++
  else held.creates++
  // Nested lists are replaced whole; what the update does not name stays. §10 row 6
  held.record = { ...held.record, ...record }
  noteStatus(held, record.TrangThaiHoSo, at)
}

/** A deleted document leaves the list, whether or not it was there. §4.1.2 */
function withoutTombstones(record: DossierRecord): DossierRecord {
  if (record.TaiLieuNop === undefined || record.TaiLieuNop.every((document) => document.IsDeleted === 'False')) return record
  return { ...record, TaiLieuNop: record.TaiLieuNop.filter((document) => document.IsDeleted === 'False') }
}

function keepStep(dossiers: Map<string, HeldDossier>, step: ProgressStepRecord, at: string): void {
  const held = dossiers.get(step.MaHoSo)
  if (held === undefined) return
  held.steps.push(step)
  // The latest step by its own time decides, whenever it came. §10 row 8
  if (step.ThoiDiemXuLy < held.latestStepAt) return
  held.latestStepAt = step.ThoiDiemXuLy
  held.record = { ...held.record, TrangThaiHoSo: step.TrangThai }
  noteStatus(held, step.TrangThai, at)
}

function noteStatus(held: HeldDossier, trangThai: string, at: string): void {
  if (held.statusHistory.at(-1)?.trangThai !== trangThai) held.statusHistory.push({ at, trangThai })
}
