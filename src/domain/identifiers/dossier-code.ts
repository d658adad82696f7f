import { instantFromWallClock, type LocalDate, localDateOf } from '../time.js'
import { type AgencyCode, parseAgencyCode } from './agency-code.js'
import { accept, type Parsed, refuse } from './parsed.js'

/** A dossier number (`MaHoSo`). contracts/rules-and-indicators.md §6.2 */
export interface DossierCode {
  readonly text: string
  readonly form: 'tt01-2018' | 'qd20' | 'ministry' | 'local'
  /** `null` for local forms. */
  readonly agency: AgencyCode | null
  readonly date: LocalDate | null
  readonly counter: string | null
}

/** Order matters: the first form that fits names the code. */
const FORMS = [
  { form: 'tt01-2018', pattern: /^([0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Y]\d{2})-(\d{6})-(\d{4})$/ },
  { form: 'qd20', pattern: /^([A-Y]\d{2}(?:\.[0-9A-Z]+)*)-(\d{6})-(\d{4})$/ },
  { form: 'ministry', pattern: /^([A-Y]\d{2}(?:\.[0-9A-Z]+)*)-(\d{6}|\d{8})-(\d{6,7})$/ },
  // More than 9,999 dossiers a day: the circular says nothing, so the counter is widened (A).
  { form: 'tt01-2018', pattern: /^([0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Y]\d{2})-(\d{6})-(\d{5})$/ },
  { form: 'qd20', pattern: /^([A-Y]\d{2}(?:\.[0-9A-Z]+)*)-(\d{6})-(\d{5})$/ },
] as const

const LONGEST = 100

export function parseDossierCode(text: string): Parsed<DossierCode> {
  const code = text.trim().toUpperCase()
  if (code === '') return refuse('a dossier needs a number', 'hồ sơ phải có mã')
  if (code.length > LONGEST) return refuse(`a dossier number has at most ${LONGEST} characters`, `mã hồ sơ dài tối đa ${LONGEST} ký tự`)
  for (const { form, pattern } of FORMS) {
    const match = pattern.exec(code)
    if (!match) continue
    const agency = parseAgencyCode(match[1] ?? '')
    const date = dateOf(match[2] ?? '')
    if (!agency.ok) return agency
    if (date === undefined) return refuse(`${match[2]} in the dossier number is no date`, `${match[2]} trong mã hồ sơ không phải là ngày`)
    return accept({ text: code, form, agency: agency.value, date, counter: match[3] ?? null })
  }
  return accept({ text: text.trim(), form: 'local', agency: null, date: null, counter: null })
}

function dateOf(digits: string): LocalDate | undefined {
  const full = digits.length === 6 ? `20${digits}` : digits
  const at = instantFromWallClock({
    year: Number(full.slice(0, 4)),
    month: Number(full.slice(4, 6)),
    day: Number(full.slice(6, 8)),
    hour: 0,
    minute: 0,
    second: 0,
  })
  return at === undefined ? undefined : localDateOf(at)
}
