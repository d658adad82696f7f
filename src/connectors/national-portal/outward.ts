/** What goes out is checked strictly: records may come from others than our mapper, and a rejection there costs more than here. */
import type { z } from 'zod'
import { LienthongError } from '../../base/index.js'
import { SYSTEM } from './options.js'
import { type DossierRecord, dossierRecord, isSound, type PortalService, type ProgressStepRecord, progressStep } from './wire.js'

/** @throws {LienthongError} `portal.invalid_record` naming the first wrong field; never its value. */
export function checkedRecords(records: readonly DossierRecord[], most: number): void {
  checked('DongBoHoSoMC', dossierRecord, records, most)
}

/** @throws {LienthongError} `portal.invalid_record`, also for more steps than one call takes. */
export function checkedSteps(steps: readonly ProgressStepRecord[], most: number): void {
  checked('CapNhatTienDoHoSoMC', progressStep, steps, most)
}

export function invalidRecord(operation: PortalService, field: string, problem: string): LienthongError {
  return new LienthongError('portal.invalid_record', { values: { field, problem, operation }, system: SYSTEM, operation })
}

function checked(operation: PortalService, schema: z.ZodType, rows: readonly unknown[], most: number): void {
  if (rows.length === 0 || rows.length > most) throw invalidRecord(operation, 'data', `${rows.length} rows; one call takes 1 to ${most}`)
  rows.forEach((row, index) => {
    if (isSound(row)) return
    const read = schema.safeParse(row)
    if (read.success) return
    const issue = read.error.issues[0]
    const field = [`data[${index}]`, ...(issue?.path ?? [])].map(String).join('.')
    throw invalidRecord(
      operation,
      field,
      issue?.code === 'unrecognized_keys' ? `unknown field ${issue.keys.join(', ')}` : (issue?.message ?? 'invalid'),
    )
  })
}
