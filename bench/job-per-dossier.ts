/**
 * Against what an engineer would build in a day: one pg-boss job a dossier, whose handler calls the same connector; on the same PostgreSQL.
 * Its worker fetches as many jobs at a time as it sends at once, and fetches again at once while there are any: as good as it gets.
 */
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { type DossierRecord, nationalPortal } from 'lienthong/connectors'
import { runPass } from 'lienthong/sync'
import { PgBoss } from 'pg-boss'
import { AGENCY } from './made-up-dossiers.ts'
import { type Contest, stopAfterReading } from './measure.ts'
import { type BenchServer, PASSWORD } from './postgres-server.ts'
import { benchProvince, DSTCODE, TENANT } from './province.ts'

export interface JobCase {
  readonly name: string
  readonly dossiers: number
  readonly latencyMs: number
  readonly concurrency: number
  readonly bar: number
}

export const jobCases: readonly JobCase[] = [
  { name: 'against-job-per-dossier-zero-latency', dossiers: 4000, latencyMs: 0, concurrency: 16, bar: 2 },
  { name: 'against-job-per-dossier-50ms', dossiers: 3000, latencyMs: 50, concurrency: 32, bar: 1.2 },
]

export async function jobPerDossier(folder: string, server: BenchServer, test: JobCase): Promise<{ contest: Contest; stop: () => Promise<void> }> {
  const { dossiers, concurrency } = test
  const province = await benchProvince(folder, test.name, dossiers, test.latencyMs)
  const records = await province.records()

  const ours = async () => {
    await province.sandbox.reset()
    const { url } = await server.database()
    const key = parseLedgerKey(newLedgerKey()) as Uint8Array
    const ledger = await openLedger({ url, password: PASSWORD, key, access: 'write', migrating: true })
    const sync = { ledger, tenant: TENANT, sources: { rows: province.source() }, target: province.target(), settings: { concurrency } }
    await runPass(sync, stopAfterReading(dossiers))
    await ledger.releasePlanned(TENANT, 'rows')
    const started = performance.now()
    await runPass({ ...sync, sources: {} })
    const seconds = (performance.now() - started) / 1000
    await ledger.close()
    await province.sandbox.expect(dossiers)
    return dossiers / seconds
  }

  const peer = async () => {
    await province.sandbox.reset()
    const { address } = await server.database()
    const portal = nationalPortal({ adapterUrl: province.url, agencyCode: AGENCY, credentials: province.credentials, dstcode: DSTCODE })
    const boss = new PgBoss({ connectionString: address, max: 10 })
    boss.on('error', () => {})
    await boss.start()
    await boss.createQueue('dossiers')
    for (let from = 0; from < dossiers; from += 1000)
      await boss.insert(
        'dossiers',
        records.slice(from, from + 1000).map((record) => ({ data: record })),
      )
    let sent = 0
    let done = () => {}
    const all = new Promise<void>((resolve) => {
      done = resolve
    })
    const started = performance.now()
    await boss.work<Record<string, unknown>>(
      'dossiers',
      { batchSize: concurrency, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
      async (jobs) => {
        await Promise.all(jobs.map(({ data }) => portal.submitDossier(data as unknown as DossierRecord, { updating: false })))
        sent += jobs.length
        if (sent === dossiers) done()
      },
    )
    await all
    const seconds = (performance.now() - started) / 1000
    await boss.stop({ graceful: true, timeout: 5000 })
    await province.sandbox.expect(dossiers)
    return dossiers / seconds
  }

  return {
    contest: {
      name: test.name,
      unit: 'dossiers/s',
      ours,
      floor: { why: 'push-… has one' },
      peer,
      against: 'peer',
      bar: test.bar,
      rounds: 3,
    },
    stop: province.stop,
  }
}
