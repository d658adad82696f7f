import type { Notes } from '../../base/index.js'
import { type MsyncTrace, msyncTrace } from '../../connectors/lgsp-msync/wire.js'
import type { DossierStatus, Instant, ProgressStep } from '../../domain/index.js'
import { known } from '../known.js'
import { type CodeTables, entryOf } from '../tables/index.js'
import type { LgspMsyncRule } from './rules.js'
import { msyncTime } from './values.js'

/** Traces as they came, oldest first. What was done stands in `Comment` alone: it is the key into the table of actions. §5.3 */
export function stepsOf(traces: readonly unknown[], tables: CodeTables, note: Pick<Notes<LgspMsyncRule>, 'add'>): readonly ProgressStep[] {
  const steps: ProgressStep[] = []
  traces.forEach((row, index) => {
    const trace = msyncTrace.safeParse(row)
    const at = trace.success ? msyncTime(trace.data.DateCreated ?? '') : undefined
    if (!trace.success || typeof at !== 'number') note.add('step.unreadable', `steps[${index}]`)
    else steps.push(stepOf(trace.data, at, tables))
  })
  // Stable: traces of one second stay in the order of arrival.
  steps.sort((a, b) => a.at - b.at)
  steps.forEach((step, index) => {
    if (step.status === null) note.add('step.status-unmapped', `steps[${index}].status`)
  })
  return steps
}

function stepOf(trace: MsyncTrace, at: Instant, tables: CodeTables): ProgressStep {
  const comment = known(trace.Comment)
  return {
    id: null,
    at,
    status: statusOf(comment, tables),
    action: comment,
    officer: known(trace.UserName),
    position: known(trace.UserPosition),
    department: known(trace.OrganizationInchargeName),
    note: comment,
    startedAt: null,
    deadline: null,
    derived: false,
  }
}

/** A comment may go on with an officer's remark behind a colon. */
function statusOf(comment: string | null, tables: CodeTables): DossierStatus | null {
  const whole = entryOf(tables.actions, comment)
  if (whole !== undefined || comment === null) return whole ?? null
  const colon = comment.indexOf(':')
  return (colon > 0 ? entryOf(tables.actions, comment.slice(0, colon)) : undefined) ?? null
}
