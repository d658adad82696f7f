import { expect, test } from 'vitest'
import { dossierStatuses, isKnownStatus, isOpen } from '../../src/domain/index.js'

test('3, 7, 8, 9 and 10 end processing for the national clock (contracts/national-portal.md §5.1)', () => {
  expect(Object.keys(dossierStatuses).filter((code) => dossierStatuses[Number(code)]?.endsProcessing)).toEqual(['3', '7', '8', '9', '10'])
})

test('a refused or returned dossier is closed, one of unknown status is not', () => {
  expect([3, 10].some(isOpen)).toBe(false)
  expect([1, 2, 4, 5, 6, 7, 8, 9, 99, null].every(isOpen)).toBe(true)
})

test('codes outside the table are not known, and pass through', () => {
  expect([0, 11].some(isKnownStatus)).toBe(false)
})
