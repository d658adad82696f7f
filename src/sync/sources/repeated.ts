/** Which keys a long list holds more than once, told without keeping the list. */
import { createHash } from 'node:crypto'

/** 8 MB: of a million different keys some ten become suspects by chance. */
const MOST_BITS = 2 ** 26
const FEWEST_BITS = 2 ** 13
const MARKS = 4

export interface RepeatFinder {
  note(key: string): void
  /** Every key that was noted twice, and a few that only look like it: count these in a second reading. */
  readonly suspects: ReadonlySet<string>
}

/**
 * A Bloom filter: a key all of whose marks are set was probably seen before.
 *
 * @param listBytes how long the list is: a bit for each byte is plenty
 */
export function repeatFinder(listBytes: number): RepeatFinder {
  const bits = Math.min(Math.max(listBytes, FEWEST_BITS), MOST_BITS)
  const marks = new Uint8Array(Math.ceil(bits / 8))
  const suspects = new Set<string>()
  return {
    suspects,
    note(key) {
      const digest = createHash('sha1').update(key).digest()
      let isNew = false
      for (let index = 0; index < MARKS; index++) {
        const bit = digest.readUInt32LE(index * 4) % bits
        const mask = 1 << (bit & 7)
        isNew ||= ((marks[bit >> 3] ?? 0) & mask) === 0
        marks[bit >> 3] = (marks[bit >> 3] ?? 0) | mask
      }
      if (!isNew) suspects.add(key)
    },
  }
}
