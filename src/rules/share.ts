import type { Language } from '../base/index.js'

/** A count out of a count. Shares are added by adding counts, never by averaging percentages. contracts/rules-and-indicators.md §4.2 W4 */
export interface Share {
  readonly n: number
  readonly d: number
  /** Half-up to two decimals, for printing only: never compare it with a target. `null` for 0 of 0 (W5). */
  readonly percent: number | null
}

/** @param n counts: whole numbers, not negative */
export function shareOf(n: number, d: number): Share {
  return { n, d, percent: percentOf(n, d) }
}

/** Half-up to two decimals in whole numbers: binary fractions print 1.00 for 201 of 20,000 (W6). */
export function percentOf(n: number, d: number): number | null {
  if (d === 0) return null
  const hundredths = (BigInt(n) * 20_000n + BigInt(d)) / (BigInt(d) * 2n)
  return Number(hundredths) / 100
}

/** Whether a share reaches a target in percent, by the exact counts (W7). `null` for 0 of 0: there is nothing to judge. */
export function reaches({ n, d }: Pick<Share, 'n' | 'd'>, percent: number): boolean | null {
  if (d === 0) return null
  return 100n * BigInt(n) >= BigInt(percent) * BigInt(d)
}

const separators = { en: { group: ',', decimal: '.' }, vi: { group: '.', decimal: ',' } } as const

/** `89,69%` in Vietnamese, `89.69%` in English; `N/A` for 0 of 0. */
export function formatPercent(percent: number | null, language: Language): string {
  return percent === null ? 'N/A' : `${percent.toFixed(2).replace('.', separators[language].decimal)}%`
}

/** `1.671/1.863` in Vietnamese, `1,671/1,863` in English. */
export function formatCounts({ n, d }: Pick<Share, 'n' | 'd'>, language: Language): string {
  const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, separators[language].group)
  return `${grouped(n)}/${grouped(d)}`
}
