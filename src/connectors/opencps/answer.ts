/** What an answer of OpenCPS is, JSON or XML. contracts/provincial-sources.md §4.7 */
import { comparable, LienthongError, type Text } from '../../base/index.js'
import { type HttpAnswer, plainXml, readXml } from '../../transport/index.js'
import { openCpsFailure, openCpsLists, openCpsPage } from './wire.js'

export const SYSTEM = 'opencps'

export type OpenCpsFormat = 'json' | 'xml'

export interface OpenCpsRows {
  /** How many rows the server has for this search, as it says. */
  readonly total: number
  readonly rows: readonly unknown[]
  /** By the server's clock, in milliseconds of whole seconds; where it says. */
  readonly answeredAt?: number
}

/** `{total, data}`. Nothing that is not exactly that counts as an empty list. */
export function rowsIn(operation: string, http: HttpAnswer, format: OpenCpsFormat): OpenCpsRows {
  const read = openCpsPage.safeParse(objectIn(operation, http, format))
  if (!read.success) throw unreadable(operation, 'no list')
  const { total, data } = read.data
  const rows = data ?? []
  if (total == null || !Number.isFinite(total)) throw unreadable(operation, 'no total')
  if (data == null && total > 0) throw unreadable(operation, `total ${total} and no data`)
  const answeredAt = typeof http.headers.date === 'string' ? Date.parse(http.headers.date) : Number.NaN
  return { total, rows, ...(Number.isNaN(answeredAt) ? {} : { answeredAt }) }
}

/** The object of a good answer; every other answer becomes the error that it is (§4.7). */
export function objectIn(operation: string, http: HttpAnswer, format: OpenCpsFormat): object {
  const { status, text } = http
  const { body, problem } = read(text, format)
  const failure = openCpsFailure.safeParse(body)
  // A wrong password comes as HTTP 203, which is a success to whoever only looks at 2xx; without permission 401 with code 203.
  if (status === 203 || status === 401 || (failure.success && failure.data.code === 203)) {
    throw new LienthongError('opencps.not_logged_in', { values: { status }, system: SYSTEM, operation, hop: 'source', attempt: http.attempt })
  }
  const isBody = typeof body === 'object' && body !== null && !Array.isArray(body)
  if (isBody && status === 200 && !(failure.success && failure.data.code != null)) return body
  if (failure.success || status === 403) {
    throw new LienthongError('opencps.refused', { values: { status, operation }, system: SYSTEM, operation, hop: 'source', attempt: http.attempt })
  }
  throw unreadable(operation, problem ?? `HTTP ${status}, ${kindOf(text)}`, http.attempt)
}

/**
 * Whether the server says that a dossier has no fee record. In the public source that is an empty body (204, or 200 without an
 * entity), or the 403 that stands for every failure: with "No Content." and either no description (a null record was read) or the
 * name of the exception for a missing payment. Any other description, e.g. of the database, is a failure and not "no fee".
 */
export function hasNoPayment({ status, text }: HttpAnswer, format: OpenCpsFormat): boolean {
  if (status === 204 || (status === 200 && ['', 'null'].includes(text.trim()))) return true
  const failure = openCpsFailure.safeParse(read(text, format).body)
  if (!failure.success || (status !== 403 && status !== 200)) return false
  const { message, code, description } = failure.data
  if (code === 204) return true
  return (
    status === 403 && comparable(message).startsWith('no content') && /^$|nosuchpaymentfile|no paymentfile exists/i.test((description ?? '').trim())
  )
}

/** Whether the 403 that stands for every failure names the exception for a dossier that does not exist. */
export function isUnknownDossier({ status, text }: HttpAnswer, format: OpenCpsFormat): boolean {
  if (status !== 403 && status !== 404) return false
  const failure = openCpsFailure.safeParse(read(text, format).body)
  return failure.success && /nosuchdossierexception|no dossier exists/i.test(failure.data.description ?? '')
}

/** A failure may come as JSON also where XML was asked for. */
function read(text: string, format: OpenCpsFormat): { readonly body: unknown; readonly problem?: string | Text } {
  if (format === 'json' || !/^\ufeff?\s*</.test(text)) return { body: parsed(text) }
  const reading = readXml(text)
  if (!reading.ok) return { body: undefined, problem: reading.problem === 'doctype' ? 'a page in markup' : reading.says }
  // A login page may be well-formed.
  if (reading.name.toLowerCase() === 'html') return { body: undefined }
  return { body: plainXml(reading.root, openCpsLists) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function kindOf(text: string): string {
  const start = text.trimStart().slice(0, 1)
  if (start === '') return 'empty body'
  return start === '<' ? 'a page in markup' : start === '{' || start === '[' ? 'JSON of another form' : 'text'
}

export function unreadable(operation: string, problem: string | Text, attempt?: number): LienthongError {
  return new LienthongError('opencps.unreadable_answer', {
    values: { operation, problem },
    system: SYSTEM,
    operation,
    hop: 'source',
    ...(attempt === undefined ? {} : { attempt }),
  })
}
