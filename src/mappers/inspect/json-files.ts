import { detectEncoding } from '../files/encoding.js'

/** A JSON document, or one document a line. @returns undefined when the bytes are neither */
export function readJson(bytes: Uint8Array): { readonly values: readonly unknown[]; readonly lines: boolean } | undefined {
  const text = textOf(bytes)
  const whole = parsed(text)
  if (whole !== undefined) return { values: [whole.value], lines: false }
  const lines = linesOf(text).map(({ text }) => parsed(text))
  if (lines.length < 2 || lines.some((line) => line === undefined)) return undefined
  return { values: lines.map((line) => line?.value), lines: true }
}

/** The lines that hold something, with their numbers. */
export function linesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter(({ text }) => text.trim() !== '')
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder(detectEncoding(bytes).encoding).decode(bytes).replace(FILLING, '')
}

/** What old programs put behind the end of a text: zeros up to a block, the sign for “end of file”. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are control characters.
const FILLING = /[\0\x1a]+\s*$/

/** Names under which gateways and programs put what they carry, in lower case. */
const CARRIERS = new Set(
  'd data result results content items list rows records table recordset value payload response body documents resultobject danhsachhoso msyncdocument'.split(
    ' ',
  ),
)
/** Envelopes in envelopes: deeper ones are no list. */
const DEEPEST_WRAPPER = 6

/**
 * Records inside what was wrapped around them: `{"code":0,"result":{"data":[…]}}`, one object in the place of a list, pages in an array, JSON
 * inside a text. For what a dialect does not know as it stands.
 *
 * @returns undefined where there is none
 */
export function unwrapped(value: unknown, isRecord: (row: unknown) => boolean, depth = 0): readonly unknown[] | undefined {
  if (depth > DEEPEST_WRAPPER) return undefined
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) return unwrapped(parsed(value)?.value, isRecord, depth + 1)
  if (Array.isArray(value)) {
    if (value.some(isRecord)) return value
    const found = value.flatMap((item) => unwrapped(item, isRecord, depth + 1) ?? [])
    return found.length > 0 ? found : undefined
  }
  if (!isObject(value)) return undefined
  if (isRecord(value)) return [value]
  for (const [name, inner] of Object.entries(value)) {
    const found = CARRIERS.has(name.toLowerCase()) ? unwrapped(inner, isRecord, depth + 1) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

export function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
