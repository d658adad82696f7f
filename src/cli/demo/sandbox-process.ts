/** The sandbox in a process of its own, so that client and portal share nothing but HTTP. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { LienthongError } from '../../base/index.js'
import type { SystemAddress } from '../../sandbox/index.js'

/** Calls of the sandbox's own door, `/__sandbox/…`. */
export interface SandboxDoor {
  get(path: string): Promise<Record<string, unknown>>
  post(path: string, body: unknown): Promise<Record<string, unknown>>
  /** The objects of an NDJSON answer. */
  rows(path: string): Promise<readonly Record<string, unknown>[]>
}

export interface RunningSandbox extends SandboxDoor {
  readonly origin: string
  readonly systems: Readonly<Record<string, SystemAddress>>
  stop(): Promise<void>
}

export interface SandboxProcessOptions {
  readonly folder: string
  readonly seed: string
  /** Taken when it is free, else any other. */
  readonly port: number
  /** Size of the national catalogue; without it the sandbox's own. */
  readonly procedures?: number
}

/** @throws {LienthongError} `internal.bug` when it does not come up. */
export async function startSandboxProcess(options: SandboxProcessOptions): Promise<RunningSandbox> {
  const ready = (await launch(options, options.port)) ?? (options.port === 0 ? undefined : await launch(options, 0))
  if (!ready) throw new LienthongError('internal.bug', { values: { problem: 'the sandbox process did not start' } })
  const { origin, systems, child, ended } = ready
  return {
    origin,
    systems,
    ...sandboxDoor(origin),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** @throws {LienthongError} `internal.bug` when the sandbox answers with anything but 2xx. */
export function sandboxDoor(origin: string): SandboxDoor {
  const ask = async (path: string, init?: RequestInit): Promise<string> => {
    const response = await fetch(`${origin}/__sandbox${path}`, init)
    const text = await response.text()
    if (!response.ok)
      throw new LienthongError('internal.bug', {
        values: { problem: `the sandbox answered ${path} with HTTP ${response.status}: ${text.slice(0, 300)}` },
      })
    return text
  }
  const call = async (path: string, init?: RequestInit) => JSON.parse(await ask(path, init)) as Record<string, unknown>
  return {
    get: (path) => call(path),
    post: (path, body) => call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    async rows(path) {
      const lines = (await ask(path)).split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    },
  }
}

async function launch({ folder, seed, procedures }: SandboxProcessOptions, port: number) {
  // The way this process was started starts the other one, whether from a package, a checkout or a link.
  const command = process.argv[1]
  if (command === undefined) return undefined
  const size = procedures === undefined ? [] : ['--procedures', String(procedures)]
  const child = spawn(process.execPath, [command, 'sandbox', '--json', '--port', String(port), '--seed', seed, '--state', folder, ...size], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // A Ctrl-C reaches the whole terminal group; the sandbox leaves when we do.
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const line = await new Promise<string | undefined>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', () => resolve(undefined))
  })
  if (line === undefined) return undefined
  const ready = JSON.parse(line) as Partial<Pick<RunningSandbox, 'origin' | 'systems'>>
  return ready.origin === undefined || ready.systems === undefined ? undefined : { origin: ready.origin, systems: ready.systems, child, ended }
}
