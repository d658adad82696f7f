/** Processes of the built `lienthong worker` on one ledger: each with a door of its own, killed, frozen and started again. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { DEMO_TENANT } from '../../src/cli/demo/province-files.js'
import type { ConfigInput } from '../../src/config/index.js'
import { type PostgresServer, password, withPassword } from '../postgres/server.js'
import { type DoorWatch, watchDoor } from './door-watch.js'
import { openWitness, type Witness } from './ledger-witness.js'
import { type Ended, type Running, run, start } from './processes.js'
import { type Province, provinceOfProcesses } from './province.js'

export interface Worker {
  readonly door: DoorWatch
  /** Every process that it has been, the living one last. */
  readonly pids: readonly number[]
  pid(): number
  /** JSON lines of the living process, so far. */
  log(): readonly LogLine[]
  /** Ends it with SIGKILL and starts it again. */
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ended>
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ended>
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
}

export interface LogLine {
  readonly msg: string
  readonly code?: string
  readonly outcome?: string
  readonly shard?: string
}

export interface WorkerProvince {
  readonly province: Province
  readonly witness: Witness
  crew(size: number): Promise<readonly Worker[]>
}

export interface WorkerProvinceOptions {
  readonly dossiers: number
  readonly seed: number
  readonly latencyMs: number
}

/** Dossiers that one slice sends at the same time: few, so that there is work for a while. */
const CONCURRENCY = 4

/** A province whose ledger is on the server, watched, with nothing in it yet. */
export async function workerProvince(server: PostgresServer, options: WorkerProvinceOptions): Promise<WorkerProvince> {
  const url = await server.database()
  const province = await provinceOfProcesses({ ...options, database: { url, password } })
  const migrated = await run(['ledger', 'migrate'], province)
  expect(migrated.code, migrated.err).toBe(0)
  const witness = await openWitness(withPassword(url))
  return {
    province,
    witness,
    crew: (size) => Promise.all(Array.from({ length: size }, (_, number) => workerAt(province, `worker-${number + 1}.config.json`))),
  }
}

async function workerAt(province: Province, config: string): Promise<Worker> {
  const { folder } = province
  const settings = JSON.parse(readFileSync(join(folder, 'lienthong.config.json'), 'utf8')) as ConfigInput
  const tenant = settings.tenants[DEMO_TENANT] ?? expect.unreachable('no tenant')
  const door = await watchDoor(String(tenant.portal.adapterUrl))
  writeFileSync(
    join(folder, config),
    JSON.stringify({
      ...settings,
      tenants: {
        [DEMO_TENANT]: {
          ...tenant,
          portal: { ...tenant.portal, adapterUrl: door.url },
          sync: { ...tenant.sync, concurrency: CONCURRENCY },
          readAt: '* * * * *',
        },
      },
    }),
  )
  const pids: number[] = []
  let running: Running
  let said = ''
  const begin = () => {
    running = start(['worker', '--config', config, '--json', '--slices', '2', '--slice-seconds', '5', '--log-level', 'info'], province)
    pids.push(running.child.pid ?? expect.unreachable('no process'))
    said = ''
    running.child.stderr?.on('data', (text: string) => {
      said += text
    })
  }
  begin()
  const worker: Worker = {
    door,
    pids,
    pid: () => pids.at(-1) ?? 0,
    log: () =>
      said
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as LogLine),
    end(signal) {
      running.child.kill(signal)
      return running.ended
    },
    async restart(signal) {
      const ended = await worker.end(signal)
      begin()
      return ended
    },
    signal: (signal) => void running.child.kill(signal),
  }
  return worker
}

const LOOK_MS = 50

/** Looks again and again until there is something. @throws when there is still nothing after so long. */
export async function until<T>(what: string, seconds: number, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (const last = performance.now() + seconds * 1000; performance.now() < last; ) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await pause(LOOK_MS)
  }
  throw new Error(`not within ${seconds} s: ${what}`)
}
