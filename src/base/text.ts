/** A sentence in the two languages of our users. Placeholders look like `{name}`. */
export interface Text {
  readonly en: string
  readonly vi: string
}

export type Language = keyof Text

/** Values for the placeholders of a {@link Text}; one that is a text itself is told in the language of the sentence. Never personal data: texts end up in logs and in the ledger. */
export type TextValues = Readonly<Record<string, string | number | Text | undefined>>

/** Fills the placeholders of one sentence; a value that is missing leaves its placeholder readable. */
export function fillIn(template: string, values: TextValues = {}, language: Language = 'en'): string {
  return filled(piecesOf(template), values, language)
}

/** Fills the placeholders of both languages. */
export function fillText(text: Text, values?: TextValues): Text {
  if (values === undefined) return text
  let pieces = piecesOfTexts.get(text)
  if (pieces === undefined) {
    pieces = { en: piecesOf(text.en), vi: piecesOf(text.vi) }
    piecesOfTexts.set(text, pieces)
  }
  // Hints rarely have a placeholder.
  if (pieces.en.length === 1 && pieces.vi.length === 1) return text
  return { en: filled(pieces.en, values, 'en'), vi: filled(pieces.vi, values, 'vi') }
}

/** Literal text and names of placeholders in turn, beginning and ending with a literal. */
type Pieces = readonly string[]

/** Rules say the same few sentences of every record: each is taken apart once. */
const piecesOfTexts = new WeakMap<Text, Readonly<Record<Language, Pieces>>>()

const piecesOf = (template: string): Pieces => template.split(/\{(\w+)\}/)

function filled(pieces: Pieces, values: TextValues, language: Language): string {
  let sentence = ''
  let isLiteral = true
  for (const piece of pieces) {
    const value = isLiteral ? piece : (values[piece] ?? `{${piece}}`)
    sentence += typeof value === 'object' ? value[language] : value
    isLiteral = !isLiteral
  }
  return sentence
}

/** Unicode NFC and trimmed; the form in which all text crosses our borders. */
export function tidy(text: string): string {
  // Almost everything that is tidied is a code, or Vietnamese as keyboards write it, and has nothing to compose.
  return (COMPOSED.test(text) ? text : text.normalize('NFC')).trim()
}

/** Letters that stand alone, none of which NFC changes or joins to another: up to U+02FF, and the Vietnamese ones, ẠẢ…Ỹỹ. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
const COMPOSED = /^[\x00-\u02ff\u1ea0-\u1ef9]*$/

/**
 * The form in which Vietnamese texts are compared: NFC, lower case, white space folded.
 * Tone marks stay: `hoà` and `hòa` differ only in where the mark sits, `hoa` is another word.
 */
export function comparable(text: string): string {
  return tidy(text).toLowerCase().replace(/\s+/g, ' ')
}
