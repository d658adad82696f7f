/** What happens next with one dossier, as the engine would decide, in one sentence. */
import { fillText, type Text } from '../base/index.js'
import { type Instant, isoInstant } from '../domain/index.js'
import type { DossierTrace } from '../ledger/index.js'
import type { Hold } from './brakes.js'

const says = {
  held: {
    en: 'A step left and nobody knows whether it arrived. Look the dossier up on the national portal; if the step is missing: lienthong failures retry --only {code}',
    vi: 'Một bước đã gửi đi mà không rõ đã tới chưa. Tra hồ sơ trên Cổng DVCQG; nếu thiếu bước này: lienthong failures retry --only {code}',
  },
  failed: {
    en: 'Nothing is sent until something changes: the dossier at its source, a code table, or lienthong failures retry --only {code}',
    vi: 'Không gửi gì cho tới khi có thay đổi: hồ sơ tại nguồn, bảng mã, hoặc lienthong failures retry --only {code}',
  },
  onItsWay: {
    en: 'A request is on its way, or was when its process died. Until {deadline} it is left alone; afterwards the next run settles what became of it.',
    vi: 'Một yêu cầu đang trên đường, hoặc tiến trình gửi đã dừng đột ngột. Trước {deadline} để yên; sau đó lần chạy tới sẽ xác minh kết quả.',
  },
  systemHeld: {
    en: 'It waits: the portal refused too many in a row. One dossier is tried after {probe}; when it goes through, the rest follow by themselves.',
    vi: 'Đang chờ: Cổng từ chối quá nhiều hồ sơ liên tiếp. Sau {probe} sẽ thử một hồ sơ; khi được nhận, các hồ sơ còn lại tự gửi tiếp.',
  },
  askFirst: {
    en: 'A create left and no answer came: the next run {when} asks the portal whether the dossier is there, and sends what is missing.',
    vi: 'Lệnh tạo đã gửi mà không có phản hồi: lần chạy tới {when} hỏi Cổng hồ sơ đã có chưa rồi gửi phần còn thiếu.',
  },
  sendRecord: { en: 'The next run {when} sends the record, then {steps} steps.', vi: 'Lần chạy tới {when} gửi hồ sơ, sau đó {steps} bước.' },
  sendSteps: { en: 'The next run {when} sends {steps} steps.', vi: 'Lần chạy tới {when} gửi {steps} bước.' },
  readAgain: {
    en: 'The next run reads it again at its source and decides anew.',
    vi: 'Lần chạy tới đọc lại hồ sơ tại nguồn và quyết định lại.',
  },
  skipped: {
    en: 'Out of scope ({reason}): nothing is sent unless it changes, or the scope does.',
    vi: 'Ngoài phạm vi ({reason}): không gửi gì trừ khi hồ sơ hoặc phạm vi thay đổi.',
  },
  open: {
    en: 'The portal has everything. It is open, so every run reads it again and sends what changed.',
    vi: 'Cổng đã có đầy đủ. Hồ sơ còn mở nên mỗi lần chạy đều đọc lại và gửi phần thay đổi.',
  },
  closed: {
    en: 'The portal has everything and the dossier is closed: nothing is sent unless its source changes it.',
    vi: 'Cổng đã có đầy đủ và hồ sơ đã đóng: không gửi gì trừ khi nguồn thay đổi hồ sơ.',
  },
  soon: { en: '(due now)', vi: '(đã đến hạn)' },
  later: { en: 'after {at}', vi: 'sau {at}' },
} satisfies Record<string, Text>

/**
 * @param now milliseconds.
 * @param hold the tenant's, while the portal refuses everything.
 */
export function outlookOf(trace: DossierTrace, now: number, hold?: Pick<Hold, 'nextProbeAt'>): Text {
  const { operations, state, nextAt } = trace
  const code = trace.localCode ?? trace.sourceId
  const sending = operations.filter((operation) => operation.state === 'sending')
  if (sending.length > 0) return fillText(says.onItsWay, { deadline: at(Math.max(...sending.map(({ deadline }) => deadline ?? 0))) })
  if (operations.some((operation) => operation.state === 'held')) return fillText(says.held, { code })
  if (state === 'failed') return trace.readAgain && operations.length === 0 ? says.readAgain : fillText(says.failed, { code })
  if (operations.length > 0 && nextAt !== null) {
    if (hold) return fillText(says.systemHeld, { probe: at(hold.nextProbeAt) })
    const when = nextAt <= now ? says.soon : fillText(says.later, { at: at(nextAt) })
    const steps = operations.filter(({ kind }) => kind === 'step').length
    if (trace.presence === 'maybe') return fillText(says.askFirst, { when })
    return fillText(steps < operations.length ? says.sendRecord : says.sendSteps, { when, steps })
  }
  if (trace.readAgain) return says.readAgain
  if (state === 'skipped') return fillText(says.skipped, { reason: trace.reason ?? '?' })
  if (state === 'pending') return says.readAgain
  return trace.open ? says.open : says.closed
}

function at(milliseconds: number): string {
  return isoInstant(milliseconds as Instant)
}
