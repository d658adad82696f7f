/** `pa/dossier/search`: Spring paging over a list that moves, filters with kebab-case names. contracts/provincial-sources.md §7.1–7.2 */
import { hashText } from '../../base/index.js'
import { type Instant, instant } from '../../domain/index.js'
import type { Life } from '../province/life.js'
import type { Province } from '../province/province.js'
import type { Standing } from '../province/standing.js'
import { agencyIdOf, isKept, PROVINCE_OBJECT_ID } from './igate-rendering.js'

/** A parameter that the server cannot read. */
export class BadParameter extends Error {}

export interface Paged<T> {
  readonly content: readonly T[]
  readonly page: number
  readonly size: number
  readonly total: number
}

type Test = (life: Life, standing: Standing) => boolean

const upTo = (text: string, at: Instant | null, sign: 1 | -1): boolean => at !== null && sign * at >= sign * momentOf(text)

/** What the gateway filters by; what it does not know it ignores, as Spring does. */
const FILTERS: Readonly<Record<string, (wanted: string) => Test>> = {
  // A part of a number is enough.
  code: (wanted) => (_, standing) => standing.code.toLowerCase().includes(wanted.toLowerCase()),
  identity: (wanted) => (life) => life.applicant.number === wanted,
  'owner-fullname': (wanted) => (life) => life.applicant.name.toLowerCase().includes(wanted.toLowerCase()),
  procedure: (wanted) => (life) => life.procedure.localCode === wanted,
  'apply-method': (wanted) => (life) => (life.online ? '0' : '1') === wanted,
  'accept-from': (wanted) => (_, standing) => upTo(wanted, standing.receivedAt, 1),
  'accept-to': (wanted) => (_, standing) => upTo(wanted, standing.receivedAt, -1),
  'appointment-from': (wanted) => (_, standing) => upTo(wanted, standing.dueAt, 1),
  'appointment-to': (wanted) => (_, standing) => upTo(wanted, standing.dueAt, -1),
  'ancestor-agency-id': (wanted) => (life) => wanted === PROVINCE_OBJECT_ID || wanted === agencyIdOf(life.agency),
}

export interface DossierList {
  search(query: URLSearchParams): Paged<Life>
  updatedAt(life: Life): Instant
}

/** The dossiers of one province, the last change first; `moving` of them are touched after each look, as officers would. */
export function dossierList(province: Province, moving: number): DossierList {
  const touched = new Map<number, Instant>()
  let looks = 0
  let sorted: { readonly at: string; readonly lives: readonly Life[] } | undefined
  const updatedAt = (life: Life): Instant => touched.get(life.index) ?? province.standing(life).modifiedAt
  const inOrder = () => {
    const at = `${province.now}/${touched.size}/${looks}`
    if (sorted?.at !== at) {
      const lives = province.lives.filter(isKept)
      sorted = { at, lives: lives.sort((a, b) => updatedAt(b) - updatedAt(a) || b.index - a.index) }
    }
    return sorted.lives
  }
  return {
    updatedAt,
    search(query) {
      const lives = inOrder()
      const tests = [...query].flatMap(([name, wanted]) => (wanted === '' ? [] : (FILTERS[name]?.(wanted) ?? [])))
      const hits = tests.length === 0 ? lives : lives.filter((life) => tests.every((test) => test(life, province.standing(life))))
      const paged = pageOf(isNewestFirst(query) ? hits : [...hits].sort((a, b) => a.index - b.index), query)
      for (let count = 0; count < moving && lives.length > 0; count++) {
        looks++
        const life = lives[hashText(`move/${looks}`) % lives.length]
        if (life !== undefined) touched.set(life.index, instant(province.now + looks))
      }
      return paged
    },
  }
}

function isNewestFirst(query: URLSearchParams): boolean {
  return query.getAll('sort').some((sort) => sort === 'updatedDate,desc')
}

export function pageOf<T>(rows: readonly T[], query: URLSearchParams): Paged<T> {
  const page = numberIn(query, 'page', 0)
  const size = numberIn(query, 'size', 20)
  if (size === 0) throw new BadParameter('Page size must not be less than one')
  return { content: rows.slice(page * size, (page + 1) * size), page, size, total: rows.length }
}

/** The answer in Spring's words; a slice knows no totals. */
export function springPage<T>({ content, page, size, total }: Paged<T>, query: URLSearchParams, show: (row: T) => unknown): unknown {
  const last = (page + 1) * size >= total
  const common = {
    content: content.map(show),
    pageable: { pageNumber: page, pageSize: size },
    last,
    number: page,
    size,
    numberOfElements: content.length,
    first: page === 0,
  }
  if (query.get('spec') === 'slice') return { ...common, empty: content.length === 0 }
  return { ...common, totalPages: Math.ceil(total / size), totalElements: total, empty: content.length === 0 }
}

function numberIn(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name)
  if (text === null || text === '') return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new BadParameter(`Failed to convert value of type 'String' to required type 'int'; ${name}`)
  return value
}

function momentOf(text: string): Instant {
  const at = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
  if (Number.isNaN(at)) throw new BadParameter(`Text could not be parsed at index 0`)
  return instant(at)
}
