import { type Finding, type FindingRule, notesFor, redact, type Text } from '../../base/index.js'
import type { FileForm } from './form.js'
import type { FontLetters } from './letters/index.js'
import type { OpenTable } from './table.js'

/** How people name the old fonts. */
export const fontNames: Readonly<Record<FontLetters, string>> = { tcvn3: 'TCVN3 (ABC, .VnTime)', vni: 'VNI (VNI-Times)' }

const unknownHint: Text = {
  en: 'Unknown headings can be named in `columns`; columns not known: {unknown}.',
  vi: 'Cột không nhận ra có thể khai trong `columns`; số cột không nhận ra: {unknown}.',
}

/** What is told of a file as a whole. */
const formatRules = {
  'format.csv': {
    severity: 'info',
    says: {
      en: 'Read as CSV: {encoding}, {lineEnd}, separated by “{separator}”; headings in row {row}; columns not known: {unknown}.',
      vi: 'Đọc dạng CSV: {encoding}, {lineEnd}, phân cách “{separator}”; tiêu đề ở dòng {row}; số cột không nhận ra: {unknown}.',
    },
    hint: unknownHint,
  },
  'format.html': {
    severity: 'info',
    says: {
      en: 'Read as an HTML table, whatever the name says: {encoding}; headings in row {row}; columns not known: {unknown}.',
      vi: 'Đọc dạng bảng HTML, không theo tên tệp: {encoding}; tiêu đề ở dòng {row}; số cột không nhận ra: {unknown}.',
    },
    hint: unknownHint,
  },
  'format.xlsx': {
    severity: 'info',
    says: {
      en: 'Read as an Excel workbook, sheet “{sheet}”; headings in row {row}; columns not known: {unknown}.',
      vi: 'Đọc dạng tệp Excel, trang tính “{sheet}”; tiêu đề ở dòng {row}; số cột không nhận ra: {unknown}.',
    },
    hint: unknownHint,
  },
  'format.not-as-named': {
    severity: 'info',
    says: {
      en: 'The file was given as {named} and is {form}: it is read as what it is.',
      vi: 'Tệp được khai là {named} nhưng thực tế là {form}: được đọc đúng theo nội dung.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'format.column-doubled': {
    severity: 'warn',
    says: {
      en: 'Columns whose heading means what another one before them means: {count}. Of such columns the first that is filled counts in each row.',
      vi: 'Số cột có tiêu đề trùng nghĩa với cột đứng trước: {count}. Ở mỗi dòng lấy cột đầu tiên có nội dung.',
    },
    hint: { en: 'Delete or rename the column that does not count.', vi: 'Xóa hoặc đổi tên cột không dùng.' },
  },
  'format.sheets-unread': {
    severity: 'error',
    says: {
      en: 'Only the sheet “{sheet}” was read. These have the same headings, and rows that were not read: {others}.',
      vi: 'Chỉ đọc trang tính “{sheet}”. Các trang sau cũng có tiêu đề như vậy và có dòng chưa được đọc: {others}.',
    },
    hint: {
      en: 'Save each as a file of its own, or hide the sheets that do not count.',
      vi: 'Lưu mỗi trang thành một tệp riêng, hoặc ẩn các trang không dùng.',
    },
  },
  'encoding.font': {
    severity: 'info',
    says: {
      en: 'The text was typed in the font letters of {font}; it was turned into Unicode. Capitals with tone marks may come out small.',
      vi: 'Văn bản gõ bằng bảng mã {font}; đã chuyển sang Unicode. Chữ hoa có dấu có thể thành chữ thường.',
    },
    hint: { en: 'Better: let the office type in Unicode.', vi: 'Nên để đơn vị gõ bằng Unicode.' },
  },
  'encoding.doubtful': {
    severity: 'error',
    says: {
      en: 'The text looks as if it had been typed in the font letters of {font}, but not surely enough to turn it into Unicode.',
      vi: 'Văn bản có vẻ gõ bằng bảng mã {font} nhưng chưa đủ chắc chắn để chuyển sang Unicode.',
    },
    hint: {
      en: 'Name it in the settings: `encoding: {letters}` when names look right that way, `encoding: utf-8` when they look right as they are.',
      vi: 'Khai trong thiết lập: `encoding: {letters}` nếu tên hiển thị đúng theo cách đó, `encoding: utf-8` nếu đang đúng.',
    },
  },
} as const satisfies Record<string, FindingRule>

/** Findings of the file as a whole: how it is kept and written. @param named in which form it was said to be */
export function formatFindings(table: OpenTable<string, string>, named?: FileForm): readonly Finding[] {
  const { form, encoding, delimiter, lineEnd, sheet, headingRow, unknownColumns, doubledColumns, otherSheets, letters, maybeLetters } = table
  const note = notesFor(formatRules)
  note.add(`format.${form}`, '', {
    encoding: encoding === null ? '' : `${encoding.encoding}${encoding.mark ? ' + byte order mark' : ''}`,
    lineEnd: lineEnd ?? '',
    separator: delimiter === '\t' ? 'tab' : (delimiter ?? ''),
    sheet: sheet ?? '',
    row: headingRow,
    unknown: unknownColumns.length,
  })
  if (named !== undefined && named !== form) note.add('format.not-as-named', '', { named, form })
  if (doubledColumns.length > 0) note.add('format.column-doubled', '', { count: doubledColumns.length })
  if (otherSheets.length > 0) note.add('format.sheets-unread', '', { sheet: sheet ?? '', others: sheetsTold(otherSheets) })
  if (letters !== null) note.add('encoding.font', '', { font: fontNames[letters] })
  if (maybeLetters !== null) note.add('encoding.doubtful', '', { font: fontNames[maybeLetters], letters: maybeLetters })
  return note.findings
}

/** Names of sheets for a message. A name of a sheet is at most 31 characters. */
export function sheetsTold(names: readonly string[]): string {
  return (
    names
      .slice(0, 5)
      .map((name) => `“${redact(name)}”`)
      .join(', ') + (names.length > 5 ? ', …' : '')
  )
}
