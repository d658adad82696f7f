import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { type CheckedLink, checkServiceLinks, type LinkCheckOptions } from '../../src/catalogue/links/check.js'
import { loopback } from '../transport/loopback.js'
import { type ManualClock, manualClock } from '../transport/manual-clock.js'

const HOST = 'dichvucong.example.vn'
const ORIGIN = `https://${HOST}`
const PAGE = '<html><head><title>Nộp hồ sơ</title></head><body><form><input name="hoTen"></form></body></html>'

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

async function check(
  urls: readonly string[],
  more: Partial<LinkCheckOptions> = {},
  clock: ManualClock = manualClock(),
): Promise<readonly CheckedLink[]> {
  return checkServiceLinks(
    urls.map((url, index) => ({ url, codes: [`1.00000${index}.H99`] })),
    { allowedHosts: [HOST], ...more, transport: { clock, random: () => 0, ...more.transport } },
  )
}

async function one(url: string, more?: Partial<LinkCheckOptions>): Promise<CheckedLink> {
  const [link] = await check([url], more)
  if (link === undefined) throw new Error('no row')
  return link
}

const broken = (code: string) => Object.assign(new Error(code), { code })

describe('what an answer says of a link', () => {
  test.each<[string, number, string, Record<string, string>, CheckedLink['state']]>([
    ['a page', 200, PAGE, {}, 'alive'],
    ['an application that fills its page in the browser', 200, '<div id="app">404 không tìm thấy</div>', {}, 'alive'],
    [
      'a page that speaks of papers that were not found',
      200,
      `<title>Nộp hồ sơ</title>${'Nội dung thủ tục. '.repeat(60)} không tìm thấy giấy tờ`,
      {},
      'alive',
    ],
    ['a page that says 404 in its script only', 200, '<title>Dịch vụ công</title><script>t("không tìm thấy")</script><p>Đăng ký</p>', {}, 'alive'],
    ['a redirect to its own sign-in', 302, '', { location: '/dang-nhap?next=1' }, 'alive'],
    ['a page without a text', 200, '  ', {}, 'suspect'],
    ['a title that says so', 200, `<title>404 - Không tìm thấy trang</title>${PAGE}`, {}, 'suspect'],
    ['a heading in numeric entities', 200, `<h1>Kh&#244;ng t&#xEC;m th&#7845;y</h1>${'x '.repeat(900)}`, {}, 'suspect'],
    ['a short page', 200, '<p>Thủ tục này đã bị xóa.</p>', {}, 'suspect'],
    ['a redirect to the front page', 302, '', { location: '/' }, 'suspect'],
    ['a redirect to nowhere', 302, '', {}, 'suspect'],
    ['no page', 404, PAGE, {}, 'dead'],
    ['a page that is gone', 410, '', {}, 'dead'],
    ['no permission', 403, PAGE, {}, 'refused'],
    ['a wrong method', 405, '', {}, 'refused'],
    ['another host', 301, '', { location: 'https://dvc.example.vn/x' }, 'moved'],
    ['another port', 302, '', { location: `${ORIGIN}:8443/x` }, 'moved'],
    ['its unprotected self', 302, '', { location: `http://${HOST}/x` }, 'not-https'],
  ])('%s', async (_, status, body, headers, state) => {
    nock(ORIGIN).get('/dich-vu/1').reply(status, body, headers)
    const link = await one(`${ORIGIN}/dich-vu/1`)
    expect(link).toMatchObject({ state, status })
    expect(link.problem === null).toBe(state === 'alive')
    for (const text of [link.problem, link.hint]) expect(`${text?.en}${text?.vi}`).not.toMatch(/[{}]/)
  })

  test('a link that leads on to another host names it, and does not go there', async () => {
    nock(ORIGIN).get('/x').reply(302, '', { location: 'https://169.254.169.254/latest/meta-data' })
    expect(await one(`${ORIGIN}/x`)).toMatchObject({ state: 'moved', movedTo: '169.254.169.254' })
  })

  test('one step on the same host is followed, and what stands there counts', async () => {
    nock(ORIGIN).get('/old').reply(301, '', { location: '/new?a=1' }).get('/new?a=1').reply(404, '')
    expect(await one(`${ORIGIN}/old`)).toMatchObject({ state: 'dead', status: 404 })
    nock(ORIGIN).get('/old').reply(301, '', { location: '/new' }).get('/new').reply(200, PAGE)
    expect(await one(`${ORIGIN}/old`)).toMatchObject({ state: 'alive', status: 200 })
  })

  test('a second step is not followed: to another host it has moved, on its own host it is alive', async () => {
    nock(ORIGIN).get('/a').reply(302, '', { location: '/b' }).get('/b').reply(302, '', { location: 'https://sso.example.vn/' })
    expect(await one(`${ORIGIN}/a`)).toMatchObject({ state: 'moved', movedTo: 'sso.example.vn' })
    nock(ORIGIN).get('/a').reply(302, '', { location: '/b' }).get('/b').reply(302, '', { location: '/c' })
    expect(await one(`${ORIGIN}/a`)).toMatchObject({ state: 'alive', status: 302 })
  })

  test('a page longer than we read is alive; a long page with 404 is not', async () => {
    const long = 'x'.repeat(1_000_001)
    nock(ORIGIN).get('/long').reply(200, long)
    expect(await one(`${ORIGIN}/long`)).toMatchObject({ state: 'alive', status: 200 })
    nock(ORIGIN).get('/long').reply(404, long)
    expect(await one(`${ORIGIN}/long`)).toMatchObject({ state: 'dead', status: 404 })
  })

  test('one failure is forgiven, two are told', async () => {
    nock(ORIGIN).get('/x').reply(502, '').get('/x').reply(200, PAGE)
    expect((await one(`${ORIGIN}/x`)).state).toBe('alive')
    nock(ORIGIN).get('/x').twice().reply(503, '')
    expect(await one(`${ORIGIN}/x`)).toMatchObject({ state: 'unreachable', status: 503 })
  })

  test.each([
    ['ENOTFOUND', 'Nobody knows a host'],
    ['CERT_HAS_EXPIRED', 'certificate'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
    ['ECONNREFUSED', 'could not be reached'],
  ])('%s: unreachable, and why', async (code, says) => {
    nock(ORIGIN).get('/x').twice().replyWithError(broken(code))
    const link = await one(`${ORIGIN}/x`)
    expect(link).toMatchObject({ state: 'unreachable', status: null })
    expect(link.problem?.en).toContain(says)
  })

  test('a host that asks for a pause is not called dead', async () => {
    nock(ORIGIN).get('/x').twice().reply(429, '')
    expect(await one(`${ORIGIN}/x`)).toMatchObject({ state: 'unreachable', status: 429 })
  })

  test('a server that says nothing is told in time', async () => {
    nock.enableNetConnect('127.0.0.1')
    const { url } = await loopback(() => {})
    const link = await one(url, { allowedHosts: ['127.0.0.1'], transport: { timeouts: { readMs: 50 }, retry: { attempts: 1 } } })
    expect(link).toMatchObject({ state: 'unreachable', status: null })
    expect(link.problem?.en).toContain('no whole answer')
  })
})

describe('what is never asked', () => {
  test.each([
    ['', 'invalid'],
    ['không có', 'invalid'],
    ['javascript:alert(1)', 'invalid'],
    ['ftp://dichvucong.example.vn/x', 'invalid'],
    [`${ORIGIN}/${'x'.repeat(3000)}`, 'invalid'],
    [`https://user:secret@${HOST}/x`, 'invalid'],
    [`http://${HOST}/x`, 'not-https'],
    ['https://elsewhere.vn/x', 'foreign-host'],
    [`https://${HOST}.evil.vn/x`, 'foreign-host'],
    [`https://${HOST}:8443/x`, 'foreign-host'],
    ['https://evil.vn/?dichvucong.example.vn', 'foreign-host'],
    ['http://127.0.0.1/x', 'foreign-host'],
    ['http://2130706433/x', 'foreign-host'],
    ['http://[::1]/x', 'foreign-host'],
    ['http://169.254.169.254/latest', 'foreign-host'],
    ['https://10.0.0.1/x', 'foreign-host'],
    ['http://localhost:5432/', 'foreign-host'],
  ])('%s: %s', async (url, state) => {
    // Any request would fail here: nock lets none through.
    const link = await one(url)
    expect(link).toMatchObject({ state, status: null, ms: 0 })
    expect(JSON.stringify(link.problem)).not.toContain('secret')
  })

  test('a wildcard covers the hosts below, not the name itself nor its namesakes', async () => {
    nock('https://a.example.vn').get('/').reply(200, PAGE)
    const rows = await check(['https://a.example.vn/', 'https://example.vn/', 'https://badexample.vn/'], { allowedHosts: ['*.example.vn'] })
    expect(rows.map(({ state }) => state)).toEqual(['alive', 'foreign-host', 'foreign-host'])
  })

  test.each(['https://example.vn', '*', '*.vn', 'example.vn/x', ''])('%j is no host to allow', async (host) => {
    await expect(check([], { allowedHosts: [host] })).rejects.toMatchObject({ code: 'config.invalid' })
  })
})

describe('a whole list', () => {
  test('each address is asked once, in its order, with the codes of all its links', async () => {
    nock(ORIGIN).get('/a').reply(200, PAGE).get('/b').reply(404, '')
    const told: string[] = []
    const rows = await checkServiceLinks(
      [
        { url: `${ORIGIN}/a`, codes: ['1.000001.H99'] },
        { url: `${ORIGIN}/b`, codes: ['1.000002.H99'] },
        { url: `${ORIGIN}/a`, codes: ['1.000003.H99', '1.000001.H99'] },
        { url: `${ORIGIN}/a#muc-2`, codes: ['1.000004.H99'] },
      ],
      {
        allowedHosts: [HOST],
        transport: { clock: manualClock(), random: () => 0 },
        onChecked: ({ state }, { checked, total }) => told.push(`${checked}/${total} ${state}`),
      },
    )
    expect(rows).toMatchObject([
      { url: `${ORIGIN}/a`, codes: ['1.000001.H99', '1.000003.H99'], state: 'alive' },
      { url: `${ORIGIN}/b`, codes: ['1.000002.H99'], state: 'dead' },
      { url: `${ORIGIN}/a#muc-2`, codes: ['1.000004.H99'], state: 'alive' },
    ])
    expect(told.map((line) => line.split(' ')[0])).toEqual(['1/3', '2/3', '3/3'])
    expect(nock.isDone()).toBe(true)
  })

  test('a host is asked five times a second, whatever the number of links', async () => {
    const clock = manualClock()
    const started = clock.now()
    const urls = Array.from({ length: 21 }, (_, index) => `${ORIGIN}/${index}`)
    nock(ORIGIN).get(/.*/).times(21).reply(200, PAGE)
    const rows = await check(urls, { concurrency: 1 }, clock)
    expect(rows.every(({ state }) => state === 'alive')).toBe(true)
    // A burst of one second, then 200 ms each; the time of waiting is not the service's.
    expect(clock.now() - started).toBe(16 * 200)
    expect(rows.every(({ ms }) => ms === 0)).toBe(true)
  })

  test('a host that is down is not asked for each of its links', async () => {
    let asked = 0
    nock(ORIGIN)
      .get(/.*/)
      .times(60)
      .reply(() => {
        asked += 1
        return [500, '']
      })
    const rows = await check(
      Array.from({ length: 30 }, (_, index) => `${ORIGIN}/${index}`),
      { concurrency: 1 },
    )
    expect(rows.every(({ state }) => state === 'unreachable')).toBe(true)
    expect(asked).toBeLessThan(20)
    expect(rows.at(-1)?.problem?.en).toContain('Not asked')
  })

  test('interrupted, it stops; what was checked has been told', async () => {
    const stop = new AbortController()
    nock(ORIGIN).get(/.*/).times(9).reply(200, PAGE)
    const seen: CheckedLink[] = []
    const running = check(
      Array.from({ length: 9 }, (_, index) => `${ORIGIN}/${index}`),
      {
        concurrency: 1,
        signal: stop.signal,
        onChecked: (link) => {
          seen.push(link)
          if (seen.length === 3) stop.abort()
        },
      },
    )
    const error: unknown = await running.catch((reason: unknown) => reason)
    expect(isLienthongError(error) && error.code).toBe('transport.aborted')
    expect(seen).toHaveLength(3)
  })

  test('a service of this machine is checked where it is allowed', async () => {
    nock.enableNetConnect('127.0.0.1')
    const { url } = await loopback((request, response) => response.writeHead(request.url === '/a' ? 200 : 404).end(PAGE))
    const rows = await check([`${url}/a`, `${url}/b`], { allowedHosts: ['127.0.0.1'], transport: {} })
    expect(rows.map(({ state }) => state)).toEqual(['alive', 'dead'])
    nock.disableNetConnect()
  })
})
