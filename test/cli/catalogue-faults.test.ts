import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Procedure } from '../../src/domain/index.js'
import type { FaultPlanInput, ProcedureStoryInput } from '../../src/sandbox/index.js'
import { catalogueProvince, linesOf, NATIVE_DETAIL, NATIVE_LIST, proceduresOf, pull } from './catalogue-province.js'
import { file, type InstalledProvince } from './installed-province.js'

type Rule = NonNullable<FaultPlanInput['rules']>[number]

function breakDatabase(province: InstalledProvince, ...rules: readonly Omit<Rule, 'system'>[]): void {
  province.sandbox.faults({ rules: rules.map((rule) => ({ system: 'procedure-database', ...rule })) })
}

/** Pulled once, so that there is a good catalogue to lose. */
async function pulledProvince(count: number): Promise<InstalledProvince> {
  const province = await catalogueProvince({ count })
  // The province's own list is another test's.
  province.configure((_, tenant) => void delete tenant.procedures)
  const { code, national } = await pull(province)
  expect([code, national.outcome]).toEqual([0, 'done'])
  return province
}

const everything = async (province: InstalledProvince) => [await linesOf(province), await proceduresOf(province)] as const

const feesOf = ({ channels }: Procedure) => (channels ?? []).flatMap(({ timeLimits }) => timeLimits.flatMap(({ fees }) => fees))

/** Twenty megabytes take a busy machine longer than the moment after which these provinces give up. */
function patient(province: Awaited<ReturnType<typeof pulledProvince>>): void {
  province.configure((_, tenant) => Object.assign(tenant.procedureDatabase!, { timeouts: { readMs: 30_000 } }))
}

describe('a list that is no good', () => {
  const unreadable = 'procedure-database.unreadable_answer'
  test.each([
    ['empty', 3, 'procedure-database.empty_list'],
    ['cut', 3, unreadable],
    ['short', 2, 'catalogue.list_shrunk'],
    ['html', 3, unreadable],
    ['wrong-encoding', 3, unreadable],
    ['huge', 3, 'transport.too_large'],
  ] as const)('%s: it says so, with exit code %i, and the last good catalogue stays', async (listFault, code, error) => {
    const province = await pulledProvince(62)
    patient(province)
    const before = await everything(province)
    const [first] = province.sandbox.procedures.list()
    province.sandbox.procedures.story({ listFault, remove: [first!.code] })
    const bad = await pull(province)
    expect(bad.code).toBe(code)
    expect(bad.national).toMatchObject({ outcome: 'failed', list: null, details: { due: 0 }, error: { code: error } })
    expect(bad.national.error!.hint).not.toBe('')
    expect(bad.err).toContain('✗ demo, national catalogue: ')
    expect(await everything(province)).toEqual(before)

    province.sandbox.procedures.story({ listFault: null })
    const good = await pull(province)
    expect(good.code).toBe(0)
    expect(good.national).toMatchObject({ outcome: 'done', list: { deactivated: 1 } })
  })

  test.each([
    ['duplicate', /^row \d+$/, /^[12]\.\d{6} stands in the list twice/],
    ['spaced-codes', /^row \d+$/, /^the code stands there as “[12]\. \d{6}”; it was read as [12]\.\d{6}$/],
    ['broken-rows', /^row \d+$/, /^the row has (neither code nor name|no code)/],
  ] as const)('%s: each such row is named, the others count, and nothing is taken to be gone', async (listFault, place, message) => {
    const province = await pulledProvince(62)
    const before = await everything(province)
    province.sandbox.procedures.story({ listFault })
    const { code, national } = await pull(province)
    expect(code).toBe(0)
    expect(national).toMatchObject({ outcome: 'done', list: { added: 0, renamed: 0, deactivated: 0 }, error: null })
    expect(national.problemCount).toBeGreaterThanOrEqual(2)
    for (const problem of national.problems) {
      expect(problem.place).toMatch(place)
      expect(problem.message).toMatch(message)
      expect(problem.hint).not.toBe('')
    }
    expect(await everything(province)).toEqual(before)
  })
})

describe('a list that is no good, through the other doors', () => {
  test.each([
    ['provincial-gateway', 'procedure-database-gateway', 'cut'],
    ['provincial-gateway', 'procedure-database-gateway', 'empty'],
    ['provincial-gateway', 'procedure-database-gateway', 'wrong-encoding'],
    ['public-portal-2026', 'procedure-database-portal', 'cut'],
    ['public-portal-2026', 'procedure-database-portal', 'short'],
    ['public-portal-2026', 'procedure-database-portal', 'html'],
  ] as const)('%s (%s): %s changes nothing, and the next good one is taken', async (dialect, system, listFault) => {
    const province = await catalogueProvince({ count: 40, sandbox: { options: { procedures: { throttle: null, gatewayToken: null } } } })
    province.configure((_, tenant) => {
      delete tenant.procedures
      const { url } = province.sandbox.systems[system]!
      writeFileSync(file(province, 'secrets/token'), 'any')
      const credentials = dialect === 'provincial-gateway' ? { token: { file: './secrets/token' } } : {}
      tenant.procedureDatabase = { dialect, url, credentials, limits: { requestsPerSecond: 500 }, retry: { firstMs: 1, maxMs: 5 } }
    })
    expect((await pull(province)).code).toBe(0)
    const before = await everything(province)
    province.sandbox.procedures.story({ listFault })
    const bad = await pull(province)
    expect([2, 3]).toContain(bad.code)
    expect(bad.national).toMatchObject({ outcome: 'failed', list: null })
    expect(await everything(province)).toEqual(before)
    province.sandbox.procedures.story({ listFault: null })
    expect((await pull(province)).national).toMatchObject({ outcome: 'done', resumed: false, list: { added: 0, deactivated: 0 } })
  })
})

describe('details that are no good', () => {
  const faults = ['empty', 'html', 'garbage', 'blank', 'other', 'wrong-encoding', 'huge'] as const

  test('each is told by its code, the pull goes on, and what was known of the procedure stays', async () => {
    const province = await pulledProvince(60)
    patient(province)
    const before = await proceduresOf(province)
    // Beside each other, renamed so that they are asked for again.
    const codes = province.sandbox.procedures.list().map(({ code }) => code)
    const spoiled = faults.map((fault, index) => [codes[index]!, fault] as const)
    const healthy = codes.slice(faults.length, faults.length + 3)
    province.sandbox.procedures.story({
      detailFault: Object.fromEntries(spoiled),
      rename: Object.fromEntries([...spoiled.map(([code]) => code), ...healthy].map((code) => [code, `Thủ tục ${code} (sửa đổi)`])),
    })
    const bad = await pull(province)
    expect(bad.code).toBe(1)
    expect(bad.national).toMatchObject({
      outcome: 'done',
      details: { due: faults.length + 3, read: 3, failed: faults.length },
      catalogue: { active: 60, detailed: 60 },
      error: null,
    })
    expect(new Set(bad.national.problems.map(({ place }) => place))).toEqual(new Set(spoiled.map(([code]) => code)))
    for (const { hint } of bad.national.problems) expect(hint).toContain('the next pull asks again')
    const after = await proceduresOf(province)
    // The list named it anew; all that its details said before stays.
    for (const [code] of spoiled) expect(after.get(code)).toEqual({ ...before.get(code), name: `Thủ tục ${code} (sửa đổi)` })

    province.sandbox.procedures.story({ detailFault: Object.fromEntries(spoiled.map(([code]) => [code, null])) })
    const good = await pull(province)
    expect(good.code).toBe(0)
    expect(good.national).toMatchObject({ details: { due: faults.length, read: faults.length, failed: 0 }, problemCount: 0 })
    for (const [code] of spoiled) expect((await proceduresOf(province)).get(code)?.name).toBe(`Thủ tục ${code} (sửa đổi)`)
  })

  test('a fee that is no number is kept as written and named; the procedure counts', async () => {
    const province = await catalogueProvince()
    await pull(province)
    const [code] = [...(await proceduresOf(province))].find(([, procedure]) => feesOf(procedure).length > 0)!
    province.sandbox.procedures.story({ detailFault: { [code]: 'bad-fee' }, rename: { [code]: 'Thủ tục có phí lạ' } })
    const { national, code: exit } = await pull(province)
    expect(exit).toBe(0)
    expect(national.problems).toMatchObject([{ place: code, ruleId: 'fee.unreadable' }])
    expect(new Set(feesOf((await proceduresOf(province)).get(code)!).map(({ amount, raw }) => [amount, raw].join(' ')))).toEqual(
      new Set([' theo thông tư 12abc']),
    )
  })

  test('those that never could be read do not keep the others from being read', async () => {
    const province = await catalogueProvince({ count: 70 })
    const codes = province.sandbox.procedures.list().map(({ code }) => code)
    const story: ProcedureStoryInput = { detailFault: Object.fromEntries(codes.slice(0, 60).map((code) => [code, 'html'])) }
    province.sandbox.procedures.story(story)
    const first = await pull(province)
    expect(first.code).toBe(3)
    expect(first.national).toMatchObject({ outcome: 'incomplete', error: { code: 'procedure-database.unreadable_answer' } })
    const second = await pull(province)
    expect(second.national).toMatchObject({ resumed: true, listRead: false, details: { read: 10 }, catalogue: { active: 70, detailed: 10 } })
  })
})

describe('faults on the way', () => {
  test.each([
    ['timeout-before', 0.05],
    ['http-429', 0.05],
    ['http-500', 0.2],
    ['session-lost', 0.2],
    ['reset', 0.2],
    ['garbage', 0.2],
    ['reject', 0.1],
  ] as const)('%s now and then: it reads everything, or names what it could not, and the next pull has the rest', async (kind, probability) => {
    const province = await catalogueProvince({ count: 40 })
    breakDatabase(province, { kind, probability, service: NATIVE_DETAIL })
    const first = await pull(province)
    const { failed } = first.national.details
    expect(first.national).toMatchObject({ outcome: 'done', list: { deactivated: 0 }, catalogue: { active: 40, detailed: 40 - failed } })
    expect(first.code).toBe(failed > 0 ? 1 : 0)
    expect(first.national.problems.filter(({ ruleId }) => ruleId.startsWith('transport.') || ruleId.startsWith('procedure-database.'))).toHaveLength(
      failed,
    )
    expect(province.sandbox.injected().byKind[kind]).toBeGreaterThan(0)
    breakDatabase(province)
    expect((await pull(province)).national).toMatchObject({ outcome: 'done', details: { due: failed, read: failed }, catalogue: { detailed: 40 } })
  })

  test.each([
    ['http-500', NATIVE_DETAIL, 'incomplete', 3],
    ['session-lost', NATIVE_DETAIL, 'incomplete', 3],
    ['timeout-before', NATIVE_LIST, 'failed', 3],
    ['http-429', NATIVE_LIST, 'failed', 3],
    ['reset', 'login', 'failed', 3],
    ['reject', 'login', 'failed', 2],
  ] as const)('%s at every %s: it stops soon, says so, and loses nothing', async (kind, service, outcome, code) => {
    const province = await pulledProvince(45)
    const before = await everything(province)
    breakDatabase(province, { kind, service })
    province.sandbox.procedures.story({ add: 30 })
    const stopped = await pull(province)
    expect(stopped.code).toBe(code)
    expect(stopped.national).toMatchObject({ outcome })
    expect(stopped.national.error).toMatchObject({ message: expect.stringMatching(/./), hint: expect.stringMatching(/./) })
    expect(Object.values(province.sandbox.injected().byService[service] ?? {}).reduce((sum, count) => sum + count, 0)).toBeLessThan(30)
    const [, procedures] = await everything(province)
    for (const [known, procedure] of before[1]) expect(procedures.get(known)).toEqual(procedure)
    expect((await linesOf(province)).every(({ state }) => state === 'active')).toBe(true)

    breakDatabase(province)
    expect((await pull(province)).national).toMatchObject({ outcome: 'done', catalogue: { active: 75, inactive: 0, detailed: 75 } })
  })

  test('a database that does not tell its decisions gives its procedures all the same', async () => {
    const province = await catalogueProvince({ count: 45 })
    breakDatabase(province, { kind: 'reject', service: 'LayQDCB' })
    const { code, national } = await pull(province)
    expect(code).toBe(0)
    expect(national).toMatchObject({ outcome: 'done', catalogue: { active: 45, detailed: 45 }, error: null })
    // Five, and those that were under way with the fifth.
    expect([5, 6, 7, 8]).toContain(national.referencesFailed)
    expect(national.problems.filter(({ place }) => place.startsWith('decision '))).toHaveLength(national.referencesFailed)
    expect((await pull(province)).national).toMatchObject({ outcome: 'done', listRead: true })
  })
})
