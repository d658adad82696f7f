/** OpenCPS over real HTTP in both of its forms, with faults, and with marks written back. */
import { describe, expect, test } from 'vitest'
import { openCps } from '../../src/connectors/index.js'
import type { LocalDate } from '../../src/domain/index.js'
import { declaredDoubled, knowinglyUnsent } from '../../src/ledger/index.js'
import { type DossierSource, openCpsSource, runPass, type SyncMark } from '../../src/sync/index.js'
import { type TestProvince, type TestProvinceOptions, testProvince } from '../../src/testing/index.js'

type Format = 'json' | 'xml'

interface Site extends TestProvince {
  readonly client: ReturnType<typeof openCps>
  open(field?: string): DossierSource
}

async function withSite(format: Format, options: TestProvinceOptions, work: (site: Site) => Promise<void>): Promise<void> {
  const province = await testProvince(options)
  const { url, credentials } = province.sandbox.systems['one-stop-opencps']!
  const { username = '', password = '', groupId = '' } = credentials
  const client = openCps({ baseUrl: url, groupId, credentials: { username, password }, format, retry: { attempts: 1 } })
  const open = (field?: string) =>
    openCpsSource({
      client,
      tables: province.tables,
      agencyCode: province.setup.agencyCode,
      since: province.setup.oldest.slice(0, 10) as LocalDate,
      pageSize: 20,
      ...(field === undefined ? {} : { writeBack: { field } }),
    })
  try {
    await work({ ...province, client, open })
  } finally {
    await province.stop()
  }
}

const passOf = (site: Site, source: DossierSource) => runPass({ ...site.sync, sources: { 'one-stop': source } })

async function verdict({ sandbox, ledger }: Site) {
  const declared = []
  for await (const { code, at, status } of declaredDoubled(ledger, 'test')) declared.push({ maHoSo: code, at, trangThai: String(status) })
  return sandbox.verdict({ excused: await knowinglyUnsent(ledger, 'test'), declaredDoubled: declared })
}

const right = { lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 }

async function* nothingOpen() {}

/** Every readable record by key, as it is now. */
async function recordsOf(source: DossierSource): Promise<Map<string, string>> {
  const records = new Map<string, string>()
  for await (const { items } of source.changes(null, { open: nothingOpen })) {
    for (const item of items) {
      const read = item.read()
      if (read.ok) records.set(read.value.key, String(item.bytes))
    }
  }
  return records
}

const marksFor = (records: ReadonlyMap<string, string>, count: number): SyncMark[] =>
  [...records].slice(0, count).map(([key, bytes], index) => ({
    key,
    localCode: null,
    nationalCode: `000.00.00.H99-250310-${String(index).padStart(4, '0')}`,
    holds: (other) => other === bytes,
  }))

describe.each<Format>(['json', 'xml'])('answers as %s', (format) => {
  test('a province arrives in spite of a server that fails in every way: nothing lost, doubled or out of order', async () => {
    await withSite(format, { dossiers: 40, seed: 11 }, async (site) => {
      const system = 'one-stop-opencps'
      site.sandbox.faults({
        seed: 5,
        rules: (['reset', 'http-500', 'garbage', 'empty', 'session-lost', 'reject', 'http-429'] as const).map((kind) => ({
          system,
          kind,
          probability: 0.03,
          times: 1,
          delayMs: 1,
        })),
      })
      const source = site.open()
      for (let pass = 0; pass < 12; pass++) await passOf(site, source)
      expect(site.sandbox.injected().total).toBeGreaterThan(5)
      site.sandbox.faults({ rules: [] })
      await passOf(site, source)
      expect(await verdict(site)).toMatchObject(right)
      site.sandbox.advance(90)
      await passOf(site, source)
      expect(await verdict(site)).toMatchObject(right)
    })
  }, 60_000)

  test('marks stay with the dossiers, change no record, and come twice without a second form', async () => {
    await withSite(format, { dossiers: 25, seed: 12 }, async (site) => {
      const source = site.open('metaData')
      const before = await recordsOf(source)
      const marks = marksFor(before, 10)
      const outcomes = await source.writeBack!(marks, {})
      expect(outcomes).toEqual(marks.map(() => 'written'))
      // A process that starts later knows nothing of this one.
      expect(await recordsOf(site.open('metaData'))).toEqual(before)
      const detail = async (key: string) => (await site.client.dossier(key)) as Record<string, string>
      const once = await Promise.all(marks.map(({ key }) => detail(key)))
      for (const [index, { metaData }] of once.entries())
        expect(JSON.parse(metaData!)).toMatchObject({ lienthong: { code: marks[index]!.nationalCode } })
      site.sandbox.faults({ rules: [{ system: 'one-stop-opencps', service: 'update', kind: 'http-500', probability: 1 }] })
      expect(await source.writeBack!(marks, {})).toEqual(marks.map(() => 'written'))
      expect(site.sandbox.injected().byService.update).toBeUndefined()
      site.sandbox.faults({ rules: [] })
      await passOf(site, source)
      expect(await verdict(site)).toMatchObject(right)
    })
  })

  test('a mark whose form was taken and not answered for is written by the next try', async () => {
    await withSite(format, { dossiers: 10, seed: 13 }, async (site) => {
      const source = site.open('metaData')
      const marks = marksFor(await recordsOf(source), 3)
      site.sandbox.faults({ rules: [{ system: 'one-stop-opencps', service: 'update', kind: 'timeout-after-apply', probability: 1, delayMs: 20 }] })
      await expect(source.writeBack!(marks, {})).rejects.toMatchObject({ kind: 'unknown' })
      site.sandbox.faults({ rules: [] })
      expect(await source.writeBack!(marks, {})).toEqual(['written', 'written', 'written'])
    })
  })

  test('nothing of the dossier is lost by a mark: the form says what the product would empty', async () => {
    await withSite(format, { dossiers: 60, seed: 14 }, async (site) => {
      const source = site.open('metaData')
      const records = await recordsOf(source)
      const byPost = [...records].filter(([, bytes]) => (JSON.parse(bytes) as { viaPostal: string }).viaPostal === '2')
      expect(byPost.length).toBeGreaterThan(0)
      await source.writeBack!(marksFor(new Map(byPost), 3), {})
      expect(await recordsOf(source)).toEqual(records)
    })
  })

  test('an installation that takes the form and drops the mark is told of by name, and one dossier that is unknown is gone', async () => {
    await withSite(format, { dossiers: 10, seed: 15, sandbox: { options: { opencps: { keeps: [] } } } }, async (site) => {
      const source = site.open('metaData')
      const marks = marksFor(await recordsOf(source), 2)
      const stranger = { ...marks[0]!, key: '00000000-0000-4000-8000-000000000000' }
      const outcomes = await source.writeBack!([...marks, stranger], {})
      expect(outcomes).toMatchObject([{ code: 'opencps.mark_refused', values: { field: 'metaData' } }, { code: 'opencps.mark_refused' }, 'gone'])
    })
  })

  test('what changed since it was sent is not marked; with another field the national number alone is written', async () => {
    await withSite(format, { dossiers: 30, seed: 16, sandbox: { options: { opencps: { keeps: ['dossierIdCTN'] } } } }, async (site) => {
      const source = site.open('dossierIdCTN')
      const before = await recordsOf(source)
      site.sandbox.advance(60)
      const after = await recordsOf(source)
      const moved = [...before].filter(([key, bytes]) => after.get(key) !== bytes)
      expect(moved.length).toBeGreaterThan(0)
      expect(await source.writeBack!(marksFor(new Map(moved), 3), {})).toEqual(moved.slice(0, 3).map(() => 'changed-since'))
      const [mark] = marksFor(after, 1)
      expect(await source.writeBack!([mark!], {})).toEqual(['written'])
      expect(await site.client.dossier(mark!.key)).toMatchObject({ dossierIdCTN: mark!.nationalCode })
    })
  })

  test('one dossier by its key has the bytes that a reading gives it; a stranger is none', async () => {
    await withSite(format, { dossiers: 20, seed: 17 }, async (site) => {
      const source = site.open()
      const records = await recordsOf(source)
      for (const [key, bytes] of [...records].slice(0, 5)) expect((await source.get!(key, {}))?.bytes).toBe(bytes)
      expect(await source.get!('00000000-0000-4000-8000-000000000000', {})).toBeNull()
    })
  })

  test('a dossier from outside is handed over once under its uid, and a misspelt field never leaves', async () => {
    await withSite(format, { dossiers: 3, seed: 18 }, async (site) => {
      const publication = {
        referenceUid: '5f0c0a1e-0000-4000-8000-00000000aaaa',
        serviceCode: '1.001612.000.00.00.H99',
        govAgencyCode: '000.00.12.H99',
        applicantName: 'Nguyễn Văn Mẫu',
        applicantIdType: 'citizen',
        applicantIdNo: '099090000001',
        originality: 2,
        online: true,
        systemId: 5,
        submitDate: '10/03/2025 07:40:12',
      } as const
      const first = (await site.client.publishDossier(publication)) as Record<string, unknown>
      const again = (await site.client.publishDossier(publication)) as Record<string, unknown>
      expect(Number(first.dossierId)).toBeGreaterThan(0)
      expect(again.dossierId).toBe(first.dossierId)
      expect(await site.client.dossier(publication.referenceUid)).toMatchObject({ applicantName: 'Nguyễn Văn Mẫu' })
      await expect(site.client.publishDossier({ ...publication, correctingDate: '10/03/2025 07:40:12' } as never)).rejects.toMatchObject({
        code: 'config.unknown_key',
        values: { nearest: '→ “correcttingDate”?' },
      })
    })
  })
})
