import { type Clock, minutes } from '../base/index.js'
import { nationalPortal } from '../connectors/index.js'
import { type Ledger, newLedgerKey, openLedger, parseLedgerKey } from '../ledger/index.js'
import { type CodeTables, parseCodeTables, procedureDirectory } from '../mappers/index.js'
import { type ProvinceSetup, type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/index.js'
import { type PassOptions, type PassReport, portalTarget, runPass, type SyncSettings, type TenantSync } from '../sync/index.js'
import { loginOf, type OneStop, openCpsOneStop } from './one-stops.js'

export interface TestProvinceOptions {
  readonly dossiers: number
  readonly seed?: number | string
  readonly settings?: Partial<SyncSettings>
  readonly clock?: Clock
  readonly sandbox?: SandboxOptions
  /** Where its dossiers are kept. Default: OpenCPS. */
  readonly oneStop?: OneStop
  /** Default: in memory. */
  readonly ledgerUrl?: string
}

/** A province, its one-stop system and the national portal on this machine, and an engine between them that is ready to run. */
export interface TestProvince {
  readonly sandbox: Sandbox
  readonly setup: ProvinceSetup
  readonly ledger: Ledger
  readonly tables: CodeTables
  readonly sync: TenantSync
  run(options?: PassOptions): Promise<PassReport>
  stop(): Promise<void>
}

/** Scope of a made-up province: what its IT department would not report. */
export function scopeOfSetup(setup: ProvinceSetup): NonNullable<TenantSync['scope']> {
  return [
    { skip: 'test-dossier', when: { note: setup.scope.testNote } },
    { skip: 'migrated', when: { code: `^${setup.scope.migratedPrefix}` } },
  ]
}

/** The tables of a province whose one-stop system is OpenCPS. */
export function tablesOfSetup(setup: ProvinceSetup): Record<string, unknown> {
  return openCpsOneStop.tables(setup)
}

export async function testProvince(options: TestProvinceOptions): Promise<TestProvince> {
  const sandbox = await startSandbox(options.sandbox ?? {})
  const setup = sandbox.makeProvince({ seed: options.seed ?? 1, dossiers: options.dossiers })
  const ledger = await openLedger({
    url: options.ledgerUrl ?? 'sqlite::memory:',
    key: parseLedgerKey(newLedgerKey()) as Uint8Array,
    access: 'write',
    ...(options.clock ? { clock: options.clock } : {}),
  })
  const oneStop = options.oneStop ?? openCpsOneStop
  const tables = parseCodeTables(oneStop.tables(setup), 'test province', oneStop.product)
  const portal = addressOf(sandbox, 'national-portal')
  const { agencyCode } = setup
  const sync: TenantSync = {
    ledger,
    tenant: 'test',
    sources: {
      'one-stop': oneStop.source({
        address: addressOf(sandbox, oneStop.system),
        setup,
        tables,
        ...(options.clock === undefined ? {} : { clock: options.clock }),
      }),
    },
    target: portalTarget({
      portal: nationalPortal({
        adapterUrl: portal.url,
        agencyCode,
        credentials: loginOf(portal.credentials),
        dialect: 'vpcp-2020',
        dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
      }),
      tables,
      procedures: procedureDirectory(setup.procedures.map((value, index) => ({ value, place: `procedures[${index}]` }))),
      agencyCode,
    }),
    scope: scopeOfSetup(setup),
    settings: { patienceMs: minutes(1), ...options.settings },
  }
  return {
    sandbox,
    setup,
    ledger,
    tables,
    sync,
    run: (passOptions) => runPass(sync, passOptions),
    async stop() {
      await ledger.close()
      await sandbox.stop()
    },
  }
}

function addressOf(sandbox: Sandbox, name: string) {
  const address = sandbox.systems[name]
  if (!address) throw new RangeError(`the sandbox has no system ${name}`)
  return address
}
