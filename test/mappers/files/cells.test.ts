import { expect, test } from 'vitest'
import { readDateCell } from '../../../src/mappers/index.js'
import { at } from '../made-up.js'

test.each([
  ['10/03/2025 08:15:00', '2025-03-10 08:15', null],
  ['10/3/2025 8:15', '2025-03-10 08:15', null],
  ['3/11/2025', '2025-11-03 00:00', 'clock'],
  ['2025-03-10 08:15', '2025-03-10 08:15', null],
  ['45726', '2025-03-10 00:00', 'serial'],
  ['45726.34375', '2025-03-10 08:15', 'serial'],
  ['45726,34375', '2025-03-10 08:15', 'serial'],
])('%s is %s, the day first', (cell, moment, lost) => {
  expect(readDateCell(cell)).toEqual({ at: at(moment), lost })
})

test.each(['03/13/2025', '31/04/2025', '10/03/25', 'hôm qua', '2025', '100000'])('%j is no date: reported, not guessed', (cell) => {
  expect(readDateCell(cell)).toEqual({ at: null, lost: 'unreadable' })
})
