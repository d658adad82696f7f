import fc from 'fast-check'
import { expect, test } from 'vitest'
import { procedureMatcher } from '../../../src/mappers/matching/index.js'
import { CATALOGUE, local } from './made-up-catalogue.js'
import { perturb, perturbationKinds } from './perturb.js'

const matcher = procedureMatcher(CATALOGUE)
const someName = fc.constantFrom(...CATALOGUE.map(({ name }) => name))
const someLevels = fc.constantFrom(null, ['commune'] as const, ['province'] as const)

test('the order of the national list plays no part', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...CATALOGUE], { minLength: CATALOGUE.length }), someName, someLevels, (shuffled, name, levels) => {
      expect(procedureMatcher(shuffled).match(local(name, { levels }))).toEqual(matcher.match(local(name, { levels })))
    }),
  )
})

test.each(['re-toned', 'decomposed', 'capitals', 'punctuation'] as const)('a name means the same when %s', (kind) => {
  fc.assert(
    fc.property(someName, someLevels, (name, levels) => {
      const changed = perturb(kind, name, levels, 'same') ?? name
      const [one, other] = [matcher.match(local(name, { levels })), matcher.match(local(changed, { levels }))]
      expect([other.decision, other.nationalCode]).toEqual([one.decision, one.nationalCode])
    }),
  )
})

test('however a name is written, it is never matched with another procedure', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CATALOGUE), fc.constantFrom(...perturbationKinds), fc.integer(), (procedure, kind, seed) => {
      const name = perturb(kind, procedure.name, procedure.levels, String(seed)) ?? procedure.name
      // What is left of a name that was cut may be the whole name of another.
      fc.pre(!kind.startsWith('cut') || !CATALOGUE.some((other) => other !== procedure && other.name.startsWith(name.trim())))
      const { nationalCode } = matcher.match(local(name, { levels: procedure.levels }))
      expect([null, procedure.code]).toContain(nationalCode)
    }),
    { numRuns: 500 },
  )
})

test('any text gets an answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (name, codes) => {
      expect(matcher.match(local(name, { codes })).candidates.length).toBeLessThanOrEqual(5)
    }),
  )
})
