/**
 * Proves that the example does what it says: a made-up province of 100 dossiers, its configuration in an empty folder, and sync.ts run
 * twice as its own process. Everything the sandbox expects at the portal must be there, and the second pass must write nothing.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConfigInput, knowinglyUnsent, loadConfig, newLedgerKey, openConfiguredLedger } from 'lienthong'
import { type Sandbox, startSandbox } from 'lienthong/sandbox'
import { tablesOfSetup } from 'lienthong/testing'

const TENANT = 'my-province'
const script = join(import.meta.dirname, 'sync.ts')

const folder = mkdtempSync(join(tmpdir(), 'lienthong-example-'))
const sandbox = await startSandbox()
try {
  const environment = writeProvince(sandbox)
  const first = await sync(environment)
  const writes = sandbox.requests().writes
  const second = await sync(environment)
  const verdict = sandbox.verdict({ excused: await unsent() })

  // 1: a few records of the made-up province are dirty on purpose and stay at home.
  expect('the first pass ends with 1', first === 1)
  expect(`all ${verdict.expected} expected dossiers are at the portal`, verdict.expected > 0 && verdict.lost === 0)
  expect('none is doubled, out of order or uncalled for', verdict.duplicated + verdict.outOfOrder + verdict.unexpected === 0)
  expect('the second pass ends with 1, too', second === 1)
  expect(`the second pass writes nothing (${sandbox.requests().writes - writes} writes)`, sandbox.requests().writes === writes)
} finally {
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** What an integrator would write: configuration, key, secrets, tables, procedures. @returns the environment with the other secrets. */
function writeProvince({ systems, makeProvince }: Sandbox): NodeJS.ProcessEnv {
  const setup = makeProvince({ seed: 1, dossiers: 100 })
  const portal = systems['national-portal']
  const oneStop = systems['one-stop-opencps']
  const config: ConfigInput = JSON.parse(readFileSync(join(import.meta.dirname, 'lienthong.config.json'), 'utf8'))
  const tenant = config.tenants[TENANT]
  const source = tenant?.sources['one-stop']
  if (!tenant || source?.dialect !== 'opencps-v2' || !portal || !oneStop) throw new Error('the example configuration is not what this script expects')
  source.url = oneStop.url
  source.groupId = oneStop.credentials.groupId ?? ''
  source.since = setup.oldest.slice(0, 10)
  tenant.portal.adapterUrl = portal.url
  mkdirSync(join(folder, 'secrets'))
  write('secrets/portal-password', portal.credentials.password ?? '')
  write('lienthong.config.json', JSON.stringify(config))
  write('lienthong.key', newLedgerKey())
  // JSON is YAML, too.
  write('tables.yaml', JSON.stringify(tablesOfSetup(setup)))
  write('procedures.jsonl', setup.procedures.map((procedure) => JSON.stringify(procedure)).join('\n'))
  return {
    ONE_STOP_USERNAME: oneStop.credentials.username,
    ONE_STOP_PASSWORD: oneStop.credentials.password,
    PORTAL_USERNAME: portal.credentials.username,
  }
}

function write(name: string, content: string): void {
  writeFileSync(join(folder, name), content, { mode: 0o600 })
}

/** @returns the exit code of one pass. Not spawnSync: the sandbox answers from this process. */
function sync(environment: NodeJS.ProcessEnv): Promise<number | null> {
  const child = spawn(process.execPath, [script], { cwd: folder, env: { ...process.env, ...environment }, stdio: 'inherit' })
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve))
}

async function unsent() {
  const ledger = await openConfiguredLedger(await loadConfig(undefined, folder), 'read', 'check')
  try {
    return await knowinglyUnsent(ledger, TENANT)
  } finally {
    await ledger.close()
  }
}

/** A broken promise makes the script end with 1. */
function expect(what: string, holds: boolean): void {
  console.log(`${holds ? '✓' : '✗'} ${what}`)
  if (!holds) process.exitCode = 1
}
