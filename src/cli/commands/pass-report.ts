/** A pass in words and in JSON. */
import { isLienthongError, type Text } from '../../base/index.js'
import type { PassReport } from '../../sync/index.js'
import { errorDocument, type Session } from '../session.js'

const says = {
  done: { en: '✓ {tenant}: done', vi: '✓ {tenant}: xong' },
  incomplete: { en: '! {tenant}: incomplete', vi: '! {tenant}: chưa trọn vẹn' },
  interrupted: { en: '■ {tenant}: interrupted; everything done is saved', vi: '■ {tenant}: bị ngắt; mọi việc đã làm được lưu' },
  run: {
    en: '  {source}: {seen} read = {unchanged} unchanged + {created} created + {updated} updated + {skipped} skipped + {failed} failed + {pending} waiting + {superseded} superseded',
    vi: '  {source}: đã đọc {seen} = {unchanged} không đổi + {created} tạo mới + {updated} cập nhật + {skipped} bỏ qua + {failed} lỗi + {pending} đang chờ + {superseded} thay bởi bản mới',
  },
  calls: {
    en: '  calls: {create} create, {update} update, {steps} progress ({stepsSent} steps), {lookup} lookup',
    vi: '  lời gọi: {create} tạo, {update} cập nhật, {steps} tiến độ ({stepsSent} bước), {lookup} tra cứu',
  },
  doubled: {
    en: '  {steps} steps were sent again because no answer had come: they may stand twice at the portal',
    vi: '  {steps} bước đã gửi lại vì không nhận được phản hồi: có thể bị lặp trên Cổng',
  },
  failing: { en: '  {failing} dossiers need somebody: lienthong failures list', vi: '  {failing} hồ sơ cần xử lý: lienthong failures list' },
  waiting: { en: '  {waiting} dossiers wait and are sent by a later run', vi: '  {waiting} hồ sơ đang chờ, sẽ gửi ở lần chạy sau' },
  gone: {
    en: '    {listed} dossiers are not at the source any more, {back} are there again: lienthong sources gone',
    vi: '    {listed} hồ sơ không còn ở nguồn, {back} hồ sơ có trở lại: lienthong sources gone',
  },
  marks: {
    en: '  {source} was told of {written} dossiers at the portal; {later} are told later',
    vi: '  đã báo cho {source} {written} hồ sơ trên Cổng; {later} sẽ báo sau',
  },
  stopped: { en: '  stopped: {why}', vi: '  dừng: {why}' },
} satisfies Record<string, Text>

export function* passLines(session: Session, report: PassReport): Generator<string> {
  const { tenant, tally, failing, waiting, stopped } = report
  const language = session.spoken()
  yield session.say(says[report.outcome], { tenant })
  for (const { source, seen, unchanged, created, updated, skipped, failed, pending, superseded, error, gone, payments } of report.runs) {
    yield session.say(says.run, {
      source,
      seen: session.count(seen),
      unchanged: session.count(unchanged),
      created,
      updated,
      skipped,
      failed,
      pending,
      superseded,
    })
    // That somebody interrupted is said in the first line.
    if (gone.listed + gone.back > 0) yield session.say(says.gone, { listed: session.count(gone.listed), back: session.count(gone.back) })
    if (payments) yield `    ! ${payments.text[language]}\n      → ${payments.hintText[language]}`
    if (gone.warning) yield `    ! ${gone.warning.text[language]}\n      → ${gone.warning.hintText[language]}`
    if (error && error.kind !== 'aborted') yield `    ✗ ${error.text[language]}\n      → ${error.hintText[language]}`
  }
  if (Object.values(tally.calls).some((calls) => calls > 0)) yield session.say(says.calls, { ...tally.calls, stepsSent: tally.stepsSent })
  if (tally.stepsMaybeDoubled > 0) yield session.say(says.doubled, { steps: tally.stepsMaybeDoubled })
  for (const { source, written, later, error } of report.marks) {
    if (written + later > 0) yield session.say(says.marks, { source, written: session.count(written), later: session.count(later) })
    if (error) yield `    ! ${error.text[language]}\n      → ${error.hintText[language]}`
  }
  if (isLienthongError(stopped)) yield `${session.say(says.stopped, { why: stopped.text[language] })}\n    → ${stopped.hintText[language]}`
  if (waiting > 0) yield session.say(says.waiting, { waiting: session.count(waiting) })
  if (failing > 0) yield session.say(says.failing, { failing: session.count(failing) })
}

export function passDocument(session: Session, report: PassReport): Record<string, unknown> {
  const language = session.spoken()
  const told = (error: unknown) => (isLienthongError(error) ? errorDocument(error, language) : error)
  return {
    tenant: report.tenant,
    outcome: report.outcome,
    runs: report.runs.map(({ error, gone: { warning, ...gone }, payments, ...run }) => ({
      ...run,
      ...(error ? { error: told(error) } : {}),
      gone: { ...gone, ...(warning ? { warning: told(warning) } : {}) },
      ...(payments ? { payments: told(payments) } : {}),
    })),
    marks: report.marks.map(({ error, ...marks }) => ({ ...marks, ...(error ? { error: told(error) } : {}) })),
    calls: report.tally.calls,
    steps: { sent: report.tally.stepsSent, maybeDoubled: report.tally.stepsMaybeDoubled },
    waiting: report.waiting,
    failing: report.failing,
    ...(report.stopped === undefined ? {} : { stopped: told(report.stopped) }),
  }
}
