/** What the handler answers, whatever server it is mounted in and whatever source is behind it. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LienthongError, minutes } from '../../../src/base/index.js'
import type { Instant } from '../../../src/domain/index.js'
import { type FileDesk, type FileDownload, type FileLinksOptions, fileLinks, type InboundRequest } from '../../../src/handlers/index.js'
import { openLedger } from '../../../src/ledger/index.js'
import { type DossierSource, linkFiles, type OpenFile, sliced } from '../../../src/sync/index.js'
import { returned } from '../../mappers/made-up.js'
import { key } from '../../sync/office.js'
import { manualClock } from '../../transport/manual-clock.js'
import { servers } from '../servers.js'
import { pdf } from './office.js'

const TENANT = 'mau'
const CODE = '000.00.12.H99-250305-0011'
const changed = Date.UTC(2026, 9, 8) as Instant
const content = pdf('0123456789'.repeat(200))

interface Opened {
  open: number
  released: number
}

/** A source that counts what is open; it knows ranges, or not, and how long its files are, or not. */
function source(bytes: Uint8Array, more: { ranges?: boolean; size?: boolean; chunk?: number; modified?: Instant | null } = {}) {
  const { ranges = true, size = true, chunk = 300, modified = changed } = more
  const count: Opened = { open: 0, released: 0 }
  const openFile: NonNullable<DossierSource['openFile']> = async (file, { range, signal }): Promise<OpenFile | null> => {
    if ('path' in file && file.path === 'gone.pdf') return null
    if ('path' in file && file.path === 'away.pdf')
      throw new LienthongError('transport.unreachable', { values: { host: 'kho', cause: 'ECONNREFUSED' } })
    if ('path' in file && file.path === 'outside.pdf') throw new LienthongError('files.refused', { values: { problem: 'x' } })
    count.open++
    signal.addEventListener('abort', () => count.released++, { once: true })
    async function* all() {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
    }
    const known = ranges && range !== undefined && 'from' in range && range.to !== undefined
    const part = known ? { from: range.from, to: Math.min(range.to ?? 0, bytes.length - 1) } : null
    return {
      size: size ? bytes.length : null,
      type: 'text/html',
      name: null,
      lastModified: modified,
      range: part,
      body: part ? sliced(all(), part) : all(),
    }
  }
  return { openFile, count }
}

async function desk(
  behind: ReturnType<typeof source> = source(content),
  { name = 'kết quả.pdf', path = 'a.pdf', ...more }: Partial<FileLinksOptions> & { name?: string; path?: string; desk?: Partial<FileDesk> } = {},
) {
  const ledger = await openLedger({ url: 'sqlite::memory:', key, access: 'write' })
  const dossier = { ...returned, sourceId: '1', documents: null, results: [{ ...returned.results![0]!, name, url: null, file: { path } }] }
  const { files, dossier: linked } = linkFiles(
    dossier,
    { tenant: TENANT, source: 'desk', vault: ledger.vault },
    { publicUrl: 'http://x', keyVersion: 1 },
  )
  await ledger.write(async (tx) => {
    for (const { token_digest, list, sealed } of files?.links ?? [])
      await tx
        .insertInto('file_links')
        .values({ tenant: TENANT, token_digest, list, source: 'desk', source_id: '1', sealed, planned_at: 1 })
        .execute()
    await tx
      .insertInto('dossiers')
      .values({
        ...{
          tenant: TENANT,
          source: 'desk',
          source_id: '1',
          source_digest: 'd',
          epoch: 'e',
          version: 1,
          version_run: 1,
          state: 'confirmed',
          reason: null,
        },
        ...{ local_code: CODE, sent_code: CODE, presence: 'present', wire_digest: null, known_steps: '[]', confirmed_versions: 1, open: 0 },
        ...{ received_at: null, closed_at: null, next_at: null, updated_at: 1, quiet_until: null, revision: 1, shard: 0, priority: 0 },
      })
      .execute()
  })
  const downloads: FileDownload[] = []
  const { desk: settings, ...options } = more
  const handler = fileLinks({
    ledger,
    tenants: { [TENANT]: { sources: { desk: behind }, ...settings } },
    onDownload: (download) => downloads.push(download),
    ...options,
  })
  const token = linked.results![0]!.url!.split('/').at(-1) ?? ''
  return { handler, token, downloads, count: behind.count }
}

/** Without a server. */
function ask(url: string, headers: InboundRequest['headers'] = {}, more: Partial<InboundRequest> = {}): InboundRequest {
  async function* nothing(): AsyncGenerator<Uint8Array> {}
  return { method: 'GET', url, headers, remoteAddress: '127.0.0.1', body: nothing(), signal: new AbortController().signal, ...more }
}

async function bytesOf(body: unknown): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe.each(Object.entries(servers))('mounted in %s', (_name, mount) => {
  test('GET gives the file, HEAD what it is, a range its part, a tag what has not changed; everything opened is let go', async () => {
    const { handler, token, downloads, count } = await desk()
    const link = `${await mount(handler)}/${token}`
    const whole = await fetch(link)
    expect(whole.status).toBe(200)
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(content.length),
      'content-disposition': `attachment; filename="ket qua.pdf"; filename*=UTF-8''k%E1%BA%BFt%20qu%E1%BA%A3.pdf`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'accept-ranges': 'bytes',
      'last-modified': 'Thu, 08 Oct 2026 00:00:00 GMT',
      'content-security-policy': expect.stringContaining('sandbox'),
    })
    expect(await whole.bytes()).toEqual(new Uint8Array(content))

    const head = await fetch(link, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), (await head.bytes()).length]).toEqual([200, String(content.length), 0])

    const part = await fetch(link, { headers: { range: 'bytes=700-1299' } })
    expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
      206,
      `bytes 700-1299/${content.length}`,
      '600',
    ])
    expect(await part.bytes()).toEqual(new Uint8Array(content.subarray(700, 1300)))

    const etag = whole.headers.get('etag') ?? ''
    const same = await fetch(link, { headers: { 'if-none-match': `"other", W/${etag}` } })
    expect([same.status, (await same.bytes()).length]).toEqual([304, 0])

    expect((await fetch(link, { method: 'POST', body: 'x' })).status).toBe(405)
    expect((await fetch(link.slice(0, -1))).status).toBe(404)
    expect((await fetch(`${link}/x`)).status).toBe(404)
    expect(downloads.map(({ outcome, bytes, code }) => [outcome, bytes, code])).toEqual([
      ['sent', content.length, CODE],
      ['headers', 0, CODE],
      ['sent', 600, CODE],
      ['not-modified', 0, CODE],
      ['unknown-link', 0, null],
      ['unknown-link', 0, null],
    ])
    await expect.poll(() => count.released).toBe(count.open)
  })

  test('a caller who hangs up in the middle lets go of the source', async () => {
    const bytes = Buffer.concat([content, Buffer.alloc(30_000_000, 1)])
    const { handler, token, downloads, count } = await desk(source(bytes, { chunk: 64_000 }))
    const link = `${await mount(handler)}/${token}`
    await new Promise<void>((resolve, reject) => {
      const request = httpRequest(link, (answer) => {
        answer.once('data', () => {
          answer.destroy()
          resolve()
        })
      })
      request.once('error', reject)
      request.end()
    })
    await expect.poll(() => downloads.map(({ outcome }) => outcome)).toEqual(['hung-up'])
    expect(count.released).toBe(count.open)
    expect(downloads[0]?.bytes).toBeLessThan(bytes.length)
  })
})

describe('ranges', () => {
  const size = content.length
  test.each([
    ['bytes=0-0', 206, [0, 0]],
    ['bytes=0-', 206, [0, size - 1]],
    [`bytes=${size - 1}-`, 206, [size - 1, size - 1]],
    ['bytes=-1', 206, [size - 1, size - 1]],
    ['bytes=-99999', 206, [0, size - 1]],
    ['bytes=10-99999', 206, [10, size - 1]],
    [`bytes=${size}-`, 416, null],
    ['bytes=-0', 416, null],
    ['bytes=5-2', 200, null],
    ['bytes=0-1,5-6', 200, null],
    ['pages=1-2', 200, null],
  ] as const)('%s: %d', async (range, status, part) => {
    for (const ranges of [true, false]) {
      const { handler, token } = await desk(source(content, { ranges }))
      const answer = await handler(ask(`/${token}`, { range }))
      expect(answer.status).toBe(status)
      if (status === 416) expect(answer.headers['content-range']).toBe(`bytes */${size}`)
      else {
        const [from, to] = part ?? [0, size - 1]
        expect(answer.headers['content-range']).toBe(part === null ? undefined : `bytes ${from}-${to}/${size}`)
        expect(await bytesOf(answer.body)).toEqual(content.subarray(from, to + 1))
      }
    }
  })

  test('any range, of a source that knows ranges and of one that does not, is the slice', async () => {
    for (const ranges of [true, false]) {
      const { handler, token } = await desk(source(content, { ranges, chunk: 77 }), { requestsPerMinute: 1_000_000 })
      await fc.assert(
        fc.asyncProperty(fc.nat(size - 1), fc.nat(size), async (from, length) => {
          const answer = await handler(ask(`/${token}`, { range: `bytes=${from}-${from + length}` }))
          expect(answer.status).toBe(206)
          expect(await bytesOf(answer.body)).toEqual(content.subarray(from, from + length + 1))
        }),
        { numRuns: 200 },
      )
    }
  })

  test('If-Range with another tag, a weak one or a date gives the whole file', async () => {
    const { handler, token } = await desk()
    const { etag = '' } = (await handler(ask(`/${token}`, {}, { method: 'HEAD' }))).headers
    const status = async (ifRange: string) => (await handler(ask(`/${token}`, { range: 'bytes=0-1', 'if-range': ifRange }))).status
    expect(etag).toMatch(/^"/)
    expect([await status(etag), await status(`W/${etag}`), await status('"x"'), await status('Thu, 08 Oct 2026 00:00:00 GMT')]).toEqual([
      206, 200, 200, 200,
    ])
    // Of a file whose day is unknown nobody can say that the parts fit together.
    const vague = await desk(source(content, { modified: null }))
    const weak = (await vague.handler(ask(`/${vague.token}`, {}, { method: 'HEAD' }))).headers.etag ?? ''
    expect(weak).toMatch(/^W\/"/)
    expect((await vague.handler(ask(`/${vague.token}`, { range: 'bytes=0-1', 'if-range': weak }))).status).toBe(200)
  })

  test('a file of unknown length comes whole', async () => {
    const { handler, token } = await desk(source(content, { size: false }))
    const answer = await handler(ask(`/${token}`, { range: 'bytes=0-1' }))
    expect([answer.status, answer.headers['accept-ranges'], answer.headers['content-length']]).toEqual([200, 'none', undefined])
    expect(await bytesOf(answer.body)).toEqual(content)
  })
})

describe('what is not served looks like nothing', () => {
  const html = Buffer.from('<html><script>alert(1)</script>%PDF-1.7')
  test.each([
    ['an unknown token', content, { url: `/1.${'a'.repeat(43)}` }, 'unknown-link'],
    ['no token', content, { url: '/' }, 'unknown-link'],
    ['an encoded path', content, { url: '/..%2f..%2fetc%2fpasswd' }, 'unknown-link'],
    ['a file that is gone', content, { path: 'gone.pdf' }, 'no-such-file'],
    ['a file that may not be opened', content, { path: 'outside.pdf' }, 'refused'],
    ['a page in disguise', html, {}, 'type-refused'],
    ['a program in disguise', Buffer.from('MZ\x90\0'), {}, 'type-refused'],
    ['an empty file', Buffer.alloc(0), {}, 'type-refused'],
    ['a type that is not allowed', content, { desk: { types: ['image/png'] as const } }, 'type-refused'],
    ['a file that is too large', content, { desk: { maxBytes: 100 } }, 'too-large'],
    ['a source without a door', content, { desk: { sources: {} } }, 'no-such-file'],
  ])('%s', async (_what, bytes, { url, ...more }: { url?: string } & Parameters<typeof desk>[1], outcome) => {
    const { handler, token, downloads, count } = await desk(source(bytes), more)
    const answer = await handler(ask(url ?? `/${token}`))
    expect(answer).toMatchObject({ status: 404, body: '{"error":"not found"}' })
    expect(downloads).toMatchObject([{ outcome, status: 404 }])
    expect(count.released).toBe(count.open)
  })

  test('a source that is away is 503 with when to come again', async () => {
    const { handler, token, downloads } = await desk(source(content), { path: 'away.pdf' })
    expect(await handler(ask(`/${token}`))).toMatchObject({ status: 503, headers: { 'retry-after': '60' } })
    expect(downloads).toMatchObject([{ outcome: 'source-unreachable', error: 'transport.unreachable', code: CODE }])
  })

  test('a file without a known length that turns out too large ends in the middle', async () => {
    const { handler, token, downloads } = await desk(source(content, { size: false }), { desk: { maxBytes: 1000 } })
    const answer = await handler(ask(`/${token}`))
    await expect(bytesOf(answer.body)).rejects.toThrow('too-large')
    expect(downloads).toMatchObject([{ outcome: 'too-large' }])
  })

  test('a file that became shorter than was promised does not look whole', async () => {
    const short = source(content)
    const { handler, token, downloads } = await desk({
      ...short,
      openFile: async (file, options) => {
        const opened = await short.openFile(file, options)
        return opened && { ...opened, size: content.length + 10, range: null }
      },
    })
    await expect(bytesOf((await handler(ask(`/${token}`))).body)).rejects.toThrow('became-shorter')
    expect(downloads).toMatchObject([{ outcome: 'became-shorter' }])
  })
})

describe('callers', () => {
  test('who guesses is stopped after thirty, and others are not', async () => {
    const clock = manualClock()
    const { handler, token } = await desk(source(content), { clock, requestsPerMinute: 600 })
    const statuses = new Map<number, number>()
    for (let guess = 0; guess < 100; guess++) {
      const { status } = await handler(ask(`/1.${String(guess).padStart(43, 'a')}`, {}, { remoteAddress: '203.0.113.9' }))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect(statuses.get(404)).toBeLessThanOrEqual(31)
    const refused = await handler(ask(`/${token}`, {}, { remoteAddress: '203.0.113.9' }))
    expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, expect.any(Number)])
    expect((await handler(ask(`/${token}`, {}, { method: 'HEAD', remoteAddress: '203.0.113.10' }))).status).toBe(200)
    clock.advance(minutes(1))
    expect((await handler(ask(`/${token}`, {}, { method: 'HEAD', remoteAddress: '203.0.113.9' }))).status).toBe(200)
  })

  test('behind a server of ours the caller is whom that one names; others name nobody', async () => {
    const { handler, token, downloads } = await desk(source(content), { proxies: ['10.0.0.1'] })
    const headers = { 'x-forwarded-for': '1.2.3.4, 203.0.113.9' }
    await handler(ask(`/${token}`, headers, { method: 'HEAD', remoteAddress: '10.0.0.1' }))
    await handler(ask(`/${token}`, headers, { method: 'HEAD', remoteAddress: '10.0.0.2' }))
    expect(downloads.map(({ peer }) => peer)).toEqual(['203.0.113.9', '10.0.0.2'])
  })

  test('so many at once, and no more; whoever is done makes room', async () => {
    const { handler, token } = await desk(source(content), { concurrency: 2 })
    const first = await handler(ask(`/${token}`))
    const second = await handler(ask(`/${token}`))
    expect((await handler(ask(`/${token}`))).status).toBe(503)
    await bytesOf(first.body)
    expect((await handler(ask(`/${token}`, {}, { method: 'HEAD' }))).status).toBe(200)
    await (second.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().return?.()
    expect((await handler(ask(`/${token}`))).status).toBe(200)
  })

  test('a reader who takes nothing is left, and the source let go, although he stays connected', async () => {
    let wake = () => {}
    const clock = {
      now: () => now,
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => {
          wake = resolve
          signal?.addEventListener('abort', () => resolve())
        }),
    }
    let now = 0
    const { handler, token, downloads, count } = await desk(source(content, { chunk: 100 }), { clock, idleMs: 30_000 })
    const answer = await handler(ask(`/${token}`))
    const reader = (answer.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
    await reader.next()
    now = 29_000
    wake()
    await new Promise((resolve) => setImmediate(resolve))
    expect(downloads).toEqual([])
    now = 30_001
    wake()
    await expect.poll(() => downloads.map(({ outcome }) => outcome)).toEqual(['too-slow'])
    expect(count.released).toBe(count.open)
    await expect(reader.next()).rejects.toThrow('too-slow')
  })
})

test('fifty megabytes to a slow reader: what is ahead of him is never more than a few buffers, and in the end he has all of it', async () => {
  const megabyte = Buffer.alloc(1_000_000, 'x')
  let produced = 0
  let received = 0
  let furthestAhead = 0
  const openFile: DossierSource['openFile'] = async () => {
    async function* body() {
      yield Buffer.from('%PDF-1.7\n')
      for (let part = 0; part < 50; part++) {
        produced += megabyte.length
        furthestAhead = Math.max(furthestAhead, produced - received)
        yield Buffer.from(megabyte)
      }
    }
    return { size: 50_000_009, type: null, name: null, lastModified: changed, range: null, body: body() }
  }
  const { handler, token, downloads } = await desk({ openFile, count: { open: 0, released: 0 } })
  const link = `${await servers['node:http']?.(handler)}/${token}`
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(link, resolve).once('error', reject).end()
  })
  for await (const chunk of answer) {
    received += (chunk as Buffer).length
    // A buffer a turn of the event loop, in which a sender who does not wait for him sends a megabyte.
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(received).toBe(50_000_009)
  expect(furthestAhead).toBeLessThan(15_000_000)
  expect(downloads).toMatchObject([{ outcome: 'sent', bytes: 50_000_009 }])
})

test('an unknown link costs what a misshapen one costs: both are looked up by digest and compared with a token of ours', async () => {
  const { handler } = await desk(source(content), { requestsPerMinute: 10_000_000 })
  const times = { unknown: [] as number[], misshapen: [] as number[] }
  for (let round = 0; round < 400; round++) {
    for (const [kind, url] of [
      ['unknown', `/1.${String(round).padStart(43, 'b')}`],
      ['misshapen', '/x'],
    ] as const) {
      const start = performance.now()
      await handler(ask(url))
      times[kind].push(performance.now() - start)
    }
  }
  const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1] ?? 0
  const ratio = median(times.unknown) / median(times.misshapen)
  expect(ratio).toBeGreaterThan(0.4)
  expect(ratio).toBeLessThan(2.5)
})
