/** How provinces write the names of national procedures. contracts/procedure-database.md §10 row 11 */
import type { Random } from '../../base/index.js'

type Habit = (name: string) => string

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/giấy chứng nhận/gi, 'GCN'],
  [/quyền sử dụng đất/gi, 'QSDĐ'],
  [/an toàn thực phẩm/gi, 'ATTP'],
  [/giấy phép/gi, 'GP'],
  [/chứng chỉ hành nghề/gi, 'CCHN'],
  [/phòng cháy,? chữa cháy/gi, 'PCCC'],
  [/doanh nghiệp/gi, 'DN'],
  [/hợp tác xã/gi, 'HTX'],
  [/bảo hiểm xã hội/gi, 'BHXH'],
  [/ủy ban nhân dân/gi, 'UBND'],
]
/** The tone mark on the other vowel. */
const TONES: readonly (readonly [RegExp, string])[] = [
  [/óa(?!\p{L})/gu, 'oá'],
  [/òa(?!\p{L})/gu, 'oà'],
  [/ủy/gu, 'uỷ'],
  [/úy/gu, 'uý'],
  [/ụy/gu, 'uỵ'],
  [/ùy/gu, 'uỳ'],
]

const replaced =
  (pairs: readonly (readonly [RegExp, string])[]): Habit =>
  (name) =>
    pairs.reduce((text, [pattern, by]) => text.replace(pattern, by), name.normalize('NFC'))

const habits: readonly Habit[] = [
  (name) => (/^thủ tục /i.test(name) ? capital(name.replace(/^thủ tục /i, '')) : `Thủ tục ${name.charAt(0).toLowerCase()}${name.slice(1)}`),
  (name) => name.toUpperCase(),
  cut,
  replaced(SHORT),
  replaced(TONES),
  (name) => `${name}.`,
  (name) => name.replaceAll(', ', '/ '),
  (name) => (/\((cấp|thực hiện)[^)]*\)$/i.test(name) ? name.replace(/ \([^)]*\)$/, '') : name),
  (name) => name.replace(' ', '  '),
  (name) => name.normalize('NFD'),
]

/** One or two habits, whichever change anything. @returns always another text than the name. */
export function writtenLocally(name: string, random: Random): string {
  const first = Math.floor(random() * habits.length)
  let written = name
  for (let turn = 0; turn < habits.length && written === name; turn++) written = habits[(first + turn) % habits.length]?.(name) ?? name
  if (random() < 0.35) written = habits[Math.floor(random() * habits.length)]?.(written) ?? written
  return written === name ? `${name}.` : written
}

/** At a word, behind the first two thirds. */
function cut(name: string): string {
  if (name.length < 60) return name
  const end = name.indexOf(' ', Math.floor(name.length * 0.66))
  return end < 0 ? name : `${name.slice(0, end)}...`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
