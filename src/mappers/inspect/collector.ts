import { type Finding, type Mapped, notesFor, type TextValues } from '../../base/index.js'
import type { Dossier, ProcedureEntry } from '../../domain/index.js'
import { toDossierRecord } from '../national-portal/index.js'
import type { ProcedureLookup } from '../procedures.js'
import type { CodeTables } from '../tables/index.js'
import {
  type InspectedDossier,
  type InspectReport,
  inspectedDossier,
  inspectedProcedure,
  type Problem,
  problemOf,
  type StrayFee,
  type StrayStep,
} from './report.js'
import { type InspectRule, inspectRules } from './rules.js'

/** Gathers what the files of one dialect hold. */
export class Collector {
  readonly #dossiers = new Map<string, InspectedDossier>()
  readonly #problems: Problem[] = []
  readonly #procedures: ProcedureEntry[] = []
  readonly #steps: StrayStep[] = []
  readonly #fees: StrayFee[] = []

  constructor(readonly tables: CodeTables) {}

  problem(place: string, rule: InspectRule, path = '', values: TextValues = {}): void {
    const note = notesFor(inspectRules)
    note.add(rule, path, values)
    this.findings(place, note.findings)
  }

  findings(place: string, findings: readonly Finding[]): void {
    for (const finding of findings) this.#problems.push(problemOf(place, finding))
  }

  procedures(procedures: readonly ProcedureEntry[]): void {
    for (const procedure of procedures) {
      this.#procedures.push(procedure)
      if (procedure.nationalCode === null)
        this.problem(procedure.localCode, 'procedure.no-national-mapping', 'nationalCode', { code: procedure.localCode })
    }
  }

  /** Takes a mapped dossier in and asks the national mapper what it would say of it. */
  dossier(place: string, mapped: Mapped<Dossier>, procedures: ProcedureLookup): void {
    if (!mapped.ok) {
      this.findings(place, mapped.findings)
      return
    }
    const { value: dossier } = mapped
    const code = dossier.nationalCode ?? dossier.localCode
    const named = code ?? place
    if (this.#dossiers.has(dossier.sourceId)) this.problem(named, 'record.duplicate')
    this.#dossiers.set(dossier.sourceId, inspectedDossier(dossier))
    const procedure = dossier.procedure.localCode === null ? undefined : procedures.byLocalCode(dossier.procedure.localCode)
    const record = toDossierRecord(dossier, { code: code ?? '', procedure: procedure ?? null, tables: this.tables })
    this.findings(dossier.localCode ?? named, [...mapped.findings, ...record.findings])
  }

  strayStep(step: StrayStep): void {
    this.#steps.push(step)
  }

  strayFee(fee: StrayFee): void {
    this.#fees.push(fee)
  }

  report(): InspectReport {
    for (const [file, count] of countByFile(this.#steps)) this.problem(file, 'step.no-owner', '', { count })
    for (const [file, count] of countByFile(this.#fees)) this.problem(file, 'fee.no-owner', '', { count })
    return {
      schema: 1,
      dossiers: [...this.#dossiers.values()],
      procedures: this.#procedures.map(inspectedProcedure),
      steps: this.#steps,
      fees: this.#fees,
      problems: this.#problems,
    }
  }
}

function countByFile(items: readonly { readonly file: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { file } of items) counts.set(file, (counts.get(file) ?? 0) + 1)
  return counts
}
