import { accept, type Parsed, refuse } from './parsed.js'

/** A procedure code (`MaTTHC`): the national `d.dddddd`, often with the province's suffix. contracts/rules-and-indicators.md §6.4 */
export interface ProcedureCode {
  readonly text: string
  readonly base: string
  /** `H38` of `1.000948.H38` and of `1.000948.000.00.00.H38`; `null` for the national code itself. */
  readonly province: string | null
}

const FORM = /^(\d\.\d{6})(?:\.000\.00\.00\.([A-Y]\d{2})|\.([A-Y]\d{2}))?$/

export function parseProcedureCode(text: string): Parsed<ProcedureCode> {
  const code = text.trim().toUpperCase()
  const match = FORM.exec(code)
  if (!match)
    return refuse(
      'a procedure code looks like 1.000948, 1.000948.H38 or 1.000948.000.00.00.H38',
      'mã TTHC có dạng 1.000948, 1.000948.H38 hoặc 1.000948.000.00.00.H38',
    )
  return accept({ text: code, base: match[1] ?? '', province: match[2] ?? match[3] ?? null })
}
