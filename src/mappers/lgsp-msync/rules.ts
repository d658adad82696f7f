import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What the mapper of LGSP messages may have to say. The message loses much on its way: contracts/provincial-sources.md §5.2, §11. */
export const lgspMsyncRules = {
  'record.unreadable': {
    severity: 'error',
    says: { en: 'This is no MSyncDocument: {field} {problem}.', vi: 'Đây không phải MSyncDocument: {field} {problemVi}.' },
    hint: { en: 'Ask the operator of the one-stop system to send it again.', vi: 'Đề nghị đơn vị vận hành hệ thống một cửa gửi lại.' },
  },
  'status.derived': {
    severity: 'warn',
    says: {
      en: 'The message tells no state: received and not ended reads as {status}, but may also be 1, 2, 5, 6 or 8.',
      vi: 'Bản tin không cho biết trạng thái: đã nhận, chưa kết thúc nên hiểu là {status}, thật ra có thể là 1, 2, 5, 6 hoặc 8.',
    },
    hint: {
      en: 'Add the words of its traces (`Comment`) to `actions` in the code tables: then the last trace decides. Or read the one-stop system itself (opencps-v2).',
      vi: 'Thêm nội dung `Comment` của bản tin tiến độ vào `actions` trong bảng mã: khi đó lấy theo bước mới nhất. Hoặc đọc thẳng hệ thống một cửa (opencps-v2).',
    },
  },
  'status.from-trace': {
    severity: 'info',
    says: {
      en: 'The document tells no state; {status} is that of its last trace.',
      vi: 'Hồ sơ không nêu trạng thái; {status} lấy theo bản tin tiến độ mới nhất.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'status.unmapped': {
    severity: 'error',
    says: {
      en: 'The state “{state}” has no row in the tables. “ended” is a dossier that finished without being returned: withdrawn or refused, the message does not say.',
      vi: 'Trạng thái “{state}” chưa có trong bảng mã. “ended” là hồ sơ kết thúc mà không trả kết quả: rút hay bị từ chối, bản tin không cho biết.',
    },
    hint: {
      en: 'Add the words of its last trace (`Comment`) to `actions` in the code tables; or, if in your province all of these mean the same, `ended` to `status`, e.g. `ended: 3`.',
      vi: 'Thêm nội dung `Comment` của bước cuối vào `actions` trong bảng mã; hoặc nếu ở tỉnh bạn các hồ sơ này đều cùng một nghĩa, thêm `ended` vào `status`, ví dụ `ended: 3`.',
    },
  },
  'code.without-province': sourceRules['code.without-province'],
  'name.case-lost': {
    severity: 'info',
    says: { en: 'The sender upper-cases names; it is sent as read.', vi: 'Bên gửi viết hoa toàn bộ tên; tên được gửi như nhận được.' },
    hint: { en: 'Nothing to do; the message has no other name.', vi: 'Không cần làm gì; bản tin không có tên khác.' },
  },
  'applicant.kind-unmapped': sourceRules['applicant.kind-unmapped'],
  'identity.doubtful': sourceRules['identity.doubtful'],
  'return-way.unmapped': {
    severity: 'warn',
    says: {
      en: 'The value “{value}” of `ReturnedType` has no row in the tables.',
      vi: 'Giá trị “{value}” của `ReturnedType` chưa có trong bảng mã.',
    },
    hint: { en: 'Add it to `returnWays`.', vi: 'Thêm vào `returnWays`.' },
  },
  'flag.unreadable': {
    severity: 'warn',
    says: { en: 'The value is neither true nor false and counts as unknown.', vi: 'Giá trị không phải true/false nên coi như chưa biết.' },
    hint: { en: 'Ask the operator of the one-stop system to correct it.', vi: 'Đề nghị đơn vị vận hành hệ thống một cửa sửa.' },
  },
  'flag.unreliable': {
    severity: 'info',
    says: {
      en: '`IsSuccess` is false although processing has ended: it is true only while the result is being released. `SuccessDate` counts.',
      vi: '`IsSuccess` là false dù đã xử lý xong: cờ này chỉ đúng trong lúc đang ban hành. Lấy theo `SuccessDate`.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'time.unreadable': {
    severity: 'warn',
    says: {
      en: 'A date is not written yyyy-MM-ddTHH:mm:ss.SSSZ and counts as unknown.',
      vi: 'Ngày không đúng dạng yyyy-MM-ddTHH:mm:ss.SSSZ nên coi như chưa biết.',
    },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'time.sentinel': {
    severity: 'info',
    says: { en: 'A date of zeros only means “none”.', vi: 'Ngày toàn số 0 nghĩa là “không có”.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'time.placeholder': {
    severity: 'info',
    says: {
      en: '`ReturnedDate` is filled although `IsReturned` is false, usually with the due date: it is no return.',
      vi: '`ReturnedDate` có giá trị dù `IsReturned` là false, thường là ngày hẹn trả: không phải ngày trả.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'fee.paid-unknown': {
    severity: 'warn',
    says: {
      en: 'Fees have a price and no state: whether they are paid is unknown.',
      vi: 'Phí chỉ có số tiền, không có trạng thái: chưa biết đã nộp hay chưa.',
    },
    hint: { en: 'Read the one-stop system itself, if payments matter.', vi: 'Nếu cần theo dõi thanh toán, hãy đọc thẳng hệ thống một cửa.' },
  },
  'fee.unreadable': {
    severity: 'warn',
    says: { en: 'A fee has no whole amount of đồng; fees count as unknown.', vi: 'Một khoản phí không có số tiền nguyên; phí coi như chưa biết.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'fee.none-listed': {
    severity: 'info',
    says: { en: 'No fee is listed: unknown, not free of charge.', vi: 'Không liệt kê phí: chưa biết, không phải miễn phí.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'steps.current-only': {
    severity: 'warn',
    says: {
      en: 'Each trace is the current action; what happened before the first one was never sent and is missing.',
      vi: 'Mỗi bản tin tiến độ chỉ là thao tác hiện tại; các bước trước đó không được gửi và bị thiếu.',
    },
    hint: {
      en: 'The reception step is derived from the reception date (`portal.deriveSteps`); others are lost unless the one-stop system is read itself.',
      vi: 'Bước tiếp nhận được suy từ ngày tiếp nhận (`portal.deriveSteps`); các bước khác chỉ có khi đọc thẳng hệ thống một cửa.',
    },
  },
  'steps.not-fetched': {
    severity: 'info',
    says: {
      en: 'Steps: no trace came for this dossier: unknown, not empty.',
      vi: 'Tiến độ: chưa có bản tin tiến độ cho hồ sơ này: chưa biết, không phải trống.',
    },
    hint: { en: 'Nothing to do; traces follow the document.', vi: 'Không cần làm gì; bản tin tiến độ đến sau hồ sơ.' },
  },
  'step.unreadable': {
    severity: 'warn',
    says: { en: 'A trace has no readable time and is left out.', vi: 'Một bản tin tiến độ không có thời điểm đọc được nên bị bỏ qua.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'step.status-unmapped': {
    severity: 'warn',
    says: {
      en: 'A trace says what was done in words alone (its `Status` is always 0), and these words have no row: the step is not sent.',
      vi: 'Bản tin tiến độ chỉ nêu việc bằng lời (`Status` luôn là 0) và chưa có trong bảng: bước này không được gửi.',
    },
    hint: {
      en: 'Add the exact `Comment` to `actions`; the national on-time score reads steps.',
      vi: 'Thêm đúng nội dung `Comment` vào `actions`; điểm đúng hạn quốc gia tính theo các bước.',
    },
  },
  'file.dropped': {
    severity: 'info',
    says: { en: 'The bytes of an attachment were not kept: {reason}.', vi: 'Nội dung tệp đính kèm không được giữ: {reasonVi}.' },
    hint: { en: 'See `attachments` and `maxFileBytes` of this source.', vi: 'Xem `attachments` và `maxFileBytes` của nguồn này.' },
  },
} as const satisfies Record<string, FindingRule>

export type LgspMsyncRule = keyof typeof lgspMsyncRules
