import type { ProcedureEntry } from '../../domain/index.js'
import { fromDossierRow } from '../files/index.js'
import { procedureLookup } from '../procedures.js'
import { readCataloguePage } from './catalogue.js'
import type { Collector } from './collector.js'
import type { InspectInput } from './input.js'
import { linesOf, parsed, textOf } from './json-files.js'
import { strangerIn } from './stranger.js'

const NO_JSON = { en: 'the line is no JSON, or cut off', vi: 'dòng này không phải JSON, hoặc bị cắt' }

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
    const read = linesOf(textOf(bytes)).map(({ line, text }) => ({ place: `${name}, line ${line}`, json: parsed(text) }))
    // Markup inside a line makes no page of a file: what it is counts only where no line can be read.
    const stranger = read.some(({ json }) => json !== undefined) ? undefined : strangerIn(bytes)
    if (stranger !== undefined) found.problem(name, 'file.unreadable', '', { problem: stranger })
    for (const { place, json } of stranger === undefined ? read : []) {
      if (json === undefined) found.problem(place, 'file.unreadable', '', { problem: NO_JSON })
      else lines.push({ place, value: json.value })
    }
  }
  found.procedures(catalogue)
  const procedures = procedureLookup(catalogue)
  const context = agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }
  for (const { place, value } of lines) found.dossier(place, fromDossierRow(value, context), procedures)
}
