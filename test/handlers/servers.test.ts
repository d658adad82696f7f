import { createServer } from 'node:http'
import { connect } from 'node:net'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { answer, bodyMemory, forExpress, forNode, type InboundHandler, jsonAnswer, readBody, routes } from '../../src/handlers/index.js'
import { listening, servers } from './servers.js'

const echo: InboundHandler = async (request) => {
  const body = await readBody(request, { maxBytes: 100_000, withinMs: 60_000 })
  if (!body.ok) return jsonAnswer(body.status, { problem: body.problem })
  return jsonAnswer(200, {
    method: request.method,
    url: request.url,
    length: body.bytes.length,
    hex: Buffer.from(body.bytes.subarray(0, 8)).toString('hex'),
    type: request.headers['content-type'],
  })
}

describe.each(Object.entries(servers))('mounted in %s', (_name, mount) => {
  test('a handler gets the bytes as they were sent, whatever type they are said to have, and the path below its mount', async () => {
    const url = await mount(echo)
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0xff, 0x00, 0x7d])
    for (const type of ['application/json', 'text/xml; charset=utf-8', 'application/x-www-form-urlencoded', 'nonsense', 'text/plain']) {
      const got = await fetch(`${url}/Document//Sync%20x?isUpdating=True`, { method: 'POST', body: bytes, headers: { 'content-type': type } })
      expect(await got.json()).toEqual({ method: 'POST', url: '/Document//Sync%20x?isUpdating=True', length: 7, hex: 'efbbbf7bff007d', type })
    }
    const typeless = await fetch(url, { method: 'PUT', body: new Blob([bytes]).stream(), duplex: 'half' } as RequestInit)
    expect(await typeless.json()).toMatchObject({ method: 'PUT', url: '/', length: 7 })
  })

  test('a body that says it is too large is refused before it is sent, one that does not as soon as it is; the caller gets the answer', async () => {
    const url = await mount(echo)
    const large = await fetch(`${url}/x`, { method: 'POST', body: Buffer.alloc(5_000_000) })
    expect(large.status).toBe(413)
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(60_000)) })
    const stopped = await fetch(`${url}/x`, { method: 'POST', body: endless, duplex: 'half' } as RequestInit)
    expect(stopped.status).toBe(413)
    expect(await stopped.json()).toEqual({ problem: 'more than 100000 bytes' })
  })

  test('a stream is sent as it comes, and to HEAD nothing of it', async () => {
    let released = 0
    async function* parts() {
      try {
        for (let part = 0; part < 50; part++) yield Buffer.alloc(40_000, part)
      } finally {
        released++
      }
    }
    const url = await mount(async () => ({ status: 206, headers: { 'content-type': 'application/pdf' }, body: parts() }))
    const got = await fetch(`${url}/file`)
    expect([got.status, got.headers.get('content-type'), (await got.bytes()).length]).toEqual([206, 'application/pdf', 2_000_000])
    expect((await fetch(`${url}/file`, { method: 'HEAD' })).status).toBe(206)
    expect(released).toBe(1)
  })

  test('an answer that breaks off midway does not look whole', async () => {
    async function* broken() {
      yield Buffer.alloc(1000)
      throw new Error('the disk is gone')
    }
    const url = await mount(async () => ({ status: 200, headers: {}, body: broken() }))
    await expect(fetch(`${url}/file`).then((response) => response.bytes())).rejects.toThrow()
  })

  test('what goes wrong inside says nothing of it to the caller', async () => {
    const url = await mount(async () => {
      throw new Error('Nguyễn Văn Mẫu 099090000001')
    })
    const got = await fetch(url, { method: 'POST', body: 'x' })
    expect(got.status).toBe(500)
    // Express and Fastify show errors in their own way; node:http has none.
    if (_name === 'node:http') expect(await got.text()).toBe('{"error":"internal error"}')
  })

  test('a caller who hangs up ends the signal', async () => {
    const ended = Promise.withResolvers<boolean>()
    const reached = Promise.withResolvers<void>()
    const url = await mount(async ({ signal }) => {
      signal.addEventListener('abort', () => ended.resolve(true), { once: true })
      reached.resolve()
      await ended.promise
      return jsonAnswer(200, {})
    })
    const hangUp = new AbortController()
    const call = fetch(url, { signal: hangUp.signal }).catch(() => 'hung up')
    await reached.promise
    hangUp.abort()
    expect(await Promise.all([call, ended.promise])).toEqual(['hung up', true])
  })
})

test('the rest of a portal keeps its own parsers of bodies', async () => {
  for (const name of ['Express', 'Fastify'] as const) {
    const url = new URL(await servers[name]!(echo))
    const own = await fetch(`${url.origin}/own`, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
    expect(await own.json()).toEqual({ own: { a: 1 } })
  }
})

describe('a body that something before us has read', () => {
  test('is an error that says where to mount, and not an empty message', async () => {
    const errors: unknown[] = []
    const app = express()
    app.use(express.json())
    app.use('/inbound', forExpress(echo))
    app.use(((error, _request, response, _next) => {
      errors.push(error)
      response.status(500).json({})
    }) as express.ErrorRequestHandler)
    const url = await listening(createServer(app))
    const got = await fetch(`${url}/inbound`, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
    expect(got.status).toBe(500)
    expect(errors).toHaveLength(1)
    expect(isLienthongError(errors[0]) && [errors[0].code, errors[0].hint]).toEqual([
      'inbound.body_consumed',
      expect.stringContaining('before `express.json()`'),
    ])
    expect((await fetch(`${url}/inbound/page`)).status).toBe(200)
  })

  test('is taken from express.raw(), which keeps the bytes', async () => {
    const app = express()
    app.use(express.raw({ type: '*/*' }))
    app.use('/inbound', forExpress(echo))
    const url = await listening(createServer(app))
    const got = await fetch(`${url}/inbound`, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
    expect(await got.json()).toMatchObject({ length: 7 })
  })
})

describe('a body', () => {
  test('that comes byte by byte is given up after its time, and the caller is told', async () => {
    const limits = { maxBytes: 1000, withinMs: 50 }
    const url = await listening(
      createServer(
        forNode(async (request) => {
          const body = await readBody(request, limits)
          return answer(body.ok ? 200 : body.status, 'text/plain', '')
        }),
      ),
    )
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc')
    const got = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))))
    expect(got).toMatch(/^HTTP\/1.1 408 /)
    socket.destroy()
  })

  test('that is compressed is refused: a bomb is compressed too', async () => {
    const url = await listening(createServer(forNode(echo)))
    const got = await fetch(url, { method: 'POST', body: 'x', headers: { 'content-encoding': 'gzip' } })
    expect(got.status).toBe(415)
  })

  test('waits for nobody: when others fill the memory it is told to come again, and the memory is given back', async () => {
    const memory = bodyMemory(150_000)
    const held = Promise.withResolvers<void>()
    const inside = Promise.withResolvers<void>()
    const url = await listening(
      createServer(
        forNode(async (request) => {
          const body = await readBody(request, { maxBytes: 200_000, memory })
          if (!body.ok) return jsonAnswer(body.status, {}, { 'retry-after': '1' })
          inside.resolve()
          if (request.url === '/hold') await held.promise
          body.release()
          return jsonAnswer(200, {})
        }),
      ),
    )
    const first = fetch(`${url}/hold`, { method: 'POST', body: Buffer.alloc(100_000) })
    await inside.promise
    expect((await fetch(url, { method: 'POST', body: Buffer.alloc(100_000) })).status).toBe(503)
    held.resolve()
    expect((await first).status).toBe(200)
    expect(memory.used).toBe(0)
    expect((await fetch(url, { method: 'POST', body: Buffer.alloc(100_000) })).status).toBe(200)
  })
})

describe('routes', () => {
  const named =
    (name: string): InboundHandler =>
    async ({ url }) =>
      jsonAnswer(200, { name, url })

  test('the longest path wins, what is below is shown from its root, and one slash more does not matter', async () => {
    const url = await listening(
      createServer(forNode(routes({ 'POST /token': named('token'), '/lgsp/*': named('below'), 'POST /lgsp/Document/SyncDocument': named('sync') }))),
    )
    const ask = async (path: string, method = 'POST') => {
      const got = await fetch(url + path, { method })
      return got.ok ? [await got.json()] : [got.status, got.headers.get('allow')]
    }
    expect(await ask('/token')).toEqual([{ name: 'token', url: '/token' }])
    expect(await ask('/token', 'GET')).toEqual([405, 'POST'])
    expect(await ask('//lgsp//Document/SyncDocument/')).toMatchObject([{ name: 'sync' }])
    expect(await ask('/lgsp/Statistic/UpdateStatistic%20?a=1')).toEqual([{ name: 'below', url: '/Statistic/UpdateStatistic?a=1' }])
    expect(await ask('/lgsp')).toEqual([{ name: 'below', url: '/' }])
    expect(await ask('/nothing')).toEqual([404, null])
    expect(await ask('/__proto__')).toEqual([404, null])
  })

  test('the log names the route, never the address that was called', async () => {
    const lines: unknown[] = []
    const write = (fields: object) => lines.push(fields)
    const logger = { trace: write, debug: write, info: write, warn: write, error: write }
    const url = await listening(createServer(forNode(routes({ '/files/*': named('files') }, { logger }))))
    await fetch(`${url}/files/unguessable?name=Nguyen`)
    await fetch(`${url}/elsewhere/099090000001`)
    expect(lines).toMatchObject([
      { route: '/files/*', method: 'GET', status: 200 },
      { route: null, status: 404 },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/unguessable|Nguyen|099090000001/)
  })
})
