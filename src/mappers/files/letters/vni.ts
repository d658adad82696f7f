/**
 * VNI for Windows (the fonts `VNI-…`): a letter, and behind it a character for its marks; a few letters are one character. Capitals have
 * characters of their own throughout.
 */
const marks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Behind the letter → the letter with its mark, for every vowel that takes it.
  ø: { a: 'à', e: 'è', o: 'ò', u: 'ù', y: 'ỳ', ô: 'ờ', ö: 'ừ' },
  ù: { a: 'á', e: 'é', o: 'ó', u: 'ú', y: 'ý', ô: 'ớ', ö: 'ứ' },
  û: { a: 'ả', e: 'ẻ', o: 'ỏ', u: 'ủ', y: 'ỷ', ô: 'ở', ö: 'ử' },
  õ: { a: 'ã', e: 'ẽ', o: 'õ', u: 'ũ', y: 'ỹ', ô: 'ỡ', ö: 'ữ' },
  ï: { a: 'ạ', e: 'ẹ', o: 'ọ', u: 'ụ', ô: 'ợ', ö: 'ự' },
  â: { a: 'â', e: 'ê', o: 'ô' },
  à: { a: 'ầ', e: 'ề', o: 'ồ' },
  á: { a: 'ấ', e: 'ế', o: 'ố' },
  å: { a: 'ẩ', e: 'ể', o: 'ổ' },
  ã: { a: 'ẫ', e: 'ễ', o: 'ỗ' },
  ä: { a: 'ậ', e: 'ệ', o: 'ộ' },
  ê: { a: 'ă' },
  è: { a: 'ằ' },
  é: { a: 'ắ' },
  ú: { a: 'ẳ' },
  ü: { a: 'ẵ' },
  ë: { a: 'ặ' },
}
const alone: Readonly<Record<string, string>> = { ô: 'ơ', ö: 'ư', ñ: 'đ', ì: 'ì', í: 'í', æ: 'ỉ', ó: 'ĩ', ò: 'ị', î: 'ỵ' }

const small: readonly (readonly [written: string, letter: string])[] = [
  ...Object.entries(marks).flatMap(([mark, letters]) => Object.entries(letters).map(([base, letter]) => [base + mark, letter] as const)),
  ...Object.entries(alone),
]

/** As a program that knows nothing of the font shows it (Windows-1252) → the letter. A capital letter keeps a capital mark. */
export const vni: ReadonlyMap<string, string> = new Map(
  small.flatMap(([written, letter]) => [
    [written, letter],
    [written.toUpperCase(), letter.toUpperCase()],
  ]),
)

/** `Aù` for `AÙ`: some programs write the mark of a capital small, and the other way round. */
export const vniLoose: ReadonlyMap<string, string> = new Map(
  small.flatMap(([written, letter]): (readonly [string, string])[] => {
    const [base = '', mark] = written
    if (mark === undefined) return []
    return [
      [base.toUpperCase() + mark, letter.toUpperCase()],
      [base + mark.toUpperCase(), letter],
    ]
  }),
)
