/** `lienthong worker`: one of many processes that share a ledger on PostgreSQL. docs/scaling.md */
import { hostname } from 'node:os'
import { asLienthongError, type LienthongError, minutes, systemClock } from '../../base/index.js'
import { type LoadedConfig, openConfiguredLedger, readSecret } from '../../config/index.js'
import type { Ledger } from '../../ledger/index.js'
import { ledgerSessions, pgBossEngine, runWorker, type SliceEnd, type WorkerTenant } from '../../sync/index.js'
import { gatesOfMany } from '../../transport/index.js'
import { command, usage, wholeNumber } from '../command.js'
import { type Observing, observe, observingArgs } from '../observing.js'
import { exitCodes, type Session } from '../session.js'
import { openConfig, tenantSync, tenantsOf } from './open.js'

const says = {
  working: {
    en: 'Working; tenants: {tenants}, slices at a time: {slices}. Ctrl-C ends it; what is under way is finished first.',
    vi: 'Đang xử lý; số đơn vị: {tenants}, số lát cùng lúc: {slices}. Ctrl-C để dừng; phần đang gửi sẽ hoàn tất trước.',
  },
  slice: { en: '{tenant} {slice}: {what} ({ms} ms)', vi: '{tenant} {slice}: {what} ({ms} ms)' },
  read: { en: '{seen} read, {planned} changed, {released} may go', vi: 'đọc {seen}, thay đổi {planned}, được gửi {released}' },
  sent: { en: '{confirmed} confirmed, {failed} failed', vi: '{confirmed} đã xác nhận, {failed} lỗi' },
  away: {
    en: '! Nothing is read or sent until the ledger answers again; this worker keeps asking.',
    vi: '! Tạm ngừng đọc và gửi cho đến khi sổ trả lời; worker này vẫn tiếp tục hỏi.',
  },
  back: { en: 'The ledger answers again; the work goes on.', vi: 'Sổ đã trả lời; tiếp tục xử lý.' },
  busy: { en: 'somebody else has it', vi: 'tiến trình khác đang giữ' },
} as const

export const worker = command({
  name: 'worker',
  description: 'One of many workers on a PostgreSQL ledger: reads and sends for all tenants; start as many as you need',
  args: {
    slices: { type: 'string', description: 'pieces of work at the same time', default: '4', valueHint: 'N' },
    sliceSeconds: { type: 'string', description: 'how long one piece of sending takes', default: '15', valueHint: 'SECONDS' },
    ...observingArgs,
  },
  async run(session, args) {
    const loaded = await openConfig(session)
    const slices = wholeNumber(args.slices, 'slices') ?? 4
    const sliceSeconds = wholeNumber(args.sliceSeconds, 'slice-seconds') ?? 15
    if (sliceSeconds > 20) throw usage({ en: '--slice-seconds takes 1 to 20', vi: '--slice-seconds nhận từ 1 đến 20' })
    const name = `process ${process.pid} on ${hostname()}`
    const ledger = await openConfiguredLedger(loaded, 'workers', 'worker')
    let done = 0
    try {
      const { leases } = ledger
      if (leases === undefined)
        throw usage({
          en: 'a worker needs a ledger that several can share: postgres://… in `ledger.url`. One process on a file: lienthong sync watch',
          vi: 'worker cần sổ dùng chung được: postgres://… trong `ledger.url`. Một tiến trình với sổ tệp: lienthong sync watch',
        })
      const tenants = tenantsOf(session, loaded)
      const { listen, logLevel } = args
      const observing = await observe(session, loaded, { listen, logLevel, tenants, ledger, staleAfterMs: minutes(15) })
      try {
        const gates = gatesOfMany((system, turns) => leases.reserveTurns('', system, turns))
        const known: Record<string, WorkerTenant> = {}
        let refused: LienthongError | undefined
        for (const tenant of tenants) {
          try {
            known[tenant] = await workerTenant(session, loaded, tenant, ledger, observing, gates)
          } catch (error) {
            // One province whose settings are wrong keeps no other one waiting (I8); its own work waits for a worker that can do it.
            refused = asLienthongError(error)
            if (tenants.length > 1) session.trouble(refused, tenant)
          }
        }
        const working = Object.keys(known).length
        if (refused !== undefined && working === 0) throw refused
        session.note(session.say(says.working, { tenants: working, slices }))
        await runWorker({
          leases,
          engine: await pgBossEngine({ connectionString: engineAddress(loaded), name, logger: observing.logger }),
          tenants: known,
          clock: systemClock,
          name,
          slices,
          sliceMs: sliceSeconds * 1000,
          logger: observing.logger,
          signal: session.signal,
          onAgenda: observing.beat,
          onLedger(error) {
            if (error === undefined) return session.note(session.say(says.back))
            session.trouble(error)
            session.note(session.say(says.away))
          },
          onSlice(end) {
            done += 1
            if (!session.json) session.line(sliceLine(session, end))
          },
        })
      } finally {
        await observing.close()
      }
    } finally {
      await ledger.close()
    }
    session.result({ slices: done })
    return exitCodes.interrupted
  },
})

async function workerTenant(
  session: Session,
  loaded: LoadedConfig,
  tenant: string,
  ledger: Ledger,
  observing: Observing,
  gates: ReturnType<typeof gatesOfMany>,
): Promise<WorkerTenant> {
  const shared = { gates, sessions: ledgerSessions(ledger, tenant, systemClock) }
  const { ledger: _, ...parts } = await tenantSync(session, loaded, tenant, ledger, observing, shared)
  const readAt = loaded.config.tenants[tenant]?.readAt
  return { ...parts, ...(readAt === undefined ? {} : { readAt }) }
}

/** The job engine takes an address alone. */
function engineAddress(loaded: LoadedConfig): string {
  const { url, password } = loaded.config.ledger
  const address = new URL(url)
  if (password !== undefined) address.password = encodeURIComponent(readSecret(password, 'ledger.password', loaded))
  return address.toString()
}

function sliceLine(session: Session, { tenant, slice, ms, report, error }: SliceEnd): string {
  const problem = error ?? (report && 'stopped' in report ? report.stopped : report?.error)
  const trouble = typeof problem === 'object' ? ` ✗ ${problem.text[session.spoken()]}` : ''
  const what =
    report === undefined
      ? error === undefined
        ? session.say(says.busy)
        : ''
      : 'tally' in report
        ? session.say(says.sent, { confirmed: report.tally.confirmed, failed: report.tally.failed })
        : session.say(says.read, { seen: report.seen, planned: report.planned, released: report.released })
  return `${session.say(says.slice, { tenant, slice, what, ms })}${trouble}`
}
