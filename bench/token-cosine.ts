/**
 * How OpenCPS suggests a national procedure for a local name: term frequencies, and the cosine with every national name.
 * contracts/procedure-database.md §7, steps 1 to 4. Tokens are split on any white space, as where the contract measured it.
 */

type Vector = ReadonlyMap<string, number>

export interface Suggestion {
  readonly code: string
  readonly score: number
}

/** The vectors are made once, as there in static maps. */
export function tokenCosine(national: readonly { readonly code: string; readonly name: string }[]): (name: string) => Suggestion[] {
  const vectors = national.map(({ code, name }) => ({ code, vector: frequencies(name) }))
  return (name) => {
    const local = frequencies(name)
    // Keyed by score: of several with the same only the last survives.
    const byScore = new Map<number, string>()
    for (const { code, vector } of vectors) {
      const score = cosine(local, vector)
      if (score >= 1) return [{ code, score }]
      if (score >= LEAST) byScore.set(score, code)
    }
    return [...byScore].map(([score, code]) => ({ code, score })).sort((a, b) => b.score - a.score)
  }
}

const LEAST = 0.4

function frequencies(name: string): Vector {
  const counts = new Map<string, number>()
  const tokens = name
    .replace(/[.,\-_:;"']/g, '')
    .toLowerCase()
    .trim()
    .split(/\s+/)
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1)
  return counts
}

/** For each pair anew, as the general routine does: the words in common, their product, and both lengths. */
function cosine(a: Vector, b: Vector): number {
  const common = new Set(a.keys())
  for (const word of common) if (!b.has(word)) common.delete(word)
  let product = 0
  for (const word of common) product += (a.get(word) ?? 0) * (b.get(word) ?? 0)
  return product === 0 ? 0 : product / (length(a) * length(b))
}

function length(vector: Vector): number {
  let squares = 0
  for (const count of vector.values()) squares += count ** 2
  return Math.sqrt(squares)
}
