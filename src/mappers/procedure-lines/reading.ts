/** Lines of JSON with a name, and lenient reading of what else they hold. */
import { LienthongError, tidy } from '../../base/index.js'
import type { AdministrativeLevel, CodeAndName } from '../../domain/index.js'

export type LineObject = Readonly<Record<string, unknown>>

/**
 * @param text the whole, or line by line
 * @throws {LienthongError} `config.invalid`, naming file and line, for a line that is no JSON object or has no name
 */
export function* namedLines(
  text: string | Iterable<string>,
  path: string,
): Generator<{ readonly line: LineObject; readonly name: string; readonly place: string }> {
  let number = 0
  for (const written of typeof text === 'string' ? text.split(/\r?\n/) : text) {
    number++
    if (written.replace(/^\uFEFF/, '').trim() === '') continue
    const place = `${path}, line ${number}`
    const line = parsed(written.replace(/^\uFEFF/, ''), place)
    if (typeof line !== 'object' || line === null || Array.isArray(line)) throw invalid(place, 'this line is not a JSON object')
    const name = textOf((line as LineObject).name)
    if (name === null) throw invalid(place, 'name is missing')
    yield { line: line as LineObject, name, place }
  }
}

function parsed(line: string, place: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new LienthongError('config.invalid', { values: { place, problem: 'this line is not JSON' }, cause })
  }
}

export function invalid(place: string, problem: string): LienthongError {
  return new LienthongError('config.invalid', { values: { place, problem } })
}

/** A text that says something; numbers count as text. */
export function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? tidy(value) : typeof value === 'number' ? String(value) : ''
  return text === '' ? null : text
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** `null`: not known; what is no text is passed over. */
export function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) ? value.flatMap((one) => textOf(one) ?? []) : null
}

export function objectsOf(value: unknown): LineObject[] | null {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : null
}

export function named(name: string): CodeAndName {
  return { code: null, name }
}

const LEVELS: readonly string[] = ['ministry', 'province', 'district', 'commune', 'other'] satisfies AdministrativeLevel[]

export function levelOf(value: unknown): AdministrativeLevel | null {
  return LEVELS.includes(value as string) ? (value as AdministrativeLevel) : null
}
