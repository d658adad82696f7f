import axios from 'axios'
import { nationalPortal } from 'lienthong/connectors'
import { fromDossierRow, toDossierRecord, loadDefaults } from 'lienthong/mappers'
import { madeUpRow, AGENCY, PROCEDURE } from './made-up-dossiers.ts'
import { startSandboxProcess } from './sandbox-process.ts'
const tables = loadDefaults('ndjson'); const procedure = { ...PROCEDURE, nationalName: null, sector: { code: 'G05-KH01', name: 'x' }, paperResult: null }
const N = 4000
const records = Array.from({ length: N }, (_, i) => { const d = (fromDossierRow(madeUpRow(i), { provinceAgencyCode: AGENCY }) as any).value; return (toDossierRecord(d, { code: d.nationalCode, procedure, tables, deriveSteps: false }) as any).value })
const sb = await startSandboxProcess(); const { url, credentials } = sb.system('national-portal')
const run = async (name: string, one: (r: any) => Promise<unknown>) => { await sb.reset(); let n = 0; const c0 = process.cpuUsage(), t = performance.now(); await Promise.all(Array.from({ length: 16 }, async () => { for (let i = n++; i < N; i = n++) await one(records[i]) })); const s = (performance.now() - t) / N * 1000, c = process.cpuUsage(c0); console.log(name, 'wall', s.toFixed(0), 'us cpu', ((c.user + c.system) / N).toFixed(0)) }
for (let k = 0; k < 3; k++) {
  const portal = nationalPortal({ adapterUrl: url, agencyCode: AGENCY, credentials, dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider' })
  await run('portal', (r) => portal.submitDossier(r, { updating: false }))
  const login = await axios.post(url + '/mapi/login', credentials)
  await run('axios ', (r) => axios.post(url + '/mapi/g', { session: login.data.session, madonvi: AGENCY, service: 'DongBoHoSoMC', isUpdating: 'False', data: [r] }, { headers: { dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider' } }))
}
await sb.stop()
