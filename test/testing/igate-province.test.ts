/** The promises of a province whose one-stop system is iGate, over real HTTP: sandbox, client, mapper, engine, portal. */
import { test as base, describe, expect } from 'vitest'
import { declaredDoubled, failureGroups, knowinglyUnsent } from '../../src/ledger/index.js'
import { igateOneStop, type TestProvince, type TestProvinceOptions, testProvince } from '../../src/testing/index.js'

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

describe('a province on iGate', () => {
  test('a whole province arrives, and a second pass writes nothing', async ({ open }) => {
    const province = await open({ dossiers: 120, seed: 3 })
    expect((await province.run()).outcome).toBe('done')
    const verdict = await verdictOf(province)
    expect(verdict, JSON.stringify(verdict.examples)).toMatchObject(nothingWrong)
    expect(verdict.dossiers).toBe(verdict.expected)
    expect((await failureGroups(province.ledger, 'test')).map(({ cause }) => cause)).toContain('status.unmapped')
    const { calls } = (await province.run()).tally
    expect(calls.create + calls.update + calls.steps).toBe(0)
  })
})
