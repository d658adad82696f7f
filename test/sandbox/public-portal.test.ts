import { describe, expect, test } from 'vitest'
import type { Clock } from '../../src/base/index.js'
import { formalityDetail } from '../../src/connectors/procedure-database/wire.js'
import { manualClock } from '../transport/manual-clock.js'
import { sandboxFor } from './portal-calls.js'
import { DETAIL, LIST, native, PDF, plain, publicPortal, type Row } from './procedure-calls.js'

const open = (count = 450) => sandboxFor({ options: { procedures: { count, throttle: null, quirks: plain } } })

/** Follows the cursor until it ends. */
async function everything(sandbox: Awaited<ReturnType<typeof open>>, limit = 200) {
  const pages: Row[][] = []
  let lastId = ''
  for (;;) {
    const { data } = await publicPortal(sandbox, LIST, { limit, lastId, q: '', categoryId: '', departmentCode: '' })
    if (data === null || data.items.length === 0 || pages.length > 50) return { pages, total: data?.total, last: data?.lastId }
    pages.push(data.items)
    lastId = data.lastId
  }
}

describe('the public portal of 2026, §3c', () => {
  test('pages of 200 follow the cursor to the end, and total says how many there are: the public ones', async () => {
    const sandbox = await open()
    const { pages, total, last } = await everything(sandbox)
    const shown = sandbox.procedures.list().filter(({ state }) => state === 'public')
    expect(pages.map((page) => page.length)).toEqual([200, 200, shown.length - 400])
    expect(total).toBe(shown.length)
    expect(last).toBe('')
    expect(pages.flat().map(({ code, name }) => ({ code, name, state: 'public' }))).toEqual(shown)
  })

  test('a page holds 200 at most, whatever is asked for', async () => {
    expect((await publicPortal(await open(), LIST, { limit: 5000, lastId: '' })).data?.items).toHaveLength(200)
  })

  test('success is HTTP 201 and the code OK; a refusal is HTTP 201, too', async () => {
    const sandbox = await open()
    const page = await publicPortal(sandbox, LIST, { limit: 1, lastId: '' })
    expect([page.status, page.code]).toEqual([201, 'OK'])
    expect(await publicPortal(sandbox, DETAIL, { id: 'nobody' })).toMatchObject({ status: 201, code: 'NOT_FOUND', data: null })
    expect(await publicPortal(sandbox, LIST, { limit: 10, lastId: 'nobody' })).toMatchObject({ status: 201, code: 'INVALID_ARGUMENT', data: null })
    expect((await publicPortal(sandbox, '/api/v1/other', {})).status).toBe(404)
  })

  test('a detail is found by id and tells the same facts as LayThuTuc', async () => {
    const sandbox = await open()
    const { procedure } = await native(sandbox)
    const [row] = (await publicPortal(sandbox, LIST, { limit: 1, lastId: '' })).data?.items ?? []
    const detail = formalityDetail.parse((await publicPortal(sandbox, DETAIL, { id: row!.id })).data)
    const national = (await procedure(String(row!.code))) as Record<string, Row[]>
    expect(detail.name).toBe(national.TENTTHC)
    expect(detail.categoriesDetails?.map((one) => one?.code)).toEqual(national.LINHVUCTHUCHIEN?.map((one) => one.MALINHVUC))
    expect(detail.executionMethods?.map((one) => one?.submissionMethod)).toEqual(
      national.CACHTHUCTHUCHIEN?.map((one) => ({ 1: 'DIRECT', 2: 'ONLINE', 3: 'POSTAL' })[String(one.KENH)]),
    )
    expect(detail.executionCases?.[0]?.profileComponents?.map((one) => one?.code)).toEqual(
      (national.THANHPHANHOSO![0]!.GIAYTO as Row[]).map((one) => one.MAGIAYTO),
    )
    expect(detail.procedureProposal?.decisionDate).toEqual(expect.any(Number))
  })

  test('the PDF is a PDF', async () => {
    const sandbox = await open()
    const [row] = (await publicPortal(sandbox, LIST, { limit: 1, lastId: '' })).data?.items ?? []
    const { url } = sandbox.systems['procedure-database-portal']!
    const response = await fetch(url + PDF, { method: 'POST', body: JSON.stringify({ formalityId: row!.id }) })
    expect([response.headers.get('content-type'), (await response.text()).slice(0, 5)]).toEqual(['application/pdf', '%PDF-'])
  })
})

describe('throttling', () => {
  const page = { limit: 1, lastId: '' }

  test('more than ten requests in a second are told to wait a second; then it goes on', async () => {
    const clock = manualClock()
    const sandbox = await sandboxFor({ clock, options: { procedures: { count: 60 } } })
    const ask = () => publicPortal(sandbox, LIST, page)
    for (let request = 0; request < 10; request++) expect((await ask()).status).toBe(201)
    const turnedAway = await ask()
    expect([turnedAway.status, turnedAway.retryAfter]).toEqual([429, '1'])
    clock.advance(999)
    expect((await ask()).status).toBe(429)
    clock.advance(1)
    expect((await ask()).status).toBe(201)
    expect(sandbox.procedures.requests()).toMatchObject({ throttled: 2, byService: { 'list-all-public-formality-by-citizen': 11 } })
  })

  test('more than three at once are turned away, and places come free again', async () => {
    const gate = heldClock()
    const sandbox = await sandboxFor({
      clock: gate.clock,
      latencyMs: 1,
      options: { procedures: { count: 60, throttle: { perSecond: 100, concurrent: 3 } } },
    })
    const asked = [1, 2, 3].map(() => publicPortal(sandbox, LIST, page))
    await gate.waiting(3)
    const fourth = publicPortal(sandbox, LIST, page)
    await gate.waiting(4)
    gate.open()
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([201, 201, 201])
    expect((await fourth).status).toBe(429)
    expect((await publicPortal(sandbox, LIST, page)).status).toBe(201)
    expect(sandbox.procedures.requests()).toMatchObject({ largestConcurrent: 3, throttled: 1 })
  })

  test('it can be switched off, and the other doors know none', async () => {
    const clock = manualClock()
    const sandbox = await sandboxFor({ clock, options: { procedures: { count: 60, throttle: null } } })
    for (let request = 0; request < 30; request++) expect((await publicPortal(sandbox, LIST, page)).status).toBe(201)
  })
})

/** A clock whose sleepers wait until the test lets them go. */
function heldClock() {
  const sleepers: (() => void)[] = []
  const watchers: { readonly count: number; readonly tell: () => void }[] = []
  let isOpen = false
  const clock: Clock = {
    now: () => Date.UTC(2026, 10, 22),
    sleep: () =>
      new Promise((resolve) => {
        if (isOpen) return resolve()
        sleepers.push(resolve)
        for (const { count, tell } of watchers) if (sleepers.length >= count) tell()
      }),
  }
  return {
    clock,
    waiting: (count: number) => new Promise<void>((tell) => (sleepers.length >= count ? tell() : watchers.push({ count, tell }))),
    open() {
      isOpen = true
      for (const wake of sleepers) wake()
    },
  }
}
