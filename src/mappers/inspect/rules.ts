import type { FindingRule } from '../../base/index.js'

/** What only shows when several files are read together. */
export const inspectRules = {
  'file.unreadable': {
    severity: 'error',
    says: { en: 'The file cannot be read: {problem}', vi: 'Không đọc được tệp: {problem}' },
    hint: { en: 'Export it again; nothing is concluded from it.', vi: 'Xuất lại tệp; không kết luận gì từ tệp này.' },
  },
  'file.damaged': {
    severity: 'error',
    says: {
      en: 'The file is damaged or cut off: {records} whole records were read from it, others were not{lines}.',
      vi: 'Tệp bị hỏng hoặc bị cắt: đọc được {records} bản ghi nguyên vẹn, các bản ghi khác thì không{lines}.',
    },
    hint: { en: 'Export it again; nothing is concluded from what is missing.', vi: 'Xuất lại tệp; không kết luận gì từ phần bị thiếu.' },
  },
  'row.unrecognised': {
    severity: 'error',
    says: { en: 'This row is nothing that the dialect {dialect} knows.', vi: 'Dòng này không thuộc loại nào mà phương ngữ {dialect} biết.' },
    hint: {
      en: 'Compare the names of its fields with the other rows; the other rows were read.',
      vi: 'So tên trường với các dòng khác; các dòng khác đã được đọc.',
    },
  },
  'file.unrecognised': {
    severity: 'error',
    says: { en: 'Nothing in this file is known to the dialect {dialect}.', vi: 'Không nhận ra nội dung nào theo phương ngữ {dialect}.' },
    hint: { en: 'Check --dialect and the file.', vi: 'Kiểm tra --dialect và tệp.' },
  },
  'source.not-logged-in': {
    severity: 'error',
    says: {
      en: 'This is the answer to a caller who is not logged in (code {code}), although its status may be 2xx: no list, no dossier, nothing is gone.',
      vi: 'Đây là phản hồi khi chưa đăng nhập (mã {code}) dù trạng thái có thể là 2xx: không phải danh sách, không kết luận hồ sơ nào bị xóa.',
    },
    hint: { en: 'Check user name, password and groupId.', vi: 'Kiểm tra tên đăng nhập, mật khẩu và groupId.' },
  },
  'source.failed': {
    severity: 'error',
    says: { en: 'This is the body of a failure (code {code}), not data.', vi: 'Đây là nội dung lỗi (mã {code}), không phải dữ liệu.' },
    hint: { en: 'OpenCPS answers so to any failure; look into its log.', vi: 'OpenCPS trả lời như vậy cho mọi lỗi; xem log máy chủ.' },
  },
  'procedure.review': {
    severity: 'warn',
    says: {
      en: 'To review: “{name}” is the name of no procedure of the catalogue, or of several; dossiers: {count}.',
      vi: 'Cần rà soát: “{name}” không trùng tên thủ tục nào trong danh mục, hoặc trùng nhiều thủ tục; số hồ sơ: {count}.',
    },
    hint: {
      en: 'Correct the name in the register, add the code as a column, or match it: `lienthong catalogue match`.',
      vi: 'Sửa tên trong sổ, thêm cột mã thủ tục, hoặc đối chiếu bằng `lienthong catalogue match`.',
    },
  },
  'source.refused': {
    severity: 'error',
    says: {
      en: 'This is an answer that is no success (code {code}), whatever its HTTP status was: no data.',
      vi: 'Đây là phản hồi không thành công (mã {code}), bất kể trạng thái HTTP: không phải dữ liệu.',
    },
    hint: { en: 'Ask the operator of the platform what the code means.', vi: 'Hỏi đơn vị vận hành nền tảng về mã này.' },
  },
  'fee.catalogue-not-dossier': {
    severity: 'info',
    says: { en: 'Tariffs of procedures, told in words: never a dossier’s fee.', vi: 'Biểu phí của thủ tục, ghi bằng chữ: không phải phí của hồ sơ.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'list.partial': {
    severity: 'warn',
    says: { en: 'The list says {total} rows and holds {rows}.', vi: 'Danh sách ghi {total} dòng nhưng có {rows}.' },
    hint: { en: 'Export all pages.', vi: 'Xuất đủ các trang.' },
  },
  'message.unreadable': {
    severity: 'error',
    says: { en: 'This element cannot be taken: {problem}.', vi: 'Không nhận được phần tử này: {problem}.' },
    hint: {
      en: 'Ask the operator of the sending system to correct it; the others were read.',
      vi: 'Đề nghị đơn vị vận hành hệ thống gửi sửa; các phần tử khác vẫn được đọc.',
    },
  },
  'shape.array': {
    severity: 'info',
    says: {
      en: 'Several messages in one array; on the wire each call carries one.',
      vi: 'Nhiều bản tin trong một mảng; khi gửi thật mỗi lời gọi chỉ có một.',
    },
    hint: { en: 'Nothing to do: both are accepted.', vi: 'Không cần làm gì: cả hai đều được nhận.' },
  },
  'name.schema-spelling': {
    severity: 'info',
    says: {
      en: 'The schema spells this with a lower-case L, JSON with a capital i: the same field.',
      vi: 'Lược đồ viết bằng chữ l thường, JSON viết bằng chữ I hoa: cùng một trường.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'id.repeated': {
    severity: 'info',
    says: {
      en: 'Several dossiers carry the same attachment id: it counts inside one dossier only.',
      vi: 'Nhiều hồ sơ cùng mã tệp đính kèm: mã chỉ có nghĩa trong một hồ sơ.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'procedure.suffix': {
    severity: 'info',
    says: {
      en: 'The catalogue has {code} without the province’s suffix and maps nothing explicitly.',
      vi: 'Danh mục có {code} không kèm hậu tố của tỉnh và không ánh xạ tường minh.',
    },
    hint: {
      en: 'If they are the same procedure, map it, or set `unmatchedProcedure: strip-suffix` in the code tables.',
      vi: 'Nếu cùng một thủ tục, hãy ánh xạ, hoặc đặt `unmatchedProcedure: strip-suffix` trong bảng mã.',
    },
  },
  'record.same-uid': {
    severity: 'info',
    says: {
      en: 'Several records carry the same uid: one dossier; the one changed last counts.',
      vi: 'Nhiều bản ghi cùng uid: một hồ sơ; lấy bản sửa sau cùng.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'record.duplicate': {
    severity: 'warn',
    says: { en: 'Several rows carry this number; the last one counts.', vi: 'Nhiều dòng cùng mã này; lấy dòng cuối.' },
    hint: { en: 'Remove the outdated rows.', vi: 'Xóa các dòng cũ.' },
  },
  'step.no-owner': {
    severity: 'warn',
    says: { en: '{count} steps belong to no dossier among these files.', vi: '{count} bước không thuộc hồ sơ nào trong các tệp này.' },
    hint: { en: 'Add the file with their dossiers; a step never makes one.', vi: 'Thêm tệp có hồ sơ; bước không bao giờ tạo ra hồ sơ.' },
  },
  'fee.no-owner': {
    severity: 'warn',
    says: {
      en: '{count} fees or transactions belong to no dossier among these files.',
      vi: '{count} khoản thu hoặc giao dịch không thuộc hồ sơ nào trong các tệp này.',
    },
    hint: { en: 'Add the file with their dossiers.', vi: 'Thêm tệp có hồ sơ.' },
  },
  'fee.dossier-from-path': {
    severity: 'warn',
    says: {
      en: 'A fee record does not name its dossier, only its request path did; it is taken for {code}, the only one whose uid has the same ending.',
      vi: 'Bản ghi thanh toán không ghi hồ sơ, chỉ đường dẫn yêu cầu mới có; coi là của {code}, hồ sơ duy nhất có uid cùng phần cuối.',
    },
    hint: { en: 'Confirm it; a live source knows the owner from the path.', vi: 'Hãy xác nhận; nguồn trực tuyến biết chủ qua đường dẫn.' },
  },
  'procedure.no-national-mapping': {
    severity: 'warn',
    says: { en: 'The catalogue names no national code for {code}.', vi: 'Danh mục chưa có mã quốc gia cho {code}.' },
    hint: { en: 'Add its `nationalCode` to the procedures file.', vi: 'Thêm `nationalCode` của thủ tục vào tệp danh mục thủ tục.' },
  },
  'procedure.applicants-mismatch': {
    severity: 'info',
    says: { en: 'The catalogue’s text names another kind of applicant.', vi: 'Danh mục ghi đối tượng thực hiện khác.' },
    hint: { en: 'The text is free; check it if this happens often.', vi: 'Nội dung này là văn bản tự do; kiểm tra nếu gặp nhiều.' },
  },
} as const satisfies Record<string, FindingRule>

export type InspectRule = keyof typeof inspectRules
