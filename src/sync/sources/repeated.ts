/** Which keys a long list holds more than once, told without keeping the list. */
import { keyFilter } from '../key-filter.js'

export interface RepeatFinder {
  note(key: string): void
  /** Every key that was noted twice, and a few that only look like it: count these in a second reading. */
  readonly suspects: ReadonlySet<string>
}

/** @param listBytes how long the list is: a bit for each byte is plenty */
export function repeatFinder(listBytes: number): RepeatFinder {
  const seen = keyFilter('', listBytes)
  const suspects = new Set<string>()
  return {
    suspects,
    note(key) {
      if (!seen.add(key)) suspects.add(key)
    },
  }
}
