/**
 * One pass, as a program of your own: read every source, send what changed, say what did not go through. Put it on a timer (README.md).
 * Does what `lienthong sync run` does, so copy it only when you need something around the pass: a mail, a metric, a check of your own.
 *
 *   node sync.ts [lienthong.config.json]
 */
import { asLienthongError, assembleTenant, failureGroups, isLienthongError, type LienthongError, loadConfig, openConfiguredLedger } from 'lienthong'
import { type PassReport, runPass } from 'lienthong/sync'

const EXIT = { done: 0, someFailed: 1, refused: 2, unreachable: 3, internal: 4, interrupted: 130 } as const

const exitCodes: Partial<Record<LienthongError['kind'], number>> = {
  transient: EXIT.unreachable, // not reached: nothing was sent
  throttled: EXIT.unreachable, // asked to slow down
  unknown: EXIT.unreachable, // sent, no usable answer: the next pass asks before it sends again
  protocol: EXIT.unreachable, // something else than the system answered
  aborted: EXIT.interrupted,
}

// Ctrl-C, or the timer's time-out: the pass stops at a safe point; the next one goes on from there.
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

try {
  process.exitCode = await syncEverything(process.argv[2])
} catch (error) {
  process.exitCode = tell(error)
}

async function syncEverything(configFile: string | undefined): Promise<number> {
  const loaded = await loadConfig(configFile, process.cwd())
  // Takes the writer's lock: a pass that is still running makes this one end with `ledger.locked` instead of sending twice.
  const ledger = await openConfiguredLedger(loaded, 'write', 'sync-script')
  let worst: number = EXIT.done
  try {
    for (const tenant of Object.keys(loaded.config.tenants)) {
      // One tenant that fails must not keep the others waiting.
      try {
        const report = await runPass(await assembleTenant(loaded, tenant, ledger), { signal: stopping.signal, onProgress: progress(tenant) })
        worst = Math.max(worst, judge(report))
        // `failing` counts what waits for somebody in the whole ledger, not only in this pass: nobody should have to remember.
        for (const { cause, dossiers, message, hint, examples } of await failureGroups(ledger, tenant)) {
          console.error(`${tenant}: ${dossiers} × ${cause}: ${message.en}\n  → ${hint.en}\n  e.g. ${examples.join(', ')}`)
        }
      } catch (error) {
        worst = Math.max(worst, tell(error, tenant))
      }
      if (stopping.signal.aborted) return EXIT.interrupted
    }
  } finally {
    await ledger.close()
  }
  return worst
}

function judge({ tenant, runs, tally, waiting, failing, stopped }: PassReport): number {
  console.log(JSON.stringify({ tenant, calls: tally.calls, waiting, failing }))
  // A source that could not be read, or a portal that stopped answering, ends in the report: everything else was still done.
  const error = isLienthongError(stopped) ? stopped : runs.find((run) => run.error !== undefined)?.error
  if (error) return tell(error, tenant)
  return failing > 0 ? EXIT.someFailed : EXIT.done
}

/** Decide by `code` or `kind`, never by the wording. @returns the exit code. */
function tell(error: unknown, tenant = 'sync'): number {
  const { code, kind, message, hint } = asLienthongError(error)
  console.error(`${tenant}: ${code}: ${message}\n  → ${hint}`)
  if (code === 'internal.bug' || code.startsWith('ledger.')) return EXIT.internal
  return exitCodes[kind] ?? EXIT.refused
}

function progress(tenant: string) {
  let last = 0
  return ({ phase, seen, confirmed, waiting }: { phase: string; seen: number; confirmed: number; waiting: number }): void => {
    if (Date.now() - last < 5000) return // a log wants a line now and then, not thousands
    last = Date.now()
    console.error(`${tenant}: ${phase === 'reading' ? `${seen} read` : `${confirmed} sent, ${waiting} to go`}`)
  }
}
