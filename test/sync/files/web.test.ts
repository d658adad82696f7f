/** Addresses that a source names: asked only on configured servers, and only where those may lead. */
import { createServer, type RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { type FileHost, fileOpener } from '../../../src/sync/index.js'
import { isPublicAddress } from '../../../src/transport/index.js'
import { listening } from '../../handlers/servers.js'

const pdf = Buffer.from('%PDF-1.7 một hai ba')

async function read(url: string, hosts: readonly FileHost[], addresses?: readonly string[], range?: { from: number; to: number }) {
  const asked: string[] = []
  const open = fileOpener({
    hosts,
    web: {
      timeouts: { connectMs: 2000 },
      ...(addresses && {
        resolve: async (hostname) => {
          asked.push(hostname)
          return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
        },
      }),
    },
  })
  const done = new AbortController()
  try {
    const opened = await open({ url }, { signal: done.signal, ...(range && { range }) })
    if (opened === null) return 'none'
    const chunks: Uint8Array[] = []
    for await (const chunk of opened.body) chunks.push(chunk)
    return { size: opened.size, range: opened.range, text: Buffer.concat(chunks).toString() }
  } catch (error) {
    if (!isLienthongError(error)) throw error
    return error.code
  } finally {
    done.abort()
  }
}

const server = (answer: RequestListener) => listening(createServer(answer))
const serving: RequestListener = (_request, response) => response.end(pdf)

describe('which addresses are public', () => {
  test.each([
    ...['0.0.0.0', '10.0.0.1', '100.64.1.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['192.0.2.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '255.255.255.255', '240.0.0.1', '192.0.0.1', '198.51.100.1'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:a9fe:a9fe', '::127.0.0.1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'ff02::1'],
    ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:1::', '2001:db8::1', '3fff::1', '100::1', 'localhost', '2130706433', '0x7f.1', ''],
  ])('not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  test.each(['8.8.8.8', '113.160.0.1', '172.32.0.1', '100.128.0.1', '2405:4800::1', '2606:4700::1111'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

describe('what is refused before anything is asked', () => {
  const hosts = [{ origin: 'https://kho.tinh.example.vn' }, { origin: 'http://10.20.1.5:8080' }]
  test.each([
    'https://khac.example.vn/a.pdf',
    'https://kho.tinh.example.vn.attacker.example/a.pdf',
    'https://attacker.example/https://kho.tinh.example.vn/a.pdf',
    'https://kho.tinh.example.vn:8443/a.pdf',
    'http://kho.tinh.example.vn/a.pdf',
    'https://kho.tinh.example.vn@attacker.example/a.pdf',
    'https://user:password@kho.tinh.example.vn/a.pdf',
    'http://127.0.0.1/a.pdf',
    'http://2130706433/a.pdf',
    'http://0x7f000001/a.pdf',
    'http://0177.0.0.1/a.pdf',
    'http://127.1/a.pdf',
    'http://[::1]/a.pdf',
    'http://[::ffff:127.0.0.1]/a.pdf',
    'http://localhost/a.pdf',
    'http://169.254.169.254/latest/meta-data',
    'http://10.20.1.5/a.pdf',
    'http://10.20.1.6:8080/a.pdf',
    'http://168820997:8081/a.pdf',
    'file:///etc/passwd',
    'ftp://kho.tinh.example.vn/a.pdf',
    'data:application/pdf,a',
    '//kho.tinh.example.vn/a.pdf',
    'a.pdf',
    '',
    `https://kho.tinh.example.vn/${'a'.repeat(5000)}`,
  ])('%s', async (url) => {
    expect(await read(url, hosts, ['113.160.0.1'])).toBe('files.refused')
  })
})

describe('a configured name', () => {
  const host = { origin: 'http://kho.tinh.example.vn' }
  test.each([
    [['127.0.0.1']],
    [['10.0.0.1']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['fd00::1']],
    // One of several: which would be taken is chance.
    [['113.160.0.1', '10.0.0.1']],
  ])('that leads to %j is refused', async (addresses) => {
    expect(await read('http://kho.tinh.example.vn/a.pdf', [host], addresses)).toBe('files.refused')
  })

  test('that leads into a network which is configured for it is asked; another private one is still refused', async () => {
    const { port } = new URL(await server(serving))
    const origin = `http://kho.tinh.example.vn:${port}`
    expect(await read(`${origin}/a.pdf`, [{ origin, networks: ['127.0.0.0/8'] }], ['127.0.0.1'])).toMatchObject({ text: pdf.toString() })
    expect(await read(`${origin}/a.pdf`, [{ origin, networks: ['10.0.0.0/8'] }], ['127.0.0.1'])).toBe('files.refused')
  })

  test('is looked up once: the address that was looked at is the one that is connected to', async () => {
    const { port } = new URL(await server(serving))
    const origin = `http://kho.tinh.example.vn:${port}`
    let lookups = 0
    const open = fileOpener({
      hosts: [{ origin, networks: ['127.0.0.1'] }],
      web: {
        // A name that changes its mind: first what may be asked, then the inside.
        resolve: async () => [{ address: ++lookups === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }],
      },
    })
    const done = new AbortController()
    const opened = await open({ url: `${origin}/a.pdf` }, { signal: done.signal })
    for await (const _ of opened?.body ?? []) {
      // Read to its end.
    }
    expect(lookups).toBe(1)
    await expect(open({ url: `${origin}/a.pdf` }, { signal: done.signal })).rejects.toMatchObject({ code: 'files.refused' })
  })
})

describe('a server that was written as an address', () => {
  test('is asked, whole and in parts, and shown what is meant for it', async () => {
    const shown: (string | undefined)[] = []
    const url = await server((request, response) => {
      shown.push(request.headers.authorization)
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
      if (from === undefined) return void response.writeHead(200, { 'content-length': pdf.length }).end(pdf)
      response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${pdf.length}` }).end(pdf.subarray(Number(from), Number(to) + 1))
    })
    const host = { origin: url, headers: { authorization: 'Bearer for-this-one' } }
    expect(await read(`${url}/a.pdf`, [host])).toEqual({ size: pdf.length, range: null, text: pdf.toString() })
    expect(await read(`${url}/a.pdf`, [host], undefined, { from: 0, to: 3 })).toEqual({ size: pdf.length, range: { from: 0, to: 3 }, text: '%PDF' })
    expect(shown).toEqual(['Bearer for-this-one', 'Bearer for-this-one'])
  })

  test.each([
    [301, 'files.refused'],
    [302, 'files.refused'],
    [307, 'files.refused'],
    [404, 'none'],
    [410, 'none'],
    [401, 'transport.refused'],
    [403, 'transport.refused'],
    [429, 'transport.throttled'],
    [500, 'transport.server_failed'],
  ])('and answers %d: %s', async (status, means) => {
    const other = await server(serving)
    const url = await server((_request, response) => void response.writeHead(status, { location: `${other}/inside` }).end('x'))
    expect(await read(`${url}/a.pdf`, [{ origin: url }, { origin: other }])).toBe(means)
  })

  test('and packs what it sends, breaks off, or is not there', async () => {
    const packing = await server((_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'))
    expect(await read(`${packing}/a`, [{ origin: packing }])).toBe('files.refused')
    const breaking = await server((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x')
      setTimeout(() => response.destroy(), 10)
    })
    expect(await read(`${breaking}/a`, [{ origin: breaking }])).toBe('transport.unreachable')
    expect(await read('http://127.0.0.1:9/a', [{ origin: 'http://127.0.0.1:9' }])).toBe('transport.unreachable')
  })
})
