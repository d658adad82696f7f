/**
 * Proves that the example does what it says: a made-up province and the national procedure database on this machine, nightly.ts as its own
 * process three times, an officer's decision in between, and citizens who come with deep links. Anything that is not so ends with 1.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type ConfigInput, newLedgerKey } from 'lienthong'
import { deepLink } from 'lienthong/catalogue'
import { readWorkbook, writeWorkbook } from 'lienthong/mappers'
import { type Sandbox, startSandbox } from 'lienthong/sandbox'

const TENANT = 'my-province'
/** Base64 of a made-up GUID. */
const CITIZEN = 'MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAx'

const folder = mkdtempSync(join(tmpdir(), 'lienthong-catalogue-example-'))
const outgoing = join(folder, 'catalogue', TENANT)
const sandbox = await startSandbox({ options: { procedures: { count: 600 } } })
try {
  const setup = sandbox.makeProvince({ seed: 1, dossiers: 1, catalogue: 150 })
  writeProvince(sandbox, setup.agencyCode)

  const first = await nightly()
  expect('the first night ends with 1: something waits for a person', first.code === 1 && first.told.open > 0)
  const asked = requests()
  expect(`it asked for the list once and for ${asked.LayThuTuc} procedures`, asked.LayDanhSachTTHC === 1 && (asked.LayThuTuc ?? 0) >= 600)
  expect(
    'it wrote the workbook of differences',
    readdirSync(outgoing).some((name) => /^differences-.*\.xlsx$/.test(name)),
  )

  const second = await nightly()
  const again = Object.entries(requests()).filter(([service, count]) => count !== (asked[service] ?? 0) && service !== 'login')
  expect(
    `the second night asks for ${again.map(([service]) => service).join(', ')} alone`,
    again.map(([service]) => service).join() === 'LayDanhSachTTHC',
  )
  expect('and changes nothing', second.told.open === first.told.open && second.told.decided === 0)

  const decided = await fillDecision()
  const third = await nightly()
  expect(
    `an officer decided that ${decided.local} is ${decided.national}: taken`,
    third.told.decided === 1 && third.told.open === first.told.open - 1,
  )
  expect('the sheet was put away', readdirSync(join(outgoing, 'decided')).length === 0 && readdirSync(join(outgoing, 'taken')).length === 1)

  await citizens(decided)
} finally {
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** What an integrator would write. The province's catalogue is in its one-stop system. */
function writeProvince({ systems }: Sandbox, agencyCode: string): void {
  const [database, oneStop, portal, services] = [
    systems['procedure-database'],
    systems['one-stop-opencps'],
    systems['national-portal'],
    systems['procedure-database-services'],
  ]
  if (!database || !oneStop || !portal || !services) throw new Error('this sandbox is not what the example expects')
  const { username = '', dstcode = '', share = '', integration = '' } = database.credentials
  const config: ConfigInput = {
    version: 1,
    language: 'vi',
    ledger: { url: 'sqlite:./lienthong.db', key: { file: './lienthong.key' } },
    tenants: {
      [TENANT]: {
        agencyCode,
        sources: {
          'one-stop': {
            dialect: 'opencps-v2',
            url: oneStop.url,
            groupId: oneStop.credentials.groupId ?? '',
            since: '2025-01-01',
            credentials: { username: oneStop.credentials.username ?? '', password: { file: './secrets/one-stop' } },
          },
        },
        portal: { adapterUrl: portal.url, credentials: { username: portal.credentials.username ?? '', password: { file: './secrets/portal' } } },
        procedures: { source: 'one-stop' },
        procedureDatabase: {
          dialect: 'native',
          url: database.url,
          dstcode,
          endpoints: { share, integration },
          credentials: { username, password: { file: './secrets/procedure-database' } },
        },
        publish: { linkHosts: [new URL(services.url).hostname] },
      },
    },
  }
  mkdirSync(join(folder, 'secrets'))
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content, { mode: 0o600 })
  write('secrets/one-stop', oneStop.credentials.password ?? '')
  write('secrets/portal', portal.credentials.password ?? '')
  write('secrets/procedure-database', database.credentials.password ?? '')
  write('lienthong.key', newLedgerKey())
  write('lienthong.config.json', JSON.stringify(config))
}

/** One night as its own process. Not spawnSync: the sandbox answers from this process. */
async function nightly(): Promise<{ code: number | null; told: { open: number; decided: number } }> {
  const child = start('nightly.ts')
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const remarks: string[] = []
  child.stderr.on('data', (text: Buffer) => remarks.push(String(text)))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0 && code !== 1) throw new Error(`nightly.ts ended with ${code}: ${remarks.join('')}`)
  return { code, told: JSON.parse(lines.at(-1) ?? '{}') }
}

function start(program: string) {
  return spawn(process.execPath, [join(import.meta.dirname, program)], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** How often the national database was asked for each service, by its own books. */
function requests(): Readonly<Record<string, number>> {
  return { ...sandbox.procedures.requests().byService }
}

/** An officer opens the sheet, decides about one procedure that is filed online, and puts the sheet where the next night looks. */
async function fillDecision(): Promise<{ local: string; national: string }> {
  const name = readdirSync(outgoing).find((file) => file.startsWith('open-')) ?? ''
  const [sheet] = await readWorkbook(readFileSync(join(outgoing, name)))
  const [headings = [], ...rows] = (sheet?.rows ?? []).map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell : cell === null ? null : String(cell))),
  )
  const truth = new Map(sandbox.catalogue().map(({ localCode, trueNationalCode }) => [localCode, trueNationalCode]))
  const online = new Set(sandbox.setup().catalogue.flatMap(({ localCode, page }) => (page === null ? [] : [localCode])))
  const row = rows.find(([local]) => truth.get(String(local)) && online.has(String(local)))
  if (row === undefined) throw new Error('no open procedure has a national twin')
  const [local, national] = [String(row[0]), truth.get(String(row[0])) ?? '']
  row[headings.findIndex((heading) => String(heading).startsWith('Quyết định'))] = national
  const columns = headings.map((title) => ({ title: String(title), kind: 'text' as const }))
  writeFileSync(join(outgoing, 'decided', 'phong-kiem-soat-tthc.xlsx'), await writeWorkbook([{ name: 'Quyết định', columns, rows }]))
  return { local, national }
}

/** Citizens come from the national portal: with the decided code, with one that leads nowhere, and with one that wants to do harm. */
async function citizens({ local, national }: { local: string; national: string }): Promise<void> {
  const server = start('deep-link-server.ts')
  const told: string[] = []
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text: Buffer) => told.push(String(text)))
  try {
    const port = await listening(server, told)
    const visit = (query: string) => fetch(`http://127.0.0.1:${port}/dich-vu-cong?${query}`, { redirect: 'manual' })

    const link = deepLink({ localCode: local, nationalCode: national }, { agencyCode: sandbox.setup().agencyCode, login: 'vneid' })
    const known = await visit(`${link}&MDT=${CITIZEN}`)
    const form = known.headers.get('location') ?? ''
    expect(
      `a citizen is led on to ${form.split('?')[0]}`,
      known.status === 302 && form.startsWith(sandbox.systems['procedure-database-services']?.url ?? '-'),
    )
    expect(
      'with agency, login and token',
      ['MaCoQuanThucHien=', 'vneid=1', `MDT=${CITIZEN}`].every((part) => form.includes(part)),
    )

    const unknown = await visit('MaTTHC=9.999999')
    expect('a code that nobody has is told in Vietnamese', unknown.status === 404 && (await unknown.text()).includes('chưa có thủ tục nào'))
    const hostile = await visit(`MaTTHCDP=${encodeURIComponent('"><script>alert(1)</script>')}&MDT=${CITIZEN}`)
    expect('hostile text is not repeated', hostile.status === 404 && !(await hostile.text()).includes('<script'))
    expect('no log line holds a token or an address', told.length > 0 && !/MDT|script|MDAw|http/.test(told.join('')))
  } finally {
    server.kill()
  }
}

function listening(server: ChildProcess, told: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    server.stdout?.on('data', (text: Buffer) => {
      const port = /"port":(\d+)/.exec(String(text))?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    server.once('exit', () => reject(new Error(`the server ended: ${told.join('')}`)))
  })
}

/** A broken promise makes the script end with 1. */
function expect(what: string, holds: boolean): void {
  console.log(`${holds ? '✓' : '✗'} ${what}`)
  if (!holds) process.exitCode = 1
}
