/** One worker against four on one ledger: 50 ms a call, 16 calls each in flight. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { runPass } from 'lienthong/sync'
import { AGENCY, PROCEDURE } from './made-up-dossiers.ts'
import { type Contest, stopAfterReading } from './measure.ts'
import { type BenchServer, PASSWORD } from './postgres-server.ts'
import { benchProvince, DSTCODE, TENANT } from './province.ts'

const DOSSIERS = 6000
/** Measured between these two: starting and the last handful are no throughput. */
const FROM = 0.1
const TO = 0.9

export async function workers(folder: string, server: BenchServer): Promise<{ contest: Contest; stop: () => Promise<void> }> {
  const province = await benchProvince(folder, 'workers', DOSSIERS, 50)
  const rate = async (count: number) => {
    await province.sandbox.reset()
    const { url } = await server.database()
    const keyText = newLedgerKey()
    const key = parseLedgerKey(keyText) as Uint8Array
    const setup = await openLedger({ url, password: PASSWORD, key, access: 'write', migrating: true })
    const sync = { ledger: setup, tenant: TENANT, sources: { rows: province.source() }, target: province.target() }
    await runPass(sync, stopAfterReading(DOSSIERS))
    await setup.releasePlanned(TENANT, 'rows')
    await setup.close()
    writeFileSync(join(folder, 'workers.key'), keyText)
    writeFileSync(join(folder, 'workers.password'), PASSWORD)
    writeFileSync(join(folder, 'portal.password'), province.credentials.password)
    writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(configOf(url, province)))
    const command = join(import.meta.dirname, '../bin/lienthong.js')
    const crew = Array.from({ length: count }, () =>
      spawn(process.execPath, [command, 'worker', '--slices', '1', '--json', '--quiet'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }),
    )
    const gone = Promise.all(crew.map((child) => new Promise<void>((resolve) => child.once('exit', () => resolve()))))
    const watching = await openLedger({ url, password: PASSWORD, key, access: 'read' })
    try {
      const confirmed = async () => DOSSIERS - (await watching.countState(TENANT, 'pending'))
      const reached = async (share: number) => {
        while ((await confirmed()) < DOSSIERS * share) await new Promise((resolve) => setTimeout(resolve, 20))
        return { at: performance.now(), count: await confirmed() }
      }
      const first = await reached(FROM)
      const last = await reached(TO)
      return ((last.count - first.count) * 1000) / (last.at - first.at)
    } finally {
      await watching.close()
      for (const child of crew) child.kill('SIGTERM')
      await gone
    }
  }
  return {
    contest: {
      name: 'workers-1-to-4-50ms',
      unit: 'dossiers/s',
      ours: () => rate(4),
      floor: { why: 'one worker is what it is measured against' },
      peer: () => rate(1),
      against: 'peer',
      bar: 3,
      rounds: 1,
    },
    stop: province.stop,
  }
}

function configOf(url: string, province: Awaited<ReturnType<typeof benchProvince>>) {
  return {
    version: 1,
    ledger: { url, password: { file: './workers.password' }, key: { file: './workers.key' } },
    tenants: {
      [TENANT]: {
        agencyCode: AGENCY,
        sources: { rows: { dialect: 'file-ndjson', file: province.file } },
        portal: {
          adapterUrl: province.url,
          dstcode: DSTCODE,
          deriveSteps: false,
          credentials: { username: province.credentials.username, password: { file: './portal.password' } },
        },
        procedures: { list: [PROCEDURE] },
        sync: { concurrency: 16 },
        // Only once: reading belongs to another bench.
        readAt: '0 3 1 1 *',
      },
    },
  }
}
