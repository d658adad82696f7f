import type { Notes } from '../../base/index.js'
import { type TdStep, tdStep, underColumnNames } from '../../connectors/td-mssql/wire.js'
import type { DossierStatus, Instant, ProgressStep } from '../../domain/index.js'
import { codeWord, known } from '../known.js'
import { type CodeTables, entryOf } from '../tables/index.js'
import type { TdRule } from './rules.js'
import { tdTime } from './times.js'

/** Rows of QuaTrinhXuLyHoSos in the order of their time. contracts/provincial-sources.md §8.1 */
export function stepsOf(rows: readonly unknown[], tables: CodeTables, note: Notes<TdRule>): readonly ProgressStep[] {
  const steps: { readonly step: ProgressStep; readonly isMarked: boolean; readonly order: number }[] = []
  rows.forEach((row, order) => {
    const parsed = tdStep.safeParse(underColumnNames(row))
    const at = parsed.success ? timeOf(parsed.data.ThoiGian) : undefined
    if (!parsed.success || at === undefined) note.add('step.unreadable', `steps[${order}]`)
    else if (known(parsed.data.DeletedOn) === null)
      steps.push({ step: stepOf(parsed.data, at, tables), isMarked: known(parsed.data.TrangThaiDongBoDVCQuocGia) === '1', order })
  })
  steps.sort((a, b) => a.step.at - b.step.at || a.order - b.order)
  steps.forEach(({ step, isMarked }, index) => {
    if (step.status === null) note.add('step.status-unmapped', `steps[${index}].status`, { action: codeWord(step.action) })
    if (isMarked) note.add('sync.done', `steps[${index}]`)
  })
  return steps.map(({ step }) => step)
}

/** Ids of the steps that can be sent: only these may ever be marked as synced. */
export function sendableSteps(rows: readonly unknown[], tables: CodeTables): readonly string[] {
  return rows.flatMap((row) => {
    const parsed = tdStep.safeParse(underColumnNames(row))
    if (!parsed.success || parsed.data.Id === null || timeOf(parsed.data.ThoiGian) === undefined) return []
    return statusOf(parsed.data, tables) === null ? [] : [parsed.data.Id]
  })
}

function stepOf(row: TdStep, at: Instant, tables: CodeTables): ProgressStep {
  const action = known(row.ThaoTac)
  return {
    id: known(row.Id),
    at,
    status: statusOf(row, tables),
    action,
    officer: known(row.TenNguoiGui),
    position: null,
    department: null,
    note: action ?? known(row.NoiDung),
    startedAt: null,
    deadline: timeOf(row.NgayHetHanBuocXuLy) ?? null,
    derived: false,
  }
}

/** The province's own row for the action decides, then the state that the step carries, then a row for every other action. */
function statusOf({ ThaoTac, TrangThai }: TdStep, tables: CodeTables): DossierStatus | null {
  const action = known(ThaoTac)
  const own = action !== null && Object.hasOwn(tables.actions, action) ? tables.actions[action] : undefined
  return own ?? entryOf(tables.status, known(TrangThai)) ?? entryOf(tables.actions, action) ?? null
}

export function timeOf(text: string | null): Instant | undefined {
  const read = known(text) === null ? undefined : tdTime(text ?? '')
  return typeof read === 'object' ? read.at : undefined
}
