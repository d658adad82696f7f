/**
 * One redaction for everything we print or keep: every value of the record that was just sent, the people of that record also when their
 * names come back shortened or re-spaced, and what looks personal by itself. DESIGN "Security and privacy", docs/security.md.
 */
import { namesFound, namesHidden } from './redact-names.js'

const PERSONAL_PATTERNS: readonly { readonly pattern: RegExp; readonly mask: string }[] = [
  { pattern: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu, mask: '‹e-mail›' },
  { pattern: /(?<![\d.-])(?:\+?84|0)[235789]\d{8}(?!\d)/g, mask: '‹phone›' },
  { pattern: /(?<![\d.-])\d{12}(?!\d)/g, mask: '‹personal number›' },
  // Old identity cards, tax codes, personal numbers that lost a zero; 14 digits are a time.
  { pattern: /(?<![\d.-])(?:\d{9,11}(?:-\d{3})?|\d{13})(?!\d)/g, mask: '‹number›' },
  { pattern: /(?<![\p{L}\d.-])\p{Lu}\d{7,9}(?![\p{L}\d])/gu, mask: '‹passport›' },
]

/** Shorter values occur in ordinary words and are no secret on their own. */
const SHORTEST_MASKED = 4
/** A long text that comes back cut off is known by so many of its first characters. */
const TELLING_START = 20
const MASK = '‹…›'

/**
 * Masks personal data in a text from outside (a portal's message, an exception).
 *
 * @param values values of the record in hand, e.g. from {@link textsWithin}; each is masked wherever it occurs: in any letter case, with
 *   any white space, numbers also with separators, a long text also when only its beginning is quoted.
 * @param names people of the record: masked also without tone marks, in another order, and when two words or more of them are left.
 */
export function redact(text: string, values: Iterable<string> = [], names: Iterable<string> = []): string {
  let result = text.normalize('NFC')
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    const tidied = value.normalize('NFC').trim()
    if (tidied.length < SHORTEST_MASKED) continue
    result = result.replace(patternOf(tidied), MASK)
    if (tidied.length > TELLING_START) result = withoutBeginnings(result, tidied)
  }
  for (const name of names) result = namesHidden(result, name, MASK)
  for (const { pattern, mask } of PERSONAL_PATTERNS) result = result.replace(pattern, mask)
  return namesFound(result, '‹name›')
}

/** Every text inside a record, except those under the given keys (codes that an operator needs to see). */
export function textsWithin(record: unknown, except: ReadonlySet<string> = new Set()): Set<string> {
  return textsWhere(record, (key) => !except.has(key))
}

/** The texts that stand directly under the given keys, at any depth: names of people, for {@link redact}. */
export function textsUnder(record: unknown, keys: ReadonlySet<string>): Set<string> {
  return textsWhere(record, (key, value) => typeof value !== 'string' || keys.has(key))
}

/**
 * What an exception says, without the text that a parser could not read and quotes: that may be a piece of a dossier. Everything else still
 * has to pass {@link redact}.
 */
export function sayingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const message = error instanceof SyntaxError ? error.message.replace(/['"`][\s\S]*['"`]/, MASK) : error.message
  return `${error.name}: ${message}`
}

function textsWhere(record: unknown, enters: (key: string, value: unknown) => boolean): Set<string> {
  const texts = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value)
    else if (Array.isArray(value)) value.forEach(visit)
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) if (enters(key, inner)) visit(inner)
    }
  }
  visit(record)
  return texts
}

/** `0901 234 567` and `+84901234567` are the phone number `0901234567`; words may be re-spaced. */
function patternOf(value: string): RegExp {
  const digits = value.replace(/[\s.-]/g, '')
  if (!/^\+?\d{8,}$/.test(digits)) return new RegExp(value.split(/\s+/).map(escapeForRegExp).join('\\s+'), 'giu')
  const [, trunk = '', rest = ''] = /^(\+?84|0)?(\d+)$/.exec(digits) ?? []
  const start = trunk === '' ? '' : '(?:\\+?84|0)?[\\s.-]?'
  return new RegExp(`${start}${[...rest].join('[\\s.-]?')}`, 'g')
}

/** As much of a long value as is there, from its beginning on. */
function withoutBeginnings(text: string, value: string): string {
  const [where, what] = [text.toLowerCase(), value.toLowerCase()]
  // A letter whose lower case is longer would shift everything behind it: there is none in Vietnamese.
  if (where.length !== text.length) return text
  const start = what.slice(0, TELLING_START)
  let result = ''
  let copied = 0
  for (let at = where.indexOf(start); at !== -1; at = where.indexOf(start, copied)) {
    let length = TELLING_START
    while (length < what.length && where[at + length] === what[length]) length += 1
    result += text.slice(copied, at) + MASK
    copied = at + length
  }
  return result + text.slice(copied)
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
