import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test } from 'vitest'
import { LienthongError, systemClock } from '../../src/base/index.js'
import { endOfSlice, observers, openTelemetrySync, type SyncObserver, type Watching } from '../../src/sync/index.js'
import { emptyTally } from '../../src/sync/tally.js'
import { runSlice } from '../../src/sync/workers/worker.js'
import { card, openOffice, steps, TENANT } from './office.js'

/** Remembers everything it is told, in order. */
function diary() {
  const told: [string, unknown][] = []
  const note = (name: string) => (what: unknown) => void told.push([name, what])
  const watching =
    (name: string) =>
    (start: unknown): Watching<unknown> => {
      told.push([name, start])
      return { ended: (end) => void told.push([`${name} ended`, end]) }
    }
  const observer: SyncObserver = {
    pass: watching('pass'),
    reading: watching('reading'),
    batch: note('batch'),
    send: note('send'),
    brake: note('brake'),
    slice: watching('slice'),
    leaseLost: note('lease lost'),
  }
  return { observer, told, of: (name: string) => told.flatMap(([what, details]) => (what === name ? [details] : [])) }
}

describe('an observer of a pass', () => {
  test('hears of its beginning and end, of each batch by itself, and of each send once the ledger knows it', async () => {
    const { observer, told, of } = diary()
    const cards = [...Array.from({ length: 4 }, (_, n) => card(n)), card(4, { steps: steps(2, 4) })]
    const { run } = await openOffice({ cards, sync: { observer } })
    await run()
    expect(told[0]).toEqual(['pass', { tenant: TENANT }])
    expect((of('batch') as { seen: number }[]).filter(({ seen }) => seen > 0)).toEqual([
      { tenant: TENANT, source: 'cards', seen: 3, planned: 3 },
      { tenant: TENANT, source: 'cards', seen: 2, planned: 2 },
    ])
    expect(of('reading ended')).toMatchObject([{ error: undefined }])
    const sends = of('send') as { operation: string; outcome: string; items: number }[]
    expect(sends.map(({ operation }) => operation).sort()).toEqual(['create', 'create', 'create', 'create', 'create', 'steps'])
    expect(sends.find(({ operation }) => operation === 'steps')).toMatchObject({ outcome: 'accepted', items: 2, tenant: TENANT, source: 'cards' })
    expect(told.at(-1)).toMatchObject([
      'pass ended',
      { outcome: 'done', confirmed: 5, failed: 0, stepsSent: 2, runs: [{ source: 'cards', created: 5 }] },
    ])
  })

  test('is told nothing that names a dossier', async () => {
    const { observer, told } = diary()
    const { run } = await openOffice({ cards: [card(1), card(2, {}, { broken: 'map' })], sync: { observer }, fault: () => 'reject' })
    await run()
    const text = JSON.stringify(told)
    expect(text).toContain('rejected')
    for (const mark of ['H99-261122', 'uid-', 'bản 1']) expect(text).not.toContain(mark)
  })

  test('hears why a pass failed before its first call', async () => {
    const { observer, of } = diary()
    const { run, portal } = await openOffice({ cards: [card(1), card(2)], sync: { observer } })
    await expect(run({ maxChanges: 1 })).rejects.toMatchObject({ code: 'sync.too_many_changes' })
    expect(of('pass ended')).toMatchObject([{ outcome: 'failed', error: { code: 'sync.too_many_changes' } }])
    expect(portal.calls).toHaveLength(0)
  })

  test('hears that a system is held, and that it is not any more', async () => {
    const { observer, of } = diary()
    const cards = Array.from({ length: 25 }, (_, n) => card(n))
    const { run, portal, clock } = await openOffice({ cards, sync: { observer, settings: { concurrency: 1 } }, fault: () => 'reject' })
    await run()
    expect(of('brake')).toContainEqual(expect.objectContaining({ brake: 'held', error: expect.objectContaining({ code: 'sync.held' }) }))
    portal.fault = () => undefined
    clock.advance(600_000)
    await run()
    expect(of('brake').at(-2)).toEqual({ tenant: TENANT, system: 'paper-portal', brake: 'held', error: undefined })
  })

  test('hears that an account is refused, also by passes that do not try it, until it is let in', async () => {
    const { observer, of } = diary()
    const { run, portal } = await openOffice({ cards: [card(1)], sync: { observer }, fault: () => 'login-refused' })
    Object.assign(portal, { account: 'user / wrong' })
    await run()
    await run()
    const refused = of('brake') as { brake: string; error?: LienthongError }[]
    expect(refused.map(({ error }) => error?.code)).toEqual(['portal.login_refused', 'sync.login_waits'])
    portal.fault = () => undefined
    Object.assign(portal, { account: 'user / right' })
    await run()
    expect(of('brake').at(-1)).toEqual({ tenant: TENANT, system: 'paper-portal', brake: 'login', error: undefined })
  })

  test('that throws changes nothing of what is sent', async () => {
    const broken = () => {
      throw new Error('the disk of the metrics is full')
    }
    const observer: SyncObserver = { pass: () => ({ ended: broken }), reading: broken, batch: broken, send: broken, brake: broken }
    const { run, portal, totals } = await openOffice({ cards: [card(1), card(2)], sync: { observer } })
    expect(await run()).toMatchObject({ outcome: 'done', waiting: 0 })
    expect(portal.books.size).toBe(2)
    expect(await totals()).toMatchObject({ created: 2 })
  })

  test('beside another one: both hear everything, and the work runs within both', async () => {
    const within: string[] = []
    const named = (name: string): SyncObserver => ({
      pass: () => ({
        within(work) {
          within.push(name)
          return work()
        },
      }),
    })
    const { observer, of } = diary()
    const { run } = await openOffice({ cards: [card(1)], sync: { observer: observers(named('a'), observer, undefined, named('b')) } })
    await run()
    expect(within.sort()).toEqual(['a', 'b'])
    expect(of('send')).toHaveLength(1)
  })
})

describe('an observer of a worker', () => {
  test('hears of each slice with its sends, and of a lease that was lost', async () => {
    const { observer, of } = diary()
    const { run, cards, ledger, sync } = await openOffice({ cards: [card(1), card(2)] })
    const { ledger: _, ...tenant } = sync
    const slice = (name: string, renew: () => Promise<void>) =>
      runSlice(
        { tenant: TENANT, slice: name, touch: async () => true, end: async () => {} },
        {
          leases: {
            heartbeatMs: 3,
            take: async (_tenant, shard) => ({ tenant: TENANT, shard, epoch: 1, ledger, renew, release: async () => {} }),
            dueShards: async () => [0],
            reserveTurns: async () => 0,
          },
          tenants: { [TENANT]: { ...tenant, observer } },
          clock: systemClock,
          name: 'test',
          signal: new AbortController().signal,
        },
      )
    await slice('read/cards', async () => {})
    await slice('send/0', async () => {})
    expect(of('slice')).toEqual([
      { tenant: TENANT, shard: 'read/cards' },
      { tenant: TENANT, shard: 'send/0' },
    ])
    expect(of('slice ended')).toMatchObject([
      { outcome: 'done', sends: 0 },
      { outcome: 'done', sends: 2 },
    ])
    expect(of('send')).toHaveLength(2)

    cards.cards = [card(3)]
    const slow = cards.changes.bind(cards)
    cards.changes = async function* (...args) {
      await systemClock.sleep(30)
      yield* slow(...args)
    }
    await slice('read/cards', () => Promise.reject(new LienthongError('ledger.lease_lost', { values: { shard: 'read/cards', tenant: TENANT } })))
    expect(of('lease lost')).toEqual([{ tenant: TENANT, shard: 'read/cards' }])
    await run()
  })
})

test('a slice is told by what ended it', () => {
  const tally = { ...emptyTally(), calls: { create: 2, update: 1, steps: 3, lookup: 1 } }
  const held = new LienthongError('sync.interrupted')
  expect(endOfSlice({ tally, stopped: undefined }, undefined, 5)).toEqual({ ms: 5, outcome: 'done', sends: 7, error: undefined })
  expect(endOfSlice({ tally, stopped: 'time-over' }, undefined, 5)).toMatchObject({ outcome: 'more' })
  expect(endOfSlice({ tally, stopped: 'interrupted' }, undefined, 5)).toMatchObject({ outcome: 'interrupted' })
  expect(endOfSlice({ tally, stopped: held }, undefined, 5)).toMatchObject({ outcome: 'stopped', error: held })
  expect(endOfSlice({ outcome: 'incomplete', error: held }, undefined, 5)).toMatchObject({ outcome: 'stopped', sends: 0 })
  expect(endOfSlice(undefined, held, 5)).toMatchObject({ outcome: 'failed', error: held })
})

/** An OpenTelemetry that writes down what it gets; a context is the list of spans one is within. */
function openTelemetryOnPaper() {
  const spans: { name: string; attributes: Record<string, unknown>; ended: boolean; within: string[] }[] = []
  const measures: [string, number, Record<string, unknown> | undefined][] = []
  const active = new AsyncLocalStorage<string[]>()
  const instrument = (name: string) => ({
    record: (value: number, attributes?: Record<string, unknown>) => void measures.push([name, value, attributes]),
    add: (value: number, attributes?: Record<string, unknown>) => void measures.push([name, value, attributes]),
  })
  const api: Parameters<typeof openTelemetrySync>[0] = {
    trace: {
      getTracer: () => ({
        startSpan(name, options) {
          const span = { name, attributes: { ...options?.attributes }, ended: false, within: active.getStore() ?? [] }
          spans.push(span)
          return {
            name,
            setAttribute: (key: string, value: string | number) => void Object.assign(span.attributes, { [key]: value }),
            setStatus: () => {},
            end: () => void Object.assign(span, { ended: true }),
          }
        },
      }),
      setSpan: (context, span) => [...(context as string[]), (span as { name: string }).name],
    },
    context: { active: () => active.getStore() ?? [], with: (context, work) => active.run(context as string[], work) },
    metrics: { getMeter: () => ({ createHistogram: instrument, createCounter: instrument }) },
  }
  return { api, spans, measures }
}

describe('OpenTelemetry', () => {
  test('gets a span for the pass and within it one for the reading, and measures without a dossier in them', async () => {
    const { api, spans, measures } = openTelemetryOnPaper()
    const { run } = await openOffice({ cards: [card(1, { steps: steps(2) })], sync: { observer: openTelemetrySync(api) } })
    await run()
    expect(spans.map(({ name, ended, within }) => [name, ended, within])).toEqual([
      ['lienthong pass', true, []],
      ['lienthong reading', true, ['lienthong pass']],
    ])
    expect(spans[0]?.attributes).toMatchObject({ 'lienthong.tenant': TENANT, 'lienthong.outcome': 'done', 'lienthong.dossiers.confirmed': 1 })
    expect(measures.map(([name]) => name)).toEqual(
      expect.arrayContaining(['lienthong.pass.duration', 'lienthong.reading.duration', 'lienthong.send.duration', 'lienthong.steps.sent']),
    )
    expect(measures.filter(([name]) => name === 'lienthong.send.duration').map(([, , attributes]) => attributes)).toEqual([
      { 'lienthong.tenant': TENANT, 'lienthong.source': 'cards', 'lienthong.operation': 'create', 'lienthong.outcome': 'accepted' },
      { 'lienthong.tenant': TENANT, 'lienthong.source': 'cards', 'lienthong.operation': 'steps', 'lienthong.outcome': 'accepted' },
    ])
    expect(JSON.stringify([spans, measures])).not.toContain('H99-261122')
  })

  test('a slice names its shard in the span and not in the measures', () => {
    const { api, spans, measures } = openTelemetryOnPaper()
    const observer = openTelemetrySync(api)
    observer.slice?.({ tenant: TENANT, shard: 'send/3' })?.ended?.({ ms: 5, outcome: 'done', sends: 2, error: undefined })
    expect(spans).toMatchObject([{ name: 'lienthong slice', attributes: { 'lienthong.shard': 'send/3', 'lienthong.sends': 2 } }])
    expect(measures).toEqual([['lienthong.slice.duration', 5, { 'lienthong.tenant': TENANT, 'lienthong.kind': 'send', 'lienthong.outcome': 'done' }]])
  })
})
