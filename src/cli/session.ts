/** What every command has at hand: how to talk, in which language, and when to stop. DESIGN "Command line". */
import { type ErrorCode, type ErrorKind, fillIn, type Language, type LienthongError, type Text, type TextValues } from '../base/index.js'

/** Fixed: scripts rely on them. */
export const exitCodes = { done: 0, someFailed: 1, usage: 2, unreachable: 3, internal: 4, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface Streams {
  /** What is piped in, for commands that read it. */
  readonly in?: AsyncIterable<Uint8Array | string>
  readonly out: { write(text: string): unknown }
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
}

export interface SessionOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly language: Language | undefined
  readonly config: string | undefined
  readonly tenant: string | undefined
}

export interface Session extends SessionOptions {
  readonly streams: Streams
  readonly signal: AbortSignal
  readonly workingFolder: string
  /** Flag, else configuration, else locale, else English. */
  readonly spoken: () => Language
  /** The configuration's language, known only once it was read. */
  preferLanguage(language: Language | undefined): void
  /** A sentence in the reader's language. */
  say(text: Text, values?: TextValues): string
  /** A number as the reader writes it: 1,043 or 1.043. */
  count(value: number): string
  /** A line for people on stdout; nothing with --json. */
  line(text: string): void
  /** A remark for people on stderr; nothing with --quiet. */
  note(text: string): void
  /** The one JSON document of a command, printed with --json only. */
  result(document: Readonly<Record<string, unknown>>): void
  /** The command failed: told on stderr, and as its JSON document. */
  failure(error: LienthongError): void
  /** Something failed and the command goes on, e.g. with the next tenant. Told on stderr. */
  trouble(error: LienthongError, about?: string): void
}

export function openSession(
  options: SessionOptions,
  streams: Streams,
  signal: AbortSignal,
  workingFolder: string,
  environment: NodeJS.ProcessEnv,
): Session {
  let configured: Language | undefined
  let printed = false
  const locale: Language = /^vi/i.test(environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '') ? 'vi' : 'en'
  const spoken = () => options.language ?? configured ?? locale
  const session: Session = {
    ...options,
    streams,
    signal,
    workingFolder,
    spoken,
    preferLanguage(language) {
      configured = language
    },
    say: (text, values) => fillIn(text[spoken()], values, spoken()),
    count: (value) => value.toLocaleString(spoken() === 'vi' ? 'vi-VN' : 'en-US'),
    line(text) {
      if (!options.json) streams.out.write(`${text}\n`)
    },
    note(text) {
      if (!options.quiet) streams.err.write(`${text}\n`)
    },
    result(document) {
      if (!options.json || printed) return
      printed = true
      streams.out.write(`${JSON.stringify({ schema: 1, ...document })}\n`)
    },
    failure(error) {
      session.result({ error: errorDocument(error, spoken()) })
      session.trouble(error)
    },
    trouble(error, about) {
      const language = spoken()
      const where = [error.system, error.operation, error.hop].filter(Boolean).join(' / ')
      const subject = about === undefined ? '' : `${about}: `
      streams.err.write(`✗ ${subject}${error.text[language]}${where === '' ? '' : ` (${where})`}\n  → ${error.hintText[language]}\n  ${error.code}\n`)
      if (options.verbose && error.stack) streams.err.write(`${error.stack}\n`)
    },
  }
  return session
}

/** An error as it stands in JSON documents: `code` and `kind` for scripts, `message` and `hint` for people. */
export function errorDocument(error: LienthongError, language: Language): Record<string, unknown> {
  return { ...error.toJSON(), message: error.text[language], hint: error.hintText[language] }
}

/** Which exit code tells a script what kind of trouble an error is. */
export function exitCodeOf(error: LienthongError): ExitCode {
  if (error.kind === 'aborted') return exitCodes.interrupted
  if (error.code === 'internal.bug' || error.code.startsWith('ledger.')) return exitCodes.internal
  if (error.code === 'sync.held') return exitCodes.someFailed
  if (wrongHere.has(error.code)) return exitCodes.usage
  return unreachableKinds.has(error.kind) || brokenThere.has(error.code) ? exitCodes.unreachable : exitCodes.usage
}

const unreachableKinds: ReadonlySet<ErrorKind> = new Set(['transient', 'unknown', 'throttled', 'protocol'])
/** An export that cannot be read is a file somebody has to look at, not a system that is down. */
const wrongHere: ReadonlySet<ErrorCode> = new Set(['source.format'])
/** OpenCPS answers 403 to any failure of its own; a lost session comes back with the next run. */
const brokenThere: ReadonlySet<ErrorCode> = new Set(['portal.session_lost', 'opencps.refused'])

/** Of several codes, the one that needs somebody first. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [exitCodes.interrupted, exitCodes.internal, exitCodes.usage, exitCodes.unreachable, exitCodes.someFailed]
  return order.find((code) => codes.includes(code)) ?? exitCodes.done
}
