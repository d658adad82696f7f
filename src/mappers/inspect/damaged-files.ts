/** What is whole in a file that is damaged or was cut off. A half record is never read: it would look like one that lost its dates. */
import { plainXml, readXml, type XmlOptions } from '../../transport/xml.js'
import { parsed } from './json-files.js'

export interface WholeRecords {
  readonly records: readonly unknown[]
  /** Records that are not whole, by the line on which they begin. */
  readonly broken: readonly number[]
}

/**
 * The objects of the outermost list of a JSON text that does not parse, each by itself. A line break inside a text is no JSON, so that a
 * lost quotation mark spoils its own line only.
 */
export function wholeJsonRecords(text: string): WholeRecords {
  const open: { readonly bracket: string; readonly at: number }[] = []
  const found: { readonly depth: number; readonly from: number; readonly to: number }[] = []
  let inText = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '\n') inText = false
    else if (inText && sign === '\\') at += 1
    else if (sign === '"') inText = !inText
    else if (!inText && (sign === '{' || sign === '[')) open.push({ bracket: sign, at })
    else if (!inText && (sign === '}' || sign === ']')) {
      const last = open.pop()
      if (last?.bracket === '{' && open.at(-1)?.bracket === '[') found.push({ depth: open.length, from: last.at, to: at + 1 })
    }
  }
  const depth = Math.min(...found.map((one) => one.depth), ...unfinished(open))
  const slices = found.filter((one) => one.depth === depth)
  const cut = open[depth]
  return recordsOf(text, cut === undefined ? slices : [...slices, { from: cut.at, to: text.length }], (slice) => parsed(slice)?.value)
}

/** Depths at which a record of a list is still open when the text ends. */
function unfinished(open: readonly { readonly bracket: string }[]): number[] {
  return open.flatMap(({ bracket }, depth) => (bracket === '{' && open[depth - 1]?.bracket === '[' ? [depth] : []))
}

/** The elements of one name of an XML text that cannot be read as a whole, each by itself. */
export function wholeXmlRecords(text: string, name: string, lists: ReadonlySet<string>, options?: XmlOptions): WholeRecords {
  const slices: { from: number; to: number }[] = []
  const end = `</${name}>`
  for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, at + 1)) {
    const from = text.lastIndexOf(`<${name}>`, at)
    if (from >= (slices.at(-1)?.to ?? 0)) slices.push({ from, to: at + end.length })
  }
  return recordsOf(text, slices, (slice) => {
    const reading = readXml(slice, options)
    return reading.ok ? plainXml(reading.root, lists) : undefined
  })
}

function recordsOf(text: string, slices: readonly { readonly from: number; readonly to: number }[], read: (slice: string) => unknown): WholeRecords {
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
