/** Reads TD's REST face, `api/v1/…`. contracts/provincial-sources.md §8.2. Rows stay raw: reading them is the mapper's part. */
import { z } from 'zod'
import { LienthongError, readSettings } from '../../base/index.js'
import { type HttpAnswer, httpClient, type TransportOptions, transportShape } from '../../transport/index.js'
import { SYSTEM } from './database.js'
import { type TdPage, tdFailure, tdPage } from './wire.js'

export interface TdRestOptions extends TransportOptions {
  /** With its path: `https://dichvucong.tinh.example.vn/api/v1` */
  readonly baseUrl: string
  /** Sent as `Authorization: Bearer`. */
  readonly token: string
}

export interface TdSearch {
  /** Counted from 1. */
  readonly page: number
  readonly pageSize: number
  /** Days of reception, `yyyy-MM-dd`, both included. */
  readonly receivedFrom?: string
  readonly receivedTo?: string
  readonly signal?: AbortSignal | undefined
}

/** Every method throws {@link LienthongError}: `td.not_logged_in`, `td.refused`, `td.unreadable_answer`, and the transport's own. */
export interface TdRest {
  readonly host: string
  dossiers(search: TdSearch): Promise<TdPage>
  steps(code: string, signal?: AbortSignal): Promise<readonly unknown[]>
  fees(code: string, signal?: AbortSignal): Promise<readonly unknown[]>
}

/** Of the steps and fees of one dossier. */
const PAGE = 100
const MOST_PAGES = 50

const schema = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https address' })
    .refine((url) => !/[?#@]/.test(url), 'expected an address without query and without credentials')
    .transform((url) => url.replace(/\/+$/, '')),
  token: z.string().min(1),
  ...transportShape,
})

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function tdRest(options: TdRestOptions): TdRest {
  const { baseUrl, token } = readSettings(schema, options, SYSTEM)
  const { baseUrl: _, token: __, ...transport } = options
  const client = httpClient({ ...transport, system: SYSTEM, hop: 'source' })
  const headers = { Accept: 'application/json', Authorization: `Bearer ${token}` }

  const page = (
    operation: string,
    query: Readonly<Record<string, string | number | undefined>>,
    signal: AbortSignal | undefined,
  ): Promise<TdPage> => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value))
    const url = `${baseUrl}/${operation}?${parameters}`
    const failure = (http: HttpAnswer) => (tdFailure(parsed(http.text)) === undefined && !isPlainText(http) ? undefined : refused(operation, http))
    return client.send({ operation, method: 'GET', url, headers, repeat: 'freely', signal, failure }, (http) => pageIn(operation, http))
  }

  /** Rows that belong to one dossier. The face may take a filter it does not know for none: strangers are left out. */
  const belonging = async (operation: string, code: string, signal: AbortSignal | undefined): Promise<readonly unknown[]> => {
    const rows: unknown[] = []
    for (let number = 1; number <= MOST_PAGES; number++) {
      const { rows: more, hasNextPage } = await page(operation, { PageNumber: number, PageSize: PAGE, MaHoSo: code }, signal)
      rows.push(...more)
      if (!hasNextPage || more.length === 0) return rows.filter((row) => codeOf(row) === code.toUpperCase())
    }
    throw unreadable(operation, `more than ${MOST_PAGES} pages for one dossier`)
  }

  return {
    host: new URL(baseUrl).host,
    dossiers: ({ page: number, pageSize, receivedFrom, receivedTo, signal }) => {
      const to = receivedTo === undefined ? undefined : `${receivedTo} 23:59:59`
      return page('hosos', { PageNumber: number, PageSize: pageSize, TiepNhanFrom: receivedFrom, TiepNhanTo: to }, signal)
    },
    steps: (code, signal) => belonging('quatrinhxulyhosos', code, signal),
    fees: (code, signal) => belonging('yeucauthanhtoans', code, signal),
  }
}

function pageIn(operation: string, http: HttpAnswer): TdPage {
  const { status, text, attempt } = http
  if (status === 401 || status === 403)
    throw new LienthongError('td.not_logged_in', { values: { status }, system: SYSTEM, operation, hop: 'source', attempt })
  const body = parsed(text)
  const page = status === 200 ? tdPage(body) : undefined
  if (page !== undefined) return page
  if (tdFailure(body) !== undefined) throw refused(operation, http)
  const start = text.trimStart().slice(0, 1)
  throw unreadable(
    operation,
    `HTTP ${status}, ${start === '<' ? 'a page in markup' : start === '{' || start === '[' ? 'JSON of another form' : 'text'}`,
    attempt,
  )
}

/** A failure told as a bare sentence: it may quote a record, so only that it came is told on. */
function isPlainText({ text, headers }: HttpAnswer): boolean {
  return text.trim() !== '' && !text.trimStart().startsWith('<') && /text\/plain|json/i.test(String(headers['content-type'] ?? ''))
}

function refused(operation: string, { status, text, attempt }: HttpAnswer): LienthongError {
  const errorId = tdFailure(parsed(text))?.errorId
  const told = errorId != null && /^[\w-]{1,64}$/.test(errorId) ? errorId : '—'
  return new LienthongError('td.refused', { values: { status, operation, errorId: told }, system: SYSTEM, operation, hop: 'source', attempt })
}

function codeOf(row: unknown): string | undefined {
  const code = typeof row === 'object' && row !== null ? Object.entries(row).find(([key]) => key.toLowerCase() === 'mahoso')?.[1] : undefined
  return typeof code === 'string' ? code.trim().toUpperCase() : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unreadable(operation: string, problem: string, attempt?: number): LienthongError {
  return new LienthongError('td.unreadable_answer', {
    values: { operation, problem },
    system: SYSTEM,
    operation,
    hop: 'source',
    ...(attempt === undefined ? {} : { attempt }),
  })
}
