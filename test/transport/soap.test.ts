import { describe, expect, test } from 'vitest'
import { builtInDescription } from '../../src/connectors/wcf-motcua/description.js'
import { httpClient, type SoapOptions, soapClient } from '../../src/transport/index.js'
import { loopback } from './loopback.js'
import { manualClock } from './manual-clock.js'

const OPERATION = 'MotCua_QuaTrinhXuLys_GetByHoSoID'
const answer = (inside: string) => `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${inside}</s:Body></s:Envelope>`
const good = answer(`<${OPERATION}Response xmlns="http://tempuri.org/"><${OPERATION}Result/></${OPERATION}Response>`)
const fault = (code: string) => answer(`<s:Fault><faultcode>${code}</faultcode><faultstring>Nguyễn Văn Mẫu 099090000001</faultstring></s:Fault>`)

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

async function service(reply: (asked: Asked, call: number) => { status?: number; body: string }, options: Partial<SoapOptions> = {}) {
  const asked: Asked[] = []
  const { url } = await loopback((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      asked.push(one)
      const { status = 200, body: text } = reply(one, asked.length)
      response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' })
      response.end(text)
    })
  })
  const http = httpClient({ system: 'wcf-motcua', hop: 'source', clock: manualClock(), random: () => 0 })
  const client = soapClient({
    system: 'wcf-motcua',
    http,
    endpoint: `${url}/MotCuaService.svc`,
    description: { text: builtInDescription('http://tempuri.org/') },
    security: { kind: 'none' },
    ...options,
  })
  return { client, asked, url, call: () => client.call(OPERATION, { hoSoId: 70107 }) }
}

describe('what goes out', () => {
  test('one envelope with the parameters, and the action of the description', async () => {
    const { call, asked } = await service(() => ({ body: good }))
    await call()
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers.soapaction).toBe(`"http://tempuri.org/IMotCuaService/${OPERATION}"`)
    expect(asked[0]?.body).toMatch(/<(\w+:)?hoSoId>70107<\/\1?hoSoId>/)
    expect(asked[0]?.headers['user-agent']).toBe('lienthong')
  })

  test('a text cannot leave its element', async () => {
    const { client, asked } = await service(() => ({ body: good.replaceAll(OPERATION, 'MotCua_HoSoTiepNhan_Search') }))
    await client.call('MotCua_HoSoTiepNhan_Search', { soBienNhan: '</soBienNhan><admin/>&' })
    expect(asked[0]?.body).toContain('&lt;/soBienNhan&gt;&lt;admin/&gt;&amp;')
  })

  test.each([
    [{ kind: 'username-token', username: 'u', password: 'p@ss', digest: false } as const, /<wsse:Password [^>]*#PasswordText">p@ss</],
    [
      { kind: 'username-token', username: 'u', password: 'p@ss', digest: true } as const,
      /<wsse:Password [^>]*#PasswordDigest">[\w+/=]{28}<.*<wsse:Nonce/,
    ],
  ])('a UsernameToken, as text or digest', async (security, looks) => {
    const { call, asked } = await service(() => ({ body: good }), { security })
    await call()
    expect(asked[0]?.body).toMatch(looks)
    if (security.digest) expect(asked[0]?.body).not.toContain('p@ss')
  })

  test('HTTP Basic, for the description too', async () => {
    const { client, asked, url } = await service(({ method }) => ({ body: method === 'GET' ? builtInDescription('http://tempuri.org/') : good }))
    void client
    const own = soapClient({
      system: 'wcf-motcua',
      http: httpClient({ system: 'wcf-motcua' }),
      endpoint: `${url}/MotCuaService.svc`,
      description: { url: `${url}/MotCuaService.svc?wsdl` },
      security: { kind: 'basic', username: 'u', password: 'p' },
    })
    await own.call(OPERATION, { hoSoId: 1 })
    await own.call(OPERATION, { hoSoId: 2 })
    expect(asked.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ['GET', 'Basic dTpw'],
      ['POST', 'Basic dTpw'],
      ['POST', 'Basic dTpw'],
    ])
  })
})

describe('what comes back', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${good.replace('<s:Body>', '<s:Body><x>&b;</x>')}`

  test.each<[string, { status?: number; body: string }, string]>([
    ['a document type with entities', { body: bomb }, 'soap.unreadable_answer'],
    ['elements without end', { body: answer(`<x>${'<y>'.repeat(5000)}`) }, 'soap.unreadable_answer'],
    ['half an envelope', { body: good.slice(0, 120) }, 'soap.unreadable_answer'],
    ['a login page', { body: '<html><body>Đăng nhập</body></html>' }, 'soap.unreadable_answer'],
    ['JSON', { body: '{"Data":[]}' }, 'soap.unreadable_answer'],
    ['an empty body', { body: answer('') }, 'soap.unreadable_answer'],
    ['nothing', { body: '' }, 'transport.unanswered'],
    ['a refused password', { status: 401, body: good }, 'soap.refused'],
    ['a fault of security, as WCF tells it', { status: 500, body: fault('a:InvalidSecurity') }, 'soap.refused'],
    ['a fault for an action that nobody knows', { status: 500, body: fault('a:ActionNotSupported') }, 'soap.misconfigured'],
    ['a fault of its own, as HTTP 500', { status: 500, body: fault('a:InternalServiceFault') }, 'soap.fault'],
    ['a fault with HTTP 200', { body: fault('s:Server') }, 'soap.fault'],
    ['HTTP 500 without a fault', { status: 500, body: '<html/>' }, 'transport.server_failed'],
  ])('%s is an error of its own, and quotes nothing', async (_, reply, code) => {
    const { call } = await service(() => reply)
    const error = await call().then(
      () => expect.unreachable('it was taken for an answer'),
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code, operation: OPERATION, hop: 'source' })
    expect(JSON.stringify([String(error), (error as { text: unknown }).text])).not.toMatch(/Nguyễn|099090000001/)
  })

  test('a fault of its own is asked for again: reading may be repeated', async () => {
    const { call, asked } = await service((_, call) => (call < 3 ? { status: 500, body: fault('a:InternalServiceFault') } : { body: good }))
    await call()
    expect(asked).toHaveLength(3)
  })
})

describe('descriptions', () => {
  const importing = (location: string) =>
    builtInDescription('http://tempuri.org/').replace(
      '<wsdl:types>',
      `<wsdl:types><xs:schema targetNamespace="urn:x"><xs:import namespace="urn:y" schemaLocation="${location}"/></xs:schema>`,
    )
  const opened = async (body: (url: string) => string) => {
    const asked: string[] = []
    const { url } = await loopback((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(200, { 'content-type': 'text/xml' })
      const schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:y"/>'
      response.end(request.method === 'POST' ? good : (request.url ?? '').includes('wsdl') ? body(url) : schema)
    })
    const client = soapClient({
      system: 'wcf-motcua',
      http: httpClient({ system: 'wcf-motcua', clock: manualClock(), random: () => 0 }),
      endpoint: `${url}/s.svc`,
      description: { url: `${url}/s.svc?wsdl` },
      security: { kind: 'none' },
    })
    return { asked, call: () => client.call(OPERATION, { hoSoId: 1 }) }
  }

  test('a part is fetched from the configured host, whatever machine it names', async () => {
    const { call, asked } = await opened(() => importing('http://may-chu-noi-bo:81/s.svc?xsd=xsd0'))
    await call()
    expect(asked).toEqual(['/s.svc?wsdl', '/s.svc?xsd=xsd0', '/s.svc'])
  })

  test.each(['file:///etc/passwd', 'ftp://may-chu/x.xsd'])('a part at %s is refused', async (location) => {
    const { call, asked } = await opened(() => importing(location))
    await expect(call()).rejects.toMatchObject({ code: 'soap.no_description' })
    expect(asked).toEqual(['/s.svc?wsdl'])
  })

  test.each([
    ['a document type', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><definitions>&e;</definitions>'],
    ['a page', '<html/>'],
    ['half of it', builtInDescription('http://tempuri.org/').slice(0, 500)],
  ])('%s is no description', async (_, body) => {
    const { call } = await opened(() => body)
    await expect(call()).rejects.toMatchObject({ code: 'soap.no_description' })
  })

  test('one that failed is asked for again by the next call', async () => {
    let isIll = true
    const { call } = await opened(() => (isIll ? '<html/>' : builtInDescription('http://tempuri.org/')))
    await expect(call()).rejects.toMatchObject({ code: 'soap.no_description' })
    isIll = false
    await expect(call()).resolves.toBeDefined()
  })
})
