import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import type { DossierSource, OpenDossier, SourceBatch } from '../../../src/sync/index.js'
import { idOf, igateRow, paperIgate, type Row } from './paper-igate.js'

async function* opened(...dossiers: readonly OpenDossier[]): AsyncGenerator<OpenDossier> {
  yield* dossiers
}

async function readAll(source: DossierSource, cursor: unknown = null, open: readonly OpenDossier[] = []) {
  const keys: string[] = []
  const places: string[] = []
  let last: SourceBatch | undefined
  for await (const batch of source.changes(cursor, { open: () => opened(...open) })) {
    for (const item of batch.items) {
      const read = item.read()
      keys.push(read.ok ? read.value.key : '?')
      places.push(item.place)
    }
    last = batch
  }
  return { keys, places, cursor: last?.cursor, end: last?.end }
}

const all = (count: number) => Array.from({ length: count }, (_, index) => idOf(index + 1))

describe('the first pass', () => {
  test('reads the whole list, the last change first, and says that this was all', async () => {
    const paper = await paperIgate(8)
    const { keys, end, places } = await readAll(paper.source())
    expect(keys).toEqual(all(8).reverse())
    expect(end).toBe('complete')
    expect(places[0]).toBe('iGate, row 1')
    // Totals that stay prove it: nothing is read twice.
    expect(paper.asked.map(({ page }) => page)).toEqual([0, 1, 2])
  })

  test('since a day, it reads what changed from then on, and concludes nothing from what it did not read', async () => {
    const paper = await paperIgate(8)
    const since = Date.parse(String(paper.rows.get(idOf(6))?.updatedDate).replace('+0000', 'Z')) as never
    const { keys, end } = await readAll(paper.source({ since }))
    expect(keys).toEqual(expect.arrayContaining([idOf(8), idOf(7), idOf(6)]))
    expect(keys).not.toContain(idOf(1))
    expect(end).toBe('caught-up')
  })
})

describe('a later pass', () => {
  test('reads down to where the last one began, less the overlap', async () => {
    const paper = await paperIgate(30)
    const { cursor } = await readAll(paper.source())
    paper.asked.length = 0
    paper.touch(idOf(5))
    const again = await readAll(paper.source({ overlapMinutes: 3 }), cursor)
    expect(again.keys[0]).toBe(idOf(5))
    expect(again.keys.length).toBeLessThan(8)
    expect(again.end).toBe('caught-up')
    expect(paper.asked.length).toBeLessThan(5)
  })

  test('reads the whole list again when the last time is long ago', async () => {
    const paper = await paperIgate(10)
    const { cursor } = await readAll(paper.source())
    paper.clock.advance(8 * 86_400_000)
    expect(await readAll(paper.source(), cursor)).toMatchObject({ end: 'complete', keys: { length: 10 } })
  })

  test('asks anew for open dossiers, some in each pass, until all had their turn', async () => {
    const paper = await paperIgate(12)
    const first = await readAll(paper.source())
    const open = all(12).map((key, index) => ({ key, localCode: String(paper.rows.get(key)?.code), receivedAt: null, index }))
    const silent = idOf(2)
    // A fee was paid, and no stamp moved.
    paper.rows.set(silent, { ...paper.rows.get(silent), dossierFee: [{ amount: 1, paid: 1 }] })
    let cursor = first.cursor
    const shown: string[] = []
    for (let pass = 0; pass < 4; pass++) {
      const { keys, cursor: next } = await readAll(paper.source({ recheckOpen: 4, overlapMinutes: 1 }), cursor, open)
      shown.push(...keys)
      cursor = next
    }
    expect(new Set(shown)).toEqual(new Set(all(12)))
  })

  test('a renumbered dossier is found again by its id', async () => {
    const paper = await paperIgate(9)
    const { cursor } = await readAll(paper.source())
    const key = idOf(1)
    paper.rows.set(key, { ...paper.rows.get(key), code: 'H99.12-250310-0001' })
    const open = [{ key, localCode: '000.00.12.H99-250310-0001', receivedAt: null }]
    const { keys } = await readAll(paper.source({ overlapMinutes: 1 }), cursor, open)
    expect(keys).toContain(key)
  })

  test('a stamp from the future does not push the cursor past what still comes', async () => {
    const paper = await paperIgate(6)
    paper.add({ updatedDate: '2099-01-01T00:00:00.000+0000' })
    const { cursor } = await readAll(paper.source())
    paper.touch(idOf(2))
    const touched = { ...paper.rows.get(idOf(2)), updatedDate: new Date(paper.clock.now() + 1000).toISOString() }
    paper.rows.set(idOf(2), touched)
    expect((await readAll(paper.source(), cursor)).keys).toContain(idOf(2))
  })

  test('a gateway that ignores the sorting is read to its end', async () => {
    const paper = await paperIgate(12)
    const { cursor } = await readAll(paper.source())
    paper.script.sorted = false
    paper.touch(idOf(11))
    const { keys, end } = await readAll(paper.source(), cursor)
    expect(keys).toContain(idOf(11))
    expect(new Set(keys)).toEqual(new Set(all(12)))
    expect(end).toBe('caught-up')
  })

  test('a list that is suddenly empty is an error, and the cursor stays', async () => {
    const paper = await paperIgate(5)
    const { cursor } = await readAll(paper.source())
    paper.rows.clear()
    paper.clock.advance(8 * 86_400_000)
    await expect(readAll(paper.source(), cursor)).rejects.toMatchObject({ code: 'igate.list_empty', values: { before: 5 } })
  })
})

describe('a list that moves while it is read', () => {
  test.each<[string, (paper: Awaited<ReturnType<typeof paperIgate>>) => (look: { page: number; look: number }) => void]>([
    [
      'its last row jumps to the top',
      (paper) =>
        ({ look }) =>
          look === 2 ? paper.touch(idOf(1)) : undefined,
    ],
    [
      'its last rows jump again and again',
      (paper) =>
        ({ look }) =>
          paper.touch(idOf((look % 4) + 1)),
    ],
    [
      'a row that was read is deleted, and the next page moves up',
      (paper) =>
        ({ look }) =>
          look === 2 ? void paper.rows.delete(idOf(20)) : undefined,
    ],
    [
      'one is deleted and one added, so that the total stays',
      (paper) =>
        ({ look }) => {
          if (look !== 3) return
          paper.rows.delete(idOf(19))
          paper.add()
        },
    ],
    ['new ones come with every look', (paper) => () => void paper.add()],
  ])('%s: nothing that was there is missed', async (_, script) => {
    for (const totals of [true, false]) {
      const paper = await paperIgate(20)
      paper.script.totals = totals
      paper.script.beforeLook = script(paper)
      const { keys, end } = await readAll(paper.source({ paging: totals ? 'page' : 'slice', pageSize: 5 }))
      const left = all(20).filter((key) => paper.rows.has(key))
      expect(new Set(keys)).toEqual(new Set([...keys, ...left]))
      expect(end).toBe('complete')
    }
  })

  test('when it never stands still the pass says so, and the cursor stays', async () => {
    const paper = await paperIgate(20)
    let place = 1
    // Rows without a stamp change their places.
    for (const [key, row] of paper.rows) paper.rows.set(key, { ...row, updatedDate: null })
    paper.script.sorted = false
    paper.script.beforeLook = () => {
      const key = idOf((place++ % 20) + 1)
      const row = paper.rows.get(key)
      paper.rows.delete(key)
      paper.rows.set(`new-${place}`, { ...row, id: `new-${place}` })
    }
    const error: unknown = await readAll(paper.source()).catch((thrown: unknown) => thrown)
    expect(isLienthongError(error) && { code: error.code, retryable: error.retryable }).toEqual({ code: 'igate.list_moved', retryable: true })
  })

  test('a server that promises more than it shows is never taken for complete', async () => {
    const paper = await paperIgate(7)
    const source = paper.source()
    const { searchDossiers } = paper.client()
    const lying = paper.source({ client: { ...paper.client(), searchDossiers: async (search) => ({ ...(await searchDossiers(search)), total: 9 }) } })
    await expect(readAll(lying)).rejects.toMatchObject({ code: 'igate.list_moved' })
    expect((await readAll(source)).end).toBe('complete')
  })
})

describe('records', () => {
  test('a record without an id is told, and costs none of the others', async () => {
    const paper = await paperIgate(5)
    const { id: _, ...nameless } = paper.rows.get(idOf(3)) as Row
    paper.rows.set(idOf(3), nameless)
    const { keys } = await readAll(paper.source())
    expect(keys.toSorted()).toEqual([idOf(1), idOf(2), idOf(4), idOf(5), '?'])
  })

  test('what runs by itself is no change', async () => {
    const paper = await paperIgate(1)
    const source = paper.source()
    const bytes = async () => (await source.get?.(idOf(1), {}))?.bytes
    const before = await bytes()
    paper.rows.set(idOf(1), { ...paper.rows.get(idOf(1)), dossierProgress: 77, undefindedCompleteTime: 3 })
    expect(await bytes()).toBe(before)
    paper.rows.set(idOf(1), { ...paper.rows.get(idOf(1)), completedDate: '2025-03-11T01:00:00.000+0000' })
    expect(await bytes()).not.toBe(before)
  })

  test('tasks and fees that the search leaves out come from the detail', async () => {
    const paper = await paperIgate(0)
    const { task: _, dossierFee: __, ...lean } = igateRow(1, Date.UTC(2025, 2, 10))
    paper.rows.set(idOf(1), lean)
    const [item] = await firstItems(paper.source())
    const { task, dossierFee } = { task: [{ id: 't', updatedDate: '2025-03-10T01:00:00Z' }], dossierFee: [{ amount: 5000, paid: 0 }] }
    paper.rows.set(idOf(1), { ...lean, task, dossierFee })
    const read = item?.read()
    const mapped = read?.ok ? await read.value.map() : undefined
    expect(mapped).toMatchObject({ ok: true, value: { steps: [{ id: 't' }], fees: [{ amount: 5000, paid: false }] } })
  })

  test('a dossier that is not there is none', async () => {
    const paper = await paperIgate(2)
    expect(await paper.source().get?.(idOf(99), {})).toBeNull()
  })
})

async function firstItems(source: DossierSource) {
  for await (const { items } of source.changes(null, { open: () => opened() })) return items
  return []
}
