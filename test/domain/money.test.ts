import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatVnd, parseVnd, parseVndText, sumVnd, type Vnd, vnd } from '../../src/domain/index.js'

test.each([
  ['100.000', 100_000],
  ['100,000đ', 100_000],
  ['1 200 000 VND', 1_200_000],
  ['8000', 8000],
  ['40.000 đồng', 40_000],
  ['0', 0],
])('people write %s for %i đồng', (text, amount) => {
  expect(parseVndText(text)).toBe(amount)
})

test.each(['2000/trang', '1.00.000', '-5', '', 'miễn phí', '100.5'])('%j is no amount', (text) => {
  expect(parseVndText(text)).toBeUndefined()
})

test('the wire has plain digits; a double column adds zeros, never a fraction', () => {
  expect(parseVnd('100000.0')).toBe(100_000)
  expect(parseVnd('100000.5')).toBeUndefined()
  // A hundred and fifty to a computer, a hundred and fifty thousand to whoever typed it.
  expect(parseVnd('150.000')).toBeUndefined()
  expect(vnd(-1)).toBeUndefined()
  expect(vnd(0.5)).toBeUndefined()
})

test('every amount survives the wire', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (amount) => {
      expect(parseVnd(formatVnd(amount as Vnd))).toBe(amount)
      expect(parseVndText(formatVnd(amount as Vnd))).toBe(amount)
    }),
  )
})

test('a sum of nothing is nothing', () => {
  expect(sumVnd([])).toBe(0)
  expect(sumVnd([100_000 as Vnd, 40_000 as Vnd])).toBe(140_000)
})
