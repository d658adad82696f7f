/**
 * What the national portal's own web pages read in 2026: no account, pages by cursor, throttled. Not a contract between authorities, so
 * it is asked politely. contracts/procedure-database.md §3c
 */
import { formalityAnswerIn } from '../answer.js'
import type { ProcedureDatabaseDialect } from '../dialect.js'
import { publicPortalOutcomes } from '../outcome.js'
import { FORMALITY_PAGE, formalityPaths } from '../wire.js'

const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }

export const publicPortal2026: ProcedureDatabaseDialect = {
  name: 'public-portal-2026',
  needs: [],
  offers: { dictionaries: false, decisions: false },
  form: 'portal-2026',
  detailBy: 'reference',
  listFields: { code: ['code', 'codeNotation'], name: ['name'], reference: ['id'] },
  // As the politest of its public readers.
  limits: { concurrency: 3, requestsPerSecond: 6 },
  request: (call, { baseUrl }) =>
    call.kind === 'list'
      ? post(baseUrl + formalityPaths.list, { limit: FORMALITY_PAGE, lastId: call.lastId ?? '', q: '', categoryId: '', departmentCode: '' })
      : post(baseUrl + formalityPaths.detail, { id: call.kind === 'procedure' ? call.reference : null }),
  answer: formalityAnswerIn,
  outcomes: publicPortalOutcomes,
}

function post(url: string, body: object) {
  return { method: 'POST' as const, url, headers, body: JSON.stringify(body) }
}
