/** Turns the story into what OpenCPS sends to an LGSP. contracts/provincial-sources.md §5.2–5.3; shapes of contracts/examples/source-lgsp-*. */
import { type Instant, wallClockFormat } from '../../domain/index.js'
import { actions } from '../province/actions.js'
import type { ExpectedDossier } from '../province/expected.js'
import type { Life } from '../province/life.js'
import type { Standing, StoryStep } from '../province/standing.js'

type Row = Readonly<Record<string, unknown>>

/** The `Z` is a quoted letter: a local clock. */
const wall = wallClockFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
const NEVER = '0000-00-00T00:00:00.000+0700'
const KINDS = { citizen: 1, business: 2, organization: 3 } as const
const FINISHED = new Set(['done', 'cancelled', 'denied'])

export function msyncDocument(life: Life, standing: Standing, at: Instant): Row {
  const { applicant, agency, procedure } = life
  const done = standing.status === 'done'
  const returned = done ? standing.finishedAt : standing.dueAt
  return {
    DocTypeCode: procedure.localCode,
    DocTypeName: procedure.name,
    DocCode: standing.code,
    CitizenName: applicant.name.toUpperCase(),
    CitizenInfo: '',
    ApplicantsId: applicant.number,
    ...(life.fate === 'applicant-kind-missing' ? {} : { ApplicantsType: KINDS[applicant.kind] }),
    Address: `Số ${(life.index % 99) + 1} đường Mẫu`,
    Email: applicant.email,
    Phone: applicant.phone,
    Compendium: '',
    // Left out when unknown, against the schema.
    ...(standing.receivedAt === null ? {} : { DateReceived: wall.format(standing.receivedAt) }),
    ...(standing.dueAt === null ? {} : { DateAppointed: wall.format(standing.dueAt) }),
    IsSuccess: standing.status === 'releasing',
    SuccessDate: standing.releasedAt === null ? NEVER : wall.format(standing.releasedAt),
    ApproverName: '',
    ApproverPosition: '',
    SuccessNote: '',
    IsReturned: done,
    ReturnedDate: returned === null ? NEVER : wall.format(returned),
    ReturnNote: '',
    ReturnedType: life.byPost ? 1 : 0,
    ...(FINISHED.has(standing.status) ? { FinishedDate: wall.format(standing.finishedAt ?? standing.cancelledAt ?? at) } : {}),
    Status: standing.status === 'releasing' ? 2 : 1,
    ProcessingOrganName: agency.name,
    HasSupplementary: false,
    Note: '',
    Attachments: [{ AttachmentId: 120_001, AttachmentName: 'don-de-nghi.pdf', IsDeleted: false, IsVerified: true, Base64: 'JVBERi0xLjQK' }],
    ...(standing.payment === null
      ? {}
      : { DocFees: [{ FeeName: `Lệ phí: ${procedure.name}`.slice(0, 250), FeeType: 4, Price: standing.payment.amount }] }),
    OrganInchargeIdLevel1: agency.code,
    OrganInchargeName: agency.name,
    vnpostalStatus: 0,
    vnpostalProfile: '',
    fromViaPostal: 0,
  }
}

export function msyncTrace(life: Life, step: StoryStep, code: string): Row {
  const { name } = actions[step.action]
  return {
    DocumentId: life.dossierId,
    DocCode: code,
    UserName: step.officer,
    UserPosition: '',
    DateCreated: wall.format(step.at),
    Comment: step.note === '' ? name : `${name}: ${step.note}`,
    Status: 0,
    OrganizationInchargeIdLevel1: life.agency.code,
    OrganizationInchargeName: life.agency.name,
  }
}

/** The schema-valid form, without what is no part of the schema. Lists repeat their element, and the id of an attachment has its own spelling. */
export function msyncXml(root: string, row: Row): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${members(row)}</${root}>`
}

function members(row: Row): string {
  return Object.entries(row)
    .filter(([name]) => /^[A-Z]/.test(name))
    .map(([name, value]) => {
      const tag = name === 'AttachmentId' ? 'Attachmentld' : name
      if (Array.isArray(value)) return value.map((one: Row) => `<${tag}>${members(one)}</${tag}>`).join('')
      return `<${tag}>${escaped(String(value))}</${tag}>`
    })
    .join('')
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

/** What the national portal can hold of a dossier that only these messages told of: how it came in is unknown, and the tables say `direct`. */
export function expectedThroughMessages(expected: ExpectedDossier): ExpectedDossier {
  return { ...expected, record: { ...expected.record, KenhThucHien: '1' } }
}
