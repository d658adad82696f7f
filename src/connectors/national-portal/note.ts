/** What may be told of an answer: its code and its sentence, without the people of the record that was just sent. DESIGN "Security". */
import { redact, textsUnder, textsWithin } from '../../base/index.js'
import { lowerCaseKeys } from './answer.js'
import type { PortalAnswer } from './wire.js'

export interface AnswerNote {
  readonly code: string | null
  /** Redacted: an operator still sees dossier and procedure codes. */
  readonly message: string | null
  /** The body as it came, for its digest; never to be stored or logged. */
  readonly raw: string
}

/** Codes that an operator needs to see in the portal's sentence. */
const KEPT = new Set(['MaHoSo', 'MaTTHC', 'mahoso'])
/** Fields that name a person: known again also when shortened. contracts/national-portal.md §4.1.1, §4.1.5, §4.2 */
const PEOPLE = new Set(['ChuHoSo', 'NguoiXuLy', 'NguoiYeuCauBoSung', 'NguoiTiepNhanBoSung'])
const LONGEST_MESSAGE = 500

/**
 * @param sent records, steps or parameters of this call.
 * @param secrets session, token, password, user name.
 */
export function noteOf(answer: PortalAnswer | null, raw: string, sent: unknown, secrets: readonly string[]): AnswerNote {
  const message = answer?.message ?? ''
  let told: string | undefined
  return {
    code: answer?.error_code == null ? null : tellableCode(answer.error_code, sent, secrets),
    // Masking costs more than the rest of the answer, and nobody reads the sentence of a success.
    get message() {
      told ??= message === '' ? '' : tellable(message, sent, secrets)
      return told === '' ? null : told
    },
    raw,
  }
}

/** Masks what must not be told. */
export function tellable(text: string, sent: unknown, secrets: readonly string[]): string {
  const texts = textsWithin(sent, KEPT)
  for (const kept of keptCodes(sent)) texts.delete(kept)
  const told = redact(text, [...texts, ...secrets], textsUnder(sent, PEOPLE))
  return told.length > LONGEST_MESSAGE ? `${told.slice(0, LONGEST_MESSAGE)}…` : told
}

function tellableCode(code: string, sent: unknown, secrets: readonly string[]): string {
  return /^[+-]?\d{1,6}$/.test(code.trim()) ? code.trim() : tellable(code.trim(), sent, secrets)
}

/** A receipt number often equals the dossier code: then it is no secret either. */
function keptCodes(sent: unknown): readonly string[] {
  const rows: readonly unknown[] = Array.isArray(sent) ? sent : [sent]
  return rows.flatMap((row) => {
    const fields = lowerCaseKeys(row)
    return [fields?.mahoso, fields?.matthc].filter((value): value is string => typeof value === 'string')
  })
}
