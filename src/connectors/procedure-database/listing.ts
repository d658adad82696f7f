/** Rows of the list, read one by one: a bad row costs itself and is reported. contracts/procedure-database.md §4.1, §6, §10 */
import { comparable, type Text } from '../../base/index.js'
import type { ProcedureDatabaseDialect } from './dialect.js'

export interface ListedProcedure {
  readonly code: string
  /** NFC, white space folded. Empty where the row has none that can be read; then the row is among the problems too. */
  readonly name: string
  /** The id that the detail is asked for with, where that is not the code. */
  readonly reference: string | null
}

export interface ListProblem {
  /** `row 17`, counted over the whole list from 1. */
  readonly place: string
  readonly problem: Text
  /** The procedure that the row is about; null when the row names none, so that nobody knows which one is missing. */
  readonly code: string | null
}

export interface ProcedurePage {
  readonly rows: readonly ListedProcedure[]
  /** What was wrong with rows, with their place. */
  readonly problems: readonly ListProblem[]
  /** Where `list` goes on after this page; null at the end. */
  readonly cursor: string | null
  /** `complete` only when the list is proven whole. */
  readonly end: 'more' | 'complete'
}

export interface ListReading {
  /** `fresh`: how many of the rows did not stand on an earlier page; `named`: how many name a procedure. */
  page(rows: readonly unknown[]): {
    readonly rows: ListedProcedure[]
    readonly problems: ListProblem[]
    readonly fresh: number
    readonly named: number
  }
  /** Different rows so far; an earlier reading's included. */
  readonly seen: number
}

/** @param seen rows of an earlier reading that this one goes on from. */
export function listReading(fields: ProcedureDatabaseDialect['listFields'], seen: number): ListReading {
  const names = new Map<string, string>()
  const references = new Set<string>()
  const keys = { code: upper(fields.code), name: upper(fields.name), reference: upper(fields.reference) }
  let count = seen
  return {
    get seen() {
      return count
    },
    page(given) {
      const rows: ListedProcedure[] = []
      const problems: ListProblem[] = []
      const before = count
      let repeats = 0
      let named = 0
      for (const [index, row] of given.entries()) {
        const place = `row ${before + index + 1}`
        const tell = (code: string | null, problem: Text) => problems.push({ place, problem, code })
        const entry = entryOf(row, keys)
        const isRepeat = entry.reference !== null ? references.has(entry.reference) : entry.code !== null && names.has(entry.code.text)
        if (entry.reference !== null) references.add(entry.reference)
        if (isRepeat) repeats++
        if (entry.code === null) {
          tell(null, noCode(entry.name))
          continue
        }
        named++
        const { text: code, repaired } = entry.code
        const earlier = names.get(code)
        if (earlier !== undefined) {
          tell(code, twice(code, earlier, entry.name))
          continue
        }
        if (repaired !== null) tell(code, repaired)
        if (entry.name === '') tell(code, noName(code))
        names.set(code, entry.name)
        rows.push({ code, name: entry.name, reference: entry.reference })
      }
      count += given.length - repeats
      return { rows, problems, fresh: given.length - repeats, named }
    },
  }
}

/** §6; the province's suffix in both lengths. */
const CODE = /^[1-9]\.\d{6}(?:(?:\.000\.00\.00)?\.[A-Y]\d{2})?$/i
/** Zero-width characters, soft hyphens and marks of direction. */
const INVISIBLE = /\u200b|\u200c|\u200d|\u200e|\u200f|\u2060|\ufeff|\u00ad/g
const UNREADABLE = '\ufffd'

/** A code without what nobody sees; one with spaces inside, or that lost its zeros as a number, is put right when that gives a code. */
export function codeIn(value: unknown): { readonly text: string; readonly repaired: Text | null } | null {
  const isNumber = typeof value === 'number'
  if (!isNumber && typeof value !== 'string') return null
  const text = String(value).normalize('NFC').replace(INVISIBLE, '').trim()
  if (text === '' || text.includes(UNREADABLE)) return null
  const joined = isNumber && !Number.isInteger(value) ? value.toFixed(6) : text.replace(/\s+/g, '')
  if (joined === text) return { text, repaired: null }
  if (CODE.test(joined)) {
    const en = `the code stands there as “${visible(text)}”; it was read as ${joined}`
    return { text: joined, repaired: { en, vi: `mã được ghi là “${visible(text)}”; đã đọc thành ${joined}` } }
  }
  const folded = text.replace(/\s+/g, ' ')
  return { text: folded, repaired: { en: `“${folded}” is no procedure code`, vi: `“${folded}” không phải mã TTHC` } }
}

/** Whether two codes are of one procedure, whatever suffix the province adds. */
export function sameProcedure(one: string, other: string): boolean {
  return baseOf(one) === baseOf(other)
}

function baseOf(code: string): string {
  return CODE.test(code) ? code.slice(0, 8) : code.toUpperCase()
}

interface FieldNames {
  readonly code: readonly string[]
  readonly name: readonly string[]
  readonly reference: readonly string[]
}

function entryOf(row: unknown, keys: FieldNames) {
  const isRecord = typeof row === 'object' && row !== null && !Array.isArray(row)
  const fields = Object.fromEntries(isRecord ? Object.entries(row).map(([key, value]) => [key.toUpperCase(), value]) : [])
  const codes = keys.code.map((key) => codeIn(fields[key])).filter((code) => code !== null)
  return {
    code: codes.find(({ text }) => CODE.test(text)) ?? codes[0] ?? null,
    name: keys.name.map((key) => nameIn(fields[key])).find((name) => name !== '') ?? '',
    reference: keys.reference.map((key) => referenceIn(fields[key])).find((reference) => reference !== null) ?? null,
  }
}

/** A name with a character that could not be read would look like a new name: it counts as none. */
function nameIn(value: unknown): string {
  if (typeof value !== 'string' || value.includes(UNREADABLE)) return ''
  return value.normalize('NFC').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim()
}

function referenceIn(value: unknown): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? null : text
}

function upper(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toUpperCase())
}

const LONGEST_QUOTE = 120
const short = (text: string) => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text)
const visible = (text: string) => short(text.replace(/\s/g, ' '))

function noCode(name: string): Text {
  if (name === '') return { en: 'the row has neither code nor name', vi: 'dòng không có mã và tên' }
  return { en: `the row has no code (“${short(name)}”)`, vi: `dòng không có mã (“${short(name)}”)` }
}

function noName(code: string): Text {
  return { en: `${code} has no readable name`, vi: `${code} không có tên đọc được` }
}

function twice(code: string, first: string, again: string): Text {
  if (comparable(first) === comparable(again)) return { en: `${code} stands in the list twice`, vi: `${code} có hai lần trong danh sách` }
  return {
    en: `${code} stands in the list twice, with two names: “${short(first)}”, which was kept, and “${short(again)}”`,
    vi: `${code} có hai lần trong danh sách với hai tên: “${short(first)}” (được giữ) và “${short(again)}”`,
  }
}
