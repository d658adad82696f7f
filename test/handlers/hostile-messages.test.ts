/** What an attacker, or a sender gone mad, pushes: refused with a reason, and the memory stays where it was. */
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { forNode, lgspReceiver } from '../../src/handlers/index.js'
import { clients, document, lgspOffice, memoryInbox, relayOffice } from './lgsp-office.js'
import { listening } from './servers.js'

const MB = 1024 * 1024

/** The most that buffers held beyond what they held before. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().arrayBuffers)
  }, 5)
  await work()
  clearInterval(watch)
  return peak - before
}

function stream(url: string, headers: Readonly<Record<string, string>>, chunks: Iterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    // Whoever is refused while he still writes finds the connection closed.
    call.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' || error.code === 'ECONNRESET' ? undefined : reject(error)))
    const rest = chunks[Symbol.iterator]()
    const write = (): void => {
      const { value, done } = rest.next()
      if (done === true || call.destroyed) call.end()
      else if (call.write(value)) setImmediate(write)
      else call.once('drain', write)
    }
    write()
  })
}

test('one line of 100 MB is refused while it comes', async () => {
  const { url, token, inbox } = await lgspOffice({ maxBodyBytes: 4 * MB })
  const headers = { authorization: `Bearer ${await token()}` }
  const line = function* () {
    yield Buffer.from('{"DocCode":"')
    const chunk = Buffer.alloc(MB / 4, 0x61)
    for (let sent = 0; sent < 100 * MB; sent += chunk.length) yield chunk
  }
  let status = 0
  const peak = await peakOf(async () => {
    status = await stream(`${url}/Document/SyncDocument`, headers, line())
  })
  expect(status).toBe(413)
  expect(peak / MB).toBeLessThan(60)
  expect((await inbox.standing()).rejected).toBe(0)
  expect((await fetch(`${url}/Document/SyncDocument`, { method: 'POST', headers, body: JSON.stringify(document()) })).status).toBe(200)
})

test('of thirty large messages at once each is taken or told to come again; none is lost silently', async () => {
  const { url, token } = await lgspOffice({ maxBodyBytes: 4 * MB, maxMemoryBytes: 8 * MB })
  const headers = { authorization: `Bearer ${await token()}` }
  const body = JSON.stringify(document({ Note: 'x'.repeat(2 * MB) }))
  const statuses = await Promise.all(
    Array.from({ length: 30 }, () => fetch(`${url}/Document/SyncDocument`, { method: 'POST', headers, body }).then(({ status }) => status)),
  )
  // How many come at once is the machine's matter; whoever is not taken is told to come again.
  expect(statuses.every((status) => status === 200 || status === 503)).toBe(true)
  expect(statuses).toContain(200)
  expect((await fetch(`${url}/Document/SyncDocument`, { method: 'POST', headers, body })).status).toBe(200)
})

test.each<[string, string, RegExp]>([
  ['JSON that is nested a million times', '['.repeat(1_000_000), /nested deeper than 64/],
  ['objects inside objects', '{"a":'.repeat(100_000), /nested deeper than 64/],
  ['depth hidden behind a text full of quotes', `["\\\\\\"[[[[",${'['.repeat(100)}`, /nested deeper than 64/],
  [
    'an entity bomb',
    `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n || ''};`.repeat(10)}">`).join('')}]><MSyncDocument><DocCode>&lol9;</DocCode></MSyncDocument>`,
    /document type/,
  ],
  [
    'a file of ours as an entity',
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><MSyncDocument><DocCode>&f;</DocCode></MSyncDocument>',
    /document type/,
  ],
  ['XML that is nested a million times', '<a>'.repeat(1_000_000), /nested deeper than/],
])('%s is refused before it costs anything', async (_what, body, reason) => {
  const lgsp = await lgspOffice()
  const started = performance.now()
  const [status, answer] = await lgsp.send('/Document/SyncDocument', body)
  expect([status, answer.Status]).toEqual([400, 0])
  expect(answer.Message).toMatch(reason)
  expect(performance.now() - started).toBeLessThan(20_000)
  if (body.startsWith('<')) return
  const relay = await relayOffice()
  expect((await relay.push(body))[1]).toMatchObject({ error_code: '-1', message: expect.stringMatching(reason) })
})

test('prototypes stay as they are', async () => {
  const { send, inbox } = await lgspOffice()
  const body = JSON.stringify(document({ DocFees: [{ FeeName: 'a', Price: 1 }] })).replace(
    '{',
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
  )
  expect((await send('/Document/SyncDocument', body))[0]).toBe(200)
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
  expect((await inbox.changedAfter(0, 1)).records[0]?.state).not.toContain('polluted')
})

test('a body that drips is given up, and others go on meanwhile', async () => {
  const inbox = memoryInbox()
  const url = await listening(createServer(forNode(lgspReceiver({ inbox, clients, withinMs: 300 }))))
  const login = () =>
    fetch(`${url}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'one-stop', client_secret: 'made-up-consumer-secret' }),
    })
  const { access_token } = (await (await login()).json()) as { access_token: string }
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))))
  socket.write(`POST /Document/SyncDocument HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${access_token}\r\ncontent-length: 1000\r\n\r\n{"DocCode":`)
  const drip = setInterval(() => socket.write(' '), 20)
  expect((await login()).status).toBe(200)
  expect(await answered).toMatch(/^HTTP\/1.1 408 /)
  clearInterval(drip)
  socket.destroy()
  expect(await inbox.standing()).toMatchObject({ dossiers: 0, rejected: 0 })
})
