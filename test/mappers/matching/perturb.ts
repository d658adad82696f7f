/** Names as provinces write them: the same procedure, another spelling. Seeded, so that a failure can be told again. */
import { type Random, seededRandom } from '../../../src/base/index.js'
import type { AdministrativeLevel } from '../../../src/domain/index.js'

export type PerturbationKind = keyof typeof PERTURBATIONS

interface Context {
  readonly random: Random
  readonly levels: readonly AdministrativeLevel[] | null
}

const PERTURBATIONS = {
  abbreviated: (name: string) => abbreviate(name),
  'cut, marked': (name: string, { random }: Context) => `${cutWords(name, random)}${random() < 0.5 ? '...' : '…'}`,
  'cut at a word': (name: string, { random }: Context) => cutWords(name, random),
  'cut anywhere': (name: string, { random }: Context) => [...name].slice(0, Math.ceil([...name].length * (0.6 + 0.2 * random()))).join(''),
  're-toned': (name: string) => retone(name),
  reordered: (name: string, { random }: Context) => swapBlocks(name, random),
  'level added': (name: string, { random, levels }: Context) => addLevel(name, levels, random),
  capitals: (name: string) => name.toUpperCase(),
  'no diacritics': (name: string) => withoutDiacritics(name),
  typo: (name: string, { random }: Context) => typo(name, random),
  opening: (name: string) => (/^thủ tục /i.test(name) ? name.replace(/^thủ tục /i, '') : `Thủ tục ${name.charAt(0).toLowerCase()}${name.slice(1)}`),
  punctuation: (name: string) => `12.\t${name.replace(/, /g, '/ ').replace(/ /g, '  ')}.`,
  decomposed: (name: string) => name.normalize('NFD'),
} as const satisfies Record<string, (name: string, context: Context) => string>

export const perturbationKinds = Object.keys(PERTURBATIONS) as PerturbationKind[]

/** `null` when this kind leaves the name as it is. */
export function perturb(kind: PerturbationKind, name: string, levels: readonly AdministrativeLevel[] | null, seed: string): string | null {
  const changed = PERTURBATIONS[kind](name, { random: seededRandom(seed), levels })
  return changed === name ? null : changed
}

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/giấy chứng nhận/gi, 'GCN'],
  [/quyền sử dụng đất/gi, 'QSDĐ'],
  [/an toàn thực phẩm/gi, 'ATTP'],
  [/ủy ban nhân dân/gi, 'UBND'],
  [/hợp tác xã/gi, 'HTX'],
  [/phòng cháy,? (và )?chữa cháy/gi, 'PCCC'],
  [/bảo vệ thực vật/gi, 'BVTV'],
  [/giấy phép xây dựng/gi, 'GPXD'],
  [/cơ sở dữ liệu/gi, 'CSDL'],
  [/đăng ký kinh doanh/gi, 'ĐKKD'],
  [/trách nhiệm hữu hạn/gi, 'TNHH'],
  [/bảo hiểm xã hội/gi, 'BHXH'],
  [/bảo hiểm y tế/gi, 'BHYT'],
  [/sản xuất,? kinh doanh/gi, 'SXKD'],
  [/thủ tục hành chính/gi, 'TTHC'],
  [/doanh nghiệp/gi, 'DN'],
  [/nước ngoài/gi, 'NN'],
  [/bảo vệ môi trường/gi, 'BVMT'],
  [/giao thông vận tải/gi, 'GTVT'],
  [/tổ chức, cá nhân/gi, 'TC, CN'],
  [/giấy phép lái xe/gi, 'GPLX'],
]

function abbreviate(name: string): string {
  let short = name
  for (const [words, letters] of SHORT) short = short.replace(words, letters)
  return short
}

function cutWords(name: string, random: Random): string {
  const words = name.split(' ')
  return words.slice(0, Math.max(3, Math.ceil(words.length * (0.6 + 0.2 * random())))).join(' ')
}

const TONE_PAIRS: readonly (readonly [string, string])[] = [
  'òa oà',
  'óa oá',
  'ỏa oả',
  'õa oã',
  'ọa oạ',
  'òe oè',
  'óe oé',
  'ỏe oẻ',
  'õe oẽ',
  'ọe oẹ',
  'ùy uỳ',
  'úy uý',
  'ủy uỷ',
  'ũy uỹ',
  'ụy uỵ',
].map((pair) => pair.split(' ') as [string, string])

/** The other school's place of the tone mark, in open syllables. */
function retone(name: string): string {
  let other = name.normalize('NFC')
  for (const [one, two] of TONE_PAIRS) {
    other = other.replace(new RegExp(`(?<!q)(${one}|${two})(?!\\p{L})`, 'giu'), (found) => {
      const swapped = found.toLowerCase() === one ? two : one
      return found === found.toUpperCase() ? swapped.toUpperCase() : swapped
    })
  }
  return other
}

function swapBlocks(name: string, random: Random): string {
  const words = name.split(' ')
  if (words.length < 4) return name
  const first = 1 + Math.floor(random() * (words.length - 3))
  const second = first + 1 + Math.floor(random() * (words.length - first - 2))
  return [...words.slice(second), ...words.slice(first, second), ...words.slice(0, first)].join(' ')
}

const LEVEL_NAMES: Readonly<Record<string, string>> = { ministry: 'cấp Trung ương', province: 'cấp tỉnh', commune: 'cấp xã' }

function addLevel(name: string, levels: readonly AdministrativeLevel[] | null, random: Random): string {
  const level = levels?.map((one) => LEVEL_NAMES[one]).find((words) => words !== undefined)
  if (level === undefined || /cấp (xã|tỉnh|bộ|trung ương|huyện)/i.test(name)) return name
  return [`${name} (${level})`, `${name} thực hiện tại ${level}`, `${name} - ${level}`, `${name} ${level}`][Math.floor(random() * 4)] ?? name
}

function withoutDiacritics(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'D')
}

/** One letter wrong, missing, doubled, or swapped with the next. */
function typo(name: string, random: Random): string {
  const letters = [...name]
  const places = letters.flatMap((letter, at) => (/\p{L}/u.test(letter) && /\p{L}/u.test(letters[at + 1] ?? '') ? [at] : []))
  const at = places[Math.floor(random() * places.length)] ?? 0
  const letter = letters[at] ?? ''
  const replaced = [[], [letter, letter], ['qwertyuiopasdfghjklzxcvbnm'[Math.floor(random() * 26)] ?? ''], [letters[at + 1] ?? '', letter]]
  const kind = Math.floor(random() * 4)
  return [...letters.slice(0, at), ...(replaced[kind] ?? []), ...letters.slice(kind === 3 ? at + 2 : at + 1)].join('')
}
