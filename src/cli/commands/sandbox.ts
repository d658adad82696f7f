import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { LienthongError, type Text } from '../../base/index.js'
import { type SandboxOptions, startSandbox } from '../../sandbox/index.js'
import { command, usage, wholeNumber } from '../command.js'
import { exitCodes } from '../session.js'

const says = {
  ready: { en: 'The sandbox listens at {origin}. Ctrl-C ends it.', vi: 'Sandbox đang chạy tại {origin}. Nhấn Ctrl-C để dừng.' },
  system: { en: '  {name}: {url}', vi: '  {name}: {url}' },
} satisfies Record<string, Text>

export const sandbox = command({
  name: 'sandbox',
  description: 'The outside systems, simulated: real HTTP servers on this machine, with faults on demand',
  args: {
    port: { type: 'string', description: 'port to listen on (0: any free one)', default: '4600', valueHint: 'PORT' },
    latency: { type: 'string', description: 'milliseconds added to every answer', valueHint: 'MS' },
    faults: { type: 'string', description: 'JSON file: {"seed","rules":[…]}', valueHint: 'FILE' },
    seed: { type: 'string', description: 'decides everything that looks like chance', valueHint: 'S' },
    procedures: {
      type: 'string',
      description: 'the national catalogue: how many made-up procedures, or a .jsonl file of them (default 6500)',
      valueHint: 'FILE|COUNT',
    },
    state: { type: 'string', description: 'folder in which its books are kept and served again', valueHint: 'DIR' },
  },
  async run(session, args) {
    const { workingFolder } = session
    const faults = args.faults === undefined ? undefined : (readJson(resolve(workingFolder, args.faults)) as SandboxOptions['faults'])
    const port = wholeNumber(args.port, 'port', 0) ?? 4600
    if (port > 65_535) throw usage({ en: `--port takes a number up to 65535, not ${port}`, vi: `--port nhận số đến 65535, không phải ${port}` })
    const latencyMs = wholeNumber(args.latency, 'latency', 0)
    const running = await startSandbox({
      port,
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(faults === undefined ? {} : { faults }),
      ...(args.seed === undefined ? {} : { seed: args.seed }),
      ...(args.procedures === undefined ? {} : { options: { procedures: cataloguedIn(args.procedures, workingFolder) } }),
      ...(args.state === undefined ? {} : { stateDir: resolve(workingFolder, args.state) }),
    }).catch((cause: unknown) => {
      throw whyNotStarted(cause, port, args.faults)
    })
    if (session.json) session.streams.out.write(`${JSON.stringify({ origin: running.origin, systems: running.systems })}\n`)
    else {
      session.line(session.say(says.ready, { origin: running.origin }))
      for (const [name, { url }] of Object.entries(running.systems)) session.line(session.say(says.system, { name, url }))
    }
    await untilAborted(session.signal)
    await running.stop()
    return exitCodes.done
  },
})

/** Digits are a number of procedures; a file of such a name is written `./6500`. */
function cataloguedIn(text: string, workingFolder: string): NonNullable<NonNullable<SandboxOptions['options']>['procedures']> {
  return /^\d{1,6}$/.test(text) ? { count: Number(text) } : { file: resolve(workingFolder, text) }
}

function whyNotStarted(cause: unknown, port: number, faults: string | undefined): LienthongError {
  if ((cause as { code?: string }).code === 'EADDRINUSE')
    return usage({
      en: `port ${port} is in use; name another with --port, or 0 for any free one`,
      vi: `cổng ${port} đang được dùng; chọn cổng khác bằng --port, hoặc 0 để lấy cổng trống bất kỳ`,
    })
  const [issue] = cause instanceof z.ZodError ? cause.issues : []
  if (issue)
    return new LienthongError('config.invalid', { values: { place: `${faults ?? ''}: ${issue.path.join('.')}`, problem: issue.message }, cause })
  const problem = cause instanceof Error ? cause.message : String(cause)
  return usage({ en: `the sandbox cannot start: ${problem}`, vi: `không khởi động được sandbox: ${problem}` })
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new LienthongError('config.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
