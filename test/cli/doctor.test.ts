import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { newestVersion, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { loopback } from '../transport/loopback.js'
import { document, emptyFolder, lienthong } from './command-line.js'
import { file, type InstalledProvince, installedProvince, TENANT } from './installed-province.js'

interface Told {
  readonly id: string
  readonly state: string
  readonly what: string
  readonly hint?: string
  readonly code?: string
  readonly hop?: string
  readonly details?: readonly { readonly rule: string; readonly severity: string; readonly value: string | null; readonly dossiers: number }[]
}

/** A province whose tables and procedures know everything: only what a test breaks is broken. */
async function healthyProvince(dossiers = 12, options: Omit<Parameters<typeof installedProvince>[0], 'dossiers'> = {}): Promise<InstalledProvince> {
  const province = await installedProvince({ dossiers, ...options })
  const procedures = readFileSync(file(province, 'procedures.jsonl'), 'utf8')
  writeFileSync(file(province, 'procedures.jsonl'), procedures.replaceAll('"nationalCode":null', '"nationalCode":"1.001612"'))
  const tables = readFileSync(file(province, 'tables.yaml'), 'utf8')
  writeFileSync(file(province, 'tables.yaml'), tables.replace(/^status:/m, 'status:\n  chuyen_kho_cu: 10'))
  return province
}

async function examined(province: { readonly folder: string }) {
  const { code, json } = await document(['doctor'], province)
  const tenants = json.tenants as { tenant: string; checks: Told[] }[]
  const all = [...(json.checks as Told[]), ...tenants.flatMap(({ checks }) => checks)]
  const check = (id: string): Told => {
    const found = all.find((one) => one.id === id)
    if (!found) throw new Error(`no check ${id} among ${all.map((one) => one.id).join(', ')}`)
    return found
  }
  return { code, json, all, check, bad: all.filter(({ state }) => state === 'error').map(({ id }) => id) }
}

type OpenCpsConfig = { url: string; groupId: string | number; retry?: unknown; tables?: unknown }
function oneStop(tenant: { sources: Record<string, unknown> }): OpenCpsConfig {
  return tenant.sources['one-stop'] as OpenCpsConfig
}

afterEach(() => vi.useRealTimers())

describe('a province in order', () => {
  test('every check is told in one line, the end is 0, and nothing was sent or written', async () => {
    const province = await healthyProvince()
    const { code, all, json } = await examined(province)
    expect(all.filter(({ state }) => state === 'error' || state === 'skipped')).toEqual([])
    expect(code).toBe(0)
    expect(json).toMatchObject({ schema: 1, tenants: [{ tenant: TENANT }] })
    expect(all.map(({ id }) => id)).toEqual([
      'config',
      'ledger.key',
      'ledger',
      'ledger.disk',
      'production',
      'secrets',
      'tables',
      'procedures',
      'sources.one-stop.reach',
      'sources.one-stop.login',
      'sources.one-stop.clock',
      'portal.reach',
      'portal.login',
      'portal.read',
      'portal.clock',
      'payments.TINHMAU.reach',
      'payments.TINHMAU.query',
      'payments.clock',
      'sources.one-stop.coverage',
      'sources.one-stop.records',
    ])
    expect(province.sandbox.requests()).toMatchObject({ writes: 0, logins: 1 })
    expect(existsSync(file(province, 'lienthong.db'))).toBe(false)
  })

  test('people read marks and arrows, in their language', async () => {
    const province = await healthyProvince()
    const english = await lienthong(['doctor'], province)
    expect(english.out).toMatch(/^✓ Configuration /m)
    expect(english.out).toMatch(/^! There is no ledger .*\n {4}→ /m)
    const { out } = await lienthong(['doctor', '--lang', 'vi'], province)
    expect(out).toMatch(/^✓ Cấu hình /m)
    expect(out).toMatch(/^✓ national-portal: đồng hồ khớp/m)
  })

  test('interrupted it ends with 130', async () => {
    const province = await healthyProvince()
    expect((await lienthong(['doctor'], { ...province, signal: AbortSignal.abort() })).code).toBe(130)
  })

  test('names of citizens stay out of what it prints', async () => {
    const province = await installedProvince({ dossiers: 60 })
    const { out } = await lienthong(['doctor', '--json'], province)
    for (const { record } of province.sandbox.expected()) expect(out.toUpperCase()).not.toContain(record.ChuHoSo.toUpperCase())
  })
})

describe('configuration', () => {
  test('without a file it ends with 2 and says where it looked', async () => {
    const folder = emptyFolder()
    const { code, json } = await document(['doctor'], { folder })
    expect(code).toBe(2)
    expect(json).toMatchObject({
      error: { code: 'config.file_missing' },
      checks: [{ id: 'config', state: 'error', code: 'config.file_missing' }],
      tenants: [],
    })
  })

  test('a misspelt setting is named with the right one', async () => {
    const province = await healthyProvince()
    province.configure((_, tenant) => Object.assign(tenant, { agencycode: 'x' }))
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('config').what).toContain('“agencyCode”')
  })

  test('every missing secret is named at once, also that of a source', async () => {
    const province = await healthyProvince()
    rmSync(file(province, 'secrets/portal-password'))
    rmSync(file(province, 'secrets/one-stop-password'))
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('secrets')).toMatchObject({ state: 'error', code: 'config.secret_missing' })
    expect(check('secrets').what).toContain(`tenants.${TENANT}.sources.one-stop.credentials.password`)
    expect(check('secrets').what).toContain(`tenants.${TENANT}.portal.credentials.password`)
    expect(check('sources.one-stop.settings').state).toBe('error')
    expect(check('portal.settings').state).toBe('error')
    expect(check('sources.one-stop.coverage').state).toBe('skipped')
  })

  test.skipIf(process.platform === 'win32')('a secret and a key that others can read are a warning', async () => {
    const province = await healthyProvince()
    chmodSync(file(province, 'secrets/portal-password'), 0o644)
    chmodSync(file(province, 'lienthong.key'), 0o640)
    const { code, check } = await examined(province)
    expect(code).toBe(0)
    expect(check('secrets')).toMatchObject({ state: 'warn', hint: `chmod 600 ${file(province, 'secrets/portal-password')}` })
    expect(check('ledger.key')).toMatchObject({ state: 'warn', hint: `chmod 600 ${file(province, 'lienthong.key')}` })
  })

  test('a code table with a wrong key ends with 2 and keeps nobody from checking the rest', async () => {
    const province = await healthyProvince()
    writeFileSync(file(province, 'tables.yaml'), 'stats: {}\n')
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('tables')).toMatchObject({ state: 'error', code: 'config.unknown_key' })
    expect(check('tables').what).toContain('tables.yaml')
  })

  test('a list of procedures is told by its damaged line, its emptiness, or what has no national code', async () => {
    const province = await installedProvince({ dossiers: 3 })
    expect((await examined(province)).check('procedures')).toMatchObject({ state: 'warn', what: expect.stringContaining('NB_thenv') as string })
    writeFileSync(file(province, 'procedures.jsonl'), '')
    expect((await examined(province)).check('procedures')).toMatchObject({ state: 'warn', what: 'The list of procedures is empty.' })
    writeFileSync(file(province, 'procedures.jsonl'), '{"name":"Thủ tục mẫu","localCode":"1.001612"}\n{oops\n')
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('procedures').what).toContain('procedures.jsonl, line 2')
    expect(check('portal.login').state).toBe('ok')
  })
})

describe('ledger', () => {
  const key = (province: InstalledProvince) => parseLedgerKey(readFileSync(file(province, 'lienthong.key'), 'utf8'))!
  const create = async (province: InstalledProvince) =>
    openLedger({ url: `sqlite:${file(province, 'lienthong.db')}`, key: key(province), access: 'write', command: 'sync run' })

  test.each([
    ['gone', (path: string) => rmSync(path)],
    ['too short', (path: string) => writeFileSync(path, 'c2hvcnQ=')],
  ])('a key that is %s ends with 4', async (_, spoil) => {
    const province = await healthyProvince()
    spoil(file(province, 'lienthong.key'))
    const { code, check } = await examined(province)
    expect(code).toBe(4)
    expect(check('ledger.key')).toMatchObject({ state: 'error', code: 'ledger.key_missing' })
    expect(check('ledger').state).toBe('skipped')
    expect(check('portal.login').state).toBe('ok')
  })

  test('whoever writes it is named, and that alone is no failure', async () => {
    const province = await healthyProvince()
    const ledger = await create(province)
    try {
      const { code, check } = await examined(province)
      expect(code).toBe(0)
      expect(check('ledger')).toMatchObject({ state: 'warn', what: expect.stringContaining(`process ${process.pid}`) as string })
      expect(check('ledger').what).toContain('sync run')
    } finally {
      await ledger.close()
    }
    expect((await examined(province)).check('ledger')).toMatchObject({
      state: 'ok',
      what: expect.stringContaining(`schema version ${newestVersion}`) as string,
    })
    // Asking did not take the lock away from whoever comes next.
    await (await create(province)).close()
  })

  test.each<[string, string, (province: InstalledProvince) => void]>([
    ['of another key', 'ledger.key_wrong', (province) => writeFileSync(file(province, 'lienthong.key'), Buffer.alloc(32, 7).toString('base64'))],
    ['that is damaged', 'ledger.unreadable', (province) => writeFileSync(file(province, 'lienthong.db'), 'no database at all'.repeat(100))],
    [
      'of a newer version',
      'ledger.newer',
      (province) => {
        const database = new DatabaseSync(file(province, 'lienthong.db'))
        database.exec(`update meta set value = '99' where name = 'schema'`)
        database.close()
      },
    ],
    [
      'in a folder that does not exist',
      'ledger.unreadable',
      (province) =>
        province.configure((config) => {
          config.ledger.url = 'sqlite:./nowhere/lienthong.db'
        }),
    ],
  ])('a ledger %s ends with 4', async (_, errorCode, spoil) => {
    const province = await healthyProvince()
    await (await create(province)).close()
    for (const suffix of ['-wal', '-shm']) rmSync(file(province, `lienthong.db${suffix}`), { force: true })
    spoil(province)
    const { code, check } = await examined(province)
    expect(code).toBe(4)
    expect(check('ledger')).toMatchObject({ state: 'error', code: errorCode })
  })

  test('a ledger in memory is a warning: it forgets', async () => {
    const province = await healthyProvince()
    province.configure((config) => {
      config.ledger.url = 'sqlite::memory:'
    })
    const { code, check } = await examined(province)
    expect(code).toBe(0)
    expect(check('ledger').state).toBe('warn')
    expect(check('ledger.disk').state).toBe('skipped')
  })
})

describe('sources', () => {
  const only = (province: InstalledProvince, source: Record<string, unknown>) =>
    province.configure((_, tenant) => {
      tenant.sources = { register: source as never }
    })
  const LINE = {
    localCode: '000.00.12.H99-250305-0011',
    procedureCode: '1.001612',
    procedureName: 'Thủ tục mẫu',
    agencyCode: '000.00.12.H99',
    agencyName: 'UBND xã Mẫu',
    applicantName: 'Nguyễn Văn Mẫu',
    applicantKind: 'citizen',
    channel: 'direct',
    returnBy: 'counter',
    status: 4,
    submittedAt: '2025-03-05T08:55:00+07:00',
    receivedAt: '2025-03-05T09:00:00+07:00',
    dueAt: '2025-03-07T17:00:00+07:00',
  }

  test('a file that is missing, or a folder instead, ends with 2', async () => {
    const province = await healthyProvince(1)
    only(province, { dialect: 'file-ndjson', file: './gone.ndjson' })
    const missing = await examined(province)
    expect(missing.code).toBe(2)
    expect(missing.check('sources.register.file')).toMatchObject({ state: 'error', code: 'source.file_unreadable' })
    expect(missing.check('sources.register.file').what).toContain('gone.ndjson')
    mkdirSync(file(province, 'folder'))
    only(province, { dialect: 'file-csv', file: './folder' })
    expect((await examined(province)).check('sources.register.file')).toMatchObject({ state: 'error', code: 'source.file_unreadable' })
  })

  test('a register whose headings nobody knows ends with 2, an unreadable list of payments too', async () => {
    const province = await healthyProvince(1)
    writeFileSync(file(province, 'register.csv'), 'a,b,c\n1,2,3\n')
    only(province, { dialect: 'file-csv', file: './register.csv' })
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('sources.register.file')).toMatchObject({ state: 'error', code: 'source.format' })
    expect(check('sources.register.coverage').state).toBe('skipped')
    only(province, { dialect: 'file-csv', file: './register.csv', payments: './gone.csv' })
    expect((await examined(province)).check('sources.register.file').what).toContain('gone.csv')
  })

  test('an empty file is a warning; a good one is read, and a dossier that contradicts itself would fail', async () => {
    const province = await healthyProvince(1)
    only(province, { dialect: 'file-ndjson', file: './dossiers.ndjson' })
    writeFileSync(file(province, 'dossiers.ndjson'), '')
    const empty = await examined(province)
    expect(empty.code).toBe(0)
    expect(empty.check('sources.register.file').state).toBe('warn')
    expect(empty.check('sources.register.coverage').state).toBe('skipped')

    writeFileSync(file(province, 'dossiers.ndjson'), `${JSON.stringify(LINE)}\n`)
    const good = await examined(province)
    expect(good.code).toBe(0)
    expect(good.check('sources.register.file')).toMatchObject({ state: 'ok', what: expect.stringContaining('1 records') as string })

    writeFileSync(file(province, 'dossiers.ndjson'), `${JSON.stringify({ ...LINE, submittedAt: '2025-03-06T08:55:00+07:00' })}\n`)
    const { code, check } = await examined(province)
    expect(code).toBe(1)
    expect(check('sources.register.coverage').state).toBe('ok')
    expect(check('sources.register.records')).toMatchObject({ state: 'error', details: [{ rule: 'V3', dossiers: 1, value: null }] })
  })

  test('an OpenCPS that nobody serves ends with 3; what depends on it is skipped, the rest is checked', async () => {
    const province = await healthyProvince()
    const { server, url } = await loopback(() => {})
    await new Promise((closed) => server.close(closed))
    province.configure((_, tenant) => {
      oneStop(tenant).url = `${url}/o/rest/v2`
    })
    const { code, check } = await examined(province)
    expect(code).toBe(3)
    expect(check('sources.one-stop.reach')).toMatchObject({ state: 'error', code: 'transport.unreachable' })
    expect(check('sources.one-stop.reach').what).toContain('nothing listens at 127.0.0.1')
    expect(check('sources.one-stop.login').state).toBe('skipped')
    expect(check('sources.one-stop.coverage').state).toBe('skipped')
    expect(check('portal.login').state).toBe('ok')
  })

  test('a port that does not speak TLS is told apart from one that is closed', async () => {
    const province = await healthyProvince()
    province.configure((_, tenant) => {
      oneStop(tenant).url = oneStop(tenant).url.replace('http://', 'https://')
    })
    const { code, check } = await examined(province)
    expect(code).toBe(3)
    expect(check('sources.one-stop.reach').what).toContain('no encrypted connection')
  })

  test('a password that OpenCPS does not accept is shown once and ends with 2', async () => {
    const province = await healthyProvince()
    let calls = 0
    const { url } = await loopback((_, response) => {
      calls += 1
      response.writeHead(203).end('{"message":"Non-Authoritative Information.","code":203}')
    })
    province.configure((_, tenant) => {
      oneStop(tenant).url = `${url}/o/rest/v2`
    })
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('sources.one-stop.reach').state).toBe('ok')
    expect(check('sources.one-stop.login')).toMatchObject({ state: 'error', code: 'opencps.not_logged_in' })
    expect(calls).toBe(1)
  })

  test('a login page and a server that fails are told as what they are', async () => {
    const province = await healthyProvince()
    let status = 200
    const { url } = await loopback((_, response) => {
      response.writeHead(status).end('<html>Đăng nhập</html>')
    })
    province.configure((_, tenant) => {
      oneStop(tenant).url = `${url}/o/rest/v2`
    })
    const page = await examined(province)
    expect(page.code).toBe(3)
    expect(page.check('sources.one-stop.login')).toMatchObject({ state: 'error', code: 'opencps.unreadable_answer' })
    status = 502
    const failing = await examined(province)
    expect(failing.code).toBe(3)
    expect(failing.check('sources.one-stop.reach')).toMatchObject({
      code: 'transport.server_failed',
      what: expect.stringContaining('HTTP 502') as string,
    })
  })

  test('a site without any dossier is a warning that names groupId', async () => {
    const province = await healthyProvince()
    province.configure((_, tenant) => {
      oneStop(tenant).groupId = '1'
    })
    const { code, check } = await examined(province)
    expect(code).toBe(0)
    expect(check('sources.one-stop.login')).toMatchObject({ state: 'warn', hint: expect.stringContaining('groupId') as string })
  })
})

describe('portal', () => {
  test('a refused password is tried once and ends with 2; remembered by the ledger, it is not tried again', async () => {
    const province = await healthyProvince()
    writeFileSync(file(province, 'secrets/portal-password'), 'wrong')
    const before = province.sandbox.requests().refused
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('portal.login')).toMatchObject({ state: 'error', code: 'portal.login_refused', hop: 'portal' })
    expect(check('portal.reach').state).toBe('ok')
    expect(check('portal.read').state).toBe('skipped')
    expect(province.sandbox.requests().refused - before).toBe(1)

    await lienthong(['sync', 'run'], province)
    const after = province.sandbox.requests().refused
    const again = await examined(province)
    expect(again.code).toBe(2)
    expect(again.check('portal.login')).toMatchObject({ state: 'error', code: 'sync.login_waits' })
    expect(province.sandbox.requests().refused).toBe(after)
  })

  test('an adapter that nobody serves ends with 3 at the first hop', async () => {
    const province = await healthyProvince()
    const { server, url } = await loopback(() => {})
    await new Promise((closed) => server.close(closed))
    province.configure((_, tenant) => {
      tenant.portal.adapterUrl = url
    })
    const { code, check } = await examined(province)
    expect(code).toBe(3)
    expect(check('portal.reach')).toMatchObject({ state: 'error', code: 'transport.unreachable', hop: 'adapter' })
    expect(check('portal.login').state).toBe('skipped')
    expect(check('portal.read').state).toBe('skipped')
    // Mapping needs no portal.
    expect(check('sources.one-stop.coverage').state).toBe('ok')
  })

  test('a wrong dstcode is told as the platform’s failure, behind an adapter that answers', async () => {
    const province = await healthyProvince(3, { sandbox: { options: { portal: { requireDstcode: true } } } })
    province.configure((_, tenant) => {
      tenant.portal.dstcode = 'VN:GOV:000.00.00.G22:nobody'
    })
    const { code, check } = await examined(province)
    expect(code).toBe(3)
    expect(check('portal.reach')).toMatchObject({ state: 'error', hop: 'platform', hint: expect.stringContaining('dstcode') as string })
  })

  test('a path that the adapter does not know ends with 2', async () => {
    const province = await healthyProvince(3)
    province.configure((_, tenant) => {
      tenant.portal.endpoints = { auth: '/mapi/lgin' }
    })
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('portal.reach')).toMatchObject({ state: 'error', code: 'transport.refused' })
  })

  test('settings that the dialect cannot work with end with 2', async () => {
    const province = await healthyProvince(3)
    province.configure((_, tenant) => {
      tenant.portal.dialect = 'vpcp-2021'
    })
    const { code, check } = await examined(province)
    expect(code).toBe(2)
    expect(check('portal.settings').what).toContain('vpcp-2021')
  })

  test('without the list of agencies a lookup proves that the portal answers; without both it does not', async () => {
    const province = await healthyProvince(3)
    let lookups = 0
    let lookupAnswer = '{"error_code":"0","message":"","result":[]}'
    const { url } = await loopback(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const { service } = JSON.parse(body) as { service?: string }
      if (service === 'TraCuuHoSo') lookups += 1
      if (service === undefined) response.end('{"error_code":"0","message":"","session":"s"}')
      else response.end(service === 'TraCuuHoSo' ? lookupAnswer : '{"error_code":"-7","message":"Dịch vụ chưa được cấp"}')
    })
    province.configure((_, tenant) => {
      tenant.portal.adapterUrl = url
    })
    const { check } = await examined(province)
    expect(check('portal.read').state).toBe('warn')
    expect(lookups).toBe(1)
    lookupAnswer = '{"error_code":"-7","message":"Dịch vụ chưa được cấp"}'
    const refused = await examined(province)
    expect(refused.code).toBe(2)
    expect(refused.check('portal.read')).toMatchObject({ state: 'error', code: 'portal.rejected', hop: 'portal' })
    expect(refused.check('portal.read').what).toContain('at the portal itself')
  })

  test('a relay with a token: a refused token ends with 2, one without reads is a warning', async () => {
    const province = await healthyProvince(3)
    const proxy = province.sandbox.systems['national-portal-proxy']!
    writeFileSync(file(province, 'secrets/token'), 'wrong')
    const relay = (dialect: string, more: object = {}) =>
      province.configure((_, tenant) => {
        tenant.portal = { dialect, adapterUrl: proxy.url, credentials: { token: { file: './secrets/token' } }, ...more }
      })
    relay('provincial-proxy')
    const refused = await examined(province)
    expect(refused.code).toBe(2)
    expect(refused.check('portal.read')).toMatchObject({ state: 'error', code: 'transport.unauthorized' })
    writeFileSync(file(province, 'secrets/token'), proxy.credentials.token ?? '')
    expect((await examined(province)).check('portal.read').state).toBe('ok')

    const { url } = await loopback((_, response) => {
      response.writeHead(404).end('<html>404</html>')
    })
    relay('provincial-proxy-urls', { adapterUrl: url, urls: { create: '/create', update: '/update', progress: '/progress' } })
    const { check } = await examined(province)
    expect(check('portal.reach').state).toBe('ok')
    expect(check('portal.read')).toMatchObject({ state: 'warn', hint: expect.stringContaining('urls.read') as string })
  })
})

describe('clocks', () => {
  test.each([
    [2, 'warn', 0],
    [11, 'error', 1],
    [-11, 'error', 1],
  ])('ours off by %i minutes is told as %s', async (minutes, state, exit) => {
    const province = await healthyProvince(3)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 })
    const { code, check } = await examined(province)
    expect(check('portal.clock')).toMatchObject({ state })
    expect(check('sources.one-stop.clock')).toMatchObject({ state })
    expect(check('portal.clock').what).toContain(minutes > 0 ? 'behind ours' : 'ahead of ours')
    expect(code).toBe(exit)
  })
})

describe('coverage of the code tables', () => {
  test('what no table knows is counted by code: statuses and procedures fail, actions only cost', async () => {
    const province = await installedProvince({ dossiers: 60 })
    const { code, check } = await examined(province)
    expect(code).toBe(1)
    const { state, details = [] } = check('sources.one-stop.coverage')
    expect(state).toBe('error')
    expect(details).toContainEqual(expect.objectContaining({ rule: 'status.unmapped', severity: 'error', value: 'chuyen_kho_cu' }))
    expect(details.filter(({ rule }) => rule === 'procedure.unmapped').map(({ value }) => value)).toEqual(['NB_thenv.000.00.00.H99'])
    const { out } = await lienthong(['doctor'], province)
    expect(out).toMatch(/✗ status chuyen_kho_cu: \d+ dossiers\n {8}→ /)
  })

  test('actions without a status are a warning with their codes, applicant kinds without a row an error', async () => {
    const province = await healthyProvince()
    province.configure((_, tenant) => {
      const tables = { product: 'opencps-v2', status: { chuyen_kho_cu: 10 }, actions: {}, ...(tenant.tables as object) }
      tenant.tables = typeof tenant.tables === 'string' ? { status: { chuyen_kho_cu: 10 } } : tables
    })
    const actions = await examined(province)
    const told = actions.check('sources.one-stop.coverage')
    expect(
      told.details?.filter(({ rule }) => rule === 'step.status-unmapped').every(({ severity, value }) => severity === 'warn' && value !== ''),
    ).toBe(true)
    expect(told.details?.some(({ rule }) => rule === 'step.status-unmapped')).toBe(true)

    province.configure((_, tenant) => {
      tenant.tables = './tables.yaml'
    })
    writeFileSync(file(province, 'tables.yaml'), `${readFileSync(file(province, 'tables.yaml'), 'utf8')}applicantKinds:\n  citizen: null\n`)
    const kinds = await examined(province)
    expect(kinds.code).toBe(1)
    expect(kinds.check('sources.one-stop.coverage').details).toContainEqual(
      expect.objectContaining({ rule: 'applicant.kind-unmapped', severity: 'error', value: 'citizen' }),
    )
    // One flaw, told once.
    expect(kinds.check('sources.one-stop.records').state).toBe('ok')
  })
})
