/** Lists and records that are wrong in ways a client has to notice. Switched on through the door; the plan of faults knows nothing of them. */
import { type Answer, json } from '../exchange.js'
import type { Row } from './national-record.js'
import { windows1258 } from './windows-1258.js'

/**
 * `empty`: no rows, and no word why. `cut`: ends in the middle; in the public portal the cursor ends before `total` is reached. `short`: ends
 * in the middle and parses. `duplicate`: some codes twice, every other time under another name. `spaced-codes`: white space around some codes and
 * inside a few. `html`: a page instead. `wrong-encoding`: Windows-1258 that calls itself UTF-8. `broken-rows`: some rows are none. `huge`: over 20 MB.
 */
export const LIST_FAULTS = ['empty', 'cut', 'short', 'duplicate', 'spaced-codes', 'html', 'wrong-encoding', 'broken-rows', 'huge'] as const
export type ListFault = (typeof LIST_FAULTS)[number]

/**
 * `empty`: an empty result, as for an unknown code. `blank`: a record without contents. `html`, `wrong-encoding`: as above. `bad-fee`: an amount that
 * is no number. `garbage`: half a JSON. `other`: the record of another code. `huge`: over 20 MB.
 */
export const DETAIL_FAULTS = ['empty', 'blank', 'html', 'wrong-encoding', 'bad-fee', 'garbage', 'other', 'huge'] as const
export type DetailFault = (typeof DETAIL_FAULTS)[number]

/** Faults of the rows themselves, the same in every dialect. `code` and `name` say how the dialect calls them. */
export function spoiledRows(rows: readonly Row[], fault: ListFault | undefined): readonly unknown[] {
  if (fault === 'empty') return []
  if (fault === 'short') return rows.slice(0, Math.ceil(rows.length / 2))
  if (fault === 'duplicate') return rows.flatMap((row, index) => (index % 50 === 7 ? [row, index % 100 === 7 ? row : renamed(row)] : [row]))
  if (fault === 'spaced-codes') return rows.map((row, index) => recoded(row, index))
  if (fault === 'broken-rows') return rows.map((row, index) => BROKEN.find(([every]) => index % every === every - 1)?.[1](row) ?? row)
  if (fault === 'huge') return rows.map((row) => ({ ...row, GHICHU: 'x'.repeat(Math.ceil(HUGE / Math.max(1, rows.length))) }))
  return rows
}

const HUGE = 21 * 1024 * 1024

const BROKEN: readonly (readonly [every: number, make: (row: Row) => unknown])[] = [
  [97, () => 'dòng lỗi'],
  [61, (row) => withCode(row, () => '')],
  [41, () => ({})],
]

const CODE = /^(ma_?tthc|code|codenotation)$/i
const NAME = /^(ten_?tthc|name)$/i

function withCode(row: Row, change: (code: string) => string): Row {
  return Object.fromEntries(Object.entries(row).map(([field, value]) => [field, CODE.test(field) ? change(String(value)) : value]))
}

function renamed(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([field, value]) => [field, NAME.test(field) ? `${String(value)} (sửa đổi)` : value]))
}

/** Two in three whole, one in three with white space around it, one in thirty with a blank inside. */
function recoded(row: Row, index: number): Row {
  if (index % 30 === 11) return withCode(row, (code) => `${code.slice(0, 2)} ${code.slice(2)}`)
  return index % 3 === 0 ? withCode(row, (code) => ` ${code}\u00a0`) : row
}

/** Faults of the whole answer. */
export function spoiledAnswer(answer: Answer, fault: ListFault | DetailFault | undefined): Answer {
  if (fault === 'html') return page(200, 'Hệ thống đang bảo trì')
  if (fault === 'cut' || fault === 'garbage') return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) }
  if (fault === 'wrong-encoding') return { ...answer, body: windows1258(answer.body), encoding: 'latin1' }
  return answer
}

/** Faults of one record of the national dialects. */
export function spoiledRecord(record: Row | undefined, fault: DetailFault | undefined): Row | undefined {
  if (record === undefined || fault === 'empty') return undefined
  if (fault === 'blank') return Object.fromEntries(Object.entries(record).map(([field, value]) => [field, Array.isArray(value) ? [] : '']))
  if (fault === 'bad-fee') return withBadFees(record) as Row
  if (fault === 'other') return withCode(record, () => '1.000001')
  if (fault === 'huge') return { ...record, GHICHU: 'x'.repeat(HUGE) }
  return record
}

/** Every amount, wherever it stands, becomes words. */
function withBadFees(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBadFees)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, AMOUNT.test(field) ? 'theo thông tư 12abc' : withBadFees(inner)]))
}

const AMOUNT = /^(SOTIEN|value)$/i

export function page(status: number, title: string): Answer {
  return {
    status,
    body: `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
    headers: { 'content-type': 'text/html;charset=UTF-8' },
  }
}

export const notFound = (): Answer => page(404, '404 Not Found')
export const unauthorized = (): Answer => json({ message: 'Unauthorized' }, 401)
