import { describe, expect, test } from 'vitest'
import { FAULT_KINDS, type FaultKind, type FaultPlan, faultFor } from '../../src/sandbox/index.js'
import { AGENCY, CODE, caller, exampleRecord, exampleStep, sandboxFor } from './portal-calls.js'

const plan: FaultPlan = {
  seed: 7,
  rules: FAULT_KINDS.map((kind) => ({ system: 'national-portal', service: '*', kind, probability: 0.05 })),
}
const subjects = Array.from({ length: 2000 }, (_, index) => ({
  system: 'national-portal',
  service: index % 2 === 0 ? 'DongBoHoSoMC' : 'CapNhatTienDoHoSoMC',
  key: `H99.12-250310-${1000 + Math.floor(index / 4)}`,
  attempt: 1 + (Math.floor(index / 2) % 2),
}))

interface Requests {
  readonly byService: Readonly<Record<string, number>>
}

describe('a fault is a pure function of seed, system, service, key and attempt', () => {
  test('the same calls break in the same way, whatever the order', () => {
    const forwards = subjects.map((subject) => faultFor(plan, subject))
    const backwards = [...subjects].reverse().map((subject) => faultFor(plan, subject))
    expect(backwards.reverse()).toEqual(forwards)
    expect(new Set(forwards.map((fault) => fault?.kind))).toEqual(new Set([...FAULT_KINDS, undefined]))
  })

  test('another seed breaks other calls', () => {
    const struck = (seed: number) => subjects.map((subject) => faultFor({ ...plan, seed }, subject)?.kind)
    expect(struck(7)).not.toEqual(struck(8))
  })

  test('probability is kept, times spares later attempts, other systems are left alone', () => {
    const half: FaultPlan = { seed: 1, rules: [{ system: '*', service: '*', kind: 'reset', probability: 0.5 }] }
    const share = subjects.filter((subject) => faultFor(half, subject)).length / subjects.length
    expect(share).toBeGreaterThan(0.45)
    expect(share).toBeLessThan(0.55)
    const once: FaultPlan = { seed: 1, rules: [{ system: 'national-portal', service: 'DongBoHoSoMC', kind: 'reset', probability: 1, times: 1 }] }
    const subject = { system: 'national-portal', service: 'DongBoHoSoMC', key: CODE, attempt: 1 }
    expect(faultFor(once, subject)?.kind).toBe('reset')
    expect(faultFor(once, { ...subject, attempt: 2 })).toBeUndefined()
    expect(faultFor(once, { ...subject, system: 'one-stop-opencps' })).toBeUndefined()
  })

  test('over HTTP, one after the other and all at once, the same calls are struck', async () => {
    const rules = [{ service: 'DongBoHoSoMC', kind: 'reject' as const, probability: 0.3 }]
    const refused = async (together: boolean) => {
      const sandbox = await sandboxFor({ seed: 5, faults: { seed: 9, rules } })
      const portal = await caller(sandbox)
      const codes = Array.from({ length: 40 }, (_, index) => `H99.12-250310-${1000 + index}`)
      const create = (code: string) => portal.create(exampleRecord({ MaHoSo: code }))
      if (together) await Promise.all(codes.reverse().map(create))
      else for (const code of codes) await create(code)
      return { injected: sandbox.injected(), there: new Set(sandbox.dossiers().map((dossier) => dossier.maHoSo)) }
    }
    const [serial, parallel] = [await refused(false), await refused(true)]
    expect(parallel).toEqual(serial)
    expect(serial.injected.total).toBe(40 - serial.there.size)
    expect(serial.injected.total).toBeGreaterThan(3)
  })
})

/** What a client sees of one create under a fault that strikes the first attempt. */
async function create(kind: FaultKind, delayMs?: number) {
  const sandbox = await sandboxFor({ faults: { rules: [{ service: 'DongBoHoSoMC', kind, times: 1, ...(delayMs !== undefined && { delayMs }) }] } })
  const { url, session, create: again } = await caller(sandbox)
  const body = JSON.stringify({ session, madonvi: AGENCY, service: 'DongBoHoSoMC', isUpdating: 'False', data: [exampleRecord()] })
  const seen = await fetch(`${url}/mapi/g`, { method: 'POST', body }).then(
    async (response) => ({ status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') }),
    () => 'no answer' as const,
  )
  return { sandbox, seen, again, applied: sandbox.dossiers().length === 1 }
}

describe('what each kind does', () => {
  test('timeout-before: no answer, nothing applied', async () => {
    expect(await create('timeout-before', 20)).toMatchObject({ seen: 'no answer', applied: false })
  })
  test('timeout-after-apply: no answer, applied; a second create says “đã tồn tại”', async () => {
    const { seen, applied, again } = await create('timeout-after-apply', 20)
    expect({ seen, applied }).toEqual({ seen: 'no answer', applied: true })
    expect((await again(exampleRecord())).message).toContain('đã tồn tại')
  })
  test('late-apply: no answer, and applied afterwards although the client has hung up', async () => {
    const sandbox = await sandboxFor({ faults: { rules: [{ service: 'DongBoHoSoMC', kind: 'late-apply', delayMs: 400 }] } })
    const { url, session } = await caller(sandbox)
    const body = JSON.stringify({ session, madonvi: AGENCY, service: 'DongBoHoSoMC', isUpdating: 'False', data: [exampleRecord()] })
    const hangUp = new AbortController()
    const answer = expect(fetch(`${url}/mapi/g`, { method: 'POST', body, signal: hangUp.signal })).rejects.toThrow()
    const arrived = async () => ((await (await fetch(`${sandbox.origin}/__sandbox/national-portal/requests`)).json()) as Requests).byService
    await expect.poll(arrived, { interval: 5 }).toMatchObject({ DongBoHoSoMC: 1 })
    hangUp.abort()
    await answer
    expect(sandbox.dossiers()).toHaveLength(0)
    await expect.poll(() => sandbox.dossiers().length).toBe(1)
  })
  test('http-429: Retry-After, nothing applied', async () => {
    expect(await create('http-429')).toMatchObject({ seen: { status: 429, retryAfter: expect.stringMatching(/^[01]$/) }, applied: false })
  })
  test('http-500, garbage, empty, reset: an answer that proves nothing, applied or not', async () => {
    expect((await create('http-500')).seen).toMatchObject({ status: 500, text: expect.stringContaining('<html>') })
    expect((await create('empty')).seen).toMatchObject({ status: 200, text: '' })
    expect((await create('reset')).seen).toBe('no answer')
    const { seen } = await create('garbage')
    expect(() => JSON.parse(seen === 'no answer' ? '' : seen.text)).toThrow()
  })
  test('session-lost: the message of a lost session, this call only', async () => {
    const { seen, applied, again } = await create('session-lost')
    expect(seen).toMatchObject({ status: 200, text: expect.stringContaining('Session không hợp lệ hoặc đã hết hạn') })
    expect(applied).toBe(false)
    expect((await again(exampleRecord())).message).toContain('thành công')
  })
  test('slow: the usual answer, later', async () => {
    const began = performance.now()
    expect((await create('slow', 50)).seen).toMatchObject({ text: expect.stringContaining('thành công') })
    expect(performance.now() - began).toBeGreaterThan(45)
  })
  test('reject: a refusal that quotes the owner’s name, as real ones do', async () => {
    expect((await create('reject')).seen).toMatchObject({ text: expect.stringContaining('Nguyễn Văn Mẫu') })
  })
})

test('a step that comes again after an unknown outcome is counted as repeated, one that was refused is not', async () => {
  const sandbox = await sandboxFor()
  const portal = await caller(sandbox)
  await portal.create(exampleRecord())
  const [first, second] = [exampleStep({ ThoiDiemXuLy: '20250215080000', TrangThai: '4' }), exampleStep()]
  sandbox.faults({ rules: [{ service: 'CapNhatTienDoHoSoMC', kind: 'timeout-after-apply', delayMs: 10, times: 1 }] })
  await expect(portal.progress(first)).rejects.toThrow()
  await portal.progress(first)
  sandbox.faults({ rules: [{ service: 'CapNhatTienDoHoSoMC', kind: 'reject', times: 1 }] })
  await portal.progress(second)
  await portal.progress(second)
  expect(sandbox.verdict()).toMatchObject({ doubledSteps: 1, repeatedSteps: 1, repeatedArrivals: 1, duplicated: 1 })
  const declaredDoubled = [{ maHoSo: CODE, at: '2025-02-15T08:00:00+07:00', trangThai: '4' }]
  expect(sandbox.verdict({ declaredDoubled })).toMatchObject({ doubledSteps: 1, duplicated: 0 })
})
