import type { Channel, CodeAndName } from './dossier.js'
import type { Vnd } from './money.js'
import type { ServiceLevelPeriod } from './service-level.js'
import type { LocalDate } from './time.js'

/**
 * An administrative procedure as a catalogue holds it, national or provincial. `null` means "not known here" and never "none": a list
 * of the national database shows code and name only, and a procedure read from it knows nothing else.
 * contracts/procedure-database.md §4.2
 */
export interface Procedure {
  /** As its catalogue writes it: `1.001193`, in a province also `1.001193.000.00.00.H41`. */
  readonly code: string
  readonly name: string
  /** The national code that a provincial catalogue itself names for it; `null` in the national one. */
  readonly nationalCode: string | null
  readonly kind: ProcedureKind | null
  /** In the catalogue's order; most have one. */
  readonly sectors: readonly CodeAndName[] | null
  readonly levels: readonly AdministrativeLevel[] | null
  /** Whether the catalogue shows it to citizens. */
  readonly published: boolean | null
  /** The body that published it (`MACOQUANCONGBO`). */
  readonly publisher: CodeAndName | null
  /** The order of steps, by case. Not linked to the cases of `documents` by any key. */
  readonly processes: readonly ProcedureProcess[] | null
  readonly channels: readonly ProcedureChannel[] | null
  readonly documents: readonly DocumentCase[] | null
  readonly results: readonly ProcedureResult[] | null
  readonly legalBases: readonly LegalBasis[] | null
  readonly subjects: readonly CodeAndName[] | null
  /** Who may apply, in words, where the list says too little. */
  readonly subjectsText: string | null
  readonly agencies: ProcedureAgencies
  readonly receptionAddress: string | null
  readonly requirements: string | null
  readonly keywords: string | null
  readonly description: string | null
  /** Codes. */
  readonly related: readonly string[] | null
  /** Codes of procedures done in one go with it (liên thông). */
  readonly interlinked: readonly string[] | null
  readonly decision: PublishingDecision | null
  /** Levels of online service, with the days they hold for. Not part of the national record: a province keeps them. */
  readonly serviceLevels: readonly ServiceLevelPeriod[] | null
  /** Where citizens file it online, a row for each agency or case that has an address of its own. */
  readonly services: readonly OnlineService[] | null
}

/** `LOAITTHC` 1, 2, 3: whether the law leaves details to the province. */
export type ProcedureKind = 'not-delegated' | 'delegated' | 'other'

/** `district` ended on 1 July 2025 and survives in old records. */
export type AdministrativeLevel = 'ministry' | 'province' | 'district' | 'commune' | 'other'

export interface ProcedureProcess {
  /** `null`: the only case, or one without a name. */
  readonly case: string | null
  readonly steps: readonly string[]
}

/** One way of filing, with its time limits. The same channel can occur several times. */
export interface ProcedureChannel {
  /** `null`: the record names none that we know; see the findings of its reading. */
  readonly channel: Channel | null
  readonly timeLimits: readonly TimeLimit[]
}

/** A time limit with the fees that belong to it. */
export interface TimeLimit {
  /** `null` when only `text` says how long. */
  readonly value: number | null
  readonly unit: TimeUnit | null
  readonly text: string | null
  readonly fees: readonly ProcedureFee[]
}

export type TimeUnit = 'hour' | 'day' | 'working-day' | 'month' | 'other'

export interface ProcedureFee {
  /** `charge` is phí, `fee` is lệ phí. */
  readonly kind: 'charge' | 'fee' | null
  /** Whole đồng; 0 where the record says that it is free; `null` when the amount is in words only, or no number. */
  readonly amount: Vnd | null
  /** As the record writes it, when it is no plain number of đồng. */
  readonly raw: string | null
  readonly text: string | null
  readonly files: readonly ProcedureFile[]
}

/** Documents to hand in, by case. */
export interface DocumentCase {
  readonly case: string | null
  readonly documents: readonly RequiredDocument[]
}

export interface RequiredDocument {
  readonly code: string | null
  readonly name: string
  readonly originals: number | null
  readonly copies: number | null
  readonly forms: readonly ProcedureFile[]
  /** Code of the result of another procedure that can stand in its place (`MA_KQ_THAYTHE`). */
  readonly replaceableBy: string | null
}

export interface ProcedureFile {
  readonly name: string | null
  readonly url: string | null
}

export interface ProcedureResult {
  readonly code: string | null
  readonly name: string
  readonly files: readonly ProcedureFile[]
}

export interface LegalBasis {
  readonly number: string | null
  readonly title: string | null
  readonly issuer: string | null
  readonly issuedOn: LocalDate | null
  readonly effectiveOn: LocalDate | null
  readonly url: string | null
}

export interface ProcedureAgencies {
  readonly implementing: readonly CodeAndName[] | null
  readonly competent: readonly CodeAndName[] | null
  readonly authorised: readonly CodeAndName[] | null
  readonly coordinating: readonly CodeAndName[] | null
}

/** The decision that published the procedure. */
export interface PublishingDecision {
  /** Key of the decision call. */
  readonly id: string | null
  readonly number: string | null
  readonly issuedOn: LocalDate | null
  readonly summary: string | null
}

export interface OnlineService {
  /** `MaDVC`: `<procedure code>.<nn>`, where the catalogue numbers its cases. */
  readonly code: string | null
  readonly name: string | null
  readonly agency: CodeAndName | null
  readonly url: string | null
}

/** A procedure of which only code and name are known. */
export function namedProcedure(code: string, name: string): Procedure {
  return {
    code,
    name,
    nationalCode: null,
    kind: null,
    sectors: null,
    levels: null,
    published: null,
    publisher: null,
    processes: null,
    channels: null,
    documents: null,
    results: null,
    legalBases: null,
    subjects: null,
    subjectsText: null,
    agencies: { implementing: null, competent: null, authorised: null, coordinating: null },
    receptionAddress: null,
    requirements: null,
    keywords: null,
    description: null,
    related: null,
    interlinked: null,
    decision: null,
    serviceLevels: null,
    services: null,
  }
}
