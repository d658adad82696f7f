/** Whoever watches a running command sees what happens and nobody to whom: logs at every level, metrics and health (I6). */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { newLedgerKey } from '../../src/ledger/index.js'
import { startSandbox } from '../../src/sandbox/index.js'
import { emptyFolder, lienthong } from '../cli/command-line.js'
import { canaryRow, codeOf, type Fate, marks } from './canary-people.js'
import { leaksOf } from './leaks.js'

const PASSWORD_MARK = 'Mật-khẩu-của-cổng-4711'

test('logs at trace, metrics and health of sync watch hold no canary, no password and, in labels, no dossier code', {
  timeout: 300_000,
}, async () => {
  const folder = emptyFolder()
  const sandbox = await startSandbox({ seed: 5, options: { portal: { lookUp: 'echo' } } })
  onTestFinished(() => sandbox.stop())
  const setup = sandbox.makeProvince({ seed: 5, dossiers: 1 })
  const [procedure] = setup.procedures.filter(({ nationalCode }) => nationalCode !== null)
  if (procedure === undefined) throw new Error('the province has no matched procedure')
  sandbox.faults({
    seed: 5,
    rules: [
      { system: 'national-portal', service: 'DongBoHoSoMC', kind: 'reject', probability: 0.4 },
      { system: 'national-portal', kind: 'http-500', probability: 0.1 },
      { system: 'national-portal', kind: 'garbage', probability: 0.1 },
    ],
  })
  const fates: readonly Fate[] = ['fine', 'fine', 'unmapped', 'contradictory', 'unreadable']
  const rows = Array.from({ length: 25 }, (_, n) => canaryRow(n + 1, fates[n % fates.length] ?? 'fine', { procedure, edition: 1 }))
  const portal = sandbox.systems['national-portal']
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
  write('dossiers.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'))
  write('lienthong.key', newLedgerKey())
  write('password', portal?.credentials.password ?? '')
  write('other-password', PASSWORD_MARK)
  const tenant = (password: string) => ({
    agencyCode: setup.agencyCode,
    sources: { lines: { dialect: 'file-ndjson', file: './dossiers.jsonl' } },
    portal: {
      adapterUrl: portal?.url ?? '',
      dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
      credentials: { username: portal?.credentials.username ?? '', password: { file: password } },
      retry: { attempts: 2, firstMs: 5, maxMs: 10 },
    },
    tables: { fields: { DanhSachHoSoBoSung: 'always', SoGiayToChuHoSo: 'if-known' } },
    procedures: { list: setup.procedures.map(({ localCode, nationalCode, name }) => ({ localCode, nationalCode, name })) },
    sync: { patienceMs: 0, refusalLimit: 5 },
  })
  write(
    'lienthong.config.json',
    JSON.stringify({
      version: 1,
      ledger: { url: 'sqlite:./lienthong.db', key: { file: './lienthong.key' } },
      tenants: { canary: tenant('./password'), locked: tenant('./other-password') },
    }),
  )

  const seen: string[] = []
  const stop = new AbortController()
  let looked: Promise<void> | undefined
  const look = async (origin: string) => {
    for (const page of ['/metrics', '/health/ready', '/health/live']) seen.push(await (await fetch(origin + page)).text())
  }
  const { out, err } = await lienthong(['sync', 'watch', '--every', '60', '--listen', '0', '--log-level', 'trace', '--verbose'], {
    folder,
    signal: stop.signal,
    onErr(text) {
      const [, origin] = /(http:\/\/[^/\s]+)\/metrics/.exec(text) ?? []
      if (origin !== undefined && text.split('"pass ended').length > 2) looked ??= look(origin).finally(() => stop.abort())
    },
  })
  await looked

  // It happened: names were echoed, dossiers refused, the other account not let in.
  expect(JSON.stringify(sandbox.dossiers())).toContain(marks.name)
  expect(sandbox.injected().byKind.reject).toBeGreaterThan(0)
  const [metrics = '', ready = ''] = seen
  expect(metrics).toMatch(/outcome="rejected"/)
  expect(metrics).toMatch(/^lienthong_failures\{tenant="canary",cause="portal\.rejected"\} \d/m)
  expect(metrics).toContain('lienthong_login_refused{tenant="locked",system="national-portal"} 1')
  expect(ready).toContain('portal.login_refused')
  for (const line of ['"send settled"', '"batch read"', '"attempt failed"', '"brake on"']) expect(err).toContain(line)

  const leaks = leaksOf({ ...marks, password: PASSWORD_MARK, password2: portal?.credentials.password ?? PASSWORD_MARK })
  for (const [where, text] of Object.entries({ out, err, metrics, ready })) expect(leaks(where, text), where).toEqual([])
  for (let n = 1; n <= rows.length; n++) expect(metrics + ready).not.toContain(codeOf(n))
  const logLines = err.split('\n').filter((line) => line.startsWith('{'))
  expect(logLines.length).toBeGreaterThan(20)
  for (const line of logLines) expect(() => JSON.parse(line)).not.toThrow()
})
