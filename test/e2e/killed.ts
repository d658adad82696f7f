/** The story of an integrator whose machine is switched off again and again while `sync run` works. */
import { appendFileSync, existsSync, rmSync } from 'node:fs'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { seededRandom } from '../../src/base/index.js'
import { demoFaults } from '../../src/cli/demo/faults.js'
import { type Running, run, start } from './processes.js'
import { checkBooks, checkCounters, lookInto, passOf, provinceOfProcesses } from './province.js'

export interface KilledStory {
  readonly dossiers: number
  readonly kills: number
  readonly seed: number
  /** Story days pass, and with them new versions come, after so many kills. */
  readonly killsPerDay: number
}

export interface KilledReport {
  readonly kills: number
  /** Kills that left requests of which nobody will ever hear the answer. */
  readonly killedInFlight: number
  readonly tornLogs: number
  readonly declared: number
  readonly runsUntilQuiet: number
}

/** From a run's start, and from its first send, to its end by force. Starting takes a third of a second. */
const LONGEST_LIFE_MS = 2500
const LONGEST_SENDING_MS = 1500
const MOST_RUNS_UNTIL_QUIET = 30
/** Nothing is proved by kills that hit nothing: there are more of them until so many have hit. */
const LEAST_IN_FLIGHT = 3

export async function tellKilledStory(story: KilledStory): Promise<KilledReport> {
  const random = seededRandom(`${story.seed}/kills`)
  const province = await provinceOfProcesses({ dossiers: story.dossiers, seed: story.seed, latencyMs: 15 })
  const { sandbox } = province
  await sandbox.post('/faults', demoFaults(String(story.seed)))
  const path = province.ledgerPath()
  const report = { kills: 0, killedInFlight: 0, tornLogs: 0, declared: 0, runsUntilQuiet: 0 }

  let day = 0
  while (report.kills < story.kills || (report.killedInFlight < LEAST_IN_FLIGHT && report.kills < 3 * story.kills)) {
    const running = start(['sync', 'run', '--json'], province)
    const killer = killAtRandom(running, random)
    const { code, out, err } = await running.ended
    await killer
    const isDone = code !== null
    if (isDone) expect([0, 1], `${out}${err}`).toContain(code)
    else report.kills += 1
    if (existsSync(path)) {
      if (!isDone && random() < 0.3) {
        tearLog(path, random)
        report.tornLogs += 1
      }
      const inFlight = await lookInto(province, path, async (ledger) => {
        await checkCounters(ledger)
        return ledger.db.selectFrom('operations').select('id').where('state', '=', 'sending').execute()
      })
      if (!isDone && inFlight.length > 0) report.killedInFlight += 1
    }
    if (isDone || report.kills >= (day + 1) * story.killsPerDay) {
      day += 1
      await sandbox.post('/province/advance', { days: 1 })
    }
  }

  let retried = false
  while (true) {
    report.runsUntilQuiet += 1
    expect(report.runsUntilQuiet, 'runs until quiet').toBeLessThan(MOST_RUNS_UNTIL_QUIET)
    const { code, out, err } = await run(['sync', 'run', '--json', '--quiet'], province)
    expect([0, 1], `${out}${err}`).toContain(code)
    const { waiting, calls } = passOf(out)
    if (waiting > 0) continue
    if (retried && Object.values(calls).every((count) => count === 0)) break
    // What the portal refused for no reason of the dossier's goes again when the person on duty says so.
    await run(['failures', 'retry', '--all'], province)
    retried = true
  }
  expect(await lookInto(province, path, (ledger) => sql`pragma integrity_check`.execute(ledger.db))).toMatchObject({
    rows: [{ integrity_check: 'ok' }],
  })
  await lookInto(province, path, checkCounters)
  report.declared = await checkBooks(province, path)
  return report
}

/** One in three runs dies at any moment, the others while they send. */
async function killAtRandom({ said, ended, kill }: Running, random: () => number): Promise<void> {
  const whileSending = random() < 2 / 3
  const life = random() * (whileSending ? LONGEST_SENDING_MS : LONGEST_LIFE_MS)
  if (whileSending) await said('sending').catch(() => undefined)
  const timer = setTimeout(kill, life)
  await ended
  clearTimeout(timer)
}

/**
 * What a power cut leaves of a write under way: a frame that is not whole at the end of the log, and no index of it. Every frame that was
 * reported as durable is in front of it.
 */
function tearLog(path: string, random: () => number): void {
  rmSync(`${path}-shm`, { force: true })
  if (existsSync(`${path}-wal`)) appendFileSync(`${path}-wal`, Buffer.alloc(Math.ceil(random() * 6000), Math.ceil(random() * 255)))
}
