import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../../src/base/index.js'
import { hcmLgspCatalogue } from '../../../src/catalogue/index.js'
import { type HcmLgspOptions, hcmAccessKey, hcmLgsp } from '../../../src/connectors/index.js'
import { loadDefaults } from '../../../src/mappers/index.js'
import { hcmLgspSource } from '../../../src/sync/index.js'
import { checkSource } from '../../../src/testing/index.js'
import { sandboxFor } from '../../sandbox/portal-calls.js'
import { manualClock } from '../../transport/manual-clock.js'

const ORIGIN = 'https://lgsp.example.vn'
const credentials = { appName: 'mot-cua', accessKey: 'canary-access', secretKey: 'canary-secret', partnerCode: '000.00.12.H29' }
const lgsp = (more: Partial<HcmLgspOptions> = {}) =>
  hcmLgsp({ baseUrl: `${ORIGIN}/api`, credentials, clock: manualClock(), random: () => 0, ...more })
const success = (ResultObject: unknown) => ({ StatusCode: 200, Status: 'SUCCESS', Description: '', ThrowException: false, ResultObject })

async function failureOf(promise: Promise<unknown>): Promise<LienthongError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isLienthongError(error)) throw new Error(`not a LienthongError: ${String(error)}`)
  return error
}

describe('on the wire', () => {
  beforeAll(() => nock.disableNetConnect())
  afterEach(() => nock.cleanAll())
  afterAll(() => {
    nock.enableNetConnect()
    nock.restore()
  })

  test('the credentials are base64 of compact JSON in Authorization, with no scheme word before it', async () => {
    const key = hcmAccessKey(credentials)
    expect(JSON.parse(Buffer.from(key, 'base64').toString())).toEqual({
      AccessKey: 'canary-access',
      SecretKey: 'canary-secret',
      AppName: 'mot-cua',
      PartnerCode: '000.00.12.H29',
      PartnerCodeCus: '000.00.12.H29',
    })
    expect(Buffer.from(key, 'base64').toString()).not.toMatch(/\s/)
    nock(ORIGIN)
      .get('/api/APITraCuuDanhMucThuTucHanhChinhTheoMaLinhVuc?MaLinhVuc=G05-KH01')
      .matchHeader('authorization', key)
      .reply(200, success([{ MA_THU_TUC: '1' }]))
    expect(await lgsp().procedures('G05-KH01')).toEqual([{ MA_THU_TUC: '1' }])
  })

  test('with an address for tokens the key goes in a header of its own, beside a token that is fetched once and again when it is lost', async () => {
    const key = hcmAccessKey(credentials)
    const grants = nock(ORIGIN)
      .post('/token', 'grant_type=client_credentials')
      .matchHeader('lgspaccesstoken', key)
      .times(2)
      .reply(200, { access_token: 'made-up', expires_in: 3600 })
    const calls = () => nock(ORIGIN).get('/api/X').matchHeader('lgspaccesstoken', key).matchHeader('authorization', 'Bearer made-up')
    calls().times(2).reply(200, success(1))
    calls().reply(401, '')
    calls().reply(200, success(2))
    const client = lgsp({ tokenUrl: `${ORIGIN}/token` })
    expect([await client.read('X', {}), await client.read('X', {}), await client.read('X', {})]).toEqual([1, 1, 2])
    expect(grants.isDone()).toBe(true)
  })

  test('other names are configuration', async () => {
    nock(ORIGIN).get('/api/DanhMuc?linhVuc=A').reply(200, success([]))
    expect(await lgsp({ catalogue: { service: 'DanhMuc', parameter: 'linhVuc' } }).procedures('A')).toEqual([])
  })

  test.each([
    ['another code', { ...success([]), StatusCode: 500 }, 'hcm-lgsp.refused'],
    ['another status', { ...success([]), Status: 'ERROR' }, 'hcm-lgsp.refused'],
    ['an exception', { ...success([]), ThrowException: true }, 'hcm-lgsp.refused'],
    ['no word about exceptions', { StatusCode: 200, Status: 'SUCCESS', ResultObject: [] }, 'hcm-lgsp.refused'],
    ['code 401', { ...success(null), StatusCode: 401 }, 'hcm-lgsp.not_logged_in'],
    ['a page', '<html>', 'hcm-lgsp.unreadable_answer'],
    ['a result that is no list', success({}), 'hcm-lgsp.unreadable_answer'],
  ])('HTTP 200 with %s is no success', async (_, body, code) => {
    nock(ORIGIN).get(/.*/).times(3).reply(200, body)
    const error = await failureOf(lgsp().procedures('A'))
    expect(error.code).toBe(code)
    expect(`${error.message}${JSON.stringify(error)}`).not.toMatch(/canary/)
  })

  test('an envelope of success counts whatever the HTTP status below 400 says; its code may be text', async () => {
    nock(ORIGIN)
      .get(/.*/)
      .reply(203, { ...success([1]), StatusCode: '200', ThrowException: 'False' })
    expect(await lgsp().procedures('A')).toEqual([1])
  })
})

describe('the sandbox', () => {
  async function platform() {
    const sandbox = await sandboxFor({})
    sandbox.makeProvince({ seed: 2, dossiers: 5, catalogue: 200 })
    const { url, credentials: account } = sandbox.systems['lgsp-hcm']!
    const { appName = '', accessKey = '', secretKey = '' } = account
    const open = (more: Partial<HcmLgspOptions> = {}) =>
      hcmLgsp({ baseUrl: url, credentials: { appName, accessKey, secretKey, partnerCode: '000.00.00.H29' }, ...more })
    return { sandbox, url, open }
  }

  test('gives the whole catalogue, sector by sector, both ways of showing credentials', async () => {
    const { sandbox, url, open } = await platform()
    const truth = sandbox.catalogue()
    for (const client of [open(), open({ tokenUrl: `${url}/token` })]) {
      const sectors = [...new Set((await everySector(sandbox)).map(String))]
      const codes = new Set<string>()
      let end = ''
      for await (const page of hcmLgspCatalogue({ client, sectors }).list({ cursor: null })) {
        expect(page.problems).toEqual([])
        for (const { code } of page.rows) codes.add(code)
        end = page.end
      }
      expect(end).toBe('complete')
      expect(codes.size).toBe(truth.length)
    }
  })

  test('refuses a stranger, and a scheme word before the key', async () => {
    const { url, open } = await platform()
    const stranger = open({ credentials: { ...credentials } })
    expect((await failureOf(stranger.procedures('A'))).code).toBe('hcm-lgsp.not_logged_in')
    const key = hcmAccessKey({ appName: 'lienthong', accessKey: 'sandbox', secretKey: 'sandbox', partnerCode: 'x' })
    const ask = (authorization: string) => fetch(`${url}/APITraCuuDanhMucThuTucHanhChinhTheoMaLinhVuc?MaLinhVuc=A`, { headers: { authorization } })
    expect([(await ask(`Basic ${key}`)).status, (await ask(key)).status]).toEqual([401, 200])
  })
})

/** The sectors of the made-up catalogue, as OpenCPS lists them. */
async function everySector(sandbox: Awaited<ReturnType<typeof sandboxFor>>): Promise<unknown[]> {
  const { url, credentials: account } = sandbox.systems['one-stop-opencps']!
  const authorization = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`
  const answer = await fetch(`${url}/serviceinfos?start=0&end=5000`, { headers: { authorization, groupId: account.groupId ?? '' } })
  return ((await answer.json()) as { data: { domainCode: string }[] }).data.map(({ domainCode }) => domainCode)
}

describe('pushed dossiers as a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-hcm-'))
  const dossier = (n: number, more: object = {}) => ({
    MaHoSo: `000.00.12.H29-250310-000${n}`,
    MaTTHC: '1.001612',
    TenTTHC: 'Đăng ký thành lập hộ kinh doanh',
    NgayTiepNhan: '10/03/2025 08:15:00',
    TrangThaiHoSo: '4',
    ...more,
  })
  const source = (content: unknown, more: object = {}) => {
    const file = join(folder, `${Math.abs(JSON.stringify(content).length)}.json`)
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return hcmLgspSource({ file, tables: loadDefaults('hcm-lgsp'), agencyCode: '000.00.00.H29', ...more })
  }

  test('keeps the promises of a source; of a number that stands there twice the last one counts', async () => {
    const made = source({ DanhSachHoSo: [dossier(1), dossier(2), dossier(1, { TrangThaiHoSo: '10' })] })
    expect(await checkSource(made)).toEqual({ records: 2, broken: [] })
  })

  test('names, list and dates of one’s own', async () => {
    const made = source(
      { items: [{ so: '000.00.12.H29-250310-0001', ngay: '20250310081500', TrangThaiHoSo: 'Đang xử lý' }] },
      { list: 'items', fields: { localCode: 'so', receivedAt: 'ngay' }, dateFormat: 'yyyyMMddHHmmss' },
    )
    for await (const { items } of made.changes(null, { async *open() {} })) {
      for (const item of items) {
        const read = item.read()
        const mapped = read.ok ? await read.value.map() : read
        expect(mapped).toMatchObject({ ok: true, value: { localCode: '000.00.12.H29-250310-0001', status: 4 } })
        expect(read.ok && read.value.traits.flags).toEqual([])
      }
    }
  })

  test.each(['', '{"DanhSachHoSo":[{"MaHoSo":', '{"danhSach":[]}', '[1'])('%j ends in an error and concludes nothing', async (text) => {
    const ends: string[] = []
    const reading = async () => {
      for await (const { end } of source(text).changes(null, { async *open() {} })) ends.push(end)
    }
    expect((await failureOf(reading())).code).toBe('source.format')
    expect(ends).toEqual([])
  })
})
