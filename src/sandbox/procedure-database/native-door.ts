/** The way in over the provincial adapter: a session, one path for lists and dictionaries, another for records. contracts/procedure-database.md §3a */
import { isSameOrAbove, parseAgencyCode } from '../../domain/index.js'
import { type Answer, isObject, json, type Loose, parseJson, textOf } from '../exchange.js'
import { refusals } from '../national-portal/refusals.js'
import type { Sessions } from '../national-portal/sessions.js'
import type { Call, SimulatedSystem } from '../system.js'
import { unroutable } from '../x-road.js'
import { LIST_SERVICES, type ProcedureDatabase } from './database.js'
import { isDictionary } from './dictionaries.js'
import { notFound, spoiledAnswer } from './spoiling.js'

export const NATIVE_BASE = '/procedure-database/native'
const LOGIN = '/mapi/login'

type Endpoint = 'share' | 'integration'

export function nativeDoor(database: ProcedureDatabase, sessions: Sessions): SimulatedSystem {
  const { options, counts } = database
  const refuse = (code: number, message: string): Answer => {
    counts.refused()
    return json({ error_code: code, message })
  }
  // Nobody has seen the code of a lost session; a number like HTTP's is our guess. §8
  const lost = (): Answer => refuse(401, refusals.sessionLost().message)

  const login = (body: Loose): Answer => {
    const { account } = options
    if (body.username !== account.username || body.password !== account.password) return refuse(-1, refusals.wrongPassword().message)
    counts.loggedIn()
    return json({ error_code: 0, message: '', session: sessions.open(account) })
  }

  const serve = (body: Loose, service: string, endpoint: string): Answer => {
    const account = sessions.holder(body.session)
    if (account === undefined) return lost()
    if (typeof body.madonvi !== 'string' || body.madonvi === '') return refuse(2, refusals.missing('madonvi').message)
    const own = parseAgencyCode(account.agencyCode)
    const named = parseAgencyCode(body.madonvi)
    if (!own.ok || !named.ok || !isSameOrAbove(own.value, named.value)) return refuse(-1, refusals.wrongAgency().message)
    const places = placesOf(service)
    if (!places.some((place) => options.endpoints[place] === endpoint)) return refuse(-1, refusals.unknownService(service).message)
    const missing = REQUIRED[service]
    if (missing !== undefined && (typeof body[missing] !== 'string' || body[missing] === '')) return refuse(2, refusals.missing(missing).message)
    const result = database.serve(service, body)
    if (result === undefined) return refuse(-1, refusals.unknownService(service).message)
    const fault = LIST_SERVICES.has(service) ? database.listFault() : service === 'LayThuTuc' ? database.detailFault(textOf(body.maTTHC)) : undefined
    return spoiledAnswer(json({ error_code: 0, result }), fault)
  }

  return {
    name: 'procedure-database',
    base: NATIVE_BASE,
    open(request) {
      const endpoint = request.path.slice(NATIVE_BASE.length)
      const known = endpoint === LOGIN || endpoint === options.endpoints.share || endpoint === options.endpoints.integration
      const call = (service: string, key: string, run: () => Answer): Call => ({
        service,
        key,
        stepKeys: [],
        run,
        sessionLost: lost,
        rejected: () => refuse(2, refusals.onDemand(key).message),
      })
      const astray = unroutable(request, options.dstcode, true)
      if (astray !== undefined) return call(endpoint, '', () => astray)
      if (request.method !== 'POST' || !known) return call(endpoint, '', notFound)
      const body = parseJson(request.body)?.value
      if (!isObject(body)) return call(endpoint, '', () => refuse(-1, refusals.notJson().message))
      if (endpoint === LOGIN) return call('login', textOf(body.username), () => login(body))
      const service = textOf(body.service)
      const key = textOf(body[REQUIRED[service] ?? ''])
      counts.asked(service, service === 'LayThuTuc' ? key : undefined)
      return call(service, key, () => serve(body, service, endpoint))
    },
  }
}

/** Arguments without which an operation is refused. */
const REQUIRED: Readonly<Record<string, string>> = { LayThuTuc: 'maTTHC', LayQDCB: 'idQDCB' }

/** Where a service lives; nobody has seen the native decision call, so it is at both. The list of one unit is the gateways' own. */
function placesOf(service: string): readonly Endpoint[] {
  if (service === 'LayThuTuc') return ['integration']
  if (service === 'LayQDCB') return ['share', 'integration']
  return service === 'LayDanhSachTTHC' || isDictionary(service) ? ['share'] : []
}
