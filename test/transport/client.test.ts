import { Axios } from 'axios'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../src/base/index.js'
import { type HttpClientOptions, type HttpRequest, httpClient } from '../../src/transport/index.js'
import { manualClock } from './manual-clock.js'

const ORIGIN = 'https://adapter.example.vn'
const write: HttpRequest = { operation: 'DongBoHoSoMC', method: 'POST', url: `${ORIGIN}/mapi/g`, body: '{}', repeat: 'if-not-sent' }
const read: HttpRequest = { ...write, operation: 'TraCuuHoSo', repeat: 'freely' }

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

const client = (options: Partial<HttpClientOptions> = {}) =>
  httpClient({ system: 'national-portal', clock: manualClock(), random: () => 0, ...options })

async function failureOf(promise: Promise<unknown>): Promise<LienthongError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isLienthongError(error)) throw new Error(`not a LienthongError: ${String(error)}`)
  return error
}

const broken = (code: string) => Object.assign(new Error(code), { code })

describe('what an answer is', () => {
  test('the body comes back untouched, also when it is JSON', async () => {
    nock(ORIGIN).post('/mapi/g', '{"Tên":"Nguyễn Văn Mẫu"}').reply(200, '{"error_code":  "00"}', { 'content-type': 'application/json' })
    const answer = await client().send({ ...write, body: '{"Tên":"Nguyễn Văn Mẫu"}' })
    expect(answer).toMatchObject({ status: 200, text: '{"error_code":  "00"}', attempt: 1 })
  })

  test.each([301, 400, 401, 403, 404])('HTTP %i is an answer that the connector judges, and is not repeated', async (status) => {
    nock(ORIGIN).post('/mapi/g').reply(status, 'no', { location: 'https://elsewhere.example.vn' })
    expect(await client().send(write)).toMatchObject({ status, text: 'no' })
  })

  test.each([
    ['by the short way', {}],
    ['through axios’s own adapter', { axios: new Axios({ headers: {}, transformResponse: [], transformRequest: [], validateStatus: null }) }],
  ])('a body that is no text comes back byte for byte, %s', async (_, options) => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256))
    nock(ORIGIN).post('/mapi/g').reply(200, bytes)
    const { text } = await client(options).send({ ...read, binary: true })
    expect(Buffer.from(text, 'latin1').equals(bytes)).toBe(true)
  })
})

describe('what failed, and whether it was sent', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CERT_HAS_EXPIRED', 'ECONNRESET'])(
    '%s before the connection stands: not sent, so that a write is repeated',
    async (code) => {
      nock(ORIGIN).post('/mapi/g').times(3).replyWithError(broken(code))
      const error = await failureOf(client().send(write))
      expect(error).toMatchObject({
        code: 'transport.unreachable',
        kind: 'transient',
        attempt: 3,
        system: 'national-portal',
        operation: 'DongBoHoSoMC',
      })
      expect(error.values).toMatchObject({ cause: code, host: 'adapter.example.vn' })
      expect(nock.isDone()).toBe(true)
    },
  )

  test.each([500, 502, 503])('HTTP %i leaves a write unknown: it is sent once', async (status) => {
    nock(ORIGIN).post('/mapi/g').reply(status, '<html>')
    expect(await failureOf(client().send(write))).toMatchObject({ code: 'transport.server_failed', kind: 'unknown', retryable: true, attempt: 1 })
  })

  test('an empty body leaves a write unknown', async () => {
    nock(ORIGIN).post('/mapi/g').reply(200, '')
    expect(await failureOf(client().send(write))).toMatchObject({ code: 'transport.unanswered', kind: 'unknown', values: { cause: 'empty body' } })
  })

  test('a read is asked again after 5xx and empty bodies', async () => {
    nock(ORIGIN).post('/mapi/g').reply(502, '').post('/mapi/g').reply(200, '').post('/mapi/g').reply(200, 'rows')
    expect(await client().send(read)).toMatchObject({ text: 'rows', attempt: 3 })
  })

  test('what the reader of an answer throws counts as that attempt', async () => {
    nock(ORIGIN).post('/mapi/g').reply(200, 'html').post('/mapi/g').reply(200, 'json')
    const { LienthongError } = await import('../../src/base/index.js')
    const text = await client().send(read, (answer) => {
      if (answer.text === 'html') throw new LienthongError('portal.unreadable_answer', { attempt: answer.attempt })
      return answer.text
    })
    expect(text).toBe('json')
  })

  test('an answer above the limit is too large for a read, and leaves a write unknown', async () => {
    nock(ORIGIN).post('/mapi/g').times(2).reply(200, 'x'.repeat(2000))
    const small = client({ maxAnswerBytes: 1000 })
    expect(await failureOf(small.send(read))).toMatchObject({ code: 'transport.too_large', kind: 'protocol', values: { limit: 1000 } })
    expect(await failureOf(small.send(write))).toMatchObject({ code: 'transport.unanswered', kind: 'unknown' })
  })

  test('the attempts are limited, and the last error says which one it was', async () => {
    nock(ORIGIN).post('/mapi/g').times(5).reply(500)
    expect(await failureOf(client({ retry: { attempts: 5 } }).send(read))).toMatchObject({ code: 'transport.server_failed', attempt: 5 })
  })
})

describe('waiting', () => {
  test('HTTP 429 was not applied: a write waits as long as asked, in seconds', async () => {
    const clock = manualClock()
    nock(ORIGIN).post('/mapi/g').reply(429, '', { 'retry-after': '7' }).post('/mapi/g').reply(200, 'ok')
    await client({ clock }).send(write)
    expect(clock.slept).toEqual([7000])
  })

  test('Retry-After may be an HTTP date', async () => {
    const clock = manualClock(Date.UTC(2026, 10, 22, 1, 0, 0))
    nock(ORIGIN).post('/mapi/g').reply(429, '', { 'retry-after': 'Sun, 22 Nov 2026 01:00:12 GMT' }).post('/mapi/g').reply(200, 'ok')
    await client({ clock }).send(write)
    expect(clock.slept).toEqual([12_000])
  })

  test('a longer Retry-After than the cap is not waited for but handed to the caller', async () => {
    const clock = manualClock()
    nock(ORIGIN).post('/mapi/g').reply(429, '', { 'retry-after': '3600' })
    expect(await failureOf(client({ clock }).send(write))).toMatchObject({
      code: 'transport.throttled',
      kind: 'throttled',
      retryAfterMs: 3_600_000,
      attempt: 1,
    })
    expect(clock.slept).toEqual([])
  })

  test('waits double and are jittered over their whole length', async () => {
    const clock = manualClock()
    nock(ORIGIN).post('/mapi/g').times(4).reply(500)
    await failureOf(client({ clock, random: () => 0.5, retry: { attempts: 4, firstMs: 1000, maxMs: 3000 } }).send(read))
    expect(clock.slept).toEqual([500, 1000, 1500])
  })
})

describe('the circuit breaker', () => {
  test('after so many failures in a row nothing is sent until the rest is over; one success closes it', async () => {
    const clock = manualClock()
    const breaking = client({ clock, retry: { attempts: 1 }, breaker: { failures: 3, restMs: 60_000 } })
    nock(ORIGIN).post('/mapi/g').times(3).reply(500)
    for (let call = 0; call < 3; call++) await failureOf(breaking.send(write))
    const open = await failureOf(breaking.send(write))
    expect(open).toMatchObject({ code: 'transport.circuit_open', kind: 'transient', retryAfterMs: 60_000 })
    clock.advance(60_000)
    nock(ORIGIN).post('/mapi/g').times(2).reply(200, 'ok')
    expect(await breaking.send(write)).toMatchObject({ status: 200 })
    expect(await breaking.send(write)).toMatchObject({ status: 200 })
  })

  test('a failed try after the rest begins a new rest', async () => {
    const clock = manualClock()
    const breaking = client({ clock, retry: { attempts: 1 }, breaker: { failures: 1, restMs: 1000 } })
    nock(ORIGIN).post('/mapi/g').times(2).reply(500)
    await failureOf(breaking.send(write))
    clock.advance(1000)
    expect((await failureOf(breaking.send(write))).code).toBe('transport.server_failed')
    expect((await failureOf(breaking.send(write))).code).toBe('transport.circuit_open')
  })

  test('while one call tries again, the others are not sent', async () => {
    const clock = manualClock()
    let answer: ((status: number) => void) | undefined
    let sent = 0
    const axios = {
      request: () => {
        sent++
        return new Promise((resolve) => {
          answer = (status) => resolve({ status, data: 'x', headers: {} })
        })
      },
    } as unknown as NonNullable<HttpClientOptions['axios']>
    const breaking = client({ clock, axios, retry: { attempts: 1 }, breaker: { failures: 1, restMs: 1000 } })
    const first = failureOf(breaking.send(write))
    answer?.(500)
    await first
    clock.advance(1000)
    const trying = breaking.send(write)
    expect((await failureOf(breaking.send(write))).code).toBe('transport.circuit_open')
    answer?.(200)
    expect(await trying).toMatchObject({ status: 200 })
    expect(sent).toBe(2)
  })

  test('throttling and refusals are no failures of the system', async () => {
    const breaking = client({ retry: { attempts: 1 }, breaker: { failures: 1, restMs: 1000 } })
    nock(ORIGIN).post('/mapi/g').reply(429).post('/mapi/g').reply(403, 'no').post('/mapi/g').reply(200, 'ok')
    expect((await failureOf(breaking.send(write))).code).toBe('transport.throttled')
    expect((await breaking.send(write)).status).toBe(403)
    expect((await breaking.send(write)).status).toBe(200)
  })
})

describe('limits', () => {
  test('no more calls at once than allowed', async () => {
    let running = 0
    let most = 0
    const axios = {
      request: async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        return { status: 200, data: 'ok', headers: {} }
      },
    } as unknown as NonNullable<HttpClientOptions['axios']>
    const limited = client({ axios, limits: { concurrency: 3 } })
    await Promise.all(Array.from({ length: 12 }, () => limited.send(write)))
    expect(most).toBe(3)
  })

  test('a burst of one second passes, then the rate holds', async () => {
    const clock = manualClock()
    nock(ORIGIN).post('/mapi/g').times(6).reply(200, 'ok')
    const limited = client({ clock, limits: { requestsPerSecond: 4 } })
    for (let call = 0; call < 6; call++) await limited.send(write)
    expect(clock.slept).toEqual([250, 250])
  })
})

describe('options', () => {
  test.each([
    [{ timeouts: { readMs: -1 } }, 'national-portal.timeouts.readMs'],
    [{ limits: { concurrency: 0 } }, 'national-portal.limits.concurrency'],
    [{ retry: { attempts: 1.5 } }, 'national-portal.retry.attempts'],
    [{ proxy: 'socks://proxy:1080' }, 'national-portal.proxy'],
  ])('a wrong one is named: %j', (options, place) => {
    expect(() => client(options)).toThrowError(expect.objectContaining({ code: 'config.invalid', values: expect.objectContaining({ place }) }))
  })

  test('an unknown one is refused, with those that there are', () => {
    expect(() => client({ retry: { atempts: 3 } as never })).toThrowError(/national-portal\.retry.*atempts.*attempts/)
  })

  test('a CA file that cannot be read is named', () => {
    expect(() => client({ caFile: '/nowhere/ca.pem' })).toThrowError(
      expect.objectContaining({ code: 'config.file_unreadable', values: { path: '/nowhere/ca.pem', problem: 'ENOENT' } }),
    )
  })

  test('a proxy of the environment is not obeyed', async () => {
    const before = process.env.HTTPS_PROXY
    process.env.HTTPS_PROXY = 'http://127.0.0.1:9'
    try {
      nock(ORIGIN).post('/mapi/g').reply(200, 'direct')
      expect((await client().send(write)).text).toBe('direct')
    } finally {
      if (before === undefined) delete process.env.HTTPS_PROXY
      else process.env.HTTPS_PROXY = before
    }
  })
})

describe('what may be seen', () => {
  const CANARY = 'canary-7f3a9'

  test('errors and logs carry nothing of address, headers, body or answer', async () => {
    const lines: string[] = []
    const keep = (fields: unknown, message: string) => lines.push(JSON.stringify([fields, message]))
    const logger = { trace: keep, debug: keep, info: keep, warn: keep, error: keep }
    const request = { ...write, url: `${ORIGIN}/mapi/g?id=${CANARY}`, headers: { Authorization: CANARY }, body: CANARY }
    nock(ORIGIN)
      .post('/mapi/g')
      .query(true)
      .reply(500, CANARY)
      .post('/mapi/g')
      .query(true)
      .replyWithError(broken('ECONNREFUSED'))
      .post('/mapi/g')
      .query(true)
      .reply(200, CANARY)
    const logging = client({ logger, retry: { attempts: 1 } })
    const errors = [await failureOf(logging.send(request)), await failureOf(logging.send(request))]
    await logging.send(request)
    expect(lines).toHaveLength(3)
    for (const error of errors) expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(CANARY)
    expect(lines.join()).not.toContain(CANARY)
    expect(JSON.parse(lines[0]!)[0]).toMatchObject({
      system: 'national-portal',
      operation: 'DongBoHoSoMC',
      status: 500,
      attempt: 1,
      code: 'transport.server_failed',
    })
  })

  test('OpenTelemetry gets a span and a duration an attempt, with codes only', async () => {
    const { openTelemetry } = await import('../../src/transport/index.js')
    const seen: unknown[] = []
    const hooks = openTelemetry({
      trace: {
        getTracer: () => ({
          startSpan: (name, options) => {
            seen.push([name, options?.attributes])
            return { setAttribute: (key, value) => seen.push([key, value]), setStatus: (status) => seen.push(status), end: () => seen.push('end') }
          },
        }),
      },
      metrics: { getMeter: () => ({ createHistogram: () => ({ record: (_, attributes) => seen.push(attributes) }) }) },
    })
    nock(ORIGIN).post('/mapi/g').reply(500)
    await failureOf(client({ hooks, retry: { attempts: 1 } }).send(write))
    const attributes = { 'lienthong.system': 'national-portal', 'lienthong.operation': 'DongBoHoSoMC' }
    expect(seen).toEqual([
      ['national-portal DongBoHoSoMC', { ...attributes, 'lienthong.attempt': 1 }],
      ['http.response.status_code', 500],
      ['error.type', 'transport.server_failed'],
      { code: 2, message: 'transport.server_failed' },
      'end',
      { ...attributes, 'lienthong.outcome': 'transport.server_failed' },
    ])
  })
})
