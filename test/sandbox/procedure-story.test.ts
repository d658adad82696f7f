import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { post, sandboxFor } from './portal-calls.js'
import { DETAIL, gateway, LIST, native, plain, publicPortal, type Row } from './procedure-calls.js'

const CODE = '1.012786'
const OTHER = '1.000045'
const small = () => sandboxFor({ options: { procedures: { count: 400, quirks: plain, throttle: null } } })
const story = (sandbox: Sandbox, body: unknown) => post(`${sandbox.origin}/__sandbox/procedure-database/story`, body)
const codes = (rows: readonly Row[]) => rows.map((row) => row.MATTHC)

describe('the national catalogue moves on', () => {
  test('what is removed leaves list and record in every dialect, and comes back as it was', async () => {
    const sandbox = await small()
    const { list, procedure } = await native(sandbox)
    const before = [await list(), await procedure(CODE)]
    await story(sandbox, { remove: [CODE] })
    expect(codes(await list())).not.toContain(CODE)
    expect(await list()).toHaveLength(399)
    expect(await procedure(CODE)).toBeUndefined()
    expect((await gateway(sandbox, `LayThuTuc?maTTHC=${CODE}`)).rows).toEqual([])
    await story(sandbox, { restore: [CODE] })
    expect([await list(), await procedure(CODE)]).toEqual(before)
  })

  test('a renamed procedure shows its new name in list and record; one whose contents change shows nothing in the list', async () => {
    const sandbox = await small()
    const { list, procedure } = await native(sandbox)
    const before = await list()
    const record = await procedure(OTHER)
    await story(sandbox, { rename: { [CODE]: 'Cấp lại Giấy chứng nhận đã mất' } })
    expect((await list()).find((row) => row.MATTHC === CODE)?.TENTTHC).toBe('Cấp lại Giấy chứng nhận đã mất')
    expect((await procedure(CODE))?.TENTTHC).toBe('Cấp lại Giấy chứng nhận đã mất')
    await story(sandbox, { rename: { [CODE]: 'Cấp lại Giấy chứng nhận do bị mất' }, change: [OTHER] })
    expect(await list()).toEqual(before)
    expect(await procedure(OTHER)).not.toEqual(record)
    expect((await procedure(OTHER))?.THANHPHANHOSO).toEqual(record?.THANHPHANHOSO)
  })

  test('new ones stand at the end, with records of their own', async () => {
    const sandbox = await small()
    const { answer } = await story(sandbox, { add: 3 })
    const { list, procedure } = await native(sandbox)
    const added = (answer as unknown as { added: string[] }).added
    expect(answer).toEqual({ procedures: 403, added: [expect.stringMatching(/^1\.2\d{5}$/), expect.any(String), expect.any(String)] })
    expect(codes(await list()).slice(-3)).toEqual(added)
    expect((await procedure(added[2]!))?.MATTHC).toBe(added[2])
    expect(sandbox.procedures.story({ add: 1 })).not.toEqual(added)
  })

  test('a cursor of the public portal survives that its procedure is removed', async () => {
    const sandbox = await small()
    const first = (await publicPortal(sandbox, LIST, { limit: 10, lastId: '' })).data
    await story(sandbox, { remove: [first!.items[9]!.code] })
    const { data } = await publicPortal(sandbox, LIST, { limit: 10, lastId: first?.lastId })
    expect(data?.items).toHaveLength(10)
    expect(data?.items.map((row) => row.code)).not.toContain(first!.items[9]!.code)
  })

  test('a code that never was, and a fault that is none, are refused', async () => {
    const sandbox = await small()
    expect((await story(sandbox, { remove: ['9.999999'] })).status).toBe(400)
    expect((await story(sandbox, { listFault: 'earthquake' })).status).toBe(400)
    expect(() => sandbox.procedures.story({ change: ['9.999999'] })).toThrow(RangeError)
  })
})

describe('lists that go wrong, in every dialect', () => {
  const spoiled = async (listFault: string) => {
    const sandbox = await small()
    await story(sandbox, { listFault })
    const text = await (await native(sandbox)).text('LayDanhSachTTHC')
    return {
      sandbox,
      text,
      rows: () => (JSON.parse(text) as { result: Row[] }).result,
      page: await publicPortal(sandbox, LIST, { limit: 200, lastId: '' }),
    }
  }

  test('empty: success, and no rows', async () => {
    const { text, page, sandbox } = await spoiled('empty')
    expect(JSON.parse(text)).toEqual({ error_code: 0, result: [] })
    expect(page).toMatchObject({ code: 'OK', data: { items: [], lastId: '', total: 0 } })
    expect((await gateway(sandbox, 'LayDanhSachTTHC')).rows).toEqual([])
  })

  test('cut: half a JSON; at the gateway inside message; at the portal the cursor ends before total', async () => {
    const { text, sandbox } = await spoiled('cut')
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    const cut = await gateway(sandbox, 'LayDanhSachTTHC')
    expect([cut.status, cut.message.slice(0, 11), cut.rows]).toEqual([200, '{"result":[', undefined])
    let [seen, lastId, total] = [0, '', 0]
    for (;;) {
      const { data } = await publicPortal(sandbox, LIST, { limit: 200, lastId })
      if (data === null || data.items.length === 0) break
      seen += data.items.length
      ;({ lastId, total } = data)
    }
    expect(seen).toBe(Math.ceil(total / 2))
  })

  test('short: half the rows, and nothing that says so', async () => {
    expect((await spoiled('short')).rows()).toHaveLength(200)
  })

  test('duplicate: codes twice, some under another name', async () => {
    const { rows, page } = await spoiled('duplicate')
    const all = codes(rows())
    const twice = all.filter((code, place) => all.indexOf(code) !== place)
    expect(twice).toHaveLength(8)
    const names = twice.map(
      (code) =>
        new Set(
          rows()
            .filter((row) => row.MATTHC === code)
            .map((row) => row.TENTTHC),
        ).size,
    )
    expect(new Set(names)).toEqual(new Set([1, 2]))
    expect(page.data?.items.length).toBeGreaterThan(200)
  })

  test('spaced codes, broken rows', async () => {
    expect(codes((await spoiled('spaced-codes')).rows()).filter((code) => /\s/.test(String(code))).length).toBeGreaterThan(100)
    const rows = (await spoiled('broken-rows')).rows() as unknown[]
    expect(rows.some((row) => typeof row === 'string')).toBe(true)
    expect(rows).toContainEqual({})
    expect(rows).toHaveLength(400)
  })

  test('html instead; an old code page that calls itself UTF-8; more than 20 MB', async () => {
    expect((await spoiled('html')).text).toMatch(/^<!doctype html>/)
    const { text } = await spoiled('wrong-encoding')
    expect(JSON.parse(text).result).toHaveLength(400)
    expect(text).toContain('\ufffd')
    expect(text).not.toContain('Cấp lại')
    expect((await spoiled('huge')).text.length).toBeGreaterThan(20 * 1024 * 1024)
  })

  test('null ends it', async () => {
    const { sandbox } = await spoiled('empty')
    await story(sandbox, { listFault: null })
    expect(await (await native(sandbox)).list()).toHaveLength(400)
  })
})

describe('records that go wrong, one by one', () => {
  const record = async (detailFault: string) => {
    const sandbox = await small()
    await story(sandbox, { detailFault: { [CODE]: detailFault } })
    const { text, procedure } = await native(sandbox)
    expect((await procedure(OTHER))?.MATTHC).toBe(OTHER)
    return text('LayThuTuc', { maTTHC: CODE })
  }

  test.each([
    ['empty', (text: string) => expect(JSON.parse(text)).toEqual({ error_code: 0, result: [] })],
    ['blank', (text: string) => expect(JSON.parse(text).result[0]).toMatchObject({ MATTHC: '', TENTTHC: '', CACHTHUCTHUCHIEN: [] })],
    ['html', (text: string) => expect(text).toMatch(/^<!doctype html>/)],
    ['garbage', (text: string) => expect(() => JSON.parse(text)).toThrow(SyntaxError)],
    ['bad-fee', (text: string) => expect(text).toContain('"SOTIEN":"theo thông tư 12abc"')],
    ['other', (text: string) => expect(JSON.parse(text).result[0].MATTHC).toBe('1.000001')],
    ['wrong-encoding', (text: string) => expect(text).toContain('\ufffd')],
  ])('%s', async (fault, judge) => judge(await record(fault)))

  test('* spoils them all, and the portal’s records likewise', async () => {
    const sandbox = await small()
    await story(sandbox, { detailFault: { '*': 'empty' } })
    expect(await (await native(sandbox)).procedure(OTHER)).toBeUndefined()
    const [row] = (await publicPortal(sandbox, LIST, { limit: 1, lastId: '' })).data?.items ?? []
    expect(await publicPortal(sandbox, DETAIL, { id: row?.id })).toMatchObject({ status: 201, code: 'OK', data: null })
  })
})

describe('what was asked, and the plan of faults', () => {
  test('requests are counted by service, and records by code in every dialect', async () => {
    const sandbox = await small()
    const { list, procedure } = await native(sandbox)
    const [first] = (await publicPortal(sandbox, LIST, { limit: 1, lastId: '' })).data?.items ?? []
    await list()
    await procedure(CODE)
    await gateway(sandbox, `LayThuTuc?maTTHC=${CODE}`)
    await publicPortal(sandbox, DETAIL, { id: first?.id })
    expect(await (await fetch(`${sandbox.origin}/__sandbox/procedure-database/requests`)).json()).toMatchObject({
      byService: { LayDanhSachTTHC: 1, LayThuTuc: 2, 'get-formality-by-citizen': 1, 'list-all-public-formality-by-citizen': 1 },
      byCode: { [CODE]: 2, [String(first?.code)]: 1 },
      logins: 1,
      refused: 0,
      throttled: 0,
    })
  })

  test('faults hang on service and code: the first two questions for one procedure fail, in each dialect', async () => {
    const sandbox = await small()
    const { call } = await native(sandbox)
    sandbox.faults({
      seed: 1,
      rules: [
        { service: 'LayThuTuc', kind: 'http-500', times: 2 },
        { system: 'procedure-database', service: 'LayDanhSachTTHC', kind: 'session-lost', times: 1 },
      ],
    })
    const results = async (code: string) => [
      (await call('LayThuTuc', { maTTHC: code })).error_code,
      (await call('LayThuTuc', { maTTHC: code })).error_code,
    ]
    expect(await results(CODE)).toEqual([undefined, undefined])
    expect(await results(CODE)).toEqual([0, 0])
    expect(await results(OTHER)).toEqual([undefined, undefined])
    expect((await call('LayDanhSachTTHC')).error_code).toBe(401)
    expect((await gateway(sandbox, `LayThuTuc?maTTHC=${CODE}`)).status).toBe(500)
    expect((await gateway(sandbox, 'LayDanhSachTTHC')).status).toBe(200)
    expect(sandbox.injected().byKind).toEqual({ 'http-500': 5, 'session-lost': 1 })
  })

  test('GET procedures is NDJSON with code, name and state', async () => {
    const sandbox = await small()
    const lines = (await (await fetch(`${sandbox.origin}/__sandbox/procedure-database/procedures`)).text()).trim().split('\n')
    expect(lines).toHaveLength(400)
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({ code: CODE, name: 'Cấp lại Giấy chứng nhận do bị mất', state: expect.any(String) })
  })
})

describe('what the province offers', () => {
  const upload = (sandbox: Sandbox, body: unknown, headers: Record<string, string> = {}, path = '') =>
    post(sandbox.systems['procedure-database-upload']!.url + path, body, headers)

  test('items are kept by code; the door shows the last of each and how often it came', async () => {
    const sandbox = await small()
    const { session } = await native(sandbox)
    expect(
      (await upload(sandbox, { session, service: 'DongBoDichVuCong', items: [{ MaTTHC: CODE, MucDo: 4 }, { code: OTHER }] })).answer.error_code,
    ).toBe(0)
    await upload(sandbox, { session, items: [{ MaTTHC: CODE, MucDo: 3 }] }, {}, '/dich-vu')
    const lines = (await (await fetch(`${sandbox.origin}/__sandbox/procedure-database/offers`)).text()).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { code: CODE, uploads: 2, item: { MaTTHC: CODE, MucDo: 3 } },
      { code: OTHER, uploads: 1, item: { code: OTHER } },
    ])
    expect(sandbox.procedures.requests().byService).toMatchObject({ DongBoDichVuCong: 1, 'dich-vu': 1 })
  })

  test('an item without a code refuses the whole upload; so does a stranger', async () => {
    const sandbox = await small()
    const { session } = await native(sandbox)
    expect((await upload(sandbox, { session, items: [{ code: CODE }, { name: 'x' }] })).answer).toMatchObject({
      error_code: 2,
      message: expect.stringContaining('items[1]'),
    })
    expect((await upload(sandbox, { items: [{ code: CODE }] })).answer.error_code).toBe(401)
    expect((await upload(sandbox, { session, items: [] })).answer.error_code).toBe(2)
    expect(sandbox.procedures.offers()).toEqual([])
  })

  test('a bearer instead, or nobody asked, by switch', async () => {
    const bearer = await sandboxFor({ options: { procedures: { count: 50, uploadAuth: 'bearer' } } })
    const { token } = bearer.systems['procedure-database-upload']!.credentials
    expect((await upload(bearer, { items: [{ code: CODE }] })).answer.error_code).toBe(401)
    expect((await upload(bearer, { items: [{ code: CODE }] }, { authorization: `Bearer ${token}` })).answer.error_code).toBe(0)
    const open = await sandboxFor({ options: { procedures: { count: 50, uploadAuth: 'none' } } })
    expect((await upload(open, { items: [{ code: CODE }] })).answer.error_code).toBe(0)
  })
})

describe('published services', () => {
  test('most pages live; names say which are dead, broken, moved or slow', async () => {
    const sandbox = await sandboxFor({ options: { procedures: { count: 50, slowPageMs: 1 } } })
    const { url } = sandbox.systems['procedure-database-services']!
    const visit = async (path: string, init: RequestInit = {}) => (await fetch(`${url}/${path}`, { redirect: 'manual', ...init })).status
    expect(await visit('nop-ho-so-1')).toBe(200)
    expect(await visit('dvc/nop-ho-so-1', { method: 'HEAD' })).toBe(200)
    expect([await visit('dead-1'), await visit('broken-1'), await visit('slow-1'), await visit('moved-1')]).toEqual([404, 500, 200, 302])
    const moved = await fetch(`${url}/moved-nop-ho-so-1`)
    expect([moved.status, moved.url]).toEqual([200, `${url}/nop-ho-so-1`])
    expect(await visit('nop-ho-so-1', { method: 'POST' })).toBe(405)
  })
})

describe('--state', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  test('how the catalogue moved, what was uploaded and the province’s own catalogue are there again; a reset forgets them', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-'))
    folders.push(stateDir)
    const options = { procedures: { count: 300 } }
    const first = await startSandbox({ stateDir, options })
    first.procedures.story({ remove: [CODE], rename: { [OTHER]: 'Tên mới' }, change: ['1.000055'], add: 5 })
    first.makeProvince({ seed: 5, dossiers: 10, catalogue: 50 })
    const { session, procedure } = await native(first)
    await post(first.systems['procedure-database-upload']!.url, { session, items: [{ code: OTHER }] })
    const kept = [first.procedures.list(), first.procedures.offers(), first.catalogue(), await procedure('1.000055')]
    await first.stop()
    const second = await sandboxFor({ stateDir, options })
    expect([second.procedures.list(), second.procedures.offers(), second.catalogue(), await (await native(second)).procedure('1.000055')]).toEqual(
      kept,
    )
    second.reset()
    expect(second.procedures.offers()).toEqual([])
    expect(second.procedures.list()).toHaveLength(300)
  })
})
