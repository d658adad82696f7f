import { accept, type Parsed, refuse } from './parsed.js'

/** A 12-digit personal number (số định danh cá nhân). It has no check digit. contracts/rules-and-indicators.md §6.4 */
export interface PersonalNumber {
  readonly text: string
  /** Province (001–096) or country of birth registration. 099 is never issued: made-up people use it. */
  readonly birthplace: string
  readonly sex: 'male' | 'female'
  readonly birthYear: number
}

export function parsePersonalNumber(text: string): Parsed<PersonalNumber> {
  const digits = text.trim()
  if (!/^\d+$/.test(digits)) return refuse('a personal number has digits only', 'số định danh chỉ gồm chữ số')
  if (digits.length === 11) {
    return refuse(
      'a personal number has 12 digits and this one 11: a leading zero was probably lost in a spreadsheet',
      'số định danh có 12 chữ số, số này có 11: có thể bảng tính đã làm mất số 0 đầu',
    )
  }
  if (digits.length !== 12)
    return refuse(`a personal number has 12 digits, not ${digits.length}`, `số định danh có 12 chữ số, không phải ${digits.length}`)
  const centuryAndSex = Number(digits[3])
  return accept({
    text: digits,
    birthplace: digits.slice(0, 3),
    sex: centuryAndSex % 2 === 0 ? 'male' : 'female',
    birthYear: 1900 + Math.floor(centuryAndSex / 2) * 100 + Number(digits.slice(4, 6)),
  })
}

/** A 9-digit old identity card (CMND), no check digit; expired as an identity paper after 2024. */
export function parseOldIdCard(text: string): Parsed<string> {
  const digits = text.trim()
  return /^\d{9}$/.test(digits) ? accept(digits) : refuse('an old identity card has 9 digits', 'số CMND có 9 chữ số')
}
