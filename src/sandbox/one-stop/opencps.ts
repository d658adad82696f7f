/** An OpenCPS v2 one-stop system over the story of a province. contracts/provincial-sources.md §4 */
import type { Clock } from '../../base/index.js'
import { type Answer, type Incoming, json } from '../exchange.js'
import { SERVICES_BASE } from '../procedure-database/published-services.js'
import type { Life } from '../province/life.js'
import type { LocalProcedure } from '../province/local-catalogue.js'
import type { Province } from '../province/province.js'
import { type OpenCpsEntry, openCpsWrites, RefusedForm } from './opencps-writes.js'
import { inAcceptedForm } from './opencps-xml.js'
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
  /** Fields that `PUT /dossiers/{id}` keeps besides those of its form. The public source keeps none (A). */
  readonly keeps: readonly string[]
}

export interface OpenCps {
  handle(request: Incoming): Answer
  /** Of a dossier: how many forms it took. */
  updatesOf(uid: string): number
  replay(entry: OpenCpsEntry): void
  reset(): void
  /** Names the operation and its subject, for the plan of faults. */
  operation(request: Incoming): { readonly service: string; readonly key: string }
}

export interface OpenCpsWorld {
  readonly clock: Clock
  readonly current: () => Province | undefined
  readonly catalogue: () => readonly LocalProcedure[]
  readonly keep: (entry: OpenCpsEntry) => void
}

export function openCps({ clock, current, catalogue, keep }: OpenCpsWorld, options: OpenCpsOptions): OpenCps {
  const writes = openCpsWrites(clock, options.keeps, keep)
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
    if (request.method !== 'GET') return write(request, province, [collection, id, part])
    if (collection === 'dossiers' && id === '') {
      if (province === undefined) return json({ total: 0, data: [] })
      const { total, page } = search(province)(request.query)
      return json({ total, data: page.map((life) => shown(listRow, life, province)) })
    }
    if (collection === 'dossiers' && part === '') {
      const life = province && findDossier(province, id)
      if (province !== undefined && life !== undefined) return json(shown(detail, life, province))
      const handedOver = province && writes.published(id)
      if (handedOver !== undefined) return json(handedOver)
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

  const shown = (render: typeof listRow, life: Life, province: Province) => {
    const standing = province.standing(life)
    return writes.shown(render(life, standing), life, standing)
  }

  const write = (request: Incoming, province: Province | undefined, [collection, id, part]: readonly [string, string, string]): Answer => {
    if (collection !== 'dossiers' || part !== '') return noContent('UnsupportedOperationException')
    if (request.method === 'POST' && id === 'publish') return province === undefined ? noContent('site 0') : json(writes.publish(request))
    // The number alone names a dossier here. §4.2
    const life = /^\d+$/.test(id) ? province?.byDossierId(Number(id)) : undefined
    if (request.method !== 'PUT' || province === undefined || life === undefined) return noContent('java.lang.NullPointerException')
    writes.update(life, request, province.now)
    return json(shown(detail, life, province))
  }

  const handled = (request: Incoming): Answer => {
    if (request.headers.authorization !== expectedAuthorization) return unauthenticated()
    try {
      // Another site, or none, is an empty one. §4.1
      return answer(request, request.headers.groupid === String(SITE) ? current() : undefined)
    } catch (error) {
      if (error instanceof UnreadableParameter || error instanceof RefusedForm) return noContent(error.message)
      throw error
    }
  }

  return {
    handle: (request) => inAcceptedForm(request, handled(request)),
    updatesOf: writes.updatesOf,
    replay: writes.replay,
    reset: writes.reset,
    operation(request) {
      const [collection = '', id = '', part = ''] = segments(request)
      if (id === '') return { service: collection, key: request.query.toString() }
      if (request.method !== 'GET') return { service: id === 'publish' ? 'publish' : 'update', key: id === 'publish' ? request.body : id }
      return { service: part === '' ? `${collection}/detail` : part, key: id }
    },
  }
}

function ofDossier(request: Incoming, province: Province | undefined, id: string, part: string, options: OpenCpsOptions): Answer {
  const life = province === undefined ? undefined : findDossier(province, id)
  if (province === undefined || life === undefined) return noContent(`NoSuchDossierException: No Dossier exists with the key {${id}}`)
  const standing = province.standing(life)
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
