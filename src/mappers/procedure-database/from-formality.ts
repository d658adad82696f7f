import { comparable, type Mapped, notesFor } from '../../base/index.js'
import type { FormalityDetail, WireScalar } from '../../connectors/procedure-database/wire.js'
import type { AdministrativeLevel, CodeAndName, OnlineService, Procedure, ProcedureChannel, RequiredDocument } from '../../domain/index.js'
import { codeWord } from '../known.js'
import { plainText } from '../plain-text.js'
import { channelsOf, kindOf } from './codes.js'
import { fileOf, mergeDocuments, mergeResults } from './documents.js'
import { readFee } from './fees.js'
import { procedureIdentity } from './identity.js'
import { codeAndName, leading, orInWords, readRows } from './named-lists.js'
import { type ProcedureNotes, procedureFindings } from './rules.js'
import { day, quantity, scalarCode, scalarLines, scalarName, scalarText } from './scalars.js'
import { readTimeLimit } from './time-limits.js'

type Element<List> = NonNullable<NonNullable<List> extends readonly (infer Row)[] ? Row : never>
type Named = FormalityDetail['departmentsExecuting'] | undefined

/**
 * A procedure as the public portal of 2026 shows it. contracts/procedure-database.md §3c, §5
 *
 * It has no address of the service, but the numbers of its cases (`MaDVC`) and whether it can be done online throughout.
 *
 * @param options.sector which of several sectors leads; they are all kept
 */
export function fromFormality(detail: FormalityDetail, options: { readonly sector: 'first' | 'last' }): Mapped<Procedure> {
  const note = notesFor(procedureFindings)
  const code = scalarText(detail.code) ?? scalarText(detail.codeNotation)
  const identity = procedureIdentity({ code, name: detail.name }, { code: 'code', name: 'name' }, note)
  if (identity === undefined) return { ok: false, findings: note.findings }
  const value: Procedure = {
    ...identity,
    nationalCode: null,
    kind: readKind(detail.formalityType, note),
    sectors: leading(named(detail.categoriesDetails, 'categoriesDetails', note), options.sector),
    levels: readLevels(detail, note),
    published: readState(detail.state, note),
    publisher: codeAndName(detail.departmentPromulgateCode, detail.departmentPromulgateName) ?? null,
    processes: readProcesses(detail, note),
    channels: readRows(detail.executionMethods, 'executionMethods', note, (row, path) => readMethod(row, path, note))?.flat() ?? null,
    documents: readRows(detail.executionCases, 'executionCases', note, (row, path) => ({
      case: scalarName(row.name),
      documents: readComponents(row.profileComponents, `${path}.profileComponents`, note),
    })),
    results: readResults(detail, note),
    legalBases: readRows(detail.legalBasisesDetails, 'legalBasisesDetails', note, (row) => {
      const basis = { number: scalarText(row.code), title: scalarName(row.name) }
      return basis.number === null && basis.title === null ? undefined : { ...basis, issuer: null, issuedOn: null, effectiveOn: null, url: null }
    }),
    subjects: named(detail.subjectTypesDetails, 'subjectTypesDetails', note),
    subjectsText: null,
    agencies: {
      implementing: orInWords(
        bodies(detail.departmentsExecuting, detail.unitGroupsExecuting, 'departmentsExecuting', 'unitGroupsExecuting', note),
        scalarText(scalarOf(detail.executingAgencies)),
      ),
      competent: bodies(detail.departmentsAuthority, detail.unitGroupsAuthority, 'departmentsAuthority', 'unitGroupsAuthority', note),
      authorised: bodies(detail.departmentsAuthorized, detail.unitGroupsAuthorized, 'departmentsAuthorized', 'unitGroupsAuthorized', note),
      coordinating: bodies(detail.departmentsCoordinating, detail.unitGroupsCoordinating, 'departmentsCoordinating', 'unitGroupsCoordinating', note),
    },
    receptionAddress: scalarLines(detail.dossierReceivingAddresses),
    requirements: linesOf(detail.requirementsAndConditions),
    keywords: scalarText(detail.keywords),
    description: scalarLines(detail.description),
    related: readRows(detail.procedureRelatedGroup, 'procedureRelatedGroup', note, (row) => scalarCode(row.code) ?? undefined),
    interlinked: null,
    decision: readDecision(detail, note),
    serviceLevels: readServiceLevels(detail),
    services: readCases(detail, note),
  }
  return { ok: true, value, findings: note.findings }
}

function named(rows: Named, path: string, note: ProcedureNotes): readonly CodeAndName[] | null {
  return readRows(rows, path, note, (row) => codeAndName(row.code, row.name))
}

/** Departments, and groups of them such as "Ủy ban nhân dân cấp xã". */
function bodies(departments: Named, groups: Named, departmentsPath: string, groupsPath: string, note: ProcedureNotes) {
  const both = [named(departments, departmentsPath, note), named(groups, groupsPath, note)]
  return both.every((list) => list === null) ? null : both.flatMap((list) => list ?? [])
}

function readKind(value: WireScalar, note: ProcedureNotes): Procedure['kind'] {
  const written = scalarText(value)
  const kind = written === null ? null : kindOf(written)
  if (kind === undefined) note.add('kind.unknown', 'formalityType', { value: codeWord(written) })
  return kind ?? null
}

/** Only `UPDATED` was seen with a procedure that citizens are shown. */
function readState(value: WireScalar, note: ProcedureNotes): boolean | null {
  const state = scalarText(value)
  if (state === null || state === 'UPDATED') return state === null ? null : true
  note.add('state.unknown', 'state', { value: codeWord(state) })
  return null
}

const LEVEL_FLAGS = [
  ['isMinistry', 'ministry'],
  ['isProvince', 'province'],
  ['isWard', 'commune'],
  ['isOtherAgency', 'other'],
] as const satisfies readonly (readonly [keyof FormalityDetail, AdministrativeLevel])[]

/** No flag set says nothing: the levels are then not known, rather than none. */
function readLevels(detail: FormalityDetail, note: ProcedureNotes): readonly AdministrativeLevel[] | null {
  const levels = LEVEL_FLAGS.flatMap(([flag, level]) => (isSet(detail[flag]) ? [level] : []))
  if (levels.length === 0 && isSet(detail.isVertical)) note.add('level.vertical', 'isVertical')
  return levels.length === 0 ? null : levels
}

function isSet(value: WireScalar): boolean {
  return value === true || value === 1 || (typeof value === 'string' && ['true', '1'].includes(comparable(value)))
}

function readProcesses(detail: FormalityDetail, note: ProcedureNotes): Procedure['processes'] {
  const steps = readRows(detail.executionSteps, 'executionSteps', note, (row) => {
    const parts = [scalarName(row.name), scalarLines(row.description)].filter((part) => part !== null)
    return parts.length === 0 ? undefined : parts.join(': ')
  })
  return steps === null ? null : steps.length === 0 ? [] : [{ case: null, steps }]
}

function readMethod(row: Element<FormalityDetail['executionMethods']>, path: string, note: ProcedureNotes): readonly ProcedureChannel[] {
  const written = scalarText(row.submissionMethod)
  const channels = written === null ? undefined : channelsOf(written)
  if (channels === undefined) note.add('channel.unknown', `${path}.submissionMethod`, { value: codeWord(written) })
  const limit = readTimeLimit(
    { value: row.processingTime, unit: row.processingTimeUnit, text: row.description },
    path,
    { value: 'processingTime', unit: 'processingTimeUnit' },
    note,
  )
  const fees = readRows(row.fees, `${path}.fees`, note, (fee, place) => {
    const text = [scalarName(fee.name), scalarLines(fee.description)].filter((part) => part !== null).join(': ')
    const wire = { kind: fee.type, amount: fee.value, currency: fee.currencyName, text, files: [] }
    return readFee(wire, place, { kind: 'type', amount: 'value' }, note)
  })
  return (channels ?? [null]).map((channel) => ({ channel, timeLimits: [{ ...limit, fees: fees ?? [] }] }))
}

/** A form is fetched by a call of its own with the file's id: there is no address. */
function readComponents(rows: Element<FormalityDetail['executionCases']>['profileComponents'], path: string, note: ProcedureNotes) {
  const documents = readRows(rows, path, note, (row, place): RequiredDocument | undefined => {
    const name = scalarName(row.name)
    if (name === null) note.add('element.unnamed', `${place}.name`)
    const forms = readRows(row.attachments, `${place}.attachments`, note, (file) => fileOf(file.fileName, null)) ?? []
    const originals = quantity(row.originalQty, `${place}.originalQty`, note)
    const copies = quantity(row.copyQty, `${place}.copyQty`, note)
    return name === null ? undefined : { code: scalarCode(row.code), name, originals, copies, forms, replaceableBy: null }
  })
  return mergeDocuments(documents ?? [], path, note)
}

function readResults(detail: FormalityDetail, note: ProcedureNotes): Procedure['results'] {
  const results = readRows(detail.resultsDetails, 'resultsDetails', note, (row, path) => {
    const name = scalarName(row.name)
    if (name === null) note.add('element.unnamed', `${path}.name`)
    return name === null ? undefined : { code: scalarCode(row.code), name, files: [] }
  })
  return results === null ? null : mergeResults(results)
}

/** Text, or a list of texts or of named entries. */
function linesOf(value: unknown): string | null {
  if (Array.isArray(value)) {
    const lines = value.flatMap((part) => linesOf(part) ?? [])
    return lines.length === 0 ? null : lines.join('\n')
  }
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? plainText(value) : null
  const { name, description } = value as Readonly<Record<string, unknown>>
  const parts = [name, description].flatMap((part) => (typeof part === 'string' ? (plainText(part) ?? []) : []))
  return parts.length === 0 ? null : parts.join(': ')
}

function scalarOf(value: unknown): WireScalar {
  return typeof value === 'string' ? value : null
}

/** The portal's id of the proposal is no key of the decision call. */
function readDecision(detail: FormalityDetail, note: ProcedureNotes): Procedure['decision'] {
  const number = scalarText(detail.procedureProposal?.proposalNumber)
  const issuedOn = day(detail.procedureProposal?.decisionDate, 'procedureProposal.decisionDate', note)
  return number === null && issuedOn === null ? null : { id: null, number, issuedOn, summary: null }
}

/** `isFullProcess` says what holds now, not since when; that it is not set says neither "partial" nor "information only". */
function readServiceLevels(detail: FormalityDetail): Procedure['serviceLevels'] {
  return isSet(detail.isFullProcess) ? [{ level: { scale: 'named', level: 'full' }, from: null, to: null }] : null
}

/** The numbered cases; the same number occurs twice in some records. */
function readCases(detail: FormalityDetail, note: ProcedureNotes): readonly OnlineService[] | null {
  const cases = readRows(detail.cases, 'cases', note, (row) => {
    const found = codeAndName(row.code, row.name)
    return found === undefined ? undefined : { ...found, agency: null, url: null }
  })
  return cases?.filter(({ code }, index) => code === null || cases.findIndex((other) => other.code === code) === index) ?? null
}
