import { existsSync } from 'node:fs'
import { defineCommand } from 'citty'
import { asLienthongError, isLienthongError, type LienthongError, minutes, systemClock, type Text } from '../../base/index.js'
import { type LoadedConfig, ledgerFile, openConfiguredLedger } from '../../config/index.js'
import { instant, isoInstant } from '../../domain/index.js'
import { countPending, isPostgresUrl, type Ledger, openLedger } from '../../ledger/index.js'
import { type PassOptions, type PassReport, type Preview, previewPass, runPass, watch } from '../../sync/index.js'
import { command, usage, wholeNumber } from '../command.js'
import { observe, observingArgs } from '../observing.js'
import { openProgress, type Progress } from '../progress.js'
import { type ExitCode, errorDocument, exitCodeOf, exitCodes, type Session, worst } from '../session.js'
import { openConfig, tenantSync, tenantsOf, withLedger } from './open.js'
import { passDocument, passLines } from './pass-report.js'

const says = {
  reading: { en: 'reading', vi: 'đang đọc' },
  sending: { en: 'sending', vi: 'đang gửi' },
  waiting: { en: 'waiting {waiting}', vi: 'đang chờ {waiting}' },
  create: { en: 'create', vi: 'tạo mới' },
  update: { en: 'update', vi: 'cập nhật' },
  steps: { en: 'steps', vi: 'bước xử lý' },
  nothing: { en: 'not sent', vi: 'không gửi' },
  kept: {
    en: 'closed; only a table or the library changed: sent with --resend-closed',
    vi: 'đã đóng; chỉ bảng hoặc thư viện thay đổi: gửi khi có --resend-closed',
  },
  planned: {
    en: '{tenant}: {seen} read, {create} to create, {update} to update, {steps} steps to report, {failed} cannot be sent. Nothing was sent.',
    vi: '{tenant}: đã đọc {seen}, tạo mới {create}, cập nhật {update}, {steps} bước cần báo, {failed} chưa gửi được. Chưa gửi gì đi.',
  },
  alreadyWaiting: {
    en: '  Besides, {waiting} dossiers read earlier wait in the ledger and go with the next run.',
    vi: '  Ngoài ra, {waiting} hồ sơ đã đọc trước đó đang chờ trong sổ và sẽ gửi ở lần chạy sau.',
  },
  fields: { en: '    fields: {fields}', vi: '    các trường: {fields}' },
  more: { en: '… and {more} more; --json lists all', vi: '… và {more} hồ sơ nữa; --json liệt kê tất cả' },
  watching: {
    en: 'A pass every {seconds} s. Ctrl-C ends after the current one.',
    vi: 'Mỗi {seconds} giây một lượt. Ctrl-C để dừng sau lượt hiện tại.',
  },
} satisfies Record<string, Text>

const passArgs = {
  only: { type: 'string', description: 'one dossier, by its local code', valueHint: 'CODE' },
  limit: { type: 'string', description: 'read at most so many records of each source', valueHint: 'N' },
} as const

const plan = command({
  name: 'plan',
  description: 'Dry run: what a pass would send, field by field. Sends nothing, writes nothing',
  args: { ...passArgs, show: { type: 'boolean', description: 'print the records as they would be sent (personal data!)' } },
  async run(session, args) {
    const loaded = await openConfig(session)
    const limit = wholeNumber(args.limit, 'limit')
    const tenants: Record<string, unknown>[] = []
    let failed = 0
    for (const tenant of tenantsOf(session, loaded)) {
      const ledger = await ledgerToRead(loaded)
      try {
        const summary = { create: 0, update: 0, steps: 0, failed: 0, kept: 0 }
        const changes: Record<string, unknown>[] = []
        let shown = 0
        const report = await previewPass(
          await tenantSync(session, loaded, tenant, ledger),
          (source, preview) => {
            if (preview.action === 'kept') summary.kept += 1
            else summary.steps += preview.steps.length
            if (preview.action === 'create' || preview.action === 'update') summary[preview.action] += 1
            if (preview.findings.some(({ severity }) => severity === 'error')) summary.failed += 1
            if (session.json) changes.push(previewDocument(session, source, preview, args.show === true))
            else if (shown < LISTED) for (const line of previewLines(session, preview, args.show === true)) session.line(line)
            shown += 1
          },
          passOptions(session, args.only, limit),
        )
        if (shown > LISTED && !session.json) session.line(session.say(says.more, { more: shown - LISTED }))
        const waiting = await countPending(ledger, tenant)
        session.line(session.say(says.planned, { tenant, seen: report.seen, ...summary }))
        if (waiting > 0) session.line(session.say(says.alreadyWaiting, { waiting: session.count(waiting) }))
        tenants.push({ tenant, seen: report.seen, unchanged: report.unchanged, ...summary, waiting, changes })
        failed += summary.failed
      } finally {
        await ledger.close()
      }
    }
    session.result({ sent: 0, tenants })
    if (session.signal.aborted) return exitCodes.interrupted
    return failed > 0 ? exitCodes.someFailed : exitCodes.done
  },
})

/** Lines for people; a script asks for JSON. */
const LISTED = 200

const run = command({
  name: 'run',
  description: 'One pass: read every source, send what changed, settle what is unknown',
  args: {
    ...passArgs,
    maxChanges: { type: 'string', description: 'allow a pass that sends so many dossiers', valueHint: 'N' },
    retryLogin: { type: 'boolean', description: 'show a refused password once more, after the operator repaired the account' },
    resendClosed: { type: 'boolean', description: 'also send closed dossiers that only a changed table or mapper would change' },
  },
  async run(session, args) {
    const loaded = await openConfig(session)
    const limit = wholeNumber(args.limit, 'limit')
    const maxChanges = wholeNumber(args.maxChanges, 'max-changes')
    const progress = openProgress(session, systemClock)
    const observing = await observe(session, loaded)
    const passes: Record<string, unknown>[] = []
    const codes: ExitCode[] = []
    await withLedger(loaded, 'write', 'sync run', async (ledger) => {
      for (const tenant of tenantsOf(session, loaded)) {
        // One province that fails does not keep the others waiting (I8).
        try {
          const options = passOptions(session, args.only, limit, progress)
          const report = await runPass(await tenantSync(session, loaded, tenant, ledger, observing), {
            ...options,
            ...(maxChanges === undefined ? {} : { maxChanges }),
            ...(args.resendClosed ? { resendClosed: true } : {}),
            ...(args.retryLogin ? { retryLogin: true } : {}),
          })
          progress.end()
          for (const line of passLines(session, report)) session.line(line)
          passes.push(passDocument(session, report))
          codes.push(exitCodeOfPass(report))
        } catch (error) {
          progress.end()
          const failure = asLienthongError(error)
          passes.push({ tenant, error: errorDocument(failure, session.spoken()) })
          codes.push(exitCodeOf(failure))
          session.trouble(failure, tenant)
        }
        if (session.signal.aborted) break
      }
    })
    session.result({ passes })
    return session.signal.aborted ? exitCodes.interrupted : worst(codes)
  },
})

const watchCommand = command({
  name: 'watch',
  description: 'Keeps going: a pass, a rest, a pass; ends with Ctrl-C',
  args: { every: { type: 'string', description: 'seconds between passes', default: '300', valueHint: 'SECONDS' }, ...observingArgs },
  async run(session, args) {
    const loaded = await openConfig(session)
    const seconds = wholeNumber(args.every, 'every') ?? 300
    const { listen, logLevel } = args
    const tenants = tenantsOf(session, loaded)
    const observing = await observe(session, loaded, { listen, logLevel, tenants, staleAfterMs: minutes(15) + 2 * 1000 * seconds })
    session.note(session.say(says.watching, { seconds }))
    const codes: ExitCode[] = []
    const told = (outcome: PassReport | LienthongError, tenant?: string) => {
      const tell = session.json ? session.note : session.line
      if (isLienthongError(outcome)) session.trouble(outcome, tenant)
      else for (const line of passLines(session, outcome)) tell(`${isoInstant(instant(systemClock.now()))} ${line}`)
      codes.push(isLienthongError(outcome) ? exitCodeOf(outcome) : exitCodeOfPass(outcome))
    }
    const pass = async (tenant: string, ledger: Ledger) => {
      try {
        told(await runPass(await tenantSync(session, loaded, tenant, ledger, observing), { signal: session.signal }), tenant)
      } catch (error) {
        told(asLienthongError(error), tenant)
      }
    }
    // The first round finds out whether it can start at all; later ones wait for whoever holds the ledger meanwhile.
    let started = false
    const round = async () => {
      try {
        await withLedger(loaded, 'write', 'sync watch', async (ledger) => {
          started = true
          await Promise.all(tenants.map((tenant) => pass(tenant, ledger)))
        })
      } catch (error) {
        if (!started) throw error
        told(asLienthongError(error))
      }
    }
    try {
      await watch(round, { everyMs: seconds * 1000, clock: systemClock, signal: session.signal })
    } finally {
      await observing.close()
    }
    session.result({ passes: codes.length })
    return exitCodes.interrupted
  },
})

export const sync = defineCommand({
  meta: { name: 'sync', description: 'Keep the national portal in step: plan (dry run), run (one pass), watch (keep going)' },
  subCommands: { plan, run, watch: watchCommand },
})

function passOptions(session: Session, only: string | undefined, limit: number | undefined, progress?: Progress): PassOptions {
  if (only === '') throw usage({ en: '--only takes a dossier’s local code', vi: '--only nhận mã hồ sơ của hệ thống nguồn' })
  return {
    signal: session.signal,
    ...(only === undefined ? {} : { only }),
    ...(limit === undefined ? {} : { limit }),
    ...(progress
      ? {
          onProgress: (now) =>
            now.phase === 'reading'
              ? progress.show(session.say(says.reading), now.seen, undefined)
              : progress.show(
                  session.say(says.sending),
                  now.confirmed + now.failed,
                  now.confirmed + now.failed + now.waiting,
                  now.failed > 0 ? `✗ ${session.count(now.failed)}` : '',
                ),
        }
      : {}),
  }
}

/** Done, but failures of this or earlier passes still wait for somebody: the dossiers are not at the portal. */
export function exitCodeOfPass(report: PassReport): ExitCode {
  if (report.outcome === 'interrupted') return exitCodes.interrupted
  const error: LienthongError | undefined = isLienthongError(report.stopped)
    ? report.stopped
    : report.runs.find((one) => one.error !== undefined)?.error
  if (error) return exitCodeOf(error)
  const isUnclear = report.runs.some(({ gone }) => gone.warning !== undefined)
  return report.failing > 0 || isUnclear ? exitCodes.someFailed : exitCodes.done
}

/** A dry run needs no ledger in a file yet: then everything is news. A server has one, or says why not. */
async function ledgerToRead(loaded: LoadedConfig): Promise<Ledger> {
  const file = ledgerFile(loaded)
  if (isPostgresUrl(loaded.config.ledger.url) || (file !== undefined && existsSync(file))) return openConfiguredLedger(loaded, 'read', 'sync plan')
  return openLedger({ url: 'sqlite::memory:', key: new Uint8Array(32), access: 'write' })
}

function previewDocument(session: Session, source: string, preview: Preview, show: boolean): Record<string, unknown> {
  const language = session.spoken()
  return {
    source,
    localCode: preview.localCode,
    code: preview.code,
    action: preview.action,
    steps: preview.steps.map(({ at, status, derived }) => ({ at: isoInstant(at), status, derived })),
    findings: preview.findings.map(({ ruleId, severity, path, message, hint }) => ({
      ruleId,
      severity,
      path,
      message: message[language],
      hint: hint[language],
    })),
    fields: filledFields(preview.record),
    ...(show ? { record: preview.record } : {}),
  }
}

function* previewLines(session: Session, preview: Preview, show: boolean): Generator<string> {
  const errors = preview.findings.filter(({ severity }) => severity === 'error')
  const action = errors.length > 0 ? says.nothing : says[preview.action]
  const steps = preview.steps.map(({ status, derived }) => `${status}${derived ? '*' : ''}`).join(' ')
  yield `${preview.localCode ?? preview.sourceId}  ${session.say(action)}${steps === '' ? '' : `  → ${steps}`}`
  for (const { path, message } of errors) yield `    ✗ ${path}: ${message[session.spoken()]}`
  const fields = filledFields(preview.record)
  if (!show && fields.length > 0 && preview.action !== 'nothing') yield session.say(says.fields, { fields: fields.join(' ') })
  if (show) for (const field of fields) yield `    ${field}: ${shown((preview.record as Record<string, unknown>)[field])}`
}

/** The names of the fields that say something; the national record has many that stay empty. */
function filledFields(record: unknown): readonly string[] {
  return Object.entries((record ?? {}) as Record<string, unknown>).flatMap(([field, value]) =>
    value === '' || (Array.isArray(value) && value.length === 0) ? [] : [field],
  )
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
