/**
 * Provinces, districts and communes with the days each code holds for, as written in YAML, JSON or CSV. Three forms of CSV are read: our own
 * (code, name, level, validFrom, validTo, successor, parent), a list of codes of one level, and a list of mergers (old_code, new_code).
 */
import { createHash } from 'node:crypto'
import { parse as parseCsv } from 'csv-parse/sync'
import { z } from 'zod'
import { canonicalJson, fillText, LienthongError, readSettings, settingMessage, type Text } from '../../base/index.js'
import {
  type LocalDate,
  type Place,
  type PlaceLevel,
  type PlaceProblem,
  type PlaceRegister,
  parseLocalDate,
  placeLevels,
  placeProblem,
  placeRegister,
} from '../../domain/index.js'
import { parseText } from './tables.js'

const day = z
  .string()
  .refine(
    (text) => parseLocalDate(text) !== undefined,
    settingMessage({ en: 'expected a day of the calendar such as 2025-07-01', vi: 'cần một ngày có trong lịch, như 2025-07-01' }),
  )
  .transform((text) => parseLocalDate(text) ?? null)

// A number would have lost its leading zeros already.
const code = z
  .string(settingMessage({ en: 'a code is a text: "01", with its zeros', vi: 'mã là chuỗi: "01", giữ số 0 ở đầu' }))
  .trim()
  .min(1)
const level = z.enum(placeLevels)

export const placeRow = z.strictObject({
  level,
  code,
  name: z.string().trim().min(1),
  parent: code.optional(),
  /** The first day of its existence. */
  validFrom: day.optional(),
  /** The first day on which it exists no more. */
  validTo: day.optional(),
  /** What it became part of, at its own level. */
  successor: z.union([code, z.array(code).min(1)]).optional(),
})
export type PlaceRow = z.input<typeof placeRow>

/** A file of places, with what it does not say of itself. */
export const placeFile = z.strictObject({
  file: z.string().min(1),
  level: level.optional(),
  validFrom: day.optional(),
  validTo: day.optional(),
  /** Of a list of mergers: the day from which on the new ones exist. */
  on: day.optional(),
})
export const placesSetting = z.union([z.string().min(1), z.array(z.union([placeFile, placeRow]))])
export type PlacesSetting = z.output<typeof placesSetting>

/** A register with the digest of its content, which is part of the epoch. */
export interface PlaceTable extends PlaceRegister {
  readonly version: string
}

/** The table of whoever has none. */
export const noPlaces: PlaceTable = tableOf([])

/** Reads a file that a setting names. @throws {LienthongError} `config.…` */
export type FileReader = (name: string, place: string) => { readonly path: string; readonly text: string }

interface Merger {
  readonly level: PlaceLevel
  readonly on: LocalDate
  readonly from: string
  readonly to: string
  readonly place: string
}

/** A row with where it stands, for messages. */
interface PlacedRow {
  readonly row: Place
  readonly place: string
}

/**
 * @param setting one file, or files and rows
 * @param place the setting's name, for messages
 * @throws {LienthongError} `config.file_unreadable`, `config.unknown_key`, `config.invalid`, naming file, row and field
 */
export function parsePlaces(setting: PlacesSetting, place: string, read: FileReader): PlaceTable {
  const rows: PlacedRow[] = []
  const mergers: Merger[] = []
  for (const [index, entry] of (typeof setting === 'string' ? [{ file: setting }] : setting).entries()) {
    const at = typeof setting === 'string' ? place : `${place}[${index}]`
    if (!('file' in entry)) rows.push({ row: placeOf(entry), place: at })
    else {
      const { path, text } = read(entry.file, `${at}.file`)
      const found = /\.csv$/i.test(entry.file) ? fromCsv(text, path, entry, at) : { rows: fromYaml(text, path), mergers: [] }
      for (const one of found.rows) rows.push(one)
      for (const one of found.mergers) mergers.push(one)
    }
  }
  const merged = withSuccessors(rows, mergers)
  const problem = placeProblem(merged.map(({ row }) => row))
  if (problem !== undefined) throw refusal(problem, merged)
  return tableOf(merged.map(({ row }) => row))
}

function fromYaml(text: string, path: string): readonly PlacedRow[] {
  return readSettings(z.array(placeRow), parseText(text, path), path).map((row, index) => ({ row: placeOf(row), place: `${path}[${index}]` }))
}

type Found = { readonly rows: readonly PlacedRow[]; readonly mergers: readonly Merger[] }

function fromCsv(text: string, path: string, { level: given, validFrom, validTo, on }: z.output<typeof placeFile>, at: string): Found {
  const records = recordsOf(text, path)
  const columns = new Set(Object.keys(records[0] ?? {}))
  const line = (index: number) => `${path}, line ${index + 2}`
  if (columns.has('old_code') && columns.has('new_code')) {
    if (on === undefined || on === null) throw invalid(`${at}.on`, NO_DAY)
    return {
      rows: [],
      mergers: records.map((record, index) => ({
        level: given ?? 'province',
        on,
        from: record.old_code ?? '',
        to: record.new_code ?? '',
        place: line(index),
      })),
    }
  }
  if (!columns.has('code') || !columns.has('name')) throw invalid(path, NO_COLUMNS)
  if (!columns.has('level') && given === undefined) throw invalid(`${at}.level`, NO_LEVEL)
  const rows = records.map((record, index): PlacedRow => {
    const own = {
      level: blank(record.level) ?? given,
      code: record.code,
      name: blank(record.full_name) ?? record.name,
      parent: blank(record.parent) ?? blank(record.parent_code) ?? blank(record.province_code),
      validFrom: blank(record.validFrom) ?? validFrom ?? undefined,
      validTo: blank(record.validTo) ?? validTo ?? undefined,
      successor: blank(record.successor)?.split(/[;|]\s*/),
    }
    return { row: placeOf(readSettings(placeRow, own, line(index))), place: line(index) }
  })
  return { rows, mergers: [] }
}

function recordsOf(text: string, path: string): readonly Readonly<Record<string, string>>[] {
  try {
    return parseCsv(text, { bom: true, columns: true, skip_empty_lines: true, trim: true }) as Record<string, string>[]
  } catch (cause) {
    const problem = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new LienthongError('config.file_unreadable', { values: { path, problem }, cause })
  }
}

const blank = (text: string | undefined): string | undefined => (text === undefined || text.trim() === '' ? undefined : text)

function placeOf({ level, code, name, parent, validFrom = null, validTo = null, successor }: z.output<typeof placeRow>): Place {
  return { level, code, name, parent: parent ?? null, validFrom, validTo, successors: [successor ?? []].flat() }
}

/** A merger ends what was valid before it and says what it became. What keeps its code and its name goes on under a row of its own. */
function withSuccessors(rows: readonly PlacedRow[], mergers: readonly Merger[]): readonly PlacedRow[] {
  const to = new Map<string, Merger[]>()
  for (const merger of mergers) {
    const key = `${merger.level} ${merger.from}`
    to.set(key, [...(to.get(key) ?? []), merger])
  }
  const used = new Set<Merger>()
  const merged = rows.map(({ row, place }): PlacedRow => {
    const own = (to.get(`${row.level} ${row.code}`) ?? []).filter(
      ({ on }) => (row.validFrom === null || row.validFrom < on) && (row.validTo === null || row.validTo >= on),
    )
    const [first] = own
    if (first === undefined) return { row, place }
    for (const one of own) used.add(one)
    return { row: { ...row, validTo: first.on, successors: [...new Set([...row.successors, ...own.map((one) => one.to)])] }, place }
  })
  const stray = mergers.find((merger) => !used.has(merger))
  if (stray !== undefined) throw invalid(`${stray.place}.old_code`, fillText(NO_OLD, { code: stray.from, day: stray.on }))
  return merged
}

function tableOf(places: readonly Place[]): PlaceTable {
  const version = places.length === 0 ? '' : createHash('sha256').update(canonicalJson(places)).digest('hex').slice(0, 12)
  return { ...placeRegister(places), version }
}

const NO_DAY: Text = {
  en: 'a list of mergers needs the day they took place: "on": "2025-07-01"',
  vi: 'danh sách sáp nhập cần ngày có hiệu lực: "on": "2025-07-01"',
}
const NO_COLUMNS: Text = {
  en: 'expected the columns code and name, or old_code and new_code',
  vi: 'cần các cột code và name, hoặc old_code và new_code',
}
const NO_LEVEL: Text = {
  en: 'the file does not say it: name the level, one of province, district, commune',
  vi: 'tệp không có cột này: khai cấp, một trong province, district, commune',
}
const NO_OLD: Text = {
  en: 'no place with code {code} was valid before {day}; add its row, or correct the code',
  vi: 'không có đơn vị mã {code} trước ngày {day}; thêm dòng hoặc sửa mã',
}

const says: Readonly<Record<PlaceProblem['kind'], { readonly field: string; readonly text: Text }>> = {
  twice: {
    field: 'code',
    text: {
      en: '{code} means two places on the same days; let the earlier one end: `validTo` is the first day on which it exists no more',
      vi: '{code} chỉ hai đơn vị trong cùng thời gian; cho đơn vị trước kết thúc: `validTo` là ngày đầu tiên không còn hiệu lực',
    },
  },
  'never-valid': {
    field: 'validTo',
    text: { en: '{code} would end before it began', vi: '{code} kết thúc trước khi bắt đầu' },
  },
  'successor-without-end': {
    field: 'validTo',
    text: {
      en: '{code} has a `successor` but no end; add `validTo`, the first day on which it exists no more',
      vi: '{code} có `successor` nhưng chưa có ngày kết thúc; thêm `validTo`, ngày đầu tiên không còn hiệu lực',
    },
  },
  'unknown-successor': {
    field: 'successor',
    text: {
      en: '{code} became {successor}, which has no row that is valid on that day; add one',
      vi: '{code} chuyển thành {successor} nhưng không có dòng nào hiệu lực từ ngày đó; hãy thêm dòng',
    },
  },
}

function refusal(problem: PlaceProblem, rows: readonly PlacedRow[]): LienthongError {
  const { field, text } = says[problem.kind]
  const { row, place = '' } = rows[problem.row] ?? {}
  const values = { code: row?.code ?? '', successor: 'successor' in problem ? problem.successor : '' }
  return invalid(`${place}.${field}`, fillText(text, values))
}

function invalid(place: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place, problem } })
}
