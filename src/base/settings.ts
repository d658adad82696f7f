/** Reading settings strictly: whatever is wrong becomes one error that names the place and, for a misspelt key, the right one. */
import { z } from 'zod'
import { LienthongError } from './errors.js'
import type { Text } from './text.js'

const translations = new Map<string, string>()

/** A schema's own message in both languages, where zod carries only one. */
export function settingMessage(text: Text): string {
  translations.set(text.en, text.vi)
  return text.en
}

/**
 * @param place how the reader knows the object: a file's name, or `national-portal`.
 * @throws {LienthongError} `config.unknown_key`, `config.invalid`. Never quotes a value: it may be a password.
 */
export function readSettings<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  throw settingsError(read.error.issues, schema, value, place)
}

function settingsError(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, value: unknown, place: string): LienthongError {
  // A misspelt key explains a missing one: it is named first.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const path = (issue?.path ?? []).map(String)
  const where = path.length === 0 ? place : `${place}${isFile(place) ? ': ' : '.'}${path.join('.')}`
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const known = keysAt(schema, value, path)
    const near = nearestKey(key, known)
    const nearest = near === undefined ? (known.length > 0 ? `(${known.join(', ')})` : '') : `→ “${near}”?`
    return new LienthongError('config.unknown_key', { values: { place: where, key, nearest } })
  }
  return new LienthongError('config.invalid', { values: { place: where, problem: problemOf(issue, value) } })
}

const spoken = { en: z.locales.en().localeError, vi: z.locales.vi().localeError }
type LocaleIssue = Parameters<typeof spoken.en>[0]

/** What is wrong, in both languages where zod has them. Never quotes the value. */
export function issueProblem(issue: z.core.$ZodIssue | undefined, value: unknown): Text {
  const problem = problemOf(issue, value)
  return typeof problem === 'string' ? { en: problem, vi: problem } : problem
}

function problemOf(issue: z.core.$ZodIssue | undefined, value: unknown): string | Text {
  if (issue === undefined) return { en: 'invalid', vi: 'không hợp lệ' }
  const own = translations.get(issue.message)
  if (own !== undefined) return { en: issue.message, vi: own }
  // Zod says only "invalid key"; what is wrong with it stands one level deeper.
  if (issue.code === 'invalid_key') return problemOf(issue.issues[0], value)
  if (issue.code === 'invalid_type' && contentAt(value, issue.path) === undefined) {
    return { en: `is missing (expected ${issue.expected})`, vi: `còn thiếu (cần ${issue.expected})` }
  }
  // Zod takes the value itself out of an issue, but words what came by its type.
  const whole = { ...issue, input: contentAt(value, issue.path) } as LocaleIssue
  const [en, vi] = [spoken.en(whole), spoken.vi(whole)]
  // Only what zod said itself can be said by zod again.
  return en === issue.message && typeof vi === 'string' ? { en, vi } : issue.message
}

function contentAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (content, key) => (typeof content === 'object' && content !== null ? (content as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  )
}

/** `tables.yaml: status.new`, but `national-portal.limits.concurrency`. */
function isFile(place: string): boolean {
  return /[/\\]|\.(ya?ml|jsonl?|[cm]?[jt]s)$/.test(place)
}

/** The known key that needs the fewest edits to become this one; undefined when none is close. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, edits: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
  const best = ranked.sort((a, b) => a.edits - b.edits)[0]
  return best !== undefined && best.edits <= Math.max(2, Math.floor(key.length / 2)) ? best.candidate : undefined
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replace = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** The part of a zod schema that says which keys it knows. */
interface SchemaLike {
  readonly shape?: Readonly<Record<string, unknown>>
  readonly keyType?: { readonly enum?: Readonly<Record<string, unknown>> }
  readonly valueType?: unknown
  readonly element?: unknown
  readonly options?: readonly unknown[]
  readonly unwrap?: () => unknown
  readonly safeParse?: (value: unknown) => { success: boolean }
}

/** Keys the schema knows below a path; none where the keys are a province's own codes. */
function keysAt(schema: unknown, value: unknown, path: readonly string[]): readonly string[] {
  let inner = unwrapped(schema, value)
  let content = value
  for (const key of path) {
    content = typeof content === 'object' && content !== null ? (content as Record<string, unknown>)[key] : undefined
    inner = unwrapped(inner?.shape?.[key] ?? inner?.valueType ?? inner?.element, content)
  }
  return Object.keys(inner?.shape ?? inner?.keyType?.enum ?? {})
}

function unwrapped(schema: unknown, value: unknown): SchemaLike | undefined {
  let inner = schema as SchemaLike | undefined
  while (inner !== undefined && inner.shape === undefined && inner.keyType === undefined && inner.element === undefined) {
    if (Array.isArray(inner.options) && inner.options.length > 0 && typeof inner.options[0] === 'object')
      inner = chosen(inner.options as SchemaLike[], value)
    else if (typeof inner.unwrap === 'function') inner = inner.unwrap() as SchemaLike
    else return inner
  }
  return inner
}

/** Of the alternatives of a union, the one whose literal keys (such as `dialect`) agree with the value. */
function chosen(options: readonly SchemaLike[], value: unknown): SchemaLike | undefined {
  const content = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  return (
    options.find((option) =>
      Object.entries(option.shape ?? {}).some(([key, field]) => isLiteral(field) && (field as SchemaLike).safeParse?.(content[key]).success),
    ) ?? options[0]
  )
}

function isLiteral(schema: unknown): boolean {
  return (schema as { def?: { type?: string } }).def?.type === 'literal'
}
