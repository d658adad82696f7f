/** Reading what almost fits: names in another letter case, single fields of another type. What was bent is told, never hidden. */
import type { z } from 'zod'

/** Deeper than any payload means. */
const DEEPEST = 12
/** A wrong field may hide another one behind it. */
const ROUNDS = 4

/** @param names as they should be written */
export function properNames(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

/** The value with its known fields named as they should be. What needs no change is the same object. */
export function recased(value: unknown, names: ReadonlyMap<string, string>): { readonly value: unknown; readonly renamed: readonly string[] } {
  const renamed: string[] = []
  const walk = (part: unknown, path: string, depth: number): unknown => {
    if (depth > DEEPEST || typeof part !== 'object' || part === null) return part
    if (Array.isArray(part)) {
      const items = part.map((item, index) => walk(item, `${path}[${index}]`, depth + 1))
      return items.some((item, index) => item !== part[index]) ? items : part
    }
    const entries = Object.entries(part)
    const own = new Set(entries.map(([key]) => key))
    const fixed = entries.map(([key, below]): [string, unknown] => {
      const proper = names.get(key.toLowerCase())
      const name = proper === undefined || proper === key || own.has(proper) ? key : proper
      const place = path === '' ? name : `${path}.${name}`
      if (name !== key) renamed.push(place)
      return [name, walk(below, place, depth + 1)]
    })
    return fixed.some(([key, below], index) => key !== entries[index]?.[0] || below !== entries[index]?.[1]) ? Object.fromEntries(fixed) : part
  }
  return { value: walk(value, '', 0), renamed }
}

/**
 * Parses a record although single fields are wrong: those count as not set, and are named.
 *
 * @returns undefined when it is no such record at all
 */
export function withoutWrongFields<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): { readonly value: z.output<Schema>; readonly wrong: readonly string[] } | undefined {
  const wrong: string[] = []
  let current = value
  for (let round = 0; round < ROUNDS; round++) {
    const read = schema.safeParse(current)
    if (read.success) return { value: read.data, wrong }
    for (const { path } of read.error.issues) {
      if (path.length === 0) return undefined
      wrong.push(pathText(path))
      current = withNull(current, path)
    }
  }
  return undefined
}

function withNull(value: unknown, path: readonly PropertyKey[]): unknown {
  const [key, ...rest] = path
  if (key === undefined) return null
  if (Array.isArray(value)) return value.map((item, index) => (index === Number(key) ? withNull(item, rest) : item))
  if (typeof value !== 'object' || value === null) return value
  return { ...value, [key]: withNull((value as Record<PropertyKey, unknown>)[key], rest) }
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`), '')
}
