/** The database as DVCQG shares it: a session in the body, the destination in a header. contracts/procedure-database.md §3a */
import { hours } from '../../../base/index.js'
import { jsonHeaders } from '../../national-portal/index.js'
import { envelopeAnswer } from '../answer.js'
import type { ProcedureDatabaseCall, ProcedureDatabaseDialect, ProcedureDatabaseSite } from '../dialect.js'
import { sessionOutcomes } from '../outcome.js'

/** The list and the dictionaries are shared, a single procedure is asked of the integration path. For decisions: A. */
const endpointOf = { list: 'share', dictionary: 'share', procedure: 'integration', decision: 'integration' } as const
/** As in national-portal.md §2.1. */
const paths = { auth: '/mapi/login', share: '/mapi/g', integration: '/mapi/g' } as const

export const native: ProcedureDatabaseDialect = {
  name: 'native',
  needs: ['agencyCode', 'credentials.username', 'credentials.password'],
  uses: ['dstcode', 'endpoints'],
  offers: { dictionaries: true, decisions: true },
  form: 'national',
  detailBy: 'code',
  listFields: { code: ['MATTHC'], name: ['TENTTHC'], reference: [] },
  session: {
    // A: 6 h at the other end (§11); a session that we think still lives costs a call.
    maxAgeMs: hours(5),
    logIn: ({ username, password }, site) => post('auth', site, { username, password }),
  },
  request: (call, site, session) =>
    post(endpointOf[call.kind], site, { session, madonvi: site.agencyCode, service: call.service, ...argumentsOf(call) }),
  answer: envelopeAnswer,
  outcomes: sessionOutcomes,
}

function post(endpoint: keyof typeof paths, { baseUrl, endpoints, dstcode }: ProcedureDatabaseSite, body: object) {
  const headers = { ...jsonHeaders, ...(dstcode === undefined ? {} : { dstcode }) }
  return { method: 'POST' as const, url: baseUrl + (endpoints?.[endpoint] ?? paths[endpoint]), headers, body: JSON.stringify(body) }
}

function argumentsOf(call: ProcedureDatabaseCall): Readonly<Record<string, string>> {
  if (call.kind === 'procedure') return { maTTHC: call.code }
  return call.kind === 'decision' ? { idQDCB: call.id } : {}
}
