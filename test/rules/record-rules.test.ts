import { describe, expect, test } from 'vitest'
import type { Dossier } from '../../src/domain/index.js'
import { checkDossier, transitionKind } from '../../src/rules/index.js'
import { at, certifiedCopy, returned, step } from '../mappers/made-up.js'

function findings(changes: Partial<Dossier>, context: Partial<Parameters<typeof checkDossier>[1]> = {}) {
  const dossier = { ...returned, ...changes }
  return checkDossier(dossier, { code: dossier.nationalCode, procedure: certifiedCopy, ...context }).map(
    ({ ruleId, path, severity }) => `${ruleId} ${path} ${severity}`,
  )
}

test('a complete dossier breaks no rule', () => {
  expect(findings({})).toEqual([])
})

describe('V1: the date in the number is the date of reception', () => {
  test.each([
    ['000.00.12.H99-250305-0011', []],
    ['000.00.12.H99-250306-0011', ['V1 nationalCode warn']],
    ['TTPVHCC-2025-00231', ['V1 nationalCode warn']],
  ])('%s', (nationalCode, expected) => {
    expect(findings({ nationalCode })).toEqual(expected)
  })
})

describe('V2: the agency is the one in the number, or stands above it', () => {
  test.each([
    ['H99.12', []],
    ['000.00.00.H99', []],
    ['H99.13', ['V2 agency.code warn']],
    ['phường Mẫu', ['V2 agency.code warn']],
  ])('%s', (code, expected) => {
    expect(findings({ agency: { code, name: 'UBND xã Mẫu' } })).toEqual(expected)
  })
})

describe('V3: dates follow each other', () => {
  test('the later field is named', () => {
    expect(findings({ submittedAt: at('2025-03-05 09:01') })).toEqual(['V3 receivedAt error'])
    expect(findings({ receivedAt: null, nationalCode: null, finishedAt: at('2025-03-04 09:00') })).toContain('V3 finishedAt error')
  })

  test('a date that is unknown breaks nothing', () => {
    expect(findings({ submittedAt: null, finishedAt: null })).toEqual([])
  })
})

describe('V4: steps follow the law; undo is reported, never dropped', () => {
  test.each([
    [null, 1, 'allowed'],
    [null, 4, 'unforeseen'],
    [1, 2, 'allowed'],
    [2, 9, 'allowed'],
    [4, 4, 'same'],
    [8, 10, 'allowed'],
    [10, 2, 'undo'],
    [2, 1, 'undo'],
    [2, 10, 'unforeseen'],
    [3, 4, 'undo'],
    [0, 4, 'unknown'],
    [4, 11, 'unknown'],
  ])('%s → %i is %s', (from, to, kind) => {
    expect(transitionKind(from, to)).toBe(kind)
  })

  test('the step is named; steps without status are passed over', () => {
    const steps = [
      step(2, at('2025-03-05 09:00')),
      step(null, at('2025-03-05 10:00')),
      step(4, at('2025-03-06 09:00')),
      step(2, at('2025-03-06 10:00')),
    ]
    expect(findings({ steps })).toEqual(['V4 steps[3].status warn'])
  })
})

describe('V5: a received dossier has an appointment', () => {
  test.each([
    [{ dueAt: null }, ['V5 dueAt warn']],
    [{ dueAt: null, finishedAt: at('2025-03-05 10:00') }, []],
    [{ dueAt: null, status: 1 }, []],
    [{ dueAt: null, status: 3 }, []],
  ])('%j', (changes, expected) => {
    expect(findings(changes)).toEqual(expected)
  })
})

describe('V10: a refusal has a reason, a supplement a reason or a list', () => {
  const silent = [step(8, at('2025-03-06 09:00'), { note: null })]
  test.each([
    [{ status: 8, steps: silent }, ['V10 note error']],
    [{ status: 8, steps: silent, note: 'thiếu điều kiện' }, []],
    [{ status: 8, steps: [step(8, at('2025-03-06 09:00'))] }, []],
    // A source without history does not say that there was no reason.
    [{ status: 8, steps: null }, []],
    [{ status: 5, steps: [step(5, at('2025-03-06 09:00'), { note: null })] }, ['V10 supplements error']],
    [{ status: 5, steps: null, supplements: [] }, ['V10 supplements error']],
    [{ status: 5, steps: null, supplements: null }, []],
  ])('%#', (changes, expected) => {
    expect(findings(changes)).toEqual(expected)
  })
})

test('V12: a returned document has code and link', () => {
  const [result] = returned.results ?? []
  expect(findings({ results: [{ ...result!, resultCode: null }] })).toEqual(['V12 results warn'])
  expect(findings({ results: null })).toEqual(['V12 results warn'])
  expect(findings({ results: null }, { procedure: { ...certifiedCopy, paperResult: false } })).toEqual([])
})

test('V14: a request for payment names an amount above zero', () => {
  const [fee] = returned.fees ?? []
  expect(findings({ status: 6, fees: [{ ...fee!, amount: 0 as never }] })).toEqual(['V14 fees error'])
  expect(findings({ status: 6, fees: [] })).toEqual(['V14 fees error'])
  expect(findings({ status: 6, fees: null })).toEqual([])
})

test('a province may soften a rule or not ask it', () => {
  const wrong = { ...returned, submittedAt: at('2025-03-05 09:01') }
  expect(checkDossier(wrong, { code: null, procedure: null }, { V3: 'warn' })).toMatchObject([{ ruleId: 'V3', severity: 'warn' }])
  expect(checkDossier(wrong, { code: null, procedure: null }, { V3: 'off' })).toEqual([])
})
