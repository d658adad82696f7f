/** Time limits. contracts/procedure-database.md §5.5, §10.4: a number may be missing, the unit may be `Khác`, and only a text may say how long. */
import type { WireScalar } from '../../connectors/procedure-database/wire.js'
import type { TimeLimit, TimeUnit } from '../../domain/index.js'
import { codeWord } from '../known.js'
import { unitOf } from './codes.js'
import type { ProcedureNotes } from './rules.js'
import { scalarLines, scalarText } from './scalars.js'

export interface Duration {
  readonly value: number
  readonly unit: TimeUnit
}

/** `3 ngày làm việc`, `07 (bảy) ngày`, inside any sentence. */
const IN_WORDS = /(?<!\d)(\d{1,6}(?:[.,]\d{1,3})?)\s{0,9}(?:\([^()]{1,40}\)\s*)?(ngày làm việc|ngày|giờ|tuần|tháng|năm)(?![\p{L}\p{N}])/giu

/**
 * The one duration that a sentence names. @returns undefined when it names none or several; `whole` tells whether it says nothing else.
 */
export function durationInWords(sentence: string): (Duration & { readonly whole: boolean }) | undefined {
  const text = sentence.normalize('NFC')
  const found = [...text.matchAll(IN_WORDS)]
  const only = found[0]
  if (only === undefined || found.length > 1) return undefined
  const unit = unitOf(only[2] ?? '')
  const value = numberOf(only[1] ?? '')
  if (unit === undefined || value === undefined) return undefined
  return { value: value * (unit.times ?? 1), unit: unit.unit, whole: only[0].trim() === text.trim().replace(/\.$/, '') }
}

function numberOf(text: string): number | undefined {
  return /^\d{1,6}(?:[.,]\d{1,3})?$/.test(text) ? Number(text.replace(',', '.')) : undefined
}

interface WireTimeLimit {
  readonly value: WireScalar
  readonly unit: WireScalar
  readonly text: WireScalar
}

/** Names of the wire's fields, for the paths of findings. */
export interface TimeFields {
  readonly value: string
  readonly unit: string
}

export function readTimeLimit(wire: WireTimeLimit, path: string, fields: TimeFields, note: ProcedureNotes): Omit<TimeLimit, 'fees'> {
  const text = scalarLines(wire.text)
  const writtenUnit = scalarText(wire.unit)
  const unit = writtenUnit === null ? undefined : unitOf(writtenUnit)
  if (writtenUnit !== null && unit === undefined) note.add('time.unit-unknown', `${path}.${fields.unit}`, { value: codeWord(writtenUnit) })
  const written = scalarText(wire.value)
  if (written === null) return { value: null, unit: unit?.unit ?? null, text }
  const value = numberOf(written)
  if (value !== undefined) {
    if (writtenUnit === null) note.add('time.no-unit', `${path}.${fields.unit}`)
    return { value: value * (unit?.times ?? 1), unit: unit?.unit ?? null, text }
  }
  const inWords = durationInWords(written)
  if (inWords?.whole && (unit === undefined || unit.unit === inWords.unit)) return { value: inWords.value, unit: inWords.unit, text }
  note.add('time.unreadable', `${path}.${fields.value}`)
  return { value: null, unit: unit?.unit ?? null, text: text === null ? written : `${written}\n${text}` }
}
