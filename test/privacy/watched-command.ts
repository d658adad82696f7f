/** The whole command in a process of its own, with everything that others on the machine could see of it. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'

const COMMAND = resolve(import.meta.dirname, '../../bin/lienthong.js')
export const isBuilt = existsSync(resolve(import.meta.dirname, '../../dist/cli/main.js'))

export interface Watched {
  readonly args: readonly string[]
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** argv and environment of the process and of its children, and the files they had open, as seen while they ran. */
  readonly seen: string
  /** What was ever in the folder for temporary files. */
  readonly temporary: readonly string[]
}

export interface WatchOptions {
  readonly folder: string
  /** Ends the process with SIGKILL after so many pieces of output on stderr. */
  readonly killAfter?: number
}

export async function watched(args: readonly string[], { folder, killAfter }: WatchOptions): Promise<Watched> {
  const temporaryFolder = join(folder, 'tmp')
  mkdirSync(temporaryFolder, { recursive: true })
  const environment = { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: temporaryFolder, LANG: 'vi_VN.UTF-8' }
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const seen = new Set<string>()
  const temporary = new Set<string>()
  const look = () => {
    if (child.pid !== undefined) for (const line of processFacts(child.pid)) seen.add(line)
    for (const name of readdirSync(temporaryFolder, { recursive: true })) temporary.add(String(name))
  }
  let out = ''
  let err = ''
  let pieces = 0
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece
    look()
  })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    err += piece
    pieces += 1
    if (pieces % 16 === 1) look()
    if (pieces === killAfter) child.kill('SIGKILL')
  })
  look()
  const code = await new Promise<number | null>((done) => child.once('close', done))
  look()
  return { args, code, out, err, seen: [...seen].join('\n'), temporary: [...temporary] }
}

/** What `ps e` and `lsof` would show. Nothing where the system has no /proc. */
function processFacts(pid: number): readonly string[] {
  const folder = `/proc/${pid}`
  const read = (name: string) => attempt(() => readFileSync(join(folder, name), 'latin1').replaceAll('\0', '\n')) ?? ''
  const open = (attempt(() => readdirSync(join(folder, 'fd'))) ?? []).map((name) => attempt(() => readlinkSync(join(folder, 'fd', name))) ?? '')
  const children = read(`task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return [read('cmdline'), read('environ'), ...open, ...children.flatMap(processFacts)]
}

/** A process may be gone while it is looked at. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
