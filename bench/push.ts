/** New dossiers to a portal in another process, against bare axios posting the same bodies. */
import { rmSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import axios, { type AxiosRequestConfig } from 'axios'
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { runPass } from 'lienthong/sync'
import { AGENCY } from './made-up-dossiers.ts'
import { type Contest, stopAfterReading } from './measure.ts'
import { benchProvince, DSTCODE, TENANT } from './province.ts'

interface PushCase {
  readonly name: string
  readonly dossiers: number
  readonly latencyMs: number
  readonly concurrency: number
  /** `default`: axios as it comes. `lean`: without what a client of one known system can do without. */
  readonly axios: 'default' | 'lean'
  readonly bar: number
  readonly rounds: number
}

export const pushCases: readonly PushCase[] = [
  { name: 'push-zero-latency-c16', dossiers: 5000, latencyMs: 0, concurrency: 16, axios: 'default', bar: 0.85, rounds: 5 },
  { name: 'push-zero-latency-c16-lean', dossiers: 5000, latencyMs: 0, concurrency: 16, axios: 'lean', bar: 0.7, rounds: 5 },
  { name: 'push-50ms-c32', dossiers: 5000, latencyMs: 50, concurrency: 32, axios: 'default', bar: 0.95, rounds: 3 },
]

export async function push(folder: string, test: PushCase): Promise<{ contest: Contest; stop: () => Promise<void> }> {
  const { dossiers, concurrency } = test
  const province = await benchProvince(folder, test.name, dossiers, test.latencyMs)
  const records = await province.records()
  let round = 0
  const ours = async () => {
    await province.sandbox.reset()
    const path = join(folder, `${test.name}-${round++}.db`)
    const ledger = await openLedger({ url: `sqlite:${path}`, key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
    const sync = { ledger, tenant: TENANT, sources: { rows: province.source() }, target: province.target(), settings: { concurrency } }
    // Reading and planning belong to the other bench: here only what waits is sent.
    await runPass(sync, stopAfterReading(dossiers))
    const started = performance.now()
    const report = await runPass({ ...sync, sources: {} })
    const seconds = (performance.now() - started) / 1000
    if (report.tally.confirmed !== dossiers) throw new Error(`ours: ${report.tally.confirmed} confirmed`)
    await ledger.close()
    for (const end of ['', '-wal', '-shm', '-lock', '-writer']) rmSync(path + end, { force: true })
    await province.sandbox.expect(dossiers)
    return dossiers / seconds
  }

  const floor = async () => {
    await province.sandbox.reset()
    const options: AxiosRequestConfig = test.axios === 'default' ? {} : { ...lean, httpAgent: new http.Agent({ keepAlive: true }) }
    const started = performance.now()
    const headers = { dstcode: DSTCODE }
    const login = await axios.post<{ session: string }>(`${province.url}/mapi/login`, province.credentials, { headers })
    let next = 0
    const worker = async () => {
      for (let index = next++; index < records.length; index = next++) {
        const body = { session: login.data.session, madonvi: AGENCY, service: 'DongBoHoSoMC', isUpdating: 'False', data: [records[index]] }
        const answer = await axios.post<{ error_code: unknown }>(`${province.url}/mapi/g`, body, { headers, ...options })
        if (Number(answer.data.error_code) !== 0) throw new Error(`floor: ${JSON.stringify(answer.data)}`)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    const seconds = (performance.now() - started) / 1000
    await province.sandbox.expect(dossiers)
    return dossiers / seconds
  }

  return {
    contest: {
      name: test.name,
      unit: 'dossiers/s',
      ours,
      floor,
      peer: { why: 'no published client of the national portal exists to compare with' },
      bar: test.bar,
      rounds: test.rounds,
    },
    stop: province.stop,
  }
}

const lean: AxiosRequestConfig = { maxRedirects: 0, proxy: false, decompress: false }
