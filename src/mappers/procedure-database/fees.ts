/** Fees and charges. contracts/procedure-database.md §5.4, §10.3, §10.5: a fee never costs the procedure. */
import { comparable } from '../../base/index.js'
import type { WireScalar } from '../../connectors/procedure-database/wire.js'
import { type ProcedureFee, type ProcedureFile, parseVndText, type Vnd } from '../../domain/index.js'
import { codeWord } from '../known.js'
import { feeKindCodes, feeKindOf } from './codes.js'
import type { ProcedureNotes } from './rules.js'
import { scalarLines, scalarText } from './scalars.js'

/** What a written amount says. `raw` is null where `amount` says all of it. */
export interface WrittenAmount {
  readonly amount: Vnd | null
  readonly raw: string | null
  /** What is wrong with it, for the finding. */
  readonly problem: 'fee.unreadable' | 'fee.other-currency' | null
}

const FREE = /^(?:không|không có|không thu|không thu phí|không mất phí|miễn phí|miễn lệ phí|miễn thu|free)\.?$/u
/** Digits with their separators, then what they count. */
const AMOUNT = /^(\d[\d.,\s]*?)\s*(?:([^\d.,\s].*))?$/su
const DONG = /^(?:đồng|đ|vnđ|vnd|việt nam đồng|đồng việt nam|đồng \(vnđ\))\.?$/u
const DONG_FOR_EACH = /^(?:đồng|đ|vnđ|vnd|việt nam đồng)\s*(?:\/|trên |mỗi |một )/u
const CURRENCY = /^(?:usd|us\$|\$|eur|euro|đô la.*|đô-la.*|dollars?|%.*|phần trăm.*)$/u

/**
 * Reads an amount as people type it: `không`, `500.000`, `2.000 đồng/trang`, a number; with the currency beside it.
 * Blank says nothing, in particular not that it is free: the amount often stands in the text only.
 */
export function writtenAmount(amount: string | null, currency: string | null): WrittenAmount {
  if (amount === null) return { amount: null, raw: null, problem: null }
  const written = comparable(amount)
  if (FREE.test(written)) return { amount: 0 as Vnd, raw: null, problem: null }
  const parts = AMOUNT.exec(written)
  const value = parts ? parseVndText(parts[1] ?? '') : undefined
  const counted = [parts?.[2], currency].flatMap((word) => (word === null || word === undefined ? [] : [comparable(word)]))
  const raw = currency === null || DONG.test(comparable(currency)) ? amount : `${amount} ${currency}`
  if (value === undefined) return { amount: null, raw, problem: 'fee.unreadable' }
  if (counted.every((word) => DONG.test(word))) return { amount: value, raw: null, problem: null }
  if (counted.every((word) => DONG.test(word) || DONG_FOR_EACH.test(word))) return { amount: value, raw, problem: null }
  return { amount: null, raw, problem: counted.some((word) => CURRENCY.test(word)) ? 'fee.other-currency' : 'fee.unreadable' }
}

const NAMES_THOUSANDS = /\d(?:[.,\s]?000|\s*(?:nghìn|ngàn))\s*(?:đồng|vn|đ(?!\p{L}))/u
const SETS_AMOUNT = /(?<![\d.,])[1-9][\d.,]{0,20}\s{0,9}(?:đồng|vn|usd|đ(?!\p{L}))|theo (?:quy định|thông tư|nghị quyết|nghị định|quyết định|biểu)/u
const SAYS_FREE = /^không(?! quá)|không (?:thu|mất|phải|có|tính|quy định)|miễn|chưa (?:quy định|có)/u

/** `135` beside "mức thu 135.000 đồng". An amount that the text repeats as it is (500 đồng a page) is none. */
function looksMistyped(amount: number, said: string): boolean {
  if (amount < 1 || amount > 999 || !NAMES_THOUSANDS.test(said)) return false
  return !new RegExp(`(?<![\\d.,])${amount}\\s*(?:đồng|vn|đ(?!\\p{L}))`, 'u').test(said)
}

interface WireFee {
  readonly kind: WireScalar
  readonly amount: WireScalar
  readonly currency: WireScalar
  readonly text: WireScalar
  readonly files: readonly ProcedureFile[]
}

/** Names of the wire's fields, for the paths of findings. */
export interface FeeFields {
  readonly kind: string
  readonly amount: string
}

/** @returns undefined for a row in which nothing stands */
export function readFee(wire: WireFee, path: string, fields: FeeFields, note: ProcedureNotes): ProcedureFee | undefined {
  const code = scalarText(wire.kind)
  const text = scalarLines(wire.text)
  const written = scalarText(wire.amount)
  if (code === null && text === null && written === null && wire.files.length === 0) return undefined
  const kind = code === null ? null : feeKindOf(code)
  if (kind === undefined) note.add('fee.kind-unknown', `${path}.${fields.kind}`, { value: codeWord(code) })
  const { amount, raw, problem } = writtenAmount(written, scalarText(wire.currency))
  const amountPath = `${path}.${fields.amount}`
  if (problem !== null) note.add(problem, amountPath)
  const said = text === null ? '' : comparable(text)
  if (amount !== null && looksMistyped(amount, said)) note.add('fee.looks-mistyped', amountPath, { amount })
  // Forms put 0 where nobody typed anything: only the word "không" or a text without an amount makes it free.
  const filler = amount === 0 && written !== null && /^0/.test(written) && SETS_AMOUNT.test(said) && !SAYS_FREE.test(said)
  if (filler) note.add('fee.in-words', amountPath)
  return { kind: kind ?? null, amount: filler ? null : amount, raw: filler ? written : raw, text, files: wire.files }
}

/** A row of `PHILEPHI`. Of several files the wire carries the first. */
export function writeFee(fee: ProcedureFee): Record<'MAPHILEPHI' | 'SOTIEN' | 'DONVI' | 'MOTA' | 'URL' | 'TENTEP', string> {
  const file = fee.files[0]
  return {
    MAPHILEPHI: fee.kind === null ? '' : feeKindCodes[fee.kind],
    SOTIEN: fee.raw ?? (fee.amount === null ? '' : String(fee.amount)),
    DONVI: fee.raw === null && fee.amount !== null ? 'Đồng' : '',
    MOTA: fee.text ?? '',
    URL: file?.url ?? '',
    TENTEP: file?.name ?? '',
  }
}
