/** Lists of the wire as lists of the domain. `null` stays `null`: not known; an empty list says that there are none. */
import type { WireScalar } from '../../connectors/procedure-database/wire.js'
import type { CodeAndName } from '../../domain/index.js'
import type { ProcedureNotes } from './rules.js'
import { scalarCode, scalarName } from './scalars.js'

type Rows<Row> = readonly (Row | null)[] | null | undefined

/** Reads a list element by element. An element of another form is reported and left out; so is, silently, one that `read` finds empty. */
export function readRows<Row, Value>(
  rows: Rows<Row>,
  path: string,
  note: ProcedureNotes,
  read: (row: Row, path: string) => Value | undefined,
): readonly Value[] | null {
  if (rows === null || rows === undefined) return null
  return rows.flatMap((row, index) => {
    const place = `${path}[${index}]`
    if (row === null) note.add('element.unreadable', place)
    const value = row === null ? undefined : read(row, place)
    return value === undefined ? [] : [value]
  })
}

/** A code beside a name; undefined when both are blank. */
export function codeAndName(code: WireScalar, name: WireScalar): CodeAndName | undefined {
  const both = { code: scalarCode(code), name: scalarName(name) }
  return both.code === null && both.name === null ? undefined : both
}

/** Bodies as a list, or as the one text that stands in its place. */
export function orInWords(bodies: readonly CodeAndName[] | null, words: string | null): readonly CodeAndName[] | null {
  return words !== null && (bodies === null || bodies.length === 0) ? [{ code: null, name: words }] : bodies
}

/** Puts the sector that leads first: clients of the database disagree whether that is the first or the last. §10.8 */
export function leading<Row>(rows: readonly Row[] | null, which: 'first' | 'last'): readonly Row[] | null {
  const last = rows?.at(-1)
  return rows === null || which === 'first' || last === undefined ? rows : [last, ...rows.slice(0, -1)]
}
