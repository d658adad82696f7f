/** The directory of procedures from a file of JSON lines, or from a list in the configuration. */

import { z } from 'zod'
import { LienthongError } from '../base/index.js'
import type { ProcedureEntry } from '../domain/index.js'
import { procedureLookup } from '../mappers/index.js'
import type { ProcedureDirectory } from './ports.js'

/**
 * One procedure. Written by hand or exported: `localCode` and `nationalCode` as here, or `local_code` and `base_code` as in public
 * catalogues. Fields we do not need are ignored.
 */
const procedureRow = z
  .looseObject({
    localCode: z.string().optional(),
    local_code: z.string().optional(),
    nationalCode: z.string().nullish(),
    base_code: z.string().nullish(),
    name: z.string().min(1),
    nationalName: z.string().nullish(),
    sector: z.union([z.string(), z.looseObject({ code: z.string().nullish(), name: z.string().nullish() })]).nullish(),
    sectorCode: z.string().nullish(),
    sectorName: z.string().nullish(),
    paperResult: z.boolean().nullish(),
  })
  .transform((row, context): ProcedureEntry => {
    const localCode = row.localCode ?? row.local_code ?? row.nationalCode ?? row.base_code
    if (!localCode) context.addIssue({ code: 'custom', message: 'localCode is missing', path: ['localCode'] })
    const sector = typeof row.sector === 'string' ? { code: null, name: row.sector } : row.sector
    return {
      localCode: localCode ?? '',
      nationalCode: row.nationalCode ?? row.base_code ?? null,
      name: row.name.normalize('NFC'),
      nationalName: row.nationalName?.normalize('NFC') ?? null,
      sector: { code: row.sectorCode ?? sector?.code ?? null, name: row.sectorName ?? sector?.name ?? null },
      paperResult: row.paperResult ?? null,
    }
  })

/** @throws {LienthongError} `config.invalid`, naming file, line and field. */
export function procedureDirectory(
  rows: Iterable<{ readonly value: unknown; readonly place: string }>,
): ProcedureDirectory & { all(): Iterable<ProcedureEntry> } {
  const procedures: ProcedureEntry[] = []
  for (const { value, place } of rows) {
    const read = procedureRow.safeParse(value)
    if (!read.success) {
      const issue = read.error.issues[0]
      throw new LienthongError('config.invalid', { values: { place: `${place}: ${(issue?.path ?? []).join('.')}`, problem: issue?.message ?? '' } })
    }
    procedures.push(read.data)
  }
  return procedureLookup(procedures)
}

/** Each line of a JSONL text with its place. @throws {LienthongError} `config.invalid` for a line that is no JSON. */
export function* procedureLines(text: string, path: string): Generator<{ readonly value: unknown; readonly place: string }> {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const place = `${path}, line ${index + 1}`
    try {
      yield { value: JSON.parse(line.replace(/^\uFEFF/, '')), place }
    } catch (cause) {
      throw new LienthongError('config.invalid', { values: { place, problem: 'this line is not JSON' }, cause })
    }
  }
}
