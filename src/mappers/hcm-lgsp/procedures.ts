import { type Mapped, notesFor } from '../../base/index.js'
import { type HcmProcedureField, hcmProcedureFields, hcmValues } from '../../connectors/hcm-lgsp/wire.js'
import { namedProcedure, type Procedure, type ProcedureFee, type ServiceLevelPeriod, type TimeLimit } from '../../domain/index.js'
import { known } from '../known.js'
import { plainName } from '../plain-text.js'
import { durationInWords, writtenAmount } from '../procedure-database/index.js'
import { hcmRules } from './rules.js'

export type HcmProcedureNames = Readonly<Partial<Record<HcmProcedureField, string>>>

/** A row of the catalogue by sector. It names no national code; its fee is a tariff in words. contracts/provincial-sources.md §6.2 (A) */
export function fromHcmProcedure(row: unknown, names: HcmProcedureNames = {}): Mapped<Procedure> {
  const note = notesFor(hcmRules)
  const fields = { ...hcmProcedureFields, ...names }
  const read = hcmValues(row, fields)
  const code = read.ok ? (known(read.value.code)?.replace(/\s/g, '') ?? null) : null
  const name = read.ok ? plainName(known(read.value.name)) : null
  if (!read.ok || code === null || name === null) {
    const field = !read.ok ? read.field : code === null ? fields.code : fields.name
    note.add('procedure.unreadable', field, { field: field === '' ? '{ }' : field })
    return { ok: false, findings: note.findings }
  }
  const { sectorCode, sectorName, level, duration, fee } = read.value
  const sector = { code: known(sectorCode), name: plainName(known(sectorName)) }
  if (known(fee) !== null) note.add('fee.catalogue-not-dossier', fields.fee)
  const levels = known(level) === null ? null : levelOf(known(level) ?? '')
  if (levels === undefined) note.add('level.unknown', fields.level)
  const limit = known(duration)
  const value: Procedure = {
    ...namedProcedure(code, name),
    sectors: sector.code === null && sector.name === null ? null : [sector],
    channels: limit === null && known(fee) === null ? null : [{ channel: null, timeLimits: [limitOf(limit, known(fee))] }],
    serviceLevels: levels ?? null,
  }
  return { ok: true, value, findings: note.findings }
}

function limitOf(duration: string | null, fee: string | null): TimeLimit {
  const read = duration === null ? undefined : durationInWords(duration)
  const fees = fee === null ? [] : [{ kind: null, ...amountOf(fee), text: null, files: [] }]
  if (read === undefined) return { value: null, unit: null, text: duration, fees }
  return { value: read.value, unit: read.unit, text: read.whole ? null : duration, fees }
}

function amountOf(fee: string): Pick<ProcedureFee, 'amount' | 'raw'> {
  const { amount, raw } = writtenAmount(fee, null)
  return { amount, raw }
}

/** @returns undefined for what is no level */
function levelOf(text: string): readonly ServiceLevelPeriod[] | undefined {
  const level = Number(text)
  return level === 1 || level === 2 || level === 3 || level === 4 ? [{ level: { scale: 'numbered', level }, from: null, to: null }] : undefined
}
