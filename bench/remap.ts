/** The first pass after a mapper change: every record is mapped and compared again, and none is sent. Against reading, parsing and hashing. */
import { join } from 'node:path'
import { newLedgerKey, openLedger, parseLedgerKey } from 'lienthong'
import { nationalPortal } from 'lienthong/connectors'
import { loadDefaults, procedureDirectory } from 'lienthong/mappers'
import { type DossierTarget, portalTarget, rowSource, runPass } from 'lienthong/sync'
import { AGENCY, PROCEDURE, writeRows } from './made-up-dossiers.ts'
import type { Contest } from './measure.ts'
import { plainLoop, timed } from './rescan.ts'

const RECORDS = 50_000

export async function remap(folder: string): Promise<Contest> {
  const file = join(folder, 'remap.ndjson')
  await writeRows(file, RECORDS)
  const ledger = await openLedger({ url: `sqlite:${join(folder, 'remap.db')}`, key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
  const target = portalTarget({
    portal: nationalPortal({ adapterUrl: 'http://127.0.0.1:9', agencyCode: AGENCY, credentials: { username: 'bench', password: 'bench' } }),
    tables: loadDefaults('ndjson'),
    procedures: procedureDirectory([{ value: PROCEDURE, place: 'bench' }]),
    agencyCode: AGENCY,
    deriveSteps: false,
  })
  let version = 0
  const pass = async () => {
    version += 1
    // A portal that takes everything at once, and a mapper that is another one each time.
    const taking: DossierTarget = Object.create(target, {
      epoch: { value: `${target.epoch}/${version}` },
      loopback: { value: true },
      submit: { value: async () => ({ outcome: 'accepted', answer: { code: '0', message: null, raw: '' } }) },
    })
    const sources = { rows: rowSource({ file, agencyCode: AGENCY }) }
    const report = await runPass({ ledger, tenant: 'bench', sources, target: taking }, { maxChanges: Number.POSITIVE_INFINITY })
    return report.tally.calls
  }
  await pass()
  return {
    name: 'first-pass-after-mapper-change-50k',
    unit: 'dossiers/s',
    async ours() {
      let calls = 0
      const seconds = await timed(async () => {
        const sent = await pass()
        calls = sent.create + sent.update
      })
      if (calls > 0) throw new Error(`${calls} records were sent again`)
      return RECORDS / seconds
    },
    floor: async () => RECORDS / (await timed(() => plainLoop(file, RECORDS))),
    peer: { why: 'no published tool keeps a fingerprint per dossier' },
    bar: 0.45,
    rounds: 3,
  }
}
