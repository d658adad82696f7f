import type { Mapped } from '../../base/index.js'
import {
  type DecisionRow,
  type DictionaryService,
  dictionaryFields,
  type FormalityDetail,
  type ProcedureDetail,
} from '../../connectors/procedure-database/wire.js'
import type { Procedure, PublishingDecision } from '../../domain/index.js'
import { fromProcedureDetail } from './from-detail.js'
import { fromFormality } from './from-formality.js'
import { dayOf, scalarCode, scalarLines, scalarName, scalarText } from './scalars.js'

/** What the connector reads of one procedure: the national record, or the public portal's of 2026. */
export type ReadableProcedure =
  | { readonly form: 'national'; readonly detail: ProcedureDetail }
  | { readonly form: 'portal-2026'; readonly detail: FormalityDetail }

/**
 * A procedure of the national database. Never throws, never fails for a fee: what cannot be used is reported with the wire's own path,
 * e.g. `CACHTHUCTHUCHIEN[0].THOIGIAN[1].PHILEPHI[0].SOTIEN`.
 *
 * @param options.sector which sector comes first when there are several; default the first of the record
 * @returns `ok: false` when the record has no code or no name
 */
export function fromWireProcedure(wire: ReadableProcedure, { sector = 'first' }: { readonly sector?: 'first' | 'last' } = {}): Mapped<Procedure> {
  return wire.form === 'national' ? fromProcedureDetail(wire.detail, { sector }) : fromFormality(wire.detail, { sector })
}

/** A row of a dictionary (`LayDanhMuc…`). */
export interface DictionaryEntry {
  readonly code: string | null
  readonly name: string | null
  /** Code of what it belongs to: the ward's district, the sector's ministry, the agency's level. */
  readonly parent: string | null
}

/** Keys in any case. @returns undefined when the row holds neither code nor name in the fields of its service */
export function fromDictionaryRow(service: DictionaryService, row: Readonly<Record<string, unknown>>): DictionaryEntry | undefined {
  const values = new Map(Object.entries(row).map(([key, value]) => [key.toUpperCase(), value]))
  const scalar = (field: string | undefined) => {
    const value = field === undefined ? null : values.get(field)
    return typeof value === 'string' || typeof value === 'number' ? value : null
  }
  const { code, name, parent } = dictionaryFields[service]
  const entry = { code: scalarCode(scalar(code)), name: scalarName(scalar(name)), parent: scalarCode(scalar(parent)) }
  return entry.code === null && entry.name === null ? undefined : entry
}

/**
 * The decision that published a procedure (§4.3).
 *
 * @param id the key under which it was asked for
 */
export function fromDecisionRow(row: DecisionRow, id: string): PublishingDecision {
  const issuedOn = scalarText(row.NGAYQUYETDINH)
  return {
    id,
    number: scalarText(row.SOQUYETDINH),
    issuedOn: issuedOn === null ? null : (dayOf(issuedOn) ?? null),
    summary: scalarLines(row.TRICHYEU),
  }
}
