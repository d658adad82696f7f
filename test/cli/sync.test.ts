import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { knowinglyUnsent, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { document, lienthong } from './command-line.js'
import { file, type InstalledProvince, installedProvince, TENANT } from './installed-province.js'

async function excused(province: InstalledProvince) {
  const key = parseLedgerKey(readFileSync(file(province, 'lienthong.key'), 'utf8'))!
  const ledger = await openLedger({ url: `sqlite:${file(province, 'lienthong.db')}`, key, access: 'read' })
  try {
    return await knowinglyUnsent(ledger, TENANT)
  } finally {
    await ledger.close()
  }
}

interface Pass {
  readonly outcome: string
  readonly waiting: number
  readonly failing: number
  readonly runs: readonly { readonly seen: number; readonly created: number; readonly unchanged: number }[]
  readonly error?: { readonly code: string }
  readonly stopped?: { readonly code: string }
}

describe('sync run', () => {
  test('the province arrives; a second run writes nothing; what stays at home is listed by cause', async () => {
    const province = await installedProvince({ dossiers: 60 })
    const first = await document(['sync', 'run'], province)
    const [pass] = first.json.passes as Pass[]
    expect(first.code).toBe(1)
    expect(pass).toMatchObject({ outcome: 'done', waiting: 0 })
    expect(pass!.failing).toBeGreaterThan(0)
    expect(province.sandbox.verdict({ excused: await excused(province) })).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })

    const writes = province.sandbox.requests().writes
    const second = await document(['sync', 'run'], province)
    expect(province.sandbox.requests().writes).toBe(writes)
    expect((second.json.passes as Pass[])[0]!.runs[0]).toMatchObject({ created: 0 })

    const list = await document(['failures', 'list'], province)
    const [{ dossiers, causes }] = list.json.tenants as [{ dossiers: number; causes: { cause: string; dossiers: number; hint: string }[] }]
    expect(list.code).toBe(1)
    expect(dossiers).toBe(pass!.failing)
    expect(causes.reduce((sum, cause) => sum + cause.dossiers, 0)).toBe(dossiers)
    for (const { hint } of causes) expect(hint).not.toBe('')
  })

  test('interrupted in the middle it ends with 130, and the next run goes on without loss or double', async () => {
    const province = await installedProvince({ dossiers: 60, sandbox: { latencyMs: 3 } })
    const stop = new AbortController()
    const { code, json, err } = await document(['sync', 'run'], {
      ...province,
      signal: stop.signal,
      onErr: (text) => {
        if (text.includes('sending')) stop.abort()
      },
    })
    expect(err).toContain('sending')
    expect(code).toBe(130)
    expect((json.passes as Pass[])[0]).toMatchObject({ outcome: 'interrupted' })
    expect((json.passes as Pass[])[0]!.waiting).toBeGreaterThan(0)

    const next = await document(['sync', 'run'], province)
    expect((next.json.passes as Pass[])[0]).toMatchObject({ outcome: 'done', waiting: 0 })
    expect(province.sandbox.verdict({ excused: await excused(province) })).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 })
  })

  test('interrupted before it began it reads and sends nothing', async () => {
    const province = await installedProvince({ dossiers: 10 })
    const { code } = await lienthong(['sync', 'run'], { ...province, signal: AbortSignal.abort() })
    expect(code).toBe(130)
    expect(province.sandbox.requests().writes).toBe(0)
  })

  test('a portal that refuses the password ends with 2 and keeps everything', async () => {
    const province = await installedProvince({ dossiers: 20 })
    writeFileSync(file(province, 'secrets/portal-password'), 'wrong')
    const { code, json } = await document(['sync', 'run'], province)
    expect(code).toBe(2)
    const [pass] = json.passes as Pass[]
    expect(pass).toMatchObject({ outcome: 'incomplete', stopped: { code: 'portal.login_refused' } })
    expect(pass!.waiting).toBeGreaterThan(0)
    expect(province.sandbox.dossiers()).toEqual([])

    const brakes = async () => ((await document(['status'], province)).json.tenants as [{ brakes: { code: string; system: string }[] }])[0].brakes
    expect(await brakes()).toMatchObject([{ code: 'sync.login_waits', system: 'national-portal' }])
    expect((await lienthong(['status', '--lang', 'en'], province)).out).toMatch(
      /! national-portal refused this account at .*\n {4}→ Correct user name/,
    )
    writeFileSync(file(province, 'secrets/portal-password'), 'sandbox')
    await document(['sync', 'run'], province)
    expect(province.sandbox.dossiers().length).toBeGreaterThan(0)
    expect(await brakes()).toEqual([])
  })

  test('a one-stop system that is down ends with 3', async () => {
    const province = await installedProvince({ dossiers: 10 })
    await province.sandbox.stop()
    province.configure((_, tenant) => {
      const source = tenant.sources['one-stop']!
      if (source.dialect === 'opencps-v2') source.retry = { attempts: 1 }
    })
    const run = await document(['sync', 'run'], province)
    expect(run.code).toBe(3)
    expect((run.json.passes as Pass[])[0]).toMatchObject({ outcome: 'incomplete' })
    const plan = await document(['sync', 'plan'], province)
    expect(plan.code).toBe(3)
    expect(plan.json.error?.code).toBe('transport.unreachable')
  })

  test('a pass larger than allowed stops before the first call and says how to allow it', async () => {
    const province = await installedProvince({ dossiers: 20 })
    const { code, err } = await lienthong(['sync', 'run', '--max-changes', '3'], province)
    expect(code).toBe(2)
    expect(err).toMatch(/run again with --max-changes \d+/)
    expect(province.sandbox.requests().writes).toBe(0)
  })

  test('a host that is not this machine is refused until the configuration says production', async () => {
    const province = await installedProvince({ dossiers: 1 })
    province.configure((_, tenant) => {
      tenant.portal.adapterUrl = 'https://adapter.example.vn/forward'
    })
    const { code, err } = await lienthong(['sync', 'run', '--lang', 'vi'], province)
    expect(code).toBe(2)
    expect(err).toContain('adapter.example.vn không phải máy này')
  })

  test('one tenant with a wrong secret does not keep the other from being sent', async () => {
    const province = await installedProvince({ dossiers: 10 })
    province.configure((config, tenant) => {
      const broken = structuredClone(tenant)
      broken.portal.credentials = { username: 'x', password: { env: 'NOWHERE' } }
      config.tenants = { broken, [TENANT]: tenant }
    })
    const { code, json, err } = await document(['sync', 'run'], province)
    expect(code).toBe(2)
    expect(json.passes).toMatchObject([
      { tenant: 'broken', error: { code: 'config.secret_missing' } },
      { tenant: TENANT, outcome: 'done' },
    ])
    expect(err).toContain('✗ broken: ')
    expect(province.sandbox.dossiers().length).toBeGreaterThan(0)
  })

  test('--limit and --only narrow a pass', async () => {
    const province = await installedProvince({ dossiers: 20 })
    const limited = await document(['sync', 'run', '--limit', '5'], province)
    expect((limited.json.passes as Pass[])[0]!.runs[0]).toMatchObject({ seen: 5 })
    const code = province.sandbox.expected().at(-1)!.codes[0]!
    await lienthong(['sync', 'run', '--only', code], province)
    expect(province.sandbox.dossiers().map(({ maHoSo }) => maHoSo)).toContain(code)
  })
})

describe('one writer', () => {
  test('a second writer stops at once with 4 and says who holds the ledger; readers are not kept out', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run'], province)
    const key = parseLedgerKey(readFileSync(file(province, 'lienthong.key'), 'utf8'))!
    const holder = await openLedger({ url: `sqlite:${file(province, 'lienthong.db')}`, key, access: 'write', command: 'sync watch' })
    try {
      const { code, json, err } = await document(['sync', 'run'], province)
      expect(code).toBe(4)
      expect(json.error?.code).toBe('ledger.locked')
      expect(err).toContain(`process ${process.pid}`)
      expect(err).toContain('sync watch')
      expect((await lienthong(['status'], province)).code).toBe(0)
    } finally {
      await holder.close()
    }
    expect((await lienthong(['failures', 'retry', '--all'], province)).code).toBe(0)
  })
})

describe('sync plan', () => {
  test('lists what a pass would send, and neither sends nor writes anything', async () => {
    const province = await installedProvince({ dossiers: 20 })
    const { code, json } = await document(['sync', 'plan'], province)
    const [tenant] = json.tenants as [
      { seen: number; create: number; failed: number; changes: { action: string; fields: string[]; record?: unknown }[] },
    ]
    expect(code).toBe(tenant.failed > 0 ? 1 : 0)
    expect(tenant.create).toBeGreaterThan(0)
    const created = tenant.changes.find(({ action }) => action === 'create')!
    expect(created.fields).toEqual(expect.arrayContaining(['MaHoSo', 'MaTTHC', 'TrangThaiHoSo']))
    expect(created).not.toHaveProperty('record')
    expect(province.sandbox.requests().writes).toBe(0)
    expect((await document(['status'], province)).json.error?.code).toBe('ledger.missing')
  })

  test('shows records, which are personal data, only with --show', async () => {
    const province = await installedProvince({ dossiers: 5 })
    const names = province.sandbox.expected().map(({ record }) => record.ChuHoSo.toUpperCase())
    const heard = async (args: readonly string[]) => {
      const { out } = await lienthong(args, province)
      return names.some((name) => out.toUpperCase().includes(name))
    }
    expect(await heard(['sync', 'plan'])).toBe(false)
    expect(await heard(['sync', 'plan', '--json'])).toBe(false)
    expect(await heard(['sync', 'plan', '--show'])).toBe(true)
  })

  test('what was read earlier and still waits is told', async () => {
    const province = await installedProvince({ dossiers: 10 })
    await lienthong(['sync', 'run', '--max-changes', '1'], province)
    const { json } = await document(['sync', 'plan'], province)
    expect((json.tenants as [{ waiting: number }])[0].waiting).toBeGreaterThan(1)
  })
})

describe('sync watch', () => {
  test('goes from pass to pass until it is interrupted', async () => {
    const province = await installedProvince({ dossiers: 5 })
    const stop = new AbortController()
    const { code, json } = await document(['sync', 'watch', '--every', '1'], {
      ...province,
      signal: stop.signal,
      onErr: (text) => {
        if (text.split('✓').length > 2) stop.abort()
      },
    })
    expect(code).toBe(130)
    expect(json).toEqual({ schema: 1, passes: 2 })
  })
})

describe('failures and status', () => {
  test('one cause in full, one dossier in full, and back into the queue after a correction', async () => {
    const province = await installedProvince({ dossiers: 120 })
    await lienthong(['sync', 'run'], province)
    const show = await document(['failures', 'show', 'procedure.unmapped'], province)
    expect(show.code).toBe(1)
    const failures = show.json.failures as { cause: string; localCode: string; message: string; hint: string }[]
    expect(new Set(failures.map(({ cause }) => cause))).toEqual(new Set(['procedure.unmapped']))
    // NB_thenv stands in the list of procedures without a national code; others do not stand there at all.
    const { localCode } = failures.find(({ message }) => message.includes('NB_thenv'))!
    const one = await document(['failures', 'show', localCode], province)
    expect(one.json.failures).toHaveLength(1)

    const procedures = readFileSync(file(province, 'procedures.jsonl'), 'utf8')
    writeFileSync(file(province, 'procedures.jsonl'), procedures.replaceAll('"nationalCode":null', '"nationalCode":"1.001612"'))
    const retry = await document(['failures', 'retry', '--cause', 'procedure.unmapped'], province)
    expect(retry.json.retried).toEqual([{ tenant: TENANT, dossiers: failures.length }])
    await lienthong(['sync', 'run'], province)
    expect((await lienthong(['failures', 'show', localCode], province)).code).toBe(2)
    expect(province.sandbox.dossiers().map(({ maHoSo }) => maHoSo)).toContain(localCode)
  })

  test('a cause that nothing has is not retried silently', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run'], province)
    const { out } = await lienthong(['failures', 'retry', '--cause', 'staus.unmapped'], province)
    expect(out).toContain('nothing to retry')
  })

  test('status counts as the run did, in both languages', async () => {
    const province = await installedProvince({ dossiers: 30 })
    await lienthong(['sync', 'run'], province)
    const { code, json } = await document(['status'], province)
    const [tenant] = json.tenants as [{ dossiers: Record<string, number>; runs: { outcome: string }[] }]
    expect(code).toBe(0)
    expect(tenant.dossiers.confirmed).toBe(province.sandbox.dossiers().length)
    expect(tenant.runs).toMatchObject([{ source: 'one-stop', outcome: 'done' }])
    expect((await lienthong(['status', '--lang', 'vi'], province)).out).toContain('đã lên Cổng')
  })

  test('a ledger that does not exist is no empty one', async () => {
    const province = await installedProvince({ dossiers: 1 })
    for (const words of [['status'], ['failures', 'list']]) {
      const { code, json } = await document(words, province)
      expect(code).toBe(4)
      expect(json.error?.code).toBe('ledger.missing')
    }
  })

  test('a key that is gone or another one is told apart, with 4', async () => {
    const province = await installedProvince({ dossiers: 1 })
    await lienthong(['sync', 'run'], province)
    writeFileSync(file(province, 'lienthong.key'), Buffer.alloc(32, 7).toString('base64'))
    expect(await document(['status'], province)).toMatchObject({ code: 4, json: { error: { code: 'ledger.key_wrong' } } })
    rmSync(file(province, 'lienthong.key'))
    expect(await document(['status'], province)).toMatchObject({ code: 4, json: { error: { code: 'ledger.key_missing' } } })
  })
})
