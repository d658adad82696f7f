import { test as base, describe, expect } from 'vitest'
import { declaredDoubled, failureGroups, knowinglyUnsent } from '../../src/ledger/index.js'
import type { PassReport } from '../../src/sync/index.js'
import { type TestProvince, type TestProvinceOptions, testProvince } from '../../src/testing/index.js'

const test = base.extend<{ open: (options: TestProvinceOptions) => Promise<TestProvince> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the needs of a fixture from its pattern.
  open: async ({}, use) => {
    const opened: TestProvince[] = []
    await use(async (options) => {
      const province = await testProvince(options)
      opened.push(province)
      return province
    })
    for (const province of opened) await province.stop()
  },
})

const portal = { system: 'national-portal' }
/** The line goes dead soon after: nobody has to wait for a time-out of minutes. */
const soon = { times: 1, delayMs: 20 }

async function claimsOf({ ledger }: TestProvince) {
  const declaredDoubledSteps = []
  for await (const { code, at, status } of declaredDoubled(ledger, 'test')) declaredDoubledSteps.push({ maHoSo: code, at, trangThai: String(status) })
  return { excused: await knowinglyUnsent(ledger, 'test'), declaredDoubled: declaredDoubledSteps }
}

const written = (report: PassReport) => report.tally.calls.create + report.tally.calls.update + report.tally.calls.steps

describe('over the wire, against the sandbox', () => {
  test('a create that timed out after the portal applied it is settled by a lookup and sent on as an update', async ({ open }) => {
    const { sandbox, run } = await open({ dossiers: 1 })
    sandbox.faults({ rules: [{ ...portal, service: 'DongBoHoSoMC', kind: 'timeout-after-apply', ...soon }] })
    await run()
    expect(sandbox.dossiers()).toMatchObject([{ creates: 1, updates: 1 }])
  })

  test('a create that the portal never saw is created once', async ({ open }) => {
    const { sandbox, run } = await open({ dossiers: 1 })
    sandbox.faults({ rules: [{ ...portal, service: 'DongBoHoSoMC', kind: 'timeout-before', ...soon }] })
    await run()
    expect(sandbox.dossiers()).toMatchObject([{ creates: 1, updates: 0, refusedCreates: 0 }])
  })

  test('a whole province arrives: nothing lost, doubled or out of order, and a second pass writes nothing', async ({ open }) => {
    const province = await open({ dossiers: 60, seed: 3 })
    const { sandbox, run, ledger, setup } = province
    await run()
    expect(sandbox.verdict(await claimsOf(province))).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })
    const groups = await failureGroups(ledger, 'test')
    const planted = Object.values(setup.planted).flatMap((count) => (typeof count === 'number' ? [count] : []))
    expect(groups.reduce((sum, group) => sum + group.dossiers, 0)).toBeLessThanOrEqual(planted.reduce((sum, count) => sum + count, 0))
    expect(written(await run())).toBe(0)
  })

  test('months go by, dossiers move on, and the portal keeps up', async ({ open }) => {
    const province = await open({ dossiers: 40, seed: 5 })
    await province.run()
    for (const days of [10, 60, 120]) {
      province.sandbox.advance(days)
      await province.run()
      expect(province.sandbox.verdict(await claimsOf(province))).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })
    }
  })

  test('sessions that end in the middle cost logins, not dossiers', async ({ open }) => {
    const province = await open({ dossiers: 30, seed: 4 })
    province.sandbox.faults({ rules: [{ ...portal, service: 'DongBoHoSoMC', kind: 'session-lost', probability: 0.3, times: 1 }] })
    await province.run()
    expect(province.sandbox.injected().total).toBeGreaterThan(0)
    expect(province.sandbox.verdict(await claimsOf(province))).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 })
  })
})
