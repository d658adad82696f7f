/** Writes into iGate by its Vietnamese-keyed adapter: token, next code, upload, create, progress, state. contracts/provincial-sources.md §7.6 */
import { z } from 'zod'
import { LienthongError, readSettings, systemClock } from '../../base/index.js'
import { type HttpAnswer, httpClient, type TransportOptions, transportShape } from '../../transport/index.js'
import { type About, jsonIn, kindOf, parsed, wrong } from '../igate/answer.js'
import { type TokenRequest, tokenKeeper, UNAUTHORIZED } from '../igate/token.js'
import { igateNextValue } from '../igate/wire.js'
import {
  type IgateIntake,
  type IgateProgress,
  type IgateState,
  igateCreated,
  igateEnvelope,
  igateIntake,
  igateProgress,
  igateState,
  igateUploaded,
} from './wire.js'

export interface IgateAdapterOptions extends TransportOptions {
  readonly baseUrl: string
  readonly tokenUrl: string
  readonly clientSecretIn?: TokenRequest['clientSecretIn']
  readonly credentials: { readonly clientId: string; readonly clientSecret: string }
  /** Paths behind `baseUrl`. Nobody publishes them: the defaults are the sandbox's. */
  readonly endpoints?: Partial<Record<AdapterCall, string>>
}

export type AdapterCall = 'nextCode' | 'upload' | 'create' | 'progress' | 'state'

export interface IgateUpload {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Every method throws {@link LienthongError}: `igate.invalid_message` before anything is sent, `igate.refused`, `igate.write_unconfirmed`
 * (kind `unknown`: the request left, and no answer says what became of it), and the transport's own.
 */
export interface IgateAdapter {
  readonly host: string
  /** The next dossier number for an agency or a procedure. Each call uses one up. */
  nextCode(code: string, options?: CallOptions): Promise<string>
  /** @returns the adapter's ids in the order of the files, and the hashes as it says them; by which rule, nobody publishes */
  upload(files: readonly IgateUpload[], options?: CallOptions): Promise<readonly { readonly id: string; readonly hash: string }[]>
  /** “NoiHoSo”. Sent again after an unknown outcome, `already-exists` proves that it arrived; it does not tell the id. */
  createDossier(
    dossier: IgateIntake,
    options?: CallOptions,
  ): Promise<{ readonly outcome: 'created'; readonly id: string } | { readonly outcome: 'already-exists' }>
  /** Not idempotent: nobody says what a second report of one step does. */
  addProgress(steps: readonly IgateProgress[], options?: CallOptions): Promise<void>
  setState(states: readonly IgateState[], options?: CallOptions): Promise<void>
}

const SYSTEM = 'igate-adapter'
const filled = z.string().min(1)
const path = z.string().regex(/^\//, 'expected a path that begins with /')
const address = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .refine((url) => !/[?#@]/.test(url), 'expected an address without query and without credentials')
  .transform((url) => url.replace(/\/+$/, ''))

const schema = z.strictObject({
  baseUrl: address,
  tokenUrl: address,
  clientSecretIn: z.enum(['header', 'body']).default('body'),
  credentials: z.strictObject({ clientId: filled, clientSecret: filled }),
  endpoints: z
    .strictObject({
      nextCode: path.default('/ma-ho-so'),
      upload: path.default('/tep-tin'),
      create: path.default('/noi-ho-so'),
      progress: path.default('/tien-do'),
      state: path.default('/trang-thai'),
    })
    .prefault({}),
  ...transportShape,
})

const ALREADY_THERE = /đã tồn tại/i
const BOUNDARY = 'lienthong-igate'

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function igateAdapter(options: IgateAdapterOptions): IgateAdapter {
  const { baseUrl, tokenUrl, clientSecretIn, credentials, endpoints } = readSettings(schema, options, SYSTEM)
  const { baseUrl: _, tokenUrl: __, clientSecretIn: ___, credentials: ____, endpoints: _____, ...transport } = options
  const client = httpClient({ ...transport, system: SYSTEM, hop: 'source' })
  const request: TokenRequest = { url: tokenUrl, grant: 'client_credentials', clientSecretIn, credentials }
  const tokens = tokenKeeper(request, client, transport.clock ?? systemClock, SYSTEM)

  async function call<T>(
    operation: AdapterCall,
    sent: { readonly query?: string; readonly body?: string | Uint8Array; readonly type?: string },
    signal: AbortSignal | undefined,
    read: (http: HttpAnswer, about: About) => T,
  ): Promise<T> {
    const about: About = { system: SYSTEM, operation, hop: 'source' }
    const url = `${baseUrl}${endpoints[operation]}${sent.query ?? ''}`
    const type = sent.body === undefined ? {} : { 'Content-Type': sent.type ?? 'application/json' }
    // Also a number that was given out is used up: nothing here may be repeated once it left.
    return tokens.use(
      (token) =>
        client.send(
          {
            operation,
            method: sent.body === undefined ? 'GET' : 'POST',
            url,
            headers: { Accept: 'application/json', Authorization: `Bearer ${token}`, ...type },
            ...(sent.body === undefined ? {} : { body: sent.body }),
            repeat: 'if-not-sent',
            signal,
          },
          (http) => (http.status === 401 ? UNAUTHORIZED : read(http, about)),
        ),
      about,
      signal,
    )
  }

  const post = <T>(operation: AdapterCall, message: unknown, signal: AbortSignal | undefined, read: (http: HttpAnswer, about: About) => T) =>
    call(operation, { body: JSON.stringify(message) }, signal, read)

  return {
    host: new URL(baseUrl).host,

    nextCode: (code, { signal } = {}) =>
      call('nextCode', { query: `?code=${encodeURIComponent(code)}` }, signal, (http, about) => {
        const value = igateNextValue.safeParse(jsonIn(http, about))
        if (!value.success) throw wrong('no value', about)
        return value.data.value
      }),

    async upload(files, { signal } = {}) {
      const body = multipart(files)
      return call('upload', { body, type: `multipart/form-data; boundary=${BOUNDARY}` }, signal, (http, about) => {
        const read = igateUploaded.safeParse(confirmed(http, about))
        const stored = read.success ? read.data.data.flatMap(({ response }) => response.data) : []
        if (stored.length !== files.length) throw unconfirmed(`${stored.length} of ${files.length} files`, about)
        return stored.map(({ IdTepTin, HashTepTin }) => ({ id: IdTepTin, hash: HashTepTin }))
      })
    },

    async createDossier(dossier, { signal } = {}) {
      checked('create', igateIntake, [dossier])
      return post('create', dossier, signal, (http, about) => {
        const envelope = igateEnvelope.safeParse(parsed(http.text))
        if (envelope.success && ALREADY_THERE.test((envelope.data.message ?? '').normalize('NFC'))) return { outcome: 'already-exists' as const }
        const id = igateCreated.safeParse(accepted(http, about))
        if (!id.success || id.data === undefined) throw unconfirmed('no idHoSo', about)
        return { outcome: 'created' as const, id: id.data }
      })
    },

    async addProgress(steps, { signal } = {}) {
      checked('progress', igateProgress, steps)
      return post('progress', steps, signal, (http, about) => void accepted(http, about))
    },

    async setState(states, { signal } = {}) {
      checked('state', igateState, states)
      return post('state', states, signal, (http, about) => void accepted(http, about))
    },
  }
}

/** The `data` of an envelope that says 200. Everything else is a refusal, or nothing to rely on. */
function accepted(http: HttpAnswer, about: About): unknown {
  const envelope = igateEnvelope.safeParse(confirmed(http, about))
  if (!envelope.success) throw unconfirmed('no envelope', about)
  const { code, data } = envelope.data
  if (code !== 200)
    throw new LienthongError('igate.refused', { values: { status: code, operation: about.operation }, ...about, attempt: http.attempt })
  return data
}

function confirmed({ status, text, attempt }: HttpAnswer, about: About): object {
  const body = parsed(text)
  if (status === 200 && typeof body === 'object' && body !== null) return body
  if (status >= 400) throw new LienthongError('igate.refused', { values: { status, operation: about.operation }, ...about, attempt })
  throw unconfirmed(`HTTP ${status}, ${kindOf(text)}`, { ...about, attempt })
}

function unconfirmed(problem: string, about: About): LienthongError {
  return new LienthongError('igate.write_unconfirmed', { values: { operation: about.operation, problem }, ...about })
}

/** Messages may come from others than our mapper, and a refusal there costs more than here. The field is named, never its value. */
function checked(operation: AdapterCall, schema: z.ZodType, rows: readonly unknown[]): void {
  const refuse = (field: string, problem: string) => {
    throw new LienthongError('igate.invalid_message', { values: { field, problem, operation }, system: SYSTEM, operation })
  }
  if (rows.length === 0) refuse('', 'nothing to send')
  rows.forEach((row, index) => {
    const read = schema.safeParse(row)
    const issue = read.error?.issues[0]
    if (issue === undefined) return
    refuse(
      [`[${index}]`, ...issue.path].map(String).join('.'),
      issue.code === 'unrecognized_keys' ? `unknown field ${issue.keys.join(', ')}` : issue.message,
    )
  })
}

/** A name inside a header: no quotes, no line breaks. */
function multipart(files: readonly IgateUpload[]): Uint8Array {
  const parts = files.flatMap(({ name, type, bytes }) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="${name.replace(/["\r\n\\]/g, '_')}"\r\nContent-Type: ${type.replace(/[\r\n]/g, '')}\r\n\r\n`,
      'utf8',
    ),
    bytes,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)])
}
