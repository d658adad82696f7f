import { expect, test } from 'vitest'
import { checkOptions, givenValues } from '../../src/cli/options.js'

const args = { file: { type: 'string' }, maxChanges: { type: 'string' }, json: { type: 'boolean' }, more: { type: 'positional' } } as const

test('both spellings of a name of two words are one option', () => {
  expect(() => checkOptions(args, ['--max-changes', '5'])).not.toThrow()
  expect(() => checkOptions(args, ['--maxChanges=5'])).not.toThrow()
  expect(() => checkOptions(args, ['--max-changes', '5', '--maxChanges', '6'])).toThrow('--max-changes is given twice')
})

test('a value may look like a negative number, and is then for the command to refuse', () => {
  expect(() => checkOptions(args, ['--max-changes', '-5'])).not.toThrow()
})

test('words behind -- are no options', () => {
  expect(() => checkOptions(args, ['--', '--what-is-this'])).not.toThrow()
})

test('every value of an option that may be repeated is found', () => {
  expect(() => checkOptions(args, ['--file', 'a', '--file=b', 'c'], ['file'])).not.toThrow()
  expect(givenValues(['--file', 'a', '--file=b', 'c', '--json'], 'file')).toEqual(['a', 'b'])
})
