/**
 * The texts of a workbook, which cells name by number. A register has some hundred thousand: they are kept packed, and unpacked where they
 * are asked for, mostly in their order.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { LONGEST_CELL } from '../raw-rows.js'
import { badWorkbook, type WorkbookArchive } from './archive.js'
import { parsedXml } from './xml.js'

const STRINGS_OF_BLOCK = 256
const BLOCKS_AT_HAND = 16
/** Packed. Bytes. */
const MOST_KEPT = 256 * 1024 * 1024
const MOST_STRINGS = 20_000_000

export interface SharedStrings {
  /** undefined: there is no such text. */
  at(index: number): string | undefined
}

export async function sharedStringsOf(archive: WorkbookArchive, place: string): Promise<SharedStrings> {
  const path = 'xl/sharedStrings.xml'
  if (!archive.has(path)) return { at: () => undefined }
  const blocks: Uint8Array[] = []
  let current: string[] = []
  let kept = 0
  let count = 0
  const pack = () => {
    // As long as its content: what the compressor gives is a window on a larger piece of memory.
    const block = new Uint8Array(deflateRawSync(JSON.stringify(current), { level: 1 }))
    kept += block.length
    if (kept > MOST_KEPT || count > MOST_STRINGS) throw badWorkbook(place, 'tooLarge')
    blocks.push(block)
    current = []
  }
  let text = ''
  let takes = false
  let phonetic = false
  const parsing = parsedXml(archive.read(path), place, {
    open(name) {
      if (name === 'si') text = ''
      else if (name === 'rPh') phonetic = true
      else if (name === 't') takes = !phonetic
    },
    text(piece) {
      if (takes && text.length < LONGEST_CELL) text += piece
    },
    close(name) {
      if (name === 't') takes = false
      else if (name === 'rPh') phonetic = false
      else if (name === 'si') {
        current.push(text)
        count++
        if (current.length === STRINGS_OF_BLOCK) pack()
      }
    },
  })
  for await (const _ of parsing);
  if (current.length > 0) pack()
  const atHand = new Map<number, readonly string[]>()
  const block = (number: number): readonly string[] => {
    const known = atHand.get(number)
    if (known !== undefined) return known
    const packed = blocks[number]
    const strings = packed === undefined ? [] : (JSON.parse(inflateRawSync(packed).toString('utf8')) as string[])
    const oldest = atHand.size >= BLOCKS_AT_HAND ? atHand.keys().next().value : undefined
    if (oldest !== undefined) atHand.delete(oldest)
    atHand.set(number, strings)
    return strings
  }
  return {
    at(index) {
      if (!Number.isInteger(index) || index < 0) return undefined
      return block(Math.floor(index / STRINGS_OF_BLOCK))[index % STRINGS_OF_BLOCK]
    },
  }
}
