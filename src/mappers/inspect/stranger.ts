/** What a file is that a dialect of JSON, XML or tables of text cannot read: whoever gave it learns what to give instead. */
import type { Text } from '../../base/index.js'
import { detectForm, type FileForm, type ForeignForm } from '../files/form.js'
import { textOf } from './json-files.js'

const STRANGERS: Readonly<Record<Exclude<FileForm | ForeignForm, 'csv'>, Text>> = {
  empty: { en: 'it is empty', vi: 'tệp rỗng' },
  xlsx: {
    en: 'it is a workbook or another archive; save the table as CSV UTF-8, or read it with the dialect file-xlsx',
    vi: 'đây là tệp Excel hoặc tệp nén; hãy lưu bảng thành CSV UTF-8, hoặc đọc với dialect file-xlsx',
  },
  'old-excel': {
    en: 'it is an old Excel file or protected by a password; save the table as CSV UTF-8',
    vi: 'đây là tệp Excel cũ hoặc có mật khẩu; hãy lưu bảng thành CSV UTF-8',
  },
  'xml-spreadsheet': { en: 'it is an Excel file of 2003; save the table as CSV UTF-8', vi: 'đây là tệp Excel 2003; hãy lưu bảng thành CSV UTF-8' },
  html: {
    en: 'it is a web page; a table that was saved as a page is read with the dialect file-html, a page of an error or a login holds no data',
    vi: 'đây là trang web; bảng lưu dạng trang thì đọc với dialect file-html, còn trang báo lỗi hay đăng nhập thì không có dữ liệu',
  },
  'web-archive': { en: 'it is a web archive and holds no export', vi: 'đây là tệp lưu trang web, không phải dữ liệu xuất' },
  'not-text': { en: 'it is no text at all', vi: 'tệp này không phải văn bản' },
}

/** @returns undefined for what is a text of some kind */
export function strangerIn(bytes: Uint8Array): Text | undefined {
  const form = detectForm(bytes.subarray(0, 65_536))
  if (form !== 'csv') return STRANGERS[form]
  return textOf(bytes).trim() === '' ? STRANGERS.empty : undefined
}

/** Why a file of JSON or XML cannot be read. */
export function unreadable(bytes: Uint8Array, wanted: 'JSON' | 'JSON or XML'): Text {
  const vi = wanted === 'JSON' ? 'JSON' : 'JSON hay XML'
  return strangerIn(bytes) ?? { en: `it is no ${wanted}, and no record in it is whole`, vi: `không phải ${vi}, và không có bản ghi nào nguyên vẹn` }
}
