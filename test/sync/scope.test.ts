import { describe, expect, test } from 'vitest'
import { defaultScope, type ScopeRule, type SourceTraits, scopeOf, scopeRule } from '../../src/sync/index.js'
import { at } from '../mappers/made-up.js'

const traits: SourceTraits = {
  localCode: '000.00.12.H99-250310-0007',
  agencyCode: '000.00.12.H99',
  procedureCode: '1.001612',
  channel: 'online',
  receivedAt: at('2025-03-10 08:15'),
  flags: [],
  note: 'Đăng ký thành lập hộ kinh doanh',
}
const reason = (when: ScopeRule['when'], more: Partial<SourceTraits> = {}) => scopeOf([{ skip: 'out', when }])({ ...traits, ...more })

describe('a rule', () => {
  test.each<[string, ScopeRule['when'], Partial<SourceTraits>]>([
    ['a flag the source states', { flags: ['copy', 'group'] }, { flags: ['group'] }],
    ['the agency itself', { agency: ['000.00.12.H99'] }, {}],
    ['an agency above', { agency: ['000.00.00.H99'] }, {}],
    ['a procedure', { procedure: ['9.9', '1.001612'] }, {}],
    ['a channel', { channel: ['online'] }, {}],
    ['a pattern of the code', { code: '^000\\.00\\.12' }, {}],
    ['a note in any letter case', { note: 'HỘ KINH DOANH' }, {}],
    ['a note written with combining marks', { note: 'hộ kinh doanh'.normalize('NFD') }, { note: 'Hộ kinh doanh'.normalize('NFD') }],
    ['a day of reception before another', { receivedBefore: '2025-03-11' }, {}],
    ['a day of reception from another on', { receivedAfter: '2025-03-10' }, {}],
  ])('fits %s', (_, when, more) => {
    expect(reason(when, more)).toBe('out')
  })

  test.each<[string, ScopeRule['when'], Partial<SourceTraits>]>([
    ['another flag', { flags: ['copy'] }, { flags: ['test'] }],
    ['an agency below or beside', { agency: ['001.00.12.H99', '000.00.13.H99'] }, {}],
    ['an unknown procedure', { procedure: ['1.001612'] }, { procedureCode: null }],
    ['a day that is not before', { receivedBefore: '2025-03-10' }, {}],
    ['an unknown day', { receivedBefore: '2030-01-01' }, { receivedAt: null }],
    ['an unknown note', { note: '.' }, { note: null }],
    ['only one of two traits', { channel: ['online'], procedure: ['9.9'] }, {}],
  ])('does not fit %s', (_, when, more) => {
    expect(reason(when, more)).toBeUndefined()
  })

  test('comes before the ones behind it', () => {
    const scope = scopeOf([
      { skip: 'first', when: { channel: ['online'] } },
      { skip: 'second', when: { procedure: ['1.001612'] } },
    ])
    expect(scope(traits)).toBe('first')
  })

  test.each<[string, unknown]>([
    ['a broken pattern', { skip: 'x', when: { code: '(' } }],
    ['a day that does not exist', { skip: 'x', when: { receivedBefore: '2025-02-30' } }],
    ['an unknown trait', { skip: 'x', when: { agancy: ['a'] } }],
    ['no reason', { skip: '', when: {} }],
  ])('with %s is refused', (_, rule) => {
    expect(scopeRule.safeParse(rule).success).toBe(false)
  })
})

test('what no province wants to report is skipped without a rule of its own', () => {
  const scope = scopeOf(defaultScope)
  expect(['copy', 'group', 'migrated', 'test', 'not-received'].map((flag) => scope({ ...traits, flags: [flag] }))).toEqual([
    'copy',
    'group',
    'migrated',
    'test',
    'not-received',
  ])
  expect(scope(traits)).toBeUndefined()
})
