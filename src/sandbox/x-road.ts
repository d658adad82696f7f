/** The adapter in front of national systems: it routes by `dstcode`. contracts/national-portal.md §2 */
import { type Answer, type Incoming, json } from './exchange.js'

/** `dstcode` in a header or in the query, or added by the adapter itself. @returns the adapter's own error for a call that it cannot route. */
export function unroutable(request: Incoming, expected: string, required: boolean): Answer | undefined {
  const dstcode = request.headers.dstcode ?? request.query.get('dstcode') ?? undefined
  if (dstcode === expected || (dstcode === undefined && !required)) return undefined
  const type = 'Server.ClientProxy.UnknownMember'
  return {
    ...json({ type, message: 'Could not find addresses for service provider' }, 500),
    headers: { 'content-type': 'application/json', 'x-road-error': type },
  }
}
