/** Turns a description of a command into one that citty can run: shared options, strict arguments, a session. */
import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from 'citty'
import { type Language, LienthongError, nearestKey } from '../base/index.js'
import { type ExitCode, openSession, type Session, type SessionOptions, type Streams } from './session.js'

/** Handed from the entry point to the command through citty's `data`. */
export interface Host {
  readonly streams: Streams
  readonly signal: AbortSignal
  readonly workingFolder: string
  readonly environment: NodeJS.ProcessEnv
  /** Filled in when the command starts, so that its failure is told in its own way. */
  session?: Session
  exitCode: ExitCode
}

export const sharedArgs = {
  config: { type: 'string', description: 'configuration file (default: lienthong.config.{ts,js,mjs,json})', valueHint: 'FILE' },
  tenant: { type: 'string', description: 'which tenant of the configuration', valueHint: 'ID' },
  json: { type: 'boolean', description: 'one JSON document on stdout, also on failure' },
  quiet: { type: 'boolean', description: 'no progress and no remarks' },
  lang: { type: 'string', description: 'vi or en', valueHint: 'vi|en' },
  verbose: { type: 'boolean', description: 'logs and stack traces on stderr' },
} as const satisfies ArgsDef

export interface CommandDescription<Args extends ArgsDef> {
  readonly name: string
  readonly description: string
  readonly args: Args
  run(session: Session, args: ParsedArgs<Args>): Promise<ExitCode>
}

export function command<const Args extends ArgsDef>(description: CommandDescription<Args>): CommandDef<ArgsDef> {
  const args = { ...description.args, ...sharedArgs }
  const known = Object.keys(args)
  const takesPositional = Object.values(description.args).some(({ type }) => type === 'positional')
  return defineCommand({
    meta: { name: description.name, description: description.description },
    args: args as ArgsDef,
    async run(context) {
      const host = context.data as Host
      host.session = openSession(sessionOptions(context.args), host.streams, host.signal, host.workingFolder, host.environment)
      refuseStrangers(context.rawArgs, known, takesPositional, context.args._)
      host.exitCode = await description.run(host.session, context.args as unknown as ParsedArgs<Args>)
    },
  })
}

function sessionOptions(args: Readonly<Record<string, unknown>>): SessionOptions {
  const text = (name: string) => (typeof args[name] === 'string' && args[name] !== '' ? args[name] : undefined)
  const language = text('lang')
  if (language !== undefined && language !== 'vi' && language !== 'en') throw usage(`--lang takes vi or en, not “${language}”`)
  return {
    json: args.json === true,
    quiet: args.quiet === true,
    verbose: args.verbose === true,
    language: language as Language | undefined,
    config: text('config'),
    tenant: text('tenant'),
  }
}

/** citty ignores what it does not know; a misspelt --dry-run must not send anything. */
function refuseStrangers(rawArgs: readonly string[], known: readonly string[], takesPositional: boolean, positional: readonly string[]): void {
  const names = known.flatMap((name) => [name, name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)])
  for (const raw of rawArgs) {
    if (raw === '--') break
    const name = /^--(?:no-)?([^=]+)/.exec(raw)?.[1]
    if (name === undefined || names.includes(name)) continue
    const near = nearestKey(name, names)
    throw usage(`there is no option --${name}${near === undefined ? '' : `; did you mean --${near}?`}`)
  }
  if (!takesPositional && positional.length > 0) throw usage(`this command takes no “${positional[0]}”`)
}

export function usage(problem: string): LienthongError {
  return new LienthongError('usage.invalid', { values: { problem } })
}

/** A whole number from the command line. @throws {LienthongError} `usage.invalid`. */
export function wholeNumber(text: string | undefined, name: string, least = 1): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < least) throw usage(`--${name} takes a whole number of at least ${least}, not “${text}”`)
  return value
}
