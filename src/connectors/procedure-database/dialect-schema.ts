/** A dialect that comes from outside, checked at construction and in what it gives: a wrong one would otherwise look like a wrong database. */
import { z } from 'zod'
import { LienthongError, readSettings, redact, sayingOf, settingMessage, type Text } from '../../base/index.js'
import { hostOf } from '../../transport/index.js'
import type { WireRequest } from '../national-portal/index.js'
import type { ProcedureDatabaseAnswer, ProcedureDatabaseKind } from './answer.js'
import type { ProcedureDatabaseDialect, ProcedureDatabaseNeed, ProcedureDatabaseUse } from './dialect.js'
import type { ProcedureDatabaseMeaning } from './outcome.js'

export const SYSTEM = 'procedure-database'

const PATTERN = settingMessage({ en: 'expected a regular expression', vi: 'cần một biểu thức chính quy' })

/** One of {@link ProcedureDatabaseDialect.outcomes}. */
export const outcomeRule = z.strictObject({
  on: z.array(z.enum(['login', 'list', 'procedure', 'dictionary', 'decision'] satisfies ProcedureDatabaseKind[])).optional(),
  status: z.array(z.number().int()).optional(),
  code: z.array(z.union([z.number(), z.string(), z.null()])).optional(),
  message: z.union([z.string().refine(isPattern, PATTERN), z.instanceof(RegExp)], { error: PATTERN }).optional(),
  means: z.enum(['accepted', 'unknown-code', 'refused', 'session-lost', 'busy'] satisfies ProcedureDatabaseMeaning[]),
})

const FUNCTION = settingMessage({ en: 'expected a function', vi: 'cần một hàm' })
const aFunction = z.custom((value) => typeof value === 'function', { error: FUNCTION })
const fieldNames = z.array(z.string().min(1))

const dialect = z.strictObject({
  name: z.string().min(1),
  needs: z.array(z.enum(['agencyCode', 'credentials.username', 'credentials.password', 'credentials.token'] satisfies ProcedureDatabaseNeed[])),
  uses: z.array(z.enum(['agencyCode', 'unitCode', 'dstcode', 'endpoints'] satisfies ProcedureDatabaseUse[])).optional(),
  offers: z.strictObject({ dictionaries: z.boolean(), decisions: z.boolean() }),
  form: z.enum(['national', 'portal-2026'] satisfies ProcedureDatabaseDialect['form'][]),
  detailBy: z.enum(['code', 'reference'] satisfies ProcedureDatabaseDialect['detailBy'][]),
  listFields: z.strictObject({ code: fieldNames.min(1), name: fieldNames.min(1), reference: fieldNames }),
  limits: z.strictObject({ concurrency: z.number().int().positive().optional(), requestsPerSecond: z.number().positive().optional() }).optional(),
  session: z.strictObject({ maxAgeMs: z.number().positive(), logIn: aFunction }).optional(),
  request: aFunction,
  answer: aFunction,
  outcomes: z.array(outcomeRule),
})

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the dialect and the field. */
export function checkDialect(given: ProcedureDatabaseDialect): ProcedureDatabaseDialect {
  const name = z.string().min(1).safeParse(given.name)
  readSettings(dialect, given, `${SYSTEM}.dialect${name.success ? `(${name.data})` : ''}`)
  // The value itself, not zod's copy: its functions may rely on it.
  return given
}

const wireRequest = z.looseObject({
  method: z.enum(['GET', 'POST']),
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
})

/**
 * What a dialect wants to send. It decides the path, never the host.
 *
 * @param origin of `baseUrl`.
 * @throws {LienthongError} `config.invalid`; nothing was sent.
 */
export function builtRequest(
  { name }: ProcedureDatabaseDialect,
  part: 'request' | 'session.logIn',
  origin: string,
  secrets: readonly string[],
  build: () => WireRequest,
): WireRequest {
  const broken = (problem: Text) => new LienthongError('config.invalid', { values: { place: `${SYSTEM}.dialect(${name}).${part}`, problem } })
  let request: WireRequest
  try {
    request = build()
  } catch (error) {
    const said = redact(sayingOf(error), secrets)
    throw broken({ en: `failed: ${said}`, vi: `bị lỗi: ${said}` })
  }
  const read = wireRequest.safeParse(request)
  if (!read.success) {
    const field = read.error.issues[0]?.path.join('.') || 'request'
    throw broken({ en: `gave a request with a wrong or missing ${field}`, vi: `trả về yêu cầu có ${field} sai hoặc thiếu` })
  }
  if (URL.parse(request.url)?.origin !== origin) {
    const host = hostOf(origin)
    throw broken({ en: `leaves ${host}, the host of baseUrl`, vi: `gửi ra ngoài ${host}, máy chủ của baseUrl` })
  }
  return request
}

const text = z.string().nullable()
const answerShape = z.object({
  code: text,
  message: text,
  session: text,
  rows: z.array(z.unknown()).nullable(),
  lastId: text,
  total: z.number().nullable(),
})

/** What a dialect makes of a body; `problem` when it failed to make anything. Never throws: the body stays not the database's. */
export function readAnswer(
  { name, answer }: ProcedureDatabaseDialect,
  body: string,
  kind: ProcedureDatabaseKind,
): { readonly answer: ProcedureDatabaseAnswer | null; readonly problem?: string } {
  try {
    const given = answer(body, kind)
    const read = given === null ? null : answerShape.safeParse(given)
    if (read === null || read.success) return { answer: read?.data ?? null }
    return { answer: null, problem: `\`answer\` of dialect ${name} gave a wrong ${read.error.issues[0]?.path.join('.') || 'value'}` }
  } catch (error) {
    return { answer: null, problem: `\`answer\` of dialect ${name} failed: ${sayingOf(error)}` }
  }
}

function isPattern(given: string): boolean {
  try {
    new RegExp(given, 'i')
    return true
  } catch {
    return false
  }
}
