/** The built command in processes of its own, as a timer would start it; and the sandbox in another. Needs `npm run build`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type RunningSandbox, sandboxDoor } from '../../src/cli/demo/sandbox-process.js'

const command = fileURLToPath(new URL('../../bin/lienthong.js', import.meta.url))

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when stderr has said this; rejects when the process ends without. */
  said(text: string): Promise<void>
  kill(): void
}

export interface StartOptions {
  readonly folder: string
  /** What a shell does before it becomes the command: `ulimit -f 8192`. */
  readonly shell?: string
  /** Besides this process's own. */
  readonly environment?: NodeJS.ProcessEnv
}

/** Starts `lienthong` with these arguments. */
export function start(args: readonly string[], { folder, shell, environment }: StartOptions): Running {
  const words = [process.execPath, command, ...args]
  const [program = '', ...rest] = shell === undefined ? words : ['/bin/sh', '-c', `${shell}; exec "$0" "$@"`, ...words]
  const child = spawn(program, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } })
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  let err = ''
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
  return {
    child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (err.includes(text)) resolve()
        }
        listeners.add(look)
        look()
        ended.then(() => reject(new Error(`it ended without saying “${text}”: ${err}${out}`)), reject)
      }),
    kill: () => void child.kill('SIGKILL'),
  }
}

export function run(args: readonly string[], options: StartOptions): Promise<Ended> {
  return start(args, options).ended
}

/** The sandbox in a process that outlives every killed run. */
export async function sandboxProcess(options: {
  readonly folder: string
  readonly latencyMs?: number
  /** Size of the national catalogue. */
  readonly procedures?: number
}): Promise<RunningSandbox> {
  const size = options.procedures === undefined ? [] : ['--procedures', String(options.procedures)]
  const { child, ended } = start(['sandbox', '--json', '--port', '0', '--latency', String(options.latencyMs ?? 0), ...size], options)
  const line = await Promise.race([
    new Promise<string>((resolve) => {
      if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve)
    }),
    ended.then(({ err }) => Promise.reject(new Error(`the sandbox did not start: ${err}`))),
  ])
  const { origin, systems } = JSON.parse(line) as Pick<RunningSandbox, 'origin' | 'systems'>
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
