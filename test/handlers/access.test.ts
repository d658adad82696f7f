import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { type AccessPolicy, guarded, type InboundRequest, jsonAnswer } from '../../src/handlers/index.js'

const secret = { header: 'X-Key', value: 'made-up-secret-16' }

async function status(policy: AccessPolicy, remoteAddress: string | undefined, headers: InboundRequest['headers'] = {}): Promise<number> {
  const handler = guarded(async () => jsonAnswer(200, {}), policy)
  const request = { method: 'POST', url: '/', headers, remoteAddress, body: (async function* () {})(), signal: new AbortController().signal }
  return (await handler(request)).status
}

function refusalOf(policy: AccessPolicy): unknown {
  try {
    guarded(async () => jsonAnswer(200, {}), policy, 'relay.access')
    return 'started'
  } catch (error) {
    return isLienthongError(error) ? [error.code, error.values.place] : error
  }
}

describe('a route without a signature', () => {
  test('does not start before somebody says who may call it', () => {
    expect(refusalOf({})).toEqual(['config.invalid', 'relay.access'])
    expect(refusalOf({ proxies: ['10.0.0.1'] })).toEqual(['config.invalid', 'relay.access'])
    expect(refusalOf({ insecure: false })).toEqual(['config.invalid', 'relay.access'])
    expect(refusalOf({ insecure: true })).toBe('started')
  })

  test.each<[string, AccessPolicy, string]>([
    ['a network that is none', { peers: ['10.0.0.0/8', '10.0.0/8'] }, 'relay.access.peers[1]'],
    ['a prefix that is too long', { peers: ['10.0.0.0/33'] }, 'relay.access.peers[0]'],
    ['a prefix that is no number', { peers: ['10.0.0.0/'] }, 'relay.access.peers[0]'],
    ['a name', { peers: ['motcua.example.vn'] }, 'relay.access.peers[0]'],
    ['a proxy that is no address', { peers: [], proxies: ['nginx'] }, 'relay.access.proxies[0]'],
    ['a secret that can be guessed', { secret: { header: 'x-key', value: 'secret' } }, 'relay.access.secret'],
    ['a certificate header that anybody can write', { clientCertificate: { header: 'x-verify', values: ['SUCCESS'] } }, 'relay.access.proxies'],
    [
      'a certificate header without a value',
      { clientCertificate: { header: 'x-verify', values: [] }, proxies: ['10.0.0.1'] },
      'relay.access.clientCertificate.values',
    ],
  ])('does not start with %s, and names the setting', (_what, policy, place) => {
    expect(refusalOf(policy)).toEqual(['config.invalid', place])
  })
})

describe('who may call', () => {
  test('only networks that are named, in either family, also as an IPv4 address in IPv6 clothes', async () => {
    const peers = ['10.20.0.0/16', 'fd00::/8']
    expect(await status({ peers }, '10.20.255.1')).toBe(200)
    expect(await status({ peers }, '::ffff:10.20.1.1')).toBe(200)
    expect(await status({ peers }, 'fd12::1')).toBe(200)
    expect(await status({ peers }, 'fd12::1%eth0')).toBe(200)
    expect(await status({ peers }, '10.21.0.1')).toBe(403)
    expect(await status({ peers }, '::1')).toBe(403)
    expect(await status({ peers }, undefined)).toBe(403)
    expect(await status({ peers: [] }, '10.20.0.1')).toBe(403)
  })

  test('whoever knows the secret, and nobody with a part of it', async () => {
    expect(await status({ secret }, '10.0.0.1', { 'x-key': secret.value })).toBe(200)
    expect(await status({ secret }, '10.0.0.1', { 'x-key': secret.value.slice(0, -1) })).toBe(401)
    expect(await status({ secret }, '10.0.0.1', { 'x-key': '' })).toBe(401)
    expect(await status({ secret }, '10.0.0.1')).toBe(401)
  })

  test('all that is set has to hold', async () => {
    const policy = { secret, peers: ['10.0.0.1'] }
    expect(await status(policy, '10.0.0.1', { 'x-key': secret.value })).toBe(200)
    expect(await status(policy, '10.0.0.2', { 'x-key': secret.value })).toBe(403)
    expect(await status(policy, '10.0.0.1')).toBe(401)
  })

  test('a forwarded address is believed from our own servers only, and only the part they wrote', async () => {
    const policy = { peers: ['10.20.0.0/16'], proxies: ['127.0.0.1', '10.1.1.1'] }
    expect(await status(policy, '127.0.0.1', { 'x-forwarded-for': '10.20.0.9' })).toBe(200)
    expect(await status(policy, '127.0.0.1', { 'x-forwarded-for': '10.20.0.9, 10.1.1.1' })).toBe(200)
    expect(await status(policy, '127.0.0.1', { 'x-forwarded-for': '10.20.0.9, 203.0.113.5' })).toBe(403)
    expect(await status(policy, '127.0.0.1')).toBe(403)
    expect(await status(policy, '203.0.113.5', { 'x-forwarded-for': '10.20.0.9' })).toBe(403)
  })

  test('a certificate that our own server has checked', async () => {
    const policy = { clientCertificate: { header: 'X-SSL-Client-Verify', values: ['SUCCESS'] }, proxies: ['127.0.0.1'] }
    expect(await status(policy, '127.0.0.1', { 'x-ssl-client-verify': 'SUCCESS' })).toBe(200)
    expect(await status(policy, '127.0.0.1', { 'x-ssl-client-verify': 'FAILED' })).toBe(403)
    expect(await status(policy, '127.0.0.1', { 'x-ssl-client-verify': ['SUCCESS', 'SUCCESS'] })).toBe(403)
    expect(await status(policy, '127.0.0.1')).toBe(403)
    expect(await status(policy, '10.0.0.1', { 'x-ssl-client-verify': 'SUCCESS' })).toBe(403)
  })
})
