/**
 * Offices drop registers into a folder, slowly, over each other, and again and again, while `sync run` is killed at any moment: the portal
 * ends where the registers do.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/index.js'
import { DEMO_TENANT } from '../../src/cli/demo/province-files.js'
import type { ConfigInput } from '../../src/config/index.js'
import { knowinglyUnsent } from '../../src/ledger/index.js'
import { run, start } from './processes.js'
import { checkCounters, lookInto, passOf, provinceOfProcesses } from './province.js'

const FORMS = ['csv', 'html', 'xlsx'] as const
const DAYS = 6
const KILLS_A_DAY = 4
const MOST_RUNS_UNTIL_QUIET = 12

interface Registers {
  readonly tables: Record<string, unknown>
  readonly files: readonly { readonly name: string; readonly content: string }[]
}

test('registers that are copied slowly, replaced while they are read and dropped twice, read by runs that are killed: nothing lost, doubled or out of order', {
  timeout: 300_000,
}, async () => {
  const random = seededRandom('drop folder')
  const province = await provinceOfProcesses({ dossiers: 250, seed: 5, latencyMs: 10 })
  const { sandbox, folder } = province
  const inbox = join(folder, 'inbox')
  mkdirSync(inbox)
  const registersAs = async (form: (typeof FORMS)[number]) => (await sandbox.post('/province/registers', { form })) as unknown as Registers
  const path = join(folder, 'lienthong.config.json')
  const config = JSON.parse(readFileSync(path, 'utf8')) as ConfigInput
  const tenant = config.tenants[DEMO_TENANT] ?? expect.unreachable('no tenant')
  const { tables } = await registersAs('csv')
  writeFileSync(
    path,
    JSON.stringify({
      ...config,
      tenants: {
        [DEMO_TENANT]: {
          ...tenant,
          sources: { registers: { dialect: 'file-xlsx', folder: './inbox', drop: { settleMs: 60 }, tables } },
          portal: { ...tenant.portal, deriveSteps: false },
          tables: undefined,
          scope: [],
        },
      },
    }),
  )

  let before: Registers['files'] = []
  const done = { kills: 0, slow: 0, replaced: 0, twice: 0 }
  const put = (name: string, content: string) => {
    writeFileSync(join(inbox, `${name}.part`), Buffer.from(content, 'base64'))
    renameSync(join(inbox, `${name}.part`), join(inbox, name))
  }
  /** As a copy over a slow line: a piece at a time, under its own name. */
  const putSlowly = async (name: string, content: string) => {
    const bytes = Buffer.from(content, 'base64')
    const file = await open(join(inbox, name), 'w')
    for (let at = 0; at < bytes.length; at += 4096) {
      await file.write(bytes.subarray(at, at + 4096))
      await pause(8)
    }
    await file.close()
    done.slow++
  }
  const deliver = async ({ name, content }: Registers['files'][number], day: number) => {
    const dated = `${String(day).padStart(2, '0')}-${name}`
    const how = random()
    if (how < 0.4) return putSlowly(dated, content)
    if (how < 0.7) {
      // Somebody sends yesterday's list, notices, and puts today's in its place while it may be being read.
      const old = before.find((other) => other.name.split('.').slice(0, -1).join('.') === name.split('.').slice(0, -1).join('.'))
      if (old !== undefined) put(dated, old.content)
      await pause(random() * 900)
      put(dated, content)
      done.replaced++
      return
    }
    put(dated, content)
    if (how > 0.85) {
      await pause(random() * 300)
      put(`${dated.replace(/\.(\w+)$/, ' (1).$1')}`, content)
      done.twice++
    }
  }

  for (let day = 0; day < DAYS; day++) {
    if (day > 0) await sandbox.post('/province/advance', { days: 1 })
    const { files } = await registersAs(FORMS[day % FORMS.length] ?? 'csv')
    const delivering = Promise.all(files.map((file) => deliver(file, day)))
    for (let kills = 0; kills < KILLS_A_DAY; kills++) {
      const running = start(['sync', 'run', '--json'], province)
      const timer = setTimeout(running.kill, 250 + random() * 1500)
      const { code, out, err } = await running.ended
      clearTimeout(timer)
      if (code === null) done.kills++
      else expect([0, 1], `${out}${err}`).toContain(code)
    }
    await delivering
    before = files
  }

  for (let runs = 1; ; runs++) {
    expect(runs, 'runs until quiet').toBeLessThan(MOST_RUNS_UNTIL_QUIET)
    const { code, out, err } = await run(['sync', 'run', '--json', '--quiet'], province)
    expect([0, 1], `${out}${err}`).toContain(code)
    const { waiting, calls } = passOf(out)
    if (waiting === 0 && Object.values(calls).every((count) => count === 0)) break
  }

  // Nothing is proved by disturbances that did not happen.
  expect(done.kills).toBeGreaterThanOrEqual(6)
  for (const count of [done.slow, done.replaced, done.twice]) expect(count).toBeGreaterThanOrEqual(3)
  expect(readdirSync(inbox).filter((name) => name !== 'archive')).toEqual([])
  expect(existsSync(join(inbox, 'quarantine'))).toBe(false)
  await lookInto(province, province.ledgerPath(), checkCounters)
  const excused = await lookInto(province, province.ledgerPath(), (ledger) => knowinglyUnsent(ledger, DEMO_TENANT))
  const verdict = await sandbox.post('/verdict', { excused, through: 'register', untold: ['DanhSachLePhi'] })
  expect(verdict, JSON.stringify(verdict.examples)).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })
  expect(Number(verdict.dossiers)).toBeGreaterThan(200)
  const { planted } = (await sandbox.get('/province/setup')) as { planted: { dirty: number; excluded: number } }
  expect(excused.length).toBeLessThanOrEqual(planted.dirty)
})
