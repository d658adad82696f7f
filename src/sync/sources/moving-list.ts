/**
 * Reads a paged list, newest change first, while others change it. There is no snapshot to page through: a row that changes moves to the
 * top, one that is deleted pulls what follows onto a page that was read already.
 *
 * So a list of more than one page is read again until nothing old turns up that the readings before had missed. What jumped to the top
 * meanwhile is then read from there, each time only down to where the reading before began, until one look shows all of it.
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
/** Each is shorter than the one before, unless a page changes while it is fetched. */
const MOST_LOOKS_AT_THE_TOP = 20
/** A list that always promises more must not hold us for ever. */
const MOST_ROWS = 5_000_000

/** @yields the rows of a page that were not given before, each version once */
export async function* movingList<Row>(options: MovingListOptions<Row>): AsyncGenerator<readonly PlacedRow<Row>[], ListReading> {
  const seen = versionSet()
  let first: Look | undefined
  for (let reading = 1; reading <= MOST_READINGS; reading++) {
    const look: Look = yield* lookThrough(options, seen, options.until, first?.newest)
    first ??= look
    const { newest, rows } = first
    if (look.undisturbed) return { newest, settled: true, rows: look.rows }
    if (look.tooLong) break
    if (reading === 1 || look.missed || look.cut) continue
    const settled = yield* topOf(options, seen, newest)
    return { newest, settled, rows: Math.max(rows, look.rows) }
  }
  return { newest: first?.newest, settled: false, rows: first?.rows ?? 0 }
}

/** Reads what changed since, until one look shows all of it. @returns whether one did */
async function* topOf<Row>(
  options: MovingListOptions<Row>,
  seen: VersionSet,
  since: Instant | undefined,
): AsyncGenerator<readonly PlacedRow<Row>[], boolean> {
  let until = since
  for (let count = 0; count < MOST_LOOKS_AT_THE_TOP; count++) {
    const look: Look = yield* lookThrough(options, seen, until, undefined)
    // A list in another order does not move when a row changes.
    if (look.undisturbed || !look.sorted) return true
    until = look.newest
  }
  return false
}

interface Look {
  readonly newest: Instant | undefined
  readonly rows: number
  /** It was one page, or totals and rows prove that nothing moved. */
  readonly undisturbed: boolean
  /** A row turned up that is not newer than `known` and was not seen before. */
  readonly missed: boolean
  /** The list ended before its own total. */
  readonly cut: boolean
  readonly sorted: boolean
  readonly tooLong: boolean
}

/** @param until where it may end @param known changes up to here were seen before */
async function* lookThrough<Row>(
  options: MovingListOptions<Row>,
  seen: VersionSet,
  until: number | undefined,
  known: Instant | undefined,
): AsyncGenerator<readonly PlacedRow<Row>[], Look> {
  let newest: Instant | undefined
  let [missed, moved, cut, sorted] = [false, false, false, true]
  let rows = 0
  let total: number | null | undefined
  let before: ReadonlySet<string> = new Set()
  for (let number = 0; ; number++) {
    const page = await options.page(number)
    const versions = page.rows.map((row) => options.versionOf(row))
    const times = page.rows.map((row) => options.changedAt(row))
    if (number === 0) newest = latest(times, options.now)
    moved ||= (total !== undefined && page.total !== total) || versions.some((version) => before.has(version))
    total = page.total
    sorted &&= isSorted(times)
    const news = versions.map((version) => seen.add(version))
    missed ||= news.some((isNew, index) => isNew && (times[index] ?? 0) <= (known ?? 0))
    const start = rows
    const fresh = page.rows.flatMap((row, index) => (news[index] ? [{ row, position: start + index + 1 }] : []))
    if (fresh.length > 0) yield fresh
    rows += page.rows.length
    before = new Set(versions)
    cut = page.last && typeof total === 'number' && rows < total
    const isBelow = until !== undefined && isSorted(times) && (times.at(-1) ?? Number.POSITIVE_INFINITY) < until
    const tooLong = rows > MOST_ROWS
    if (!page.last && !isBelow && !tooLong) continue
    // Where new rows come to the top, one that goes and one that comes leave a trace; in another order the total may stay for nothing.
    const undisturbed = !cut && !tooLong && (number === 0 || (!moved && sorted && typeof total === 'number'))
    return { newest, rows, undisturbed, missed, cut, sorted, tooLong }
  }
}

function latest(times: readonly (Instant | undefined)[], now: number): Instant | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : (Math.min(Math.max(...known), now) as Instant)
}

/** A page is one look, so its rows must be in order; a server that ignores the sorting, or a row without a time, proves nothing. */
function isSorted(times: readonly (Instant | undefined)[]): boolean {
  return times.every((time, index) => time !== undefined && time <= (times[index - 1] ?? Number.POSITIVE_INFINITY))
}

interface VersionSet {
  /** @returns whether it is new */
  add(text: string): boolean
}

const FIRST_SIZE = 1024

/** Which texts it was given, 16 to 32 bytes each: a list of a million rows fits in 32 MB. */
function versionSet(): VersionSet {
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
