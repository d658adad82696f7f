import type { Notes } from '../../base/index.js'
import { type IgateDossier, type IgateTask, igateTask } from '../../connectors/igate/wire.js'
import { type DossierStatus, dossierStatuses, type Instant, type ProgressStep } from '../../domain/index.js'
import { known } from '../known.js'
import { withoutWrongFields } from '../lenient.js'
import { type CodeTables, firstRow } from '../tables/index.js'
import type { IgateRule } from './rules.js'
import { igateTime } from './time.js'

export interface ReadSteps {
  readonly steps: readonly ProgressStep[]
  /** The last moment at which a task was finished that means this status. */
  finishedAs(status: DossierStatus): Instant | null
}

interface ReadTask {
  readonly task: IgateTask
  readonly index: number
  readonly at: Instant
  readonly current: boolean
}

/** Reads `task[]`. contracts/provincial-sources.md §7.4 */
export function stepsOf(record: IgateDossier, tables: CodeTables, note: Notes<IgateRule>, tell: (text: string | null) => string): ReadSteps | null {
  if (record.task == null) {
    note.add('steps.not-carried', '')
    return null
  }
  const tasks = onePerId(record.task.flatMap((row, index) => taskOf(row, index, note) ?? []))
  tasks.sort((a, b) => a.at - b.at || a.index - b.index)
  if (repeats(record.currentTask ?? [], record.task)) note.add('steps.duplicate-source', 'currentTask')
  if (tasks.at(-1)?.current) note.add('task.isCurrent', '')
  const done = new Map<DossierStatus, Instant>()
  const steps = tasks.map(({ task, at, current }, index) => {
    const step = stepOf(task, at, tables)
    const { status, action } = step
    if (step.note === null) note.add('step.name-missing', `steps[${index}].note`)
    if (step.officer === null) note.add('step.officer-missing', `steps[${index}].officer`)
    if (status === null) note.add('step.status-unmapped', `steps[${index}].status`, { action: tell(action) })
    else if (!current) done.set(status, at)
    else if (dossierStatuses[status]?.endsProcessing) {
      // A result that waits at the counter is not handed over.
      note.add('step.not-finished', `steps[${index}].status`, { status })
      return { ...step, status: null }
    }
    return step
  })
  return { steps, finishedAs: (status) => done.get(status) ?? null }
}

function taskOf(row: unknown, index: number, note: Notes<IgateRule>): ReadTask | undefined {
  const read = withoutWrongFields(igateTask, row)
  for (const field of read?.wrong ?? []) note.add('field.unreadable', `task[${index}].${field}`)
  if (read === undefined) {
    note.add('step.unreadable', `task[${index}]`)
    return undefined
  }
  const { createdDate, updatedDate, isCurrent } = read.value
  const current = ['1', 'true'].includes(known(isCurrent) ?? '')
  // A task that goes on is touched again and again: its own time is when it began.
  const written = (current ? [createdDate, updatedDate] : [updatedDate, createdDate]).map(known).filter((text) => text !== null)
  const times = written.map(igateTime)
  if (written.length > 0 && times[0] === undefined) note.add('time.unreadable', `task[${index}].${current ? 'createdDate' : 'updatedDate'}`)
  const at = times.find((time) => time !== undefined)
  if (at === undefined) note.add('step.unreadable', `task[${index}]`)
  return at === undefined ? undefined : { task: read.value, index, at, current }
}

/** One task is one step, however often a list shows it; the later row counts. */
function onePerId(tasks: readonly ReadTask[]): ReadTask[] {
  const byId = new Map<string, ReadTask>()
  for (const task of tasks) byId.set(known(task.task.id) ?? `#${task.index}`, task)
  return [...byId.values()]
}

function stepOf(task: IgateTask, at: Instant, tables: CodeTables): ProgressStep {
  const definition = task.bpmProcessDefinitionTask
  const name = known(definition?.name) ?? known(definition?.definitionTask?.name)
  const action = name ?? known(definition?.definitionTask?.definitionKey)
  return {
    id: known(task.id),
    at,
    status: firstRow(tables.actions, [definition?.definitionTask?.definitionKey, name, definition?.id])?.value ?? null,
    action,
    officer: known(task.assignee?.fullname),
    position: null,
    department: known(task.agency?.name),
    note: name,
    startedAt: null,
    deadline: null,
    derived: false,
  }
}

function repeats(current: readonly unknown[], all: readonly unknown[]): boolean {
  const ids = new Set(all.map(idOf).filter((id) => id !== undefined))
  return current.some((task) => ids.has(idOf(task) ?? ''))
}

function idOf(task: unknown): string | undefined {
  const id: unknown = typeof task === 'object' && task !== null ? Reflect.get(task, 'id') : undefined
  return typeof id === 'string' && id !== '' ? id : undefined
}
