/** `GET /dossiers` with the parameters of contracts/provincial-sources.md §4.2. There is no modified-since. */
import { DAY_MS, type Instant, wallClockFormat } from '../../domain/index.js'
import type { Life } from '../province/life.js'
import type { Province } from '../province/province.js'
import type { Standing } from '../province/standing.js'
import { originality, paymentStatus } from './rendering.js'

/** A parameter that the server cannot read; OpenCPS turns every exception into 403. §4.7 */
export class UnreadableParameter extends Error {}

type Test = (life: Life, standing: Standing) => boolean
type Moment = (life: Life, standing: Standing) => Instant | null

const MOMENTS: Readonly<Record<string, Moment>> = {
  ReceiveDate: (_, standing) => standing.receivedAt,
  SubmitDate: (life) => life.submittedAt,
  ReleaseDate: (_, standing) => standing.releasedAt,
  FinishDate: (_, standing) => standing.finishedAt,
  DueDate: (_, standing) => standing.dueAt,
}

const among = (text: string, value: string): boolean => text.split(',').some((part) => part.trim() === value)

const TESTS: Readonly<Record<string, (wanted: string) => Test>> = {
  status: (wanted) => (_, standing) => among(wanted, standing.status),
  substatus: (wanted) => (_, standing) => among(wanted, standing.subStatus),
  agency: (wanted) => (life) => wanted === 'all' || among(wanted, life.agency.code),
  service: (wanted) => (life) => among(wanted, life.procedure.localCode),
  domain: (wanted) => (life) => among(wanted, life.procedure.sectorCode),
  dossierNo: (wanted) => (_, standing) => standing.code.toUpperCase() === wanted.toUpperCase(),
  applicantIdNo: (wanted) => (life) => life.applicant.number === wanted,
  online: (wanted) => (life) => String(life.online) === wanted,
  originality: (wanted) => (life) => among(wanted, String(originality(life))),
  paymentStatus: (wanted) => (_, standing) => among(wanted, String(paymentStatus(standing))),
  viapostal: (wanted) => (life) => among(wanted, life.byPost ? '2' : '0'),
}

/** By what a list may be sorted; the newest change comes first when nobody asks. */
const SORTS: Readonly<Record<string, (life: Life, standing: Standing) => number>> = {
  dossierId: (life) => life.dossierId,
  createDate: (life) => life.createdAt,
  modifiedDate: (_, standing) => standing.modifiedAt,
  submitDate: (life) => life.submittedAt,
  receiveDate: (_, standing) => standing.receivedAt ?? 0,
  dueDate: (_, standing) => standing.dueAt ?? 0,
  releaseDate: (_, standing) => standing.releasedAt ?? 0,
  finishDate: (_, standing) => standing.finishedAt ?? 0,
}

const PAGING = new Set(['start', 'end', '_'])
const KEPT = 8

/** Searches a province; keeps the last few hit lists so that paging through a window costs one search. */
export function dossierSearch(province: Province): (query: URLSearchParams) => { total: number; page: readonly Life[] } {
  const recent = new Map<string, readonly Life[]>()
  return (query) => {
    const key = `${province.now}?${[...query]
      .filter(([name]) => !PAGING.has(name))
      .sort()
      .join('&')}`
    const hits = recent.get(key) ?? find(province, query)
    recent.delete(key)
    recent.set(key, hits)
    for (const oldest of recent.keys()) {
      if (recent.size <= KEPT) break
      recent.delete(oldest)
    }
    return { total: hits.length, page: slice(hits, query) }
  }
}

function find(province: Province, query: URLSearchParams): readonly Life[] {
  const tests = testsOf(query)
  const hits = province.lives.filter((life) => {
    const standing = province.standing(life)
    return tests.every((test) => test(life, standing))
  })
  const rank = SORTS[(query.get('sort') ?? 'modifiedDate').replace(/_(Number_)?sortable$/, '')] ?? SORTS.modifiedDate
  // Liferay calls the flag "reverse": true and desc mean the same. Without a sort, newest first.
  const direction = /^(desc|true)$/i.test(query.get('order') ?? (query.has('sort') ? 'asc' : 'desc')) ? -1 : 1
  const ranks = new Map(hits.map((life) => [life, rank?.(life, province.standing(life)) ?? 0]))
  return hits.sort((a, b) => direction * ((ranks.get(a) ?? 0) - (ranks.get(b) ?? 0) || a.dossierId - b.dossierId))
}

function testsOf(query: URLSearchParams): readonly Test[] {
  const tests: Test[] = []
  for (const [name, wanted] of query) {
    if (wanted === '') continue
    const simple = TESTS[name]
    if (simple !== undefined) tests.push(simple(wanted))
    const bound = /^(from|to)(\w+Date)$/.exec(name)
    const moment = MOMENTS[bound?.[2] ?? '']
    if (bound === null || moment === undefined) continue
    const day = startOf(wanted)
    // Both days count in full.
    if (bound[1] === 'from') tests.push((life, standing) => (moment(life, standing) ?? Number.NEGATIVE_INFINITY) >= day)
    else tests.push((life, standing) => (moment(life, standing) ?? Number.POSITIVE_INFINITY) < day + DAY_MS)
  }
  return tests
}

const dayFormat = wallClockFormat('dd/MM/yyyy')

function startOf(text: string): Instant {
  const at = dayFormat.parse(text)
  if (at === undefined) throw new UnreadableParameter(`java.text.ParseException: Unparseable date: "${text}"`)
  return at
}

/** Row numbers, not pages; without an end, or with end 0, the whole site. §4.2 */
export function slice<T>(rows: readonly T[], query: URLSearchParams): readonly T[] {
  const start = number(query.get('start'))
  const end = number(query.get('end'))
  return end === 0 ? rows : rows.slice(start, end)
}

function number(text: string | null): number {
  if (text === null || text === '') return 0
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new UnreadableParameter(`java.lang.NumberFormatException: For input string: "${text}"`)
  return value
}
