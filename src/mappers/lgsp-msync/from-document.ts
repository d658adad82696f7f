import { type Mapped, type Notes, notesFor } from '../../base/index.js'
import { type MsyncDocument, msyncDocument } from '../../connectors/lgsp-msync/wire.js'
import {
  type Applicant,
  type Attachment,
  type Dossier,
  type DossierStatus,
  type Fee,
  type Instant,
  type Paper,
  parseVnd,
  type SupplementRequest,
} from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { codeWord, known } from '../known.js'
import { nationalCodeOf } from '../national-code.js'
import { type CodeTables, entryOf } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'
import { type LgspMsyncRule, lgspMsyncRules } from './rules.js'
import { stepsOf } from './steps.js'
import { msyncFlag, msyncTime } from './values.js'

/** One dossier with what came about it. */
export interface LgspMsyncSource {
  readonly document: unknown
  /** In the order of arrival; null: none came, which is not "none happened". */
  readonly traces: readonly unknown[] | null
}

export interface LgspMsyncMapping {
  readonly tables: CodeTables
  /** e.g. `000.00.00.H14`: a local number of another province is no national number. */
  readonly provinceAgencyCode?: string | readonly string[]
}

type Note = Notes<LgspMsyncRule>

/** A pushed dossier as ours. contracts/provincial-sources.md §5. What the message cannot say stays unknown, and a finding says so. */
export function fromMsyncDocument(source: LgspMsyncSource, { tables, provinceAgencyCode }: LgspMsyncMapping): Mapped<Dossier> {
  const note = notesFor(lgspMsyncRules)
  const parsed = msyncDocument.safeParse(source.document)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    note.add('record.unreadable', field, { field, problem: 'has another type than expected', problemVi: 'không đúng kiểu' })
    return { ok: false, findings: note.findings }
  }
  const record = parsed.data
  const times = timesOf(record, note)
  const state = stateOf(record, times, note)
  const steps = source.traces === null ? null : stepsOf(source.traces, tables, note)
  const status = statusOf(state, steps?.at(-1)?.status ?? null, tables, note)
  const localCode = record.DocCode
  const nationalCode = nationalCodeOf(localCode, provinceAgencyCode)
  if (nationalCode === null) note.add('code.without-province', 'nationalCode')
  const agencyCode = known(record.OrganInchargeIdLevel1)
  const finishedAt = times.successAt
  const value: Dossier = {
    sourceId: localCode,
    localCode,
    nationalCode,
    origin: 'local',
    receiptNumber: null,
    procedure: { localCode: known(record.DocTypeCode), name: known(record.DocTypeName) },
    sector: { code: null, name: null },
    agency: entryOf(tables.agencies, agencyCode) ?? { code: agencyCode, name: known(record.OrganInchargeName) ?? known(record.ProcessingOrganName) },
    applicant: applicantOf(record, tables, note),
    submitter: null,
    summary: known(record.Compendium),
    note: known(record.Note),
    channel: null,
    filedAt: 'provincial',
    submittedAt: null,
    receivedAt: times.receivedAt,
    dueAt: times.dueAt,
    finishedAt,
    returnedAt: state === 'returned' ? (times.returnedAt ?? times.endedAt) : null,
    refusedAt: status === 3 ? (times.endedAt ?? finishedAt) : null,
    returnBy: returnWayOf(record, tables, note),
    returnNote: known(record.ReturnNote),
    status,
    steps,
    fees: feesOf(record, note),
    onlinePayment: null,
    documents: documentsOf(record, note),
    otherPapers: papersOf(record.DocPapers),
    supplements: record.Supplementaries == null || record.Supplementaries.length === 0 ? null : record.Supplementaries.map(supplementOf),
    results: null,
    digitised: null,
    databases: null,
  }
  if (source.traces === null) note.add('steps.not-fetched', '')
  else if (steps?.[0] === undefined || times.receivedAt === null || steps[0].at > times.receivedAt) note.add('steps.current-only', 'steps')
  return { ok: true, value, findings: note.findings }
}

/** What scope rules need, without mapping. */
export function msyncTraits(document: unknown): DossierTraits {
  const parsed = msyncDocument.safeParse(document)
  const record = parsed.success ? parsed.data : undefined
  const receivedAt = instantIn(record?.DateReceived)
  return {
    localCode: record?.DocCode ?? null,
    agencyCode: known(record?.OrganInchargeIdLevel1),
    procedureCode: known(record?.DocTypeCode),
    channel: null,
    receivedAt,
    flags: receivedAt === null ? ['not-received'] : [],
  }
}

/** Nothing more is expected of it: it was returned, or ended otherwise. */
export function isClosedMsync(document: MsyncDocument): boolean {
  return msyncFlag(document.IsReturned ?? '') === true || instantIn(document.FinishedDate) !== null
}

interface Times {
  readonly receivedAt: Instant | null
  readonly dueAt: Instant | null
  readonly successAt: Instant | null
  readonly returnedAt: Instant | null
  readonly endedAt: Instant | null
}

function timesOf(record: MsyncDocument, note: Note): Times {
  const read = (field: 'DateReceived' | 'DateAppointed' | 'SuccessDate' | 'ReturnedDate' | 'FinishedDate', path: string): Instant | null => {
    const text = known(record[field])
    if (text === null) return null
    const at = msyncTime(text)
    if (at === 'none') note.add('time.sentinel', field)
    else if (at === undefined) note.add('time.unreadable', path)
    return typeof at === 'number' ? at : null
  }
  return {
    receivedAt: read('DateReceived', 'receivedAt'),
    dueAt: read('DateAppointed', 'dueAt'),
    successAt: read('SuccessDate', 'finishedAt'),
    returnedAt: read('ReturnedDate', 'returnedAt'),
    endedAt: read('FinishedDate', 'returnedAt'),
  }
}

type State = 'open' | 'supplement' | 'releasing' | 'returned' | 'ended'

/** `Status` is 1 for all but one state and says nothing: flags and dates do. */
function stateOf(record: MsyncDocument, times: Times, note: Note): State {
  const flag = (field: 'IsSuccess' | 'IsReturned' | 'HasSupplementary'): boolean => {
    const text = known(record[field])
    const value = text === null ? false : msyncFlag(text)
    if (value === undefined) note.add('flag.unreadable', field)
    return value ?? false
  }
  const [success, returned, supplement] = [flag('IsSuccess'), flag('IsReturned'), flag('HasSupplementary')]
  if (!returned && times.returnedAt !== null) note.add('time.placeholder', 'ReturnedDate')
  if (!success && times.successAt !== null) note.add('flag.unreliable', 'IsSuccess')
  if (returned) return 'returned'
  if (times.endedAt !== null) return 'ended'
  if (success || times.successAt !== null) return 'releasing'
  const asked = record.Supplementaries?.some(({ IsReceived }) => msyncFlag(IsReceived ?? '') === false) ?? false
  return supplement || asked ? 'supplement' : 'open'
}

/** Where the document cannot tell states apart, the last trace can, if the tables know its words. */
function statusOf(state: State, lastStep: DossierStatus | null, tables: CodeTables, note: Note): DossierStatus | null {
  if (lastStep !== null && (state === 'open' || state === 'ended')) {
    note.add('status.from-trace', 'status', { status: lastStep })
    return lastStep
  }
  const status = entryOf(tables.status, state)
  if (status === undefined) note.add('status.unmapped', 'status', { state })
  else if (state === 'open') note.add('status.derived', 'status', { status })
  return status ?? null
}

function applicantOf(record: MsyncDocument, tables: CodeTables, note: Note): Applicant {
  const kindCode = known(record.ApplicantsType)
  const kind = entryOf(tables.applicantKinds, kindCode) ?? null
  if (kindCode !== null && kind === null) note.add('applicant.kind-unmapped', 'applicant.kind', { kind: codeWord(kindCode) })
  const name = known(record.CitizenName)
  if (name !== null && name === name.toUpperCase() && name !== name.toLowerCase()) note.add('name.case-lost', 'applicant.name')
  const number = known(record.ApplicantsId)
  return {
    name,
    kind,
    identities: number === null ? [] : [identityOf(number, kind, null, note)],
    nationalAccountId: null,
    identityVerified: null,
    phone: known(record.Phone),
    email: known(record.Email),
    fax: null,
    address: known(record.Address),
    note: known(record.CitizenInfo),
  }
}

function returnWayOf(record: MsyncDocument, tables: CodeTables, note: Note): Dossier['returnBy'] {
  const code = known(record.ReturnedType)
  const way = entryOf(tables.returnWays, code) ?? null
  if (code !== null && way === null) note.add('return-way.unmapped', 'returnBy', { value: codeWord(code) })
  return way
}

type WireFees = MsyncDocument['DocFees']
type WirePapers = MsyncDocument['DocPapers']

function feesOf(record: MsyncDocument, note: Note): readonly Fee[] | null {
  const listed = record.DocFees ?? []
  if (listed.length === 0) {
    note.add('fee.none-listed', '')
    return null
  }
  const fees = feeList(listed)
  if (fees === null) note.add('fee.unreadable', 'fees')
  else note.add('fee.paid-unknown', 'fees[].paid')
  return fees
}

/** `FeeType` is always 4 and its list unpublished: no kind is concluded from it. */
function feeList(listed: NonNullable<WireFees>): readonly Fee[] | null {
  const fees = listed.map(({ FeeName, Price }): Fee | null => {
    const amount = parseVnd(Price ?? '')
    return amount === undefined ? null : { name: known(FeeName), code: null, amount, paid: null, collectedAt: null, kind: null }
  })
  return fees.every((fee) => fee !== null) ? fees : null
}

function papersOf(papers: WirePapers): readonly Paper[] | null {
  if (papers == null || papers.length === 0) return null
  return papers.flatMap(({ PaperName, Amount, PaperType }) => {
    const name = known(PaperName)
    const copies = /^\d{1,4}$/.test(Amount?.trim() ?? '') ? Number(Amount) : null
    return name === null ? [] : [{ name, copies, kind: known(PaperType) }]
  })
}

/** Two dossiers of one sender carry the same attachment ids: they count inside one dossier only. */
function documentsOf(record: MsyncDocument, note: Note): readonly Attachment[] | null {
  const attachments = record.Attachments ?? []
  if (attachments.length === 0) return null
  return attachments.flatMap((attachment, index): Attachment[] => {
    const name = known(attachment.AttachmentName)
    if (attachment.FileDropped != null) {
      const tooLarge = attachment.FileDropped === 'too-large'
      note.add('file.dropped', `documents[${index}]`, {
        reason: tooLarge ? 'it is larger than allowed' : 'the configuration says so',
        reasonVi: tooLarge ? 'lớn hơn mức cho phép' : 'theo cấu hình',
      })
    }
    if (name === null) return []
    return [
      {
        id: known(attachment.AttachmentId),
        name,
        componentCode: null,
        url: null,
        file: attachment.File == null ? null : { id: msyncFileId(record.DocCode, attachment.File.id) },
        deleted: msyncFlag(attachment.IsDeleted ?? '') ?? false,
        digitised: null,
        reuse: null,
        fromPersonalStore: null,
        replacedByResult: null,
      },
    ]
  })
}

/** Where the inbox keeps the bytes of an attachment. */
export function msyncFileId(subject: string, id: string): string {
  return `${id}/${subject}`
}

/** @returns undefined for what is no such id */
export function readMsyncFileId(text: string): { readonly subject: string; readonly id: string } | undefined {
  const slash = text.indexOf('/')
  return slash < 1 ? undefined : { id: text.slice(0, slash), subject: text.slice(slash + 1) }
}

function supplementOf(row: NonNullable<MsyncDocument['Supplementaries']>[number]): SupplementRequest {
  return {
    id: known(row.SupplementaryId),
    requestedBy: known(row.SendUser),
    content: known(row.SendComment),
    requestedAt: instantIn(row.SendDate),
    receivedBy: known(row.ReceivedUser),
    receiptNote: known(row.ReceivedComment),
    receivedAt: instantIn(row.ReceivedDate),
    received: msyncFlag(row.IsReceived ?? '') ?? null,
    papers: papersOf(row.Papers) ?? [],
    fees: feeList(row.Fees ?? []) ?? [],
    dueBefore: instantIn(row.OldDateAppointed),
    dueAfter: instantIn(row.NewDateAppointed),
  }
}

function instantIn(text: string | null | undefined): Instant | null {
  const at = msyncTime(text ?? '')
  return typeof at === 'number' ? at : null
}
