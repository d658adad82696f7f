/** The promises of a province whose one-stop system is iGate, over real HTTP: sandbox, client, mapper, engine, portal. */
import { test as base, describe, expect } from 'vitest'
import { igateCatalogue } from '../../src/catalogue/index.js'
import { igate } from '../../src/connectors/index.js'
import { declaredDoubled, failureGroups, knowinglyUnsent } from '../../src/ledger/index.js'
import { igateOneStop, igateOneStopWith, type TestProvince, type TestProvinceOptions, testProvince } from '../../src/testing/index.js'

const test = base.extend<{ open: (options: TestProvinceOptions) => Promise<TestProvince> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the needs of a fixture from its pattern.
  open: async ({}, use) => {
    const opened: TestProvince[] = []
    await use(async (options) => {
      const province = await testProvince({ oneStop: igateOneStop, ...options })
      opened.push(province)
      return province
    })
    for (const province of opened) await province.stop()
  },
})

async function verdictOf({ sandbox, ledger }: TestProvince) {
  const doubled = []
  for await (const { code, at, status } of declaredDoubled(ledger, 'test')) doubled.push({ maHoSo: code, at, trangThai: String(status) })
  return sandbox.verdict({ excused: await knowinglyUnsent(ledger, 'test'), declaredDoubled: doubled })
}

const nothingWrong = { lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 }

/** Over real HTTP, beside others on the same machine. */
const PATIENCE_MS = 60_000
const igateSystem = { system: 'one-stop-igate' }
/** Passes until everything that waits has been settled; faults run out. */
async function runUntilDone(province: TestProvince, most = 12): Promise<void> {
  for (let pass = 0; pass < most; pass++) {
    const { outcome, waiting } = await province.run()
    if (outcome === 'done' && waiting === 0) return
  }
  throw new Error(`not done after ${most} passes`)
}

async function expectNothingWrong(province: TestProvince): Promise<void> {
  const verdict = await verdictOf(province)
  expect(verdict, JSON.stringify(verdict.examples)).toMatchObject(nothingWrong)
  expect(verdict.dossiers).toBe(verdict.expected)
}

describe('a province on iGate', () => {
  test('a whole province arrives, and a second pass writes nothing', { timeout: PATIENCE_MS }, async ({ open }) => {
    const province = await open({ dossiers: 120, seed: 3 })
    expect((await province.run()).outcome).toBe('done')
    await expectNothingWrong(province)
    expect((await failureGroups(province.ledger, 'test')).map(({ cause }) => cause)).toContain('status.unmapped')
    const { calls } = (await province.run()).tally
    expect(calls.create + calls.update + calls.steps).toBe(0)
  })

  test('months go by, dossiers move on, and each pass reads only what changed', { timeout: PATIENCE_MS }, async ({ open }) => {
    const province = await open({ dossiers: 60, seed: 5 })
    await province.run()
    for (const days of [10, 60, 120]) {
      province.sandbox.advance(days)
      await runUntilDone(province)
      await expectNothingWrong(province)
    }
  })

  test.each([
    ['a list that moves after every look, in small pages', { moving: 2 }, { pageSize: 7 }],
    ['one that also tells no totals', { moving: 2 }, { pageSize: 7, paging: 'slice' as const }],
    ['a search that leaves tasks and fees to the detail', { leanSearch: true }, {}],
    ['records that say when a result was handed over', { returnedDate: true }, {}],
    ['tokens that hold for a fifth of a second', { tokenMs: 200 }, { pageSize: 10 }],
  ])('%s: nothing is lost', { timeout: PATIENCE_MS }, async (_, igate, settings) => {
    const opened = await testProvince({ dossiers: 60, seed: 8, oneStop: igateOneStopWith(settings), sandbox: { options: { igate } } })
    try {
      await runUntilDone(opened)
      await expectNothingWrong(opened)
      opened.sandbox.advance(20)
      await runUntilDone(opened)
      await expectNothingWrong(opened)
    } finally {
      await opened.stop()
    }
  })

  test('faults on both sides delay, and cost nothing else', { timeout: PATIENCE_MS }, async ({ open }) => {
    const province = await open({
      dossiers: 80,
      seed: 11,
      oneStop: igateOneStopWith({ pageSize: 10 }),
      settings: { retry: { firstMs: 10, maxMs: 50 } },
    })
    const { sandbox } = province
    sandbox.faults({
      rules: [
        { ...igateSystem, service: 'token', kind: 'http-500', times: 1 },
        { ...igateSystem, kind: 'session-lost', probability: 0.1, times: 2 },
        { ...igateSystem, kind: 'http-500', probability: 0.1, times: 2 },
        { ...igateSystem, kind: 'garbage', probability: 0.1, times: 2 },
        { ...igateSystem, kind: 'empty', probability: 0.1, times: 2 },
        { ...igateSystem, kind: 'reset', probability: 0.1, times: 2 },
        { ...igateSystem, kind: 'http-429', probability: 0.05, times: 1, delayMs: 1 },
        { ...igateSystem, kind: 'timeout-before', probability: 0.05, times: 1, delayMs: 20 },
        { system: 'national-portal', kind: 'timeout-after-apply', probability: 0.05, times: 1, delayMs: 20 },
        { system: 'national-portal', kind: 'session-lost', probability: 0.05, times: 1 },
        { system: 'national-portal', kind: 'http-500', probability: 0.05, times: 1 },
      ],
    })
    await runUntilDone(province, 40)
    sandbox.advance(30)
    await runUntilDone(province, 40)
    await expectNothingWrong(province)
    const { byService } = sandbox.injected()
    expect(Object.keys(byService)).toEqual(expect.arrayContaining(['token', 'search']))
    expect(sandbox.injected().total).toBeGreaterThan(10)
  })

  test('a gateway that refuses our rights is an error, and nothing is concluded', { timeout: PATIENCE_MS }, async ({ open }) => {
    const province = await open({ dossiers: 20, seed: 2 })
    await runUntilDone(province)
    province.sandbox.faults({ rules: [{ ...igateSystem, service: 'search', kind: 'reject' }] })
    const report = await province.run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ error: { code: 'igate.refused', hint: expect.stringContaining('right') } }] })
    province.sandbox.faults({ rules: [] })
    await runUntilDone(province)
    await expectNothingWrong(province)
  })

  test('the catalogue is read whole, with national codes', { timeout: PATIENCE_MS }, async ({ open }) => {
    const { sandbox, setup } = await open({ dossiers: 1 })
    const { url, credentials } = sandbox.systems['one-stop-igate']!
    const client = igate({
      baseUrl: url,
      tokenUrl: credentials.tokenUrl!,
      credentials: { clientId: credentials.clientId!, clientSecret: credentials.clientSecret! },
    })
    const rows: { readonly code: string; readonly detail?: unknown }[] = []
    let end = ''
    for await (const page of igateCatalogue({ client, pageSize: 7 }).list({ cursor: null })) {
      rows.push(...page.rows)
      end = page.end
      expect(page.problems).toEqual([])
    }
    expect(end).toBe('complete')
    expect(rows.map(({ code }) => code)).toEqual(setup.catalogue.map(({ localCode }) => localCode))
    expect(rows.map(({ detail }) => (detail as { value: { nationalCode: string | null } }).value.nationalCode)).toEqual(
      setup.catalogue.map(({ nationalCode }) => nationalCode),
    )
  })
})
