import { describe, expect, test } from 'vitest'
import { LienthongError } from '../../../src/base/index.js'
import type { OpenCps, OpenCpsSearch } from '../../../src/connectors/opencps/index.js'
import { type Instant, instant, type LocalDate } from '../../../src/domain/index.js'
import { loadDefaults, parseCodeTables } from '../../../src/mappers/index.js'
import { type OpenDossier, openCpsSource, runPass, type SourceBatch } from '../../../src/sync/index.js'
import { checkSource } from '../../../src/testing/index.js'
import { at } from '../../mappers/made-up.js'
import { manualClock } from '../../transport/manual-clock.js'
import { openOffice } from '../office.js'

interface Row {
  readonly referenceUid: string
  readonly receiveDate: string
  readonly [field: string]: unknown
}

function row(n: number, day: string, more: Record<string, unknown> = {}): Row {
  return {
    dossierId: 70_000 + n,
    referenceUid: `uid-${n}`,
    dossierNo: `000.00.12.H99-250310-${String(n).padStart(4, '0')}`,
    serviceCode: '2.000815.000.00.00.H99',
    serviceName: 'Chứng thực bản sao từ bản chính',
    govAgencyCode: '000.00.12.H99',
    govAgencyName: 'UBND xã Mẫu',
    applicantName: 'NGUYỄN VĂN MẪU',
    applicantIdType: 'citizen',
    applicantIdNo: '099090000001',
    receiveDate: `${day} 08:15:00`,
    dossierStatus: 'processing',
    online: 'true',
    originality: 1,
    systemId: 0,
    ...more,
  }
}

const dayNumber = (text: string) => Number(text.slice(0, 10).split('/').reverse().join(''))

/** An OpenCPS server as its client sees it, whose rows may change between two calls. */
function server(rows: Row[], beforeList: (search: OpenCpsSearch, call: number) => void = () => {}) {
  const searches: OpenCpsSearch[] = []
  const client: OpenCps = {
    host: 'motcua.test',
    async listDossiers(search) {
      searches.push(search)
      beforeList(search, searches.length)
      const hits = rows
        .filter(
          ({ receiveDate }) =>
            dayNumber(receiveDate) >= dayNumber(search.fromReceiveDate ?? '') && dayNumber(receiveDate) <= dayNumber(search.toReceiveDate ?? ''),
        )
        .toSorted((a, b) => dayNumber(a.receiveDate) - dayNumber(b.receiveDate))
      return { total: hits.length, rows: hits.slice(search.start, search.end) }
    },
    dossier: async () => ({}),
    findDossier: async () => null,
    updateDossier: async () => ({}),
    publishDossier: async () => ({}),
    actions: async () => [],
    payment: async () => null,
    services: async () => ({ total: 0, rows: [] }),
  }
  return { client, searches, rows }
}

const today = Date.UTC(2025, 2, 20, 3)

function sourceOf(client: OpenCps, more: Partial<Parameters<typeof openCpsSource>[0]> = {}) {
  return openCpsSource({
    client,
    tables: loadDefaults('opencps-v2'),
    agencyCode: '000.00.00.H99',
    since: '2025-03-01' as LocalDate,
    pageSize: 3,
    clock: manualClock(today),
    ...more,
  })
}

async function* opened(...days: readonly Instant[]): AsyncGenerator<OpenDossier> {
  for (const receivedAt of days) yield { key: String(receivedAt), localCode: null, receivedAt }
}

async function readAll(source: ReturnType<typeof sourceOf>, cursor: unknown = null, open = opened()) {
  const batches: SourceBatch[] = []
  for await (const batch of source.changes(cursor, { open: () => open })) batches.push(batch)
  const seen = batches.flatMap(({ items }) => items.map((item) => (JSON.parse(String(item.bytes)) as Row).referenceUid))
  return { batches, seen, last: batches.at(-1) }
}

const windowsOf = (searches: readonly OpenCpsSearch[]) =>
  searches
    .filter(({ start, fromReceiveDate }) => start === 0 && fromReceiveDate !== undefined)
    .map(({ fromReceiveDate, toReceiveDate }) => `${fromReceiveDate}–${toReceiveDate}`)

describe('which days are asked for', () => {
  test('the first pass reads from the configured day to tomorrow, window by window', async () => {
    const { client, searches } = server([row(1, '02/03/2025'), row(2, '19/03/2025')])
    const { seen, last } = await readAll(sourceOf(client, { windowDays: 10 }))
    expect(windowsOf(searches)).toEqual(['01/03/2025–10/03/2025', '11/03/2025–20/03/2025', '21/03/2025–30/03/2025'])
    expect(seen).toEqual(['uid-1', 'uid-2'])
    expect(last).toMatchObject({ end: 'caught-up', cursor: { receivedThrough: '2025-03-19' } })
  })

  test('a later pass starts some days before where it ended, for dossiers entered late', async () => {
    const { client, searches } = server([row(1, '19/03/2025')])
    await readAll(sourceOf(client, { overlapDays: 7 }), { receivedThrough: '2025-03-19' })
    expect(windowsOf(searches)).toEqual(['12/03/2025–10/04/2025'])
  })

  test('every day on which an open dossier was received is read again, neighbouring days together', async () => {
    const { client, searches } = server([])
    const open = opened(at('2025-01-10 09:00'), at('2025-01-12 09:00'), at('2025-01-12 15:00'), at('2025-02-20 09:00'), at('2025-03-18 09:00'))
    await readAll(sourceOf(client), { receivedThrough: '2025-03-19' }, open)
    expect(windowsOf(searches)).toEqual(['10/01/2025–12/01/2025', '20/02/2025–20/02/2025', '12/03/2025–10/04/2025'])
  })

  test('a server whose clock runs ahead does not move the cursor into the future', async () => {
    const { client } = server([row(1, '21/03/2025')])
    const { last } = await readAll(sourceOf(client))
    expect(last?.cursor).toEqual({ receivedThrough: '2025-03-20' })
  })
})

describe('a list that changes while it is read', () => {
  test('is read again: a row that moved to a page already read is not missed', async () => {
    const day = '05/03/2025'
    const rows = Array.from({ length: 6 }, (_, n) => row(n + 1, day))
    const { client } = server(rows, (_, call) => {
      // Between the first and the second page one row goes away, and the rest moves up.
      if (call === 2) rows.shift()
    })
    const { seen } = await readAll(sourceOf(client, { windowDays: 30 }))
    expect(new Set(seen)).toEqual(new Set(['uid-1', 'uid-2', 'uid-3', 'uid-4', 'uid-5', 'uid-6']))
  })

  test('a page that comes short is no end of the list', async () => {
    const rows = Array.from({ length: 6 }, (_, n) => row(n + 1, '05/03/2025'))
    const { client } = server(rows)
    let short = true
    const stingy: OpenCps = {
      ...client,
      async listDossiers(search) {
        const page = await client.listDossiers(search)
        if (!short || search.start !== 3) return page
        short = false
        return { ...page, rows: page.rows.slice(0, 1) }
      },
    }
    const { seen } = await readAll(sourceOf(stingy))
    expect(new Set(seen).size).toBe(6)
  })
})

describe('an error in the middle', () => {
  test('ends the reading where it stands: what was read is kept, and the next pass starts there', async () => {
    const rows = [row(1, '02/03/2025'), row(2, '15/03/2025')]
    let broken = true
    const { client } = server(rows, ({ fromReceiveDate }) => {
      if (broken && fromReceiveDate === '11/03/2025') throw new LienthongError('opencps.refused', { values: { status: 403, operation: 'dossiers' } })
    })
    const office = await openOffice({})
    const sync = { ...office.sync, sources: { 'one-stop': sourceOf(client, { windowDays: 10, overlapDays: 0 }) } }
    const report = await runPass(sync)
    expect(report).toMatchObject({
      outcome: 'incomplete',
      runs: [{ seen: 1, created: 1, outcome: 'incomplete', error: { code: 'opencps.refused' } }],
    })
    broken = false
    expect(await runPass(sync)).toMatchObject({ outcome: 'done', runs: [{ created: 1 }] })
    expect(office.portal.books.size).toBe(2)
  })
})

describe('a dossier’s steps and fees', () => {
  test('are fetched only for records that changed', async () => {
    const rows = [row(1, '02/03/2025'), row(2, '15/03/2025')]
    const { client } = server(rows)
    const asked: string[] = []
    const counting: OpenCps = {
      ...client,
      async actions(id) {
        asked.push(id)
        return []
      },
    }
    const office = await openOffice({})
    const sync = { ...office.sync, sources: { 'one-stop': sourceOf(counting) } }
    await runPass(sync)
    expect(asked.toSorted()).toEqual(['70001', '70002'])
    rows[1] = row(2, '15/03/2025', { dossierStatus: 'waiting' })
    await runPass(sync)
    expect(asked.slice(2)).toEqual(['70002'])
  })

  test('that the server refuses for one dossier fail that one, and it is read again by the next pass', async () => {
    const { client } = server([row(1, '02/03/2025'), row(2, '15/03/2025')])
    let broken = true
    const refusing: OpenCps = {
      ...client,
      async actions(id) {
        if (broken && id === '70001') throw new LienthongError('opencps.refused', { values: { status: 403, operation: 'syncs' } })
        return []
      },
    }
    const office = await openOffice({})
    const sync = { ...office.sync, sources: { 'one-stop': sourceOf(refusing) } }
    expect(await runPass(sync)).toMatchObject({ runs: [{ seen: 2, failed: 1, created: 1 }], failing: 1 })
    broken = false
    expect(await runPass(sync)).toMatchObject({ runs: [{ created: 1 }], failing: 0 })
  })

  test('of a dossier that failed long ago are read again once its table is right', async () => {
    const clock = manualClock(today)
    const { client } = server([row(1, '02/03/2025', { dossierStatus: 'archived' })])
    const office = await openOffice({})
    const pass = (tables: Parameters<typeof sourceOf>[1]) =>
      runPass({ ...office.sync, sources: { 'one-stop': sourceOf(client, { clock, ...tables }) } })
    expect(await pass({})).toMatchObject({ failing: 1 })
    clock.advance(60 * 86_400_000)
    await pass({})
    expect(await pass({ tables: parseCodeTables({ status: { archived: 4 } }, 'tables.yaml', 'opencps-v2') })).toMatchObject({
      failing: 0,
      runs: [{ created: 1 }],
    })
  })
})

test('the source keeps the promises of its port', async () => {
  const { client } = server([row(1, '02/03/2025'), row(2, '15/03/2025'), { ...row(3, '15/03/2025'), referenceUid: undefined as unknown as string }])
  expect(await checkSource(sourceOf(client))).toEqual({ records: 2, broken: [] })
})

test('a moment is read as the wall clock in Viet Nam', async () => {
  const { client } = server([row(1, '02/03/2025')])
  const { batches } = await readAll(sourceOf(client))
  const read = batches[0]?.items[0]?.read()
  expect(read?.ok && read.value.traits.receivedAt).toBe(instant(Date.UTC(2025, 2, 2, 1, 15)))
})
