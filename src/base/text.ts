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
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name]
    if (value === undefined) return placeholder
    return typeof value === 'object' ? value[language] : String(value)
  })
}

/** Fills the placeholders of both languages. */
export function fillText(text: Text, values?: TextValues): Text {
  if (values === undefined) return text
  return { en: fillIn(text.en, values, 'en'), vi: fillIn(text.vi, values, 'vi') }
}

/** Unicode NFC and trimmed; the form in which all text crosses our borders. */
export function tidy(text: string): string {
  // Codes, dates and numbers are most of what is tidied, and have nothing to compose.
  return (ASCII.test(text) ? text : text.normalize('NFC')).trim()
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
const ASCII = /^[\x00-\x7f]*$/

/**
 * The form in which Vietnamese texts are compared: NFC, lower case, white space folded.
 * Tone marks stay: `hoà` and `hòa` differ only in where the mark sits, `hoa` is another word.
 */
export function comparable(text: string): string {
  return tidy(text).toLowerCase().replace(/\s+/g, ' ')
}
