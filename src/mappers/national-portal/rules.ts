import type { FindingRule } from '../../base/index.js'

/** What stands between a dossier and the national record, or costs points there. contracts/national-portal.md §4.1, §8.1 */
export const recordFindings = {
  'code.missing': {
    severity: 'error',
    says: { en: 'The dossier has no number to be reported under.', vi: 'Hồ sơ chưa có mã để báo cáo.' },
    hint: { en: 'Receive it in the one-stop system first.', vi: 'Tiếp nhận hồ sơ trên hệ thống một cửa trước.' },
  },
  'procedure.code-missing': {
    severity: 'error',
    says: { en: 'Only the procedure’s name is known, not its code.', vi: 'Chỉ có tên thủ tục, không có mã.' },
    hint: { en: 'Give a catalogue in which exactly one procedure has this name.', vi: 'Cung cấp danh mục có đúng một thủ tục mang tên này.' },
  },
  'procedure.unmapped': {
    severity: 'error',
    says: { en: 'The procedure {code} has no national code.', vi: 'Thủ tục {code} chưa có mã quốc gia.' },
    hint: {
      en: 'Let an officer decide: `lienthong catalogue match --export FILE.xlsx`, then --import; or add its `nationalCode` to the procedures file. Its dossiers then go by themselves.',
      vi: 'Cán bộ quyết định: `lienthong catalogue match --export TỆP.xlsx`, rồi --import; hoặc thêm `nationalCode` vào tệp danh mục thủ tục. Sau đó hồ sơ tự gửi đi.',
    },
  },
  'procedure.ended': {
    severity: 'warn',
    says: {
      en: 'The national catalogue no longer lists procedure {code} since {day}, and the dossier was received after that.',
      vi: 'Danh mục quốc gia không còn thủ tục {code} từ {day}, nhưng hồ sơ tiếp nhận sau ngày đó.',
    },
    hint: {
      en: 'It is sent under the old code. Find what replaced the procedure: `lienthong catalogue diff`.',
      vi: 'Hồ sơ gửi theo mã cũ. Tìm thủ tục thay thế: `lienthong catalogue diff`.',
    },
  },
  'procedure.no-national-mapping': {
    severity: 'warn',
    says: {
      en: 'The procedure {code} is not matched nationally; its local code is sent.',
      vi: 'Thủ tục {code} chưa khớp mã quốc gia; gửi mã địa phương.',
    },
    hint: {
      en: 'Run `lienthong catalogue match`, or add its `nationalCode` to the procedures file.',
      vi: 'Chạy `lienthong catalogue match`, hoặc thêm `nationalCode` vào tệp danh mục thủ tục.',
    },
  },
  'procedure.unknown': {
    severity: 'warn',
    says: {
      en: 'The procedure {code} is not in our catalogue; its local code is sent.',
      vi: 'Thủ tục {code} không có trong danh mục; gửi mã địa phương.',
    },
    hint: { en: 'Export the catalogue again.', vi: 'Xuất lại danh mục thủ tục.' },
  },
  'procedure.name-missing': {
    severity: 'error',
    says: { en: 'The procedure has no name.', vi: 'Thủ tục không có tên.' },
    hint: { en: 'Give a catalogue.', vi: 'Cung cấp danh mục thủ tục.' },
  },
  'sector.missing': {
    severity: 'warn',
    says: { en: 'The procedure’s field (lĩnh vực) is unknown and goes out empty.', vi: 'Chưa biết lĩnh vực của thủ tục; gửi trống.' },
    hint: { en: 'Give a catalogue with fields.', vi: 'Cung cấp danh mục có lĩnh vực.' },
  },
  'status.missing': {
    severity: 'error',
    says: { en: 'The dossier has no national status.', vi: 'Hồ sơ chưa có trạng thái quốc gia.' },
    hint: {
      en: 'Enter the status at its source, or add the local status to the code tables.',
      vi: 'Nhập trạng thái tại nguồn, hoặc thêm trạng thái địa phương vào bảng mã.',
    },
  },
  'applicant.kind-missing': {
    severity: 'error',
    says: {
      en: 'Whether the applicant is a person or a body is unknown; the national record requires it.',
      vi: 'Chưa biết đối tượng là cá nhân hay tổ chức; Cổng bắt buộc có.',
    },
    hint: {
      en: 'Carry it from the source, or state it for all in `assume.applicantKind`.',
      vi: 'Lấy từ nguồn, hoặc khai chung trong `assume.applicantKind`.',
    },
  },
  'applicant.name-missing': {
    severity: 'warn',
    says: { en: 'The applicant has no name.', vi: 'Thiếu tên chủ hồ sơ.' },
    hint: { en: 'Enter it at the source.', vi: 'Nhập tại hệ thống nguồn.' },
  },
  'applicant.id-missing': {
    severity: 'warn',
    says: { en: 'The applicant has no identity number that can be sent.', vi: 'Chủ hồ sơ không có số giấy tờ gửi được.' },
    hint: { en: 'Enter it at the source; it is never filled with a dummy.', vi: 'Nhập tại nguồn; không bao giờ điền số giả.' },
  },
  'identity.kind-unmapped': {
    severity: 'info',
    says: {
      en: 'An identity of kind “{kind}” has no national code and stays at home.',
      vi: 'Giấy tờ loại “{kind}” chưa có mã quốc gia nên không gửi.',
    },
    hint: { en: 'Name the code in `wire.identity` if you know it.', vi: 'Khai mã trong `wire.identity` nếu biết.' },
  },
  'agency.name-missing': {
    severity: 'error',
    says: { en: 'The processing unit has no name.', vi: 'Thiếu tên đơn vị xử lý.' },
    hint: { en: 'Add it to `agencies`.', vi: 'Thêm vào `agencies`.' },
  },
  'return-way.missing': {
    severity: 'error',
    says: { en: 'How the result is returned is unknown; the national record requires it.', vi: 'Chưa biết hình thức trả kết quả; Cổng bắt buộc có.' },
    hint: { en: 'Carry it from the source, or state it for all in `assume.returnBy`.', vi: 'Lấy từ nguồn, hoặc khai chung trong `assume.returnBy`.' },
  },
  'value.unsendable': {
    severity: 'error',
    says: { en: 'The value “{value}” has no code on the national wire.', vi: 'Giá trị “{value}” chưa có mã gửi Cổng.' },
    hint: { en: 'Add it to `wire` in the code tables.', vi: 'Thêm vào `wire` trong bảng mã.' },
  },
  'value.assumed': {
    severity: 'info',
    says: {
      en: 'The source is silent; “{value}” is taken from `assume` in the code tables.',
      vi: 'Nguồn không có; lấy “{value}” theo `assume` trong bảng mã.',
    },
    hint: { en: 'Carry it from the source when it can.', vi: 'Lấy từ nguồn khi có thể.' },
  },
  'record.invalid': {
    severity: 'error',
    says: { en: 'The field {field} cannot be sent: {problem}', vi: 'Không gửi được trường {field}: {problem}' },
    hint: { en: 'Correct the record at its source or the table `fields`.', vi: 'Sửa hồ sơ tại nguồn hoặc bảng `fields`.' },
  },
  'text.cut': {
    severity: 'info',
    says: { en: '{field} is longer than {limit} characters and was cut.', vi: '{field} dài hơn {limit} ký tự nên bị cắt.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'channel.missing': {
    severity: 'warn',
    says: { en: 'The channel is unknown: nationally the dossier counts as direct.', vi: 'Chưa biết kênh tiếp nhận: Cổng sẽ tính là trực tiếp.' },
    hint: { en: 'Carry the channel from the source.', vi: 'Lấy kênh tiếp nhận từ nguồn.' },
  },
  'time.received-missing': {
    severity: 'warn',
    says: { en: 'Without a reception date the dossier is not counted nationally.', vi: 'Không có ngày tiếp nhận thì hồ sơ không được tính.' },
    hint: { en: 'Enter it at the one-stop desk.', vi: 'Nhập tại bộ phận một cửa.' },
  },
  'time.submitted-missing': {
    severity: 'info',
    says: { en: 'The date of filing is unknown.', vi: 'Chưa biết ngày nộp hồ sơ.' },
    hint: { en: 'Carry it from the source.', vi: 'Lấy từ nguồn.' },
  },
  'time.finish-missing': {
    severity: 'warn',
    says: {
      en: 'Processing has ended, but its date is unknown: the dossier cannot count as on time.',
      vi: 'Đã xử lý xong nhưng không có ngày kết thúc: không thể tính đúng hạn.',
    },
    hint: { en: 'Enter it at the source.', vi: 'Nhập tại hệ thống nguồn.' },
  },
  'time.return-missing': {
    severity: 'warn',
    says: { en: 'The result is returned (status 10), but the date is unknown.', vi: 'Đã trả kết quả (trạng thái 10) nhưng không có ngày trả.' },
    hint: { en: 'Enter it at the source.', vi: 'Nhập tại hệ thống nguồn.' },
  },
  'time.refusal-missing': {
    severity: 'warn',
    says: { en: 'The dossier is refused (status 3), but the date is unknown.', vi: 'Hồ sơ bị từ chối (trạng thái 3) nhưng không có ngày từ chối.' },
    hint: { en: 'Enter it at the source.', vi: 'Nhập tại hệ thống nguồn.' },
  },
  'fee.unknown': {
    severity: 'warn',
    says: {
      en: 'Fees are unknown: the dossier stays in the denominator of online payment.',
      vi: 'Chưa biết phí, lệ phí: hồ sơ vẫn nằm trong mẫu số thanh toán trực tuyến.',
    },
    hint: {
      en: 'Carry fees from the source; an empty list says that nothing is due.',
      vi: 'Lấy phí từ nguồn; danh sách rỗng nghĩa là không phải nộp.',
    },
  },
  'payment.unknown': {
    severity: 'warn',
    says: {
      en: 'A fee is due, but whether it was paid online is unknown.',
      vi: 'Có phí phải nộp nhưng chưa biết đã thanh toán trực tuyến hay chưa.',
    },
    hint: { en: 'Carry the payment’s gateway from the source.', vi: 'Lấy cổng thanh toán từ nguồn.' },
  },
  'result.link-missing': {
    severity: 'warn',
    says: {
      en: 'Processing has ended without a link to the result file: it does not count as electronic, nor the dossier as online.',
      vi: 'Đã xử lý xong nhưng không có liên kết tệp kết quả: không tính kết quả điện tử, hồ sơ không tính trực tuyến.',
    },
    hint: { en: 'Attach the signed result at the source.', vi: 'Đính kèm kết quả đã ký tại nguồn.' },
  },
  'documents.unknown': {
    severity: 'warn',
    says: {
      en: 'Submitted documents are unknown: the dossier does not count as digitised.',
      vi: 'Chưa biết tài liệu nộp: hồ sơ không được tính số hóa.',
    },
    hint: { en: 'Carry the documents with their links.', vi: 'Lấy tài liệu kèm liên kết từ nguồn.' },
  },
  'digitised.unknown': {
    severity: 'warn',
    says: { en: 'Whether a component is digitised is unknown.', vi: 'Chưa biết hồ sơ có thành phần số hóa hay không.' },
    hint: { en: 'Carry it from the source.', vi: 'Lấy từ nguồn.' },
  },
  'verification.unknown': {
    severity: 'warn',
    says: { en: 'Whether the account is verified with VNeID is unknown.', vi: 'Chưa biết tài khoản đã xác thực VNeID hay chưa.' },
    hint: { en: 'Carry it from the source.', vi: 'Lấy từ nguồn.' },
  },
  'steps.end-missing': {
    severity: 'warn',
    says: {
      en: 'Processing has ended, but no step says when: the national on-time score reads step times.',
      vi: 'Đã xử lý xong nhưng không có bước nào ghi thời điểm: điểm đúng hạn tính theo bước.',
    },
    hint: { en: 'Fill the table `actions`, or switch boundary steps on.', vi: 'Bổ sung bảng `actions`, hoặc bật bước biên.' },
  },
  'step.before-reception': {
    severity: 'warn',
    says: {
      en: 'A step of processing (status {status}) is older than the reception of the dossier.',
      vi: 'Có bước xử lý (trạng thái {status}) xảy ra trước thời điểm tiếp nhận hồ sơ.',
    },
    hint: {
      en: 'It is reported as it is; correct the reception date or the step at the source.',
      vi: 'Vẫn báo cáo đúng như nguồn; sửa ngày tiếp nhận hoặc bước này tại nguồn.',
    },
  },
  'step.status-missing': {
    severity: 'info',
    says: { en: 'A step without national status is left out.', vi: 'Bước chưa có trạng thái quốc gia nên không gửi.' },
    hint: { en: 'Fill the table `actions`.', vi: 'Bổ sung bảng `actions`.' },
  },
  'step.officer-replaced': {
    severity: 'info',
    says: { en: 'The step names no officer; the department or agency stands in.', vi: 'Bước không ghi cán bộ; dùng tên phòng ban hoặc cơ quan.' },
    hint: { en: 'Carry the officer from the source.', vi: 'Lấy tên cán bộ từ nguồn.' },
  },
  'step.officer-missing': {
    severity: 'error',
    says: { en: 'The step names neither officer nor department nor agency.', vi: 'Bước không có cán bộ, phòng ban hay cơ quan.' },
    hint: { en: 'Name the agency in `agencies`.', vi: 'Khai tên cơ quan trong `agencies`.' },
  },
  'step.note-replaced': {
    severity: 'info',
    says: { en: 'The step says nothing; the official term of its status stands in.', vi: 'Bước không có nội dung; dùng tên trạng thái.' },
    hint: { en: 'Carry the action’s name from the source.', vi: 'Lấy tên thao tác từ nguồn.' },
  },
  'step.note-missing': {
    severity: 'error',
    says: {
      en: 'The step says nothing and its status {status} has no official term.',
      vi: 'Bước không có nội dung và trạng thái {status} không có tên chính thức.',
    },
    hint: { en: 'Carry the action’s name from the source.', vi: 'Lấy tên thao tác từ nguồn.' },
  },
} as const satisfies Record<string, FindingRule>

export type RecordFinding = keyof typeof recordFindings
