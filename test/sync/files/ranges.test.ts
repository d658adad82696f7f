import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseContentRange, parseRange, partOf, rangeHeader, sliced } from '../../../src/sync/files/ranges.js'

test.each([
  ['bytes=0-0', { from: 0, to: 0 }],
  ['bytes=0-499', { from: 0, to: 499 }],
  ['bytes=500-', { from: 500 }],
  ['bytes=-500', { last: 500 }],
  ['Bytes= 1-2 ', { from: 1, to: 2 }],
  ['bytes=-0', { last: 0 }],
  // Whatever else: the whole file. RFC 9110 §14.2
  ['bytes=2-1', undefined],
  ['bytes=0-1,3-4', undefined],
  ['bytes=-', undefined],
  ['bytes=', undefined],
  ['bytes=a-b', undefined],
  ['bytes=0x1-2', undefined],
  ['bytes=99999999999999999999-', undefined],
  ['items=0-1', undefined],
  ['0-1', undefined],
  ['', undefined],
  [undefined, undefined],
])('a header %s asks for %o', (header, asked) => {
  expect(parseRange(header)).toEqual(asked)
})

test.each([
  ['bytes 0-511/1234', { part: { from: 0, to: 511 }, size: 1234 }],
  ['bytes 0-511/*', { part: { from: 0, to: 511 }, size: null }],
  ['bytes */1234', { part: null, size: 1234 }],
  ['', { part: null, size: null }],
])('an answer’s header %s says %o', (header, said) => {
  expect(parseContentRange(header)).toEqual(said)
})

describe('against a reference slice', () => {
  const size = fc.nat(40)
  const asked = fc.oneof(
    fc.record({ from: fc.nat(45) }),
    fc.tuple(fc.nat(45), fc.nat(45)).map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) })),
    fc.record({ last: fc.nat(45) }),
  )
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 })

  test('every range of every file, however its bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(size, asked, cuts, async (length, range, lengths) => {
        const bytes = Buffer.from(Array.from({ length }, (_, index) => index))
        const part = partOf(range, length)
        const want =
          'last' in range ? bytes.subarray(Math.max(0, length - range.last)) : bytes.subarray(range.from, 'to' in range ? range.to + 1 : length)
        expect(parseRange(rangeHeader(range))).toEqual(range)
        if (part === undefined) {
          expect(want.length).toBe(0)
          return
        }
        async function* chunks() {
          let at = 0
          for (const cut of [...lengths, length]) {
            if (at >= length) return
            yield bytes.subarray(at, at + cut)
            at += cut
          }
        }
        const got: Uint8Array[] = []
        for await (const chunk of sliced(chunks(), part)) got.push(chunk)
        expect(Buffer.concat(got)).toEqual(want)
        expect(part.to - part.from + 1).toBe(want.length)
      }),
      { numRuns: 2000 },
    )
  })
})
