/** The endpoints over real HTTP on this machine, told by a real engine. */
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LienthongError, minutes } from '../../src/base/index.js'
import { backlogOf } from '../../src/ledger/index.js'
import { type MonitorOptions, openMonitor } from '../../src/monitoring/index.js'
import { observers } from '../../src/sync/index.js'
import { card, type OfficeOptions, openOffice, steps, TENANT } from '../sync/office.js'

async function watchedOffice(options: OfficeOptions = {}, more: Partial<MonitorOptions> = {}) {
  const late = observers()
  const office = await openOffice({ ...options, sync: { ...options.sync, observer: { ...late } } })
  const monitor = await openMonitor({
    listen: { host: '127.0.0.1', port: 0 },
    clock: { ...office.clock, sleep: () => new Promise(() => {}) },
    version: '1.2.3',
    language: () => 'en',
    staleAfterMs: minutes(20),
    backlogs: async () => new Map([[TENANT, await backlogOf(office.ledger, TENANT)]]),
    ...more,
  })
  onTestFinished(() => monitor.close())
  Object.assign(office.sync, { observer: monitor.observer })
  const get = async (path: string, method = 'GET') => {
    const answer = await fetch(`${monitor.origin}${path}`, { method })
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
  }
  return {
    ...office,
    monitor,
    get,
    metrics: async () => (await get('/metrics')).text,
    ready: async () => {
      const { status, text } = await get('/health/ready')
      return { http: status, ...(JSON.parse(text) as { status: string; checks: { id: string; state: string; code?: string; hint?: string }[] }) }
    },
  }
}

const cards = (count: number) => Array.from({ length: count }, (_, n) => card(n))

describe('/metrics', () => {
  test('a pass in numbers: what was read, sent, waits and fails', async () => {
    const { run, metrics, portal, get } = await watchedOffice({ cards: [...cards(4), card(4, { steps: steps(2, 4) })] })
    portal.fault = ({ code }) => (code.endsWith('0001') ? 'reject' : undefined)
    await run()
    const text = await metrics()
    const lines = text.split('\n')
    const t = `tenant="${TENANT}"`
    for (const line of [
      `lienthong_passes_total{${t},outcome="done"} 1`,
      `lienthong_readings_total{${t},source="cards",outcome="ok"} 1`,
      `lienthong_records_read_total{${t},source="cards",result="planned"} 5`,
      `lienthong_sends_total{${t},source="cards",operation="create",outcome="accepted"} 4`,
      `lienthong_sends_total{${t},source="cards",operation="create",outcome="rejected"} 1`,
      `lienthong_steps_sent_total{${t},source="cards"} 2`,
      `lienthong_send_duration_seconds_count{${t},operation="create"} 5`,
      `lienthong_run_versions{${t},source="cards",state="created"} 4`,
      `lienthong_run_versions{${t},source="cards",state="failed"} 1`,
      `lienthong_dossiers_waiting{${t}} 0`,
      `lienthong_dossiers_failing{${t}} 1`,
      `lienthong_failures{${t},cause="portal.rejected"} 1`,
      `lienthong_oldest_due_age_seconds{${t}} 0`,
      'lienthong_ledger_up 1',
    ])
      expect(lines).toContain(line)
    expect((await get('/metrics')).type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).not.toContain('H99-261122')
  })

  test('how long a dossier that nobody sends could have gone', async () => {
    const { run, metrics, clock } = await watchedOffice({ cards: cards(2), fault: () => 'unreachable', sync: { settings: { patienceMs: 0 } } })
    await run()
    clock.advance(minutes(60))
    const [, age = ''] = /^lienthong_oldest_due_age_seconds\{.*\} (\d+)/m.exec(await metrics()) ?? []
    expect(Number(age)).toBeGreaterThan(3000)
    expect(await metrics()).toContain(`lienthong_dossiers_waiting{tenant="${TENANT}"} 2`)
  })

  test('attempts, and a circuit that opens, closes, and is closed anew with new clients', async () => {
    const { monitor, metrics } = await watchedOffice()
    const hooks = monitor.hooks(TENANT)
    hooks.attempt?.({ system: 'national-portal', operation: 'DongBoHoSoMC', attempt: 1 })?.({
      ms: 300,
      status: 500,
      errorCode: 'transport.server_failed',
      date: undefined,
    })
    hooks.circuit?.({ system: 'national-portal', open: true })
    const of = async () => (await metrics()).split('\n')
    const circuit = (value: number) => `lienthong_circuit_open{tenant="${TENANT}",system="national-portal"} ${value}`
    expect(await of()).toContain(circuit(1))
    expect(await of()).toContain(
      `lienthong_attempts_total{tenant="${TENANT}",system="national-portal",operation="DongBoHoSoMC",outcome="transport.server_failed"} 1`,
    )
    hooks.circuit?.({ system: 'national-portal', open: false })
    expect(await of()).toContain(circuit(0))
    hooks.circuit?.({ system: 'national-portal', open: true })
    monitor.hooks(TENANT)
    expect(await of()).toContain(circuit(0))
  })

  test('every name stands in docs/observability.md, with its labels, and no name there is invented', async () => {
    const { metrics } = await watchedOffice()
    const page = readFileSync(new URL('../../docs/observability.md', import.meta.url), 'utf8')
    const served = new Set([...(await metrics()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? ''))
    const documented = new Set([...page.matchAll(/^\| `((?:lienthong|process)_[a-z_]+)`/gm)].map(([, name]) => name ?? ''))
    expect([...documented].sort()).toEqual([...served].sort())
    const rules = [...page.matchAll(/\b(lienthong_[a-z_]+)\b/g)].map(([, name]) => (name ?? '').replace(/_(bucket|sum|count)$/, ''))
    expect(rules.filter((name) => !served.has(name))).toEqual([])
  })
})

describe('/health/ready', () => {
  test('says that all is well', async () => {
    const { run, ready } = await watchedOffice({ cards: cards(1) })
    await run()
    expect(await ready()).toMatchObject({
      http: 200,
      status: 'ready',
      checks: [
        { id: 'ledger', state: 'ok' },
        { id: 'activity', state: 'ok' },
        { id: 'pass', state: 'ok' },
      ],
    })
  })

  test('not ready: nothing was done for too long; a slice, a batch or a look for work is a sign of life', async () => {
    const { clock, ready, monitor } = await watchedOffice()
    clock.advance(minutes(21))
    const answer = await ready()
    expect(answer).toMatchObject({ http: 503, status: 'not-ready' })
    expect(answer.checks[1]).toMatchObject({
      id: 'activity',
      state: 'error',
      code: 'monitoring.stale',
      hint: expect.stringContaining('Look at the log'),
    })
    for (const sign of [() => monitor.beat(), () => monitor.observer.slice?.({ tenant: TENANT, shard: 'send/1' })]) {
      clock.advance(minutes(21))
      sign()
      expect(await ready()).toMatchObject({ http: 200 })
    }
  })

  test('not ready: the ledger cannot be read, or does not answer', async () => {
    const broken = await watchedOffice({}, { backlogs: () => Promise.reject(new LienthongError('ledger.missing', { values: { path: 'x.db' } })) })
    expect(await broken.ready()).toMatchObject({ http: 503, checks: [{ id: 'ledger', state: 'error', code: 'ledger.missing' }, {}] })
    expect(await broken.metrics()).toContain('lienthong_ledger_up 0')
    const silent = await watchedOffice({}, { backlogs: () => new Promise(() => {}), clock: { now: () => 0, sleep: async () => {} } })
    expect(await silent.ready()).toMatchObject({ http: 503, checks: [{ id: 'ledger', code: 'ledger.unreachable' }, {}] })
  })

  test('not ready: a system refuses our account; says which, and what to do', async () => {
    const { run, portal, ready, metrics } = await watchedOffice({ cards: cards(1), fault: () => 'login-refused' })
    Object.assign(portal, { account: 'user / wrong' })
    await run()
    await run()
    const { http, checks } = await ready()
    expect(http).toBe(503)
    expect(checks.filter(({ state }) => state === 'error')).toMatchObject([
      { id: 'login', tenant: TENANT, system: 'paper-portal', code: 'sync.login_waits', hint: expect.stringContaining('Correct user name, password') },
    ])
    expect(await metrics()).toContain(`lienthong_login_refused{tenant="${TENANT}",system="paper-portal"} 1`)
  })

  test('ready with a warning: a held system resumes by itself', async () => {
    const { run, ready, metrics } = await watchedOffice({ cards: cards(25), fault: () => 'reject', sync: { settings: { concurrency: 1 } } })
    await run()
    const { http, checks } = await ready()
    expect(http).toBe(200)
    expect(checks.filter(({ state }) => state === 'warn')).toMatchObject([{ id: 'held', code: 'sync.held', system: 'paper-portal' }])
    expect(await metrics()).toContain(`lienthong_system_held{tenant="${TENANT}",system="paper-portal"} 1`)
  })

  test('not ready: a pass that a limit stopped waits for somebody', async () => {
    const { run, ready } = await watchedOffice({ cards: cards(3) })
    await run({ maxChanges: 1 }).catch(() => {})
    expect(await ready()).toMatchObject({ http: 503, checks: [{}, {}, { id: 'pass', state: 'error', code: 'sync.too_many_changes' }] })
  })
})

test('live, whatever else; other pages and methods are refused', async () => {
  const { get, clock } = await watchedOffice({}, { backlogs: () => Promise.reject(new Error('no')) })
  clock.advance(minutes(600))
  expect(await get('/health/live')).toMatchObject({ status: 200, text: '{"schema":1,"status":"live"}\n' })
  expect(await get('/health/live', 'HEAD')).toMatchObject({ status: 200, text: '' })
  expect(await get('/metrics?x=1')).toMatchObject({ status: 200 })
  expect(await get('/')).toMatchObject({ status: 404, text: expect.stringContaining('/metrics') })
  expect(await get('/__proto__')).toMatchObject({ status: 404 })
  expect(await get('/metrics', 'POST')).toMatchObject({ status: 405 })
})
