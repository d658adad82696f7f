import { comparable, type Finding, type Notes, notesFor, tidy } from '../../base/index.js'
import { DAY_MS, instant, type LocalDate, localDateOf, parseLocalDate, parseProcedureCode, startOfDay } from '../../domain/index.js'
import { type CellValue, readDateCell, readSheet, type SheetRow } from '../../mappers/index.js'
import { nameKey } from '../same-name.js'
import { candidateColumns, columnOf, type DecisionColumn, type DecisionRule, decisionColumns, decisionRules } from './columns.js'
import { cellDay, localFormsOf, nationalFormOf } from './excel-forms.js'

export interface ReadDecision {
  readonly localCode: string
  /** null: the officer says that it has no national twin. */
  readonly nationalCode: string | null
  /** null: the officer gave no day. */
  readonly validFrom: LocalDate | null
}

export interface DecisionContext {
  readonly known: {
    /** Names, by code exactly as the catalogue writes it. */
    readonly local: (code: string) => string | undefined
    readonly national: (code: string) => string | undefined
  }
  /** Whether two names can mean the same procedure; the matching knows. */
  readonly agrees: (localName: string, nationalName: string) => boolean
  readonly day: LocalDate
  /** The file's name, for messages. */
  readonly place?: string
}

export interface ReadDecisions {
  readonly decisions: readonly ReadDecision[]
  /** Their paths name the row; see `decisionRules`. */
  readonly findings: readonly Finding[]
  /** Rows below the headings, and those of them in which the officer left both columns empty. */
  readonly rows: number
  readonly untouched: number
}

type Cells = Readonly<Partial<Record<DecisionColumn, CellValue>>>

/**
 * Reads decisions from a sheet that {@link writeDecisions} wrote and a person filled in. Only rows in which the person decided are taken;
 * a row that is doubtful is refused with a finding, the others are taken. Columns are found by their headings, in either language.
 *
 * @throws {LienthongError} `source.format` when the file is no such sheet at all
 */
export async function readDecisions(bytes: Uint8Array, context: DecisionContext): Promise<ReadDecisions> {
  const isHeading = (headings: readonly string[]) => new Set(headings.map(columnOf).filter((column) => column !== undefined)).size >= 2
  const sheet = await readSheet(bytes, context.place ?? 'decisions', isHeading)
  const columns = sheet.headings.map(columnOf)
  const notes = notesFor<DecisionRule>(decisionRules)
  const missing = (['localCode', 'yourCode'] as const).filter((column) => !columns.includes(column))
  for (const column of missing)
    notes.add('decision.column-missing', pathOf(sheet.headingRow), { row: sheet.headingRow, column: decisionColumns[column].title })
  if (missing.length > 0) return { decisions: [], findings: notes.findings, rows: sheet.rows.length, untouched: 0 }
  if (!columns.includes('localName'))
    notes.add('decision.name-column-missing', pathOf(sheet.headingRow), { row: sheet.headingRow, column: decisionColumns.localName.title })
  const taken: (ReadDecision & { readonly row: number })[] = []
  const strange: StrangeCode[] = []
  let untouched = 0
  for (const row of sheet.rows) {
    const cells = cellsOf(row, columns)
    if (isBlank(cells.yourCode) && isBlank(cells.noMatch)) {
      untouched++
      continue
    }
    const read = rowReader(row.row, cells, context, notes)
    const localCode = read.localCode()
    const choice = read.choice(localCode)
    const validFrom = read.validFrom()
    if (localCode === undefined || choice === undefined || validFrom === undefined) continue
    const name = choice === null ? undefined : read.strangeName(choice, localCode)
    if (choice !== null && name !== undefined) strange.push({ row: row.row, code: choice, name })
    taken.push({ row: row.row, localCode, nationalCode: choice, validFrom })
  }
  const typed = taken.filter(({ nationalCode }) => nationalCode !== null).length
  const moved = strange.length >= MOVED_AT_LEAST && strange.length * 2 > typed
  for (const { row, code, name } of strange)
    notes.add(moved ? 'decision.column-moved' : 'decision.other-name', pathOf(row), { row, column: decisionColumns.yourCode.title, code, name })
  const refused = new Set(moved ? strange.map(({ row }) => row) : [])
  return {
    decisions: withoutContradictions(
      taken.filter(({ row }) => !refused.has(row)),
      notes,
    ),
    findings: notes.findings,
    rows: sheet.rows.length,
    untouched,
  }
}

/** A code whose procedure is neither a candidate of the row nor named like it. An officer may know better, but hardly on every row. */
interface StrangeCode {
  readonly row: number
  readonly code: string
  readonly name: string
}
const MOVED_AT_LEAST = 5

function cellsOf({ cells }: SheetRow, columns: readonly (DecisionColumn | undefined)[]): Cells {
  const named: Partial<Record<DecisionColumn, CellValue>> = {}
  columns.forEach((column, index) => {
    // Of two columns with one heading the first counts.
    if (column !== undefined && named[column] === undefined) named[column] = cells[index] ?? null
  })
  return named
}

function isBlank(cell: CellValue | undefined): boolean {
  return cell === undefined || cell === null || cell === false || cell === ''
}

const NONE = new Set(['không có', 'khong co', 'không khớp', 'none', 'no match', 'x'])
const MARKS = new Set(['x', '✓', '✗', 'có', 'yes', 'true', 'none', 'không có', '1'])
const NO_MARKS = new Set(['0', 'false', '-'])
const EARLIEST = '2000-01-01'
const SHOWN_LENGTH = 40

function rowReader(row: number, cells: Cells, { known, agrees, day }: DecisionContext, notes: Notes<DecisionRule>) {
  const note = (rule: DecisionRule, column: DecisionColumn, values: { code?: string; value?: string } = {}): undefined => {
    notes.add(rule, pathOf(row), { row, column: decisionColumns[column].title, ...values })
    return undefined
  }
  const nameCell = textOf(cells.localName)

  /** @returns undefined when the row names no procedure that we know for sure */
  function localCode(): string | undefined {
    const cell = cells.localCode ?? null
    if (isBlank(cell)) return note('decision.local-missing', 'localCode')
    const asWritten =
      typeof cell === 'string' ? [cell, tidy(cell).replace(/\s+/g, ''), cell.replace(/^'/, '')] : typeof cell === 'number' ? [wholeNumber(cell)] : []
    const intact = asWritten.find((code) => known.local(code) !== undefined)
    if (intact !== undefined) {
      const name = known.local(intact) ?? ''
      if (nameCell === null || nameKey(nameCell) === nameKey(name) || agrees(nameCell, name)) return intact
      return note('decision.name-disagrees', 'localName', { code: intact })
    }
    const possible = localFormsOf(cell).filter((code) => known.local(code) !== undefined)
    const [repaired, other] = possible.filter((code) => nameCell !== null && agrees(nameCell, known.local(code) ?? ''))
    if (repaired !== undefined && other === undefined) {
      note('decision.repaired', 'localCode', { code: repaired })
      return repaired
    }
    if (possible.length > 0) return note('decision.local-mangled', 'localCode', { code: possible.slice(0, 3).join(', ') })
    return note('decision.local-unknown', 'localCode', { code: shown(cell) })
  }

  /** @returns null for "no national twin", undefined when it cannot be said */
  function choice(local: string | undefined): string | null | undefined {
    const marked = mark()
    if (marked === undefined) return undefined
    const cell = cells.yourCode ?? null
    if (isBlank(cell)) return marked ? null : note('decision.unreadable', 'yourCode', { value: '' })
    const none = typeof cell === 'string' && NONE.has(comparable(cell))
    if (none) return null
    const code = chosenCode(cell, local)
    if (code !== undefined && marked) return note('decision.contradicted', 'noMatch')
    return code
  }

  function mark(): boolean | undefined {
    const cell = cells.noMatch
    if (isBlank(cell)) return false
    const text = comparable(String(cell))
    if (MARKS.has(text)) return true
    return NO_MARKS.has(text) ? false : note('decision.mark-unreadable', 'noMatch', { value: shown(cell ?? null) })
  }

  function chosenCode(cell: CellValue, local: string | undefined): string | undefined {
    const number = /^#?([0-9])[.)]?$/.exec(String(cell).trim())?.[1]
    if (number !== undefined) return candidate(Number(number))
    const written = typeof cell === 'string' ? writtenCodes(cell) : []
    if (written.length > 1) return note('decision.several-codes', 'yourCode', { code: written.join(', ') })
    const [code] = written
    if (code !== undefined) return knownCode(code)
    const form = nationalFormOf(cell)
    if (form === undefined) return note('decision.unreadable', 'yourCode', { value: shown(cell) })
    if (form.whole) return knownCode(form.code)
    return repaired(form.code, local)
  }

  function candidate(number: number): string | undefined {
    const column = candidateColumns[number - 1]
    const shownCandidate = column === undefined ? null : textOf(cells[column])
    const [code] = shownCandidate === null ? [] : writtenCodes(shownCandidate)
    return code === undefined ? note('decision.no-candidate', 'yourCode', { value: String(number) }) : knownCode(code)
  }

  /** The name of a procedure that nothing on this row speaks for. */
  function strangeName(code: string, local: string): string | undefined {
    const name = known.national(code) ?? ''
    const offered = candidateColumns.some((column) => writtenCodes(textOf(cells[column]) ?? '').includes(code))
    return offered || agrees(known.local(local) ?? nameCell ?? '', name) ? undefined : name
  }

  function knownCode(code: string): string | undefined {
    return known.national(code) === undefined ? note('decision.national-unknown', 'yourCode', { code }) : code
  }

  function repaired(code: string, local: string | undefined): string | undefined {
    const name = known.national(code)
    if (name === undefined) return note('decision.national-unknown', 'yourCode', { code })
    const localName = (local === undefined ? null : known.local(local)) ?? nameCell
    const nationalName = textOf(cells.nationalName)
    if ((localName !== null && agrees(localName, name)) || (nationalName !== null && agrees(nationalName, name))) {
      note('decision.repaired', 'yourCode', { code })
      return code
    }
    return note('decision.mangled', 'yourCode', { code })
  }

  /** @returns null when no day was given, undefined when it is no good day */
  function validFrom(): LocalDate | null | undefined {
    const cell = cells.validFrom ?? null
    if (isBlank(cell)) return null
    const latest = localDateOf(instant(startOfDay(day) + 366 * DAY_MS))
    const read = dayIn(cell)
    if (read === undefined || read < EARLIEST || read > latest) return note('decision.date', 'validFrom', { value: shown(cell) })
    return read
  }

  return { localCode, choice, validFrom, strangeName }
}

/** National codes in a text: alone, with the province's suffix, in front of a name, with spaces inside. Each once. */
function writtenCodes(text: string): readonly string[] {
  const plain = text.normalize('NFKC')
  const squeezed = plain.replace(/\s+/g, '')
  const whole = parseProcedureCode(squeezed.replace(/^'/, ''))
  if (whole.ok) return [whole.value.base]
  const found = plain.match(/(?<![\d.,])\d\.\d{6}(?!\d)/g) ?? squeezed.match(/^\d\.\d{6}(?!\d)/g) ?? []
  return [...new Set(found)]
}

/** `1.001193` may have become the number 1.001193: nothing is lost then. */
function wholeNumber(value: number): string {
  const form = nationalFormOf(value)
  return form?.whole ? form.code : String(value)
}

function dayIn(cell: CellValue): LocalDate | undefined {
  if (cell instanceof Date) return parseLocalDate(cellDay(cell))
  const read = readDateCell(String(cell))
  return read.at === null ? undefined : localDateOf(read.at)
}

function textOf(cell: CellValue | undefined): string | null {
  return typeof cell === 'string' && cell !== '' ? cell : null
}

function shown(cell: CellValue): string {
  const text = cell instanceof Date ? cellDay(cell) : String(cell ?? '')
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH - 1)}…` : text
}

function pathOf(row: number): string {
  return `row ${row}`
}

/** Several rows about one procedure hold when they say the same, or each from a day of its own. */
function withoutContradictions(taken: readonly (ReadDecision & { readonly row: number })[], notes: Notes<DecisionRule>): readonly ReadDecision[] {
  const decisions: ReadDecision[] = []
  for (const [code, rows] of Map.groupBy(taken, ({ localCode }) => localCode)) {
    const byDay = Map.groupBy(rows, ({ validFrom }) => validFrom)
    const undatedBesideDated = byDay.has(null) && byDay.size > 1
    const choices = (among: typeof rows) => new Set(among.map(({ nationalCode }) => nationalCode)).size
    if ([...byDay.values()].some((sameDay) => choices(sameDay) > 1) || (undatedBesideDated && choices(rows) > 1)) {
      const numbers = rows.map(({ row }) => row).join(', ')
      for (const { row } of rows) notes.add('decision.repeated', pathOf(row), { row, column: decisionColumns.localCode.title, rows: numbers, code })
      continue
    }
    for (const [first] of byDay.values()) {
      if (first !== undefined) decisions.push({ localCode: first.localCode, nationalCode: first.nationalCode, validFrom: first.validFrom })
    }
  }
  return decisions
}
