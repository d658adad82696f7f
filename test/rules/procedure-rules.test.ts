import { describe, expect, test } from 'vitest'
import { type LocalDate, namedProcedure, type Procedure, type ServiceLevel, type Vnd } from '../../src/domain/index.js'
import { checkProcedure, completenessFindings, hasFee, NAMED_LEVELS_FROM, type ProcedureContext, procedureRules } from '../../src/rules/index.js'
import { EXAMPLE_PROCEDURE } from '../mappers/procedure-database/procedures.js'

const day = (text: string) => text as LocalDate
const said = (changes: Partial<Procedure>) =>
  completenessFindings({ ...EXAMPLE_PROCEDURE, ...changes }).map(({ ruleId, severity, path }) => `${ruleId} ${severity} ${path}`.trim())

describe('V17: a published procedure says all it must', () => {
  test('a complete one breaks nothing', () => {
    expect(said({})).toEqual([])
  })

  test.each<[Partial<Procedure>, string[]]>([
    [{ name: ' ' }, ['name']],
    [{ processes: [] }, ['processes']],
    [{ processes: [{ case: null, steps: [] }] }, ['processes']],
    [{ channels: [] }, ['channels', 'channels']],
    [{ channels: [{ channel: 'direct', timeLimits: [] }] }, ['channels']],
    [{ documents: [] }, ['documents']],
    [{ subjects: [] }, ['subjects']],
    [{ agencies: { ...EXAMPLE_PROCEDURE.agencies, implementing: [] } }, ['agencies.implementing']],
  ])('%j', (changes, paths) => {
    expect(said(changes)).toEqual(paths.map((path) => `V17 error ${path}`))
  })

  test('documents without numbers are told once, with their count', () => {
    const document = { code: null, name: 'Đơn', originals: null, copies: null, forms: [], replaceableBy: null }
    const documents = [{ case: null, documents: [{ ...document, copies: 0 }, document, document] }]
    const [finding, ...rest] = completenessFindings({ ...EXAMPLE_PROCEDURE, documents })
    expect(rest).toEqual([])
    expect(finding).toMatchObject({ ruleId: 'V17', path: 'documents[0].documents[1]' })
    expect(finding?.message.en).toContain(': 2.')
  })

  test('what is not known is not called missing', () => {
    expect(said({ processes: null })).toEqual(['V17.unknown warn processes'])
    expect(said({ subjects: null, subjectsText: 'Cá nhân' })).toEqual([])
  })

  test('a procedure that was only listed gets one finding, not seven', () => {
    const listed = namedProcedure('1.999001', 'Cấp giấy phép mẫu')
    expect(completenessFindings(listed).map(({ ruleId, severity }) => [ruleId, severity])).toEqual([['V17.unknown', 'info']])
  })

  test('what citizens are not shown need not be complete; a province may not ask at all', () => {
    expect(said({ published: false, processes: [], documents: [] })).toEqual([])
    expect(completenessFindings({ ...EXAMPLE_PROCEDURE, processes: [], channels: null }, { V17: 'off' })).toEqual([])
  })
})

function offered(level: ServiceLevel | null, more: Partial<Procedure> = {}): Procedure {
  return { ...EXAMPLE_PROCEDURE, serviceLevels: level === null ? null : [{ level, from: null, to: null }], ...more }
}
const numbered = (level: 1 | 2 | 3 | 4): ServiceLevel => ({ scale: 'numbered', level })
const full: ServiceLevel = { scale: 'named', level: 'full' }
const partial: ServiceLevel = { scale: 'named', level: 'partial' }
const broken = (procedure: Procedure, context: ProcedureContext) =>
  checkProcedure(procedure, context)
    .filter(({ ruleId }) => ruleId === 'V15' || ruleId === 'V16')
    .map(({ ruleId, severity }) => `${ruleId} ${severity}`)

describe('V15: online in full, with a fee, and no way to pay online', () => {
  const now = day('2026-07-20')

  test.each<[string, Procedure, ProcedureContext, number]>([
    ['full with a fee', offered(full), { day: now, onlinePayment: false }, 1],
    ['level 4 with a fee', offered(numbered(4)), { day: now, onlinePayment: false }, 1],
    ['the first day', offered(numbered(4)), { day: day('2020-07-10'), onlinePayment: false }, 1],
    ['the day before', offered(numbered(4)), { day: day('2020-07-09'), onlinePayment: false }, 0],
    ['payable', offered(full), { day: now, onlinePayment: true }, 0],
    ['not known whether payable', offered(full), { day: now, onlinePayment: null }, 0],
    ['partial', offered(partial), { day: now, onlinePayment: false }, 0],
    ['level not known', offered(null), { day: now, onlinePayment: false }, 0],
    ['free', offered(full, { channels: [] }), { day: now, onlinePayment: false }, 0],
    ['no day', offered(full), { onlinePayment: false }, 0],
  ])('%s', (_, procedure, context, times) => {
    expect(broken(procedure, context)).toEqual(Array(times).fill('V15 error'))
  })

  test('a fee is an amount above 0; in words only it is not known', () => {
    const fee = { kind: null, amount: 0 as Vnd, raw: null, text: null, files: [] }
    const withFees = (...fees: (typeof fee | { amount: null })[]): Procedure => ({
      ...EXAMPLE_PROCEDURE,
      channels: [{ channel: 'direct', timeLimits: [{ value: 1, unit: 'day', text: null, fees: fees.map((one) => ({ ...fee, ...one })) }] }],
    })
    expect(hasFee(EXAMPLE_PROCEDURE)).toBe(true)
    expect(hasFee(withFees())).toBe(false)
    expect(hasFee(withFees(fee))).toBe(false)
    expect(hasFee(withFees(fee, { amount: null }))).toBeNull()
    expect(hasFee({ ...EXAMPLE_PROCEDURE, channels: null })).toBeNull()
  })
})

describe('V16: filed online only where the procedure is online, in the scale of that day', () => {
  const before = day('2022-08-14')
  const after = day('2022-08-15')

  test('the scale changed on 15 August 2022 (assumed)', () => {
    expect(NAMED_LEVELS_FROM).toBe(after)
  })

  test.each<[string, ServiceLevel, LocalDate, number]>([
    ['level 3 before', numbered(3), before, 0],
    ['level 4 before', numbered(4), before, 0],
    ['level 2 before', numbered(2), before, 1],
    ['level 4 after', numbered(4), after, 1],
    ['level 2 after', numbered(2), after, 1],
    ['partial after', partial, after, 0],
    ['full after', full, after, 0],
    ['full before', full, before, 1],
    ['information only after', { scale: 'named', level: 'information' }, after, 1],
  ])('%s', (_, level, filed, times) => {
    expect(broken(offered(level), { day: filed, channel: 'online' })).toEqual(Array(times).fill('V16 warn'))
  })

  test('a level that ended before the day does not count', () => {
    const procedure = { ...EXAMPLE_PROCEDURE, serviceLevels: [{ level: full, from: after, to: day('2024-01-01') }] }
    expect(broken(procedure, { day: day('2023-05-05'), channel: 'online' })).toEqual([])
    expect(broken(procedure, { day: day('2024-01-02'), channel: 'online' })).toEqual(['V16 warn'])
  })

  test('other channels, and levels that are not known, are not judged', () => {
    expect(broken(offered(numbered(4)), { day: after, channel: 'direct' })).toEqual([])
    expect(broken(offered(numbered(4)), { day: after, channel: null })).toEqual([])
    expect(broken(offered(null), { day: after, channel: 'online' })).toEqual([])
    expect(broken(offered(numbered(2)), { channel: 'online' })).toEqual([])
  })
})

test('every rule says on what it rests, in both languages', () => {
  for (const rule of procedureRules) {
    expect(rule.basis).not.toBe('')
    expect(rule.contract).toContain(`§6.1 ${rule.id.split('.')[0]}`)
    expect([rule.says.en, rule.says.vi, rule.hint.en, rule.hint.vi]).not.toContain('')
  }
})
