/** A pass over a file in which nothing changed, against a loop that reads, parses and hashes it. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { nationalPortal } from 'lienthong/connectors'
import { loadDefaults, procedureDirectory } from 'lienthong/mappers'
import { portalTarget, rowSource, runPass, type TenantSync } from 'lienthong/sync'
import { AGENCY, PROCEDURE, writeRows } from './made-up-dossiers.ts'
import { type Contest, stopAfterReading } from './measure.ts'

const RECORDS = 100_000

export async function rescan(folder: string): Promise<Contest> {
  const file = join(folder, 'rescan.ndjson')
  await writeRows(file, RECORDS)
  const ledger = await openLedger({ url: `sqlite:${join(folder, 'rescan.db')}`, key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
  const sync: TenantSync = {
    ledger,
    tenant: 'bench',
    sources: { rows: rowSource({ file, agencyCode: AGENCY }) },
    target: portalTarget({
      // Nothing is sent here: each pass ends after reading.
      portal: nationalPortal({ adapterUrl: 'http://127.0.0.1:9', agencyCode: AGENCY, credentials: { username: 'bench', password: 'bench' } }),
      tables: loadDefaults('ndjson'),
      procedures: procedureDirectory([{ value: PROCEDURE, place: 'bench' }]),
      agencyCode: AGENCY,
      deriveSteps: false,
    }),
  }
  await readOnce(sync)
  return {
    name: 'unchanged-rescan-100k',
    unit: 'dossiers/s',
    ours: async () => RECORDS / (await timed(() => readOnce(sync))),
    floor: async () => RECORDS / (await timed(() => plainLoop(file))),
    peer: { why: 'no published tool keeps a fingerprint per dossier' },
    bar: 0.9,
    rounds: 5,
  }
}

/** Reads the source to its end and stops before sending. */
async function readOnce(sync: TenantSync): Promise<void> {
  await runPass(sync, stopAfterReading(RECORDS))
}

export async function plainLoop(file: string, records = RECORDS): Promise<void> {
  const seen = new Map<string, string>()
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { sourceId } = JSON.parse(line) as { sourceId: string }
    seen.set(sourceId, createHash('sha256').update(line).digest('base64'))
  }
  if (seen.size !== records) throw new Error(`the plain loop saw ${seen.size} records`)
}

export async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
