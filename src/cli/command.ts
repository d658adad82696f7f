/** Turns a description of a command into one that citty can run: shared options, strict arguments, a session. */
import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from 'citty'
import { type Language, LienthongError, type Text } from '../base/index.js'
import { givenValues } from './options.js'
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
  config: { type: 'string', description: 'configuration file (default: lienthong.config.{ts,js,mjs,json} here)', valueHint: 'FILE' },
  tenant: { type: 'string', description: 'which tenant of the configuration (default: all)', valueHint: 'ID' },
  json: { type: 'boolean', description: 'exactly one JSON document on stdout, also on failure' },
  quiet: { type: 'boolean', description: 'no progress and no remarks on stderr' },
  lang: { type: 'string', description: 'language of messages (default: configuration, then locale)', valueHint: 'vi|en' },
  verbose: { type: 'boolean', description: 'logs and stack traces on stderr' },
} as const satisfies ArgsDef

export interface CommandDescription<Args extends ArgsDef> {
  readonly name: string
  readonly description: string
  readonly args: Args
  /** Options that may be given several times. */
  readonly repeatable?: readonly string[]
  /** What the exit codes mean here, where the general table says too little. */
  readonly remarks?: readonly string[]
  /** @param all every value of an option that may be given several times. */
  run(session: Session, args: ParsedArgs<Args>, all: (option: string) => readonly string[]): Promise<ExitCode>
}

const descriptions = new WeakMap<CommandDef, CommandDescription<ArgsDef>>()

/** What a runnable command was made from; undefined for a group of commands. */
export function descriptionOf(def: CommandDef): CommandDescription<ArgsDef> | undefined {
  return descriptions.get(def)
}

export function command<const Args extends ArgsDef>(description: CommandDescription<Args>): CommandDef {
  const takesPositional = Object.values(description.args).some(({ type }) => type === 'positional')
  const def: CommandDef = defineCommand({
    meta: { name: description.name, description: description.description },
    args: { ...description.args, ...sharedArgs } as ArgsDef,
    async run(context) {
      const host = context.data as Host
      host.session = openSession(sessionOptions(context.args), host.streams, host.signal, host.workingFolder, host.environment)
      const [stray] = takesPositional ? [] : context.args._
      if (stray !== undefined) throw usage({ en: `this command takes no “${stray}”`, vi: `lệnh này không nhận “${stray}”` })
      host.exitCode = await description.run(host.session, context.args as unknown as ParsedArgs<Args>, (option) =>
        givenValues(context.rawArgs, option),
      )
    },
  })
  descriptions.set(def, description as unknown as CommandDescription<ArgsDef>)
  return def
}

function sessionOptions(args: Readonly<Record<string, unknown>>): SessionOptions {
  const text = (name: string) => (typeof args[name] === 'string' && args[name] !== '' ? args[name] : undefined)
  const language = text('lang')
  if (language !== undefined && language !== 'vi' && language !== 'en')
    throw usage({ en: `--lang takes vi or en, not “${language}”`, vi: `--lang nhận vi hoặc en, không phải “${language}”` })
  return {
    json: args.json === true,
    quiet: args.quiet === true,
    verbose: args.verbose === true,
    language: language as Language | undefined,
    config: text('config'),
    tenant: text('tenant'),
  }
}

export function usage(problem: Text): LienthongError {
  return new LienthongError('usage.invalid', { values: { problem } })
}

/** A whole number from the command line. @throws {LienthongError} `usage.invalid`. */
export function wholeNumber(text: string | undefined, name: string, least = 1): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw usage({
      en: `--${name} takes a whole number of at least ${least}, not “${text}”`,
      vi: `--${name} nhận số nguyên từ ${least} trở lên, không phải “${text}”`,
    })
  }
  return value
}
