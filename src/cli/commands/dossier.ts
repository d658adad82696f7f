import { defineCommand } from 'citty'
import { type Language, systemClock, type Text } from '../../base/index.js'
import type { LoadedConfig } from '../../config/index.js'
import { instant, isoInstant } from '../../domain/index.js'
import { type DossierTrace, type FailureEntry, type Ledger, nearCodes, type TracedSend, traceDossiers } from '../../ledger/index.js'
import { currentHold, outlookOf, type WaitingContent, waitingContents } from '../../sync/index.js'
import { command, usage } from '../command.js'
import { exitCodes, type Session } from '../session.js'
import { openConfig, tenantSync, tenantsOf, withLedger } from './open.js'

const says = {
  head: { en: '{code}  ({tenant} / {source}, id {sourceId})', vi: '{code}  ({tenant} / {source}, mã nguồn {sourceId})' },
  state: {
    en: '  state     {state}{reason}; version {version} read by run {run}; {confirmed} confirmed; {presence}',
    vi: '  trạng thái {state}{reason}; phiên bản {version} do lượt {run} đọc; {confirmed} đã xác nhận; {presence}',
  },
  code: { en: '  sent as   {code}  since {at}', vi: '  gửi dưới mã {code}  từ {at}' },
  waiting: {
    en: '  waits     {kind} #{id}: {state}, {attempts} attempts{doubled}{until}',
    vi: '  đang chờ  {kind} #{id}: {state}, đã thử {attempts} lần{doubled}{until}',
  },
  nextTry: { en: '  next try  {at}', vi: '  lần thử tới {at}' },
  until: { en: ', on its way until {at}', vi: ', đang trên đường tới {at}' },
  doubled: { en: ', may be there already', vi: ', có thể đã có trên Cổng' },
  failure: {
    en: '  failed    {cause} ({stage}, {times} × since {since}): {message}',
    vi: '  lỗi       {cause} ({stage}, {times} lần từ {since}): {message}',
  },
  gone: {
    en: '  gone      its source has not had it since {since} ({toldBy}); nothing follows from that by itself',
    vi: '  đã mất    nguồn không còn hồ sơ này từ {since} ({toldBy}); không tự động gửi gì',
  },
  conflict: {
    en: '  conflict  {code} is that of {holder} ({other}): {kind}',
    vi: '  xung đột  {code} là của {holder} ({other}): {kind}',
  },
  marked: { en: '  marked    its source was told at {at}', vi: '  đã báo    đã báo cho nguồn lúc {at}' },
  toMark: {
    en: '  to mark   its source is told after {at}, {attempts} attempts so far{problem}',
    vi: '  chờ báo   sẽ báo cho nguồn sau {at}, đã thử {attempts} lần{problem}',
  },
  neverSent: { en: '  sent      nothing yet', vi: '  đã gửi    chưa gửi gì' },
  send: {
    en: '  {at}  {operation}  {code}  attempt {attempt}, {items} items: {outcome}{answer}, {ms} ms  [{request} → {reply}]',
    vi: '  {at}  {operation}  {code}  lần {attempt}, {items} mục: {outcome}{answer}, {ms} ms  [{request} → {reply}]',
  },
  step: { en: '      step {status} of {at}{doubled}', vi: '      bước {status} lúc {at}{doubled}' },
  next: { en: '  next      {next}', vi: '  tiếp theo {next}' },
  nothingKept: {
    en: '  content   nothing waits; what was confirmed is not kept here',
    vi: '  nội dung  không có gì đang chờ; phần đã xác nhận không được lưu ở đây',
  },
  content: { en: '  content of {kind} #{id}:', vi: '  nội dung của {kind} #{id}:' },
  unmappable: { en: '    it cannot be mapped', vi: '    không ánh xạ được' },
} satisfies Record<string, Text>

const words: Readonly<Record<string, Text>> = {
  pending: { en: 'pending', vi: 'đang chờ' },
  confirmed: { en: 'confirmed', vi: 'đã xác nhận' },
  failed: { en: 'failed', vi: 'lỗi' },
  skipped: { en: 'skipped', vi: 'bỏ qua' },
  sending: { en: 'sending', vi: 'đang gửi' },
  held: { en: 'held for a person', vi: 'chờ người quyết định' },
  record: { en: 'record', vi: 'hồ sơ' },
  step: { en: 'step', vi: 'bước xử lý' },
  absent: { en: 'not at the portal', vi: 'chưa có trên Cổng' },
  maybe: { en: 'perhaps at the portal', vi: 'có thể đã có trên Cổng' },
  present: { en: 'at the portal', vi: 'đã có trên Cổng' },
}

const trace = command({
  name: 'trace',
  description: 'One dossier: where it stands, what waits, what was sent and answered, what happens next',
  args: {
    code: { type: 'positional', description: 'its local code, a code it was ever sent under, or the source’s id', required: true },
    show: { type: 'boolean', description: 'unseal and print what waits, as it would be sent (personal data!)' },
  },
  async run(session, args) {
    const loaded = await openConfig(session)
    return withLedger(loaded, 'read', 'dossier trace', async (ledger) => {
      const code = args.code.normalize('NFC').trim()
      const documents: Record<string, unknown>[] = []
      const near: string[] = []
      for (const tenant of tenantsOf(session, loaded)) {
        const found = await traceDossiers(ledger, tenant, code)
        if (found.length === 0) near.push(...(await nearCodes(ledger, tenant, code)))
        for (const one of found) {
          const contents = args.show ? await contentsOf(session, loaded, ledger, tenant, one) : undefined
          const next = outlookOf(one, systemClock.now(), await currentHold(ledger, tenant))
          for (const line of traceLines(session, { tenant, one, contents, next })) session.line(line)
          documents.push(traceDocument(session.spoken(), { tenant, one, contents, next }))
        }
      }
      if (documents.length === 0) throw unknownCode(code, near)
      session.result({ dossiers: documents })
      return exitCodes.done
    })
  },
})

export const dossier = defineCommand({
  meta: { name: 'dossier', description: 'One dossier: trace (where it stands, what was sent and answered, what happens next)' },
  subCommands: { trace },
})

function unknownCode(code: string, near: readonly string[]) {
  const [en, vi] = near.length === 0 ? ['', ''] : [`; did you mean ${near.join(', ')}?`, `; ý bạn là ${near.join(', ')}?`]
  return usage({ en: `the ledger knows no dossier “${code}”${en}`, vi: `sổ không có hồ sơ “${code}”${vi}` })
}

/** Mapping again needs the tenant's tables and procedures. */
async function contentsOf(session: Session, loaded: LoadedConfig, ledger: Ledger, tenant: string, { source, sourceId }: DossierTrace) {
  return waitingContents({ ...(await tenantSync(session, loaded, tenant, ledger)), ledger }, source, sourceId)
}

interface Told {
  readonly tenant: string
  readonly one: DossierTrace
  readonly contents: readonly WaitingContent[] | undefined
  readonly next: Text
}

function* traceLines(session: Session, { tenant, one, contents, next }: Told): Generator<string> {
  const word = (name: string) => session.say(words[name] ?? { en: name, vi: name })
  const { source, sourceId, version, run, failure, nextAt } = one
  yield session.say(says.head, { code: one.localCode ?? one.sentCode ?? sourceId, tenant, source, sourceId })
  yield session.say(says.state, {
    state: word(one.state),
    reason: one.reason === null ? '' : ` (${one.reason})`,
    version,
    run: run.startedAt === null ? run.id : `${run.id} (${time(run.startedAt)})`,
    confirmed: one.confirmedVersions,
    presence: word(one.presence),
  })
  for (const { code, firstSentAt } of one.codes) yield session.say(says.code, { code, at: time(firstSentAt) })
  for (const { kind, id, state, attempts, maybeDoubled, deadline } of one.operations) {
    yield session.say(says.waiting, {
      kind: word(kind),
      id,
      state: word(state),
      attempts,
      doubled: maybeDoubled ? says.doubled : '',
      until: deadline === null ? '' : session.say(says.until, { at: time(deadline) }),
    })
  }
  if (nextAt !== null) yield session.say(says.nextTry, { at: time(nextAt) })
  if (failure) yield* failureLines(session, failure)
  yield* sourceLines(session, one)
  if (one.journal.length === 0) yield session.say(says.neverSent)
  for (const sent of one.journal) yield* sendLines(session, sent)
  if (contents) yield* contentLines(session, contents, word)
  yield session.say(says.next, { next })
}

function* sourceLines(session: Session, { gone, conflict, mark, state, presence }: DossierTrace): Generator<string> {
  if (gone) yield session.say(says.gone, { since: time(gone.since), toldBy: gone.toldBy })
  if (conflict) {
    const { code, kind, holder } = conflict
    yield session.say(says.conflict, { code, kind, holder: holder.source, other: holder.localCode ?? holder.sourceId })
  }
  if (mark?.markedAt != null) yield session.say(says.marked, { at: time(mark.markedAt) })
  if (mark?.dueAt != null && state === 'confirmed' && presence === 'present') {
    const problem = mark.problem === null ? '' : `: ${mark.problem}`
    yield session.say(says.toMark, { at: time(mark.dueAt), attempts: mark.attempts, problem })
  }
}

function* failureLines(session: Session, failure: FailureEntry): Generator<string> {
  const language = session.spoken()
  const { cause, stage, times, firstAt, message, hint, findings } = failure
  yield session.say(says.failure, { cause, stage, times, since: time(firstAt), message })
  yield `    → ${hint[language]}`
  for (const { severity, path, message: found, ruleId } of findings) if (ruleId !== cause) yield `    ${severity}  ${path}: ${found[language]}`
}

function* sendLines(session: Session, sent: TracedSend): Generator<string> {
  const { at, operation, code, attempt, items, outcome, answerCode, ms, requestDigest, answerDigest, steps } = sent
  yield session.say(says.send, {
    at: time(at),
    operation,
    code,
    attempt,
    items,
    outcome,
    answer: answerCode === null ? '' : ` (${answerCode})`,
    ms,
    request: requestDigest.slice(0, SHORT),
    reply: answerDigest?.slice(0, SHORT) ?? '–',
  })
  for (const step of steps) yield session.say(says.step, { status: step.status, at: time(step.at), doubled: step.maybeDoubled ? says.doubled : '' })
}

/** Enough of a digest to tell two apart; --json has the whole. */
const SHORT = 8

function* contentLines(session: Session, contents: readonly WaitingContent[], word: (name: string) => string): Generator<string> {
  const language = session.spoken()
  if (contents.length === 0) yield session.say(says.nothingKept)
  for (const { kind, id, record, findings } of contents) {
    yield session.say(says.content, { kind: word(kind), id })
    if (record === null) yield session.say(says.unmappable)
    for (const [field, value] of Object.entries((record ?? {}) as Record<string, unknown>))
      if (value !== '' && !(Array.isArray(value) && value.length === 0))
        yield `    ${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
    for (const { severity, path, message } of findings) yield `    ${severity}  ${path}: ${message[language]}`
  }
}

function traceDocument(language: Language, { tenant, one, contents, next }: Told): Record<string, unknown> {
  const { failure, operations, journal, codes, run, gone, conflict, mark } = one
  const said = (finding: { readonly message: Text; readonly hint: Text }) => ({
    ...finding,
    message: finding.message[language],
    hint: finding.hint[language],
  })
  return {
    tenant,
    ...one,
    codes: codes.map(({ code, firstSentAt }) => ({ code, firstSentAt: time(firstSentAt) })),
    run: { ...run, startedAt: timeOrNull(run.startedAt) },
    receivedAt: timeOrNull(one.receivedAt),
    closedAt: timeOrNull(one.closedAt),
    nextAt: timeOrNull(one.nextAt),
    updatedAt: time(one.updatedAt),
    operations: operations.map((operation) => ({
      ...operation,
      deadline: timeOrNull(operation.deadline),
      plannedAt: time(operation.plannedAt),
    })),
    failure: failure
      ? { ...said(failure), firstAt: time(failure.firstAt), lastAt: time(failure.lastAt), findings: failure.findings.map(said) }
      : null,
    journal: journal.map((sent) => ({ ...sent, at: time(sent.at), steps: sent.steps.map((step) => ({ ...step, at: time(step.at) })) })),
    gone: gone ? { ...gone, since: time(gone.since) } : null,
    conflict: conflict ? { ...conflict, since: time(conflict.since) } : null,
    mark: mark ? { ...mark, markedAt: timeOrNull(mark.markedAt), dueAt: timeOrNull(mark.dueAt) } : null,
    next: next[language],
    ...(contents ? { contents: contents.map((content) => ({ ...content, findings: content.findings.map(said) })) } : {}),
  }
}

function time(milliseconds: number): string {
  return isoInstant(instant(milliseconds))
}

function timeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : time(milliseconds)
}
