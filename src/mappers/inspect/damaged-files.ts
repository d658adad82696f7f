/** What is whole in a file that is damaged or was cut off. A half record is never read: it would look like one that lost its dates. */
import type { Text } from '../../base/index.js'
import { plainXml, readXml, type XmlOptions } from '../../transport/xml.js'
import { parsed } from './json-files.js'

export interface WholeRecords {
  readonly records: readonly unknown[]
  /** Records that are not whole, by the line on which they begin. */
  readonly broken: readonly number[]
}

/** How much of the text may be walked over in all, as a multiple of its length: a text of brackets alone must not hold us for ever. */
const MOST_WALKS = 40

/**
 * The objects of a JSON text that does not parse, each by itself: one that begins somewhere, ends where its brackets do, and parses. What
 * is found inside a broken one is no record: it has but a few of the names.
 */
export function wholeJsonRecords(text: string): WholeRecords {
  const found: (Slice & { readonly record: object })[] = []
  let budget = MOST_WALKS * text.length
  for (let from = text.indexOf('{'); from !== -1 && budget > 0; ) {
    const to = endOfObject(text, from)
    budget -= (to ?? text.length) - from
    const read = to === undefined ? undefined : parsed(text.slice(from, to))
    const whole = to !== undefined && typeof read?.value === 'object' && read.value !== null
    if (whole) found.push({ from, to, record: read.value as object })
    from = text.indexOf('{', whole ? to : from + 1)
  }
  const names = Math.max(0, ...found.map(({ record }) => Object.keys(record).length))
  const records = found.filter(({ record }) => Object.keys(record).length * 3 > names)
  return { records: records.map(({ record }) => record), broken: linesOfBroken(text, records) }
}

interface Slice {
  readonly from: number
  readonly to: number
}

/** Just behind the bracket that closes the one at `from`; undefined where none does. */
function endOfObject(text: string, from: number): number | undefined {
  let depth = 0
  let inText = false
  for (let at = from; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') inText = !inText
    else if (inText && sign === '\\') at += 1
    else if (!inText && (sign === '{' || sign === '[')) depth += 1
    else if (!inText && (sign === '}' || sign === ']') && --depth === 0) return at + 1
  }
  return undefined
}

/** Between two whole records, or behind the last one, something begins that is none. */
function linesOfBroken(text: string, whole: readonly Slice[]): readonly number[] {
  const broken: number[] = []
  let line = 1
  let counted = 0
  whole.forEach(({ to }, index) => {
    const begins = text.indexOf('{', to)
    if (begins === -1 || begins >= (whole[index + 1]?.from ?? text.length)) return
    for (; counted < begins; counted++) if (text[counted] === '\n') line += 1
    broken.push(line)
  })
  return broken
}

/** The elements of one name of an XML text that cannot be read as a whole, each by itself. */
export function wholeXmlRecords(text: string, name: string, lists: ReadonlySet<string>, options?: XmlOptions): WholeRecords {
  const slices: Slice[] = []
  const end = `</${name}>`
  let behind = 0
  for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, behind)) {
    // Looked for no further back than the one before ended.
    const from = text.slice(behind, at).lastIndexOf(`<${name}>`)
    if (from !== -1) slices.push({ from: behind + from, to: at + end.length })
    behind = at + end.length
  }
  return recordsOf(text, slices, (slice) => {
    const reading = readXml(slice, options)
    return reading.ok ? plainXml(reading.root, lists) : undefined
  })
}

function recordsOf(text: string, slices: readonly Slice[], read: (slice: string) => unknown): WholeRecords {
  const records: unknown[] = []
  const broken: number[] = []
  let line = 1
  let counted = 0
  for (const { from, to } of slices) {
    const record = read(text.slice(from, to))
    for (; counted < from; counted++) if (text[counted] === '\n') line += 1
    if (record === undefined) broken.push(line)
    else records.push(record)
  }
  return { records, broken }
}

/** Where broken records begin, for a message. */
export function linesTold(lines: readonly number[]): Text {
  const told = lines.slice(0, 5).join(', ') + (lines.length > 5 ? ', …' : '')
  return lines.length === 0 ? { en: '', vi: '' } : { en: ` (they begin on line ${told})`, vi: ` (bắt đầu ở dòng ${told})` }
}
