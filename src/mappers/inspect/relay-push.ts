import { readPush } from '../../connectors/relay/message.js'
import type { RelayDossier } from '../../connectors/relay/wire.js'
import type { ProcedureEntry } from '../../domain/index.js'
import { procedureLookup } from '../procedures.js'
import { fromRelay } from '../relay/index.js'
import { readCataloguePage } from './catalogue.js'
import type { Collector } from './collector.js'
import type { InspectInput } from './input.js'
import { textOf } from './json-files.js'

/** Reads pushes of `DongBoHoSoMC` and, beside them, a catalogue. */
export async function inspectRelayPush({ files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const catalogue: ProcedureEntry[] = []
  const pushed: { readonly file: string; readonly content: RelayDossier }[] = []
  for (const { name, bytes } of files) {
    const page = readCataloguePage(bytes)
    if (page !== undefined) {
      catalogue.push(...page.procedures)
      continue
    }
    const push = readPush(textOf(bytes))
    if (push.problem !== null) found.problem(name, 'file.unreadable', '', { problem: push.problem })
    else if (!push.dossiers.some(({ ok }) => ok) && !/MaHoSo/i.test(textOf(bytes)))
      found.problem(name, 'file.unrecognised', '', { dialect: 'relay-push' })
    push.dossiers.forEach((one, index) => {
      if (one.ok) pushed.push({ file: name, content: one.content })
      else found.problem(`${name}, [${index}]`, 'message.unreadable', one.field, { problem: one.problem })
    })
  }
  found.procedures(catalogue)
  const procedures = procedureLookup(catalogue)
  const context = { tables: found.tables, ...(agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }) }
  for (const { file, content } of pushed) {
    const mapped = fromRelay(content, context)
    found.dossier(file, mapped, procedures)
    if (mapped.ok) suffixOf(mapped.value.procedure.localCode, mapped.value.localCode ?? file, catalogue, found)
  }
}

/** The catalogue knows the procedure under its national code alone: whether that is the same one, the province says. */
function suffixOf(code: string | null, place: string, catalogue: readonly ProcedureEntry[], found: Collector): void {
  const bare = /^(\d\.\d{6})\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$/.exec(code ?? '')?.[1]
  if (bare === undefined || catalogue.some(({ localCode }) => localCode === code)) return
  if (catalogue.some(({ localCode }) => localCode === bare)) found.problem(place, 'procedure.suffix', 'procedureCode', { code: bare })
}
