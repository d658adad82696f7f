import { type Mapped, type Notes, notesFor, type Text } from '../../base/index.js'
import { cellsOf, dossierIn, type WcfDossier } from '../../connectors/wcf-motcua/wire.js'
import type { Applicant, Dossier, DossierStatus, Instant } from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { codeWord, known } from '../known.js'
import { nationalCodeOf } from '../national-code.js'
import { type CodeTable, entryOf, textEntryOf } from '../tables/index.js'
import { type WcfRule, wcfRules } from './rules.js'
import type { WcfMapping, WcfSource } from './source.js'
import { stepsOf } from './steps.js'
import { wcfTime } from './times.js'

type Note = Notes<WcfRule>

/** A dossier of a WCF one-stop service as ours. contracts/provincial-sources.md §9.1 */
export function fromWcf(source: WcfSource, mapping: WcfMapping): Mapped<Dossier> {
  const note = notesFor(wcfRules)
  const cells = cellsOf(source.dossier)
  const record = cells === undefined ? undefined : dossierIn(cells, mapping.fields?.dossier)
  const id = known(record?.id)
  if (record === undefined || id === null) {
    const problem: Text = record === undefined ? { en: 'no record', vi: 'không phải bản ghi' } : { en: 'no HoSoID', vi: 'không có HoSoID' }
    note.add('record.unreadable', record === undefined ? '' : 'HoSoID', { problem })
    return { ok: false, findings: note.findings }
  }
  const { tables, fields } = mapping
  const agencyCode = known(record.agencyCode)
  const value: Dossier = {
    sourceId: id,
    ...codesOf(record, mapping.provinceAgencyCode, note),
    origin: 'local',
    receiptNumber: known(record.receiptNumber),
    procedure: { localCode: known(record.procedureCode), name: known(record.procedureName) },
    sector: { code: null, name: null },
    agency: entryOf(tables.agencies, agencyCode) ?? { code: agencyCode, name: known(record.agencyName) },
    applicant: applicantOf(record, mapping, note),
    submitter: submitterOf(record),
    summary: known(record.note),
    note: null,
    channel: told(record.channel, fields?.dossier?.channel, tables.channels, note, {
      missing: 'channel.missing',
      unmapped: 'channel.unmapped',
      path: 'channel',
    }),
    filedAt: 'provincial',
    ...timesOf(record, note),
    returnBy: told(record.returnBy, fields?.dossier?.returnBy, tables.returnWays, note, {
      missing: 'return-way.missing',
      unmapped: 'return-way.unmapped',
      path: 'returnBy',
    }),
    returnNote: null,
    status: statusOf(known(record.status), mapping, note),
    steps: source.steps === null ? null : stepsOf(source.steps, mapping, note),
    fees: null,
    onlinePayment: null,
    documents: null,
    otherPapers: null,
    supplements: null,
    results: null,
    digitised: null,
    databases: null,
  }
  note.add('fee.not-carried', 'fees')
  if (source.steps === null) note.add('steps.not-fetched', '')
  return { ok: true, value, findings: note.findings }
}

function codesOf(record: WcfDossier, province: string | readonly string[] | undefined, note: Note): Pick<Dossier, 'localCode' | 'nationalCode'> {
  const localCode = known(record.receiptNumber)
  const nationalCode = nationalCodeOf(localCode, province)
  if (localCode === null) note.add('code.missing', 'localCode')
  else if (nationalCode === null) note.add('code.without-province', 'nationalCode')
  else note.add('code.receipt-number', 'localCode')
  return { localCode, nationalCode }
}

const silent: Text = { en: 'no list of states was read, and no table has it', vi: 'chưa đọc danh mục trạng thái và bảng mã chưa có' }

/** The province's own row for the id decides, then the state's text. */
function statusOf(id: string | null, { tables, states }: WcfMapping, note: Note): DossierStatus | null {
  if (id === null) {
    note.add('status.missing', 'status')
    return null
  }
  const text = states?.get(id) ?? null
  const status = entryOf(tables.status, id) ?? textEntryOf(tables.statusText, text)
  if (status !== undefined) return status
  // A list that is none may hold anything: long texts and numbers are not repeated.
  const shown = text !== null && text.length <= 60 && !/\d{6}/.test(text) ? text : '…'
  const said = text === null ? silent : { en: `its text “${shown}” has no row either`, vi: `tên “${shown}” cũng chưa có trong bảng` }
  note.add('status.unmapped', 'status', { id: codeWord(id), said: said.en, saidVi: said.vi })
  return null
}

function applicantOf(record: WcfDossier, { tables, fields }: WcfMapping, note: Note): Applicant {
  const kind = told(record.applicantKind, fields?.dossier?.applicantKind, tables.applicantKinds, note, {
    missing: 'applicant.kind-missing',
    unmapped: 'applicant.kind-unmapped',
    path: 'applicant.kind',
  })
  const [owner, submitter, number] = [known(record.ownerName), known(record.submitterName), known(record.submitterId)]
  if (owner === null && submitter !== null) note.add('applicant.is-submitter', 'applicant.name')
  // The number is that of whoever filed: of another owner it says nothing.
  const isOwn = owner === null || owner === submitter
  return {
    name: owner ?? submitter,
    kind,
    identities: number === null || !isOwn ? [] : [identityOf(number, kind, null, note)],
    nationalAccountId: null,
    identityVerified: null,
    phone: null,
    email: null,
    fax: null,
    address: null,
    note: null,
  }
}

function submitterOf(record: WcfDossier): Dossier['submitter'] {
  const [owner, name] = [known(record.ownerName), known(record.submitterName)]
  return owner === null || name === null || owner === name ? null : { name, phone: null, email: null }
}

/** What an installation may show and the contract does not know. */
function told<Value>(
  text: string | null,
  element: string | null | undefined,
  table: CodeTable<Value>,
  note: Note,
  says: { readonly missing: WcfRule; readonly unmapped: WcfRule; readonly path: string },
): Value | null {
  const value = known(text)
  if (value === null) {
    if (element == null) note.add(says.missing, says.path)
    return null
  }
  const row = entryOf(table, value)
  if (row === undefined) note.add(says.unmapped, says.path, { value: codeWord(value), kind: codeWord(value) })
  return row ?? null
}

const TIMES = ['submittedAt', 'receivedAt', 'dueAt', 'finishedAt', 'returnedAt'] as const

function timesOf(record: WcfDossier, note: Note): Record<(typeof TIMES)[number] | 'refusedAt', Instant | null> {
  const times = TIMES.map((field) => [field, timeIn(record[field], field, note)])
  return { ...(Object.fromEntries(times) as Record<(typeof TIMES)[number], Instant | null>), refusedAt: null }
}

function timeIn(text: string | null, path: string, note: Note): Instant | null {
  const time = known(text) === null ? 'never' : wcfTime(text ?? '')
  if (time === undefined) note.add('time.unreadable', path)
  return typeof time === 'number' ? time : null
}
