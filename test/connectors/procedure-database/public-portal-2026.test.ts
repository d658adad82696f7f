import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { manualClock } from '../../transport/manual-clock.js'
import { CODE, databaseOf, failureOf, ORIGIN, pagesOf } from './cast.js'

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

const LIST = '/api/v1/submitting/formality/list-all-public-formality-by-citizen'
const DETAIL = '/api/v1/configuring/formality/get-formality-by-citizen'
const options = { baseUrl: ORIGIN, dialect: 'public-portal-2026' }

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `id-${from + index}`,
    code: `1.${String(999_000 + from + index)}`,
    name: `Thủ tục ${from + index}`,
  }))
/** What the portal answers when it is asked to go on after `lastId`. */
const page = (lastId: string, data: object | null, status = 201) =>
  nock(ORIGIN).post(LIST, { limit: 200, lastId, q: '', categoryId: '', departmentCode: '' }).reply(status, { code: 'OK', message: '', data })
const asked = { code: CODE, reference: 'id-1' }

describe('the list', () => {
  test.each([
    ['an empty cursor', { items: rows(401, 50), lastId: '' }],
    ['no cursor', { items: rows(401, 50) }],
    ['the cursor it was asked with', { items: rows(401, 50), lastId: 'id-400' }],
  ])('is read by cursor until there is %s', async (_, last) => {
    page('', { items: rows(1, 200), lastId: 'id-200' })
    page('id-200', { items: rows(201, 200), lastId: 'id-400' })
    page('id-400', last)
    const pages = await pagesOf(databaseOf(options))
    expect(pages.map(({ rows, end }) => [rows.length, end])).toEqual([
      [200, 'more'],
      [200, 'more'],
      [50, 'complete'],
    ])
    expect(pages[0]?.rows[0]).toEqual({ code: '1.999001', name: 'Thủ tục 1', reference: 'id-1' })
    expect(pages[2]?.cursor).toBeNull()
  })

  test('ends with an empty page', async () => {
    page('', { items: rows(1, 200), lastId: 'id-200', total: 200 })
    page('id-200', { items: [], lastId: '', total: 200 })
    expect(await pagesOf(databaseOf(options))).toMatchObject([{ end: 'more' }, { rows: [], end: 'complete' }])
  })

  test('an empty page without a total may be a slip of the server: it is asked again', async () => {
    page('', { items: rows(1, 200), lastId: 'id-200' })
    page('id-200', { items: [] })
    page('id-200', { items: rows(201, 5), lastId: '' })
    expect((await pagesOf(databaseOf(options))).flatMap((one) => one.rows)).toHaveLength(205)
  })

  test('and, still empty, it ends the list without proving that anything is gone', async () => {
    page('', { items: rows(1, 200), lastId: 'id-200' })
    page('id-200', { items: [] })
    page('id-200', { items: [] })
    const last = (await pagesOf(databaseOf(options))).at(-1)
    expect(last).toMatchObject({ rows: [], end: 'complete', problems: [{ code: null }] })
  })

  test('goes on by cursor where the server gives shorter pages than asked for, and may wrap data twice', async () => {
    page('', { data: { items: rows(1, 25), lastId: 'id-25', total: '50' } })
    page('id-25', { data: { items: rows(26, 25), lastId: '', total: '50' } })
    expect((await pagesOf(databaseOf(options))).flatMap(({ rows }) => rows)).toHaveLength(50)
  })

  test('goes on from a cursor, and still knows how many rows came before', async () => {
    page('', { items: rows(1, 200), lastId: 'id-200', total: 250 })
    const [first] = await (async () => {
      for await (const one of databaseOf(options).list({})) return [one]
      return []
    })()
    page('id-200', { items: [...rows(201, 50), { id: 'x', name: 'Không mã' }], lastId: '', total: 250 })
    const [second] = await pagesOf(databaseOf(options), { cursor: first?.cursor ?? null })
    expect(second).toMatchObject({ end: 'complete', problems: [{ place: 'row 251', code: null }] })
    expect(second?.rows).toHaveLength(50)
  })

  test('that stops short of its own total is not whole', async () => {
    page('', { items: rows(1, 200), lastId: 'id-200', total: 6500 })
    page('id-200', { items: rows(201, 10), lastId: '', total: 6500 })
    const error = await failureOf(pagesOf(databaseOf(options)))
    expect(error).toMatchObject({ code: 'procedure-database.list_cut', retryable: false, operation: 'LayDanhSachTTHC' })
    expect(error.text.en).toContain('210 of 6500 rows')
  })

  test('whose pages overlap counts each row once', async () => {
    page('', { items: rows(1, 200), lastId: 'id-200', total: 250 })
    page('id-200', { items: rows(191, 50), lastId: '', total: 250 })
    expect((await failureOf(pagesOf(databaseOf(options)))).text.en).toContain('240 of 250 rows')
  })

  test.each([
    ['the same cursor', 'id-200'],
    ['a new cursor', 'id-200-again'],
  ])('of a server that shows its first page again, with %s, is not whole', async (_, lastId) => {
    page('', { items: rows(1, 200), lastId: 'id-200' })
    page('id-200', { items: rows(1, 200), lastId })
    expect(await failureOf(pagesOf(databaseOf(options)))).toMatchObject({ code: 'procedure-database.list_cut' })
  })

  test.each([
    ['nothing at all', { items: [], lastId: '' }, 'empty_list'],
    ['no items', { lastId: '' }, 'unreadable_answer'],
    ['no data', null, 'unreadable_answer'],
  ])('with %s is an error', async (_, data, code) => {
    page('', data)
    page('', data)
    expect((await failureOf(pagesOf(databaseOf(options)))).code).toBe(`procedure-database.${code}`)
  })

  test('takes the code from where a code stands', async () => {
    page('', {
      items: [
        { id: 7, code: 'a5d1', codeNotation: '1.999007', name: 'X' },
        { id: 'b', codeNotation: '1.999008', name: 'Y' },
      ],
    })
    expect((await pagesOf(databaseOf(options)))[0]?.rows).toEqual([
      { code: '1.999007', name: 'X', reference: '7' },
      { code: '1.999008', name: 'Y', reference: 'b' },
    ])
  })

  test('ends at a signal between two pages', async () => {
    const stop = new AbortController()
    page('', { items: rows(1, 200), lastId: 'id-200' })
    const seen: number[] = []
    const reading = (async () => {
      for await (const { rows } of databaseOf(options).list({ signal: stop.signal })) {
        seen.push(rows.length)
        stop.abort()
      }
    })()
    expect(await failureOf(reading)).toMatchObject({ code: 'transport.aborted' })
    expect(seen).toEqual([200])
  })
})

describe('a detail', () => {
  const detail = {
    id: 'id-1',
    code: CODE,
    name: 'Cấp giấy phép mẫu',
    isFullProcess: true,
    categoriesDetails: [{ code: 'G99-MAU01', name: 'Lĩnh vực mẫu' }],
  }
  const answer = (body: object, status = 201) => nock(ORIGIN).post(DETAIL, { id: 'id-1' }).reply(status, body)

  test.each([
    ['data', { code: 'OK', data: detail }],
    ['data in data', { code: 'OK', data: { data: detail } }],
  ])('is asked for by its id, and read from %s', async (_, body) => {
    answer(body)
    expect(await databaseOf(options).procedure(asked)).toEqual({ form: 'portal-2026', detail: expect.objectContaining(detail) })
  })

  test.each([
    ['no data', { code: 'OK', data: null }],
    ['empty data', { code: 'OK', data: {} }],
    ['its own word for it', { code: 'NOT_FOUND', message: 'x' }],
  ])('is null where the portal has none: %s', async (_, body) => {
    answer(body)
    expect(await databaseOf(options).procedure(asked)).toBeNull()
  })

  test.each([
    ['another code', { code: 'ERROR', message: 'Có lỗi xảy ra', data: detail }, 'refused'],
    ['no code', { data: detail }, 'unreadable_answer'],
    ['a message and no code', { message: 'x', data: detail }, 'refused'],
    ['another procedure', { code: 'OK', data: { ...detail, code: '1.999009' } }, 'unreadable_answer'],
    ['a list', { code: 'OK', data: [detail] }, 'unreadable_answer'],
  ])('is not proven by HTTP 200 or 201: %s', async (_, body, code) => {
    answer(body, 200)
    answer(body, 201)
    expect((await failureOf(databaseOf(options).procedure(asked))).code).toBe(`procedure-database.${code}`)
  })

  test('cannot be asked for without the id from the list', async () => {
    expect(await failureOf(databaseOf(options).procedure({ code: CODE, reference: null }))).toMatchObject({ code: 'procedure-database.not_offered' })
  })
})

describe('politeness', () => {
  const one = () => nock(ORIGIN).post(DETAIL).reply(201, { code: 'OK', data: {} })

  test('six calls a second unless the configuration says otherwise, under an honest name', async () => {
    const clock = manualClock()
    let agent: string | null = null
    nock(ORIGIN)
      .post(DETAIL)
      .times(12)
      .reply((request: Request) => {
        agent = request.headers.get('user-agent')
        return [201, JSON.stringify({ code: 'OK', data: {} })]
      })
    const from = databaseOf({ ...options, clock })
    const began = clock.now()
    for (let call = 0; call < 12; call++) await from.procedure(asked)
    expect(clock.now() - began).toBeGreaterThanOrEqual(1000 - 1)
    expect(agent).toBe('lienthong')

    const quick = manualClock()
    for (let call = 0; call < 12; call++) one()
    const faster = databaseOf({ ...options, clock: quick, limits: { requestsPerSecond: 100 } })
    for (let call = 0; call < 12; call++) await faster.procedure(asked)
    expect(quick.slept).toEqual([])
  })

  test('never more than three calls at once', async () => {
    let running = 0
    let most = 0
    nock(ORIGIN)
      .post(DETAIL)
      .times(9)
      .reply(async () => {
        running++
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        return [201, JSON.stringify({ code: 'OK', data: {} })]
      })
    const from = databaseOf(options)
    await Promise.all(Array.from({ length: 9 }, () => from.procedure(asked)))
    expect(most).toBeLessThanOrEqual(3)
  })

  test('Retry-After is obeyed', async () => {
    const clock = manualClock()
    nock(ORIGIN).post(DETAIL).reply(429, '', { 'Retry-After': '7' })
    one()
    expect(await databaseOf({ ...options, clock }).procedure(asked)).toBeNull()
    expect(clock.slept).toContain(7000)
  })

  test('a wait longer than is sensible inside a call is handed to the caller', async () => {
    nock(ORIGIN).post(DETAIL).reply(429, '', { 'Retry-After': '600' })
    expect(await failureOf(databaseOf(options).procedure(asked))).toMatchObject({ code: 'transport.throttled', retryAfterMs: 600_000 })
  })

  test('HTTP 403 means later, too', async () => {
    nock(ORIGIN).post(DETAIL).reply(403, '<html>Request Rejected</html>')
    one()
    expect(await databaseOf(options).procedure(asked)).toBeNull()
    nock(ORIGIN).post(DETAIL).times(3).reply(403, '<html>Request Rejected</html>')
    expect(await failureOf(databaseOf(options).procedure(asked))).toMatchObject({
      code: 'transport.server_failed',
      values: { status: 403 },
      attempt: 3,
    })
  })
})

test('dictionaries and decisions are not offered, and nothing is asked', async () => {
  const from = databaseOf(options)
  expect(from.offers).toEqual({ dictionaries: false, decisions: false })
  expect(await failureOf(from.dictionary('LayDanhMucCoQuan'))).toMatchObject({ code: 'procedure-database.not_offered', kind: 'config' })
  expect(await failureOf(from.decision('7001'))).toMatchObject({ code: 'procedure-database.not_offered', values: { dialect: 'public-portal-2026' } })
})
