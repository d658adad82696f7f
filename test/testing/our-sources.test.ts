import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { LienthongError } from '../../src/base/index.js'
import type { OpenCps, OpenCpsSearch } from '../../src/connectors/opencps/index.js'
import { instant, type LocalDate, wallClockFormat } from '../../src/domain/index.js'
import { loadDefaults, procedureLookup, toDossierRow } from '../../src/mappers/index.js'
import { type DossierSource, openCpsSource, registerSource, rowSource } from '../../src/sync/index.js'
import { type SourceWorld, sourceCases } from '../../src/testing/index.js'
import { certifiedCopy } from '../mappers/made-up.js'
import { dossier } from '../sync/office.js'
import { manualClock } from '../transport/manual-clock.js'

const agencyCode = '000.00.00.H99'

function promises(open: () => DossierSource, world: () => SourceWorld): void {
  for (const { name, run } of sourceCases({ open, world })) test(name, (context) => run(context))
}

/** What an office keeps: a list of numbered dossiers, each with a version. */
interface Entry {
  readonly n: number
  readonly version: number
  readonly spoilt: boolean
}

function list(count: number, keyOf: (n: number) => string, written: (entries: readonly Entry[]) => void): SourceWorld {
  let entries: readonly Entry[] = Array.from({ length: count }, (_, index) => ({ n: index + 1, version: 1, spoilt: false }))
  let issued = count
  const write = (next: readonly Entry[]) => {
    entries = next
    written(entries)
  }
  const edit = (key: string, change: (entry: Entry) => Entry) => write(entries.map((entry) => (keyOf(entry.n) === key ? change(entry) : entry)))
  const addMany = (more: number) => {
    const added = Array.from({ length: more }, (_, index) => ({ n: issued + index + 1, version: 1, spoilt: false }))
    issued += more
    write([...entries, ...added])
    return keyOf(issued)
  }
  write(entries)
  return {
    keys: () => entries.map(({ n }) => keyOf(n)),
    add: () => addMany(1),
    addMany,
    addLate: () => addMany(1),
    change: (key) => edit(key, (entry) => ({ ...entry, version: entry.version + 1 })),
    remove: (key) => write(entries.filter(({ n }) => keyOf(n) !== key)),
    spoil: (key) => edit(key, (entry) => ({ ...entry, spoilt: true })),
  }
}

const folder = mkdtempSync(join(tmpdir(), 'lienthong-promises-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As offices should: the new file takes the old one's name in one step. */
function replace(path: string, content: string): void {
  writeFileSync(`${path}.new`, content)
  renameSync(`${path}.new`, path)
}

describe('rows of JSON', () => {
  const file = join(folder, 'rows.ndjson')
  const line = ({ n, version, spoilt }: Entry) =>
    `${JSON.stringify(toDossierRow(dossier(n, { summary: `bản ${version}` }))).slice(0, spoilt ? 40 : undefined)}\n`
  promises(
    () => rowSource({ file, agencyCode }),
    () =>
      list(
        5,
        (n) => `uid-${n}`,
        (entries) => replace(file, entries.map(line).join('')),
      ),
  )
})

describe('a register', () => {
  const file = join(folder, 'so.csv')
  const tables = loadDefaults('file-csv')
  const procedures = { ...procedureLookup([certifiedCopy]), version: '1' }
  const headings = 'STT,Đơn vị tiếp nhận,Tên thủ tục hành chính,Mã hồ sơ,Trạng thái,Chủ hồ sơ,Ngày nhận'
  const code = (n: number) => `000.00.12.H99-261122-${String(n).padStart(4, '0')}`
  const row = ({ n, version, spoilt }: Entry) =>
    [n, 'UBND xã Mẫu', certifiedCopy.name, code(n), spoilt ? 'Gì đó' : 'Đang xử lý', `Nguyễn Văn Mẫu ${version}`, '10/03/2025 08:15:00'].join(',')
  promises(
    () => registerSource({ file, tables, agencyCode, procedures }),
    () => list(5, code, (entries) => replace(file, [headings, ...entries.map(row), ''].join('\n'))),
  )
})

describe('OpenCPS', () => {
  const statuses = ['processing', 'waiting', 'releasing']
  let rows: readonly Readonly<Record<string, unknown>>[] = []
  let entries: readonly Entry[] = []
  let left: number | undefined
  let hangs = false
  const metaData = new Map<number, { text: string; at: number }>()
  const now = Date.UTC(2025, 2, 20, 3)
  const wall = wallClockFormat('dd/MM/yyyy HH:mm:ss')
  const dayOf = (n: number) => `${String((n % 18) + 1).padStart(2, '0')}/03/2025`
  const dayNumber = (text: unknown) => Number(String(text).slice(0, 10).split('/').reverse().join(''))
  const rowOf = ({ n, version, spoilt }: Entry) => ({
    dossierId: 70_000 + n,
    ...(spoilt ? {} : { referenceUid: `uid-${n}` }),
    dossierNo: `000.00.12.H99-250310-${String(n).padStart(4, '0')}`,
    serviceCode: '2.000815.000.00.00.H99',
    serviceName: 'Chứng thực bản sao từ bản chính',
    govAgencyCode: '000.00.12.H99',
    govAgencyName: 'UBND xã Mẫu',
    applicantName: 'NGUYỄN VĂN MẪU',
    applicantIdType: 'citizen',
    applicantIdNo: '099090000001',
    receiveDate: `${dayOf(n)} 08:15:00`,
    dossierStatus: statuses[version % 3],
    dossierNote: `bản ${version}`,
    online: 'true',
    originality: 1,
    systemId: 0,
    metaData: metaData.get(n)?.text ?? '{}',
    // A mark sets it, as every update does; another version is of another day.
    modifiedDate: metaData.get(n)?.at === version ? wall.format(instant(now + 1000)) : `${dayOf(version)} 09:00:00`,
  })
  const client: OpenCps = {
    host: 'motcua.test',
    async listDossiers({ fromReceiveDate, toReceiveDate, dossierNo, start = 0, end, signal }: OpenCpsSearch) {
      if (signal?.aborted) throw new LienthongError('transport.aborted', { system: 'opencps' })
      if (hangs)
        await new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(new LienthongError('transport.aborted', { system: 'opencps' }))),
        )
      const hits = rows
        .filter((row) => dossierNo === undefined || row.dossierNo === dossierNo)
        .filter(({ receiveDate }) => dayNumber(receiveDate) >= dayNumber(fromReceiveDate) && dayNumber(receiveDate) <= dayNumber(toReceiveDate))
        .toSorted((a, b) => dayNumber(a.receiveDate) - dayNumber(b.receiveDate))
      if (left !== undefined && left <= 0) throw new LienthongError('transport.unreachable', { system: 'opencps' })
      const page = hits.slice(start, end)
      if (left !== undefined) left -= page.length
      return { total: hits.length, rows: page }
    },
    dossier: async () => ({}),
    findDossier: async (id) => rows.find(({ referenceUid }) => referenceUid === id) ?? null,
    async updateDossier(id, _form, { mark } = {}) {
      const entry = entries.find(({ n }) => n === id - 70_000)
      metaData.set(id - 70_000, { text: mark?.[1] ?? '', at: entry?.version ?? 0 })
      rows = entries.map(rowOf)
      return rows.find(({ dossierId }) => dossierId === id)
    },
    publishDossier: async () => ({}),
    actions: async () => [],
    payment: async () => null,
    services: async () => ({ total: 0, rows: [] }),
  }
  promises(
    () =>
      openCpsSource({
        client,
        tables: loadDefaults('opencps-v2'),
        agencyCode,
        since: '2025-03-01' as LocalDate,
        windowDays: 5,
        pageSize: 3,
        writeBack: { field: 'metaData' },
        clock: manualClock(now),
      }),
    () => {
      metaData.clear()
      return {
        ...list(
          12,
          (n) => `uid-${n}`,
          (listed) => {
            entries = listed
            rows = entries.map(rowOf)
          },
        ),
        marks: () =>
          Object.fromEntries(
            [...metaData].map(([n, { text }]) => [`uid-${n}`, (JSON.parse(text) as { lienthong: { code: string } }).lienthong.code]),
          ),
        failAfter: (count) => {
          left = count
        },
        hang: (on) => {
          hangs = on
        },
      }
    },
  )
})
