import { expect, test } from 'vitest'
import { hasErrors, notesFor, worstFinding } from '../../src/base/index.js'

const rules = {
  'a.info': { severity: 'info', says: { en: 'it is {value}', vi: 'là {value}' }, hint: { en: 'look', vi: 'xem' } },
  'a.warn': { severity: 'warn', says: { en: 'careful', vi: 'cẩn thận' }, hint: { en: 'look', vi: 'xem' } },
  'a.error': { severity: 'error', says: { en: 'stop', vi: 'dừng' }, hint: { en: 'look', vi: 'xem' } },
} as const

test('a finding carries both languages with its values filled in', () => {
  const note = notesFor(rules)
  note.add('a.info', 'status', { value: 4 })
  expect(note.findings).toEqual([
    { ruleId: 'a.info', severity: 'info', path: 'status', message: { en: 'it is 4', vi: 'là 4' }, hint: { en: 'look', vi: 'xem' } },
  ])
})

test('only an error forbids sending, and the worst finding names the cause', () => {
  const note = notesFor(rules)
  note.add('a.info', '')
  note.add('a.warn', '')
  expect(hasErrors(note.findings)).toBe(false)
  expect(worstFinding(note.findings)?.ruleId).toBe('a.warn')
  note.add('a.error', '')
  expect(hasErrors(note.findings)).toBe(true)
  expect(worstFinding(note.findings)?.ruleId).toBe('a.error')
  expect(worstFinding([])).toBeUndefined()
})

test('a placeholder without a value stays readable', () => {
  const note = notesFor(rules)
  note.add('a.info', 'x')
  expect(note.findings[0]?.message.en).toBe('it is {value}')
})
