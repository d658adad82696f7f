import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Clock } from '../../../src/base/index.js'
import { failureEntries } from '../../../src/ledger/index.js'
import { loadDefaults, parseCodeTables, procedureLookup } from '../../../src/mappers/index.js'
import { type DropFolderOptions, dropFolderSource, previewPass, runPass, type SourceBatch } from '../../../src/sync/index.js'
import { sourceCases } from '../../../src/testing/index.js'
import { entry, register } from '../../bad-input/desk.js'
import { csvOf, htmlOf, rowOf, xlsxOf } from '../../mappers/files/made-up-register.js'
import { certifiedCopy } from '../../mappers/made-up.js'
import { manualClock } from '../../transport/manual-clock.js'
import { codeOf, openOffice, TENANT } from '../office.js'

const agencyCode = '000.00.00.H99'
const procedures = {
  ...procedureLookup([certifiedCopy, { ...certifiedCopy, localCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' }]),
  version: '1',
}
/** 20 March 2025, 10:00 in Vietnam. */
const MORNING = Date.UTC(2025, 2, 20, 3)

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-drop-'))
  onTestFinished(() => {
    chmodSync(folder, 0o700)
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** A folder, an engine that reads it, and an office that sends. */
async function desk(more: Partial<DropFolderOptions> = {}) {
  const folder = newFolder()
  const office = await openOffice({})
  const clock = manualClock(MORNING)
  const source = (own: Partial<DropFolderOptions> = {}) =>
    dropFolderSource({ folder, tables: loadDefaults('file-csv'), agencyCode, procedures, clock, ...more, ...own })
  const sync = { ...office.sync, sources: { drop: source() } }
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
  return {
    ...office,
    folder,
    clock,
    source,
    sync,
    put,
    run: (own: Partial<DropFolderOptions> = {}, options: Parameters<typeof runPass>[1] = {}) =>
      runPass({ ...sync, sources: { drop: source(own) } }, options),
    lying: () =>
      readdirSync(folder)
        .filter((name) => name !== 'archive' && name !== 'quarantine')
        .toSorted(),
    archive: () => filesBelow(join(folder, 'archive')),
    quarantine: () => filesBelow(join(folder, 'quarantine')),
  }
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .toSorted()
}

describe('a file that is put into the folder', () => {
  test('is read, goes to the archive of its month, and the next pass is quiet', async () => {
    const { put, run, lying, archive, portal } = await desk()
    put('so.csv', register(entry(1), entry(2)))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 2, created: 2 }] })
    expect(lying()).toEqual([])
    expect(archive()).toEqual([expect.stringMatching(/^2025-03\/20250320100003-001-[0-9a-f]{16}-so\.csv$/)])
    const calls = portal.calls.length
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 0 }] })
    expect(portal.calls).toHaveLength(calls)
  })

  test('may be CSV, a workbook or HTML, whatever it is called', async () => {
    const { put, run, archive } = await desk()
    put('a.xls', htmlOf([rowOf(1)]))
    put('b.csv', xlsxOf([rowOf(2)]))
    put('c.html', csvOf([rowOf(3)]))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 3, created: 3 }] })
    expect(archive()).toHaveLength(3)
  })

  test('and is put in again, under whatever name, is read once', async () => {
    const { put, run, lying, archive } = await desk()
    put('so.csv', register(entry(1)))
    await run()
    put('so (1).csv', register(entry(1)))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 0 }] })
    expect(lying()).toEqual([])
    expect(archive()).toHaveLength(2)
  })

  describe('with an older content after a newer one', () => {
    const returned = { 'Trạng thái': 'Đã trả kết quả', 'Ngày kết thúc xử lý': '06/03/2025 16:20:00' }
    const written = async (again: Date) => {
      const { put, run, portal, folder, lying } = await desk()
      const sent = async (row: string, when: Date) => {
        put('so.csv', register(row))
        utimesSync(join(folder, 'so.csv'), when, when)
        await run()
      }
      await sent(entry(1), new Date(MORNING))
      await sent(entry(1, returned), new Date(MORNING + 60_000))
      await sent(entry(1), again)
      expect(lying()).toEqual([])
      return portal.books.get(codeOf(1))?.record.status
    }

    test('that is a copy of the old file, with its time, brings nothing back', async () => {
      expect(await written(new Date(MORNING))).toBe(10)
    })

    test('that was written anew says it anew: an officer took the step back', async () => {
      expect(await written(new Date(MORNING + 120_000))).toBe(4)
    })
  })

  test.each([
    ['by name, numbers as numbers', {}, ['so-9.csv', 'so-10.csv']],
    ['by date', { order: 'date' as const }, ['b.csv', 'a.csv']],
  ])('of a dossier that several files of one pass have, the last file counts: %s', async (_, options, [first = '', last = '']) => {
    const { put, run, portal, folder } = await desk(options)
    put(last, register(entry(1, { 'Trạng thái': 'Đã trả kết quả' }), entry(3)))
    put(first, register(entry(1), entry(2)))
    utimesSync(join(folder, first), 1_700_000_000, 1_700_000_000)
    utimesSync(join(folder, last), 1_700_000_100, 1_700_000_100)
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 3, created: 3 }] })
    expect(portal.books.get(codeOf(1))?.record.status).toBe(10)
  })

  test('with a bad row is archived: the row is a failure, the others go on', async () => {
    const { put, run, lying, archive, ledger } = await desk()
    put('so.csv', register(entry(1), entry(2, { 'Mã hồ sơ': '' }), entry(3)))
    expect(await run()).toMatchObject({ runs: [{ seen: 3, created: 2, failed: 1 }] })
    expect(await failureEntries(ledger, TENANT, {}, 10)).toMatchObject([{ cause: 'row.no-code', place: expect.stringContaining('so.csv, row 3') }])
    expect([lying(), archive().length]).toEqual([[], 1])
  })

  test('whose row the tables could not read is read again from the archive when they can', async () => {
    const { put, run, portal } = await desk()
    put('so.csv', register(entry(1), entry(2, { 'Trạng thái': 'Đã lưu kho' })))
    expect(await run()).toMatchObject({ runs: [{ created: 1, failed: 1 }] })
    const tables = parseCodeTables({ statusText: { 'Đã lưu kho': 10 } }, 'tables.yaml', 'file-csv')
    expect(await run({ tables })).toMatchObject({ outcome: 'done', failing: 0 })
    expect(portal.books.get(codeOf(2))?.record.status).toBe(10)
    expect(await run({ tables })).toMatchObject({ runs: [{ seen: 0 }] })
  })
})

describe('a file that is not complete', () => {
  const during = (clock: Clock, what: () => void): Clock => ({
    now: () => clock.now(),
    async sleep(ms, signal) {
      what()
      await clock.sleep(ms, signal)
    },
  })

  test('is left alone while it grows, and read whole later', async () => {
    const { put, folder, clock, run, lying } = await desk()
    const whole = register(entry(1), entry(2))
    put('so.csv', whole.slice(0, 400))
    const path = join(folder, 'so.csv')
    expect(await run({ clock: during(clock, () => appendFileSync(path, whole.slice(400, 420))) })).toMatchObject({
      outcome: 'done',
      runs: [{ seen: 0 }],
    })
    expect(lying()).toEqual(['so.csv'])
    writeFileSync(path, whole)
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 2, created: 2 }] })
  })

  test.each(['.so.csv', '~$so.xlsx', 'so.csv.part', 'so.csv.tmp', 'so.csv.crdownload'])('%s is none yet', async (name) => {
    const { put, folder, run, lying } = await desk()
    put(name, register(entry(1)))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 0 }] })
    expect(lying()).toEqual([name])
    renameSync(join(folder, name), join(folder, 'so.csv'))
    expect(await run()).toMatchObject({ runs: [{ seen: 1 }] })
  })

  test('with markers: is taken when its marker is there, and the marker goes with it', async () => {
    const { put, run, lying, archive } = await desk({ ready: 'marker' })
    put('so.csv', register(entry(1)))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 0 }] })
    put('so.csv.done', '')
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 1 }] })
    expect([lying(), archive().length]).toEqual([[], 1])
  })

  test('a marker spares the second look', async () => {
    const { put, run, clock } = await desk()
    put('so.csv', register(entry(1)))
    put('so.csv.done', '')
    expect(await run({ clock: during(clock, () => expect.unreachable('it waits')) })).toMatchObject({ runs: [{ seen: 1 }] })
  })
})

describe('a file that is replaced while it is read', () => {
  const many = (from: number, to: number, changes = {}) => register(...Array.from({ length: to - from }, (_, n) => entry(from + n, changes)))

  test.each([
    [
      'renamed over',
      (path: string, next: string) => {
        writeFileSync(`${path}.tmp`, next)
        renameSync(`${path}.tmp`, path)
      },
    ],
    ['written over', (path: string, next: string) => writeFileSync(path, next)],
  ])(
    '%s: is read again as it is now, and nothing of either is lost',
    async (_, replace) => {
      const { put, folder, source, sync, portal, archive, lying, run } = await desk()
      put('so.csv', many(0, 2500))
      const path = join(folder, 'so.csv')
      const real = source()
      let replaced = false
      const disturbed = {
        ...real,
        async *changes(...asked: Parameters<typeof real.changes>): AsyncGenerator<SourceBatch> {
          for await (const batch of real.changes(...asked)) {
            yield batch
            if (!replaced) replace(path, many(1000, 3000, { 'Trạng thái': 'Đã trả kết quả' }))
            replaced = true
          }
        },
      }
      await runPass({ ...sync, sources: { drop: disturbed } })
      while (lying().length > 0) await run()
      expect([...portal.books.values()].filter(({ record }) => record.status === 10)).toHaveLength(2000)
      expect(archive()).toHaveLength(1)
      expect(readFileSync(join(folder, 'archive', archive()[0] ?? ''), 'utf8')).toBe(many(1000, 3000, { 'Trạng thái': 'Đã trả kết quả' }))
    },
    60_000,
  )

  test('again and again is left for the next pass, and the others are read', async () => {
    const { put, folder, clock, run, lying } = await desk()
    put('a.csv', register(entry(1)))
    put('b.csv', register(entry(2)))
    const restless: Clock = { now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms, signal) }
    const tables = new Proxy(loadDefaults('file-csv'), {
      get(target, key) {
        // Somebody saves it each time it was opened.
        if (key === 'columns') appendFileSync(join(folder, 'a.csv'), ' ')
        return Reflect.get(target, key)
      },
    })
    const report = await run({ clock: restless, tables })
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ created: 1, error: { code: 'source.files_left' } }] })
    expect(lying()).toEqual(['a.csv'])
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ created: 1 }] })
  })

  test('between its reading and its move stays, and is read as well', async () => {
    const { put, folder, source, sync, run, portal, archive } = await desk()
    put('so.csv', register(entry(1)))
    const real = source()
    const disturbed = {
      ...real,
      async kept(cursor: unknown) {
        writeFileSync(join(folder, 'so.csv'), register(entry(1), entry(2)))
        await real.kept?.(cursor)
      },
    }
    await runPass({ ...sync, sources: { drop: disturbed } })
    expect(archive()).toEqual([])
    await run()
    expect(portal.books.size).toBe(2)
    expect(archive()).toHaveLength(1)
  })
})

describe('a file that cannot be read', () => {
  test.each([
    ['no table', 'hello', 'none of the first 20 rows'],
    ['half a workbook', xlsxOf([rowOf(1)]).subarray(0, 700), 'damaged'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'old Excel file'],
    ['a register without a column of status', register(entry(1)).replace('Trạng thái', 'Tình trạng'), 'no column holds “Trạng thái”'],
  ])('%s goes to quarantine with a note; the others are read', async (_, bad, says) => {
    const { put, run, lying, archive, quarantine, folder } = await desk()
    put('a.xls', bad)
    put('b.csv', register(entry(1)))
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ created: 1, error: { code: 'source.files_refused' } }] })
    expect(report.runs[0]?.error?.message).toContain(says)
    expect([lying(), archive().length]).toEqual([[], 1])
    const [file = '', note = ''] = quarantine()
    expect(file).toMatch(/-a\.xls$/)
    expect(note).toBe(`${file}.txt`)
    const told = readFileSync(join(folder, 'quarantine', note), 'utf8')
    expect(told).toContain(says)
    expect(told).toContain('Hãy sửa hoặc xuất lại tệp')
    expect(readFileSync(join(folder, 'quarantine', file))).toEqual(Buffer.from(bad))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 0 }] })
  })

  test('one that breaks off gives the rows above, and goes to quarantine', async () => {
    const whole = register(entry(1), entry(2), entry(3))
    const { put, run, quarantine } = await desk()
    put('so.csv', whole.slice(0, whole.lastIndexOf('đường Mẫu')))
    expect(await run()).toMatchObject({ outcome: 'incomplete', runs: [{ created: 2 }] })
    expect(quarantine()).toHaveLength(2)
    put('so.csv', whole)
    expect(await run()).toMatchObject({ outcome: 'done', failing: 0, runs: [{ created: 1, unchanged: 2 }] })
  })

  test('text that may be in an old font is not sent in wrong letters: it waits for `encoding`', async () => {
    const headings = ['MaHoSo', 'Trạng thái', 'NgayTiepNhan', 'Tên thủ tục hành chính', 'ChuHoSo']
    const { put, run, portal, quarantine } = await desk()
    put('so.csv', csvOf([[codeOf(1), 'x', '05/03/2025', 'Chøng thùc b¶n sao tõ b¶n chÝnh', 'TrÇn ThÞ VÝ Dô']], headings))
    const report = await run()
    expect(report.runs[0]?.error?.message).toContain('`encoding: tcvn3`')
    expect(portal.books.size).toBe(0)
    expect(quarantine()).toHaveLength(2)
  })
})

describe('trouble of the machine', () => {
  test('a crash between the ledger and the move: the next pass moves the file and sends nothing twice', async () => {
    const { put, source, sync, run, lying, archive, portal } = await desk()
    put('so.csv', register(entry(1), entry(2)))
    const { kept: _, ...dying } = source()
    await runPass({ ...sync, sources: { drop: dying } })
    expect(lying()).toEqual(['so.csv'])
    const calls = portal.calls.length
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 0 }] })
    expect([lying(), archive().length]).toEqual([[], 1])
    expect(portal.calls).toHaveLength(calls)
  })

  test('a crash in the middle of a file: the next pass reads it again', async () => {
    const { put, run, lying, portal } = await desk()
    put('so.csv', register(...Array.from({ length: 2500 }, (_, n) => entry(n))))
    const stop = new AbortController()
    await run({}, { signal: stop.signal, onProgress: ({ seen }) => void (seen >= 1000 && stop.abort()) })
    expect(lying()).toEqual(['so.csv'])
    await run()
    expect(lying()).toEqual([])
    expect(portal.books.size).toBe(2500)
  }, 60_000)

  test('a dry run, one dossier alone, or a part of them leave the file where it is', async () => {
    const { put, sync, run, lying } = await desk()
    put('so.csv', register(entry(1), entry(2)))
    await previewPass(sync, () => undefined)
    await run({}, { only: codeOf(1) })
    await run({}, { limit: 1 })
    expect(lying()).toEqual(['so.csv'])
    expect(await run()).toMatchObject({ outcome: 'done' })
    expect(lying()).toEqual([])
  })

  test('a file that a dying process had taken and not yet put away goes back and is read, once', async () => {
    const { put, run, folder, lying, archive, portal } = await desk()
    mkdirSync(join(folder, '.lienthong-abc123'))
    writeFileSync(join(folder, '.lienthong-abc123', 'so.csv'), register(entry(1)))
    put('so.csv', register(entry(2)))
    await run()
    await run()
    expect([...portal.books.keys()].toSorted()).toEqual([codeOf(1), codeOf(2)])
    expect(readdirSync(folder)).toEqual(['archive'])
    expect([lying(), archive().length]).toEqual([[], 2])
  })

  test('a file that was read and that a dying process had taken is put away, and not read as if it were new', async () => {
    const { put, run, folder, source, sync, archive, portal } = await desk()
    put('so.csv', register(entry(1)))
    const { kept: _, ...dying } = source()
    await runPass({ ...sync, sources: { drop: dying } })
    mkdirSync(join(folder, '.lienthong-abc123'))
    renameSync(join(folder, 'so.csv'), join(folder, '.lienthong-abc123', 'so.csv'))
    put('so.csv', register(entry(1, { 'Trạng thái': 'Đã trả kết quả' })))
    await run()
    await run()
    await run()
    expect(portal.books.get(codeOf(1))?.record.status).toBe(10)
    expect(readdirSync(folder)).toEqual(['archive'])
    expect(archive()).toHaveLength(2)
  })

  test.skipIf(!existsSync('/dev/shm'))('an archive on another disk gets a copy with its time before the file goes', async () => {
    const elsewhere = mkdtempSync('/dev/shm/lienthong-archive-')
    onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }))
    const { put, run, lying, folder } = await desk({ archive: elsewhere })
    put('so.csv', register(entry(1)))
    utimesSync(join(folder, 'so.csv'), 1_700_000_000, 1_700_000_000)
    expect(await run()).toMatchObject({ outcome: 'done' })
    expect(lying()).toEqual([])
    const [kept = ''] = filesBelow(elsewhere)
    expect(readFileSync(join(elsewhere, kept), 'utf8')).toBe(register(entry(1)))
    expect(statSync(join(elsewhere, kept)).mtimeMs).toBe(1_700_000_000_000)
  })

  test('an archive that cannot be written: said so, nothing lost, nothing sent twice, and moved once it can', async () => {
    const { put, folder, run, lying, archive, portal } = await desk()
    writeFileSync(join(folder, 'archive'), 'no folder')
    put('so.csv', register(entry(1)))
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ created: 1, error: { code: 'source.files_left' } }] })
    expect(report.runs[0]?.error?.message).toContain('it was read and is in the ledger, but could not be moved')
    const calls = portal.calls.length
    expect(await run()).toMatchObject({ outcome: 'incomplete', runs: [{ seen: 0 }] })
    unlinkSync(join(folder, 'archive'))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 0 }] })
    expect([lying(), archive().length]).toEqual([[], 1])
    expect(portal.calls).toHaveLength(calls)
  })

  test('a folder that is not there is an error, not an empty source', async () => {
    const { run, folder } = await desk()
    rmSync(folder, { recursive: true })
    expect(await run()).toMatchObject({ outcome: 'incomplete', runs: [{ error: { code: 'source.folder_unreadable' } }] })
    mkdirSync(folder)
  })

  test.skipIf(process.getuid?.() === 0)('a file that this user may not read stays, is named, and does not keep the others', async () => {
    const { put, folder, run, lying } = await desk()
    put('a.csv', register(entry(1)))
    put('b.csv', register(entry(2)))
    chmodSync(join(folder, 'a.csv'), 0)
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ created: 1, error: { code: 'source.files_left' } }] })
    expect(report.runs[0]?.error?.message).toContain('a.csv: this user has no right to it')
    chmodSync(join(folder, 'a.csv'), 0o600)
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ created: 1 }] })
    expect(lying()).toEqual([])
  })
})

describe('hostile things in the folder', () => {
  test('a symbolic link is not followed, and named', async () => {
    const { folder, run, lying, portal } = await desk()
    const elsewhere = join(newFolder(), 'secret.csv')
    writeFileSync(elsewhere, register(entry(1)))
    symlinkSync(elsewhere, join(folder, 'so.csv'))
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ seen: 0, error: { code: 'source.files_left' } }] })
    expect(report.runs[0]?.error?.message).toContain('so.csv: it is a symbolic link')
    expect(lying()).toEqual(['so.csv'])
    expect(portal.books.size).toBe(0)
  })

  test.each(['a\\..\\..\\evil.csv', 'so\nX: y.csv', '\u202Exslx.csv', `${'ồ'.repeat(80)}.csv`, 'CON:.csv', '-rf.csv'])(
    'the name %j leads nowhere but into the archive',
    async (name) => {
      const { put, run, folder, archive } = await desk()
      put(name, register(entry(1)))
      expect(await run()).toMatchObject({ outcome: 'done', runs: [{ created: 1 }] })
      const [kept = ''] = archive()
      expect(kept.split('/')).toHaveLength(2)
      expect(kept).not.toMatch(/[\\:\n\u202e]|\.\.\//)
      expect(Buffer.byteLength(kept.split('/')[1] ?? '')).toBeLessThan(200)
      expect(existsSync(join(folder, 'archive', kept))).toBe(true)
    },
  )

  test('the archive never loses a file of the same name and content', async () => {
    const { put, run, archive, clock } = await desk()
    for (let n = 0; n < 3; n++) {
      put('so.csv', register(entry(1)))
      await run({ clock: { now: () => MORNING, sleep: clock.sleep } })
    }
    expect(archive().length).toBeGreaterThanOrEqual(1)
    put('so.csv', register(entry(2)))
    await run({ clock: { now: () => MORNING, sleep: clock.sleep } })
    expect(archive().filter((name) => name.includes('so.csv')).length).toBeGreaterThanOrEqual(2)
  })
})

describe('“complete”', () => {
  const ends = async (source: ReturnType<typeof dropFolderSource>) => {
    let end: string | undefined
    for await (const batch of source.changes(null, { open: async function* () {} })) end = batch.end
    return end
  }

  test('is said only where the settings name the whole register, and each of its parts was read once', async () => {
    const { put, source } = await desk()
    const whole = ['so-a*.csv', 'so-b*.csv']
    put('so-a-1.csv', register(entry(1)))
    expect(await ends(source())).toBe('caught-up')
    expect(await ends(source({ whole }))).toBe('caught-up')
    put('so-b-1.csv', register(entry(2)))
    expect(await ends(source())).toBe('caught-up')
    expect(await ends(source({ whole }))).toBe('complete')
    put('so-b-2.csv', register(entry(3)))
    expect(await ends(source({ whole }))).toBe('caught-up')
  })

  test('is not said when a file could not be read', async () => {
    const { put, source } = await desk({ whole: ['so.csv'] })
    put('so.csv', register(entry(1)))
    put('x.csv', 'hello')
    await expect(ends(source())).rejects.toMatchObject({ code: 'source.files_refused' })
  })
})

describe('the promises of a source', () => {
  const world = () => {
    const folder = newFolder()
    const rows = new Map<string, string>()
    let files = 0
    const put = (lines: readonly string[]) => writeFileSync(join(folder, `so-${++files}.csv`), register(...lines))
    const add = (count: number) => {
      const numbers = Array.from({ length: count }, () => rows.size + 1).map((n, index) => n + index)
      for (const n of numbers) rows.set(codeOf(n), entry(n))
      put(numbers.map((n) => entry(n)))
      return codeOf(numbers.at(-1) ?? 0)
    }
    add(3)
    return {
      open: () => dropFolderSource({ folder, tables: loadDefaults('file-csv'), agencyCode, procedures, clock: manualClock(MORNING) }),
      world: {
        keys: () => [...rows.keys()],
        add: () => add(1),
        addMany: (count: number) => void add(count),
        change: (key: string) => put([(rows.get(key) ?? '').replace('Đang xử lý', 'Đã trả kết quả')]),
      },
    }
  }
  let current: ReturnType<typeof world> | undefined
  const newWorld = () => {
    current = world()
    return current.world
  }
  for (const { name, run } of sourceCases({ open: () => current?.open() ?? expect.unreachable('no world'), world: newWorld }))
    test(name, (context) => run(context), 60_000)
})
