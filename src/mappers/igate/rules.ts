import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What the iGate mapper may have to say. Source facts only; what the national portal lacks is said by its own mapper. */
export const igateRules = {
  'record.unreadable': {
    severity: 'error',
    says: { en: 'The record is no iGate dossier: {problem}.', vi: 'Bản ghi không phải hồ sơ iGate: {problem}.' },
    hint: { en: 'Check the address of the source and its version.', vi: 'Kiểm tra địa chỉ và phiên bản của nguồn.' },
  },
  'record.no-id': {
    severity: 'error',
    says: {
      en: 'The record has no readable `id`: it cannot be told from others and is not sent.',
      vi: 'Bản ghi không có `id` đọc được: không phân biệt được với hồ sơ khác nên không gửi.',
    },
    hint: { en: 'Look at this record at the source; export it with its `id`.', vi: 'Kiểm tra bản ghi tại nguồn; xuất kèm trường `id`.' },
  },
  'field.unreadable': {
    severity: 'warn',
    says: { en: 'This field has another type than expected and counts as not known.', vi: 'Trường này sai kiểu dữ liệu nên coi như chưa biết.' },
    hint: {
      en: 'Look at it at the source; if iGate changed its form, report the new one.',
      vi: 'Kiểm tra tại nguồn; nếu iGate đổi cấu trúc, hãy báo cấu trúc mới.',
    },
  },
  'shape.key-case': {
    severity: 'info',
    says: { en: 'This field is written in another letter case; it is read all the same.', vi: 'Tên trường viết khác chữ hoa/thường; vẫn đọc được.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'shape.object-or-array': {
    severity: 'info',
    says: {
      en: 'One object here, where other answers have a list by language; both are read.',
      vi: 'Ở đây là một đối tượng, nơi khác là danh sách theo ngôn ngữ; đều đọc được.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'status.unmapped': {
    severity: 'error',
    says: {
      en: 'Neither the name “{status}” (id {id}) nor the task status “{task}” has a row in the tables.',
      vi: 'Cả tên “{status}” (id {id}) lẫn trạng thái công việc “{task}” đều chưa có trong bảng mã.',
    },
    hint: {
      en: 'Add the name to `statusText`, or the task status to `subStatus`, in the code tables.',
      vi: 'Thêm tên vào `statusText`, hoặc trạng thái công việc vào `subStatus`, trong bảng mã.',
    },
  },
  'status.assumed': {
    severity: 'info',
    says: {
      en: '“{status}” is read by an assumption: VNPT publishes no list of statuses.',
      vi: '“{status}” được hiểu theo giả định: VNPT không công bố danh mục trạng thái.',
    },
    hint: { en: 'Confirm it by writing the row into your own code tables.', vi: 'Xác nhận bằng cách ghi dòng này vào bảng mã của tỉnh.' },
  },
  'code.missing': sourceRules['code.missing'],
  'code.without-province': {
    severity: 'warn',
    says: {
      en: 'The dossier number does not carry the province’s agency code and cannot serve as the national number.',
      vi: 'Mã hồ sơ không chứa mã định danh của tỉnh nên không dùng làm mã quốc gia được.',
    },
    hint: { en: 'Let iGate number its dossiers by the circular (`get-pattern`).', vi: 'Cấu hình mẫu mã hồ sơ trong iGate theo quy định.' },
  },
  'agency.code-missing': {
    severity: 'info',
    says: { en: 'The agency has no code; its name is all that is known.', vi: 'Cơ quan không có mã; chỉ biết tên.' },
    hint: { en: 'Map its id or name in `agencies` of the code tables.', vi: 'Gán id hoặc tên của cơ quan trong `agencies` của bảng mã.' },
  },
  'agency.name-missing': {
    severity: 'warn',
    says: { en: 'The agency has no name.', vi: 'Cơ quan không có tên.' },
    hint: { en: 'Map its code or id in `agencies` of the code tables.', vi: 'Gán mã hoặc id của cơ quan trong `agencies` của bảng mã.' },
  },
  'procedure.name-missing': {
    severity: 'info',
    says: { en: 'The record does not name its procedure.', vi: 'Bản ghi không ghi tên thủ tục.' },
    hint: { en: 'Nothing to do: the name comes from your catalogue.', vi: 'Không cần làm gì: tên lấy từ danh mục.' },
  },
  'applicant.kind-table-assumed': {
    severity: 'warn',
    says: {
      en: '`chonDoiTuong` {kind} is read on the national scale, which nobody confirmed: the write adapter of the same product counts from 0.',
      vi: '`chonDoiTuong` {kind} được hiểu theo thang quốc gia, chưa ai xác nhận: adapter ghi của cùng sản phẩm đếm từ 0.',
    },
    hint: {
      en: 'Compare a business’s dossier with its form, then write the rows into `applicantKinds` of your code tables.',
      vi: 'Đối chiếu một hồ sơ doanh nghiệp với biểu mẫu, rồi ghi các dòng vào `applicantKinds` của bảng mã.',
    },
  },
  'applicant.kind-unmapped': sourceRules['applicant.kind-unmapped'],
  'applicant.owner-not-submitter': {
    severity: 'info',
    says: {
      en: '`ownerFullname` is the applicant; `fullname` is who filed.',
      vi: '`ownerFullname` là chủ hồ sơ; `fullname` là người nộp.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'applicant.name-from-organization': {
    severity: 'info',
    says: {
      en: 'There is no `ownerFullname`; the organization is taken for the applicant, `fullname` for who filed.',
      vi: 'Không có `ownerFullname`; lấy tổ chức làm chủ hồ sơ, `fullname` là người nộp.',
    },
    hint: { en: 'Add `ownerFullname` to the e-form.', vi: 'Thêm `ownerFullname` vào biểu mẫu điện tử.' },
  },
  'applicant.id-owner-uncertain': {
    severity: 'info',
    says: {
      en: '`identityNumber` is one field for owner and submitter; it is taken for the owner’s.',
      vi: '`identityNumber` dùng chung cho chủ hồ sơ và người nộp; coi là của chủ hồ sơ.',
    },
    hint: { en: 'Check the e-form if numbers are refused.', vi: 'Kiểm tra biểu mẫu điện tử nếu số bị từ chối.' },
  },
  'identity.doubtful': sourceRules['identity.doubtful'],
  'channel.unmapped': {
    severity: 'warn',
    says: { en: '`applyMethod` “{value}” has no row in the tables.', vi: '`applyMethod` “{value}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `channels`.', vi: 'Thêm vào `channels`.' },
  },
  'channel.assumed': {
    severity: 'info',
    says: {
      en: '`applyMethod` has only the id {value}; what it means is inferred from other installations.',
      vi: '`applyMethod` chỉ có id {value}; ý nghĩa suy ra từ nơi khác.',
    },
    hint: { en: 'Confirm it in `channels` of your code tables.', vi: 'Xác nhận trong `channels` của bảng mã.' },
  },
  'return-way.unmapped': {
    severity: 'warn',
    says: { en: '`dossierReceivingKind` “{value}” has no row in the tables.', vi: '`dossierReceivingKind` “{value}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `returnWays`.', vi: 'Thêm vào `returnWays`.' },
  },
  'time.unreadable': {
    severity: 'warn',
    says: {
      en: 'A date is not written like 2025-03-10T01:15:00.000+0000, or does not say whose clock it is; it counts as unknown.',
      vi: 'Ngày không đúng dạng 2025-03-10T01:15:00.000+0000 hoặc không ghi múi giờ nên coi như chưa biết.',
    },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'time.return-missing': {
    severity: 'warn',
    says: {
      en: 'The result was returned, but the record has no date of return.',
      vi: 'Đã trả kết quả nhưng bản ghi không có ngày trả.',
    },
    hint: {
      en: 'Map the task that hands results out to 10 in `actions`: its end is then the date.',
      vi: 'Gán bước trả kết quả thành 10 trong `actions`: thời điểm kết thúc bước đó sẽ là ngày trả.',
    },
  },
  'time.return-derived': {
    severity: 'info',
    says: {
      en: 'The date of return is the end of the task that `actions` maps to 10; the record has none of its own.',
      vi: 'Ngày trả lấy từ thời điểm kết thúc bước mà `actions` gán là 10; bản ghi không có ngày riêng.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'duration.contradiction': {
    severity: 'info',
    says: {
      en: 'The record allows {allowed} days, but its due date is only {given} days after reception.',
      vi: 'Bản ghi cho {allowed} ngày nhưng ngày hẹn trả chỉ cách ngày tiếp nhận {given} ngày.',
    },
    hint: { en: 'The due date is sent; check the process’s duration.', vi: 'Ngày hẹn trả được gửi; kiểm tra thời hạn của quy trình.' },
  },
  'steps.not-carried': {
    severity: 'info',
    says: {
      en: 'Steps: this answer has no `task`: unknown, not empty.',
      vi: 'Tiến độ: phản hồi này không có `task`: chưa biết, không phải trống.',
    },
    hint: { en: 'The detail `pa/dossier/ID` may have them.', vi: 'API chi tiết `pa/dossier/ID` có thể có.' },
  },
  'steps.duplicate-source': {
    severity: 'info',
    says: {
      en: '`currentTask` repeats a row of `task`; one task is one step.',
      vi: '`currentTask` lặp lại một dòng của `task`; mỗi công việc là một bước.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'task.isCurrent': {
    severity: 'info',
    says: {
      en: 'The last task is assigned and not finished: its time is when it began.',
      vi: 'Công việc cuối đang được giao, chưa xong: thời điểm là lúc bắt đầu.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'officer.id-unstable': {
    severity: 'info',
    says: {
      en: 'Officers of this dossier appear elsewhere under the same name and another id: names are no key.',
      vi: 'Cán bộ của hồ sơ này xuất hiện nơi khác cùng tên nhưng khác id: không dùng tên làm khóa.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'step.unreadable': {
    severity: 'warn',
    says: { en: 'A task has no readable time and is left out.', vi: 'Một công việc không có thời điểm đọc được nên bị bỏ qua.' },
    hint: { en: 'Look at the tasks of this dossier.', vi: 'Kiểm tra các công việc của hồ sơ này.' },
  },
  'step.name-missing': {
    severity: 'warn',
    says: { en: 'A task has no name: what was done is not known.', vi: 'Một công việc không có tên: không rõ đã làm gì.' },
    hint: { en: 'Look at the tasks of this dossier.', vi: 'Kiểm tra các công việc của hồ sơ này.' },
  },
  'step.officer-missing': {
    severity: 'info',
    says: { en: 'A task names no officer.', vi: 'Một công việc không ghi cán bộ xử lý.' },
    hint: {
      en: 'Nothing to do while it waits for somebody; the unit stands for them.',
      vi: 'Không cần làm gì khi còn chờ phân công; đơn vị được ghi thay.',
    },
  },
  'step.status-unmapped': {
    severity: 'warn',
    says: {
      en: 'The task “{action}” has no national status: the step is not sent.',
      vi: 'Công việc “{action}” chưa có trạng thái quốc gia: bước này không được gửi.',
    },
    hint: {
      en: 'Add its name to `actions`; the national on-time score reads steps.',
      vi: 'Thêm tên vào `actions`; điểm đúng hạn quốc gia tính theo các bước.',
    },
  },
  'step.not-finished': {
    severity: 'info',
    says: {
      en: 'The task would end the dossier (status {status}) but is not finished: it is reported when it is.',
      vi: 'Công việc này kết thúc hồ sơ (trạng thái {status}) nhưng chưa xong: sẽ gửi khi hoàn thành.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'fee.not-carried': {
    severity: 'info',
    says: {
      en: 'Fees: this answer has no `dossierFee`: unknown, not free of charge.',
      vi: 'Phí: phản hồi này không có `dossierFee`: chưa biết, không phải miễn phí.',
    },
    hint: { en: 'The detail `pa/dossier/ID` may have them.', vi: 'API chi tiết `pa/dossier/ID` có thể có.' },
  },
  'fee.shape-assumed': {
    severity: 'info',
    says: {
      en: 'Fees are read by an assumption: nobody publishes the form of `dossierFee` items.',
      vi: 'Phí được hiểu theo giả định: cấu trúc phần tử `dossierFee` không được công bố.',
    },
    hint: { en: 'Compare a few amounts with iGate’s own screen.', vi: 'Đối chiếu vài khoản với màn hình iGate.' },
  },
  'fee.unreadable': {
    severity: 'warn',
    says: {
      en: 'A fee has no whole amount of đồng; the fees of this dossier count as unknown.',
      vi: 'Một khoản phí không có số tiền nguyên; phí của hồ sơ này coi như chưa biết.',
    },
    hint: { en: 'Look at the fees of this dossier at the source.', vi: 'Kiểm tra các khoản phí của hồ sơ này tại nguồn.' },
  },
  'fee.several': {
    severity: 'warn',
    says: {
      en: 'Quantity {quantity}: whether the amount is for one or for all is not known; it is taken for all.',
      vi: 'Số lượng {quantity}: chưa rõ số tiền là một hay tất cả; coi là tất cả.',
    },
    hint: { en: 'Compare with iGate’s own screen, and report what you see.', vi: 'Đối chiếu với màn hình iGate và báo lại.' },
  },
  'fee.paid-in-part': {
    severity: 'warn',
    says: { en: 'Only a part is paid: it counts as not paid.', vi: 'Mới nộp một phần: coi như chưa nộp.' },
    hint: { en: 'Nothing to do, unless it stays so.', vi: 'Không cần làm gì, trừ khi kéo dài.' },
  },
  'fee.paid-unknown': {
    severity: 'warn',
    says: { en: 'Whether the fee is paid is not told.', vi: 'Không rõ phí đã nộp hay chưa.' },
    hint: { en: 'Look at the fees of this dossier at the source.', vi: 'Kiểm tra các khoản phí của hồ sơ này tại nguồn.' },
  },
  'fee.method-unmapped': {
    severity: 'warn',
    says: {
      en: 'Paid, but by which gateway is unknown: `paymentMethod` has no row.',
      vi: 'Đã nộp nhưng chưa rõ qua cổng nào: `paymentMethod` chưa có trong bảng.',
    },
    hint: { en: 'Add its name or code to `paymentMethods`.', vi: 'Thêm tên hoặc mã vào `paymentMethods`.' },
  },
} as const satisfies Record<string, FindingRule>

export type IgateRule = keyof typeof igateRules
