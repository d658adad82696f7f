/** Lines of `local.jsonl`: a province's own list, with what is known of the truth. contracts of the fields: data/procedures/README.md */
import type { AdministrativeLevel, Procedure, ProcedureChannel } from '../../domain/index.js'
import { procedureOf } from './national.js'
import { type LineObject, levelOf, named, namedLines, numberOf, objectsOf, textOf } from './reading.js'

export interface LocalLine {
  readonly id: string
  /** `code` is the printed code, or the id of the row where none is printed; `nationalCode` is the code of its link. */
  readonly procedure: Procedure
  /** As printed: `1.001193.000.00.00.H41`. */
  readonly printedCode: string | null
  /** The code in the link beside the name. */
  readonly linkCode: string | null
  /** The truth, where it is known. Never part of `procedure`. */
  readonly baseCode: string | null
  readonly labelQuality: LabelQuality | null
  readonly inNationalSet: boolean | null
  readonly province: string | null
  readonly unitLevel: AdministrativeLevel | null
}

/** Where the truth of a row comes from, and what its link is worth. */
export type LabelQuality = (typeof LABEL_QUALITIES)[number]
const LABEL_QUALITIES = ['explicit', 'consistent', 'conflict', 'unverified', 'none'] as const

/**
 * @param path named in errors
 * @throws {LienthongError} `config.invalid`, naming file and line
 */
export function readLocalLines(text: string, path: string): LocalLine[] {
  return [...namedLines(text, path)].map(({ line, name, place }) => {
    // Our own lists (docs/configuration.md "Procedures") name the same two otherwise.
    const printedCode = textOf(line.local_code) ?? textOf(line.localCode)
    const linkCode = textOf(line.link_code) ?? textOf(line.nationalCode)
    const id = textOf(line.local_id) ?? printedCode ?? place
    const unitLevel = levelOf(line.unit_level)
    const read = procedureOf(line, printedCode ?? id, name)
    const sectorAgency = textOf(line.sector_agency)
    return {
      id,
      procedure: {
        ...read,
        nationalCode: linkCode,
        levels: unitLevel === null ? read.levels : [unitLevel],
        publisher: sectorAgency === null ? read.publisher : named(sectorAgency),
        channels: read.channels ?? countersOf(line),
      },
      printedCode,
      linkCode,
      baseCode: textOf(line.base_code),
      labelQuality: LABEL_QUALITIES.find((quality) => quality === line.label_quality) ?? null,
      inNationalSet: typeof line.in_national_set === 'boolean' ? line.in_national_set : null,
      province: textOf(line.province),
      unitLevel,
    }
  })
}

/** Local lists give one time limit, without saying for which way of filing, and fees in words. */
function countersOf(line: LineObject): ProcedureChannel[] | null {
  const value = numberOf(line.days)
  const text = textOf(line.processing_time_text)
  const fees = objectsOf(line.fees)
  if (value === null && text === null && fees === null) return null
  const read = (fees ?? []).map((fee) => {
    const words = [textOf(fee.kind), textOf(fee.item)].filter((part) => part !== null).join(', ')
    return { kind: null, amount: null, raw: textOf(fee.raw), text: words === '' ? null : words, files: [] }
  })
  return [{ channel: null, timeLimits: [{ value, unit: null, text, fees: read }] }]
}
