/** Real sockets: what an interceptor cannot show. */
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { isLienthongError, type LienthongError, systemClock } from '../../src/base/index.js'
import { type HttpClientOptions, type HttpRequest, httpClient } from '../../src/transport/index.js'
import { loopback } from './loopback.js'

const client = (options: Partial<HttpClientOptions> = {}) => httpClient({ system: 'national-portal', retry: { attempts: 1 }, ...options })
const write = (url: string): HttpRequest => ({ operation: 'DongBoHoSoMC', method: 'POST', url, body: '{}', repeat: 'if-not-sent' })

async function failureOf(promise: Promise<unknown>): Promise<LienthongError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isLienthongError(error)) throw new Error(`not a LienthongError: ${String(error)}`)
  return error
}

test('nobody listens: not sent', async () => {
  const { url, server } = await loopback((_, response) => response.end('x'))
  await new Promise((resolve) => server.close(resolve))
  expect(await failureOf(client().send(write(url)))).toMatchObject({
    code: 'transport.unreachable',
    kind: 'transient',
    values: { cause: 'ECONNREFUSED' },
  })
})

test('a reset after the request was read leaves a write unknown', async () => {
  let arrived = 0
  const { url } = await loopback((request) => {
    arrived++
    request.resume().on('end', () => request.socket.resetAndDestroy())
  })
  expect(await failureOf(client({ retry: { attempts: 3 } }).send(write(url)))).toMatchObject({
    code: 'transport.unanswered',
    kind: 'unknown',
    values: { cause: 'ECONNRESET' },
  })
  expect(arrived).toBe(1)
})

test('a reset in the middle of an answer leaves a write unknown', async () => {
  const { url } = await loopback((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"error_code"', () => request.socket.resetAndDestroy())
    })
  })
  expect(await failureOf(client().send(write(url)))).toMatchObject({ code: 'transport.unanswered', kind: 'unknown' })
})

test('silence after the request was written ends with the read time-out and leaves a write unknown', async () => {
  const { url } = await loopback((request) => request.resume())
  expect(await failureOf(client({ timeouts: { readMs: 50 } }).send(write(url)))).toMatchObject({
    code: 'transport.unanswered',
    kind: 'unknown',
    values: { cause: 'ETIMEDOUT' },
  })
})

test('a TLS handshake that never ends is a connect time-out: not sent', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<import('node:net').Socket>()
  silent.on('connection', (socket) => sockets.add(socket))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const error = await failureOf(client({ timeouts: { connectMs: 60, readMs: 60_000 } }).send(write(`https://127.0.0.1:${port}`)))
  expect(error).toMatchObject({ code: 'transport.unreachable', kind: 'transient', values: { cause: 'ETIMEDOUT' } })
})

test('a process that was frozen while it connected does not send what must not leave any more', async () => {
  const read: (string | undefined)[] = []
  const { url } = await loopback((request, response) => {
    read.push(request.url)
    response.end('{}')
  })
  let passed = 0
  const clock = { ...systemClock, now: () => systemClock.now() + passed }
  const http = client({ clock, breaker: { failures: 1 } })
  const sent = http.send({ ...write(url), notAfter: systemClock.now() + 10_000 })
  // The connection is under way by now; it stands when the process goes on.
  await Promise.resolve()
  passed = 20_000
  expect(await failureOf(sent)).toMatchObject({ code: 'transport.too_late', kind: 'transient' })
  expect(read).toEqual([])
  // For no fault of the other side's: its breaker stays closed.
  await http.send({ ...write(`${url}/next`), notAfter: clock.now() + 10_000 })
  expect(read).toEqual(['/next'])
})

test('on a kept connection a request counts as sent from the start', async () => {
  let calls = 0
  const ports = new Set<number | undefined>()
  const { url } = await loopback((request, response) => {
    ports.add(request.socket.remotePort)
    if (++calls === 1) request.resume().on('end', () => response.end('ok'))
    else request.socket.resetAndDestroy()
  })
  const keeping = client()
  await keeping.send(write(url))
  expect(await failureOf(keeping.send(write(url)))).toMatchObject({ code: 'transport.unanswered', kind: 'unknown' })
  expect(ports.size).toBe(1)
})

test('an abort ends the call at once and says whether the request may have arrived', async () => {
  const controller = new AbortController()
  const { url } = await loopback((request) => request.resume().on('end', () => controller.abort()))
  const error = await failureOf(client().send({ ...write(url), signal: controller.signal }))
  expect(error).toMatchObject({ code: 'transport.aborted', kind: 'aborted', retryable: false, values: { sent: 'maybe' } })
  const before = await failureOf(client().send({ ...write(url), signal: AbortSignal.abort() }))
  expect(before).toMatchObject({ code: 'transport.aborted', values: { sent: 'no' } })
})

test('an abort also ends the wait for a place', async () => {
  const { url } = await loopback((request) => request.resume())
  const limited = client({ limits: { concurrency: 1 } })
  const first = new AbortController()
  const second = new AbortController()
  const running = failureOf(limited.send({ ...write(url), signal: first.signal }))
  const waiting = failureOf(limited.send({ ...write(url), signal: second.signal }))
  second.abort()
  expect(await waiting).toMatchObject({ code: 'transport.aborted', values: { sent: 'no' } })
  first.abort()
  expect((await running).code).toBe('transport.aborted')
})

test('a compressed answer that nobody asked for is still read', async () => {
  const { gzipSync } = await import('node:zlib')
  const { url } = await loopback((request, response) => {
    expect(request.headers['accept-encoding']).toBe('identity')
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync('Đồng bộ thành công'))
  })
  expect((await client().send(write(url))).text).toBe('Đồng bộ thành công')
})

test('a proxy that is configured is used, with its credentials', async () => {
  const { url } = await loopback((request, response) => {
    response.end(`${request.url} ${request.headers['proxy-authorization']}`)
  })
  const proxied = client({ proxy: url.replace('http://', 'http://cong:mat-khau@') })
  const { text } = await proxied.send(write('http://adapter.example.vn/mapi/g'))
  expect(text).toBe(`http://adapter.example.vn/mapi/g Basic ${Buffer.from('cong:mat-khau').toString('base64')}`)
})
