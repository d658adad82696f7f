import type { LocalDate } from './time.js'

/** A body of the state that handles dossiers. Codes changed in 2025, so each has the days it holds for. */
export interface Agency {
  readonly code: string
  readonly name: string
  /** The first day of its existence; null: since ever. */
  readonly validFrom: LocalDate | null
  /** The first day on which it exists no more; null: it still does. */
  readonly validTo: LocalDate | null
  /** Who took its business over; several after a split. */
  readonly successors: readonly string[]
}

export function isValidOn({ validFrom, validTo }: Pick<Agency, 'validFrom' | 'validTo'>, day: LocalDate): boolean {
  return (validFrom === null || day >= validFrom) && (validTo === null || day < validTo)
}
