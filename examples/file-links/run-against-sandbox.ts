/** Proves that the example does what it says: files on this disk, a pass to the sandbox's portal, and the portal fetching what it was led to. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { assembleTenant, type ConfigInput, loadConfig, newLedgerKey, openConfiguredLedger } from 'lienthong'
import { startSandbox } from 'lienthong/sandbox'
import { runPass } from 'lienthong/sync'

const folder = mkdtempSync(join(tmpdir(), 'lienthong-files-example-'))
const sandbox = await startSandbox()
let portal: ChildProcess | undefined
try {
  const { url: adapterUrl, credentials } = sandbox.systems['national-portal'] ?? { url: '', credentials: {} }
  const port = await freePort()
  const result = Buffer.from('%PDF-1.7\nGiấy chứng nhận\n%%EOF\n')
  mkdirSync(join(folder, 'files/2026'), { recursive: true })
  writeFileSync(join(folder, 'files/2026/giay-chung-nhan.pdf'), result)
  const dossier = {
    ...{ localCode: '000.00.12.H99-261001-0001', procedureCode: '1.001612', agencyCode: '000.00.12.H99', agencyName: 'UBND xã Mẫu' },
    ...{ applicantName: 'Nguyễn Văn Mẫu', applicantKind: 'citizen', channel: 'online', returnBy: 'counter', status: 10, fees: [] },
    ...{ submittedAt: '2026-10-01T08:00:00+07:00', receivedAt: '2026-10-01T08:15:00+07:00', dueAt: '2026-10-09T16:15:00+07:00' },
    ...{ finishedAt: '2026-10-08T08:00:00+07:00', returnedAt: '2026-10-08T09:00:00+07:00' },
    results: [{ name: 'Giấy chứng nhận.pdf', file: { path: '2026/giay-chung-nhan.pdf' }, resultCode: 'KQ.G15.000031' }],
  }
  writeFileSync(join(folder, 'dossiers.ndjson'), JSON.stringify(dossier))
  const config: ConfigInput = {
    version: 1,
    ledger: { url: 'sqlite:./lienthong.db', key: { file: './key' } },
    tenants: {
      'my-province': {
        agencyCode: '000.00.00.H99',
        sources: { desk: { dialect: 'file-ndjson', file: './dossiers.ndjson', files: { roots: ['./files'] } } },
        procedures: { list: [{ localCode: '1.001612', nationalCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' }] },
        portal: {
          adapterUrl,
          dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
          credentials: { username: credentials.username ?? '', password: { env: 'PORTAL_PASSWORD' } },
        },
        files: { publicUrl: `http://127.0.0.1:${port}/lt` },
      },
    },
  }
  writeFileSync(join(folder, 'key'), newLedgerKey())
  writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
  const environment = { ...process.env, PORTAL_PASSWORD: credentials.password ?? '' }
  const loaded = await loadConfig(undefined, folder, environment)
  const ledger = await openConfiguredLedger(loaded, 'write', 'example')
  const pass = async () => (await runPass(await assembleTenant(loaded, 'my-province', ledger))).outcome
  expect('a pass sends the dossier', (await pass()) === 'done' && sandbox.dossiers().length === 1)

  portal = spawn(process.execPath, [join(import.meta.dirname, 'portal.ts')], { cwd: folder, env: { ...environment, PORT: String(port) } })
  await line(portal, 'listening')
  const answer = await fetch(`${sandbox.origin}/__sandbox/national-portal/files`)
  const fetched = JSON.parse((await answer.text()).split('\n')[0] ?? '{}') as { status?: number; sha256?: string }
  expect('the national side fetches the result over its link', fetched.status === 200)
  expect('and has the bytes of our disk', fetched.sha256 === createHash('sha256').update(result).digest('hex'))
  expect('a link that nobody made is refused', (await fetch(`http://127.0.0.1:${port}/lt/1.${'0'.repeat(43)}`)).status === 404)
  expect('the portal’s own pages are there too', (await fetch(`http://127.0.0.1:${port}/`)).ok)
  const { writes } = sandbox.requests()
  expect('a second pass writes nothing', (await pass()) === 'done' && sandbox.requests().writes === writes)
  await ledger.close()
} finally {
  portal?.kill()
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function line(process: ChildProcess, message: string): Promise<void> {
  if (process.stdout === null) throw new Error('no output')
  for await (const text of createInterface({ input: process.stdout })) if (text.includes(message)) return
  throw new Error(`it ended without saying ${message}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function expect(what: string, isSo: boolean): void {
  console.log(`${isSo ? '✓' : '✗'} ${what}`)
  if (!isSo) process.exitCode = 1
}
