/** An OpenCPS v2 one-stop system over the story of a province. contracts/provincial-sources.md §4 */
import { type Answer, type Incoming, json } from '../exchange.js'
import { SERVICES_BASE } from '../procedure-database/published-services.js'
import type { Life } from '../province/life.js'
import type { LocalProcedure } from '../province/local-catalogue.js'
import type { Province } from '../province/province.js'
import { detail, listRow, payment, type Row, SITE, serviceRow, syncRows } from './rendering.js'
import { dossierSearch, slice, UnreadableParameter } from './search.js'

export const OPENCPS_BASE = '/one-stop/opencps/o/rest/v2'

export interface OpenCpsAccount {
  readonly username: string
  readonly password: string
}

export interface OpenCpsOptions {
  readonly account: OpenCpsAccount
  /** What `/payment` says of a dossier without fee: a record with status 0 (A), or 403 as for anything missing. */
  readonly withoutFee: 'zero-record' | 'not-found'
}

export interface OpenCps {
  handle(request: Incoming): Answer
  /** Names the operation and its subject, for the plan of faults. */
  operation(request: Incoming): { readonly service: string; readonly key: string }
}

export function openCps(current: () => Province | undefined, catalogue: () => readonly LocalProcedure[], options: OpenCpsOptions): OpenCps {
  const expectedAuthorization = `Basic ${Buffer.from(`${options.account.username}:${options.account.password}`).toString('base64')}`
  const searches = new WeakMap<Province, ReturnType<typeof dossierSearch>>()
  const search = (province: Province) => {
    const known = searches.get(province) ?? dossierSearch(province)
    searches.set(province, known)
    return known
  }

  /** Links are of the address under which the client knows this machine. */
  const serviceRows = (request: Incoming) => {
    const host = `http://${request.headers.host ?? 'localhost'}`
    return catalogue().map((procedure, place) => serviceRow(procedure, place, host + SERVICES_BASE))
  }

  const answer = (request: Incoming, province: Province | undefined): Answer => {
    const [collection = '', id = '', part = ''] = segments(request)
    if (request.method !== 'GET') return noContent('UnsupportedOperationException')
    if (collection === 'dossiers' && id === '') {
      if (province === undefined) return json({ total: 0, data: [] })
      const { total, page } = search(province)(request.query)
      return json({ total, data: page.map((life) => listRow(life, province.standing(life))) })
    }
    if (collection === 'dossiers') return ofDossier(request, province, id, part, options)
    if (collection === 'serviceinfos' && province === undefined) return json({ total: 0, data: [] })
    if (collection === 'serviceinfos' && id === '') return json(serviceList(serviceRows(request), request.query))
    if (collection === 'serviceinfos') {
      const row = serviceRows(request).find((one) => String(one.serviceInfoId) === id || one.serviceCode === id)
      return row === undefined ? noContent('NoSuchServiceInfoException') : json({ ...row, fileTemplates: [] })
    }
    return { status: 404, body: '<html><body><h1>HTTP Status 404</h1></body></html>', headers: { 'content-type': 'text/html' } }
  }

  return {
    handle(request) {
      if (request.headers.authorization !== expectedAuthorization) return unauthenticated()
      try {
        // Another site, or none, is an empty one. §4.1
        return answer(request, request.headers.groupid === String(SITE) ? current() : undefined)
      } catch (error) {
        if (error instanceof UnreadableParameter) return noContent(error.message)
        throw error
      }
    },
    operation(request) {
      const [collection = '', id = '', part = ''] = segments(request)
      if (id === '') return { service: collection, key: request.query.toString() }
      return { service: part === '' ? `${collection}/detail` : part, key: id }
    },
  }
}

function ofDossier(request: Incoming, province: Province | undefined, id: string, part: string, options: OpenCpsOptions): Answer {
  const life = province === undefined ? undefined : findDossier(province, id)
  if (province === undefined || life === undefined) return noContent(`NoSuchDossierException: No Dossier exists with the key {${id}}`)
  const standing = province.standing(life)
  if (part === '') return json(detail(life, standing))
  if (part === 'syncs') {
    const rows = syncRows(life, standing)
    return json({ total: rows.length, data: slice(rows, request.query) })
  }
  if (part === 'payment' && (standing.payment !== null || options.withoutFee === 'zero-record')) return json(payment(life, standing))
  if (part === 'payment') return noContent('NoSuchPaymentFileException')
  // `/actions` fails on real data: it changes a list while it walks over it. §4.7
  return noContent('java.util.ConcurrentModificationException')
}

/** Numeric id, else number, else uid: tried in that order. §4.2 */
function findDossier(province: Province, id: string): Life | undefined {
  return (/^\d+$/.test(id) ? province.byDossierId(Number(id)) : undefined) ?? province.byCode(id) ?? province.byReferenceUid(id)
}

function serviceList(all: readonly Row[], query: URLSearchParams): unknown {
  const keyword = query.get('keyword')?.toLowerCase() ?? ''
  const domain = query.get('domain') ?? ''
  const synced = query.get('synced') ?? ''
  const rows = all.filter(
    (row) =>
      String(row.serviceName).toLowerCase().includes(keyword) &&
      (domain === '' || row.domainCode === domain) &&
      (synced === '' || String(row.synced) === synced),
  )
  return { total: rows.length, data: slice(rows, query) }
}

function segments(request: Incoming): readonly string[] {
  return request.path
    .slice(OPENCPS_BASE.length + 1)
    .split('/')
    .map(decode)
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** A 2xx that is a refusal. §4.7 */
export function unauthenticated(): Answer {
  const message = 'Non-Authoritative Information.'
  return json({ message, code: 203, description: message }, 203)
}

/** Whatever went wrong, OpenCPS says 403 and "No Content." §4.7 */
export function noContent(description: string): Answer {
  return json({ message: 'No Content.', code: 403, description }, 403)
}
