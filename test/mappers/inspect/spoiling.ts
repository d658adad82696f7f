/** One record of a JSON export spoilt by a seed, as real exports are: a field gone, another type, another letter case, a strange word, another date, a cut. */
import { type Random, seededRandom } from '../../../src/base/index.js'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Path = readonly (string | number)[]

export interface Spoilt {
  readonly kind: 'missing' | 'type' | 'key-case' | 'word' | 'date' | 'cut'
  /** Of the record in the list; of a cut, the first that is not whole any more. */
  readonly record: number
  /** Inside the record. */
  readonly path: string
  /** What a text field would read it as, where it is a scalar. */
  readonly written: string | undefined
  readonly text: string
}

const KINDS = ['missing', 'type', 'key-case', 'word', 'date', 'cut'] as const
const OTHER_TYPES: readonly Json[] = [{}, [], true, 17, 'x', { x: [1] }, [[]], [null], -1, '', { id: {} }, 1e300]
const OTHER_DATES = ['10/03/2025 08:15:00', '2025-03-10T08:15:00', '20250310081500', '2025-02-31T01:00:00.000+0000', '10-03-2025', 'hôm qua']
const DATE = /^\d{4}-\d{2}-\d{2}T/

/** @param rowsOf the list inside the document, by its key */
export function spoilt(text: string, rowsOf: string, seed: number): Spoilt {
  const random = seededRandom(`spoilt/${seed}`)
  const document = JSON.parse(text) as { readonly [key: string]: readonly Json[] }
  const rows = document[rowsOf] ?? []
  const kind = KINDS[seed % KINDS.length] ?? 'missing'
  const record = Math.floor(random() * rows.length)
  if (kind === 'cut') return cut(text, rows, random)
  const path = pick(
    random,
    pathsIn(rows[record] ?? null).filter((path) => fits(kind, valueAt(rows[record] ?? null, path), path)),
  )
  const change = changeFor(kind, random)
  let written: string | undefined
  const changed = rows.map((row, index) =>
    index === record
      ? changedAt(row, path, (value, key) => {
          const next = change(value, key)
          if (next !== undefined && typeof next.value !== 'object') written = String(next.value)
          return next
        })
      : row,
  )
  return { kind, record, path: path.join('.'), written, text: JSON.stringify({ ...document, [rowsOf]: changed }) }
}

function cut(text: string, rows: readonly Json[], random: Random): Spoilt {
  const ends = rows.map((row) => {
    const written = JSON.stringify(row)
    return JSON.stringify(JSON.parse(text)).indexOf(written) + written.length
  })
  const compact = JSON.stringify(JSON.parse(text))
  const length = Math.floor((ends[0] ?? 0) + random() * (compact.length - 1 - (ends[0] ?? 0)))
  return { kind: 'cut', record: ends.filter((end) => end <= length).length, path: '', written: undefined, text: compact.slice(0, length) }
}

function fits(kind: Spoilt['kind'], value: Json, path: Path): boolean {
  if (kind === 'date') return typeof value === 'string' && DATE.test(value)
  if (kind === 'word') return typeof value === 'string' && !DATE.test(value)
  if (kind === 'key-case' || kind === 'missing') return typeof path.at(-1) === 'string'
  return true
}

type Change = (value: Json, key: string | number) => { readonly key: string | number; readonly value: Json } | undefined

function changeFor(kind: Spoilt['kind'], random: Random): Change {
  if (kind === 'missing') return () => undefined
  if (kind === 'type')
    return (value, key) => ({
      key,
      value: pick(
        random,
        OTHER_TYPES.filter((other) => typeof other !== typeof value || other === null),
      ),
    })
  if (kind === 'date') return (_, key) => ({ key, value: pick(random, OTHER_DATES) })
  if (kind === 'word') return (_, key) => ({ key, value: 'Chưa ai thấy' })
  const cases = [(name: string) => name.toUpperCase(), (name: string) => name[0]?.toUpperCase() + name.slice(1), (name: string) => name.toLowerCase()]
  const other = pick(random, cases)
  return (value, key) => ({ key: other(String(key)), value })
}

function changedAt(value: Json, [key, ...rest]: Path, change: Change): Json {
  if (key === undefined || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) {
    const items: Json[] = [...value]
    const next = rest.length > 0 ? { value: changedAt(items[Number(key)] ?? null, rest, change) } : change(items[Number(key)] ?? null, key)
    items.splice(Number(key), 1, ...(next === undefined ? [] : [next.value]))
    return items
  }
  return Object.fromEntries(
    Object.entries(value as { readonly [key: string]: Json }).flatMap(([name, below]): [string, Json][] => {
      if (name !== key) return [[name, below]]
      if (rest.length > 0) return [[name, changedAt(below, rest, change)]]
      const next = change(below, name)
      return next === undefined ? [] : [[String(next.key), next.value]]
    }),
  )
}

function pathsIn(value: Json, path: Path = []): Path[] {
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => pathsIn(item, [...path, index]))
    : value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))
      : []
  return path.length === 0 ? below : [path, ...below]
}

function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>((part, key) => (part !== null && typeof part === 'object' ? ((part as Record<string, Json>)[key] ?? null) : null), value)
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}
