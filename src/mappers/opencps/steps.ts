import type { Notes } from '../../base/index.js'
import { type OpenCpsAction, openCpsAction } from '../../connectors/opencps/wire.js'
import { type DossierStatus, type Instant, instant, type ProgressStep, wallClockOf } from '../../domain/index.js'
import { codeWord, known } from '../known.js'
import { type CodeTables, entryOf } from '../tables/index.js'
import type { OpenCpsRule } from './rules.js'

/** After these the citizen must learn why: the officer's remark belongs to the step's text. */
const NEED_A_REASON: ReadonlySet<DossierStatus> = new Set([3, 5, 8])

/** Reads the feed `/dossiers/{id}/syncs`. contracts/provincial-sources.md §4.4 */
export function stepsOf(actions: readonly unknown[], tables: CodeTables, note: Notes<OpenCpsRule>): readonly ProgressStep[] {
  const steps: { readonly step: ProgressStep; readonly order: number }[] = []
  actions.forEach((row, index) => {
    const parsed = openCpsAction.safeParse(row)
    const at = parsed.success ? instantOf(parsed.data.createDate) : undefined
    if (!parsed.success || at === undefined) note.add('step.unreadable', `steps[${index}]`)
    else steps.push({ step: stepOf(parsed.data, at, tables), order: parsed.data.dossierSyncId ?? index })
  })
  steps.sort((a, b) => a.step.at - b.step.at || (a.order || 0) - (b.order || 0))
  steps.forEach(({ step }, index) => {
    if (step.status === null) note.add('step.status-unmapped', `steps[${index}].status`, { action: codeWord(step.action) })
  })
  return steps.map(({ step }) => step)
}

function stepOf(action: OpenCpsAction, at: Instant, tables: CodeTables): ProgressStep {
  const code = known(action.actionCode)
  const status = entryOf(tables.actions, code) ?? null
  const [name, remark] = [known(action.actionName), known(action.actionNote)]
  return {
    id: known(action.syncRefUid) ?? (action.dossierSyncId == null ? null : String(action.dossierSyncId)),
    at,
    status,
    action: code,
    officer: known(action.actionUser),
    position: null,
    department: null,
    note: status !== null && NEED_A_REASON.has(status) && name !== null && remark !== null ? `${name}: ${remark}` : (name ?? remark),
    startedAt: null,
    deadline: null,
    derived: false,
  }
}

/** Epoch milliseconds of this feed, a true instant. @returns undefined for what four digits of a year cannot show. */
export function instantOf(milliseconds: number | null | undefined): Instant | undefined {
  if (milliseconds == null || !Number.isSafeInteger(milliseconds) || milliseconds <= 0) return undefined
  const at = instant(milliseconds)
  return milliseconds < 253_402_214_400_000 && wallClockOf(at).year <= 9999 ? at : undefined
}
