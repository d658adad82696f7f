import { accept, type Parsed, refuse } from './parsed.js'
import { type ProcedureCode, parseProcedureCode } from './procedure-code.js'

/** The code of one service, or case, of a procedure (`MaDVC`): the procedure's code and two digits. contracts/procedure-database.md §6 */
export interface ServiceCode {
  readonly text: string
  /** `1.000358` of `1.000358.02`; in whichever form the code carries it. */
  readonly procedure: ProcedureCode
  /** `02` */
  readonly number: string
}

export function parseServiceCode(text: string): Parsed<ServiceCode> {
  const code = text.trim().toUpperCase()
  const procedure = parseProcedureCode(code.slice(0, -NUMBER_LENGTH))
  const number = NUMBER.exec(code.slice(-NUMBER_LENGTH))?.[1]
  if (!procedure.ok || number === undefined)
    return refuse(
      'a service code is a procedure code and two digits: 1.000358.01 or 1.000358.000.00.00.H38.01',
      'mã dịch vụ công gồm mã TTHC và hai chữ số: 1.000358.01 hoặc 1.000358.000.00.00.H38.01',
    )
  return accept({ text: code, procedure: procedure.value, number })
}

const NUMBER = /^\.(\d{2})$/
const NUMBER_LENGTH = 3
