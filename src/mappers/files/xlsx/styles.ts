import { type FontLetters, lettersOfFont } from '../letters/index.js'
import { builtInFormat, type NumberFormat, numberFormat } from '../number-format.js'
import type { WorkbookArchive } from './archive.js'
import { readXml } from './xml.js'

/** How a cell is shown. */
export interface CellStyle {
  readonly format: NumberFormat
  /** Its font draws Vietnamese letters in the place of others. */
  readonly letters: FontLetters | null
}

const MOST_STYLES = 65_536
const ordinary: CellStyle = { format: numberFormat('General'), letters: null }

/** The styles that cells name by number. A workbook without is one of plain cells. */
export async function stylesOf(archive: WorkbookArchive, place: string): Promise<(index: number) => CellStyle> {
  const path = 'xl/styles.xml'
  if (!archive.has(path)) return () => ordinary
  const formats = new Map<number, NumberFormat>()
  const fonts: (FontLetters | null)[] = []
  const styles: CellStyle[] = []
  let inside = ''
  await readXml(archive.read(path), place, {
    open(name, attribute) {
      const number = (of: string) => Number(attribute(of) ?? 0)
      if (name === 'fonts' || name === 'cellXfs' || name === 'cellStyleXfs' || name === 'dxfs') inside = name
      else if (name === 'numFmt') formats.set(number('numFmtId'), numberFormat(attribute('formatCode') ?? ''))
      else if (name === 'font' && inside === 'fonts') fonts.push(null)
      else if (name === 'name' && inside === 'fonts' && fonts.length > 0) fonts[fonts.length - 1] = lettersOfFont(attribute('val') ?? '')
      else if (name === 'xf' && inside === 'cellXfs' && styles.length < MOST_STYLES) {
        const id = number('numFmtId')
        styles.push({ format: formats.get(id) ?? builtInFormat(id), letters: fonts[number('fontId')] ?? null })
      }
    },
    close(name) {
      if (name === inside) inside = ''
    },
  })
  return (index) => styles[index] ?? ordinary
}
