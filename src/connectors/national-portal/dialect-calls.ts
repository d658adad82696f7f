/**
 * The functions of a dialect, called so that their mistakes are told apart: before anything was sent they are a configuration
 * error, afterwards an answer that could not be read. Either way the dialect is named.
 */
import { z } from 'zod'
import { LienthongError, sayingOf, type Text } from '../../base/index.js'
import { hostOf } from '../../transport/index.js'
import type { PortalDialect, PortalSite, WireRequest } from './dialect.js'
import { SYSTEM } from './options.js'
import { type PortalAnswer, portalAnswer } from './wire.js'

/** What a dialect made of a body; `problem` when it failed to make anything, without the values of the call masked. */
export interface ReadAnswer {
  readonly answer: PortalAnswer | null
  readonly problem?: string
}

const wireRequest = z.looseObject({
  method: z.enum(['GET', 'POST']),
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
})

/**
 * A dialect decides the path, never the host: what may be sent to is checked once, by `host`.
 *
 * @param origin of `adapterUrl`.
 * @param tell redacts what an exception says.
 * @throws {LienthongError} `config.invalid`; nothing was sent.
 */
export function builtRequest(
  dialect: PortalDialect,
  part: 'request' | 'session.logIn',
  origin: string,
  build: () => WireRequest,
  tell: (text: string) => string,
): WireRequest {
  const request = guarded(dialect, part, build, tell)
  const read = wireRequest.safeParse(request)
  if (!read.success) {
    const field = read.error.issues[0]?.path.join('.') || 'request'
    throw broken(dialect, part, { en: `gave a request with a wrong or missing ${field}`, vi: `trả về yêu cầu có ${field} sai hoặc thiếu` })
  }
  if (URL.parse(request.url)?.origin !== origin) {
    const host = hostOf(origin)
    throw broken(dialect, part, { en: `leaves ${host}, the host of adapterUrl`, vi: `gửi ra ngoài ${host}, máy chủ của adapterUrl` })
  }
  return request
}

/** @throws {LienthongError} `config.invalid`. */
export function canLookUpWith(dialect: PortalDialect, site: PortalSite): boolean {
  return guarded(
    dialect,
    'canLookUp',
    () => dialect.canLookUp(site),
    (text) => text,
  )
}

/** Never throws: the request was sent, and what became of it must not be forgotten over a mistake here. */
export function readAnswer(dialect: PortalDialect, text: string): ReadAnswer {
  const part = `\`answer\` of dialect ${dialect.name}`
  let given: PortalAnswer | null
  try {
    given = dialect.answer(text)
  } catch (error) {
    return { answer: null, problem: `${part} failed: ${sayingOf(error)}` }
  }
  if (given === null) return { answer: null }
  const read = portalAnswer.safeParse(given)
  if (read.success) return { answer: read.data }
  const field = read.error.issues[0]?.path.join('.') ?? ''
  return { answer: null, problem: field === '' ? `${part} gave neither an answer nor null` : `${part} gave an answer with a wrong ${field}` }
}

function guarded<T>(dialect: PortalDialect, part: string, call: () => T, tell: (text: string) => string): T {
  try {
    return call()
  } catch (error) {
    const said = tell(sayingOf(error))
    throw broken(dialect, part, { en: `failed: ${said}`, vi: `bị lỗi: ${said}` })
  }
}

function broken(dialect: PortalDialect, part: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place: `${SYSTEM}.dialect(${dialect.name}).${part}`, problem }, system: SYSTEM })
}
