import type { FindingRule, Notes } from '../../base/index.js'

/** What reading a procedure of a catalogue may have to say. Only `procedure.*` costs the procedure; the rest costs a field at most. */
export const procedureFindings = {
  'procedure.no-code': {
    severity: 'error',
    says: { en: 'The procedure has no code.', vi: 'Thủ tục không có mã.' },
    hint: { en: 'Nothing can be done with it; report it to who keeps the catalogue.', vi: 'Không dùng được; báo đơn vị quản lý danh mục.' },
  },
  'procedure.no-name': {
    severity: 'error',
    says: { en: 'The procedure has no name.', vi: 'Thủ tục không có tên.' },
    hint: { en: 'Nothing can be done with it; report it to who keeps the catalogue.', vi: 'Không dùng được; báo đơn vị quản lý danh mục.' },
  },
  'code.spaces': {
    severity: 'info',
    says: { en: 'The code has spaces inside; they are left out.', vi: 'Mã có khoảng trắng bên trong; đã bỏ.' },
    hint: { en: 'Correct the code in its catalogue.', vi: 'Sửa mã trong danh mục.' },
  },
  'code.form': {
    severity: 'warn',
    says: { en: 'The code “{code}” has no known form; it is kept as it is.', vi: 'Mã “{code}” không theo dạng nào đã biết; giữ nguyên.' },
    hint: { en: 'Correct the code in its catalogue.', vi: 'Sửa mã trong danh mục.' },
  },
  'text.damaged': {
    severity: 'warn',
    says: { en: 'Some characters are damaged: the text went through a wrong encoding.', vi: 'Một số ký tự bị hỏng: văn bản đã qua bảng mã sai.' },
    hint: { en: 'Read the record again; if it stays so, report it.', vi: 'Đọc lại bản ghi; nếu vẫn vậy, báo đơn vị quản lý.' },
  },
  'element.unreadable': {
    severity: 'warn',
    says: {
      en: 'An element of this list has another form than expected and is left out.',
      vi: 'Một phần tử của danh sách này sai cấu trúc nên bị bỏ qua.',
    },
    hint: { en: 'Look at the record in the catalogue.', vi: 'Kiểm tra bản ghi trong danh mục.' },
  },
  'element.unnamed': {
    severity: 'warn',
    says: { en: 'An entry without a name is left out.', vi: 'Một mục không có tên nên bị bỏ qua.' },
    hint: { en: 'Enter its name in the catalogue.', vi: 'Bổ sung tên trong danh mục.' },
  },
  'kind.unknown': {
    severity: 'info',
    says: { en: 'The kind of procedure “{value}” is in no list.', vi: 'Loại thủ tục “{value}” không có trong danh mục.' },
    hint: { en: 'Nothing to do; the kind counts as not known.', vi: 'Không cần làm gì; coi như chưa biết loại.' },
  },
  'level.unknown': {
    severity: 'warn',
    says: { en: 'The level “{value}” is in no list and is left out.', vi: 'Cấp thực hiện “{value}” không có trong danh mục nên bị bỏ qua.' },
    hint: { en: 'Report it: the list of levels may have grown.', vi: 'Báo lại: danh mục cấp có thể đã thay đổi.' },
  },
  'level.contradicted': {
    severity: 'info',
    says: { en: 'Code and label of the level disagree; the code counts.', vi: 'Mã và tên cấp thực hiện không khớp; lấy theo mã.' },
    hint: { en: 'Correct the record in the catalogue.', vi: 'Sửa bản ghi trong danh mục.' },
  },
  'level.vertical': {
    severity: 'info',
    says: {
      en: 'Done by a body of a central line (thuế, hải quan, …): no administrative level is told.',
      vi: 'Do cơ quan ngành dọc thực hiện: không có cấp hành chính.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'state.unknown': {
    severity: 'info',
    says: { en: 'What the state “{value}” means is not known.', vi: 'Chưa rõ ý nghĩa của trạng thái “{value}”.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'channel.unknown': {
    severity: 'warn',
    says: {
      en: 'The way of filing “{value}” is in no list: it is kept without one, and not taken for "direct".',
      vi: 'Kênh “{value}” không có trong danh mục: giữ lại nhưng không coi là trực tiếp.',
    },
    hint: { en: 'Correct the record in the catalogue.', vi: 'Sửa bản ghi trong danh mục.' },
  },
  'time.unreadable': {
    severity: 'info',
    says: { en: 'The time limit is no number; it is kept as text.', vi: 'Thời hạn không phải là số; giữ dạng chữ.' },
    hint: { en: 'Enter number and unit in the catalogue.', vi: 'Nhập số và đơn vị trong danh mục.' },
  },
  'time.no-unit': {
    severity: 'info',
    says: { en: 'The time limit has a number and no unit.', vi: 'Thời hạn có số nhưng không có đơn vị tính.' },
    hint: { en: 'Enter the unit in the catalogue.', vi: 'Nhập đơn vị tính trong danh mục.' },
  },
  'time.unit-unknown': {
    severity: 'warn',
    says: { en: 'The unit of time “{value}” is in no list.', vi: 'Đơn vị thời gian “{value}” không có trong danh mục.' },
    hint: { en: 'Correct the record in the catalogue.', vi: 'Sửa bản ghi trong danh mục.' },
  },
  'fee.unreadable': {
    severity: 'warn',
    says: {
      en: 'The amount is no whole number of đồng; it is kept as written and counts as not known.',
      vi: 'Số tiền không phải số đồng nguyên; giữ nguyên văn và coi như chưa biết.',
    },
    hint: { en: 'Read the text beside it; correct the record in the catalogue.', vi: 'Xem phần mô tả; sửa bản ghi trong danh mục.' },
  },
  'fee.other-currency': {
    severity: 'info',
    says: {
      en: 'The amount is not in đồng; it is kept as written and counts as not known.',
      vi: 'Số tiền không tính bằng đồng; giữ nguyên văn và coi như chưa biết.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'fee.in-words': {
    severity: 'warn',
    says: {
      en: 'The amount is 0 although the text beside it sets one; it counts as not known.',
      vi: 'Số tiền ghi 0 nhưng phần mô tả có mức thu; coi như chưa biết.',
    },
    hint: { en: 'Enter the amount in the catalogue.', vi: 'Nhập số tiền trong danh mục.' },
  },
  'fee.looks-mistyped': {
    severity: 'warn',
    says: {
      en: 'The amount {amount} looks mistyped: the text beside it speaks of thousands. It is kept as written.',
      vi: 'Số tiền {amount} có vẻ nhập nhầm: phần mô tả nói đến hàng nghìn đồng. Giữ nguyên như bản ghi.',
    },
    hint: { en: 'Correct the record in the catalogue.', vi: 'Sửa bản ghi trong danh mục.' },
  },
  'fee.kind-unknown': {
    severity: 'info',
    says: {
      en: 'Whether it is phí or lệ phí is not known: the code “{value}” is in no list.',
      vi: 'Chưa rõ phí hay lệ phí: mã “{value}” không có trong danh mục.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'fee.outside-time-limit': {
    severity: 'info',
    says: {
      en: 'Fees stand beside the time limits instead of under one; they are taken with the first.',
      vi: 'Phí, lệ phí nằm ngoài mục thời hạn; được gắn vào thời hạn đầu tiên.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'document.code-shared': {
    severity: 'info',
    says: {
      en: 'Different documents of one case carry the same code; each is kept.',
      vi: 'Các giấy tờ khác nhau trong một trường hợp dùng chung mã; giữ lại tất cả.',
    },
    hint: { en: 'Correct the codes in the catalogue.', vi: 'Sửa mã trong danh mục.' },
  },
  'quantity.unreadable': {
    severity: 'info',
    says: { en: 'The number of copies is no number; it counts as not known.', vi: 'Số bản không phải là số; coi như chưa biết.' },
    hint: { en: 'Correct the record in the catalogue.', vi: 'Sửa bản ghi trong danh mục.' },
  },
  'date.unreadable': {
    severity: 'info',
    says: { en: 'The date has no known form; it counts as not known.', vi: 'Ngày không theo dạng nào đã biết; coi như chưa biết.' },
    hint: { en: 'Correct the record in the catalogue.', vi: 'Sửa bản ghi trong danh mục.' },
  },
} as const satisfies Record<string, FindingRule>

export type ProcedureFinding = keyof typeof procedureFindings
export type ProcedureNotes = Notes<ProcedureFinding>
