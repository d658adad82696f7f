/**
 * What OpenCPS does for one dossier, as its public sources show it (contracts: national portal §2.2, procedure database §2): look the dossier
 * up, fetch its procedure, send it, report its step, one dossier after the other. Its timer, which takes a handful every 45 seconds, is left
 * out: with it the loop sends what the timer allows, whatever the network does.
 */
import axios from 'axios'
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { runPass } from 'lienthong/sync'
import { AGENCY } from './made-up-dossiers.ts'
import { type Contest, stopAfterReading } from './measure.ts'
import { benchProvince, DSTCODE, TENANT } from './province.ts'

const DOSSIERS = 3000
/** Of them the serial loop sends so many: it goes on at the same pace for ever. */
const SERIAL = 60
const LATENCY_MS = 50
const CONCURRENCY = 32

export async function oneStopLoop(folder: string): Promise<{ contest: Contest; stop: () => Promise<void> }> {
  const province = await benchProvince(folder, 'one-stop-loop', DOSSIERS, LATENCY_MS)
  const records = await province.records()
  const ours = async () => {
    await province.sandbox.reset()
    const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
    const sync = { ledger, tenant: TENANT, sources: { rows: province.source() }, target: province.target(), settings: { concurrency: CONCURRENCY } }
    await runPass(sync, stopAfterReading(DOSSIERS))
    const started = performance.now()
    await runPass({ ...sync, sources: {} })
    const seconds = (performance.now() - started) / 1000
    await ledger.close()
    await province.sandbox.expect(DOSSIERS)
    return DOSSIERS / seconds
  }
  const peer = async () => {
    await province.sandbox.reset()
    const headers = { dstcode: DSTCODE }
    const login = await axios.post<{ session: string }>(`${province.url}/mapi/login`, province.credentials, { headers })
    const call = (body: object) => axios.post(`${province.url}/mapi/g`, { session: login.data.session, madonvi: AGENCY, ...body }, { headers })
    const started = performance.now()
    for (const record of records.slice(0, SERIAL)) {
      await call({ service: 'TraCuuHoSo', mahoso: record.MaHoSo })
      await call({ service: 'LayDanhMucCoQuan' }) // stands for the procedure's details, which another system serves at the same latency
      await call({ service: 'DongBoHoSoMC', isUpdating: 'False', data: [record] })
      await call({ service: 'CapNhatTienDoHoSoMC', data: [stepOf(record)] })
    }
    return SERIAL / ((performance.now() - started) / 1000)
  }
  return {
    contest: {
      name: 'against-one-stop-loop-50ms',
      unit: 'dossiers/s',
      ours,
      floor: { why: 'push-50ms-c32 has one' },
      peer,
      against: 'peer',
      bar: 20,
      rounds: 3,
    },
    stop: province.stop,
  }
}

function stepOf(record: Record<string, unknown>): object {
  return { MaHoSo: record.MaHoSo, NguoiXuLy: 'Cán bộ Mẫu', ThoiDiemXuLy: '20250305090000', NoiDungXuLy: 'Tiếp nhận', TrangThai: '2' }
}
