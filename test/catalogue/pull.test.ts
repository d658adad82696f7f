import { describe, expect, test } from 'vitest'
import { LienthongError, type Text } from '../../src/base/index.js'
import type { CatalogueSource } from '../../src/catalogue/pull/ports.js'
import { type PullOptions, pullCatalogue, shareToReadAgain } from '../../src/catalogue/pull/pull.js'
import { nationalCatalogue } from '../../src/catalogue/pull/sources/national-database.js'
import { openCpsCatalogue } from '../../src/catalogue/pull/sources/opencps.js'
import type { OpenCps, ProcedureDatabase } from '../../src/connectors/index.js'
import { procedureDetail } from '../../src/connectors/procedure-database/wire.js'
import type { LocalDate } from '../../src/domain/index.js'
import { catalogueLines, catalogueProcedures, catalogueSize, procedureOn } from '../../src/ledger/index.js'
import { codeOf, emptyLedger, paperCatalogue, TENANT, unreachable } from './paper-catalogue.js'

const DAY = 86_400_000

async function desk(count = 10) {
  const { ledger, clock } = await emptyLedger()
  const paper = paperCatalogue(count)
  const pull = (more: Partial<PullOptions> = {}) => {
    paper.asked.length = 0
    return pullCatalogue({ ledger, tenant: TENANT, catalogue: 'national', source: paper.source, ...more })
  }
  const lines = () => catalogueLines(ledger, TENANT, 'national')
  return { ledger, clock, paper, pull, lines }
}

describe('a pull', () => {
  test('reads the list and every detail, once', async () => {
    const { ledger, paper, pull } = await desk()
    const report = await pull()
    expect(report).toMatchObject({ outcome: 'done', resumed: false, listRead: true, problemCount: 0, error: null })
    expect(report.list).toEqual({ listed: 10, added: 10, renamed: 0, deactivated: 0, reactivated: 0, kept: 0 })
    expect(report.details).toEqual({ due: 10, read: 10, added: 10, changed: 0, failed: 0, later: 0 })
    expect(paper.asked).toHaveLength(3 + 10)
    expect(new Set(paper.asked).size).toBe(13)
    expect(await catalogueSize(ledger, TENANT, 'national')).toEqual({ active: 10, inactive: 0, detailed: 10, withFindings: 0 })
  })

  test('within maxAge asks for the list and for nothing else that did not change', async () => {
    const { clock, paper, pull } = await desk()
    await pull()
    clock.advance(13 * DAY)
    const first = paper.procedures.get(codeOf(1))
    if (first === undefined) throw new Error('no procedure')
    paper.procedures.set(codeOf(1), { ...first, name: 'Thủ tục mẫu số 1 (sửa đổi)' })
    paper.procedures.set(codeOf(11), { ...first, code: codeOf(11), name: 'Thủ tục mới' })
    const report = await pull()
    expect(report.list).toMatchObject({ added: 1, renamed: 1, deactivated: 0 })
    expect(paper.asked).toEqual(['list 0', 'list 4', 'list 8', codeOf(1), codeOf(11)])
    expect(report.details).toMatchObject({ added: 1, changed: 1 })
  })

  test('after maxAge reads old details again, spread over daily pulls, oldest first', async () => {
    const { clock, paper, pull } = await desk(28)
    paper.pageSize = 100
    await pull()
    const perDay: number[] = []
    for (let day = 1; day <= 22; day++) {
      clock.advance(DAY)
      const report = await pull()
      expect(report.outcome).toBe('done')
      perDay.push(paper.asked.length - 1)
    }
    expect(perDay.slice(0, 13)).toEqual(Array.from({ length: 13 }, () => 0))
    // Twice 1/14 of 28 a day: seven days for all, and then a week of rest.
    expect(perDay.slice(13)).toEqual([4, 4, 4, 4, 4, 4, 4, 0, 0])
  })

  test('keeps a version for each day on which a procedure said something new', async () => {
    const { ledger, clock, paper, pull } = await desk()
    await pull()
    clock.advance(20 * DAY)
    const first = paper.procedures.get(codeOf(1))
    if (first === undefined) throw new Error('no procedure')
    paper.procedures.set(codeOf(1), { ...first, requirements: 'Đủ 18 tuổi' })
    const report = await pull()
    expect(report.details).toMatchObject({ read: 10, changed: 1 })
    const on = async (day: string) => (await procedureOn(ledger, TENANT, 'national', codeOf(1), day as LocalDate))?.requirements
    expect(await on('2026-11-22')).toBeNull()
    expect(await on('2026-12-11')).toBeNull()
    expect(await on('2026-12-12')).toBe('Đủ 18 tuổi')
    // Nobody knows what it said before we first read it: the oldest is the nearest.
    expect(await on('2020-01-01')).toBeNull()
  })

  test('switches off what a whole list lacks, deletes nothing, and switches it on again when it is back', async () => {
    const { ledger, clock, paper, pull, lines } = await desk()
    await pull()
    const gone = paper.procedures.get(codeOf(3))
    if (gone === undefined) throw new Error('no procedure')
    paper.procedures.delete(codeOf(3))
    clock.advance(DAY)
    expect((await pull()).list).toMatchObject({ deactivated: 1 })
    expect((await lines()).find(({ code }) => code === codeOf(3))).toMatchObject({ state: 'inactive', inactiveSince: '2026-11-23' })
    expect(await procedureOn(ledger, TENANT, 'national', codeOf(3), '2026-11-23' as LocalDate)).toBeDefined()
    paper.procedures.set(codeOf(3), gone)
    clock.advance(DAY)
    const back = await pull()
    expect(back.list).toMatchObject({ reactivated: 1, added: 0 })
    expect(paper.asked).toContain(codeOf(3))
    expect((await lines()).find(({ code }) => code === codeOf(3))).toMatchObject({ state: 'active', inactiveSince: null })
  })
})

describe('a list that cannot be trusted changes nothing', () => {
  test.each([
    ['unreachable in the middle', { listFault: { at: 4, error: unreachable } }, 'transport.unreachable'],
    ['cut in the middle', { cut: true }, 'catalogue.list_cut'],
    [
      'empty',
      { listFault: { at: 0, error: new LienthongError('catalogue.list_empty', { values: { catalogue: 'national' } }) } },
      'catalogue.list_empty',
    ],
  ])('%s', async (_, fault, code) => {
    const { clock, paper, pull, lines } = await desk()
    await pull()
    const before = await lines()
    clock.advance(DAY)
    paper.procedures.delete(codeOf(2))
    Object.assign(paper, fault)
    const report = await pull()
    expect(report).toMatchObject({ outcome: 'failed', list: null })
    expect(report.error?.code).toBe(code)
    expect(await lines()).toEqual(before)
    Object.assign(paper, { listFault: undefined, cut: false })
    expect((await pull()).list).toMatchObject({ deactivated: 1 })
  })

  test('a list without rows is no catalogue', async () => {
    const { paper, pull, lines } = await desk()
    await pull()
    paper.procedures.clear()
    const report = await pull()
    expect(report).toMatchObject({ outcome: 'failed', list: null })
    expect(report.error?.code).toBe('catalogue.list_empty')
    expect((await lines()).every(({ state }) => state === 'active')).toBe(true)
  })

  test('a row that nobody can tell from another keeps what the list lacks in force; a name that cannot be read is no new name', async () => {
    const { ledger, paper, lines } = await desk()
    const listed = async (more: { readonly problems: readonly { place: string; problem: Text; code: null }[] }) => {
      const { list } = paper.source
      const source: CatalogueSource = {
        ...paper.source,
        async *list(options) {
          for await (const page of list(options)) {
            yield { ...page, ...more, rows: page.rows.map((row) => (row.code === codeOf(1) ? { ...row, name: '' } : row)) }
          }
        },
      }
      return pullCatalogue({ ledger, tenant: TENANT, catalogue: 'national', source })
    }
    await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'national', source: paper.source })
    paper.procedures.delete(codeOf(2))
    const damaged = { place: 'row 2', problem: { en: 'no code', vi: 'thiếu mã' }, code: null }
    expect((await listed({ problems: [damaged] })).list).toMatchObject({ deactivated: 0, kept: 1, renamed: 0 })
    expect((await lines()).map(({ name, state }) => [name, state]).slice(0, 2)).toEqual([
      ['Thủ tục mẫu số 1', 'active'],
      ['Thủ tục mẫu số 2', 'active'],
    ])
    expect((await listed({ problems: [] })).list).toMatchObject({ deactivated: 1, kept: 0 })
  })

  test('one that lost a tenth at once waits for a person', async () => {
    const { paper, pull, lines } = await desk(600)
    paper.pageSize = 1000
    await pull()
    for (let number = 1; number <= 61; number++) paper.procedures.delete(codeOf(number))
    const report = await pull()
    expect(report).toMatchObject({ outcome: 'failed', list: null })
    expect(report.error?.code).toBe('catalogue.list_shrunk')
    expect((await lines()).filter(({ state }) => state === 'inactive')).toEqual([])
    expect((await pull({ brake: undefined })).list).toMatchObject({ deactivated: 61 })
  })

  test('of a small catalogue a quarter is much, and a handful is not', async () => {
    const { paper, pull, lines } = await desk(40)
    await pull()
    for (let number = 1; number <= 10; number++) paper.procedures.delete(codeOf(number))
    expect((await pull()).error?.code).toBe('catalogue.list_shrunk')
    expect((await lines()).filter(({ state }) => state === 'inactive')).toEqual([])
    const { paper: few, pull: pullFew } = await desk(6)
    await pullFew()
    for (let number = 1; number <= 4; number++) few.procedures.delete(codeOf(number))
    expect((await pullFew()).list).toMatchObject({ deactivated: 4 })
  })
})

describe('a pull that ends early', () => {
  test('goes on with the next page, not with the first', async () => {
    const { paper, pull } = await desk(12)
    paper.listFault = { at: 8, error: unreachable }
    expect((await pull()).outcome).toBe('failed')
    paper.listFault = undefined
    const report = await pull()
    expect(report).toMatchObject({ outcome: 'done', resumed: true })
    expect(report.list).toMatchObject({ listed: 12, added: 12 })
    expect(paper.asked.filter((call) => call.startsWith('list'))).toEqual(['list 8'])
  })

  test('interrupted, goes on without asking again for what it has', async () => {
    const { paper, pull } = await desk(40)
    paper.pageSize = 100
    const stop = new AbortController()
    const all: string[] = []
    paper.onDetail = () => {
      if (paper.asked.length === 20) stop.abort()
    }
    expect((await pull({ signal: stop.signal, concurrency: 1 })).outcome).toBe('interrupted')
    all.push(...paper.asked)
    paper.onDetail = undefined
    const report = await pull()
    all.push(...paper.asked)
    expect(report).toMatchObject({ outcome: 'done', resumed: true, listRead: false })
    // The answer that came as it was stopped was kept too.
    expect(all).toHaveLength(41)
    expect(new Set(all).size).toBe(41)
  })

  test('five failures in a row are not about single procedures: it stops, and the next one goes on', async () => {
    const { ledger, paper, pull } = await desk(30)
    paper.pageSize = 100
    for (let number = 11; number <= 30; number++) {
      paper.detailFaults.set(codeOf(number), () => {
        throw unreachable
      })
    }
    const report = await pull({ concurrency: 1 })
    expect(report.outcome).toBe('incomplete')
    expect(report.error?.code).toBe('transport.unreachable')
    expect(paper.asked).toHaveLength(1 + 15)
    paper.detailFaults.clear()
    expect(await pull()).toMatchObject({ outcome: 'done', resumed: true, listRead: false })
    expect(paper.asked).toHaveLength(20)
    expect(await catalogueSize(ledger, TENANT, 'national')).toMatchObject({ detailed: 30, withFindings: 0 })
  })
})

describe('a detail that cannot be used is told by its code, and the pull goes on', () => {
  const unreadable = new LienthongError('opencps.unreadable_answer', {
    system: 'procedure-database',
    operation: 'LayThuTuc',
    values: { operation: 'LayThuTuc', problem: 'a page in markup' },
  })
  test.each([
    ['empty', () => null, 'catalogue.detail-empty'],
    [
      'HTML',
      () => {
        throw unreadable
      },
      'opencps.unreadable_answer',
    ],
    [
      'another procedure',
      () => ({ ok: true as const, value: { ...paperCatalogue(1).procedures.get(codeOf(1)), code: '9.999999' } as never, findings: [] }),
      'catalogue.detail-of-another',
    ],
    [
      'not to be mapped',
      () => ({
        ok: false as const,
        findings: [
          { ruleId: 'procedure.name-missing', severity: 'error' as const, path: 'TENTTHC', message: { en: '', vi: '' }, hint: { en: '', vi: '' } },
        ],
      }),
      'procedure.name-missing',
    ],
  ])('%s', async (_, fault, ruleId) => {
    const { ledger, clock, paper, pull } = await desk()
    await pull()
    clock.advance(20 * DAY)
    paper.detailFaults.set(codeOf(5), fault)
    const report = await pull()
    expect(report).toMatchObject({ outcome: 'done', problemCount: 1 })
    expect(report.problems).toMatchObject([{ place: codeOf(5), ruleId }])
    expect(report.details).toMatchObject({ failed: 1, read: 9 })
    // The last good one stays.
    for await (const { procedure, detailed } of catalogueProcedures(ledger, TENANT, 'national')) {
      expect(detailed).toBe(true)
      expect(procedure.published).toBe(true)
    }
    paper.detailFaults.clear()
    expect((await pull()).details).toMatchObject({ due: 1, read: 1, failed: 0 })
  })
})

test('a source whose list tells everything is asked for nothing else, also after a crash between list and details', async () => {
  const { ledger } = await emptyLedger()
  const paper = paperCatalogue(10)
  const { list } = paper.source
  const source = {
    async *list(options: Parameters<typeof list>[0]) {
      for await (const page of list(options)) {
        yield {
          ...page,
          rows: page.rows.map((row) => ({ ...row, detail: { ok: true as const, value: paper.procedures.get(row.code) as never, findings: [] } })),
        }
      }
    },
  }
  const report = await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'local', source })
  expect(report.details).toMatchObject({ due: 10, read: 10, added: 10 })
  expect(await catalogueSize(ledger, TENANT, 'local')).toMatchObject({ active: 10, detailed: 10 })
  expect(await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'local', source })).toMatchObject({ details: { read: 10, added: 0, changed: 0 } })
})

test.each([
  [1, 929],
  [7, 6500],
  [30, 6500],
])('pulled every %i days, at most %i old details of 6,500 are read again at once', (days, again) => {
  expect(shareToReadAgain(6500, days * DAY, 14 * DAY)).toBe(again)
})

test('details that always fail keep neither the others nor what is old from being read', async () => {
  const { clock, paper, pull } = await desk(40)
  paper.pageSize = 100
  for (let number = 1; number <= 6; number++) {
    paper.detailFaults.set(codeOf(number), () => {
      throw unreachable
    })
  }
  // Beside each other and the first to be asked: nobody can tell yet that the rest would answer.
  expect((await pull({ concurrency: 1 })).outcome).toBe('incomplete')
  const second = await pull({ concurrency: 1 })
  expect(second).toMatchObject({ outcome: 'done', details: { read: 34 } })
  clock.advance(20 * DAY)
  const third = await pull({ concurrency: 1 })
  expect(third).toMatchObject({ outcome: 'done', details: { read: 34 } })
  // Five failures in a row, and it lets them be.
  expect(third.details.failed).toBe(5)
})

test('rows of a one-stop system that cannot be read take nothing out of force', async () => {
  const { ledger } = await emptyLedger()
  const rows: unknown[] = Array.from({ length: 3 }, (_, index) => ({
    serviceInfoId: index,
    serviceCode: `${codeOf(index + 1)}.H99`,
    serviceName: `Thủ tục mẫu số ${index + 1}`,
    domainName: 'Lĩnh vực mẫu',
  }))
  const client = { services: async () => ({ total: rows.length, rows }) } as unknown as OpenCps
  const pull = () => pullCatalogue({ ledger, tenant: TENANT, catalogue: 'local', source: openCpsCatalogue({ client }) })
  const states = async () => (await catalogueLines(ledger, TENANT, 'local')).map(({ name, state }) => `${name} ${state}`)
  await pull()
  const before = await states()
  expect(before).toHaveLength(3)
  // One lost its name: it is still listed. One lost its code: nobody knows which it was.
  rows[0] = { serviceCode: `${codeOf(1)}.H99`, serviceName: '' }
  expect((await pull()).list).toMatchObject({ deactivated: 0, kept: 0, renamed: 0 })
  rows[1] = { serviceName: 'Thủ tục mẫu số 2' }
  const report = await pull()
  expect(report.list).toMatchObject({ deactivated: 0, kept: 1 })
  expect(report.problems.map(({ place }) => place)).toEqual(expect.arrayContaining([`${codeOf(1)}.H99`, 'serviceinfos, row 2']))
  expect(await states()).toEqual(before)
})

test('a detail whose own code lost its zeros, or carries a suffix, is that of the list', async () => {
  const { ledger } = await emptyLedger()
  const detail = (code: unknown) => procedureDetail.parse({ MATTHC: code, TENTTHC: 'Thủ tục mẫu' })
  const details: Record<string, unknown> = { '1.001190': 1.00119, '1.001193': '1.001193.000.00.00.H99', '1.001200': null }
  const client = {
    offers: { dictionaries: false, decisions: false },
    async *list() {
      yield {
        rows: Object.keys(details).map((code) => ({ code, name: 'Thủ tục mẫu', reference: null })),
        problems: [],
        cursor: null,
        end: 'complete',
      }
    },
    procedure: async ({ code }: { code: string }) => ({ form: 'national', detail: detail(details[code]) }),
  } as unknown as ProcedureDatabase
  const report = await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'national', source: nationalCatalogue({ client }) })
  expect(report).toMatchObject({ outcome: 'done', details: { read: 3, failed: 0 } })
})
