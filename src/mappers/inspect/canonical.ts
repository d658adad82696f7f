import type { ProcedureEntry } from '../../domain/index.js'
import { fromDossierRow } from '../files/index.js'
import { procedureLookup } from '../procedures.js'
import { readCataloguePage } from './catalogue.js'
import type { Collector } from './collector.js'
import type { InspectInput } from './input.js'
import { linesOf, parsed, textOf } from './json-files.js'

/** Reads canonical dossiers, one JSON object a line. */
export async function inspectCanonical({ files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const catalogue: ProcedureEntry[] = []
  const lines: { readonly place: string; readonly value: unknown }[] = []
  for (const { name, bytes } of files) {
    const page = readCataloguePage(bytes)
    if (page !== undefined) {
      catalogue.push(...page.procedures)
      continue
    }
    const whole = parsed(textOf(bytes))?.value
    // One dossier over several lines, or an array of them: what programs write that do not know lines.
    if (whole !== undefined) {
      if (Array.isArray(whole)) lines.push(...whole.map((value, index) => ({ place: `${name}, [${index}]`, value })))
      else lines.push({ place: `${name}, line 1`, value: whole })
      continue
    }
    for (const { line, text } of linesOf(textOf(bytes))) {
      const json = parsed(text)
      if (json === undefined) found.problem(`${name}, line ${line}`, 'file.unreadable', '', { problem: 'JSON?' })
      else lines.push({ place: `${name}, line ${line}`, value: json.value })
    }
  }
  found.procedures(catalogue)
  const procedures = procedureLookup(catalogue)
  const context = agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }
  for (const { place, value } of lines) found.dossier(place, fromDossierRow(value, context), procedures)
}
