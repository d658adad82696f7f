/** Runs one command line to its exit code. Everything a command can do wrong ends here, in words. */
import { type CommandDef, runCommand } from 'citty'
import { asLienthongError, type LienthongError, nearestKey } from '../base/index.js'
import { descriptionOf, type Host, sharedArgs, usage } from './command.js'
import { root } from './commands/root.js'
import { helpText, settled } from './help.js'
import { checkOptions } from './options.js'
import { type ExitCode, exitCodeOf, exitCodes, openSession, type SessionOptions, type Streams } from './session.js'
import { version } from './version.js'

export interface RunOptions {
  readonly streams: Streams
  readonly signal: AbortSignal
  readonly workingFolder: string
  readonly environment: NodeJS.ProcessEnv
}

export async function run(rawArgs: readonly string[], options: RunOptions): Promise<ExitCode> {
  const host: Host = { ...options, exitCode: exitCodes.done }
  try {
    const [first] = rawArgs
    if (first === '--version' || first === '-v') {
      options.streams.out.write(`${version()}\n`)
      return exitCodes.done
    }
    const asksHelp = first === undefined || first === 'help' || rawArgs.some((argument) => argument === '--help' || argument === '-h')
    const { command, path, rest } = await findCommand(first === 'help' ? rawArgs.slice(1) : rawArgs, asksHelp)
    if (asksHelp) {
      options.streams.out.write(await helpText(command, path))
      return exitCodes.done
    }
    const description = descriptionOf(command)
    checkOptions({ ...description?.args, ...sharedArgs }, rest, description?.repeatable)
    await runCommand(command, { rawArgs: rest, data: host })
    return host.exitCode
  } catch (error) {
    const failure = isArgumentError(error) ? inBothLanguages(error) : asLienthongError(error)
    const { streams, signal, workingFolder, environment } = options
    const session = host.session ?? openSession(earlyOptions(rawArgs), streams, signal, workingFolder, environment)
    session.failure(failure)
    return exitCodeOf(failure)
  }
}

/** What citty itself complains of: a missing argument. */
function isArgumentError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'CLIError'
}

function inBothLanguages({ message }: Error): LienthongError {
  const missing = /^Missing required (?:positional )?argument: (.+)$/.exec(message)?.[1]
  return usage(missing === undefined ? { en: message, vi: message } : { en: `${missing} is missing`, vi: `còn thiếu ${missing}` })
}

/**
 * Follows the words to the command they name. citty would do it too, but hands nothing on to a command below a command.
 * `lienthong --json status` means `lienthong status --json`: shared options may stand anywhere.
 *
 * @throws {LienthongError} `usage.invalid`.
 */
async function findCommand(rawArgs: readonly string[], groupIsEnough: boolean): Promise<{ command: CommandDef; path: string[]; rest: string[] }> {
  const rest = commandFirst(rawArgs)
  let command: CommandDef = root
  const path: string[] = []
  while (true) {
    const subCommands = await settled(command.subCommands)
    if (!subCommands) return { command, path, rest }
    const names = Object.keys(subCommands)
    const word = rest[0]
    if (word === undefined || word.startsWith('-')) {
      if (groupIsEnough) return { command, path, rest }
      const called = ['lienthong', ...path].join(' ')
      throw usage({ en: `${called} needs one of ${names.join(', ')}`, vi: `${called} cần một trong các lệnh ${names.join(', ')}` })
    }
    const next = Object.hasOwn(subCommands, word) ? await settled(subCommands[word]) : undefined
    if (!next) throw noSuchCommand([...path, word].join(' '), nearestKey(word, names), path, names)
    command = next
    path.push(word)
    rest.shift()
  }
}

function noSuchCommand(called: string, near: string | undefined, path: readonly string[], names: readonly string[]): LienthongError {
  const meant = near === undefined ? undefined : [...path, near].join(' ')
  return usage({
    en: `there is no command “${called}”; ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean “${meant}”?`}`,
    vi: `không có lệnh “${called}”; ${meant === undefined ? `có các lệnh ${names.join(', ')}` : `ý bạn là “${meant}”?`}`,
  })
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
function earlyOptions(rawArgs: readonly string[]): SessionOptions {
  const [, language] = /--lang[= ](vi|en)(?: |$)/.exec(rawArgs.join(' ')) ?? []
  return {
    json: rawArgs.includes('--json'),
    quiet: rawArgs.includes('--quiet'),
    verbose: rawArgs.includes('--verbose'),
    language: language === 'vi' || language === 'en' ? language : undefined,
    config: undefined,
    tenant: undefined,
  }
}
