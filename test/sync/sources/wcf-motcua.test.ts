import { describe, expect, onTestFinished, test } from 'vitest'
import { type WcfMotCuaOptions, wcfMotCua } from '../../../src/connectors/index.js'
import type { LocalDate } from '../../../src/domain/index.js'
import { parseCodeTables } from '../../../src/mappers/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import { wcfSource } from '../../../src/sync/index.js'
import { checkSource } from '../../../src/testing/index.js'
import { manualClock } from '../../transport/manual-clock.js'
import { officeOf } from './td-office.js'

/** What this installation shows besides, and what its words mean. */
const fields = {
  dossier: {
    applicantKind: 'LoaiDoiTuongID',
    channel: 'HinhThucNop',
    returnBy: 'NoiNhanKetQuaID',
    finishedAt: 'NgayKetThuc',
    agencyCode: 'MaDonVi',
    agencyName: 'TenDonVi',
    note: 'GhiChu',
  },
} as const
const words = {
  product: 'wcf-motcua',
  applicantKinds: { CN: 'citizen', DN: 'business', TC: 'organization' },
  channels: { TT: 'online', TTIEP: 'direct' },
  returnWays: { '1': 'counter', '2': 'post' },
}

async function wcfOffice(options: { dossiers: number; security?: 'none' | 'basic' | 'username-token'; client?: Partial<WcfMotCuaOptions> }) {
  const { dossiers, security = 'username-token' } = options
  const sandbox = await startSandbox({ options: { wcf: { security } } })
  onTestFinished(() => sandbox.stop())
  const setup = sandbox.makeProvince({ seed: 3, dossiers })
  const { url = '', credentials = {} } = sandbox.systems['one-stop-wcf'] ?? {}
  const login = { username: credentials.username ?? '', password: credentials.password ?? '' }
  const known = {
    none: { kind: 'none' },
    basic: { kind: 'basic', ...login },
    'username-token': { kind: 'username-token', ...login, digest: true },
  } as const
  const client = wcfMotCua({
    // The JSON binding lies beside the service, at MC/.
    url: options.client?.binding === 'json' ? url.slice(0, url.lastIndexOf('/')) : url,
    security: known[security],
    timeouts: { readMs: 2000 },
    retry: { attempts: 6, firstMs: 1, maxMs: 5 },
    random: () => 0.5,
    ...options.client,
  })
  const tables = parseCodeTables(words, 'test', 'wcf-motcua')
  const source = wcfSource({
    client,
    tables,
    agencyCode: setup.agencyCode,
    since: setup.oldest.slice(0, 10) as LocalDate,
    fields,
    pageSize: 25,
    clock: manualClock(Date.parse(setup.now)),
  })
  return { sandbox, setup, client, source, url, ...(await officeOf(sandbox, { source, tables })) }
}

/** The service has no operation for fees. */
const untold = ['DanhSachLePhi'] as const

describe('WCF over SOAP', () => {
  test('a province is synced with faults on the way, followed, and the portal holds what it must', async () => {
    const office = await wcfOffice({ dossiers: 80 })
    office.sandbox.faults({
      rules: (['http-500', 'reset', 'garbage', 'empty', 'reject'] as const).map((kind) => ({
        system: 'one-stop-wcf',
        service: '*',
        kind,
        probability: 0.06,
      })),
    })
    for (let day = 0; day < 3; day++) {
      for (let pass = 0; pass < 8; pass++) if ((await office.run()).outcome === 'done') break
      const verdict = await office.verdict({ untold })
      expect(verdict, JSON.stringify(verdict.examples)).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })
      office.sandbox.advance(3)
    }
    const { total, byKind } = office.sandbox.injected()
    expect(total).toBeGreaterThan(20)
    expect(Object.keys(byKind).length).toBe(5)
  }, 60_000)

  test.each([
    ['a digest', 'username-token', {}],
    ['HTTP Basic', 'basic', {}],
    ['nobody', 'none', {}],
    ['a digest, by our own description', 'username-token', { wsdl: 'built-in' }],
    ['nobody, with an action of its own', 'none', { wsdl: 'built-in', action: 'http://tempuri.org/IMotCuaService/{operation}' }],
    ['HTTP Basic, in JSON', 'basic', { binding: 'json' }],
    ['nobody, in JSON', 'none', { binding: 'json' }],
  ] as const)('who calls is told by %s, and the same dossiers are read', async (_, security, more) => {
    const { client, sandbox } = await wcfOffice({ dossiers: 12, security, client: more })
    const page = await client.dossiers({ page: 1, pageSize: 100, receivedFrom: '2015-01-01', receivedTo: '2100-01-01' })
    expect(page.total).toBe(page.rows.length)
    expect(page.rows.length).toBeGreaterThan(5)
    const [one] = sandbox.expected()
    expect(await client.steps(String(one?.dossierId))).toHaveLength(one?.steps.length ?? -1)
    expect(await client.dossier(String(one?.dossierId))).not.toBeNull()
    expect(await client.dossier('1')).toBeNull()
  })
})

test('the source keeps its promises', async () => {
  const { source } = await wcfOffice({ dossiers: 60 })
  const { records, broken } = await checkSource(source)
  expect(broken).toEqual([])
  expect(records).toBeGreaterThan(40)
})
