/** A gateway of the province that holds the session itself: GET, and JSON text inside `message`. contracts/procedure-database.md §3b */
import { withQuery } from '../../national-portal/index.js'
import { gatewayAnswer } from '../answer.js'
import type { ProcedureDatabaseCall, ProcedureDatabaseDialect, ProcedureDatabaseSite } from '../dialect.js'
import { gatewayOutcomes } from '../outcome.js'

export const provincialGateway: ProcedureDatabaseDialect = {
  name: 'provincial-gateway',
  needs: [],
  uses: ['unitCode'],
  offers: { dictionaries: true, decisions: true },
  form: 'national',
  detailBy: 'code',
  listFields: { code: ['MATTHC'], name: ['TENTTHC'], reference: [] },
  request: (call, site, token) => ({
    method: 'GET',
    url: withQuery(`${site.baseUrl}/KetNoiMotCuaQuocGia/${call.service}`, argumentsOf(call, site)),
    headers: { Accept: 'application/json', ...(token === '' ? {} : { Authorization: `Bearer ${token}` }) },
  }),
  answer: gatewayAnswer,
  outcomes: gatewayOutcomes,
}

function argumentsOf(call: ProcedureDatabaseCall, { unitCode }: ProcedureDatabaseSite): Readonly<Record<string, string>> {
  if (call.kind === 'procedure') return { maTTHC: call.code }
  if (call.kind === 'decision') return { idQDCB: call.id }
  return call.kind === 'list' && unitCode !== undefined ? { maDonVi: unitCode } : {}
}
