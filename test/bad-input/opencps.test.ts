import { describe, expect, test } from 'vitest'
import { openCps } from '../../src/connectors/index.js'
import type { LocalDate } from '../../src/domain/index.js'
import { loadDefaults } from '../../src/mappers/index.js'
import { openCpsSource } from '../../src/sync/index.js'
import { loopback } from '../transport/loopback.js'
import { manualClock } from '../transport/manual-clock.js'
import { agencyCode, deskWith } from './desk.js'

type Row = Record<string, unknown>

const uid = (n: number) => `uid-${n}`
const codeOfRow = (n: number) => `000.00.12.H99-250310-${String(n).padStart(4, '0')}`

function row(n: number, more: Row = {}): Row {
  return {
    dossierId: 70_000 + n,
    referenceUid: uid(n),
    dossierNo: codeOfRow(n),
    serviceCode: '2.000815.000.00.00.H99',
    serviceName: 'Chứng thực bản sao từ bản chính',
    govAgencyCode: '000.00.12.H99',
    govAgencyName: 'UBND xã Mẫu',
    applicantName: 'NGUYỄN VĂN MẪU',
    applicantIdType: 'citizen',
    applicantIdNo: '099090000001',
    receiveDate: '05/03/2025 08:15:00',
    dossierStatus: 'processing',
    online: 'true',
    originality: 1,
    systemId: 0,
    ...more,
  }
}

const rowsTo = (count: number) => Array.from({ length: count }, (_, n) => row(n + 1))

interface Search {
  readonly start: number
  readonly end: number
  /** Of the list calls, from 1. */
  readonly call: number
}

interface Reply {
  readonly status?: number
  readonly body: unknown
}

/** An OpenCPS server whose list follows a script; undefined answers as a good server would. */
async function oneStop(rows: Row[], script: { list: (search: Search) => Reply | undefined }) {
  let call = 0
  const { url } = await loopback((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    const answer = ({ status = 200, body }: Reply) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    if (pathname.endsWith('/syncs')) return answer({ body: { total: 0, data: [] } })
    if (pathname.endsWith('/payment'))
      return answer({ status: 403, body: { message: 'No Content.', code: 403, description: 'NoSuchPaymentFileException' } })
    const [start, end] = [Number(searchParams.get('start')), Number(searchParams.get('end'))]
    const dayOf = (text: string) => Number(text.slice(0, 10).split('/').reverse().join(''))
    call += 1
    const scripted = script.list({ start, end, call })
    if (scripted) return answer(scripted)
    const hits = rows.filter(({ receiveDate }) => {
      const day = dayOf(String(receiveDate))
      return day >= dayOf(searchParams.get('fromReceiveDate') ?? '') && day <= dayOf(searchParams.get('toReceiveDate') ?? '')
    })
    return answer({ body: { total: hits.length, data: hits.slice(start, end) } })
  })
  const source = openCpsSource({
    client: openCps({
      baseUrl: `${url}/o/rest/v2`,
      groupId: 35166,
      credentials: { username: 'dong-bo', password: 'canary-password' },
      clock: manualClock(),
      random: () => 0,
    }),
    tables: loadDefaults('opencps-v2'),
    agencyCode,
    since: '2025-03-01' as LocalDate,
    pageSize: 3,
    clock: manualClock(Date.UTC(2025, 2, 20, 3)),
  })
  return { source, ...(await deskWith(source)) }
}

const good = () => undefined
const notLoggedIn = { message: 'Non-Authoritative Information.', code: 203, description: 'Non-Authoritative Information.' }

describe('an answer that is no list is one error, nothing is taken for empty, and the next pass reads everything', () => {
  test.each([
    ['HTTP 203, as for a wrong password', { status: 203, body: notLoggedIn }, 'opencps.not_logged_in', 'password'],
    ['a login page with HTTP 200', { body: '<!DOCTYPE html><form action="/c/portal/login">' }, 'opencps.unreadable_answer', '/o/rest/v2'],
    ['half a JSON', { body: '{"total":6,"data":[{"dossierId":7' }, 'opencps.unreadable_answer', '/o/rest/v2'],
    ['nothing', { body: '' }, 'transport.unanswered', ''],
    ['a total without rows', { body: { total: 6 } }, 'opencps.unreadable_answer', ''],
    ['403, which may be anything', { status: 403, body: { message: 'No Content.', code: 403, description: 'ORA-00942' } }, 'opencps.refused', 'log'],
  ])('%s', async (_, reply, cause, advice) => {
    const script: { list: (search: Search) => Reply | undefined } = { list: good }
    const { run, said, portal } = await oneStop(rowsTo(6), script)
    script.list = () => reply
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ seen: 0, outcome: 'incomplete' }] })
    const told = await said(report)
    expect(told).toMatchObject([{ cause, hint: { en: expect.stringContaining(advice) } }])
    expect(JSON.stringify(told)).not.toContain('canary-password')
    script.list = good
    const healed = await run()
    expect(healed).toMatchObject({ outcome: 'done', runs: [{ created: 6 }] })
    expect(await said(healed)).toEqual([])
    expect(portal.books.size).toBe(6)
  })

  test('more than 20 MB is given up at 20 MB', async () => {
    const { run, said } = await oneStop(rowsTo(2), { list: () => ({ body: { total: 1, data: ['x'.repeat(20_000_001)] } }) })
    expect(await said(await run())).toMatchObject([{ cause: 'transport.too_large' }])
  })
})

describe('a list that does not keep still', () => {
  const whole = (portal: { books: Map<string, unknown> }) => [...portal.books.keys()].toSorted()

  test.each<[string, (rows: Row[]) => (search: Search) => Reply | undefined]>([
    [
      'shrinks each time between two pages',
      (rows) =>
        ({ start }) => {
          if (start > 0 && rows.length > 5) rows.shift()
          return undefined
        },
    ],
    [
      'loses a row and gains one, so that its total stays',
      (rows) =>
        ({ start, call }) => {
          if (start > 0) rows.splice(0, rows.length, ...rows.slice(1), row(100 + call))
          return undefined
        },
    ],
    [
      'shows its first page twice',
      (rows) =>
        ({ end, start }) =>
          start > 0 ? { body: { total: rows.length, data: rows.slice(0, end - start) } } : undefined,
    ],
    [
      'promises more than it shows',
      (rows) =>
        ({ start, end }) => ({ body: { total: rows.length + 4, data: rows.slice(start, end) } }),
    ],
  ])('%s: read again, then one error; what was seen is synced; a still list heals it', async (_, misbehave) => {
    const rows = [...rowsTo(12), row(50, { receiveDate: '15/04/2025 08:00:00' })]
    const script: { list: (search: Search) => Reply | undefined } = { list: good }
    const { run, said, portal } = await oneStop(rows, script)
    script.list = misbehave(rows)
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ outcome: 'incomplete', failed: 0 }] })
    expect(report.runs[0]?.created).toBeGreaterThan(2)
    const told = await said(report)
    expect(told).toMatchObject([{ cause: 'opencps.list_moved', hint: { en: expect.stringContaining('windowDays') } }])
    expect(told[0]?.text.en).toContain('01/03/2025–30/03/2025')
    script.list = good
    const healed = await run()
    expect(healed).toMatchObject({ outcome: 'done' })
    expect(await said(healed)).toEqual([])
    const here = rows.filter(({ receiveDate }) => String(receiveDate).includes('/03/')).map(({ dossierNo }) => dossierNo as string)
    expect(whole(portal)).toEqual(expect.arrayContaining(here))
  })

  test('once, is read again, and nobody is bothered', async () => {
    const rows = rowsTo(9)
    const { run, said, portal } = await oneStop(rows, {
      list: ({ call }) => {
        if (call === 2) rows.splice(0, rows.length, ...rows.slice(1), row(10))
        return undefined
      },
    })
    const report = await run()
    expect(report).toMatchObject({ outcome: 'done' })
    expect(await said(report)).toEqual([])
    expect(portal.books.size).toBe(10)
  })

  test('because new dossiers come in at its end, is no trouble at all', async () => {
    const rows = rowsTo(6)
    const calls: number[] = []
    const { run, said, portal } = await oneStop(rows, {
      list: ({ call, start }) => {
        calls.push(start)
        if (call <= 2) rows.push(row(6 + call))
        return undefined
      },
    })
    const report = await run()
    expect(report).toMatchObject({ outcome: 'done', runs: [{ created: 8, seen: 8 }] })
    expect(await said(report)).toEqual([])
    expect(calls).toEqual([0, 3, 6])
    expect(portal.books.size).toBe(8)
  })

  test('is no reason to leave other days unread', async () => {
    const rows = [...rowsTo(8), ...Array.from({ length: 2 }, (_, n) => row(20 + n, { receiveDate: '31/03/2025 08:00:00' }))]
    const { run, portal } = await oneStop(rows, {
      list: ({ start }) => (start > 0 ? { body: { total: 8, data: rows.slice(0, 4) } } : undefined),
    })
    expect(await run()).toMatchObject({ outcome: 'incomplete' })
    expect(portal.books.size).toBe(4)
  })

  test('a server that gives fewer rows than asked for is read to its end', async () => {
    const rows = rowsTo(9)
    const { run, portal } = await oneStop(rows, { list: ({ start }) => ({ body: { total: rows.length, data: rows.slice(start, start + 2) } }) })
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 9, created: 9 }] })
    expect(portal.books.size).toBe(9)
  })
})

test('an error in the middle of the list keeps what was read and goes on there', async () => {
  const script: { list: (search: Search) => Reply | undefined } = {
    list: ({ start }) => (start > 0 ? { status: 403, body: { message: 'No Content.', code: 403, description: 'x' } } : undefined),
  }
  const { run, said } = await oneStop(rowsTo(6), script)
  const report = await run()
  expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ seen: 4, created: 4 }] })
  expect(await said(report)).toMatchObject([{ cause: 'opencps.refused' }])
  script.list = good
  const healed = await run()
  expect(healed).toMatchObject({ outcome: 'done', runs: [{ created: 2, unchanged: 4 }] })
  expect(await said(healed)).toEqual([])
})

describe('one bad row', () => {
  test.each<[string, Row, string]>([
    ['with a status nobody mapped', { dossierStatus: 'archived' }, 'status.unmapped'],
    ['that lost its uid', { referenceUid: undefined }, 'record.unreadable'],
    ['that lost its uid and its number', { referenceUid: null, dossierId: null }, 'record.unreadable'],
    ['with an object where a text belongs', { applicantName: { first: 'x' } }, 'record.unreadable'],
  ])('%s: one failure with its place, the others go on, and once repaired it is a failure no more', async (_, broken, cause) => {
    const rows = rowsTo(5)
    rows[2] = row(3, broken)
    const { run, said, portal, totals } = await oneStop(rows, { list: good })
    const report = await run()
    expect(report).toMatchObject({ outcome: 'done', failing: 1, runs: [{ seen: 5, created: 4, failed: 1 }] })
    expect(await said(report)).toMatchObject([{ cause, place: expect.stringContaining(codeOfRow(3)) }])
    expect(await run()).toMatchObject({ failing: 1, runs: [{ unchanged: 5 }] })
    rows[2] = row(3)
    const healed = await run()
    expect(healed).toMatchObject({ outcome: 'done', failing: 0, runs: [{ created: 1, unchanged: 4 }] })
    expect(await said(healed)).toEqual([])
    expect(portal.books.size).toBe(5)
    expect(await totals()).toMatchObject({ failed: 0, superseded: 1 })
  })

  test('of a day long past is found again when it was repaired', async () => {
    const rows = [row(1, { referenceUid: undefined }), row(2, { receiveDate: '19/03/2025 08:00:00' })]
    const { run } = await oneStop(rows, { list: good })
    expect(await run()).toMatchObject({ failing: 1 })
    rows[0] = row(1)
    expect(await run()).toMatchObject({ failing: 0, runs: [{ created: 1 }] })
  })

  test('that is no object at all names the days and the row', async () => {
    const rows = [row(1), row(2)]
    const { run, said } = await oneStop(rows, { list: () => ({ body: { total: 3, data: [...rows, null] } }) })
    const report = await run()
    expect(report).toMatchObject({ runs: [{ seen: 3, created: 2, failed: 1 }] })
    expect(await said(report)).toMatchObject([{ cause: 'record.unreadable', place: 'OpenCPS 01/03/2025–30/03/2025, row 3' }])
  })

  test('without a number was not received yet: skipped, and no failure', async () => {
    const { run, said } = await oneStop([row(1), row(2, { dossierNo: '' })], { list: good })
    const report = await run()
    expect(report).toMatchObject({ runs: [{ created: 1, skipped: 1 }] })
    expect(await said(report)).toEqual([])
  })
})
