/** JSON and names of members as senders write them: bounded depth, any letter case, nothing that is not known. */
import type { Text } from '../base/index.js'

/** Members of one kind of object; of those that hold objects, which. */
export interface MemberShape {
  readonly names: readonly string[]
  /** Other spellings of a name, in lower case. */
  readonly also?: Readonly<Record<string, string>>
  readonly lists?: Readonly<Record<string, MemberShape>>
}

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false
      readonly problem: Text
      /** Of an array that is damaged or cut off: its elements up to there. */
      readonly before: readonly unknown[]
    }

const DEEPEST = 64

/** Parses text of a stranger. What is nested deeper than any message is refused before it costs memory. */
export function readInboundJson(text: string): JsonReading {
  if (deeperThan(text, DEEPEST)) {
    return { ok: false, problem: { en: `nested deeper than ${DEEPEST} levels`, vi: `lồng nhau sâu hơn ${DEEPEST} mức` }, before: [] }
  }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    // What the parser says would quote the message.
    return { ok: false, problem: { en: 'no JSON, or cut off', vi: 'không phải JSON, hoặc bị cắt' }, before: wholeElements(text) }
  }
}

/** The elements of an array that are whole, up to the first that is not. */
function wholeElements(text: string): readonly unknown[] {
  const elements: unknown[] = []
  let at = text.search(/[^\s\ufeff]/)
  if (text[at] !== '[') return elements
  for (let start = at + 1; ; start = at + 1) {
    at = endOfElement(text, start)
    if (at < 0) return elements
    try {
      elements.push(JSON.parse(text.slice(start, at)))
    } catch {
      return elements
    }
    if (text[at] === ']') return elements
  }
}

/** Where the comma or bracket behind an element of an array stands; negative when it is cut off. */
function endOfElement(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      at = endOfString(text, at)
      if (at < 0) return -1
    } else if (character === '[' || character === '{') depth++
    else if ((character === ']' || character === ',') && depth === 0) return at
    else if (character === ']' || character === '}') depth--
  }
  return -1
}

function deeperThan(text: string, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === 0x22) {
      at = endOfString(text, at)
      if (at < 0) return false
    } else if (character === 0x5b || character === 0x7b) {
      depth++
      if (depth > limit) return true
    } else if (character === 0x5d || character === 0x7d) depth--
  }
  return false
}

/** Long texts (files in base64) are jumped over, not walked through. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return end
  }
  return -1
}

/**
 * An object with its known members under their own names, whatever case they came in; the rest is left out. A list that holds one element may
 * have come as that element, an empty one as an empty text or null: what XML makes of lists.
 */
export function knownMembers(value: unknown, shape: MemberShape): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const canonical = namesOf(shape)
  const exact = new Set<string>()
  const found = new Map<string, unknown>()
  for (const [key, member] of Object.entries(value)) {
    const name = canonical.get(key.toLowerCase())
    if (name === undefined || (exact.has(name) && key !== name)) continue
    if (key === name) exact.add(name)
    const list = shape.lists?.[name]
    found.set(name, list === undefined ? member : listOf(member, list))
  }
  // In the order of the contract: the same message in another order is the same message.
  return Object.fromEntries(shape.names.flatMap((name) => (found.has(name) ? [[name, found.get(name)]] : [])))
}

function listOf(value: unknown, shape: MemberShape): unknown {
  if (value === null || (typeof value === 'string' && value.trim() === '')) return []
  const list = Array.isArray(value) ? value : typeof value === 'object' ? [value] : undefined
  if (list === undefined) return value
  return list.filter((one) => one !== null && one !== '').map((one) => knownMembers(one, shape))
}

const known = new WeakMap<MemberShape, ReadonlyMap<string, string>>()

function namesOf(shape: MemberShape): ReadonlyMap<string, string> {
  const made = known.get(shape) ?? new Map([...shape.names.map((name) => [name.toLowerCase(), name] as const), ...Object.entries(shape.also ?? {})])
  known.set(shape, made)
  return made
}

/** `Attachments[0].AttachmentName`. */
export function memberPlace(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (place, key) => (typeof key === 'number' ? `${place}[${key}]` : place === '' ? String(key) : `${place}.${String(key)}`),
    '',
  )
}
