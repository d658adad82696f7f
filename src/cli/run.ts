/** Runs one command line to its exit code. Everything a command can do wrong ends here, in words. */
import { type CommandDef, runCommand, showUsage } from 'citty'
import { asLienthongError, nearestKey } from '../base/index.js'
import { type Host, usage } from './command.js'
import { root } from './commands/root.js'
import { type ExitCode, exitCodeOf, exitCodes, openSession, type Streams } from './session.js'

export interface RunOptions {
  readonly streams: Streams
  readonly signal: AbortSignal
  readonly workingFolder: string
  readonly environment: NodeJS.ProcessEnv
}

export async function run(rawArgs: readonly string[], options: RunOptions): Promise<ExitCode> {
  const host: Host = { ...options, exitCode: exitCodes.done }
  try {
    if (rawArgs.includes('--help') || rawArgs.includes('-h') || rawArgs.length === 0) {
      await help(rawArgs)
      return exitCodes.done
    }
    if (rawArgs[0] === '--version') {
      options.streams.out.write(`${await version()}\n`)
      return exitCodes.done
    }
    const { command, rest } = await findCommand(rawArgs)
    await runCommand(command, { rawArgs: rest, data: host })
    return host.exitCode
  } catch (error) {
    const failure = isUsage(error) ? usage(error.message.replaceAll('`', '')) : asLienthongError(error)
    const session = host.session ?? openSession(earlyOptions(rawArgs), options.streams, options.signal, options.workingFolder, options.environment)
    session.failure(failure)
    return exitCodeOf(failure)
  }
}

/** What citty itself complains of: an unknown command, a missing argument. */
function isUsage(error: unknown): error is Error {
  return error instanceof Error && error.name === 'CLIError'
}

/**
 * Follows the words to the command they name. citty would do it too, but hands nothing on to a command below a command.
 * `lienthong --json status` means `lienthong status --json`: shared options may stand anywhere.
 *
 * @throws {LienthongError} `usage.invalid`.
 */
async function findCommand(rawArgs: readonly string[]): Promise<{ command: CommandDef; rest: string[] }> {
  const rest = commandFirst(rawArgs)
  let command: CommandDef = root
  const path: string[] = []
  while (true) {
    const subCommands = await resolved(command.subCommands)
    if (!subCommands) return { command, rest }
    const names = Object.keys(subCommands)
    const word = rest[0]
    if (word === undefined || word.startsWith('-')) throw usage(`${['lienthong', ...path].join(' ')} needs one of ${names.join(', ')}`)
    const next = Object.hasOwn(subCommands, word) ? await resolved(subCommands[word]) : undefined
    if (!next) {
      const near = nearestKey(word, names)
      throw usage(
        `there is no command “${[...path, word].join(' ')}”${near === undefined ? `; there are ${names.join(', ')}` : `; did you mean “${[...path, near].join(' ')}”?`}`,
      )
    }
    command = next
    path.push(word)
    rest.shift()
  }
}

/** Options that stand before the command are moved behind it. */
function commandFirst(rawArgs: readonly string[]): string[] {
  const before: string[] = []
  const rest = [...rawArgs]
  while (rest[0]?.startsWith('-')) {
    const option = rest.shift() as string
    before.push(option)
    const takesValue = /^--(config|tenant|lang)$/.test(option)
    if (takesValue && rest[0] !== undefined) before.push(rest.shift() as string)
  }
  return [...rest, ...before]
}

/** Enough to tell a wrong command line in the way it asked for. */
function earlyOptions(rawArgs: readonly string[]) {
  const language =
    /^--lang=?(vi|en)?$/.exec(rawArgs.find((argument) => argument.startsWith('--lang')) ?? '')?.[1] ?? rawArgs[rawArgs.indexOf('--lang') + 1]
  return {
    json: rawArgs.includes('--json'),
    quiet: rawArgs.includes('--quiet'),
    verbose: rawArgs.includes('--verbose'),
    language: language === 'vi' || language === 'en' ? language : undefined,
    config: undefined,
    tenant: undefined,
  } as const
}

async function help(rawArgs: readonly string[]): Promise<void> {
  let parent: CommandDef | undefined
  let current: CommandDef = root
  for (const word of rawArgs.filter((argument) => !argument.startsWith('-'))) {
    const subCommands = (await resolved(current.subCommands)) ?? {}
    const next = await resolved(subCommands[word])
    if (!next) break
    parent = current
    current = next
  }
  await showUsage(current, parent)
}

async function resolved<T>(value: T | Promise<T> | (() => T | Promise<T>) | undefined): Promise<T | undefined> {
  return typeof value === 'function' ? (value as () => T | Promise<T>)() : value
}

export async function version(): Promise<string> {
  const { readFileSync } = await import('node:fs')
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
