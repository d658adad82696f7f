/**
 * The dialects of the national portal that come with the library. A further one is a further value in this file, composed of
 * the parts beside it, and a file of golden exchanges in test/contract/national-portal/: docs/dialects.md.
 */
import type { PortalCall, PortalDialect, PortalSite } from '../dialect.js'
import { adapterDialect, dstcodeInHeader, dstcodeInQuery } from './envelope.js'
import { relayDialect, trueFalse, withQuery } from './proxy.js'

const dialects: readonly PortalDialect[] = [
  /** The adapter as OpenCPS reached it from 2020 on. §2–3. */
  adapterDialect('vpcp-2020', dstcodeInHeader),
  /** The same with the destination in the query, seen in one province. §2. */
  adapterDialect('vpcp-2020-query', dstcodeInQuery),
  /** Adapters that know the destination themselves, as in the oldest public client. §2. */
  adapterDialect('vpcp-2020-bare'),
  /** A relay with the service as last part of the path, `…/SynsTTHCC/DongBoHoSoMC?MaDinhDanhDV=…&isUpdating=True`. §9.1. */
  relayDialect('provincial-proxy', { needs: ['credentials.token'], uses: ['serviceEndpoints'], address: byService }),
  /** A relay with an address of its own for creating, updating and progress; reads under a further one, if there is any. §9.1. */
  relayDialect('provincial-proxy-urls', { needs: ['urls'], address: byOperation, canLookUp: ({ urls }) => urls?.read !== undefined }),
]

/** By name, as configurations say it. */
export const portalDialects: ReadonlyMap<string, PortalDialect> = new Map(dialects.map((dialect) => [dialect.name, dialect]))

function byService({ service, agencyCode, updating, parameters }: PortalCall, { adapterUrl, serviceEndpoints }: PortalSite): string {
  const place = serviceEndpoints?.[service]
  return withQuery(adapterUrl + (place?.startsWith('/') ? place : `/${service}`), {
    MaDinhDanhDV: agencyCode,
    ...(updating === undefined ? {} : { isUpdating: trueFalse(updating) }),
    ...parameters,
  })
}

/** Without `urls.read` a read goes beside the adapter's address; `needs` guarantees the others. */
function byOperation({ service, updating, parameters }: PortalCall, { adapterUrl, urls }: PortalSite): string {
  if (service === 'DongBoHoSoMC') return (updating ? urls?.update : urls?.create) ?? adapterUrl
  if (service === 'CapNhatTienDoHoSoMC') return urls?.progress ?? adapterUrl
  return withQuery(`${urls?.read ?? adapterUrl}/${service}`, parameters ?? {})
}
