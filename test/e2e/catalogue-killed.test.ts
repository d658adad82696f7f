/** `catalogue pull` in a process that dies by force; the sandbox in another counts what it was asked. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.js'
import { DEMO_TENANT, writeDemoProvince } from '../../src/cli/demo/province-files.js'
import type { ConfigInput } from '../../src/config/index.js'
import { FORMALITY_PAGE } from '../../src/connectors/procedure-database/wire.js'
import { catalogueSize, lastPull, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { emptyFolder } from '../cli/command-line.js'
import { run, sandboxProcess, start } from './processes.js'

/** Calls under way at once, unless somebody sets it otherwise. */
const CONCURRENCY = 4
const LIST = 'LayDanhSachTTHC'
const DETAIL = 'LayThuTuc'

interface Requests {
  readonly byService: Readonly<Record<string, number>>
  readonly byCode: Readonly<Record<string, number>>
}

async function desk(procedures: number) {
  const folder = emptyFolder()
  const sandbox = await sandboxProcess({ folder, latencyMs: 1, procedures })
  const path = writeDemoProvince(folder, await sandbox.post('/province', { seed: 1, dossiers: 0 }), sandbox.systems, {
    faults: false,
    catalogue: true,
  })
  const configure = (change: (tenant: ConfigInput['tenants'][string]) => void) => {
    const config = JSON.parse(readFileSync(path, 'utf8')) as ConfigInput
    change(config.tenants[DEMO_TENANT]!)
    writeFileSync(path, JSON.stringify(config))
  }
  // The province's own list is not what is told here.
  configure((tenant) => void delete tenant.procedures)
  const requests = async () => (await sandbox.get('/procedure-database/requests')) as unknown as Requests
  return {
    sandbox,
    configure,
    requests,
    async pull() {
      const { code, out, err } = await run(['catalogue', 'pull', '--json', '--quiet'], { folder })
      const [{ national }] = (JSON.parse(out) as { tenants: [{ national: { outcome: string; resumed: boolean; listRead: boolean } }] }).tenants
      return { code, err, national }
    },
    /** Starts a pull and kills it as soon as the sandbox was asked what the caller waits for. */
    async killedWhen(reached: (seen: Requests) => boolean) {
      const running = start(['catalogue', 'pull'], { folder })
      let alive = true
      const ended = running.ended.finally(() => {
        alive = false
      })
      while (alive && !reached(await requests())) await wait(8)
      running.kill()
      const { code, out, err } = await ended
      expect(code, `it ended before it was killed: ${out}${err}`).toBeNull()
    },
    async ledger() {
      const key = parseLedgerKey(readFileSync(join(folder, 'lienthong.key'), 'utf8')) as Uint8Array
      const ledger = await openLedger({ url: `sqlite:${join(folder, 'lienthong.db')}`, key, access: 'read' })
      try {
        const { state } = (await lastPull(ledger, DEMO_TENANT, 'national'))!
        return { state, ...(await catalogueSize(ledger, DEMO_TENANT, 'national')) }
      } finally {
        await ledger.close()
      }
    },
  }
}

const detailCalls = ({ byService }: Requests) => byService[DETAIL] ?? 0

describe('catalogue pull, killed by force', { timeout: 300_000 }, () => {
  test('six times amid its details, it asks once for the list and for no detail that it has', async () => {
    const procedures = 1200
    const { killedWhen, pull, requests, ledger } = await desk(procedures)
    const random = seededRandom('catalogue/kills')
    const moments = Array.from({ length: 6 }, () => 1 + Math.floor(random() * 1100)).sort((a, b) => a - b)
    for (const moment of moments) await killedWhen((seen) => detailCalls(seen) >= moment)

    expect(await pull()).toMatchObject({ code: 0, national: { outcome: 'done', resumed: true, listRead: false } })
    const whole = await requests()
    expect(whole.byService[LIST]).toBe(1)
    expect(Object.keys(whole.byCode)).toHaveLength(procedures)
    expect(detailCalls(whole)).toBeLessThanOrEqual(procedures + moments.length * CONCURRENCY)
    // Nothing is proved by kills that hit nothing.
    expect(detailCalls(whole)).toBeGreaterThan(procedures)
    expect(await ledger()).toMatchObject({ state: 'done', active: procedures, detailed: procedures, inactive: 0 })

    expect(await pull()).toMatchObject({ code: 0, national: { outcome: 'done', resumed: false } })
    const next = await requests()
    expect(next).toEqual({ ...whole, logins: expect.any(Number), byService: { ...whole.byService, [LIST]: 2 } })
  })

  test('between the list and the first detail, it does not ask for the list again', async () => {
    const { sandbox, killedWhen, pull, requests, ledger } = await desk(300)
    await sandbox.post('/faults', { rules: [{ system: 'procedure-database', service: DETAIL, kind: 'slow', delayMs: 30_000 }] })
    await killedWhen((seen) => detailCalls(seen) > 0)
    await sandbox.post('/faults', { rules: [] })
    expect(await ledger()).toMatchObject({ state: 'reading', active: 300, detailed: 0 })
    expect(await pull()).toMatchObject({ code: 0, national: { outcome: 'done', listRead: false } })
    expect((await requests()).byService[LIST]).toBe(1)
    expect(await ledger()).toMatchObject({ state: 'done', active: 300, detailed: 300 })
  })

  test('while the list is on its way, it knows nothing, and reads it from its start', async () => {
    const { killedWhen, pull, requests, ledger } = await desk(300)
    await killedWhen(({ byService }) => (byService[LIST] ?? 0) > 0)
    expect(await pull()).toMatchObject({ code: 0, national: { outcome: 'done' } })
    expect((await requests()).byService[LIST]).toBeLessThanOrEqual(2)
    expect(await ledger()).toMatchObject({ state: 'done', active: 300, detailed: 300 })
  })

  test('amid a list of pages, it goes on after the pages that it has', async () => {
    const { sandbox, configure, killedWhen, pull, requests, ledger } = await desk(5 * FORMALITY_PAGE)
    const [list, detail] = ['list-all-public-formality-by-citizen', 'get-formality-by-citizen'] as const
    configure((tenant) => {
      tenant.procedureDatabase = {
        dialect: 'public-portal-2026',
        url: sandbox.systems['procedure-database-portal']!.url,
        retry: { attempts: 1 },
      }
    })
    const pages = async () => (await requests()).byService[list] ?? 0
    await killedWhen(({ byService }) => (byService[list] ?? 0) >= 3)
    const before = await pages()
    // A thousand details at the portal's pace are another day's: here they fail at once.
    await sandbox.post('/faults', { rules: [{ system: 'procedure-database-portal', service: detail, kind: 'http-500' }] })
    expect(await pull()).toMatchObject({ code: 3, national: { outcome: 'incomplete', resumed: true, listRead: true } })
    // Five pages, the last of them sometimes an empty one; the page on its way at the kill is asked for twice.
    expect((await pages()) - before).toBeLessThanOrEqual(4)
    const listed = (await sandbox.rows('/procedure-database/procedures')).filter(({ state }) => state === 'public').length
    expect(await ledger()).toMatchObject({ state: 'reading', active: listed, inactive: 0 })
  })
})
