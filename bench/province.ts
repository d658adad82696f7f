/** What the benches about sending have in common: made-up dossiers, a portal in another process, a target, and records ready for bare posts. */
import { join } from 'node:path'
import { openLedger } from 'lienthong'
import { nationalPortal } from 'lienthong/connectors'
import { loadDefaults, procedureDirectory } from 'lienthong/mappers'
import { type DossierTarget, portalTarget, previewPass, rowSource } from 'lienthong/sync'
import { AGENCY, PROCEDURE, writeRows } from './made-up-dossiers.ts'
import { startSandboxProcess } from './sandbox-process.ts'

export const TENANT = 'bench'
export const DSTCODE = 'VN:GOV:000.00.00.G22:vpcpdvcprovider'

export interface BenchProvince {
  readonly file: string
  readonly url: string
  readonly credentials: { readonly username: string; readonly password: string }
  readonly sandbox: Awaited<ReturnType<typeof startSandboxProcess>>
  target(): DossierTarget
  source(): ReturnType<typeof rowSource>
  /** As they stand on the wire, for loops that post them without us. */
  records(): Promise<readonly Record<string, unknown>[]>
  stop(): Promise<void>
}

export async function benchProvince(folder: string, name: string, dossiers: number, latencyMs = 0): Promise<BenchProvince> {
  const file = join(folder, `${name}.ndjson`)
  await writeRows(file, dossiers)
  const sandbox = await startSandboxProcess(latencyMs)
  const { url, credentials } = sandbox.system('national-portal')
  const target = () =>
    portalTarget({
      portal: nationalPortal({ adapterUrl: url, agencyCode: AGENCY, credentials, dstcode: DSTCODE }),
      tables: loadDefaults('ndjson'),
      procedures: procedureDirectory([{ value: PROCEDURE, place: 'bench' }]),
      agencyCode: AGENCY,
      deriveSteps: false,
    })
  const source = () => rowSource({ file, agencyCode: AGENCY })
  return {
    file,
    url,
    credentials,
    sandbox,
    target,
    source,
    async records() {
      const records: Record<string, unknown>[] = []
      const nowhere = await openLedger({ url: 'sqlite::memory:', key: new Uint8Array(32), access: 'write' })
      await previewPass({ ledger: nowhere, tenant: TENANT, sources: { rows: source() }, target: target() }, (_source, { record }) => {
        records.push(record as Record<string, unknown>)
      })
      await nowhere.close()
      return records
    },
    stop: () => sandbox.stop(),
  }
}
