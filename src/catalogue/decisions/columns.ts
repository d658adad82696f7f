/** The sheet on which officers decide which national code a local procedure has: columns, words, what may be wrong with a row. */
import { comparable, type FindingRule, type Text } from '../../base/index.js'
import type { WorkbookColumn } from '../../mappers/index.js'

export const CANDIDATES_SHOWN = 5

const candidateColumns = ['candidate1', 'candidate2', 'candidate3', 'candidate4', 'candidate5'] as const
export type CandidateColumn = (typeof candidateColumns)[number]

export type DecisionColumn =
  | 'localCode'
  | 'localName'
  | 'decision'
  | 'nationalCode'
  | 'nationalName'
  | 'score'
  | 'reasons'
  | CandidateColumn
  | 'decided'
  | 'yourCode'
  | 'noMatch'
  | 'validFrom'

interface ColumnText extends Omit<WorkbookColumn, 'title'> {
  readonly title: Text
}

/** In the order of the sheet. What stands in parentheses may be missing in a heading that is read. */
export const decisionColumns: Readonly<Record<DecisionColumn, ColumnText>> = {
  localCode: { title: { en: 'Local code', vi: 'Mã TTHC của tỉnh' }, kind: 'text', width: 28 },
  localName: { title: { en: 'Local name', vi: 'Tên TTHC của tỉnh' }, kind: 'text', width: 55 },
  decision: { title: { en: 'Matching', vi: 'Kết quả đối chiếu' }, kind: 'text', width: 16 },
  nationalCode: { title: { en: 'National code found', vi: 'Mã quốc gia tìm được' }, kind: 'text', width: 16 },
  nationalName: { title: { en: 'National name found', vi: 'Tên quốc gia tìm được' }, kind: 'text', width: 55 },
  score: { title: { en: 'Score', vi: 'Điểm' }, kind: 'number', width: 8 },
  reasons: { title: { en: 'Reasons', vi: 'Lý do' }, kind: 'text', width: 50 },
  candidate1: { title: { en: 'Candidate 1', vi: 'Gợi ý 1' }, kind: 'text', width: 45 },
  candidate2: { title: { en: 'Candidate 2', vi: 'Gợi ý 2' }, kind: 'text', width: 45 },
  candidate3: { title: { en: 'Candidate 3', vi: 'Gợi ý 3' }, kind: 'text', width: 45 },
  candidate4: { title: { en: 'Candidate 4', vi: 'Gợi ý 4' }, kind: 'text', width: 45 },
  candidate5: { title: { en: 'Candidate 5', vi: 'Gợi ý 5' }, kind: 'text', width: 45 },
  decided: { title: { en: 'Decided so far', vi: 'Đã quyết định trước đây' }, kind: 'text', width: 22 },
  yourCode: { title: { en: 'Your decision (code, 1–5 or none)', vi: 'Quyết định của cán bộ (mã, 1–5 hoặc không có)' }, kind: 'text', width: 26 },
  noMatch: { title: { en: 'No national twin (x)', vi: 'Không có mã quốc gia (x)' }, kind: 'text', width: 16 },
  validFrom: { title: { en: 'Valid from (dd/mm/yyyy)', vi: 'Áp dụng từ ngày (dd/mm/yyyy)' }, kind: 'date', width: 18 },
}

export const columnOrder = Object.keys(decisionColumns) as readonly DecisionColumn[]

export { candidateColumns }

const byHeading = new Map(columnOrder.flatMap((column) => Object.values(decisionColumns[column].title).map((title) => [headingKey(title), column])))

/** Which column a heading names, in either language; undefined for columns that the officer added. */
export function columnOf(heading: string): DecisionColumn | undefined {
  return byHeading.get(headingKey(heading))
}

function headingKey(heading: string): string {
  return comparable(heading.replace(/\([^)]*\)?/g, ' '))
}

/** How the matching's decisions are told on the sheet. */
export const matchingWords: Readonly<Record<'exact' | 'auto' | 'suggest' | 'conflict' | 'none', Text>> = {
  exact: { en: 'same code', vi: 'trùng mã' },
  auto: { en: 'automatic', vi: 'tự động' },
  suggest: { en: 'suggestion', vi: 'gợi ý' },
  conflict: { en: 'code and name disagree', vi: 'mã và tên mâu thuẫn' },
  none: { en: 'nothing found', vi: 'không tìm thấy' },
}

/** All of them begin with the row and the column, because people look there. */
export const decisionRules = {
  'decision.column-missing': {
    severity: 'error',
    says: {
      en: 'Row {row}: the column “{column}” is missing or was renamed; nothing was taken.',
      vi: 'Dòng {row}: thiếu cột “{column}” hoặc cột đã bị đổi tên; chưa lấy dữ liệu nào.',
    },
    hint: { en: 'Give the column its heading back, in the words of the export.', vi: 'Đặt lại tiêu đề cột đúng như tệp đã xuất.' },
  },
  'decision.name-column-missing': {
    severity: 'warn',
    says: {
      en: 'Row {row}: without the column “{column}” codes that Excel changed cannot be repaired, and shifted rows not be noticed.',
      vi: 'Dòng {row}: thiếu cột “{column}” nên không thể khôi phục mã bị Excel làm sai, cũng không phát hiện được dòng bị lệch.',
    },
    hint: { en: 'Keep the column when you send the sheet back.', vi: 'Giữ nguyên cột này khi gửi lại tệp.' },
  },
  'decision.local-missing': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: no local code beside the decision.',
      vi: 'Dòng {row}, {column}: có quyết định nhưng không có mã TTHC của tỉnh.',
    },
    hint: { en: 'Enter the local code as text.', vi: 'Nhập mã TTHC của tỉnh dạng văn bản.' },
  },
  'decision.local-unknown': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: the catalogue of the province has no code {code}.',
      vi: 'Dòng {row}, {column}: danh mục của tỉnh không có mã {code}.',
    },
    hint: { en: 'Correct the code, or export the sheet again.', vi: 'Sửa lại mã, hoặc xuất lại tệp.' },
  },
  'decision.local-mangled': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: Excel has changed this code; it may have been {code}, but the name beside it does not say so.',
      vi: 'Dòng {row}, {column}: mã đã bị Excel làm sai; có thể là {code} nhưng tên bên cạnh không khớp.',
    },
    hint: { en: 'Format the cell as text and type the code again.', vi: 'Định dạng ô là Văn bản (Text) rồi nhập lại mã.' },
  },
  'decision.name-disagrees': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: the name does not belong to the local code {code}; columns may have been sorted one without the other.',
      vi: 'Dòng {row}, {column}: tên không thuộc mã {code} của tỉnh; có thể đã sắp xếp lệch cột.',
    },
    hint: { en: 'Export the sheet again and carry the decisions over.', vi: 'Xuất lại tệp và chép lại các quyết định.' },
  },
  'decision.unreadable': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: “{value}” is no national code, no candidate from 1 to 5 and not “none”.',
      vi: 'Dòng {row}, {column}: “{value}” không phải mã quốc gia, số gợi ý 1–5 hay “không có”.',
    },
    hint: { en: 'Enter one of the three.', vi: 'Nhập một trong ba loại trên.' },
  },
  'decision.other-name': {
    severity: 'warn',
    says: {
      en: 'Row {row}, {column}: {code} has another name: “{name}”. It was taken.',
      vi: 'Dòng {row}, {column}: mã {code} có tên khác: “{name}”. Đã nhận.',
    },
    hint: { en: 'If it is not meant, decide again on a new sheet.', vi: 'Nếu không đúng, quyết định lại trên tệp mới.' },
  },
  'decision.column-moved': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: {code} is “{name}”. Most codes of this column belong to other procedures than those beside them: the column was sorted or moved alone, and none of these was taken.',
      vi: 'Dòng {row}, {column}: mã {code} là “{name}”. Phần lớn mã trong cột này không khớp thủ tục cùng dòng: cột đã bị sắp xếp hoặc dịch chuyển riêng, không nhận các mã này.',
    },
    hint: {
      en: 'Sort whole rows only. If the codes are right, import them in sheets of up to four rows.',
      vi: 'Chỉ sắp xếp cả dòng. Nếu mã đúng, nhập bằng các tệp tối đa bốn dòng.',
    },
  },
  'decision.mangled': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: Excel has changed this code; it may have been {code}, but that procedure has another name.',
      vi: 'Dòng {row}, {column}: mã đã bị Excel làm sai; có thể là {code} nhưng thủ tục đó có tên khác.',
    },
    hint: {
      en: 'Format the cell as text and type the whole code, as in 2.000380.',
      vi: 'Định dạng ô là Văn bản (Text) rồi nhập đủ mã, ví dụ 2.000380.',
    },
  },
  'decision.no-candidate': {
    severity: 'error',
    says: { en: 'Row {row}, {column}: there is no candidate {value}.', vi: 'Dòng {row}, {column}: không có gợi ý số {value}.' },
    hint: { en: 'Choose one that the row shows, or enter the code.', vi: 'Chọn số có trong dòng, hoặc nhập mã.' },
  },
  'decision.several-codes': {
    severity: 'error',
    says: { en: 'Row {row}, {column}: several codes ({code}).', vi: 'Dòng {row}, {column}: có nhiều mã ({code}).' },
    hint: { en: 'Leave one: a dossier is sent under one national code.', vi: 'Giữ lại một mã: hồ sơ chỉ được gửi theo một mã quốc gia.' },
  },
  'decision.national-unknown': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: the national catalogue has no code {code}.',
      vi: 'Dòng {row}, {column}: danh mục quốc gia không có mã {code}.',
    },
    hint: { en: 'Correct the code; if it is new, pull the national catalogue first.', vi: 'Sửa lại mã; nếu là mã mới, tải danh mục quốc gia trước.' },
  },
  'decision.contradicted': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: the row says both that there is a code and that there is none.',
      vi: 'Dòng {row}, {column}: vừa có mã vừa đánh dấu không có mã.',
    },
    hint: { en: 'Empty one of the two cells.', vi: 'Xóa một trong hai ô.' },
  },
  'decision.mark-unreadable': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: “{value}” is neither x nor empty.',
      vi: 'Dòng {row}, {column}: “{value}” không phải x và cũng không để trống.',
    },
    hint: { en: 'Enter x where there is no national twin, otherwise nothing.', vi: 'Nhập x nếu không có mã quốc gia, nếu có thì để trống.' },
  },
  'decision.date': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: “{value}” is no day between 2000 and a year from now.',
      vi: 'Dòng {row}, {column}: “{value}” không phải ngày hợp lệ (từ năm 2000 đến một năm tới).',
    },
    hint: { en: 'Enter it as dd/mm/yyyy, or leave the cell empty.', vi: 'Nhập dạng dd/mm/yyyy, hoặc để trống.' },
  },
  'decision.repeated': {
    severity: 'error',
    says: {
      en: 'Row {row}, {column}: rows {rows} decide differently about {code}; none of them was taken.',
      vi: 'Dòng {row}, {column}: các dòng {rows} quyết định khác nhau về {code}; không lấy dòng nào.',
    },
    hint: { en: 'Leave one of the rows, or give each its first day.', vi: 'Giữ lại một dòng, hoặc ghi ngày áp dụng cho từng dòng.' },
  },
  'decision.repaired': {
    severity: 'info',
    says: {
      en: 'Row {row}, {column}: Excel had changed the code {code}; repaired, because the name agrees.',
      vi: 'Dòng {row}, {column}: mã {code} bị Excel làm sai đã được khôi phục vì tên khớp.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
} as const satisfies Record<string, FindingRule>

export type DecisionRule = keyof typeof decisionRules
