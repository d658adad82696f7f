import { LienthongError } from '../../base/index.js'

/** One row as the file has it, before anybody knows what its columns mean. */
export interface RawRow {
  /** As a spreadsheet counts them, from 1. */
  readonly row: number
  /** By column; what is missing is blank. */
  readonly cells: readonly (string | undefined)[]
  /** How deep the table stands in other tables; only rows of one table belong together. */
  readonly depth?: number
  readonly problem?: RowProblem
}

/** `too-long`: a cell is longer than any spreadsheet would take. `torn`: a quotation mark that is not closed joined it with other rows. */
export type RowProblem = 'too-long' | 'torn'

/** Longest cell that is read, in characters: eight times what Excel takes. */
export const LONGEST_CELL = 262_144
export const MOST_COLUMNS = 2000

/** The file ends, or becomes unreadable, inside this row. */
export function brokenOff(place: string, row: number, cause?: unknown): LienthongError {
  const problem = {
    en: 'the file breaks off inside this row, or a quotation mark here is never closed; the rows above were read, none below',
    vi: 'tệp bị đứt giữa dòng này, hoặc có dấu ngoặc kép không được đóng; các dòng phía trên đã được đọc, phía dưới thì không',
  }
  return new LienthongError('source.format', {
    values: { place: { en: `${place}, row ${row}`, vi: `${place}, dòng ${row}` }, problem },
    ...(cause === undefined ? {} : { cause }),
  })
}
