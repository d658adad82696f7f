/** Run by registers.ts: reads a workbook as a source does, twice, and prints the most memory that the process ever held, in megabytes. */
import { loadDefaults, procedureDirectory } from 'lienthong/mappers'
import { registerSource } from 'lienthong/sync'
import { AGENCY, PROCEDURE } from './made-up-dossiers.ts'

const [file = '', rows = ''] = process.argv.slice(2)
const source = registerSource({
  file,
  tables: loadDefaults('file-csv'),
  agencyCode: AGENCY,
  procedures: procedureDirectory([{ value: PROCEDURE, place: 'bench' }]),
})
let read = 0
for await (const { items } of source.changes(null, { open: async function* () {} })) for (const item of items) if (item.read().ok) read += 1
if (read !== Number(rows)) throw new Error(`${read} of ${rows} read`)
console.log(Math.round(process.resourceUsage().maxRSS / 1024))
