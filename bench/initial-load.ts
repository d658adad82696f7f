/** A province's first pass, from its export to the portal: read, mapped, checked, kept, sent. Against a loop that reads a line and posts it. */
import { createReadStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import axios from 'axios'
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { runPass } from 'lienthong/sync'
import { AGENCY } from './made-up-dossiers.ts'
import type { Contest } from './measure.ts'
import { benchProvince, DSTCODE, TENANT } from './province.ts'

const DOSSIERS = 10_000
const CONCURRENCY = 16

export async function initialLoad(folder: string): Promise<{ contest: Contest; stop: () => Promise<void> }> {
  const province = await benchProvince(folder, 'initial-load', DOSSIERS)
  const records = await province.records()
  let round = 0
  const ours = async () => {
    await province.sandbox.reset()
    const path = join(folder, `initial-${round++}.db`)
    const ledger = await openLedger({ url: `sqlite:${path}`, key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
    const started = performance.now()
    await runPass({ ledger, tenant: TENANT, sources: { rows: province.source() }, target: province.target(), settings: { concurrency: CONCURRENCY } })
    const seconds = (performance.now() - started) / 1000
    await ledger.close()
    for (const end of ['', '-wal', '-shm', '-lock', '-writer']) rmSync(path + end, { force: true })
    await province.sandbox.expect(DOSSIERS)
    return DOSSIERS / seconds
  }
  const floor = async () => {
    await province.sandbox.reset()
    const headers = { dstcode: DSTCODE }
    const started = performance.now()
    const login = await axios.post<{ session: string }>(`${province.url}/mapi/login`, province.credentials, { headers })
    // Parsed as a script would, and sent as mapped beforehand: mapping is ours alone.
    let index = 0
    const lines = createInterface({ input: createReadStream(province.file) })[Symbol.asyncIterator]()
    const worker = async () => {
      for (let line = await lines.next(); !line.done; line = await lines.next()) {
        JSON.parse(line.value)
        const body = { session: login.data.session, madonvi: AGENCY, service: 'DongBoHoSoMC', isUpdating: 'False', data: [records[index++]] }
        await axios.post(`${province.url}/mapi/g`, body, { headers })
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, worker))
    const seconds = (performance.now() - started) / 1000
    await province.sandbox.expect(DOSSIERS)
    return DOSSIERS / seconds
  }
  return {
    contest: {
      name: 'initial-load-10k',
      unit: 'dossiers/s',
      ours,
      floor,
      peer: { why: 'no published client of the national portal exists to compare with' },
      bar: 0.5,
      rounds: 3,
    },
    stop: province.stop,
  }
}
