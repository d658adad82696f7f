/** A VNPT iGate 2.x installation over the story of a province: login server and microservices. contracts/provincial-sources.md §7 */
import { type Answer, type Incoming, json } from '../exchange.js'
import { agencies } from '../province/catalogue.js'
import { type Life, objectIdOf } from '../province/life.js'
import type { LocalProcedure } from '../province/local-catalogue.js'
import type { Province } from '../province/province.js'
import { agencyIdOf, agencyRow, dossierRow, isKept, leanRow, PROVINCE_OBJECT_ID, procedureRow, procostRows } from './igate-rendering.js'
import { BadParameter, type DossierList, dossierList, pageOf, springPage } from './igate-search.js'
import { type IgateTokens, unauthorized } from './igate-tokens.js'

export const IGATE_BASE = '/one-stop/igate'

export interface IgateOptions {
  /** Dossiers that somebody touches after each look at the list. Default none. */
  readonly moving: number
  /** Whether dossiers show when their result was handed over. Assumed by the contract. */
  readonly returnedDate: boolean
  /** Whether the search leaves tasks and fees to the detail. */
  readonly leanSearch: boolean
}

export const igateDefaults: IgateOptions = { moving: 0, returnedDate: false, leanSearch: false }

export interface IgateSystem {
  handle(request: Incoming): Answer
  /** Names the operation and its subject, for the plan of faults. */
  operation(request: Incoming): { readonly service: string; readonly key: string }
}

export interface IgateWorld {
  readonly tokens: IgateTokens
  province(): Province | undefined
  catalogue(): readonly LocalProcedure[]
}

export function igate({ tokens, ...world }: IgateWorld, options: IgateOptions): IgateSystem {
  const lists = new WeakMap<Province, DossierList>()
  const listOf = (province: Province): DossierList => {
    const list = lists.get(province) ?? dossierList(province, options.moving)
    lists.set(province, list)
    return list
  }
  const row = (province: Province, life: Life) => dossierRow(life, province.standing(life), listOf(province).updatedAt(life), options)

  const search = ({ query }: Incoming): Answer => {
    const province = world.province()
    if (province === undefined) return json(springPage(pageOf([], query), query, () => null))
    const show = (life: Life) => (options.leanSearch ? leanRow(row(province, life)) : row(province, life))
    return json(springPage(listOf(province).search(query), query, show))
  }
  const dossier = (id: string): Answer => {
    const province = world.province()
    const life = province?.lives[Number.parseInt(id.slice(-8), 16)]
    if (province === undefined || life === undefined || !isKept(life) || objectIdOf(life) !== id) return notFound('Dossier', id)
    return json(row(province, life))
  }
  const procedures = ({ query }: Incoming): Answer => {
    const keyword = query.get('keyword')?.toLowerCase() ?? ''
    const rows = world.catalogue().filter(({ name, localCode }) => `${localCode} ${name}`.toLowerCase().includes(keyword))
    const places = new Map(world.catalogue().map((procedure, place) => [procedure, place]))
    return json(springPage(pageOf(rows, query), query, (procedure) => procedureRow(procedure, places.get(procedure) ?? 0)))
  }
  const procosts = ({ query }: Incoming): Answer => {
    const wanted = query.get('procedure-id')
    const procedure = world.catalogue().find((one, place) => procedureRow(one, place).id === wanted)
    return procedure === undefined ? notFound('Procedure', wanted ?? '') : json({ content: procostRows(procedure) })
  }
  const agency = (id: string): Answer => {
    const found = agencies.find((one) => agencyIdOf(one) === id)
    return found === undefined ? notFound('Agency', id) : json(agencyRow(found))
  }

  const answer = (request: Incoming): Answer => {
    const [service = '', collection = '', last = ''] = segments(request)
    if (request.method !== 'GET') return json({ status: 405, error: 'Method Not Allowed' }, 405)
    if (service === 'pa' && collection === 'dossier') return last === 'search' ? search(request) : dossier(last)
    if (service === 'bd' && collection === 'procedure' && last === '--can-apply') return procedures(request)
    if (service === 'bd' && collection === 'procost' && last === '--for-online') return procosts(request)
    if (service === 'ba' && collection === 'agency' && last === '--by-parent-id')
      return json(springPage(pageOf(request.query.get('parent-id') === PROVINCE_OBJECT_ID ? agencies : [], request.query), request.query, agencyRow))
    if (service === 'ba' && collection === 'agency') return agency(last)
    // The gateway knows no such service: a page, and no JSON.
    return { status: 404, body: '<html><body><h1>404 Not Found</h1></body></html>', headers: { 'content-type': 'text/html' } }
  }

  return {
    handle(request) {
      const path = request.path.slice(IGATE_BASE.length)
      if (tokens.isTokenPath(path)) return tokens.issue(request)
      if (!tokens.isGood(request.headers.authorization)) return unauthorized()
      try {
        return answer(request)
      } catch (error) {
        if (error instanceof BadParameter) return json({ status: 400, error: 'Bad Request', message: error.message }, 400)
        throw error
      }
    },
    operation(request) {
      const path = request.path.slice(IGATE_BASE.length)
      if (tokens.isTokenPath(path)) return { service: 'token', key: path }
      const [service = '', collection = '', last = ''] = segments(request)
      const name = last === 'search' ? 'search' : last === '--can-apply' ? 'procedures' : last === '--for-online' ? 'procost' : collection
      return { service: name, key: last.startsWith('--') || last === 'search' ? request.query.toString() : `${service}/${last}` }
    },
  }
}

function segments(request: Incoming): readonly string[] {
  return request.path
    .slice(IGATE_BASE.length + 1)
    .split('/')
    .filter((segment) => segment !== '')
}

function notFound(what: string, id: string): Answer {
  return json({ status: 404, error: 'Not Found', message: `${what} not found: ${id}` }, 404)
}
