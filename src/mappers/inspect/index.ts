import { LienthongError } from '../../base/index.js'
import { type CodeTables, loadDefaults } from '../tables/index.js'
import { Collector } from './collector.js'
import { inspectDialects } from './dialects.js'
import type { InspectFile } from './input.js'
import type { InspectReport } from './report.js'

export { inspectDialects } from './dialects.js'
export type { InspectFile } from './input.js'
export type { InspectedDossier, InspectedProcedure, InspectedStep, InspectReport, Problem, StrayFee, StrayStep } from './report.js'

export interface InspectOptions {
  readonly dialect: string
  readonly files: readonly InspectFile[]
  /** The province, e.g. `000.00.00.H14`: whose local numbers may serve as national ones. */
  readonly agencyCode?: string
  /** Default: those of the dialect's product. */
  readonly tables?: CodeTables
}

/**
 * Reads exports or payloads of a provincial system, maps them and asks what the national portal would say. Sends nothing. What a file is
 * (list, detail, feed, fee record, catalogue, register) is told by its content.
 *
 * @throws {LienthongError} `usage.invalid` for an unknown dialect
 */
export async function inspectFiles({ dialect, files, agencyCode, tables }: InspectOptions): Promise<InspectReport> {
  const known = inspectDialects.find(({ name }) => name === dialect)
  if (known === undefined) {
    const names = inspectDialects.map(({ name }) => name).join(', ')
    throw new LienthongError('usage.invalid', { values: { problem: `no dialect “${dialect}”: ${names}` } })
  }
  const found = new Collector(tables ?? loadDefaults(known.product))
  await known.read({ files, ...(agencyCode === undefined ? {} : { agencyCode }) }, found)
  return found.report()
}
