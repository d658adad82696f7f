import { type Instant, wallClockFormat } from '../../domain/index.js'
import { actions } from './actions.js'
import { type Life, objectIdOf } from './life.js'
import { dirtOf, exclusionOf, type Province } from './province.js'
import type { Standing, StoryStep } from './standing.js'

/** What the national portal has to hold for one healthy dossier now, told by the story itself and by no mapper. */
export interface ExpectedDossier {
  /** `referenceUid` of the one-stop system. */
  readonly sourceId: string
  readonly dossierId: number
  /** Its id in iGate. */
  readonly objectId: string
  /** Any one of the numbers it had since the story's start. */
  readonly codes: readonly string[]
  readonly record: Readonly<Record<ComparedField, string>>
  /** Sum of `DanhSachLePhi[].Gia`. */
  readonly feeTotal: number
  readonly steps: readonly ExpectedStep[]
}

export interface ExpectedStep {
  readonly ThoiDiemXuLy: string
  readonly TrangThai: string
  readonly NguoiXuLy: string
}

export const comparedFields = [
  'MaTTHC',
  'TenTTHC',
  'ChuHoSo',
  'LoaiDoiTuong',
  'KenhThucHien',
  'NgayTiepNhan',
  'NgayHenTra',
  'NgayKetThucXuLy',
  'NgayTra',
  'TrangThaiHoSo',
  'HinhThuc',
  'DonViXuLy',
] as const
export type ComparedField = (typeof comparedFields)[number]

const KINDS = { citizen: '1', business: '2', organization: '4' } as const
const compact = wallClockFormat('yyyyMMddHHmmss')
const wireTime = (at: Instant | null): string => (at === null ? '' : compact.format(at))

/** The healthy dossiers that have been received, in the order of filing. */
export function* expectedDossiers(province: Province): Generator<ExpectedDossier> {
  for (const life of province.lives) {
    const standing = province.standing(life)
    if (exclusionOf(life, standing) === undefined && dirtOf(life) === undefined) yield expectedOf(province, life, standing)
  }
}

function expectedOf(province: Province, life: Life, standing: Standing): ExpectedDossier {
  return {
    sourceId: life.referenceUid,
    dossierId: life.dossierId,
    objectId: objectIdOf(life),
    codes: codesSince(life, province.plan.start, province.now),
    record: {
      MaTTHC: life.procedure.nationalCode ?? '',
      TenTTHC: life.procedure.name,
      ChuHoSo: life.applicant.name,
      LoaiDoiTuong: KINDS[life.applicant.kind],
      // OpenCPS says only whether a dossier came online: one that came by post reads as direct. contracts/provincial-sources.md §4.3
      KenhThucHien: life.online ? '2' : '1',
      NgayTiepNhan: wireTime(standing.receivedAt),
      NgayHenTra: wireTime(standing.dueAt),
      NgayKetThucXuLy: wireTime(standing.releasedAt),
      NgayTra: wireTime(standing.finishedAt),
      TrangThaiHoSo: String(standing.national),
      HinhThuc: life.byPost ? '1' : '0',
      DonViXuLy: life.agency.name,
    },
    feeTotal: standing.payment?.amount ?? 0,
    steps: standing.steps.map(expectedStep),
  }
}

export function expectedStep(step: StoryStep): ExpectedStep {
  return { ThoiDiemXuLy: wireTime(step.at), TrangThai: String(actions[step.action].national), NguoiXuLy: step.officer }
}

/** Every number a dossier has or had: under more than one of them it must not stand at the portal. */
export function everyCode(life: Life): readonly string[] {
  const later = life.events.flatMap((event) => (event.kind === 'renumbered' ? [event.code] : []))
  return life.code === '' ? later : [life.code, ...later]
}

function codesSince(life: Life, start: Instant, now: Instant): readonly string[] {
  const renumbered = life.events.find((event) => event.kind === 'renumbered')
  if (renumbered === undefined || renumbered.kind !== 'renumbered' || renumbered.at > now) return [life.code]
  return renumbered.at <= start ? [renumbered.code] : [life.code, renumbered.code]
}
