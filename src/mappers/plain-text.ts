/**
 * Texts of a catalogue, as a person wrote or pasted them: HTML, tabs, numbering, doubled spaces.
 * contracts/procedure-database.md §10.12
 */
import { tidy } from '../base/index.js'

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
  bull: '•',
  middot: '·',
  deg: '°',
  sect: '§',
  times: '×',
  eth: 'đ',
  ETH: 'Đ',
}

/** Editors write `&agrave;`, `&ocirc;` for the letters of Latin-1: base letter and combining mark. */
const MARKS: Readonly<Record<string, string>> = { grave: '\u0300', acute: '\u0301', circ: '\u0302', tilde: '\u0303' }

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z])(grave|acute|circ|tilde)|([A-Za-z]{2,8}));/g

/** Decodes the entities that Vietnamese editors write; one that it does not know stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(
    ENTITY,
    (whole, decimal?: string, hex?: string, letter?: string, mark?: string, name?: string) =>
      numbered(decimal, 10) ?? numbered(hex, 16) ?? accented(letter, mark) ?? (name === undefined ? undefined : NAMED[name]) ?? whole,
  )
}

function numbered(digits: string | undefined, radix: number): string | undefined {
  if (digits === undefined) return undefined
  const code = Number.parseInt(digits, radix)
  const character = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return character ? String.fromCodePoint(code) : undefined
}

function accented(letter: string | undefined, mark: string | undefined): string | undefined {
  const combining = MARKS[mark ?? '']
  return letter === undefined || combining === undefined ? undefined : `${letter}${combining}`.normalize('NFC')
}

/** What no reader of the page sees, with the text inside. */
const UNSEEN = [
  { open: '<!--', close: '-->' },
  { open: '<script', close: '</script>' },
  { open: '<style', close: '</style>' },
] as const
const BREAK = /<(?:br|\/?(?:p|div|li|ul|ol|tr|table|h[1-6]))\b[^<>]*>/gi
const CELL = /<\/t[dh]\b[^<>]*>/gi
/** A tag begins with a letter: `< 5 ngày` is text. */
const TAG = /<\/?[a-z][^<>]*>/gi

/**
 * A long text: HTML removed, entities decoded, NFC, one space between words, no empty lines. The lines stay.
 *
 * @returns null when nothing is left
 */
export function plainText(text: string | null): string | null {
  if (text === null) return null
  const bare = text.includes('<') ? seen(text).replace(BREAK, '\n').replace(CELL, ' ').replace(TAG, '') : text
  const decoded = bare.includes('&') ? decodeEntities(bare) : bare
  const lines = decoded
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(oneLine)
    .filter((line) => line !== '')
  return lines.length === 0 ? null : lines.join('\n')
}

/** One pass for each kind, so that a text full of beginnings without an end costs no more than another. */
function seen(text: string): string {
  return UNSEEN.reduce((rest, { open, close }) => {
    const lower = rest.toLowerCase()
    if (!lower.includes(open) || lower.length !== rest.length) return rest
    let kept = ''
    let from = 0
    for (;;) {
      const start = lower.indexOf(open, from)
      const end = start < 0 ? -1 : lower.indexOf(close, start)
      if (end < 0) return kept + rest.slice(from)
      kept += rest.slice(from, start)
      from = end + close.length
    }
  }, text)
}

/** NFC, and one space wherever there are spaces, tabs or line breaks. Characters without width go. */
export function oneLine(text: string): string {
  return tidy(text.replace(/\u200b|\u200c|\u200d|\u2060|\ufeff/g, '').replace(/[\s\u00a0]+/g, ' '))
}

/** `1.`, `12)`, `1.2.` before a name, when white space follows: `01/2099/NĐ-CP` and `2.5 ha` are none. */
const NUMBERING = /^(?:\d{1,3}(?:\.\d{1,3})*[.)] )+/

/** A name: one line, without the number it had in somebody's list. @returns null when nothing is left */
export function plainName(text: string | null): string | null {
  if (text === null) return null
  const name = oneLine(text).replace(NUMBERING, '')
  return name === '' ? null : name
}
