/** The same procedures as the public portal of 2026 shows them. contracts/procedure-database.md §3c; shape of the detail as public records have it. */
import { hashText } from '../../base/index.js'
import type { FormalityDetail, FormalityRow } from '../../connectors/procedure-database/wire.js'
import type { ListedEntry } from './catalogue.js'
import type { CodedName, DecisionFacts, Facts, Unit } from './facts.js'

export function formalityRow({ id, code, name }: ListedEntry, facts: Facts): FormalityRow {
  return {
    id,
    code,
    codeNotation: code,
    name,
    type: 'STANDARD',
    categories: facts.sectors.map((sector) => sector.name),
    departments: facts.implementing.map((agency) => agency.name),
  }
}

const METHODS = { 1: 'DIRECT', 2: 'ONLINE', 3: 'POSTAL' } as const
/** `WORKING_DAY` is seen (C1), the others are ours (A). §5.5 */
const UNITS: Readonly<Record<Unit, string>> = { 'working-day': 'WORKING_DAY', day: 'DAY', hour: 'HOUR', month: 'MONTH', other: 'OTHER' }
const TYPES: Readonly<Record<Facts['kind'], string>> = { '1': 'NOT_ASSIGNED', '2': 'ASSIGNED_REGULATION', '3': 'OTHER', '': '' }

export function formality({ id, code, name }: ListedEntry, facts: Facts, decision: DecisionFacts | undefined): FormalityDetail {
  const at = (level: Facts['levels'][number]) => facts.levels.includes(level)
  return {
    id,
    code,
    codeNotation: code,
    name,
    description: '',
    formalityType: TYPES[facts.kind],
    type: 'STANDARD',
    state: 'UPDATED',
    isInternal: false,
    isFullProcess: facts.fullProcess,
    isMinistry: at('ministry'),
    isProvince: at('province'),
    isWard: at('commune'),
    isOtherAgency: at('other'),
    isVertical: false,
    isUndetermined: facts.levels.length === 0,
    keywords: facts.keywords,
    executionSteps: facts.processes.map((process) => ({ name: process.name, description: process.steps.join('\n') })),
    executionMethods: facts.channels.flatMap(({ channel, limits }) =>
      limits.map((limit) => ({
        submissionMethod: METHODS[channel],
        ...(limit.value !== null && { processingTime: limit.value }),
        ...(limit.unit !== null && { processingTimeUnit: UNITS[limit.unit] }),
        ...(limit.text !== '' && { description: limit.text }),
        fees: limit.fees.map((fee) => ({
          type: 'FEE',
          currencyName: fee.currency === 'Đồng' ? 'VNĐ' : fee.currency,
          ...(fee.amount !== null && { value: fee.amount }),
          ...(fee.text !== '' && { description: fee.text }),
        })),
      })),
    ),
    executionCases: facts.documents.map(({ name: caseName, papers }) => ({
      name: caseName,
      profileComponents: papers.map((paper) => ({
        profileComponentId: uuid(`${code}/${paper.code}`),
        code: paper.code,
        name: paper.name,
        originalQty: paper.originals,
        copyQty: paper.copies,
        required: false,
        hasElectronicForm: false,
        attachments: paper.forms.map((form) => ({ id: uuid(form.url), fileId: uuid(form.url), fileName: form.name, bucketName: 'dvc' })),
      })),
    })),
    categoriesDetails: named(facts.sectors),
    subjectTypesDetails: named(facts.subjects),
    legalBasisesDetails: facts.legalBases.map(({ number, title }) => ({ id: uuid(number), code: number, name: title })),
    resultsDetails: named(facts.results),
    departmentsExecuting: named(facts.implementing.filter((agency) => !isGroup(agency))),
    unitGroupsExecuting: facts.implementing.filter(isGroup).map(({ name: group }) => ({ id: uuid(group), name: group })),
    departmentsAuthority: named(facts.competent),
    departmentsAuthorized: [],
    departmentsCoordinating: named(facts.coordinating),
    departmentPromulgateCode: facts.publisher.code.slice(-3),
    departmentPromulgateName: facts.publisher.name,
    dossierReceivingAddresses: facts.receptionAddress,
    requirementsAndConditions: facts.requirements,
    procedureRelatedGroup: facts.related.map((related) => ({ code: related, name: '' })),
    cases: [{ id: uuid(`${code}.01`), code: `${code}.01`, name, profileComponents: [] }],
    procedureProposal: proposal(decision),
  }
}

/** Days are milliseconds here, at midnight of +07:00. §5.7 */
function proposal(decision: DecisionFacts | undefined): FormalityDetail['procedureProposal'] {
  if (decision === undefined) return null
  const day = Date.parse(`${decision.day}T00:00:00+07:00`)
  return { proposalNumber: decision.number, decisionDate: Number.isNaN(day) ? null : day, proposalType: 'STANDARD' }
}

/** Bodies that stand for many are named as a group, without a code. */
function isGroup({ code }: CodedName): boolean {
  return code === 'UBNDCX'
}

function named(rows: readonly CodedName[]) {
  return rows.map(({ code, name }) => ({ id: uuid(`${code}/${name}`), code, name }))
}

function uuid(text: string): string {
  const mark = (part: number) => hashText(`${text}/${part}`).toString(16).padStart(8, '0')
  return `019d2b${mark(1).slice(0, 2)}-${mark(2).slice(0, 4)}-7${mark(2).slice(5)}-9${mark(3).slice(0, 3)}-${mark(4)}${mark(1).slice(4)}`
}
