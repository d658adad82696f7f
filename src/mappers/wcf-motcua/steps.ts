import type { Notes } from '../../base/index.js'
import { cellsOf, type StepField, stepFields, stepIn } from '../../connectors/wcf-motcua/wire.js'
import type { ProgressStep } from '../../domain/index.js'
import { codeWord, known } from '../known.js'
import { entryOf, textEntryOf } from '../tables/index.js'
import type { WcfRule } from './rules.js'
import type { WcfMapping } from './source.js'
import { wcfTime } from './times.js'

/** Answers of `MotCua_QuaTrinhXuLys_GetByHoSoID`, in the order of their time. The province's row for the action decides, then the step's state. */
export function stepsOf(
  rows: readonly unknown[],
  { tables, fields, states }: Pick<WcfMapping, 'tables' | 'fields' | 'states'>,
  note: Notes<WcfRule>,
): readonly ProgressStep[] {
  const steps: { readonly step: ProgressStep; readonly order: number }[] = []
  rows.forEach((row, order) => {
    const cells = cellsOf(row)
    const record = cells === undefined ? undefined : stepIn(cells, fields?.step)
    const at = record === undefined ? undefined : wcfTime(known(record.at) ?? '')
    if (record === undefined || typeof at !== 'number') {
      note.add('step.unreadable', `steps[${order}]`)
      return
    }
    const [action, id] = [known(record.action), known(record.status)]
    const stated = entryOf(tables.status, id) ?? textEntryOf(tables.statusText, id === null ? null : (states?.get(id) ?? null))
    const own = action !== null && Object.hasOwn(tables.actions, action) ? tables.actions[action] : undefined
    steps.push({
      order,
      step: {
        id: known(record.id),
        at,
        status: own ?? stated ?? entryOf(tables.actions, action) ?? null,
        action,
        officer: known(record.officer),
        position: null,
        department: known(record.department),
        note: known(record.note) ?? action,
        startedAt: null,
        deadline: null,
        derived: false,
      },
    })
  })
  steps.sort((a, b) => a.step.at - b.step.at || a.order - b.order)
  steps.forEach(({ step }, index) => {
    if (step.status === null) note.add('step.status-unmapped', `steps[${index}].status`, { action: codeWord(step.action) })
  })
  const isAssumed = Object.keys(stepFields).some((name) => fields?.step?.[name as StepField] === undefined)
  if (rows.length > 0 && isAssumed) note.add('steps.fields-assumed', 'steps')
  return steps.map(({ step }) => step)
}
