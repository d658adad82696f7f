import { mkdtempSync, rmSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { CODE, caller, exampleRecord, exampleStep, post, sandboxFor } from './portal-calls.js'

const lines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('/__sandbox/', () => {
  test('GET national-portal/dossiers is NDJSON in the fixed shape', async () => {
    const sandbox = await sandboxFor()
    const portal = await caller(sandbox)
    await portal.create(exampleRecord())
    await portal.progress(exampleStep())
    const [line] = lines(await (await fetch(`${sandbox.origin}/__sandbox/national-portal/dossiers`)).text())
    expect(Object.keys(line!)).toEqual(['maHoSo', 'creates', 'updates', 'refusedCreates', 'record', 'steps', 'statusHistory'])
    expect(line).toMatchObject({ maHoSo: CODE, creates: 1, steps: [exampleStep()], statusHistory: [{ trangThai: '2' }, { trangThai: '9' }] })
  })

  test('GET national-portal/requests counts by service, logins, refusals, the largest batch and writes', async () => {
    const sandbox = await sandboxFor()
    const portal = await caller(sandbox)
    await portal.create(exampleRecord(), exampleRecord({ MaHoSo: 'H99.12-250310-0002' }))
    await portal.create(exampleRecord())
    await portal.call('TraCuuHoSo', { mahoso: CODE })
    expect(await (await fetch(`${sandbox.origin}/__sandbox/national-portal/requests`)).json()).toEqual({
      byService: { DongBoHoSoMC: 2, TraCuuHoSo: 1 },
      logins: 1,
      refused: 1,
      largestBatch: 2,
      writes: 2,
    })
  })

  test('POST province, advance, GET setup and expected, POST verdict work from any language', async () => {
    const { origin } = await sandboxFor()
    const door = `${origin}/__sandbox`
    expect((await fetch(`${door}/province/setup`)).status).toBe(404)
    const made = await post(`${door}/province`, { seed: 2, dossiers: 40, startAt: '2026-05-04T08:00:00+07:00' })
    expect(JSON.parse(made.text)).toMatchObject({
      agencyCode: '000.00.00.H99',
      visible: 40,
      startAt: '2026-05-04T08:00:00+07:00',
      tables: { actions: { 1100: 2 } },
    })
    await post(`${door}/province/advance`, { days: 10 })
    expect(await (await fetch(`${door}/province/setup`)).json()).toMatchObject({ visible: 41, now: '2026-05-14T08:00:00+07:00' })
    const expected = lines(await (await fetch(`${door}/province/expected`)).text())
    expect(JSON.parse((await post(`${door}/verdict`, {})).text)).toMatchObject({ dossiers: 0, expected: expected.length, lost: expected.length })
    expect((await post(`${door}/province`, { seed: 2 })).status).toBe(400)
  })

  test('POST faults replaces the plan, GET faults/injected counts by kind, unknown kinds are refused', async () => {
    const sandbox = await sandboxFor()
    const door = `${sandbox.origin}/__sandbox`
    await post(`${door}/faults`, { seed: 1, rules: [{ system: 'national-portal', service: 'TraCuuHoSo', kind: 'http-500', times: 2 }] })
    const portal = await caller(sandbox)
    for (let round = 0; round < 3; round++) await portal.call('TraCuuHoSo', { mahoso: CODE })
    expect(await (await fetch(`${door}/faults/injected`)).json()).toEqual({
      total: 2,
      byKind: { 'http-500': 2 },
      byService: { TraCuuHoSo: { 'http-500': 2 } },
    })
    expect((await post(`${door}/faults`, { rules: [{ kind: 'earthquake' }] })).status).toBe(400)
  })

  test('POST reset empties everything; what is not simulated is not found', async () => {
    const sandbox = await sandboxFor()
    await (await caller(sandbox)).create(exampleRecord())
    await post(`${sandbox.origin}/__sandbox/reset`, {})
    expect(sandbox.dossiers()).toEqual([])
    expect(sandbox.requests()).toMatchObject({ logins: 0, writes: 0 })
    expect((await fetch(`${sandbox.origin}/nothing`)).status).toBe(404)
  })
})

describe('--state', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'sandbox-'))
    folders.push(made)
    return made
  }

  test('a sandbox started again on its folder serves the same books and the same story', async () => {
    const stateDir = folder()
    const first = await startSandbox({ stateDir })
    const portal = await caller(first)
    await portal.create(exampleRecord())
    await portal.create(exampleRecord())
    await portal.update(exampleRecord({ TrangThaiHoSo: '4' }))
    await portal.progress(exampleStep(), exampleStep())
    first.makeProvince({ seed: 5, dossiers: 60 })
    first.advance(12)
    const [dossiers, setup, expected] = [first.dossiers(), first.setup(), first.expected()]
    await first.stop()

    const second = await sandboxFor({ stateDir })
    expect(second.dossiers()).toEqual(dossiers)
    expect(second.setup()).toEqual(setup)
    expect(second.expected()).toEqual(expected)
    expect((await (await caller(second)).create(exampleRecord())).message).toContain('đã tồn tại')
  })

  test('half a line left by a killed sandbox costs that line only, and a reset stays a reset', async () => {
    const stateDir = folder()
    const first = await startSandbox({ stateDir })
    await (await caller(first)).create(exampleRecord())
    first.reset()
    await (await caller(first)).create(exampleRecord({ MaHoSo: 'H99.12-250310-0002' }))
    await first.stop()
    await appendFile(join(stateDir, 'sandbox.ndjson'), '{"op":"records","at":"2026')
    const second = await startSandbox({ stateDir })
    await (await caller(second)).create(exampleRecord({ MaHoSo: 'H99.12-250310-0003' }))
    await second.stop()
    const third = await sandboxFor({ stateDir })
    expect(third.dossiers().map((dossier) => dossier.maHoSo)).toEqual(['H99.12-250310-0002', 'H99.12-250310-0003'])
  })
})
