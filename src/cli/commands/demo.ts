/** The whole story offline: a province, its one-stop system, the national portal, and a month of work between them. DESIGN "Command line". */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LienthongError, systemClock, type Text } from '../../base/index.js'
import { matchCatalogues, pullCatalogue } from '../../catalogue/index.js'
import { assembleCatalogues, type LoadedConfig, loadConfig } from '../../config/index.js'
import { declaredDoubled, knowinglyUnsent, type Ledger, retryFailures, versionTotals } from '../../ledger/index.js'
import { type PassReport, runPass } from '../../sync/index.js'
import { command, wholeNumber } from '../command.js'
import { demoFaults } from '../demo/faults.js'
import { type PaymentsTold, tellPayments } from '../demo/payments.js'
import { DEMO_TENANT, writeDemoProvince } from '../demo/province-files.js'
import { type RunningSandbox, startSandboxProcess } from '../demo/sandbox-process.js'
import { openProgress } from '../progress.js'
import { exitCodes, type Session } from '../session.js'
import { tenantSync, withLedger } from './open.js'
import { passLines } from './pass-report.js'

const says = {
  begin: {
    en: 'A made-up province with {dossiers} dossiers (seed {seed}); its one-stop system and the national portal are simulated in a process of their own.',
    vi: 'Một tỉnh giả định với {dossiers} hồ sơ (seed {seed}); hệ thống một cửa và Cổng DVCQG được mô phỏng trong một tiến trình riêng.',
  },
  catalogue: {
    en: 'Catalogue: {local} procedures of the province against {national} of the nation: {exact} matched by code and name, {auto} by name, {open} wait for a person, {none} have no national twin; {wrong} of the matches are wrong.',
    vi: 'Danh mục: {local} thủ tục của tỉnh đối chiếu với {national} thủ tục quốc gia: {exact} khớp mã và tên, {auto} khớp theo tên, {open} cần cán bộ quyết định, {none} không có ở quốc gia; {wrong} khớp sai.',
  },
  pass: { en: 'Day {day}', vi: 'Ngày {day}' },
  quiet: {
    en: 'Once more, with nothing changed: {writes} writing calls to the portal.',
    vi: 'Chạy lại khi không có gì thay đổi: {writes} lời gọi ghi tới Cổng.',
  },
  payments: {
    en: '{mark} Payments: {bills} bills, {attempts} attempts; {paid} đ paid and {disputed} đ to give back are the {platform} đ that the platform holds; {receipts} receipts; the journal {journal}. {told} of {dossiers} paid dossiers say so at the portal.',
    vi: '{mark} Thanh toán: {bills} khoản thu, {attempts} giao dịch; {paid} đ đã nộp và {disputed} đ phải hoàn khớp với {platform} đ nền tảng đang giữ; {receipts} biên lai; nhật ký {journal}. {told}/{dossiers} hồ sơ đã nộp tiền được báo lên Cổng.',
  },
  holds: { en: 'holds', vi: 'nguyên vẹn' },
  broken: { en: 'is broken', vi: 'bị sai' },
  faults: { en: 'Faults injected: {total} ({kinds})', vi: 'Lỗi đã gây ra: {total} ({kinds})' },
  verdict: {
    en: '{mark} The portal holds {dossiers} dossiers: {lost} lost, {duplicated} doubled, {outOfOrder} out of order. {excused} stay at home knowingly ({planted} were planted: copies, tests, dirty records).',
    vi: '{mark} Cổng có {dossiers} hồ sơ: {lost} mất, {duplicated} lặp, {outOfOrder} sai thứ tự. {excused} hồ sơ chủ ý không gửi ({planted} đã cài sẵn: bản sao, hồ sơ thử, dữ liệu bẩn).',
  },
  kept: {
    en: 'Kept in {folder}. Serve the same world again:\n  lienthong sandbox --state {state} --port {port}\nand look around: lienthong status --config {config}',
    vi: 'Đã giữ tại {folder}. Chạy lại thế giới này:\n  lienthong sandbox --state {state} --port {port}\nvà xem: lienthong status --config {config}',
  },
  reading: { en: 'reading', vi: 'đang đọc' },
  sending: { en: 'sending', vi: 'đang gửi' },
} satisfies Record<string, Text>

/** Story days between two passes; the last pass finds nothing new. */
const DAYS_BETWEEN = [0, 3, 7, 14] as const
/** Of the nation, and of the province besides the forty of its dossiers: enough to see, and read in a second. */
const NATIONAL_PROCEDURES = 800
const LOCAL_PROCEDURES = 120
/** With faults a pass may leave something for later; this many more settle it. */
const SETTLING_PASSES = 20
const KEPT_PORT = 4600

export const demo = command({
  name: 'demo',
  description: 'The whole story offline: a made-up province, faults if you like, and the proof that nothing was lost',
  args: {
    dossiers: { type: 'string', description: 'how many', default: '500', valueHint: 'N' },
    faults: { type: 'boolean', description: 'let the portal fail in every way it can' },
    seed: { type: 'string', description: 'the same seed tells the same story', default: '1', valueHint: 'S' },
    keep: { type: 'string', description: 'leave configuration, key, ledger and the sandbox’s books there', valueHint: 'DIR' },
  },
  async run(session, args) {
    const dossiers = wholeNumber(args.dossiers, 'dossiers') ?? 500
    const startedAt = systemClock.now()
    const kept = args.keep === undefined ? undefined : resolve(session.workingFolder, args.keep)
    const folder = kept ?? mkdtempSync(join(tmpdir(), 'lienthong-demo-'))
    mkdirSync(folder, { recursive: true })
    session.line(session.say(says.begin, { dossiers: session.count(dossiers), seed: args.seed }))
    const sandbox = await startSandboxProcess({
      folder: join(folder, 'sandbox'),
      seed: args.seed,
      port: kept === undefined ? 0 : KEPT_PORT,
      procedures: NATIONAL_PROCEDURES,
    })
    try {
      const story = { dossiers, seed: args.seed, faults: args.faults === true }
      const told = await tell(session, sandbox, folder, story)
      if (session.signal.aborted) throw new LienthongError('sync.interrupted')
      report(session, told)
      if (kept !== undefined) {
        session.line(
          session.say(says.kept, {
            folder,
            state: join(folder, 'sandbox'),
            port: new URL(sandbox.origin).port,
            config: join(folder, 'lienthong.config.json'),
          }),
        )
      }
      session.result({ ...told, seed: args.seed, elapsedMs: systemClock.now() - startedAt })
      return isProven(told) ? exitCodes.done : exitCodes.someFailed
    } catch (error) {
      // Ctrl-C reaches the sandbox, too: whatever failed after it failed because of it.
      throw session.signal.aborted ? new LienthongError('sync.interrupted', { cause: error }) : error
    } finally {
      await sandbox.stop()
      if (kept === undefined) rmSync(folder, { recursive: true, force: true })
    }
  },
})

interface Story {
  readonly dossiers: number
  readonly seed: string
  readonly faults: boolean
}

interface Verdict {
  readonly dossiers: number
  readonly expected: number
  readonly lost: number
  readonly duplicated: number
  readonly outOfOrder: number
  readonly unexpected: number
  readonly doubledSteps: number
  readonly repeatedSteps: number
  readonly examples: Readonly<Record<string, readonly string[]>>
}

interface Planted {
  readonly dirty: number
  readonly excluded: number
}

async function tell(session: Session, sandbox: RunningSandbox, folder: string, story: Story) {
  const setup = await sandbox.post('/province', { seed: story.seed, dossiers: story.dossiers, catalogue: LOCAL_PROCEDURES })
  const loaded = await loadConfig(writeDemoProvince(folder, setup, sandbox.systems, { faults: story.faults, catalogue: true }), folder)

  return withLedger(loaded, 'write', 'demo', async (ledger) => {
    const procedures = await matchProcedures(session, sandbox, loaded, ledger)
    if (story.faults) await sandbox.post('/faults', demoFaults(story.seed))
    const steps = { sent: 0, maybeDoubled: 0 }
    let day = 0
    for (const days of DAYS_BETWEEN) {
      if (session.signal.aborted) break
      if (days > 0) await sandbox.post('/province/advance', { days })
      day += days
      session.line(session.say(says.pass, { day }))
      const passes = [await pass(session, loaded, ledger)]
      while (passes.at(-1)?.waiting !== 0 && passes.length <= SETTLING_PASSES && !session.signal.aborted) {
        passes.push(await pass(session, loaded, ledger))
      }
      // What the portal refused for no reason of the dossier's is sent again, as the officer on duty would have it.
      if (story.faults && (await retryFailures(ledger, DEMO_TENANT, { stage: 'send' })) > 0) passes.push(await pass(session, loaded, ledger))
      for (const { tally } of passes) {
        steps.sent += tally.stepsSent
        steps.maybeDoubled += tally.stepsMaybeDoubled
      }
    }
    const before = await writesOf(sandbox)
    if (!session.signal.aborted) await pass(session, loaded, ledger)
    const quietPassWrites = (await writesOf(sandbox)) - before
    session.line(session.say(says.quiet, { writes: quietPassWrites }))

    const excused = await knowinglyUnsent(ledger, DEMO_TENANT)
    const doubled: { maHoSo: string; at: number; trangThai: string }[] = []
    for await (const { code, at, status } of declaredDoubled(ledger, DEMO_TENANT)) doubled.push({ maHoSo: code, at, trangThai: String(status) })
    const verdict = (await sandbox.post('/verdict', { excused, declaredDoubled: doubled })) as unknown as Verdict
    const planted = (await sandbox.get('/province/setup')).planted as Planted
    // After the verdict: what citizens pay is nothing that the province's own system knows.
    const payments = session.signal.aborted ? null : await paymentsOf(session, sandbox, loaded, ledger)
    const injected = (await sandbox.get('/faults/injected')) as { total: number; byKind: Record<string, number> }
    return {
      dossiers: await versionTotals(ledger, DEMO_TENANT),
      steps,
      procedures,
      payments,
      portal: verdict,
      faultsInjected: injected,
      planted,
      quietPassWrites,
    }
  })
}

/** Everything that should be at the portal is there, once and in order, and nothing but the planted records stayed at home. */
function isProven({ portal, dossiers, planted, procedures, payments }: Awaited<ReturnType<typeof tell>>): boolean {
  const wrong = portal.lost + portal.duplicated + portal.outOfOrder + portal.unexpected + dossiers.pending + procedures.wrong
  return wrong === 0 && (payments === null || isBalanced(payments)) && dossiers.failed + dossiers.skipped <= planted.dirty + planted.excluded
}

type ToldPayments = PaymentsTold & { readonly told: number }

/** Citizens pay; one more pass tells the portal which dossiers were paid for. */
async function paymentsOf(session: Session, sandbox: RunningSandbox, loaded: LoadedConfig, ledger: Ledger): Promise<ToldPayments | null> {
  const payments = await tellPayments(sandbox, loaded, { ledger, tenant: DEMO_TENANT, signal: session.signal })
  if (payments === null) return null
  for (let passes = 0; passes <= SETTLING_PASSES && !session.signal.aborted; passes++) if ((await pass(session, loaded, ledger)).waiting === 0) break
  const paid = new Set(payments.dossiersPaid)
  const rows = (await sandbox.rows('/national-portal/dossiers')) as unknown as readonly {
    maHoSo: string
    record: { DuocThanhToanTrucTuyen?: string }
  }[]
  const told = rows.filter(({ maHoSo, record }) => paid.has(maHoSo) && record.DuocThanhToanTrucTuyen === '1').length
  return { ...payments, told }
}

function isBalanced({ paid, disputed, platform, unreported, journal, told, dossiersPaid }: ToldPayments): boolean {
  return paid + disputed === platform && unreported === 0 && journal === 'holds' && told === dossiersPaid.length
}

/** Reads both catalogues and finds the national codes; the sandbox knows which are right. */
async function matchProcedures(session: Session, sandbox: RunningSandbox, loaded: LoadedConfig, ledger: Ledger) {
  const { local, national } = assembleCatalogues(loaded, DEMO_TENANT)
  const { signal } = session
  let unread = 0
  for (const [catalogue, one] of [
    ['local', local],
    ['national', national],
  ] as const) {
    if (one === undefined) continue
    const report = await pullCatalogue({ ledger, tenant: DEMO_TENANT, catalogue, source: one.source, signal })
    if (report.error !== null) throw report.error
    unread += report.details.failed
  }
  const { rows, counts, national: active } = await matchCatalogues({ ledger, tenant: DEMO_TENANT, signal })
  const truth = new Map((await sandbox.rows('/province/catalogue')).map(({ localCode, trueNationalCode }) => [localCode, trueNationalCode]))
  const wrong = rows.filter(({ localCode, nationalCode }) => nationalCode !== null && nationalCode !== truth.get(localCode)).length
  const procedures = { local: rows.length, national: active, ...counts, wrong, unread }
  session.line(session.say(says.catalogue, { ...procedures, open: counts.suggest + counts.conflict }))
  return procedures
}

async function pass(session: Session, loaded: LoadedConfig, ledger: Ledger): Promise<PassReport> {
  const progress = openProgress(session, systemClock)
  const outcome = await runPass(await tenantSync(session, loaded, DEMO_TENANT, ledger), {
    signal: session.signal,
    onProgress: (now) =>
      now.phase === 'reading'
        ? progress.show(session.say(says.reading), now.seen, undefined)
        : progress.show(session.say(says.sending), now.confirmed + now.failed, now.confirmed + now.failed + now.waiting),
  })
  progress.end()
  for (const line of passLines(session, outcome)) session.line(`  ${line}`)
  const [failed] = outcome.runs.flatMap((run) => (run.error ? [run.error] : []))
  if (failed && !failed.retryable) throw failed
  if (outcome.stopped instanceof LienthongError && !outcome.stopped.retryable) throw outcome.stopped
  return outcome
}

async function writesOf(sandbox: RunningSandbox): Promise<number> {
  const requests = await sandbox.get('/national-portal/requests')
  if (typeof requests.writes !== 'number') throw new LienthongError('internal.bug', { values: { problem: 'the sandbox does not count writes' } })
  return requests.writes
}

function report(session: Session, told: Awaited<ReturnType<typeof tell>>): void {
  const { portal, planted, faultsInjected, dossiers, payments } = told
  if (faultsInjected.total > 0) {
    const kinds = Object.entries(faultsInjected.byKind)
      .map(([kind, times]) => `${kind} ${times}`)
      .join(', ')
    session.line(session.say(says.faults, { total: faultsInjected.total, kinds }))
  }
  const { lost, duplicated, outOfOrder } = portal
  if (payments !== null)
    session.line(
      session.say(says.payments, {
        ...{ mark: isBalanced(payments) ? '✓' : '✗', bills: payments.bills, attempts: payments.attempts, receipts: payments.receipts },
        ...{ paid: session.count(payments.paid), disputed: session.count(payments.disputed), platform: session.count(payments.platform) },
        ...{ journal: session.say(says[payments.journal]), told: payments.told, dossiers: payments.dossiersPaid.length },
      }),
    )
  session.line(
    session.say(says.verdict, {
      mark: isProven(told) ? '✓' : '✗',
      dossiers: session.count(portal.dossiers),
      lost,
      duplicated,
      outOfOrder,
      excused: dossiers.failed + dossiers.skipped,
      planted: planted.dirty + planted.excluded,
    }),
  )
  for (const [kind, examples] of Object.entries(portal.examples)) for (const example of examples) session.line(`  ${kind}: ${example}`)
}
