/** Proves that the example does what it says: the land office, its source, and passes to the sandbox's national portal. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assembleTenant, type ConfigInput, defineConfig, loadConfig, newLedgerKey, openConfiguredLedger } from 'lienthong'
import { startSandbox } from 'lienthong/sandbox'
import { runPass } from 'lienthong/sync'
import { startLandOffice, TOKEN } from './land-office.ts'

const folder = mkdtempSync(join(tmpdir(), 'lienthong-example-'))
const sandbox = await startSandbox()
const office = await startLandOffice()
try {
  const portal = sandbox.systems['national-portal']
  if (!portal) throw new Error('the sandbox has no national portal')
  const config: ConfigInput = defineConfig({
    version: 1,
    ledger: { url: 'sqlite:./lienthong.db', key: { env: 'LEDGER_KEY' } },
    tenants: {
      'my-province': {
        agencyCode: '000.00.00.H99',
        sources: {
          land: { dialect: 'custom', module: join(import.meta.dirname, 'land.ts'), settings: { url: office.url, token: { env: 'LAND_TOKEN' } } },
        },
        procedures: { list: [{ localCode: '1.001612.000.00.00.H99', nationalCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' }] },
        portal: {
          adapterUrl: portal.url,
          dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
          credentials: { username: { env: 'PORTAL_USERNAME' }, password: { env: 'PORTAL_PASSWORD' } },
        },
      },
    },
  })
  writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
  const { username, password } = portal.credentials
  const loaded = await loadConfig(undefined, folder, {
    LEDGER_KEY: newLedgerKey(),
    LAND_TOKEN: TOKEN,
    PORTAL_USERNAME: username,
    PORTAL_PASSWORD: password,
  })
  const ledger = await openConfiguredLedger(loaded, 'write', 'example')
  try {
    const pass = async () => (await runPass(await assembleTenant(loaded, 'my-province', ledger))).outcome
    const statuses = () => sandbox.dossiers().map(({ record }) => String((record as { TrangThaiHoSo?: unknown }).TrangThaiHoSo))

    expect('the first pass is done', (await pass()) === 'done')
    expect(`all ${office.files().length} files are at the portal`, sandbox.dossiers().length === office.files().length)
    expect(
      'under their national status',
      statuses().every((status) => status === '4'),
    )
    const writes = sandbox.requests().writes
    expect('the second pass is done', (await pass()) === 'done')
    expect(`and writes nothing (${sandbox.requests().writes - writes} writes)`, sandbox.requests().writes === writes)
    office.world.change('3')
    expect('a file that was finished is sent again', (await pass()) === 'done' && statuses().filter((status) => status === '9').length === 1)
    expect(
      'as an update',
      sandbox.dossiers().every(({ creates }) => creates === 1),
    )
  } finally {
    await ledger.close()
  }
} finally {
  await office.stop()
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** A broken promise makes the script end with 1. */
function expect(what: string, holds: boolean): void {
  console.log(`${holds ? '✓' : '✗'} ${what}`)
  if (!holds) process.exitCode = 1
}
