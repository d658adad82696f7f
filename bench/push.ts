/** New dossiers to a portal in another process, against bare axios posting the same bodies. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import axios from 'axios'
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { nationalPortal } from 'lienthong/connectors'
import { loadDefaults, procedureDirectory } from 'lienthong/mappers'
import { type DossierTarget, portalTarget, previewPass, rowSource, runPass } from 'lienthong/sync'
import { AGENCY, PROCEDURE, writeRows } from './made-up-dossiers.ts'
import type { Contest } from './measure.ts'
import { startSandboxProcess } from './sandbox-process.ts'

const DOSSIERS = 5000
const CONCURRENCY = 16
const DSTCODE = 'VN:GOV:000.00.00.G22:vpcpdvcprovider'

export async function push(folder: string): Promise<{ contest: Contest; stop: () => Promise<void> }> {
  const file = join(folder, 'push.ndjson')
  await writeRows(file, DOSSIERS)
  const sandbox = await startSandboxProcess()
  const { url, credentials } = sandbox.system('national-portal')
  const target = (): DossierTarget =>
    portalTarget({
      portal: nationalPortal({ adapterUrl: url, agencyCode: AGENCY, credentials, dstcode: DSTCODE }),
      tables: loadDefaults('ndjson'),
      procedures: procedureDirectory([{ value: PROCEDURE, place: 'bench' }]),
      agencyCode: AGENCY,
      deriveSteps: false,
    })

  const records: unknown[] = []
  const nowhere = await openLedger({ url: 'sqlite::memory:', key: new Uint8Array(32), access: 'write' })
  await previewPass(
    { ledger: nowhere, tenant: 'bench', sources: { rows: rowSource({ file, agencyCode: AGENCY }) }, target: target() },
    (_source, { record }) => {
      records.push(record)
    },
  )
  await nowhere.close()

  let round = 0
  const ours = async () => {
    await sandbox.reset()
    const path = join(folder, `push-${round++}.db`)
    const ledger = await openLedger({ url: `sqlite:${path}`, key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
    const sync = {
      ledger,
      tenant: 'bench',
      sources: { rows: rowSource({ file, agencyCode: AGENCY }) },
      target: target(),
      settings: { concurrency: CONCURRENCY },
    }
    // Reading and planning belong to the other bench: here only what waits is sent.
    const stop = new AbortController()
    await runPass(sync, { signal: stop.signal, onProgress: ({ seen }) => seen >= DOSSIERS && stop.abort() })
    const started = performance.now()
    const report = await runPass({ ...sync, sources: {} })
    const seconds = (performance.now() - started) / 1000
    if (report.tally.confirmed !== DOSSIERS) throw new Error(`ours: ${report.tally.confirmed} confirmed`)
    await ledger.close()
    for (const end of ['', '-wal', '-shm', '-lock', '-writer']) rmSync(path + end, { force: true })
    await sandbox.expect(DOSSIERS)
    return DOSSIERS / seconds
  }

  const floor = async () => {
    await sandbox.reset()
    const started = performance.now()
    const headers = { dstcode: DSTCODE }
    const login = await axios.post<{ session: string }>(`${url}/mapi/login`, credentials, { headers })
    let next = 0
    const worker = async () => {
      for (let index = next++; index < records.length; index = next++) {
        const body = { session: login.data.session, madonvi: AGENCY, service: 'DongBoHoSoMC', isUpdating: 'False', data: [records[index]] }
        const answer = await axios.post<{ error_code: unknown }>(`${url}/mapi/g`, body, { headers })
        if (Number(answer.data.error_code) !== 0) throw new Error(`floor: ${JSON.stringify(answer.data)}`)
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, worker))
    const seconds = (performance.now() - started) / 1000
    await sandbox.expect(DOSSIERS)
    return DOSSIERS / seconds
  }

  return {
    contest: {
      name: 'push-zero-latency-c16',
      unit: 'dossiers/s',
      ours,
      floor,
      peer: { why: 'no published client of the national portal exists to compare with' },
      bar: 0.75,
      rounds: 5,
    },
    stop: () => sandbox.stop(),
  }
}
