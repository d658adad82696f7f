import { describe, expect, onTestFinished, test } from 'vitest'
import { LienthongError } from '../../../src/base/index.js'
import { type WcfMotCua, type WcfMotCuaOptions, wcfMotCua } from '../../../src/connectors/index.js'
import type { LocalDate } from '../../../src/domain/index.js'
import { parseCodeTables } from '../../../src/mappers/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import { wcfSource } from '../../../src/sync/index.js'
import { checkSource, type SourceWorld, sourceCases } from '../../../src/testing/index.js'
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

describe('the promises of a source', () => {
  // Days of reception, each with so many dossiers, as the service would show them.
  let rows: { HoSoID: string; SoBienNhan: string; NgayNhan: string; TrangThaiHoSoID: string }[] = []
  let issued = 0
  let failing: number | undefined
  const add = (day = 10) => {
    issued += 1
    const row = {
      HoSoID: String(70_000 + issued),
      SoBienNhan: `000.00.12.H99-250310-${String(issued).padStart(4, '0')}`,
      NgayNhan: `2025-03-${day}T08:15:00`,
      TrangThaiHoSoID: '4',
    }
    rows = [...rows, row]
    return row.HoSoID
  }
  const client: WcfMotCua = {
    host: 'motcua.test',
    async dossiers({ page, pageSize, receivedFrom, receivedTo }) {
      const hits = rows.filter(({ NgayNhan }) => NgayNhan.slice(0, 10) >= receivedFrom && NgayNhan.slice(0, 10) <= receivedTo)
      if (failing !== undefined && page * pageSize > failing)
        throw new LienthongError('soap.fault', { values: { operation: 'search', problem: 'x' } })
      return { rows: hits.slice((page - 1) * pageSize, page * pageSize), total: hits.length }
    },
    dossier: async (id) => rows.find(({ HoSoID }) => HoSoID === id) ?? null,
    steps: async () => [],
    states: async () => [],
  }
  const tables = parseCodeTables({ product: 'wcf-motcua', status: { '4': 4, '9': 9 } }, 'test', 'wcf-motcua')
  const open = () =>
    wcfSource({
      client,
      tables,
      agencyCode: '000.00.00.H99',
      since: '2025-03-01' as LocalDate,
      pageSize: 3,
      clock: manualClock(Date.UTC(2025, 2, 20, 3)),
    })
  const world = (): SourceWorld => {
    rows = []
    failing = undefined
    for (let n = 0; n < 5; n++) add()
    return {
      keys: () => rows.map(({ HoSoID }) => HoSoID),
      add: () => add(11),
      addMany: (count) => {
        for (let n = 0; n < count; n++) add(11)
      },
      addLate: () => add(10),
      change: (key) => {
        rows = rows.map((row) => (row.HoSoID === key ? { ...row, TrangThaiHoSoID: '9' } : row))
      },
      remove: (key) => {
        rows = rows.filter(({ HoSoID }) => HoSoID !== key)
      },
      spoil: (key) => {
        rows = rows.map((row) => (row.HoSoID === key ? { ...row, HoSoID: '' } : row))
      },
      failAfter: (records) => {
        failing = records
      },
    }
  }
  for (const { name, run } of sourceCases({ open, world })) test(name, (context) => run(context))
})

test('over SOAP, too, equal records have equal bytes', async () => {
  const { source } = await wcfOffice({ dossiers: 60 })
  const { records, broken } = await checkSource(source)
  expect(broken).toEqual([])
  expect(records).toBeGreaterThan(40)
})
