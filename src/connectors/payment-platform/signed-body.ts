/**
 * Reads a message whose signature is over the texts of its fields, before anything is believed of it: bounded, without turning numbers
 * into doubles, and refusing what two readers could read differently. contracts/payment-platform.md §6, §12.1
 */
import { LienthongError } from '../../base/index.js'
import { SYSTEM } from './system.js'

/** Far above any message of the platform. Bytes. */
const LARGEST = 256 * 1024
const MOST_FIELDS = 200

/** A field as the sender wrote it. */
export interface SignedField {
  /** As it came; names are compared without case. */
  readonly name: string
  /** A text decoded and not normalised, a number as its digits stand in the message; null for `null`, objects and lists. */
  readonly text: string | null
  /** Whether the message holds a number, and no text. */
  readonly isNumber: boolean
  /** The value’s own JSON, for what is nested. */
  readonly json: string
}

export interface SignedBody {
  /** By name in lower case. */
  readonly fields: ReadonlyMap<string, SignedField>
  /** The text of a field; an empty text where it is absent or null. */
  text(name: string): string
}

/**
 * @param body the bytes as they came
 * @throws {LienthongError} `payment.unreadable_message`; quotes nothing of it
 */
export function readSignedBody(body: Uint8Array): SignedBody {
  if (body.byteLength > LARGEST) throw unreadable(`more than ${LARGEST / 1024} KB`)
  const fields = new Map<string, SignedField>()
  eachMember(decoded(body), (name, json) => {
    const key = name.toLowerCase()
    // Whoever signs one of two and we read the other would be believed.
    if (fields.has(key)) throw unreadable(`the field “${known(name)}” comes twice`)
    if (fields.size >= MOST_FIELDS) throw unreadable(`more than ${MOST_FIELDS} fields`)
    fields.set(key, fieldOf(name, json))
  })
  return { fields, text: (name) => fields.get(name.toLowerCase())?.text ?? '' }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function decoded(body: Uint8Array): string {
  try {
    return UTF8.decode(body)
  } catch {
    throw unreadable('not UTF-8')
  }
}

function fieldOf(name: string, json: string): SignedField {
  const first = json.charAt(0)
  if (first === '"') return { name, text: textIn(json), isNumber: false, json }
  if (first === '-' || (first >= '0' && first <= '9')) return { name, text: json, isNumber: true, json }
  return { name, text: json === 'true' || json === 'false' ? json : null, isNumber: false, json }
}

/** The members of one JSON object, each value as its own text. `JSON.parse` checks the grammar; this only finds where values stand. */
function eachMember(text: string, take: (name: string, json: string) => void): void {
  checkObject(text)
  let at = skip(text, text.indexOf('{') + 1)
  while (text[at] !== '}') {
    const nameEnd = stringEnd(text, at)
    const start = skip(text, skip(text, nameEnd) + 1)
    const end = valueEnd(text, start)
    take(textIn(text.slice(at, nameEnd)), text.slice(start, end))
    at = skip(text, end)
    if (text[at] === ',') at = skip(text, at + 1)
  }
}

function checkObject(text: string): void {
  let whole: unknown
  try {
    whole = JSON.parse(text)
  } catch {
    throw unreadable('no JSON')
  }
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) throw unreadable('no JSON object')
}

const SPACE = 32

/** Of valid JSON nothing up to the space stands between its parts but what separates them. */
function skip(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= SPACE) at += 1
  return at
}

/** @param at where the quotation mark stands. */
function stringEnd(text: string, at: number): number {
  let end = at
  do end = text.indexOf('"', end + 1)
  while (isEscaped(text, end))
  return end + 1
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes += 1
  return backslashes % 2 === 1
}

/** Of a valid JSON string with its quotation marks. */
function textIn(json: string): string {
  return json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1)
}

/** The text is valid JSON: only strings can hold what looks like the end of something. */
function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start)
  let depth = 0
  let at = start
  for (;;) {
    const letter = text[at] ?? ''
    if (letter === '"') {
      at = stringEnd(text, at)
      continue
    }
    if (letter === '{' || letter === '[') depth += 1
    else if (depth > 0 && (letter === '}' || letter === ']')) {
      depth -= 1
      if (depth === 0) return at + 1
    } else if (depth === 0 && (letter === ',' || letter === '}' || letter === ' ' || letter === '\t' || letter === '\r' || letter === '\n')) return at
    at += 1
  }
}

/** A field's name is not always one: a value in its place must not be told. */
function known(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : '…'
}

function unreadable(problem: string): LienthongError {
  return new LienthongError('payment.unreadable_message', { values: { problem }, system: SYSTEM })
}
