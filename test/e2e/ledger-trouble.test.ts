import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newLedgerKey } from '../../src/ledger/index.js'
import { run, start } from './processes.js'
import { checkBooks, checkCounters, lookInto, type Province, passOf, provinceOfProcesses } from './province.js'

const RUN = ['sync', 'run', '--json'] as const

/** The JSON document of a command that failed, and what it told people. */
function failure({ code, out, err }: { code: number | null; out: string; err: string }) {
  const document = JSON.parse(out) as { error?: { code: string; message: string; hint: string }; passes?: { error?: { code: string } }[] }
  const error = document.error ?? document.passes?.[0]?.error
  return { exit: code, code: error?.code, err }
}

async function runUntilQuiet(province: Province): Promise<void> {
  let waiting: number
  do {
    const { code, out, err } = await run(RUN, province)
    expect([0, 1], `${out}${err}`).toContain(code)
    ;({ waiting } = passOf(out))
  } while (waiting > 0)
}

describe('two runs at once', () => {
  test('the second ends with 4 and names the first; when that is killed, the next goes on at once', { timeout: 300_000 }, async () => {
    const province = await provinceOfProcesses({ dossiers: 60, latencyMs: 10 })
    const first = start(RUN, province)
    await first.said('sending')
    // Held still, it holds its lock, too.
    first.child.kill('SIGSTOP')
    const second = await run(RUN, province)
    expect(failure(second)).toMatchObject({ exit: 4, code: 'ledger.locked' })
    expect(second.err).toContain(`process ${first.child.pid}`)
    expect(second.err).toContain('sync run')
    // Looking is always allowed.
    expect((await run(['status'], province)).code).toBe(0)

    first.kill()
    expect((await first.ended).code).toBeNull()
    await runUntilQuiet(province)
    await lookInto(province, province.ledgerPath(), checkCounters)
    await checkBooks(province, province.ledgerPath())
  })

  test('two that start in the same moment: one works, one ends with 4', { timeout: 300_000 }, async () => {
    const province = await provinceOfProcesses({ dossiers: 60, latencyMs: 20 })
    const both = await Promise.all([run(RUN, province), run(RUN, province)])
    const codes = both.map(({ code }) => code).sort()
    expect(codes, both.map(({ err }) => err).join('\n')).toEqual([1, 4])
    const writes = (await province.sandbox.get('/national-portal/requests')).writes
    expect(writes).toBeGreaterThan(0)
    await checkBooks(province, province.ledgerPath())
  })
})

describe('the ledger’s key', () => {
  test('lost: the run ends with 4 before anything is sent, and goes on when it is back', { timeout: 300_000 }, async () => {
    const province = await provinceOfProcesses({ dossiers: 30 })
    await run(RUN, province)
    await province.sandbox.post('/province/advance', { days: 3 })
    const { writes } = await province.sandbox.get('/national-portal/requests')
    const path = join(province.folder, 'lienthong.key')
    renameSync(path, `${path}.away`)
    const lost = await run(RUN, province)
    expect(failure(lost)).toMatchObject({ exit: 4, code: 'ledger.key_missing' })
    expect(lost.err).toContain('lienthong.key')

    writeFileSync(path, newLedgerKey())
    const wrong = await run(RUN, province)
    expect(failure(wrong)).toMatchObject({ exit: 4, code: 'ledger.key_wrong' })
    expect(wrong.err).toContain('lienthong.db')
    expect((await province.sandbox.get('/national-portal/requests')).writes).toBe(writes)

    renameSync(`${path}.away`, path)
    await runUntilQuiet(province)
    await checkBooks(province, province.ledgerPath())
  })
})

/** Permissions do not bind root, so that these are places where nobody can write. */
describe('a ledger that cannot be written', () => {
  const places = [
    ['in a folder that is not there', () => '/proc/lienthong/lienthong.db'],
    [
      'where a folder has its name',
      (folder: string) => {
        const path = join(folder, 'a-folder.db')
        mkdirSync(path)
        return path
      },
    ],
  ] as const

  test.each(places)('%s: the run ends with 4, names the place, and sends nothing', async (_, place) => {
    const province = await provinceOfProcesses({ dossiers: 5 })
    const path = place(province.folder)
    province.moveLedger(path)
    const ended = await run(RUN, province)
    expect(failure(ended)).toMatchObject({ exit: 4, code: 'ledger.unreadable' })
    expect(ended.err).toContain(path)
    expect((await province.sandbox.get('/national-portal/requests')).writes).toBe(0)
  })

  test.skipIf(!canMount())('on a disk that is mounted read-only: the run ends with 4, and goes on when it is not', { timeout: 300_000 }, async () => {
    const province = await provinceOfProcesses({ dossiers: 30 })
    const disk = mountedDisk(province.folder, '64m')
    province.moveLedger(join(disk, 'lienthong.db'))
    await run(RUN, province)
    await province.sandbox.post('/province/advance', { days: 3 })
    const { writes } = await province.sandbox.get('/national-portal/requests')
    remount(disk, 'ro')
    const ended = await run(RUN, province)
    expect(failure(ended)).toMatchObject({ exit: 4, code: 'ledger.unreadable' })
    expect((await province.sandbox.get('/national-portal/requests')).writes).toBe(writes)
    remount(disk, 'rw')
    await runUntilQuiet(province)
    await checkBooks(province, join(disk, 'lienthong.db'))
  })
})

describe('a full disk', () => {
  const expectToStopAndGoOn = async (province: Province, path: string, full: () => ReturnType<typeof run>, makeRoom: () => void) => {
    const ended = await full()
    expect(failure(ended)).toMatchObject({ exit: 4, code: 'ledger.unreadable' })
    expect(ended.err).toMatch(/disk/i)
    makeRoom()
    await lookInto(province, path, checkCounters)
    await runUntilQuiet(province)
    await lookInto(province, path, checkCounters)
    await checkBooks(province, path)
  }

  test('a file that may not grow any more: the run ends with 4 and says so; with room it goes on without loss', { timeout: 300_000 }, async () => {
    const province = await provinceOfProcesses({ dossiers: 300 })
    const path = province.ledgerPath()
    await expectToStopAndGoOn(
      province,
      path,
      // In blocks of 512 bytes: seven hundred kilobytes, a part of what 300 dossiers need.
      () => run(RUN, { ...province, shell: 'ulimit -f 1400' }),
      () => expect(statSync(path).size).toBeLessThanOrEqual(1400 * 512),
    )
  })

  test.skipIf(!canMount())(
    'a small disk that fills up while sending: the run ends with 4 and says so; with room it goes on without loss',
    { timeout: 300_000 },
    async () => {
      const province = await provinceOfProcesses({ dossiers: 300, latencyMs: 10 })
      const disk = mountedDisk(province.folder, '64m')
      const path = join(disk, 'lienthong.db')
      province.moveLedger(path)
      await expectToStopAndGoOn(
        province,
        path,
        async () => {
          const running = start(RUN, province)
          await running.said('sending')
          remount(disk, `size=${Math.ceil((statSync(path).size + statSync(`${path}-wal`).size) / 1024) + 200}k`)
          return running.ended
        },
        () => remount(disk, 'size=64m'),
      )
    },
  )
})

/** Whether this process may mount disks: in most containers it may not, and the tests that need one are skipped. */
function canMount(): boolean {
  try {
    return readFileSync('/proc/self/status', 'utf8').includes('Uid:\t0\t') && tryMount()
  } catch {
    return false
  }
}

function tryMount(): boolean {
  execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
  return true
}

/** A disk in memory, unmounted when the test ends. */
function mountedDisk(folder: string, size: string): string {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk])
  onTestFinished(() => void execFileSync('umount', ['--lazy', disk]))
  return disk
}

function remount(disk: string, options: string): void {
  execFileSync('mount', ['-o', `remount,${options}`, disk])
}
