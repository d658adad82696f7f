/** The parameters of a deep link, however they come: an address, a query, a framework's object. Total: nothing in here throws. */
import type { DeepLinkRefusal } from './deep-link-rules.js'

export const deepLinkNames = ['MaTTHC', 'MaTTHCDP', 'MaCoQuanThucHien', 'MaDVC', 'vneid', 'vnconnect', 'MDT'] as const
export type DeepLinkName = (typeof deepLinkNames)[number]

/** What a web framework makes of a query: a repeated parameter is a list. */
export type QueryRecord = Readonly<Record<string, unknown>>

export type ReadQuery =
  | { readonly ok: true; readonly values: ReadonlyMap<DeepLinkName, string> }
  | { readonly ok: false; readonly refusal: DeepLinkRefusal; readonly name: string }

const LONGEST_LINK = 8192
const LONGEST_VALUE = 200
const MOST_PARAMETERS = 100
/** Portals that pass on what they do not have. */
const NOTHING = new Set(['', 'null', 'undefined'])
/** Encoded once by the query itself, and at most so often more by relays. */
const MOST_ENCODINGS = 3

const known = new Map<string, DeepLinkName>(deepLinkNames.map((name) => [name.toLowerCase(), name]))

const refused = (refusal: DeepLinkRefusal, name = ''): ReadQuery => ({ ok: false, refusal, name })

export function readQuery(query: unknown): ReadQuery {
  if (query instanceof URLSearchParams) return collected(query)
  if (typeof query === 'string') return readText(query)
  if (typeof query !== 'object' || query === null || Array.isArray(query)) return refused('unreadable')
  return collected(fieldsOf(query as QueryRecord))
}

function readText(text: string): ReadQuery {
  if (text.length > LONGEST_LINK) return refused('too-long')
  const read = readOnce(text)
  // A link that was encoded as a whole has no parameters of its own.
  return read.ok && read.values.size === 0 && /%3d/i.test(text) ? readOnce(decoded(text)) : read
}

function readOnce(text: string): ReadQuery {
  const query = queryIn(text.trim())
  return query === undefined ? refused('unreadable') : collected(new URLSearchParams(query))
}

/** Behind the `?` of an address, also of one that keeps its way in the fragment (`/#/nop-ho-so?MaTTHC=…`); a bare query is its own. */
function queryIn(text: string): string | undefined {
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
  if (isAddress && !/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return undefined
  const [path = '', ...queries] = text.split('?')
  if (queries.length > 0) return queries.join('&').replaceAll('#', '&')
  return isAddress || path.startsWith('/') ? '' : path
}

function* fieldsOf(record: QueryRecord): Iterable<readonly [string, string]> {
  for (const [name, value] of Object.entries(record)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const one of values) if (typeof one === 'string' || typeof one === 'number') yield [name, String(one)]
  }
}

function collected(fields: Iterable<readonly [string, string]>): ReadQuery {
  const values = new Map<DeepLinkName, string>()
  let count = 0
  for (const [key, raw] of fields) {
    if (++count > MOST_PARAMETERS) return refused('too-long')
    // `&amp;` of a link copied out of markup.
    const name = known.get(key.trim().replace(/^amp;/i, '').toLowerCase())
    if (name === undefined) continue
    if (raw.length > LONGEST_VALUE) return refused('too-long', name)
    // A plus sign of base64 that nobody encoded has become a space.
    const value = plain(name === 'MDT' ? raw.replaceAll(' ', '+') : raw)
    if (NOTHING.has(value.toLowerCase())) continue
    const earlier = values.get(name)
    if (earlier !== undefined && earlier.toUpperCase() !== value.toUpperCase()) return refused('contradictory', name)
    if (earlier === undefined) values.set(name, value)
  }
  return { ok: true, values }
}

function plain(raw: string): string {
  let value = raw
  for (let round = 1; round < MOST_ENCODINGS && /%[0-9a-f]{2}/i.test(value); round++) value = decoded(value)
  return value.normalize('NFC').trim()
}

/** @returns the text itself when its escapes are none. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
