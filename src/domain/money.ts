/** An amount in whole đồng. There is no smaller unit, so a fraction is always a mistake. */
export type Vnd = number & { readonly __brand: 'Vnd' }

/** @returns undefined unless the number is a whole amount that a double holds exactly. Negative amounts are no fees. */
export function vnd(amount: number): Vnd | undefined {
  return Number.isSafeInteger(amount) && amount >= 0 ? (amount as Vnd) : undefined
}

/**
 * Reads plain digits, as the national wire and most systems write amounts: `100000`, also `100000.0` from a double column. `150.000` is
 * none of them: a hundred and fifty to a computer, a hundred and fifty thousand to whoever typed it.
 */
export function parseVnd(text: string): Vnd | undefined {
  const match = /^(\d+)(?:\.0{1,2})?$/.exec(text.trim())
  return match ? vnd(Number(match[1])) : undefined
}

/** Reads an amount as people type it: `100.000`, `100,000đ`, `1 200 000 VND`. Groups must be groups of three. */
export function parseVndText(text: string): Vnd | undefined {
  const bare = text
    .normalize('NFC')
    .replace(/\s*(đồng|đ|vnđ|vnd)\.?\s*$/iu, '')
    .trim()
  if (/^\d{1,3}([.,\s\u00a0]\d{3})+$/.test(bare)) return vnd(Number(bare.replace(/[.,\s\u00a0]/g, '')))
  return parseVnd(bare)
}

/** Plain digits for the wire. */
export function formatVnd(amount: Vnd): string {
  return String(amount)
}

export function sumVnd(amounts: readonly Vnd[]): Vnd {
  return amounts.reduce((sum, amount) => sum + amount, 0) as Vnd
}
