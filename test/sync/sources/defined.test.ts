import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { isLienthongError, LienthongError } from '../../../src/base/index.js'
import { codeTables } from '../../../src/mappers/index.js'
import { type DossierSource, defineSource, isDefinedSource, type OwnBatch, runPass, type SourceBatch } from '../../../src/sync/index.js'
import { type SourceWorld, sourceCases } from '../../../src/testing/index.js'
import { openOffice } from '../office.js'

const agencyCode = '000.00.00.H99'

interface Paper {
  id: number
  so: string
  trangThai: string
  ngayNhan: string
  buoc?: unknown
  suaLuc: number
  docLuc?: number
  daGui?: string | null
}

const paper = (n: number, more: Partial<Paper> = {}): Paper => ({
  id: n,
  so: `000.00.12.H99-250310-${String(n).padStart(4, '0')}`,
  trangThai: 'Đang xử lý',
  ngayNhan: '10/03/2025 08:15:00',
  suaLuc: n,
  ...more,
})

/** A drawer of papers that is asked page by page, in the order of changes. */
function drawer(count: number) {
  let papers = Array.from({ length: count }, (_, index) => paper(index + 1))
  const removed: { readonly id: number; readonly at: number }[] = []
  let now = count
  let left: number | undefined
  const tick = () => {
    now += 1
    return now
  }
  const give = (rows: readonly Paper[]): readonly Paper[] => {
    if (left !== undefined && left <= 0) throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
    if (left !== undefined) left -= rows.length
    return rows.map((row) => ({ ...row, docLuc: tick() }))
  }
  const edit = (id: number, change: (one: Paper) => Paper) => {
    papers = papers.map((one) => (one.id === id ? change(one) : one))
  }
  const add = (suaLuc: number) => {
    const id = Math.max(0, ...papers.map((one) => one.id)) + 1
    papers.push(paper(id, { suaLuc }))
    return String(id)
  }
  return {
    since: (since: number, page = 4) =>
      give(
        papers
          .filter(({ suaLuc }) => suaLuc >= since)
          .sort((a, b) => a.suaLuc - b.suaLuc)
          .slice(0, page),
      ),
    find: (id: number) => papers.find((one) => one.id === id),
    gone: (since: number) => removed.filter(({ at }) => at >= since).map(({ id }) => String(id)),
    edit,
    world: {
      keys: () => papers.map(({ id }) => String(id)),
      add: () => add(tick()),
      addMany: (more) => {
        for (let index = 0; index < more; index++) add(tick())
      },
      addLate: () => add(Math.max(...papers.map(({ suaLuc }) => suaLuc))),
      change: (key) =>
        edit(Number(key), (one) => ({ ...one, trangThai: one.trangThai === 'Đang xử lý' ? 'Đã trả kết quả' : 'Đang xử lý', suaLuc: tick() })),
      remove: (key) => {
        papers = papers.filter(({ id }) => String(id) !== key)
        removed.push({ id: Number(key), at: tick() })
      },
      spoil: (key) => edit(Number(key), (one) => ({ ...one, ngayNhan: 20250310 as never, suaLuc: tick() })),
      failAfter: (records) => {
        left = records
      },
      marks: () => Object.fromEntries(papers.flatMap(({ id, daGui }) => (daGui ? [[String(id), daGui]] : []))),
    } satisfies SourceWorld,
  }
}

type Drawer = ReturnType<typeof drawer>

const record = z.object({
  id: z.number().int(),
  so: z.string(),
  trangThai: z.string(),
  ngayNhan: z.string().nullable(),
  buoc: z.array(z.object({ luc: z.string().nullable(), viec: z.string() })).optional(),
})

const ownTables = { statusText: { 'Đang xử lý': 4, 'Đã trả kết quả': 10 }, actions: { nhan: 2, xong: 9 } }

const drawerSource = (office: Drawer) =>
  defineSource({
    name: 'ngan-keo',
    version: 1,
    record,
    cursor: z.object({ since: z.number() }),
    tables: ownTables,
    ignore: ['docLuc', 'daGui'],
    key: ({ id }) => String(id),
    async *changes({ cursor }) {
      const seen = new Map<number, number>()
      let since = cursor?.since ?? 0
      while (true) {
        const rows = office.since(since)
        const news = rows.filter(({ id, suaLuc }) => seen.get(id) !== suaLuc)
        for (const { id, suaLuc } of rows) seen.set(id, suaLuc)
        if (news.length === 0 && rows.length < 4) break
        since = news.length === 0 ? since + 1 : (rows.at(-1)?.suaLuc ?? since)
        yield { records: news, cursor: { since } }
      }
      yield { records: [], cursor: { since }, end: cursor === null ? 'complete' : 'caught-up', gone: office.gone(cursor?.since ?? 0) }
    },
    get: async (key) => office.find(Number(key)) ?? null,
    toDossier: ({ so, trangThai, ngayNhan, buoc }, help) => ({
      localCode: so,
      status: help.status(trangThai),
      receivedAt: help.time(ngayNhan, 'ngayNhan'),
      steps: help.steps(buoc, ({ luc, viec }) => ({ at: luc, action: viec })),
    }),
    async writeBack(marks) {
      return marks.map((mark) => {
        const now = office.find(Number(mark.key))
        if (now === undefined) return 'gone'
        if (!mark.holds(now)) return 'changed-since'
        office.edit(now.id, (one) => ({ ...one, daGui: mark.nationalCode }))
        return 'written'
      })
    },
  })

const read = async (source: DossierSource, cursor: unknown = null) => {
  const batches: SourceBatch[] = []
  for await (const batch of source.changes(cursor, { open: async function* () {} })) batches.push(batch)
  return batches
}

const failure = async (run: () => Promise<unknown>): Promise<LienthongError> => {
  try {
    await run()
  } catch (error) {
    if (isLienthongError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** A source of the records given, with whatever else is said. */
const sourceOf = (records: readonly unknown[], more: object = {}) =>
  defineSource({
    name: 'thu',
    version: 1,
    record,
    key: ({ id }) => String(id),
    async *changes() {
      yield { records, end: 'complete' as const }
    },
    toDossier: ({ so }) => ({ localCode: so }),
    ...more,
  }).open({ settings: {}, agencyCode })

describe('a defined source', () => {
  describe('keeps the promises of its port', () => {
    let office = drawer(9)
    const world = () => {
      office = drawer(9)
      return office.world
    }
    const source = () => drawerSource(office).open({ settings: {}, agencyCode })
    for (const { name, run } of sourceCases({ open: source, world })) test(name, (context) => run(context))
  })

  test('goes through a pass: what it maps arrives, what it cannot read is one failure', async () => {
    const office = drawer(2)
    office.edit(1, (one) => ({ ...one, buoc: [{ luc: '10/03/2025 09:00', viec: 'nhan' }] }))
    office.edit(2, (one) => ({ ...one, trangThai: 'Chờ ý kiến' }))
    const { sync, portal } = await openOffice({})
    const report = await runPass({ ...sync, sources: { own: drawerSource(office).open({ settings: {}, agencyCode }) } })
    expect(report).toMatchObject({ runs: [{ seen: 2, created: 1, failed: 1 }] })
    expect(portal.books.get('000.00.12.H99-250310-0001')?.steps.map(({ status }) => status)).toEqual([2])
  })

  test('is recognised also by another copy of the library', () => {
    expect(isDefinedSource({ [Symbol.for('lienthong.source-definition')]: true })).toBe(true)
    expect(isDefinedSource({ name: 'thu' })).toBe(false)
  })

  test('infers settings, cursor and record from what it is given', () => {
    const defined = defineSource({
      name: 'thu',
      version: 1,
      settings: z.strictObject({ url: z.url(), pages: z.number().default(5) }),
      record: z.object({ id: z.number(), at: z.string().transform(Number) }),
      cursor: z.object({ since: z.string() }),
      key(one) {
        expectTypeOf(one).toEqualTypeOf<{ id: number; at: number }>()
        return String(one.id)
      },
      async *changes({ settings, cursor }) {
        expectTypeOf(settings).toEqualTypeOf<{ url: string; pages: number }>()
        expectTypeOf(cursor).toEqualTypeOf<{ since: string } | null>()
        yield { records: [], cursor: { since: '' } }
      },
      toDossier(one, help) {
        expectTypeOf(one.at).toEqualTypeOf<number>()
        expectTypeOf(help.status('')).toEqualTypeOf<number | null>()
        return { localCode: '', status: help.status('') }
      },
    })
    expectTypeOf(defined.open).parameter(0).toHaveProperty('settings').toEqualTypeOf<{ url: string; pages?: number | undefined }>()
    // @ts-expect-error the cursor is a number here
    expectTypeOf<OwnBatch<{ since: string }>>().toExtend<OwnBatch<{ since: number }>>()
    defineSource({
      name: 'thu',
      version: 1,
      record: z.object({ id: z.number() }),
      key: ({ id }) => String(id),
      async *changes({ cursor, settings }) {
        expectTypeOf(cursor).toEqualTypeOf<null>()
        expectTypeOf(settings).toEqualTypeOf<Record<string, never>>()
        yield { records: [], end: 'complete' }
      },
      // @ts-expect-error a status is a number
      toDossier: () => ({ localCode: '', status: 'Đang xử lý' }),
    })
  })
})

describe('its records', () => {
  test('have the same bytes whatever order a system writes them in, without what is ignored', async () => {
    const bytes = async (record: unknown, ignore: readonly string[]) => (await read(sourceOf([record], { ignore })))[0]?.items[0]?.bytes
    const ignore = ['docLuc', 'meta.readAt', 'buoc.seen']
    expect(await bytes({ id: 1, so: 'a', docLuc: 1, meta: { readAt: 1, by: 'x' }, buoc: [{ seen: 1, viec: 'nhan' }] }, ignore)).toBe(
      await bytes({ meta: { by: 'x', readAt: 2 }, buoc: [{ viec: 'nhan', seen: 2 }], so: 'a', id: 1 }, ignore),
    )
    expect(await bytes({ id: 1, so: 'a' }, ignore)).not.toBe(await bytes({ id: 1, so: 'b' }, ignore))
  })

  test('that do not fit the schema are a finding for each field, without their values, and found again by their key', async () => {
    const [batch] = await read(sourceOf([{ id: 7, so: null, trangThai: 5, ngayNhan: '099090000001' }]))
    const [item] = batch?.items ?? []
    const told = item?.read()
    expect(told).toMatchObject({
      ok: false,
      findings: [
        { ruleId: 'record.unreadable', path: 'so' },
        { ruleId: 'record.unreadable', path: 'trangThai' },
      ],
    })
    expect(item?.place).toBe('thu, 7')
    expect(item?.glimpse?.names).toEqual(['7'])
    expect(JSON.stringify(told)).not.toContain('099090000001')
  })

  test.each([
    ['a record without an id', { so: 'x' }, /field id.*is missing/],
    ['no object at all', 'hồ sơ', /expected object/],
    ['nothing', null, /expected object/],
  ])('%s is a finding with its place in the reading', async (_, raw, says) => {
    const [batch] = await read(sourceOf([raw]))
    const [item] = batch?.items ?? []
    const told = item?.read()
    expect(item?.place).toBe('thu, record 1')
    expect(told?.findings[0]?.message.en).toMatch(says)
  })

  test('that are nested without end are a finding', async () => {
    let deep: unknown = {}
    for (let level = 0; level < 50_000; level++) deep = { deep }
    const [batch] = await read(sourceOf([deep]))
    expect(batch?.items[0]?.read()).toMatchObject({ ok: false, findings: [{ ruleId: 'record.unreadable' }] })
  })

  test('whose mapping throws fail alone, and what is thrown is not quoted with the record’s texts', async () => {
    const toDossier = ({ so }: { so: string }) => {
      if (so === 'Nguyễn Văn Mẫu') throw new TypeError(`no such number: ${so}`)
      return { localCode: so }
    }
    const ok = { id: 1, so: '000.00.12.H99-250310-0001', trangThai: '', ngayNhan: null }
    const [batch] = await read(sourceOf([{ ...ok, id: 2, so: 'Nguyễn Văn Mẫu' }, ok], { toDossier }))
    const mapped = await Promise.all(
      (batch?.items ?? []).map(async (item) => {
        const told = item.read()
        return told.ok ? told.value.map() : told
      }),
    )
    expect(mapped).toMatchObject([{ ok: false, findings: [{ ruleId: 'record.not-mapped' }] }, { ok: true }])
    expect(JSON.stringify(mapped[0])).not.toContain('Mẫu')
  })

  test('that map to what is no dossier row name the field', async () => {
    const [batch] = await read(sourceOf([{ id: 1, so: '', trangThai: '', ngayNhan: null }], { toDossier: () => ({ receivedAt: '10/03/2025' }) }))
    const told = batch?.items[0]?.read()
    const mapped = told?.ok ? await told.value.map() : undefined
    expect(mapped).toMatchObject({ ok: false, findings: [{ ruleId: 'row.unreadable', path: 'receivedAt' }] })
  })

  test('take what is asked for apart, which wins', async () => {
    const asked: string[] = []
    const source = sourceOf([{ id: 1, so: '000.00.12.H99-250310-0001', trangThai: '', ngayNhan: null }], {
      details: async ({ id }: { id: number }, help: { amount(text: string): number | null }) => {
        asked.push(String(id))
        return { fees: [{ amountVnd: help.amount('100.000 đ') }] }
      },
    })
    const [batch] = await read(source)
    const told = batch?.items[0]?.read()
    expect(asked).toEqual([])
    expect(told?.ok && (await told.value.map())).toMatchObject({ ok: true, value: { fees: [{ amount: 100_000 }] } })
    expect(asked).toEqual(['1'])
  })
})

describe('its epoch', () => {
  const epochOf = (version: number, statusText: Record<string, number>, settings: object, plainSettings?: object) =>
    defineSource({
      name: 'thu',
      version,
      settings: z.object({ url: z.string(), token: z.string() }),
      record,
      key: ({ id }) => String(id),
      async *changes() {},
      toDossier: () => ({}),
    }).open({ settings: settings as never, agencyCode, tables: codeTables('custom', { statusText }), ...(plainSettings ? { plainSettings } : {}) })
      .epoch

  test('changes with the version, the tables and the settings, and not with a password', () => {
    const settings = { url: 'a', token: 't' }
    const epochs = [epochOf(1, {}, settings), epochOf(2, {}, settings), epochOf(1, { x: 4 }, settings), epochOf(1, {}, { url: 'b', token: 't' })]
    expect(new Set(epochs).size).toBe(4)
    const plain = { url: 'a', token: { env: 'T' } }
    expect(epochOf(1, {}, settings, plain)).toBe(epochOf(1, {}, { url: 'a', token: 'other' }, plain))
  })
})

describe('what a definition does wrong', () => {
  const changing = (changes: () => AsyncIterable<unknown>, more: object = {}) => sourceOf([], { changes, ...more })

  test('an error of its own is told with the source and what it was doing, an error of a socket as such', async () => {
    const bug = changing(async function* () {
      yield { records: [] }
      throw new TypeError('cannot read properties of undefined')
    })
    expect(await failure(() => read(bug))).toMatchObject({ code: 'source.faulty', values: { source: 'thu', doing: 'changes' } })
    const down = changing(async function* () {
      yield { records: [] }
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    })
    expect(await failure(() => read(down))).toMatchObject({ code: 'source.broke_off', retryable: true })
    const ours = changing(async function* () {
      yield { records: [] }
      throw new LienthongError('transport.throttled', { system: 'thu' })
    })
    expect(await failure(() => read(ours))).toMatchObject({ code: 'transport.throttled' })
  })

  test.each<[string, unknown, RegExp]>([
    ['a batch without records', { rows: [] }, /without `records`/],
    ['a cursor without a schema', { records: [], cursor: { since: 1 } }, /no `cursor` schema/],
  ])('%s is refused in words', async (_, batch, says) => {
    const source = changing(async function* () {
      yield batch
    })
    expect((await failure(() => read(source))).message).toMatch(says)
  })

  test('a cursor that does not come back from JSON is refused', async () => {
    const source = changing(
      async function* () {
        yield { records: [], cursor: { since: new Date(0) } }
      },
      { cursor: z.object({ since: z.date() }) },
    )
    expect((await failure(() => read(source))).message).toMatch(/does not fit the `cursor` schema/)
  })

  test('a batch behind the end is refused: “complete” was not true', async () => {
    const source = changing(async function* () {
      yield { records: [], end: 'complete' }
      yield { records: [] }
    })
    expect((await failure(() => read(source))).message).toMatch(/follows one with `end`/)
  })

  test('a reading that only stops has not shown everything', async () => {
    const source = changing(async function* () {
      yield { records: [] }
    })
    expect((await read(source)).at(-1)?.end).toBe('caught-up')
  })

  test('a cursor of an earlier version starts from the beginning', async () => {
    const office = drawer(3)
    const source = drawerSource(office).open({ settings: {}, agencyCode })
    expect((await read(source, { page: 7 })).flatMap(({ items }) => items)).toHaveLength(3)
  })

  test('a large batch is handed on in parts, and its cursor only with the last', async () => {
    const records = Array.from({ length: 1200 }, (_, index) => paper(index + 1))
    const source = changing(
      async function* () {
        yield { records, cursor: 7, end: 'complete' }
      },
      { cursor: z.number() },
    )
    const batches = await read(source)
    expect(batches.map(({ items, cursor, end }) => [items.length, cursor, end])).toEqual([
      [500, null, 'more'],
      [500, null, 'more'],
      [200, 7, 'complete'],
    ])
  })

  test('a call of its own that never ends does not hold a reading that was told to stop', async () => {
    const stop = new AbortController()
    const source = changing(async function* () {
      yield { records: [] }
      await new Promise(() => {})
    })
    const reading = failure(async () => {
      for await (const _ of source.changes(null, { open: async function* () {}, signal: stop.signal })) setImmediate(() => stop.abort())
    })
    expect((await reading).code).toBe('transport.aborted')
  })

  test('settings that do not fit are named', () => {
    const defined = defineSource({
      name: 'thu',
      version: 1,
      settings: z.strictObject({ url: z.url(), pageSize: z.number().optional() }),
      record,
      key: ({ id }) => String(id),
      async *changes() {},
      toDossier: () => ({}),
    })
    expect(() => defined.open({ settings: { url: 'nowhere' }, agencyCode, place: 'sources.thu.settings' })).toThrow(/sources\.thu\.settings\.url/)
    expect(() => defined.open({ settings: { url: 'http://x.test', pagesize: 1 } as never, agencyCode })).toThrow(/pageSize/)
  })
})

describe('its HTTP', () => {
  /** @returns the address of a server on this machine. */
  async function serving(
    answer: (path: string, headers: Record<string, unknown>, count: number) => { status: number; body: string },
  ): Promise<string> {
    let count = 0
    const server = createServer((request, response) => {
      count += 1
      const { status, body } = answer(request.url ?? '', request.headers, count)
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const webSource = (url: string) =>
    defineSource({
      name: 'mang',
      version: 1,
      settings: z.strictObject({ url: z.url(), token: z.string() }),
      record,
      key: ({ id }) => String(id),
      async *changes({ settings, http }) {
        const rows = await http.json(`${settings.url}/ho-so`, { query: { trang: 1, loc: undefined }, headers: { token: settings.token } })
        yield { records: z.array(z.unknown()).parse(rows), end: 'complete' }
      },
      toDossier: ({ so }) => ({ localCode: so }),
    }).open({ settings: { url, token: 't' }, agencyCode, transport: { retry: { attempts: 3, firstMs: 1, maxMs: 1 } } })

  test('repeats what failed on the way, with query and headers as asked', async () => {
    const url = await serving((path, { token }, count) =>
      count === 1 ? { status: 502, body: '' } : { status: path === '/ho-so?trang=1' && token === 't' ? 200 : 400, body: JSON.stringify([paper(1)]) },
    )
    expect((await read(webSource(url))).flatMap(({ items }) => items)).toHaveLength(1)
  })

  test.each([
    [401, 'transport.unauthorized'],
    [404, 'transport.refused'],
  ])('an answer with HTTP %i is an error that says so', async (status, code) => {
    const url = await serving(() => ({ status, body: '{}' }))
    expect(await failure(() => read(webSource(url)))).toMatchObject({ code, system: 'mang' })
  })

  test('a page in the place of JSON is an error of this source', async () => {
    const url = await serving(() => ({ status: 200, body: '<html>login</html>' }))
    expect((await failure(() => read(webSource(url)))).message).toMatch(/mang, .*no JSON/)
  })
})
