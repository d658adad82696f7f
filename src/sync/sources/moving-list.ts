/**
 * Reads a paged list, newest change first, while others change it. There is no snapshot to page through: a row that changes moves to the
 * top, one that is deleted pulls what follows onto a page that was read already. So a list of more than one page is read again until
 * nothing turns up that the readings before had missed.
 */
import { createHash } from 'node:crypto'
import type { Instant } from '../../domain/index.js'

export interface MovingListOptions<Row> {
  /** @param number from 0 */
  page(number: number): Promise<{ readonly rows: readonly Row[]; readonly total: number | null; readonly last: boolean }>
  /** Names a row as it stands: another text for another row and for another change. */
  versionOf(row: Row): string
  changedAt(row: Row): Instant | undefined
  /** What did not change since is known: reading ends there, where the list is sorted. Absent: it is read to its end. */
  readonly until?: number | undefined
  /** By our clock: what claims to have changed later moves nothing. */
  readonly now: number
}

export interface PlacedRow<Row> {
  readonly row: Row
  /** From 1, in the whole list. */
  readonly position: number
}

export interface ListReading {
  /** The last change that the list showed when reading began, not later than now. */
  readonly newest: Instant | undefined
  /** Two readings agree, or one was not disturbed: nothing was missed. */
  readonly settled: boolean
  /** Rows of the last reading. */
  readonly rows: number
}

export const MOST_READINGS = 5
/** A list that always promises more must not hold us for ever. */
const MOST_ROWS = 5_000_000

/** @yields the rows of a page that were not given before, each version once */
export async function* movingList<Row>(options: MovingListOptions<Row>): AsyncGenerator<readonly PlacedRow<Row>[], ListReading> {
  const seen = versionSet()
  let newest: Instant | undefined
  let rows = 0
  for (let reading = 1; reading <= MOST_READINGS; reading++) {
    let missed = false
    let moved = false
    let read = 0
    let total: number | null | undefined
    let before: ReadonlySet<string> = new Set()
    let pages = 0
    for (let number = 0; ; number++) {
      const page = await options.page(number)
      pages++
      const versions = page.rows.map((row) => options.versionOf(row))
      const times = page.rows.map((row) => options.changedAt(row))
      if (reading === 1 && number === 0) newest = latest(times, options.now)
      moved ||= (total !== undefined && page.total !== total) || versions.some((version) => before.has(version))
      total = page.total
      const news = versions.map((version) => seen.add(version))
      // What changed while we read is new and not missed.
      missed ||= news.some((isNew, index) => isNew && (times[index] ?? 0) <= (newest ?? 0))
      const fresh = page.rows.flatMap((row, index) => (news[index] ? [{ row, position: read + index + 1 }] : []))
      if (fresh.length > 0) yield fresh
      read += page.rows.length
      before = new Set(versions)
      if (page.last) {
        moved ||= typeof total === 'number' && read < total
        break
      }
      if (options.until !== undefined && isSorted(times) && (times.at(-1) ?? Number.POSITIVE_INFINITY) < options.until) break
      if (read > MOST_ROWS) return { newest, settled: false, rows: read }
    }
    rows = read
    // One page is one look; totals that stay, and no row twice, prove that nothing moved.
    const undisturbed = !moved && (pages === 1 || typeof total === 'number')
    const agrees = reading > 1 && !missed && !(typeof total === 'number' && options.until === undefined && read < total)
    if (undisturbed || agrees) return { newest, settled: true, rows }
  }
  return { newest, settled: false, rows }
}

function latest(times: readonly (Instant | undefined)[], now: number): Instant | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : (Math.min(Math.max(...known), now) as Instant)
}

/** A page is one look, so its rows must be in order; a server that ignores the sorting, or a row without a time, proves nothing. */
function isSorted(times: readonly (Instant | undefined)[]): boolean {
  return times.every((time, index) => time !== undefined && time <= (times[index - 1] ?? Number.POSITIVE_INFINITY))
}

const FIRST_SIZE = 1024

/** Which texts it was given, 16 to 32 bytes each: a list of a million rows fits in 32 MB. */
function versionSet(): { add(text: string): boolean } {
  let slots = new BigUint64Array(FIRST_SIZE)
  let count = 0
  const place = (into: BigUint64Array, mark: bigint): number => {
    const mask = into.length - 1
    let index = Number(mark & BigInt(mask))
    while (into[index] !== 0n && into[index] !== mark) index = (index + 1) & mask
    return index
  }
  const grow = () => {
    const larger = new BigUint64Array(slots.length * 2)
    for (const mark of slots) if (mark !== 0n) larger[place(larger, mark)] = mark
    slots = larger
  }
  return {
    add(text) {
      const mark = createHash('sha1').update(text).digest().readBigUInt64LE(0) || 1n
      const index = place(slots, mark)
      if (slots[index] === mark) return false
      slots[index] = mark
      count++
      if (count * 2 > slots.length) grow()
      return true
    },
  }
}
