/** Steps that came again after a request whose outcome the client could not know. */
export interface StepRepeats {
  arrived(stepKeys: readonly string[]): void
  /** The client will never know what became of these. */
  leftUnknown(stepKeys: readonly string[]): void
  /** How many different steps came again, and how often all of them together. */
  counts(): { readonly repeatedSteps: number; readonly repeatedArrivals: number }
  reset(): void
}

export function stepRepeats(): StepRepeats {
  const unknown = new Set<string>()
  const repeated = new Set<string>()
  let arrivals = 0
  return {
    arrived(stepKeys) {
      if (unknown.size === 0) return
      for (const key of stepKeys) {
        if (!unknown.has(key)) continue
        repeated.add(key)
        arrivals++
      }
    },
    leftUnknown(stepKeys) {
      for (const key of stepKeys) unknown.add(key)
    },
    counts: () => ({ repeatedSteps: repeated.size, repeatedArrivals: arrivals }),
    reset() {
      unknown.clear()
      repeated.clear()
      arrivals = 0
    },
  }
}
