/** Names of people inside a sentence: those we know, in whatever form they come back, and those that only look like one. */

/** A name's words as everybody compares them: no tone marks, lower case. */
function folded(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd')
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu
/** Words of firms and offices: two of them together tell nobody's name. */
const COMMON = new Set('cong ty tnhh mot hai thanh vien co phan doanh nghiep tu nhan hop tac xa uy ban dan phuong ho kinh chi nhanh'.split(' '))

interface Token {
  readonly word: string
  readonly start: number
  readonly end: number
  /** `N.` */
  readonly dotted: boolean
}

/**
 * Masks runs of two or more neighbouring words that belong to a name, with initials (`N. V. Mẫu`), also without tone marks, in another order
 * or written as one word.
 */
export function namesHidden(text: string, name: string, mask: string): string {
  const words = [...new Set([...name.normalize('NFC').matchAll(WORD)].map(([word]) => folded(word)))]
  if (words.length < 2) return text
  const squeezed = [...name.matchAll(WORD)].map(([word]) => folded(word)).join('')
  const tokens = tokensOf(text)
  const isPart = ({ word, dotted }: Token) => words.includes(word) || (dotted && word.length <= 2 && words.some((one) => one.startsWith(word)))
  let result = ''
  let copied = 0
  for (let index = 0; index < tokens.length; ) {
    const first = tokens[index] as Token
    let end = index
    while (end < tokens.length && isPart(tokens[end] as Token) && (end === index || areNeighbours(text, tokens[end - 1], tokens[end]))) end += 1
    const run = tokens.slice(index, end)
    const isName = first.word === squeezed || (run.length >= 2 && run.some(({ word }) => words.includes(word) && !COMMON.has(word)))
    const last = isName ? (run.at(-1) ?? first) : undefined
    if (last !== undefined) {
      result += text.slice(copied, first.start) + mask
      copied = last.end
    }
    index = Math.max(end, index + 1)
  }
  return result + text.slice(copied)
}

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => {
    const dotted = text[index + word.length] === '.'
    return { word: folded(word), start: index, end: index + word.length + (dotted && word.length <= 2 ? 1 : 0), dotted }
  })
}

/** Spaces, dots, hyphens, underscores: not the end of a sentence or clause. */
function areNeighbours(text: string, before: Token | undefined, after: Token | undefined): boolean {
  return before !== undefined && after !== undefined && /^[\s.\-_·]*$/.test(text.slice(before.end, after.start))
}

/** Family names that nearly everybody has; those that are also ordinary words or begin the name of a place need care. */
const FAMILY = 'Nguyễn|Trần|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Ngô|Đinh|Trịnh|Nông|Trương|Phùng|Lê'
const ALSO_A_WORD = 'Đỗ|Hồ(?! Sơ| Chí Minh)|Dương|Lý(?! Do| Lịch)|Đào(?! Tạo)|Lương|Vương|Tạ|Triệu|Lò|Giàng|Sùng|Thào|Vàng|Quàng|Mạc|Mai'
const BARE = 'Nguyen|Tran|Pham|Hoang|Huynh|Phan|Trinh|Bui|Dinh|Truong|Phung'
/** In capitals everything looks like a name: only names that are no other word, and no more words than a name has. */
const CAPITALS = `${FAMILY}|${BARE}`.toUpperCase()
const BEFORE = '(?<![\\p{L}\\p{N}])'

const NAMES: readonly RegExp[] = [
  new RegExp(`${BEFORE}(?:${FAMILY}|${ALSO_A_WORD}|${BARE})(?:\\s+\\p{Lu}[\\p{L}\\p{N}]*){1,5}`, 'gu'),
  new RegExp(`${BEFORE}(?:${CAPITALS})(?:\\s+[\\p{Lu}\\p{N}]+(?![\\p{Ll}])){1,3}`, 'gu'),
]
/** `ông Mẫu`: the title stays, since it says that a person was named. */
const TITLED = new RegExp(`${BEFORE}([Ôô]ng|[Bb]à(?! Rịa)|[Aa]nh|[Cc]hị)((?:\\s+\\p{Lu}[\\p{L}\\p{N}]*){1,5})`, 'gu')

/** Masks what looks like a Vietnamese person's name, of people we know nothing of. A guess: it finds the usual forms, not every name. */
export function namesFound(text: string, mask: string): string {
  return NAMES.reduce((told, pattern) => told.replace(pattern, mask), text).replace(TITLED, `$1 ${mask}`)
}
