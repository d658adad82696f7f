import type { Text } from '../../base/index.js'
import { detectEncoding } from './encoding.js'
import { looksLikeOldExcel, looksZipped } from './xlsx-archive.js'

/** How a list is kept, told by its content: programs give web pages the name `.xls`, and people rename. contracts/provincial-sources.md §10 */
export type FileForm = 'csv' | 'html' | 'xlsx'

/** What is no list at all, or one in a form that we do not read. */
export type ForeignForm = 'empty' | 'old-excel' | 'xml-spreadsheet' | 'web-archive' | 'not-text'

/** @param head the first bytes of the file; some kilobytes are enough */
export function detectForm(head: Uint8Array): FileForm | ForeignForm {
  if (head.length === 0) return 'empty'
  if (looksZipped(head)) return 'xlsx'
  if (looksLikeOldExcel(head)) return 'old-excel'
  if (startsLikeAnother(head)) return 'not-text'
  const text = new TextDecoder(detectEncoding(head).encoding).decode(head, { stream: true })
  if (/^\s*<\?xml/i.test(text) && /<(?:\w+:)?Workbook[\s>]/.test(text)) return 'xml-spreadsheet'
  if (/^\s*MIME-Version:/i.test(text)) return 'web-archive'
  if (isMarkup(text)) return 'html'
  // One damaged byte makes no picture of a list.
  return (text.match(/\0/g)?.length ?? 0) * MOST_ZEROS > text.length ? 'not-text' : 'csv'
}

/** A page may begin with words of whoever made it; a row of cells before the first element means that somebody pasted markup into a list. */
function isMarkup(text: string): boolean {
  const start = text.search(/<(?:html|table)[\s>]/i)
  if (start === -1) return false
  if (/^\s*</.test(text)) return true
  return (
    /<t[rdh][\s>]/i.test(text) &&
    !text
      .slice(0, start)
      .split(/[\r\n]/)
      .some((line) => /(?:,.*){3}|(?:;.*){3}|(?:\t.*){3}/.test(line))
  )
}

/** How pictures, PDF, RTF and archives begin, and Excel workbooks of before 1997: people rename what does not open. */
const OTHERS = [
  '\x89PNG',
  '\xff\xd8\xff',
  'GIF8',
  '%PDF-',
  '{\\rtf',
  '7z\xbc\xaf',
  'Rar!',
  'II*\0',
  'MM\0*',
  '\x09\0\x04\0',
  '\x09\x02\x06\0',
  '\x09\x04\x06\0',
]

function startsLikeAnother(head: Uint8Array): boolean {
  return OTHERS.some((start) => Array.from(start).every((sign, index) => head[index] === sign.charCodeAt(0)))
}

/** Of so many characters of a text one may be zero. */
const MOST_ZEROS = 100

export const foreignForms: Readonly<Record<ForeignForm, Text>> = {
  empty: { en: 'the file is empty', vi: 'tệp rỗng' },
  'old-excel': {
    en: 'this is an old Excel file (.xls) or one protected by a password; open it in Excel and save it as .xlsx without a password',
    vi: 'đây là tệp Excel cũ (.xls) hoặc có đặt mật khẩu; hãy mở bằng Excel và lưu lại dạng .xlsx, không đặt mật khẩu',
  },
  'xml-spreadsheet': {
    en: 'this is an Excel 2003 XML file; open it in Excel and save it as .xlsx',
    vi: 'đây là tệp Excel 2003 dạng XML; hãy mở bằng Excel và lưu lại dạng .xlsx',
  },
  'web-archive': {
    en: 'this is a web archive (.mht); open it in Excel and save it as .xlsx',
    vi: 'đây là tệp lưu trang web (.mht); hãy mở bằng Excel và lưu lại dạng .xlsx',
  },
  'not-text': {
    en: 'this is neither a workbook nor a table of text; export the list as .xlsx or CSV',
    vi: 'đây không phải tệp Excel và cũng không phải bảng văn bản; hãy xuất danh sách dạng .xlsx hoặc CSV',
  },
}
