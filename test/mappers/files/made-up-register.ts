/** One small register, in every form in which offices keep them. */
import { HEADINGS } from './register-headings.js'
import { zipOf } from './xlsx-parts.js'

const cast = ['Nguyễn Văn Mẫu', 'Trần Thị Ví Dụ', 'Công ty TNHH Một Thành Viên Mẫu'] as const
const statuses = ['Đang xử lý', 'Yêu cầu bổ sung giấy tờ', 'Đã trả kết quả'] as const
const names = ['Đăng ký thành lập hộ kinh doanh', 'Chứng thực bản sao từ bản chính'] as const

export const codeOfRow = (n: number) => `000.00.12.H99-250310-${String(n).padStart(4, '0')}`

/** The cells of dossier `n`. */
export function rowOf(n: number): readonly string[] {
  const person = cast[n % 3] as string
  const day = (offset: number) => `${String(((n + offset) % 27) + 1).padStart(2, '0')}/03/2025`
  return [
    String(n),
    'UBND xã Mẫu',
    names[n % 2] as string,
    codeOfRow(n),
    statuses[n % 3] as string,
    `Số ${n} đường Mẫu`,
    person,
    person,
    `${day(0)} 07:40:12`,
    `${day(0)} 08:15:00`,
    `${day(3)} 08:15:00`,
    n % 3 === 2 ? `${day(2)} 16:20:00` : '',
  ]
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

export type Rows = readonly (readonly string[])[]

export const rowsUpTo = (count: number): Rows => Array.from({ length: count }, (_, n) => rowOf(n + 1))

export function csvOf(rows: Rows, headings: readonly string[] = HEADINGS): string {
  return [headings, ...rows, []]
    .map((cells) => cells.map((cell) => (/[",;\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .join('\r\n')
}

/** As one-stop systems save it under the name `.xls`. */
export function htmlOf(rows: Rows, headings: readonly string[] = HEADINGS): string {
  const line = (cells: readonly string[]) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`
  return `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body><table><thead><tr><td colspan="8"><strong>Danh sách hồ sơ</strong></td></tr><tr><td colspan="8"><strong></strong></td></tr>${line(headings)}</thead><tbody id="data">\n${rows.map(line).join('\n')}\n</tbody></table></body></html>`
}

/** A cell of a sheet: text, or the XML of the cell's value with its attributes. */
export type XlsxCell = string | { readonly attributes: string; readonly inner: string }

export interface XlsxOptions {
  readonly strings?: 'shared' | 'inline'
  readonly styles?: string
  readonly workbookPr?: string
  /** Sheets before the one with the rows. */
  readonly before?: readonly (readonly (readonly string[])[])[]
  readonly title?: boolean
}

const columnName = (index: number) => (index < 26 ? '' : String.fromCharCode(64 + Math.floor(index / 26))) + String.fromCharCode(65 + (index % 26))

/** A workbook as Excel writes it. */
export function xlsxParts(
  rows: readonly (readonly XlsxCell[])[],
  options: XlsxOptions = {},
  headings: readonly string[] = HEADINGS,
): Record<string, string> {
  const { strings = 'shared', styles, workbookPr = '', before = [], title = false } = options
  const shared: string[] = []
  const known = new Map<string, number>()
  const textCell = (reference: string, text: string) => {
    if (text === '') return ''
    if (strings === 'inline') return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`
    if (!known.has(text)) known.set(text, shared.push(text) - 1)
    return `<c r="${reference}" t="s"><v>${known.get(text)}</v></c>`
  }
  const sheet = (all: readonly (readonly XlsxCell[])[], merged: string) => {
    const lines = all.map((cells, index) => {
      const inner = cells.map((cell, column) => {
        const reference = `${columnName(column)}${index + 1}`
        return typeof cell === 'string' ? textCell(reference, cell) : `<c r="${reference}" ${cell.attributes}>${cell.inner}</c>`
      })
      return `<row r="${index + 1}">${inner.join('')}</row>`
    })
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${lines.join('')}</sheetData>${merged}</worksheet>`
  }
  const above: XlsxCell[][] = title ? [['SỔ THEO DÕI HỒ SƠ'], []] : []
  const sheets = [
    ...before.map((own) => sheet(own, '')),
    sheet([...above, [...headings], ...rows], title ? '<mergeCells count="1"><mergeCell ref="A1:H1"/></mergeCells>' : ''),
  ]
  const ids = sheets.map((_, index) => index + 1)
  return {
    '[Content_Types].xml': '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">${workbookPr}<sheets>${ids.map((id) => `<sheet name="Trang ${id}" sheetId="${id}" r:id="rId${id}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${ids.map((id) => `<Relationship Id="rId${id}" Type="worksheet" Target="worksheets/sheet${id}.xml"/>`).join('')}</Relationships>`,
    ...Object.fromEntries(sheets.map((content, index) => [`xl/worksheets/sheet${index + 1}.xml`, content])),
    ...(strings === 'shared'
      ? {
          'xl/sharedStrings.xml': `<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${shared.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')}</sst>`,
        }
      : {}),
    ...(styles === undefined ? {} : { 'xl/styles.xml': styles }),
  }
}

export function xlsxOf(...of: Parameters<typeof xlsxParts>): Buffer {
  return zipOf(xlsxParts(...of))
}
