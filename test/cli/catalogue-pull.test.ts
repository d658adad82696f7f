import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { callCounter, catalogueProvince, linesOf, NATIVE_DETAIL, NATIVE_LIST, proceduresOf, pull } from './catalogue-province.js'
import { document, lienthong } from './command-line.js'
import { file, type InstalledProvince, TENANT } from './installed-province.js'

/** Lets the tenant ask the same sandbox through another door. */
function speak(province: InstalledProvince, dialect: 'provincial-gateway' | 'public-portal-2026'): void {
  const system = { 'provincial-gateway': 'procedure-database-gateway', 'public-portal-2026': 'procedure-database-portal' }[dialect]
  const { url, credentials } = province.sandbox.systems[system]!
  writeFileSync(file(province, 'secrets/gateway-token'), credentials.token ?? '')
  province.configure((_, tenant) => {
    tenant.procedureDatabase = { dialect, url, credentials: dialect === 'provincial-gateway' ? { token: { file: './secrets/gateway-token' } } : {} }
  })
}

const fast = { options: { procedures: { throttle: null } } }

describe('catalogue pull', () => {
  test('reads both catalogues, and a second time asks for the list and for nothing else', async () => {
    const province = await catalogueProvince({ catalogue: 60, count: 200 })
    const calls = callCounter(province)
    const first = await pull(province)
    expect(first.code).toBe(0)
    expect(first.national).toMatchObject({
      outcome: 'done',
      resumed: false,
      list: { listed: 200, added: 200, deactivated: 0 },
      details: { due: 200, read: 200, added: 200, failed: 0, later: 0 },
      error: null,
      catalogue: { active: 200, inactive: 0, detailed: 200 },
    })
    expect(first.local).toMatchObject({ outcome: 'done', catalogue: { active: 100, detailed: 100 } })
    expect(calls()).toMatchObject({ [NATIVE_LIST]: 1, [NATIVE_DETAIL]: 200 })
    expect(Object.values(province.sandbox.procedures.requests().byCode)).toEqual(Array.from({ length: 200 }, () => 1))

    const second = await pull(province)
    expect(second.code).toBe(0)
    expect(second.national).toMatchObject({ outcome: 'done', list: { added: 0, renamed: 0 }, details: { due: 0 }, problemCount: 0 })
    expect(calls()).toEqual({ [NATIVE_LIST]: 1 })
  })

  test('asks again for what is new, renamed or back, and switches off what is gone', async () => {
    const province = await catalogueProvince()
    await pull(province)
    const [renamed, gone, changed] = province.sandbox.procedures.list().map(({ code }) => code) as [string, string, string]
    const asked = () => Object.keys(province.sandbox.procedures.requests().byCode)
    const before = { ...province.sandbox.procedures.requests().byCode }
    const again = () => asked().filter((code) => province.sandbox.procedures.requests().byCode[code] !== before[code])
    const added = province.sandbox.procedures.story({ rename: { [renamed]: 'Tên mới của thủ tục' }, remove: [gone], change: [changed], add: 2 })
    const { national } = await pull(province)
    expect(national.list).toMatchObject({ listed: 61, added: 2, renamed: 1, deactivated: 1 })
    // The list does not show that a procedure says something else: that is found out when its details are old.
    expect(again().sort()).toEqual([renamed, ...added].sort())
    expect((await linesOf(province)).find(({ code }) => code === gone)).toMatchObject({ state: 'inactive' })
    expect((await linesOf(province)).find(({ code }) => code === renamed)).toMatchObject({ name: 'Tên mới của thủ tục' })

    province.sandbox.procedures.story({ restore: [gone] })
    expect((await pull(province)).national.list).toMatchObject({ reactivated: 1, added: 0 })
    expect(again()).toContain(gone)
  })

  test('a list that lost half is taken over only when somebody says so', async () => {
    const province = await catalogueProvince({ count: 110 })
    await pull(province)
    const half = province.sandbox.procedures.list().flatMap(({ code }, index) => (index % 2 === 0 ? [code] : []))
    province.sandbox.procedures.story({ remove: half })
    const refused = await pull(province)
    expect(refused.code).toBe(2)
    expect(refused.national).toMatchObject({ outcome: 'failed', error: { code: 'catalogue.list_shrunk' }, catalogue: { active: 110, inactive: 0 } })
    expect(refused.err).toContain('--accept-shrink')
    const accepted = await pull(province, '--accept-shrink')
    expect(accepted.code).toBe(0)
    expect(accepted.national).toMatchObject({ list: { deactivated: 55 }, catalogue: { active: 55, inactive: 55 } })
  })

  test('the gateway’s JSON in JSON gives the same catalogue, with its details', async () => {
    const native = await catalogueProvince({ sandbox: fast })
    await pull(native)
    const gateway = await catalogueProvince({ sandbox: fast })
    speak(gateway, 'provincial-gateway')
    expect((await pull(gateway)).code).toBe(0)
    expect(await linesOf(gateway)).toEqual(await linesOf(native))
    expect(await proceduresOf(gateway)).toEqual(await proceduresOf(native))
    writeFileSync(file(gateway, 'secrets/gateway-token'), 'another-token')
    const refused = await pull(gateway)
    expect(refused.code).toBe(2)
    expect(refused.national).toMatchObject({ outcome: 'failed', error: { code: 'transport.unauthorized' }, catalogue: { active: 60, detailed: 60 } })
    expect(refused.out + refused.err).not.toContain('another-token')
  })

  test('the public portal’s pages give the same codes and names, and what both tell of a procedure is the same', async () => {
    const native = await catalogueProvince({ sandbox: fast })
    await pull(native)
    const portal = await catalogueProvince({ sandbox: fast })
    speak(portal, 'public-portal-2026')
    portal.configure((_, tenant) => {
      tenant.procedureDatabase!.limits = { requestsPerSecond: 500 }
    })
    expect((await pull(portal)).code).toBe(0)
    // Citizens are shown what is in force; the native list has all.
    const shown = new Set(portal.sandbox.procedures.list().flatMap(({ code, state }) => (state === 'public' ? [code] : [])))
    expect((await linesOf(portal)).map(({ code, name }) => [code, name])).toEqual(
      (await linesOf(native)).flatMap(({ code, name }) => (shown.has(code) ? [[code, name]] : [])),
    )
    const [here, there] = [await proceduresOf(portal), await proceduresOf(native)]
    for (const [code, procedure] of here) {
      const same = there.get(code)!
      expect(procedure.levels, code).toEqual(same.levels)
      expect(
        procedure.sectors?.map(({ name }) => name),
        code,
      ).toEqual(same.sectors?.map(({ name }) => name))
      const papers = (one: typeof procedure) =>
        one.documents?.flatMap(({ documents }) => documents.map(({ code: paper, originals, copies }) => [paper, originals, copies]))
      expect(papers(procedure), code).toEqual(papers(same))
    }
  })

  test('a portal that throttles is asked at its pace, and the catalogue is whole all the same', async () => {
    const province = await catalogueProvince({ count: 14, sandbox: { options: { procedures: { throttle: { perSecond: 10, concurrent: 3 } } } } })
    speak(province, 'public-portal-2026')
    const { code, national } = await pull(province)
    expect(code).toBe(0)
    const shown = province.sandbox.procedures.list().filter(({ state }) => state === 'public').length
    expect(national).toMatchObject({ outcome: 'done', catalogue: { active: shown, detailed: shown } })
    const { throttled, largestConcurrent } = province.sandbox.procedures.requests()
    // The portal counts a call until its line is closed, which the caller does not see.
    expect(throttled).toBeLessThan(3)
    expect(largestConcurrent).toBeLessThanOrEqual(3)
  })

  test('interrupted in the middle it ends with 130, and the next pull asks for nothing that it has', async () => {
    const province = await catalogueProvince({ count: 150, sandbox: { latencyMs: 2 } })
    const stop = new AbortController()
    const interrupted = await document(['catalogue', 'pull'], {
      ...province,
      signal: stop.signal,
      onErr: (text) => {
        if (text.includes('details of the national')) stop.abort()
      },
    })
    expect(interrupted.code).toBe(130)
    const [{ national }] = interrupted.json.tenants as [{ national: { outcome: string } }]
    expect(national.outcome).toBe('interrupted')
    const next = await pull(province)
    expect(next.national).toMatchObject({ outcome: 'done', resumed: true, listRead: false, catalogue: { active: 150, detailed: 150 } })
    const { byCode, byService } = province.sandbox.procedures.requests()
    expect(byService[NATIVE_LIST]).toBe(1)
    // Only what was on its way as it was stopped: four at once.
    expect(Object.values(byCode).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(154)
  })

  test('interrupted before it began it asks nobody', async () => {
    const province = await catalogueProvince()
    expect((await lienthong(['catalogue', 'pull'], { ...province, signal: AbortSignal.abort() })).code).toBe(130)
    expect(province.sandbox.procedures.requests().byService).toEqual({})
  })

  test('tells people in their language what was read, what was wrong and what to do', async () => {
    const province = await catalogueProvince()
    const { code } = province.sandbox.procedures.list()[0]!
    province.sandbox.procedures.story({ detailFault: { [code]: 'empty' } })
    const english = await lienthong(['catalogue', 'pull'], province)
    expect(english.code).toBe(1)
    expect(english.out).toContain(`${TENANT}: national catalogue: 60 procedures, 59 with details, 0 switched off`)
    expect(english.out).toContain(`! ${code}: The list shows ${code}, and its details came back empty.`)
    expect(english.out).toContain('→ What is known of this procedure stays in force; the next pull asks again.')
    const vietnamese = await lienthong(['catalogue', 'pull', '--lang', 'vi'], province)
    expect(vietnamese.out).toContain(`${TENANT}: danh mục quốc gia: 60 thủ tục, 59 có chi tiết, 0 đã tắt`)
    expect(vietnamese.out).toContain(`! ${code}: Danh sách có ${code} nhưng chi tiết trả về rỗng.`)
    expect(vietnamese.out).toContain('→ Thông tin đã biết của thủ tục này vẫn được dùng; lần kéo sau sẽ hỏi lại.')
  })
})
