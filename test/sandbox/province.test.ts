import { describe, expect, test } from 'vitest'
import { parseDossierCode, parsePersonalNumber, parseProcedureCode, parseTaxCode } from '../../src/domain/index.js'
import { province } from '../../src/sandbox/index.js'
import { actions, provinceTables, STRANGER_STATUS } from '../../src/sandbox/province/actions.js'
import { agencies, procedures } from '../../src/sandbox/province/catalogue.js'
import { expectedDossiers } from '../../src/sandbox/province/expected.js'
import { dirtOf, exclusionOf } from '../../src/sandbox/province/province.js'

const DAY = 86_400_000
const story = (seed: number | string, dossiers = 500) => province(seed, { dossiers })
const told = (seed: number | string, dossiers = 500) => JSON.stringify([...expectedDossiers(story(seed, dossiers))])

describe('the same seed tells the same story', () => {
  test('twice the same, another seed another', () => {
    expect(told(7)).toBe(told(7))
    expect(told(7)).not.toBe(told(8))
  })

  test('time moved in one leap or in many small steps ends in the same world', () => {
    const leap = story(3)
    const steps = story(3)
    leap.advance(21)
    for (let day = 0; day < 42; day++) steps.advance(0.5)
    expect([...expectedDossiers(steps)]).toEqual([...expectedDossiers(leap)])
    expect(steps.planted()).toEqual(leap.planted())
  })

  test('exactly as many records as asked for are visible at the start, and new ones keep coming', () => {
    const world = story(1, 800)
    expect(world.lives).toHaveLength(800)
    world.advance(40)
    expect(world.lives.length).toBeGreaterThan(870)
    expect(world.lives.length).toBeLessThan(890)
  })

  test('twenty thousand dossiers are told without looking at each of them for each', () => {
    const began = performance.now()
    expect([...expectedDossiers(story(1, 20_000))].length).toBeGreaterThan(17_000)
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})

describe('people and places are made up', () => {
  const { lives } = story(5)

  test('names use every letter of the alphabet with every tone mark', () => {
    const letters = new Set(lives.flatMap((life) => [...life.applicant.name.toLowerCase()]))
    const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323']
    const vowels = [...'aăâeêioôơuưy'].flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize('NFC')))
    expect([...vowels, ...'bcdđghklmnpqrstvx'].filter((letter) => !letters.has(letter))).toEqual([])
  })

  test('every name says that it is made up, every number belongs to nobody', () => {
    for (const { applicant } of lives) {
      expect(applicant.name).toMatch(/Mẫu|Ví Dụ/)
      expect(applicant.name).toBe(applicant.name.normalize('NFC'))
      expect(applicant.phone).toMatch(/^0900000\d{3}$/)
      expect(applicant.email).toMatch(/@example\.vn$/)
      if (applicant.kind === 'citizen') expect(parsePersonalNumber(applicant.number)).toMatchObject({ ok: true, value: { birthplace: '099' } })
      else expect(parseTaxCode(applicant.number).ok).toBe(true)
    }
  })

  test('at most forty procedures, real codes under the province’s suffix, a dozen agencies', () => {
    expect(procedures.length).toBeLessThanOrEqual(40)
    expect(agencies).toHaveLength(12)
    for (const { localCode, nationalCode } of procedures) {
      expect(localCode).toMatch(/\.000\.00\.00\.H99$/)
      if (nationalCode !== null) expect(parseProcedureCode(localCode)).toMatchObject({ ok: true, value: { base: nationalCode, province: 'H99' } })
    }
  })

  test('dossier numbers have a known form and are never given twice', () => {
    const codes = lives.filter((life) => life.fate === 'healthy' && life.code !== '').map((life) => life.code)
    expect(new Set(codes).size).toBe(codes.length)
    for (const code of codes) expect(parseDossierCode(code)).toMatchObject({ ok: true, value: { form: 'tt01-2018' } })
  })
})

describe('lives', () => {
  const world = story(2, 3000)
  const healthy = world.lives.filter((life) => life.fate === 'healthy' && life.receivedAt !== null)
  const walked = (life: (typeof healthy)[number]) => life.events.flatMap((event) => (event.kind === 'step' ? [actions[event.action].national] : []))

  test('events follow each other, and the record’s status is always that of the last step', () => {
    for (const life of healthy) {
      for (const [place, event] of life.events.entries()) if (place > 0) expect(event.at).toBeGreaterThan(life.events[place - 1]!.at)
    }
    for (const dossier of expectedDossiers(world)) expect(dossier.record.TrangThaiHoSo).toBe(dossier.steps.at(-1)?.TrangThai)
  })

  test('some are refused, withdrawn, stopped, supplemented up to several times, paid, and taken back from 10 to 2', () => {
    const all = healthy.map(walked)
    for (const status of [3, 5, 6, 7, 8, 9, 10]) expect(all.some((path) => path.includes(status))).toBe(true)
    expect(all.some((path) => path.filter((status) => status === 5).length > 1)).toBe(true)
    expect(all.some((path) => path.join().includes('10,2,4,9,10'))).toBe(true)
  })

  test('some have been open for four hundred days', () => {
    const open = [...expectedDossiers(world)].filter((dossier) => Number(dossier.record.TrangThaiHoSo) < 9)
    const oldest = Math.max(...open.map((dossier) => world.now - world.byReferenceUid(dossier.sourceId)!.createdAt))
    expect(oldest / DAY).toBeGreaterThan(395)
  })

  test('some were renumbered before the first look, and only the new number will do; later both will', () => {
    const fresh = story(2, 3000)
    const before = [...expectedDossiers(fresh)].filter((dossier) => dossier.codes[0]?.startsWith('H99.'))
    expect(before.length).toBeGreaterThan(0)
    fresh.advance(30)
    const after = [...expectedDossiers(fresh)].filter((dossier) => dossier.codes.length === 2)
    expect(after.length).toBeGreaterThan(0)
    for (const dossier of after) expect(dossier.codes).toContain(fresh.standing(fresh.byReferenceUid(dossier.sourceId)!).code)
  })

  test('modifiedDate moves with every change, also when only money moved', () => {
    for (const life of healthy.slice(0, 500)) {
      const past = life.events.filter((event) => event.at <= world.now)
      expect(world.standing(life).modifiedAt).toBe(past.at(-1)?.at ?? life.createdAt)
    }
    expect(healthy.some((life) => life.events.at(-1)?.kind !== 'step' || life.events.some((event) => event.kind === 'fee-paid'))).toBe(true)
  })
})

describe('what is planted', () => {
  const world = story(4, 3000)

  test('counts are true: every visible record is expected, excluded or dirty, and only one of them', () => {
    const { dirty, excluded, byReason } = world.planted()
    expect([...expectedDossiers(world)].length + dirty + excluded).toBe(world.lives.length)
    expect(Object.values(byReason).reduce((sum, count) => sum + count, 0)).toBe(dirty + excluded)
    expect(dirty / world.lives.length).toBeGreaterThan(0.02)
    expect(dirty / world.lives.length).toBeLessThan(0.04)
    expect(Object.keys(byReason).sort()).toEqual(
      [
        'applicant-kind-missing',
        'copy',
        'dates-contradict',
        'group',
        'migrated',
        'not-received',
        'procedure-unknown',
        'procedure-unmatched',
        'status-unmapped',
        'test',
      ].sort(),
    )
  })

  test('dirt is what it says: an unmapped status, a strange procedure, dates that contradict', () => {
    for (const life of world.lives) {
      const standing = world.standing(life)
      if (exclusionOf(life, standing) !== undefined) continue
      const { statuses, subStatuses } = provinceTables
      expect(standing.status === STRANGER_STATUS).toBe(life.fate === 'status-unmapped')
      const mapped = (subStatuses as Record<string, number>)[standing.subStatus] ?? (statuses as Record<string, number>)[standing.status]
      if (dirtOf(life) === undefined) expect(mapped).toBe(standing.national)
      expect(life.procedure.nationalCode === null).toBe(life.fate === 'procedure-unknown' || life.fate === 'procedure-unmatched')
      expect((standing.receivedAt ?? 0) < life.submittedAt).toBe(life.fate === 'dates-contradict')
    }
  })

  test('every action has a row in the province’s table', () => {
    expect(Object.keys(provinceTables.actions).sort()).toEqual(Object.keys(actions).sort())
  })
})
