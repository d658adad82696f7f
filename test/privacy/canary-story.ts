/** Canary people go all the way: read, mapped, sent to a portal that fails and echoes names, killed half-way, refused, retried, told about. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ConfigInput } from '../../src/config/index.js'
import { newLedgerKey } from '../../src/ledger/index.js'
import { FAULT_KINDS, type FaultPlanInput, type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { canaryRegister, canaryRow, codeOf, type Fate, tornLine } from './canary-people.js'
import { type Watched, watched } from './watched-command.js'

export interface Story {
  readonly folder: string
  readonly sandbox: Sandbox
  readonly commands: readonly Watched[]
  /** Everything the command made or wrote: without the sources, the sandbox's books and the configuration we wrote. */
  readonly written: readonly string[]
}

/** Short enough for a test; `reject` quotes the applicant's name. A refused login would only end the story. */
function faults(seed: number): FaultPlanInput {
  const others = FAULT_KINDS.filter((kind) => kind !== 'reject')
  return {
    seed,
    rules: [
      { system: 'national-portal', service: 'DongBoHoSoMC', kind: 'reject', probability: 0.25 },
      { system: 'national-portal', service: 'CapNhatTienDoHoSoMC', kind: 'reject', probability: 0.05 },
      ...others.map((kind) => ({ system: 'national-portal', kind, probability: 0.025, delayMs: 80 })),
    ],
  }
}

const fates: readonly Fate[] = ['fine', 'fine', 'fine', 'fine', 'unmapped', 'fine', 'contradictory', 'fine', 'unreadable', 'fine']

export async function canaryStory({ people, seed, kills }: { people: number; seed: number; kills: readonly number[] }): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-canary-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const sandbox = await startSandbox({ seed, options: { portal: { lookUp: 'echo' } } })
  onTestFinished(() => sandbox.stop())
  const setup = sandbox.makeProvince({ seed, dossiers: 1 })
  const [procedure] = setup.procedures.filter(({ nationalCode }) => nationalCode !== null)
  if (procedure === undefined) throw new Error('the province has no matched procedure')
  sandbox.faults(faults(seed))

  const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
  const edition = (number: number) => {
    const rows = Array.from({ length: people }, (_, n) => canaryRow(n + 1, fates[n % fates.length] ?? 'fine', { procedure, edition: number }))
    write('dossiers.jsonl', [...rows.map((row) => JSON.stringify(row)), tornLine(1)].join('\n'))
  }
  edition(1)
  write('register.csv', canaryRegister(procedure))
  write('lienthong.key', newLedgerKey())
  write('password', sandbox.systems['national-portal']?.credentials.password ?? '')
  write('lienthong.config.json', JSON.stringify(configuration(sandbox, setup.agencyCode, setup.procedures)))

  const commands: Watched[] = []
  const say = async (...args: string[]) => {
    const told = await watched([...args, '--verbose'], { folder })
    commands.push(told)
    return told
  }
  await say('sync', 'plan')
  for (const killAfter of kills) commands.push(await watched(['sync', 'run', '--verbose'], { folder, killAfter }))
  await say('sync', 'run')
  edition(2)
  await say('sync', 'plan', '--json')
  await say('sync', 'run', '--json')
  await say('failures', 'list')
  const list = await say('failures', 'list', '--json')
  for (const [index, cause] of causesIn(list.out).entries())
    await say('failures', 'show', cause, ...(index % 2 === 0 ? [] : ['--json', '--lang', 'en']))
  await say('status')
  await say('status', '--json')
  const { out: help } = await watched(['--help'], { folder })
  if (/^\s*doctor\b/m.test(help)) await say('doctor')
  if (/^\s*dossier\b/m.test(help)) for (const n of [1, 2, 5]) await say('dossier', 'trace', codeOf(n))
  // Half a story more, so that the files are looked at while they hold what waits.
  await say('failures', 'retry', '--all')
  edition(3)
  commands.push(await watched(['sync', 'run', '--verbose'], { folder, killAfter: kills[0] ?? 20 }))
  const written = ['', '-wal', '-shm', '-lock', '-lock-journal', '-writer'].map((end) => join(folder, `lienthong.db${end}`))
  return { folder, sandbox, commands, written }
}

function causesIn(list: string): readonly string[] {
  const { tenants } = JSON.parse(list) as { tenants: readonly { causes: readonly { cause: string }[] }[] }
  return tenants.flatMap(({ causes }) => causes.map(({ cause }) => cause))
}

function configuration(
  sandbox: Sandbox,
  agencyCode: string,
  procedures: readonly { localCode: string; nationalCode: string | null; name: string }[],
): ConfigInput {
  const portal = sandbox.systems['national-portal']
  return {
    version: 1,
    ledger: { url: 'sqlite:./lienthong.db', key: { file: './lienthong.key' } },
    tenants: {
      canary: {
        agencyCode,
        sources: { lines: { dialect: 'file-ndjson', file: './dossiers.jsonl' }, register: { dialect: 'file-csv', file: './register.csv' } },
        portal: {
          adapterUrl: portal?.url ?? '',
          dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
          credentials: { username: portal?.credentials.username ?? '', password: { file: './password' } },
          timeouts: { readMs: 400 },
          retry: { firstMs: 20, maxMs: 200 },
        },
        // Everything that can be sent is sent, so that everything could leak.
        tables: {
          columns: { CCCD: 'applicantId', 'Điện thoại': 'phone', 'Tên thủ tục': 'procedureName' },
          fields: { DanhSachHoSoBoSung: 'always', SoGiayToChuHoSo: 'if-known' },
        },
        procedures: { list: procedures.map(({ localCode, nationalCode, name }) => ({ localCode, nationalCode, name })) },
        sync: { concurrency: 8, retry: { firstMs: 50, maxMs: 400 }, patienceMs: 1500, callTimeoutMs: 1500, onUnknownSteps: { default: 'resend' } },
      },
    },
  }
}
