import { sql } from 'kysely'
import { seededRandom } from '../../src/base/index.js'
import { syncLedgerOf } from '../../src/ledger/assemble.js'
import { declaredDoubled, failureEntries, type Ledger, openLedger, retryFailures } from '../../src/ledger/index.js'
import { type PassReport, runPass } from '../../src/sync/index.js'
import { key, TENANT } from '../sync/office.js'
import { type PaperCall, type PaperFault, PowerCut, paperPortal } from '../sync/paper-portal.js'
import { manualClock } from '../transport/manual-clock.js'
import { checkBooks, checkFailures, keyOf, type Reported } from './books.js'
import { pick, type Story, tellStory } from './story.js'

export interface SimulationOptions {
  readonly dossiers?: number
  readonly passes?: number
  /** Things that go wrong; all of them unless named. */
  readonly faults?: readonly PaperFault[]
}

export interface SimulationReport {
  /** Promises that were not kept, each with its id in DESIGN.md. Empty: all were. */
  readonly violations: readonly string[]
  readonly calls: number
  readonly crashes: number
  readonly faults: number
  readonly declared: number
}

const everyFault: readonly PaperFault[] = [
  'timeout-before',
  'timeout-after-apply',
  'late-apply',
  'throttled',
  'unreachable',
  'reject',
  'login-refused',
]
const hour = 3_600_000

/**
 * One province, some passes in which everything goes wrong, then quiet ones. The same seed tells the same story.
 * Whatever is checked is checked in the books of the portal and in the ledger's own figures, not in what the engine says of itself.
 */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationReport> {
  const { dossiers = 10, passes = 7 } = options
  const random = seededRandom(`${seed}/world`)
  const clock = manualClock()
  const ledger = await openLedger({ url: 'sqlite::memory:', key, access: 'write', clock })
  const story = tellStory(seed, dossiers)
  const violations = new Set<string>()
  const rejected = rejections(story)
  const figures = { crashes: 0, faults: 0 }
  let troubled = true
  let machine = runningMachine()

  const chooseFault = (call: PaperCall): PaperFault | undefined => {
    const chance = seededRandom(`${seed}/${call.kind}/${call.code}/${call.attempt}`)
    if (machine.isDark()) return 'power-cut-before'
    if (machine.goesDarkAtCall()) return chance() < 0.5 ? 'power-cut-before' : 'power-cut-after-apply'
    if (!troubled || chance() > 0.35) return undefined
    figures.faults += 1
    const fault = pick(chance, options.faults ?? everyFault)
    // A login or a refusal would end most passes early: rarer than the rest.
    if ((fault === 'login-refused' || fault === 'reject') && chance() > 0.3) return undefined
    return fault === 'reject' && call.kind === 'lookup' ? undefined : fault
  }
  const portal = paperPortal({
    now: clock.now,
    onCall: (call) => {
      clock.advance(50)
      if (call.kind === 'steps' && !portal.books.has(call.code)) violations.add(`I3 ${call.code}: steps before their dossier`)
      if (call.kind !== 'lookup' && rejected.isStillRefused(call.code)) violations.add(`I9 ${call.code}: sent again after a refusal`)
    },
    fault: (call) => {
      const fault = chooseFault(call)
      if (fault === 'reject') rejected.add(call.code)
      return fault
    },
  })

  const pass = async (failing: () => boolean): Promise<PassReport | undefined> => {
    const watched = watch(ledger, machine, violations)
    const source = story.source(() => machine.isDark() || failing())
    try {
      return await runPass({
        ledger: watched,
        tenant: TENANT,
        sources: { story: source },
        target: portal,
        settings: { concurrency: 3, patienceMs: troubled ? pick(random, [0, 60_000]) : 60_000 },
      })
    } catch (error) {
      if (!machine.isDark()) throw error
      return undefined
    }
  }
  const untilQuiet = async () => {
    for (let turn = 0; turn < 12; turn++) {
      clock.advance(hour)
      const report = await pass(() => false)
      if (report?.outcome === 'done' && report.waiting === 0) return
    }
    violations.add('I4: what waits is not sent, however often a pass runs')
  }

  try {
    for (let n = 0; n < passes; n++) {
      story.goOn()
      machine = random() < 0.4 ? doomedMachine(random) : runningMachine()
      const sourceFails = random() < 0.25
      await pass(() => sourceFails && random() < 0.4)
      if (machine.isDark()) {
        figures.crashes += 1
        rejected.forgetUnsettled()
      } else rejected.settle()
      clock.advance(pick(random, [1000, 100_000, hour]))
    }
    troubled = false
    machine = runningMachine()
    await untilQuiet()
    checkFailures(await reportedBy(ledger), story, rejected.everRefused, violations)
    rejected.clear()
    story.tidyUp()
    await retryFailures(ledger, TENANT, {})
    await untilQuiet()
    await retryFailures(ledger, TENANT, {})
    await untilQuiet()

    const calls = portal.calls.length
    await pass(() => false)
    if (portal.calls.length > calls) violations.add('I4: a pass with nothing changed still sends')
    const reported = await reportedBy(ledger)
    checkBooks(reported, story, portal, violations)
    return { violations: [...violations], calls, ...figures, declared: reported.declared.size }
  } finally {
    await ledger.close()
  }
}

/** The computer that the engine runs on. */
interface Machine {
  isDark(): boolean
  goesDarkAtCall(): boolean
  /** Called around each write of the ledger; throws when the power fails there. */
  aroundWrite<T>(write: () => Promise<T>): Promise<T>
}

function runningMachine(): Machine {
  return { isDark: () => false, goesDarkAtCall: () => false, aroundWrite: (write) => write() }
}

/** Its power fails at some call, or before or after some write became durable. From then on nothing of the process goes on. */
function doomedMachine(random: () => number): Machine {
  let dark = false
  let calls = random() < 0.4 ? Math.floor(random() * 12) : Number.POSITIVE_INFINITY
  let writes = calls === Number.POSITIVE_INFINITY ? Math.floor(random() * 30) : Number.POSITIVE_INFINITY
  const afterwards = random() < 0.5
  return {
    isDark: () => dark,
    goesDarkAtCall() {
      if (calls-- > 0) return false
      dark = true
      return true
    },
    async aroundWrite(write) {
      if (dark) throw new PowerCut()
      if (writes-- > 0) return write()
      if (afterwards) await write()
      dark = true
      throw new PowerCut()
    },
  }
}

/** The same ledger, on a machine that may fail, with its figures checked after every write (I1). */
function watch(ledger: Ledger, machine: Machine, violations: Set<string>): Ledger {
  // What had not become durable when the power went is gone, however long it has been waiting in memory.
  const unlessDark = () => {
    if (machine.isDark()) throw new PowerCut()
  }
  const watched: Ledger = {
    ...ledger,
    write: (change) =>
      machine.aroundWrite(async () => {
        const result = await ledger.write((transaction, counters) => {
          unlessDark()
          return change(transaction, counters)
        })
        await ledger.atRest(() => checkFigures(ledger, violations))
        return result
      }),
    async join(collect, when = 'now') {
      const joined = () =>
        ledger.join((group) => {
          unlessDark()
          collect(group)
        }, when)
      if (when === 'later') {
        unlessDark()
        await joined()
      } else {
        await machine.aroundWrite(async () => {
          await joined()
          await ledger.atRest(() => checkFigures(ledger, violations))
        })
      }
    },
  }
  return { ...watched, ...syncLedgerOf(watched) }
}

async function checkFigures(ledger: Ledger, violations: Set<string>): Promise<void> {
  // One statement, one moment.
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from runs where seen <> unchanged + skipped + failed + pending + created + updated + superseded) as unequal,
    (select count(*) from runs where min(seen, unchanged, skipped, failed, pending, created, updated, superseded) < 0) as negative,
    (select coalesce(sum(pending), 0) from runs) - (select count(*) from dossiers where state = 'pending') as pending,
    (select coalesce(sum(failed), 0) from runs) - (select count(*) from dossiers where state = 'failed') as failed,
    (select coalesce(sum(skipped), 0) from runs) - (select count(*) from dossiers where state = 'skipped') as skipped,
    (select count(*) from dossiers where state = 'pending' and not exists (select 1 from operations where operations.source_id = dossiers.source_id)) as idle,
    (select count(*) from dossiers where state = 'failed' and not exists (select 1 from failures where failures.source_id = dossiers.source_id)) as unexplained`.execute(
    ledger.db,
  )
  for (const [figure, count] of Object.entries(rows[0] ?? {})) if (Number(count) !== 0) violations.add(`I1: ${figure} is ${count}`)
}

/** Which dossiers the portal refused, and at which version of them. */
function rejections(story: Story) {
  const settled = new Map<string, number>()
  const fresh = new Map<string, number>()
  const ever = new Set<string>()
  const versionOf = (code: string) => story.shown.get(keyOf(code)) ?? 0
  return {
    add(code: string) {
      fresh.set(code, versionOf(code))
      ever.add(keyOf(code))
    },
    settle() {
      for (const [code, version] of fresh) settled.set(code, version)
      fresh.clear()
    },
    /** The machine went dark: nobody may have heard of these. */
    forgetUnsettled() {
      fresh.clear()
      settled.clear()
    },
    isStillRefused: (code: string) => settled.get(code) === versionOf(code) || fresh.get(code) === versionOf(code),
    everRefused: (sourceId: string) => ever.has(sourceId),
    clear() {
      settled.clear()
      fresh.clear()
    },
  }
}

async function reportedBy(ledger: Ledger): Promise<Reported> {
  const declared = new Set<string>()
  for await (const { code, at, status } of declaredDoubled(ledger, TENANT)) declared.add(`${code}|${at}|${status}`)
  return { failures: await failureEntries(ledger, TENANT, {}, 1000), declared }
}
