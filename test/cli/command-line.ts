/** The command line as a test calls it: in this process, with streams that remember. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from '../../src/cli/run.js'

export interface Spoken {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface CallOptions {
  readonly folder: string
  readonly environment?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
  /** What is piped in. */
  readonly stdin?: AsyncIterable<string>
  /** Called with everything written to stdout so far, after each write. */
  readonly onOut?: (text: string) => void
  /** Called with everything written to stderr so far, after each write. */
  readonly onErr?: (text: string) => void
}

export async function lienthong(args: readonly string[], { folder, environment = {}, signal, stdin, onOut, onErr }: CallOptions): Promise<Spoken> {
  let out = ''
  let err = ''
  const code = await run(args, {
    streams: {
      ...(stdin === undefined ? {} : { in: stdin }),
      out: {
        write: (text) => {
          out += text
          onOut?.(out)
        },
      },
      err: {
        write: (text) => {
          err += text
          onErr?.(err)
        },
      },
    },
    signal: signal ?? new AbortController().signal,
    workingFolder: folder,
    environment,
  })
  return { code, out, err }
}

export interface Document {
  readonly schema: number
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string }
  readonly [key: string]: unknown
}

/** With --json stdout holds one document, on one line, and nothing else. */
export async function document(args: readonly string[], options: CallOptions): Promise<Spoken & { readonly json: Document }> {
  const spoken = await lienthong([...args, '--json'], options)
  const lines = spoken.out.split('\n')
  if (lines.length !== 2 || lines[1] !== '') throw new Error(`expected one line on stdout, not ${JSON.stringify(spoken.out.slice(0, 500))}`)
  return { ...spoken, json: JSON.parse(lines[0] ?? '') as Document }
}

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
