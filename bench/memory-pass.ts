/** Run by memory.ts: makes a file and a ledger that knows it in one process, and measures a pass over it in another. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { nationalPortal } from 'lienthong/connectors'
import { loadDefaults, procedureDirectory } from 'lienthong/mappers'
import { portalTarget, rowSource, runPass } from 'lienthong/sync'
import { AGENCY, PROCEDURE, writeRows } from './made-up-dossiers.ts'
import { stopAfterReading } from './measure.ts'

const [folder = '', count = '', role] = process.argv.slice(2)
const records = Number(count)
const file = join(folder, `memory-${records}.ndjson`)
const keyFile = `${file}.key`

if (!existsSync(file)) await writeRows(file, records)
if (!existsSync(keyFile)) writeFileSync(keyFile, newLedgerKey())
if (role === undefined) {
  // The first pass writes; the second finds nothing new.
  for (const turn of ['first', 'second']) {
    const { stdout } = spawnSync(process.execPath, [import.meta.filename, folder, count, turn], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (turn === 'second') console.log(stdout.trim())
  }
} else {
  const ledger = await openLedger({ url: `sqlite:${file}.db`, key: parseLedgerKey(readFileSync(keyFile, 'utf8')) as Uint8Array, access: 'write' })
  const target = portalTarget({
    portal: nationalPortal({ adapterUrl: 'http://127.0.0.1:9', agencyCode: AGENCY, credentials: { username: 'bench', password: 'bench' } }),
    tables: loadDefaults('ndjson'),
    procedures: procedureDirectory([{ value: PROCEDURE, place: 'bench' }]),
    agencyCode: AGENCY,
    deriveSteps: false,
  })
  await runPass({ ledger, tenant: 'bench', sources: { rows: rowSource({ file, agencyCode: AGENCY }) }, target }, stopAfterReading(records))
  await ledger.close()
  console.log(Math.round(process.resourceUsage().maxRSS / 1024))
}
