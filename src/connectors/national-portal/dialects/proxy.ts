/**
 * Parts of the dialects of provincial relays, which own session and envelope: the bare array goes to an address per service,
 * everything else into the query (§9.1 D2).
 */
import { relayAnswer } from '../answer.js'
import type { PortalCall, PortalDialect, PortalSite, WireRequest } from '../dialect.js'
import { plainTextOutcomes, portalOutcomes } from '../outcome.js'
import { jsonHeaders } from './envelope.js'

/** Adds query parameters in the order given. */
export function withQuery(url: string, parameters: Readonly<Record<string, string>>): string {
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  return query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`
}

/** `True` and `False` with a capital letter, also in the query (§4.1). */
export const trueFalse = (value: boolean): string => (value ? 'True' : 'False')

/** A POST of the bare array, or a GET where there is nothing to post; the token as a Bearer when there is one (§3.1). */
export function relayed(url: string, call: PortalCall, token: string): WireRequest {
  const headers = { ...jsonHeaders, ...(token === '' ? {} : { Authorization: `Bearer ${token}` }) }
  return call.data === undefined ? { method: 'GET', url, headers } : { method: 'POST', url, headers, body: JSON.stringify(call.data) }
}

export interface RelayRouting extends Partial<Pick<PortalDialect, 'needs' | 'uses' | 'canLookUp'>> {
  /** Where a call goes, with its query. */
  readonly address: (call: PortalCall, site: PortalSite) => string
}

/** A dialect of relays that differs only in where a call goes. */
export function relayDialect(name: string, { address, needs = [], uses = [], canLookUp = () => true }: RelayRouting): PortalDialect {
  return {
    name,
    needs,
    uses,
    request: (call, site, token) => relayed(address(call, site), call, token),
    answer: relayAnswer,
    outcomes: [...plainTextOutcomes, ...portalOutcomes],
    canLookUp,
    dossiersPerCall: 50,
    stepsPerCall: 10,
  }
}
