import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { asLienthongError, LienthongError } from '../../src/base/index.js'
import { ledgerStatus, openLedger } from '../../src/ledger/index.js'
import { type PassReport, previewPass, runPass, watch } from '../../src/sync/index.js'
import { cardIndex } from './card-index.js'
import { card, codeOf, key, openOffice, steps, TENANT } from './office.js'

const away = () => new LienthongError('transport.unreachable', { system: 'opencps', values: { host: 'motcua.test', cause: 'ECONNREFUSED' } })
const cursorsOf = async ({ ledger }: Pick<Awaited<ReturnType<typeof openOffice>>, 'ledger'>) =>
  Object.fromEntries(
    (await ledger.db.selectFrom('cursors').select(['source', 'cursor']).execute()).map((row) => [row.source, JSON.parse(row.cursor)]),
  )

describe('the brakes (I11)', () => {
  test('a pass that would send too much stops before the first call, and what waits can still be sent', async () => {
    const { run, portal, sync } = await openOffice({ cards: [card(1), card(2), card(3)], sync: { settings: { maxChanges: 2 } } })
    await expect(run()).rejects.toMatchObject({ code: 'sync.too_many_changes', values: { planned: 3, limit: 2 } })
    expect(portal.calls).toEqual([])
    await expect(runPass(sync, { maxChanges: 1 })).rejects.toMatchObject({ code: 'sync.too_many_changes' })
    expect(await runPass(sync, { maxChanges: 3 })).toMatchObject({ tally: { confirmed: 3 }, waiting: 0 })
  })

  test('nothing goes to another machine until the tenant is in production', async () => {
    const { run, portal, cards, sync } = await openOffice({ cards: [card(1)], loopback: false })
    await expect(run()).rejects.toMatchObject({ code: 'config.not_production', values: { tenant: TENANT, host: 'portal.test' } })
    expect(portal.calls).toEqual([])
    expect(cards.opened.reads).toBe(0)
    await runPass({ ...sync, production: true })
    expect(portal.books.size).toBe(1)
  })

  test('a dry run needs no production: it sends nothing', async () => {
    const { sync } = await openOffice({ cards: [card(1)], loopback: false })
    expect(await previewPass(sync, () => {})).toMatchObject({ seen: 1, planned: 1 })
  })
})

describe('a source that fails midway (I8, I10)', () => {
  test('keeps its cursor, says that the run is incomplete, and keeps what was read before', async () => {
    const office = await openOffice({ cards: Array.from({ length: 7 }, (_, n) => card(n)) })
    await office.run()
    expect(await cursorsOf(office)).toEqual({ cards: { passes: 1 } })
    office.cards.cards = office.cards.cards.map((_, n) => card(n, { summary: 'bản 2' }))
    office.cards.breakdown = { after: 3, error: away() }
    const report = await office.run()
    expect(report).toMatchObject({
      outcome: 'incomplete',
      runs: [{ outcome: 'incomplete', seen: 3, updated: 3, error: { code: 'transport.unreachable' } }],
    })
    expect(await cursorsOf(office)).toEqual({ cards: { passes: 1 } })
    expect((await ledgerStatus(office.ledger, TENANT)).runs[0]).toMatchObject({ outcome: 'incomplete' })
    office.cards.breakdown = undefined
    expect(await office.run()).toMatchObject({ outcome: 'done', runs: [{ seen: 7, unchanged: 3, updated: 4 }] })
    expect(await cursorsOf(office)).toEqual({ cards: { passes: 2 } })
  })

  test('that shows nothing at all is no empty source', async () => {
    const office = await openOffice({ cards: [card(1)] })
    await office.run()
    office.cards.breakdown = { after: 0, error: away() }
    office.cards.cards = []
    const report = await office.run()
    expect(report.outcome).toBe('incomplete')
    expect(await office.row('uid-1')).toMatchObject({ state: 'confirmed', presence: 'present' })
    expect(await cursorsOf(office)).toEqual({ cards: { passes: 1 } })
  })

  test('does not keep the others from being read and sent', async () => {
    const broken = cardIndex([card(1)])
    broken.breakdown = { after: 0, error: away() }
    const office = await openOffice({ cards: [card(2)] })
    const report = await runPass({ ...office.sync, sources: { broken, cards: office.cards } })
    expect(report.runs).toMatchObject([
      { source: 'broken', outcome: 'incomplete', seen: 0 },
      { source: 'cards', outcome: 'done', created: 1 },
    ])
    expect([...office.portal.books.keys()]).toEqual([codeOf(2)])
  })

  test('does not keep what already waits from being sent', async () => {
    const office = await openOffice({ cards: [card(1)], sync: { settings: { patienceMs: 0 } }, fault: () => 'unreachable' })
    await office.run()
    office.portal.fault = () => undefined
    office.cards.breakdown = { after: 0, error: away() }
    office.clock.advance(60_000)
    await office.run()
    expect(office.portal.books.size).toBe(1)
  })

  test('a dossier whose steps cannot be read because the system is away ends the reading: nothing is concluded from what is missing', async () => {
    const office = await openOffice({ cards: [card(1)] })
    const source = {
      ...office.cards,
      async *changes(...asked: Parameters<typeof office.cards.changes>) {
        for await (const batch of office.cards.changes(...asked))
          yield {
            ...batch,
            items: batch.items.map((item) => ({
              ...item,
              read: () => {
                const read = item.read()
                return read.ok ? { ...read, value: { ...read.value, map: () => Promise.reject(away()) } } : read
              },
            })),
          }
      },
    }
    const report = await runPass({ ...office.sync, sources: { cards: source } })
    expect(report.runs).toMatchObject([{ outcome: 'incomplete', seen: 0, failed: 0 }])
    expect(await office.ledger.db.selectFrom('dossiers').selectAll().execute()).toEqual([])
  })
})

describe('a process that died while requests were leaving (I4, I5)', () => {
  test('a create that may have arrived is looked up first, once its deadline has passed', async () => {
    const { run, portal, clock, row } = await openOffice({
      cards: [card(1)],
      sync: { settings: { patienceMs: 0 } },
      fault: ({ attempt, kind }) => (kind === 'create' && attempt === 1 ? 'power-cut-after-apply' : undefined),
    })
    await run()
    await run()
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['create'])
    const { next_at } = await row('uid-1')
    expect(next_at).toBeGreaterThanOrEqual(clock.now() + 75_000)
    clock.advance((next_at ?? 0) - clock.now())
    await run()
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['create', 'lookup', 'update'])
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 1 })
  })

  test('a create is looked up under the code it left with, whatever other codes the dossier was refused under before', async () => {
    const { run, portal, cards, clock } = await openOffice({ fault: () => 'reject' })
    for (const [pass, nationalCode] of ['A-1', 'B-1', 'A-1'].entries()) {
      clock.advance(1000)
      cards.cards = [card(1, { nationalCode, summary: `bản ${pass}` })]
      if (pass === 2) portal.fault = () => 'power-cut-after-apply'
      await run()
    }
    portal.fault = () => undefined
    clock.advance(3_600_000)
    expect(await run()).toMatchObject({ waiting: 0, failing: 0 })
    expect([...portal.books].map(([code, { creates }]) => [code, creates])).toEqual([['A-1', 1]])
  })

  test('an update is sent again, steps are sent again and declared', async () => {
    const { run, portal, cards, clock } = await openOffice({ cards: [card(1)] })
    await run()
    for (const kind of ['update', 'steps'] as const) {
      cards.cards = kind === 'update' ? [card(1, { summary: 'bản 2' })] : [card(1, { summary: 'bản 2', steps: steps(4) })]
      portal.fault = (call) => (call.kind === kind ? 'power-cut-after-apply' : undefined)
      await run()
      portal.fault = () => undefined
      clock.advance(3_600_000)
      expect(await run()).toMatchObject({ waiting: 0, tally: { stepsMaybeDoubled: kind === 'steps' ? 1 : 0 } })
    }
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 2, record: { summary: 'bản 2' }, steps: [{ status: 4 }, { status: 4 }] })
  })

  test('a supplement request is held for a person', async () => {
    const { run, portal, totals } = await openOffice({
      cards: [card(1, { steps: steps(2, 5) })],
      fault: ({ steps: sent }) => (sent?.[0]?.status === 5 ? 'power-cut-after-apply' : undefined),
    })
    await run()
    const report = await run()
    expect(report).toMatchObject({ failing: 1, waiting: 0 })
    expect(portal.calls.filter(({ kind }) => kind === 'steps')).toHaveLength(2)
    expect(await totals()).toMatchObject({ seen: 2, failed: 1, unchanged: 1, pending: 0 })
  })
})

describe('an interrupted pass', () => {
  test('finishes the calls under way, starts no others, and says so', async () => {
    const stop = new AbortController()
    const { run, portal } = await openOffice({
      cards: Array.from({ length: 9 }, (_, n) => card(n)),
      sync: { settings: { concurrency: 1 } },
      onCall: ({ code }) => code === codeOf(2) && stop.abort(),
    })
    const report = await run({ signal: stop.signal })
    expect(report).toMatchObject({ outcome: 'interrupted', waiting: 6, tally: { confirmed: 3 } })
    expect(await run()).toMatchObject({ outcome: 'done', waiting: 0, tally: { confirmed: 6 } })
    expect([...portal.books.values()].every(({ creates }) => creates === 1)).toBe(true)
  })

  test('while reading keeps what was read', async () => {
    const stop = new AbortController()
    const { run, portal, totals } = await openOffice({ cards: Array.from({ length: 9 }, (_, n) => card(n)) })
    const report = await run({ signal: stop.signal, onProgress: ({ seen }) => seen >= 3 && stop.abort() })
    expect(report).toMatchObject({ outcome: 'interrupted', runs: [{ seen: 3, pending: 3, outcome: 'interrupted' }] })
    expect(portal.calls).toEqual([])
    await run()
    expect(portal.books.size).toBe(9)
    expect(await totals()).toMatchObject({ created: 9, pending: 0 })
  })
})

describe('two tenants in one ledger', () => {
  test('know nothing of each other', async () => {
    const office = await openOffice({ cards: [card(1)] })
    await office.run()
    const other = await openOffice({ cards: [] })
    const report = await runPass({ ...office.sync, tenant: 'lai-chau', target: other.portal })
    expect(report).toMatchObject({ tenant: 'lai-chau', runs: [{ seen: 1, created: 1 }] })
    expect(other.portal.books.get(codeOf(1))?.creates).toBe(1)
    expect((await ledgerStatus(office.ledger, TENANT)).dossiers.confirmed).toBe(1)
  })
})

describe('keeping going', () => {
  test('a pass that fails is told, and the next one comes after the rest', async () => {
    const stop = new AbortController()
    const { sync, clock, portal } = await openOffice({ cards: [card(1), card(2)], sync: { settings: { maxChanges: 1 } } })
    const told: (PassReport | LienthongError)[] = []
    const round = async () => {
      told.push(await runPass(sync, { signal: stop.signal }).catch(asLienthongError))
      if (told.length === 3) stop.abort()
    }
    await watch(round, { everyMs: 60_000, clock, signal: stop.signal })
    expect(told).toMatchObject([{ code: 'sync.too_many_changes' }, { code: 'sync.too_many_changes' }, { code: 'sync.too_many_changes' }])
    expect(clock.slept).toEqual([60_000, 60_000])
    expect(portal.calls).toEqual([])
  })
})

test('a dry run reads the ledger without touching a byte of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-plan-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const url = `sqlite:${join(folder, 'lienthong.db')}`
  const office = await openOffice({ cards: [card(1)] })
  const writer = await openLedger({ url, key, access: 'write', clock: office.clock })
  await runPass({ ...office.sync, ledger: writer })
  await writer.close()
  const hash = () =>
    createHash('sha256')
      .update(readFileSync(join(folder, 'lienthong.db')))
      .digest('hex')
  const before = hash()
  const calls = office.portal.calls.length
  const reader = await openLedger({ url, key, access: 'read', clock: office.clock })
  office.cards.cards = [card(1, { summary: 'bản 2' }), card(2)]
  const told: string[] = []
  await previewPass({ ...office.sync, ledger: reader }, (_, { action }) => void told.push(action))
  await reader.close()
  expect(told).toEqual(['update', 'create'])
  expect(hash()).toBe(before)
  expect(office.portal.calls).toHaveLength(calls)
})
