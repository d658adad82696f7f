import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { context, metrics, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { lienthong } from './command-line.js'
import { file, type InstalledProvince, installedProvince, TENANT } from './installed-province.js'

interface Ready {
  readonly status: string
  readonly checks: readonly { readonly id: string; readonly state: string; readonly code?: string; readonly what?: string }[]
}

/** Runs `sync watch`, calls `look` once it has said what it is waited for, and ends it. */
async function watching(
  province: InstalledProvince,
  options: { readonly args?: readonly string[]; readonly after: string; readonly look: (origin: string) => Promise<void> },
) {
  const stop = new AbortController()
  let looked: Promise<void> | undefined
  const spoken = await lienthong(['sync', 'watch', '--every', '60', '--listen', '0', '--json', ...(options.args ?? [])], {
    ...province,
    signal: stop.signal,
    onErr(text) {
      const [, origin] = /(http:\/\/[^/\s]+)\/metrics/.exec(text) ?? []
      if (origin !== undefined && text.includes(options.after)) looked ??= options.look(origin).finally(() => stop.abort())
    },
  })
  await looked
  return spoken
}

const ready = async (origin: string) => {
  const answer = await fetch(`${origin}/health/ready`)
  return { http: answer.status, ...((await answer.json()) as Ready) }
}

describe('sync watch --listen', () => {
  test('serves metrics and health on this machine while it goes on, also between passes; afterwards nothing', async () => {
    const province = await installedProvince({ dossiers: 20 })
    let at = ''
    const { code, err } = await watching(province, {
      after: '✓',
      async look(origin) {
        at = origin
        const text = await (await fetch(`${origin}/metrics`)).text()
        expect(text).toContain(`lienthong_passes_total{tenant="${TENANT}",outcome="done"} 1`)
        expect(text).toMatch(
          new RegExp(`^lienthong_sends_total\\{tenant="${TENANT}",source="one-stop",operation="create",outcome="accepted"\\} [1-9]`, 'm'),
        )
        expect(text).toMatch(/^lienthong_attempts_total\{tenant="demo",system="national-portal",operation="DongBoHoSoMC",outcome="ok"\} [1-9]/m)
        expect(text).toContain(`lienthong_dossiers_waiting{tenant="${TENANT}"} 0`)
        expect(await ready(origin)).toMatchObject({ http: 200, status: 'ready' })
        expect((await fetch(`${origin}/health/live`)).status).toBe(200)
      },
    })
    expect(code).toBe(130)
    expect(at).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(err).toContain(`${at}/health/ready`)
    await expect(fetch(`${at}/health/live`)).rejects.toThrow()
  })

  test('is not ready while the portal refuses the password, and says so in the language of the command', async () => {
    const province = await installedProvince({ dossiers: 5 })
    writeFileSync(file(province, 'secrets/portal-password'), 'wrong')
    await watching(province, {
      args: ['--lang', 'vi'],
      after: '!',
      async look(origin) {
        const { http, checks } = await ready(origin)
        expect(http).toBe(503)
        expect(checks.find(({ id }) => id === 'login')).toMatchObject({ state: 'error', code: 'portal.login_refused' })
        expect(checks.find(({ id }) => id === 'login')?.what).toMatch(/[ậốừ]/)
      },
    })
  })

  test('is not ready while a tenant cannot even begin', async () => {
    const province = await installedProvince({ dossiers: 5 })
    province.configure((_, tenant) => {
      tenant.portal.credentials = { username: 'x', password: { env: 'NOWHERE' } }
    })
    await watching(province, {
      after: '✗',
      async look(origin) {
        const { http, checks } = await ready(origin)
        expect(http).toBe(503)
        expect(checks).toContainEqual(expect.objectContaining({ id: 'pass', state: 'error', code: 'config.secret_missing' }))
      },
    })
  })

  test('an address that is none, a level that is none and a port that is taken end with 2 before anything is read', async () => {
    const province = await installedProvince({ dossiers: 1 })
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void taken.close())
    const { port } = taken.address() as { port: number }
    for (const [args, why] of [
      [['--listen', 'everywhere'], '[HOST:]PORT'],
      [['--listen', '70000'], '[HOST:]PORT'],
      [['--listen', String(port)], 'EADDRINUSE'],
      [['--log-level', 'loud'], 'trace, debug, info, warn, error'],
    ] as const) {
      const { code, err } = await lienthong(['sync', 'watch', ...args], province)
      expect(code, why).toBe(2)
      expect(err).toContain(why)
    }
    expect(province.sandbox.requests().writes).toBe(0)
  })
})

test('--log-level writes JSON lines from that level on, beside the lines for people', async () => {
  const province = await installedProvince({ dossiers: 5 })
  const { err } = await watching(province, { args: ['--log-level', 'info'], after: '✓', look: async () => {} })
  const lines = err.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []))
  expect(lines.map(({ msg }) => msg)).toEqual(['source read', 'pass ended'])
  expect(lines[1]).toMatchObject({ level: 'info', tenant: TENANT, outcome: 'done', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) })
})

describe('OpenTelemetry', () => {
  const spans: string[] = []
  const span = { setAttribute: () => span, setStatus: () => span, end: () => {} }

  afterEach(() => {
    spans.length = 0
    for (const api of [trace, metrics, context]) api.disable()
    vi.unstubAllEnvs()
  })

  const register = () =>
    trace.setGlobalTracerProvider({
      getTracer: () =>
        ({
          startSpan(name: string) {
            spans.push(name)
            return span
          },
        }) as unknown as ReturnType<typeof trace.getTracer>,
    })

  test('gets passes and attempts when an SDK is registered and OTEL_… is set', async () => {
    const province = await installedProvince({ dossiers: 2 })
    register()
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:4318')
    await watching(province, { after: '✓', look: async () => {} })
    expect(spans).toEqual(expect.arrayContaining(['lienthong pass', 'lienthong reading', 'national-portal DongBoHoSoMC']))
  })

  test('gets nothing without, or when it is switched off', async () => {
    const province = await installedProvince({ dossiers: 2 })
    register()
    await watching(province, { after: '✓', look: async () => {} })
    vi.stubEnv('OTEL_SERVICE_NAME', 'lienthong')
    vi.stubEnv('OTEL_SDK_DISABLED', 'true')
    await watching(province, { after: '✓', look: async () => {} })
    expect(spans).toEqual([])
  })
})
