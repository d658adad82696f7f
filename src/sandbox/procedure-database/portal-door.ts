/** The public portal of 2026: nobody logs in, pages follow a cursor, and who asks too often is told to wait. contracts/procedure-database.md §3c */
import type { Clock } from '../../base/index.js'
import { FORMALITY_PAGE, formalityPaths } from '../../connectors/procedure-database/wire.js'
import { type Answer, isObject, json, type Loose, parseJson, textOf } from '../exchange.js'
import type { Call, SimulatedSystem } from '../system.js'
import type { ListedEntry } from './catalogue.js'
import type { ProcedureDatabase } from './database.js'
import { formality, formalityRow } from './formality.js'
import { notFound, spoiledAnswer, spoiledRecord, spoiledRows } from './spoiling.js'
import { type Throttle, throttle } from './throttle.js'

export const PORTAL_BASE = '/procedure-database/portal'

export function publicPortalDoor(database: ProcedureDatabase, clock: Clock): SimulatedSystem & { readonly throttle: Throttle } {
  const { options, counts, catalogue } = database
  const gate = throttle(clock, options.throttle)
  const refuse = (code: string, message: string): Answer => {
    counts.refused()
    // HTTP 201 and no success: only the code tells.
    return said({ code, message, data: null })
  }

  const list = (body: Loose): Answer => {
    const { limit = FORMALITY_PAGE, lastId = '' } = body
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) return refuse('INVALID_ARGUMENT', 'limit')
    if (typeof lastId !== 'string') return refuse('INVALID_ARGUMENT', 'lastId')
    const start = lastId === '' ? -1 : catalogue.byId(lastId)?.position
    if (start === undefined) return refuse('INVALID_ARGUMENT', 'lastId')
    const shown = catalogue.list().filter((entry) => entry.state === '1')
    const fault = database.listFault()
    const open = fault === 'empty' ? [] : fault === 'cut' || fault === 'short' ? shown.slice(0, Math.ceil(shown.length / 2)) : shown
    const total = fault === 'empty' || fault === 'short' ? open.length : shown.length
    const page = open.filter((entry) => entry.position > start).slice(0, Math.min(limit, FORMALITY_PAGE))
    const items = spoiledRows(
      page.map((entry) => formalityRow(entry, catalogue.facts(entry))),
      fault === 'short' ? undefined : fault,
    )
    return spoiledAnswer(
      said({ code: 'OK', message: '', data: { items, lastId: page.at(-1)?.id ?? '', total } }),
      fault === 'cut' ? undefined : fault,
    )
  }

  const detail = (entry: ListedEntry | undefined): Answer => {
    if (entry === undefined || !catalogue.isListed(entry.code)) return refuse('NOT_FOUND', 'Không tìm thấy thủ tục hành chính')
    const fault = database.detailFault(entry.code)
    const facts = catalogue.facts(entry)
    const data = spoiledRecord(formality(entry, facts, catalogue.decision(facts.decisionId)), fault) ?? null
    return spoiledAnswer(said({ code: 'OK', message: '', data }), fault)
  }

  const operations: Readonly<Record<string, { readonly subject: string; run(body: Loose): Answer }>> = {
    [formalityPaths.list]: { subject: 'lastId', run: list },
    [formalityPaths.detail]: { subject: 'id', run: (body) => detail(catalogue.byId(textOf(body.id))) },
    [formalityPaths.pdf]: { subject: 'formalityId', run: (body) => pdf(catalogue.byId(textOf(body.formalityId))) },
  }
  const pdf = (entry: ListedEntry | undefined): Answer =>
    entry === undefined ? notFound() : { status: 201, body: `%PDF-1.4\n% ${entry.code}\n%%EOF\n`, headers: { 'content-type': 'application/pdf' } }

  return {
    name: 'procedure-database-portal',
    base: PORTAL_BASE,
    throttle: gate,
    open(request) {
      const path = request.path.slice(PORTAL_BASE.length)
      const service = path.slice(path.lastIndexOf('/') + 1)
      const operation = request.method === 'POST' ? operations[path] : undefined
      const body = parseJson(request.body)?.value
      const subject = isObject(body) && operation !== undefined ? textOf(body[operation.subject]) : ''
      // Faults hang on the procedure's code, as in the other dialects; a page is named by its cursor.
      const key = path === formalityPaths.list ? subject : (catalogue.byId(subject)?.code ?? subject)
      const call = (run: () => Answer, done?: () => void): Call => ({
        service,
        key,
        stepKeys: [],
        run,
        ...(done && { done }),
        sessionLost: () => ({ status: 403, body: 'Request Rejected', headers: { 'content-type': 'text/html' } }),
        rejected: () => refuse('REJECTED', 'Từ chối theo kịch bản kiểm thử'),
      })
      const leave = gate.enter()
      if (leave === undefined) {
        counts.throttled()
        return call(tooMany)
      }
      if (operation === undefined) return call(notFound, leave)
      counts.asked(service, path === formalityPaths.detail ? key : undefined)
      return call(() => (isObject(body) ? operation.run(body) : refuse('INVALID_ARGUMENT', 'body')), leave)
    },
  }
}

function tooMany(): Answer {
  return { status: 429, body: 'Too Many Requests', headers: { 'content-type': 'text/plain', 'retry-after': '1' } }
}

function said(value: unknown): Answer {
  return json(value, 201)
}
