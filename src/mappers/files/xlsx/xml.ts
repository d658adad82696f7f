/** XML of a workbook's parts, piece by piece. */
import { SaxesParser } from 'saxes'
import { isLienthongError } from '../../../base/index.js'
import { badWorkbook } from './archive.js'

export interface XmlHandlers {
  /** @param name without its prefix. @param attribute by its name as written: `r:id` */
  open?(name: string, attribute: (name: string) => string | undefined): void
  text?(text: string): void
  close?(name: string): void
}

/** Without the end of a tag in sight for so long, it is no workbook: a cell's text ends after 32,767 characters. */
const LONGEST_TEXT = 262_144

/**
 * @yields after each piece of the part
 * @throws {LienthongError} `source.format`, what is wrong in `cause`
 */
export async function* parsedXml(bytes: AsyncIterable<Uint8Array>, place: string, handlers: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false })
  const decoder = new TextDecoder('utf-8')
  let problem: unknown
  parser.on('error', (error) => {
    // Exporters write control characters that XML forbids; the text around them is good.
    if (!/disallowed character/i.test(error.message)) problem ??= error
  })
  // Entities of its own are how a page of XML grows without end; a workbook has none.
  parser.on('doctype', () => {
    problem ??= new Error('a document type')
  })
  parser.on('opentag', ({ name, attributes }) => {
    handlers.open?.(local(name), (key) => (Object.hasOwn(attributes, key) ? attributes[key] : undefined))
  })
  if (handlers.text) parser.on('text', handlers.text)
  if (handlers.text) parser.on('cdata', handlers.text)
  parser.on('closetag', ({ name }) => handlers.close?.(local(name)))
  let withoutEnd = 0
  const read = (text: string) => {
    const last = text.lastIndexOf('>')
    withoutEnd = last < 0 ? withoutEnd + text.length : Math.max(text.length - last, text.indexOf('>') + withoutEnd)
    if (withoutEnd > LONGEST_TEXT) throw badWorkbook(place, 'damaged')
    withoutEnd = last < 0 ? withoutEnd : text.length - last
    parser.write(text)
    if (problem !== undefined) throw badWorkbook(place, 'damaged', problem)
  }
  try {
    for await (const chunk of bytes) {
      read(decoder.decode(chunk, { stream: true }))
      yield
    }
    read(decoder.decode())
    parser.close()
  } catch (cause) {
    if (isLienthongError(cause)) throw cause
    throw badWorkbook(place, 'damaged', cause)
  }
  if (problem !== undefined) throw badWorkbook(place, 'damaged', problem)
  yield
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** Reads a small part whole. */
export async function readXml(bytes: AsyncIterable<Uint8Array>, place: string, handlers: XmlHandlers): Promise<void> {
  for await (const _ of parsedXml(bytes, place, handlers));
}
