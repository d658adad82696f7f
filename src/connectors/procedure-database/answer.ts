/** How a body becomes an answer: leniently (key case, number or text, JSON inside text), but never by guessing. */
import { formalityAnswer, formalityPage } from './wire.js'

/** What was asked for; the same words mean different things for different calls. */
export type ProcedureDatabaseKind = 'login' | 'list' | 'procedure' | 'dictionary' | 'decision'

/**
 * What a body says, whatever its envelope. A field that the wire does not have is null.
 * `rows` is null when the answer holds no list at all: that is never read as an empty one.
 */
export interface ProcedureDatabaseAnswer {
  readonly code: string | null
  readonly message: string | null
  readonly session: string | null
  readonly rows: readonly unknown[] | null
  /** Cursor of the page after this one. */
  readonly lastId: string | null
  /** How many rows the whole list has, as the answer says. */
  readonly total: number | null
}

const NOTHING: ProcedureDatabaseAnswer = { code: null, message: null, session: null, rows: null, lastId: null, total: null }

/** `{ "error_code": 0, "result": […] }`, or a login's `{session, error_code}` (§3a). Other JSON is not the database's answer. */
export function envelopeAnswer(text: string): ProcedureDatabaseAnswer | null {
  return envelopeIn(fieldsOf(parsed(text)))
}

/**
 * `{ "message": "<JSON text>" }` (§3b), a gateway that does without the second wrapping, or one that wraps once more. A `message` that
 * is a sentence is what the gateway says; one that begins like JSON and is none was cut.
 */
export function gatewayAnswer(text: string): ProcedureDatabaseAnswer | null {
  const value = parsed(text)
  const outer = fieldsOf(typeof value === 'string' ? parsed(value) : value)
  if (outer === null) return null
  const direct = envelopeIn(outer)
  if (direct !== null && direct.rows !== null) return direct
  const { message } = outer
  if (typeof message !== 'string') return envelopeIn(fieldsOf(message)) ?? direct
  const inner = parsed(message)
  if (inner !== undefined) return envelopeIn(fieldsOf(inner)) ?? direct
  return direct ?? (/^\s*(?:[{[<"]|$)/.test(message) ? null : { ...NOTHING, message })
}

/**
 * `{ "code": "OK", "data": { items, lastId, total } }` (§3c); a detail is the `data` itself, an empty one is none. Some answers wrap `data`
 * twice.
 */
export function formalityAnswerIn(text: string, kind: ProcedureDatabaseKind): ProcedureDatabaseAnswer | null {
  const read = formalityAnswer.safeParse(parsed(text))
  if (!read.success) return null
  const { code, message, data } = read.data
  if (code == null && message == null) return null
  const said = { ...NOTHING, code: scalarText(code), message: scalarText(message) }
  if (kind === 'list') {
    const page = [data, innerData(data)].map((one) => formalityPage.safeParse(one)).find(({ success }) => success)?.data
    return page === undefined ? said : { ...said, rows: page.items, lastId: scalarText(page.lastId), total: countIn(page.total) }
  }
  const detail = innerData(data) ?? data
  if (detail === null || isEmptyObject(detail)) return { ...said, rows: [] }
  return typeof detail === 'object' && !Array.isArray(detail) ? { ...said, rows: [detail] } : said
}

/** Rows without a code are the proof that they came; a code without rows proves nothing, and that is for the client to say. */
function envelopeIn(fields: Readonly<Record<string, unknown>> | null): ProcedureDatabaseAnswer | null {
  if (fields === null) return null
  const { error_code: code, result, session, message } = fields
  if (!isScalar(code) && !Array.isArray(result) && typeof session !== 'string') return null
  const rows = Array.isArray(result) ? result : null
  return {
    ...NOTHING,
    code: scalarText(code) ?? (rows === null ? null : '0'),
    message: scalarText(message),
    session: scalarText(session),
    rows,
  }
}

/**
 * Whether a text was written in one encoding and read in another: letters that became U+FFFD, or pairs such as “áº” that one
 * Vietnamese letter turns into. A stray one in a long text is the database's own, so it takes one in twenty of all letters beyond ASCII.
 */
export function isMisread(text: string): boolean {
  let foreign = 0
  let broken = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0) broken++
    if (unit !== 0 && unit < 0x80) continue
    foreign++
    const next = text.charCodeAt(at + 1)
    if (unit === 0xfffd || (brokenPairs[unit]?.(next) ?? false)) broken++
  }
  return broken * 20 > foreign
}

/** First and second character of what UTF-8 looks like when it is read as Latin-1. */
const brokenPairs: Readonly<Record<number, (next: number) => boolean>> = {
  195: (next) => next > 0xa0 && next < 0xc0,
  198: (next) => next === 0xa1 || next === 0xb0,
  225: (next) => next === 0xba || next === 0xbb,
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const result: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const lower = key.toLowerCase()
    if (!Object.hasOwn(result, lower) && lower !== '__proto__') result[lower] = inner
  }
  return result
}

function innerData(data: unknown): unknown {
  const inner = fieldsOf(data)?.data
  return typeof inner === 'object' && !Array.isArray(inner) ? inner : undefined
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}

/** Text of a text or number that says something. */
function scalarText(value: unknown): string | null {
  const text = isScalar(value) ? String(value).trim() : ''
  return text === '' ? null : text
}

function countIn(value: unknown): number | null {
  const text = scalarText(value)
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
