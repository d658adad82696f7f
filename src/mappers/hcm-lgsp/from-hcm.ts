import { type Mapped, type Notes, notesFor } from '../../base/index.js'
import { type HcmDossierField, hcmDossierFields, hcmValues } from '../../connectors/hcm-lgsp/wire.js'
import { type Dossier, type DossierStatus, type Instant, type WallClockFormat, wallClockFormat } from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { codeWord, known } from '../known.js'
import { nationalCodeOf } from '../national-code.js'
import { type CodeTable, type CodeTables, entryOf, textEntryOf } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'
import { type HcmRule, hcmRules } from './rules.js'

/** What is assumed of the dossier services, and therefore a province's to say. contracts/provincial-sources.md §6.2 */
export interface HcmDossierForm {
  /** Our name → theirs; what is left out keeps its default. */
  readonly fields?: Readonly<Partial<Record<HcmDossierField, string>>>
  /** Default `dd/MM/yyyy HH:mm:ss`, wall clock. */
  readonly dateFormat?: string
}

export interface HcmMapping extends HcmDossierForm {
  readonly tables: CodeTables
  readonly provinceAgencyCode?: string | readonly string[]
}

type Note = Notes<HcmRule>
type Values = Readonly<Record<HcmDossierField, string | null>>

export const HCM_DATES = 'dd/MM/yyyy HH:mm:ss'
const defaultFormat = wallClockFormat(HCM_DATES)

/** A pushed dossier as ours. It says nothing of channel, fees, steps and the end of processing. */
export function fromHcm(pushed: unknown, { tables, provinceAgencyCode, fields, dateFormat = HCM_DATES }: HcmMapping): Mapped<Dossier> {
  const note = notesFor(hcmRules)
  const names = { ...hcmDossierFields, ...fields }
  const read = hcmValues(pushed, names)
  const localCode = read.ok ? known(read.value.localCode) : null
  if (!read.ok || localCode === null) {
    const field = read.ok ? names.localCode : read.field
    note.add('record.unreadable', field, { field: field === '' ? '{ }' : field })
    return { ok: false, findings: note.findings }
  }
  const values = read.value
  note.add('dialect.experimental', '')
  const nationalCode = nationalCodeOf(localCode, provinceAgencyCode)
  if (nationalCode === null) note.add('code.without-province', 'nationalCode')
  const status = statusOf(values, tables, note)
  const times = timesOf(values, formatOf(dateFormat), note)
  if (status === 9 || status === 10) note.add('time.finish-missing', 'finishedAt')
  note.add('channel.missing', 'channel')
  note.add('fee.not-carried', 'fees')
  const agencyName = known(values.agencyName)
  const value: Dossier = {
    sourceId: localCode,
    localCode,
    nationalCode,
    origin: 'local',
    receiptNumber: known(values.receiptNumber),
    procedure: { localCode: known(values.procedureCode), name: known(values.procedureName) },
    sector: { code: known(values.sectorCode), name: known(values.sectorName) },
    agency: entryOf(tables.agencies, agencyName) ?? { code: null, name: agencyName },
    applicant: applicantOf(values, names.applicantId, tables, note),
    submitter: null,
    summary: null,
    note: null,
    channel: null,
    filedAt: 'provincial',
    ...times,
    returnBy: mapped(values.returnBy, tables.returnWays, (value) => note.add('return-way.unmapped', 'returnBy', { value })),
    returnNote: null,
    status,
    steps: null,
    fees: null,
    onlinePayment: null,
    documents: null,
    otherPapers: null,
    supplements: null,
    results: null,
    digitised: null,
    databases: null,
  }
  return { ok: true, value, findings: note.findings }
}

/** What scope rules need, without mapping. */
export function hcmTraits(pushed: unknown, { fields, dateFormat = HCM_DATES }: HcmDossierForm = {}): DossierTraits {
  const read = hcmValues(pushed, { ...hcmDossierFields, ...fields })
  const values = read.ok ? read.value : undefined
  const receivedAt = formatOf(dateFormat).parse(values?.receivedAt ?? '') ?? null
  return {
    localCode: known(values?.localCode),
    agencyCode: null,
    procedureCode: known(values?.procedureCode),
    channel: null,
    receivedAt,
    flags: receivedAt === null ? ['not-received'] : [],
  }
}

const formatOf = (pattern: string): WallClockFormat => (pattern === HCM_DATES ? defaultFormat : wallClockFormat(pattern))

/** By its words where it has some, else by the national code. */
function statusOf({ status: code }: Values, tables: CodeTables, note: Note): DossierStatus | null {
  const status = textEntryOf(tables.statusText, known(code)) ?? entryOf(tables.status, known(code))
  if (status === undefined) note.add('status.unmapped', 'status', { status: codeWord(code) })
  return status ?? null
}

type Times = Pick<Dossier, 'submittedAt' | 'receivedAt' | 'dueAt' | 'finishedAt' | 'returnedAt' | 'refusedAt'>

function timesOf(values: Values, format: WallClockFormat, note: Note): Times {
  const read = (path: 'receivedAt' | 'dueAt' | 'returnedAt'): Instant | null => {
    const text = known(values[path])
    if (text === null) return null
    const at = format.parse(text)
    if (at === undefined) note.add('time.unreadable', path, { format: format.pattern })
    return at ?? null
  }
  return {
    submittedAt: null,
    receivedAt: read('receivedAt'),
    dueAt: read('dueAt'),
    finishedAt: null,
    returnedAt: read('returnedAt'),
    refusedAt: null,
  }
}

function applicantOf(values: Values, field: string, tables: CodeTables, note: Note): Dossier['applicant'] {
  const kind = mapped(values.applicantKind, tables.applicantKinds, (value) => note.add('applicant.kind-unmapped', 'applicant.kind', { kind: value }))
  const number = known(values.applicantId)
  if (number !== null) note.add('applicant.id-in-account-field', field, { field })
  return {
    name: known(values.applicantName),
    kind,
    identities: number === null ? [] : [identityOf(number, kind, null, note)],
    nationalAccountId: null,
    identityVerified: null,
    phone: null,
    email: null,
    fax: null,
    address: null,
    note: null,
  }
}

function mapped<Value>(text: string | null, table: CodeTable<Value>, unmapped: (value: string) => void): Value | null {
  const code = known(text)
  const value = entryOf(table, code)
  if (code !== null && value === undefined) unmapped(codeWord(code))
  return value ?? null
}
