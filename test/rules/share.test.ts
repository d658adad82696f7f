import { expect, test } from 'vitest'
import { formatCounts, formatPercent, percentOf, reaches, shareOf } from '../../src/rules/index.js'

test('W1: the headline of Hà Giang, 1 671 of 1 863', () => {
  const share = shareOf(1671, 1863)
  expect(share.percent).toBe(89.69)
  expect(formatPercent(share.percent, 'vi')).toBe('89,69%')
  expect(formatCounts(share, 'vi')).toBe('1.671/1.863')
  expect(formatCounts({ n: 12, d: 1_234_567 }, 'en')).toBe('12/1,234,567')
})

test.each([
  ['W3 level 3', 430, 1831, 23.48],
  ['W3 level 4', 140, 1831, 7.65],
  ['W3 level 3–4', 570, 1831, 31.13],
  ['W3 level 4 of 3–4', 140, 570, 24.56],
  ['W4 total', 2955, 57_602, 5.13],
  ['W6 where binary fractions are wrong', 201, 20_000, 1.01],
  ['W9', 305, 1100, 27.73],
  ['W11', 29, 96, 30.21],
  ['none', 0, 19_747, 0],
])('%s: %d of %d is %d %%', (_, n, d, percent) => {
  expect(percentOf(n, d)).toBe(percent)
})

test('W5: 0 of 0 is no share at all, neither 0 nor NaN', () => {
  expect(shareOf(0, 0)).toEqual({ n: 0, d: 0, percent: null })
  expect(reaches({ n: 0, d: 0 }, 30)).toBeNull()
  expect(formatPercent(null, 'vi')).toBe('N/A')
})

test.each([
  [199, 1000, 20, false],
  [200, 1000, 20, true],
  [19_996, 100_000, 20, false],
  [29, 96, 30, true],
  [30, 100, 30, true],
  [29, 97, 30, false],
])('W7, W11: %d of %d against %d %% is judged by the counts, not by what is printed', (n, d, target, met) => {
  expect(reaches({ n, d }, target)).toBe(met)
})

test('W7: 19 996 of 100 000 prints 20,00 % and still misses 20 %', () => {
  expect(formatPercent(percentOf(19_996, 100_000), 'vi')).toBe('20,00%')
})
