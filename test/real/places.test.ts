/** The published lists of provinces, districts and communes, as they are. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LocalDate } from '../../src/domain/index.js'
import { parsePlaces, placesSetting } from '../../src/mappers/index.js'

const shared = process.env.LIENTHONG_SHARED ?? join(import.meta.dirname, '../../../shared')
const folder = join(shared, 'data/code-tables')
const read = (name: string) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') })
const before = '2025-06-30' as LocalDate
const since = '2025-07-01' as LocalDate

/** As docs/configuration.md has it. */
const setting = () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')
  const block = [...page.matchAll(/```jsonc\n([\s\S]*?)```/g)].map(([, text]) => text ?? '').find((text) => text.includes('"places": ['))
  return placesSetting.parse(JSON.parse(`{${block}}`).places)
}

test('all lists are read together, and none contradicts another', () => {
  const { places } = parsePlaces(setting(), 'places', read)
  const count = (level: string, day: 'old' | 'new') =>
    places.filter((place) => place.level === level && (place.validFrom === null) === (day === 'old')).length
  expect([count('province', 'old'), count('province', 'new')]).toEqual([63, 34])
  expect([count('district', 'old'), count('district', 'new')]).toEqual([705, 0])
  expect([count('commune', 'old'), count('commune', 'new')]).toEqual([10_599, 3321])
})

test('every one of the 63 provinces became one of the 34, and every one of these was one before', () => {
  const table = parsePlaces(setting(), 'places', read)
  const old = table.places.filter(({ level, validTo }) => level === 'province' && validTo !== null)
  const became = old.map(({ successors }) => successors.map((code) => table.on('province', code, since)))
  expect(became.every((now) => now.length === 1 && now[0]?.is === 'valid')).toBe(true)
  expect(new Set(old.flatMap(({ successors }) => successors)).size).toBe(34)
})

test('Lào Cai and Yên Bái by code and day', () => {
  const table = parsePlaces(setting(), 'places', read)
  expect(table.on('province', '15', before)).toMatchObject({ is: 'valid', place: { name: 'Tỉnh Yên Bái' } })
  expect(table.on('province', '15', since)).toMatchObject({ is: 'valid', place: { name: 'Tỉnh Lào Cai' } })
  expect(table.on('province', '10', since)).toMatchObject({ is: 'ended', now: [{ name: 'Tỉnh Lào Cai' }] })
  expect(table.on('district', '001', since).is).toBe('ended')
})
