/** Parts of the dialects that speak to the adapter itself: session, unit and service in one JSON body (§3, §9.1 D1). */
import { minutes } from '../../../base/index.js'
import { jsonAnswer } from '../answer.js'
import type { PortalDialect, PortalSite } from '../dialect.js'
import { portalOutcomes } from '../outcome.js'
import type { PortalService } from '../wire.js'

/** §2.1: not simply "Lay* is shared, DongBo* is integrated". */
export const serviceEndpoint: Readonly<Record<PortalService, 'share' | 'integration'>> = {
  LayDanhMucCoQuan: 'share',
  TraCuuTechID: 'share',
  TraCuuHoSo: 'integration',
  DongBoHoSoMC: 'integration',
  CapNhatTienDoHoSoMC: 'integration',
}

/** §2.1; the second and third are inferred from the sibling platform. */
const endpointPaths = { auth: '/mapi/login', share: '/mapi/g', integration: '/mapi/g' } as const

/** How `dstcode` travels: in two ways, or not at all (§2). */
export type Routing = (url: string, site: PortalSite) => { readonly url: string; readonly headers: Readonly<Record<string, string>> }

export const dstcodeInHeader: Routing = (url, { dstcode }) => ({ url, headers: dstcode === undefined ? {} : { dstcode } })
export const dstcodeInQuery: Routing = (url, { dstcode }) => ({
  url: dstcode === undefined ? url : `${url}?dstcode=${encodeURIComponent(dstcode)}`,
  headers: {},
})
const addedByTheAdapter: Routing = (url) => ({ url, headers: {} })

/** §3.1 */
export const jsonHeaders = { Accept: 'application/json', 'Content-Type': 'application/json', Charset: 'utf-8' } as const

/** A dialect of the adapter that differs only in how the call is routed. Without `routing` there is no `dstcode`. */
export function adapterDialect(name: string, routing?: Routing): PortalDialect {
  const route = routing ?? addedByTheAdapter
  const post = (path: string, site: PortalSite, body: unknown) => {
    const { url, headers } = route(site.adapterUrl + path, site)
    return { method: 'POST' as const, url, headers: { ...jsonHeaders, ...headers }, body: JSON.stringify(body) }
  }
  return {
    name,
    needs: ['credentials.username', 'credentials.password'],
    uses: ['endpoints', 'serviceEndpoints', ...(routing === undefined ? [] : (['dstcode'] as const))],
    session: {
      maxAgeMs: minutes(10),
      logIn: ({ username, password }, site) => post(site.endpoints?.auth ?? endpointPaths.auth, site, { username, password }),
    },
    request: ({ service, agencyCode, updating, data, parameters }, site, session) =>
      post(pathOf(service, site), site, {
        session,
        madonvi: agencyCode,
        service,
        ...(updating === undefined ? {} : { isUpdating: updating ? 'True' : 'False' }),
        ...(data === undefined ? {} : { data }),
        ...parameters,
      }),
    answer: jsonAnswer,
    outcomes: portalOutcomes,
    canLookUp: () => true,
    dossiersPerCall: 50,
    stepsPerCall: 10,
  }
}

function pathOf(service: PortalService, { endpoints, serviceEndpoints }: PortalSite): string {
  const place = serviceEndpoints?.[service] ?? serviceEndpoint[service]
  return place === 'share' || place === 'integration' ? (endpoints?.[place] ?? endpointPaths[place]) : place
}
