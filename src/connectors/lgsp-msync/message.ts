/** One message of a one-stop system, in JSON or in the XML of the schema file. contracts/provincial-sources.md §5.1 */
import type { z } from 'zod'
import type { Text } from '../../base/index.js'
import { plainXml, readXml } from '../../transport/xml.js'
import { knownMembers, type MemberShape, memberPlace, readInboundJson } from '../inbound-json.js'
import {
  documentNames,
  type MsyncDocument,
  type MsyncTrace,
  msyncAttachment,
  msyncDocument,
  msyncFee,
  msyncPaper,
  msyncSupplementary,
  msyncTrace,
  NO_DOCUMENT,
} from './wire.js'

/** Why a message, or one document of it, cannot be taken: which field, and what is wrong. Without its content. */
export interface MessageFault {
  /** `DocCode`, `Attachments[0].AttachmentName`, empty for the whole message. */
  readonly field: string
  readonly problem: Text
}

export interface Message<Content> {
  readonly format: 'json' | 'xml'
  /** Several came at once; on the wire each call carries one. */
  readonly several: boolean
  readonly contents: readonly ({ readonly ok: true; readonly content: Content } | { readonly ok: false; readonly fault: MessageFault })[]
  /** The message as a whole cannot be taken; `contents` is then what was whole before it broke off. */
  readonly fault: MessageFault | null
}

const fee: MemberShape = { names: Object.keys(msyncFee.shape) }
const paper: MemberShape = { names: Object.keys(msyncPaper.shape) }
const attachment: MemberShape = {
  names: Object.keys(msyncAttachment.shape).filter((name) => !name.startsWith('File')),
  also: { attachmentld: 'AttachmentId' },
}
const document: MemberShape = {
  names: documentNames,
  lists: {
    Attachments: attachment,
    DocFees: fee,
    DocPapers: paper,
    Supplementaries: { names: Object.keys(msyncSupplementary.shape), lists: { Papers: paper, Fees: fee } },
  },
}
const trace: MemberShape = {
  names: Object.keys(msyncTrace.shape),
  // Documents write it shorter. §5.4
  also: { organinchargeidlevel1: 'OrganizationInchargeIdLevel1', organinchargename: 'OrganizationInchargeName' },
}

const LISTS = new Set(['Attachments', 'DocFees', 'DocPapers', 'Supplementaries', 'Papers', 'Fees'])

export const readDocuments = (text: string): Message<MsyncDocument> => read(text, 'MSyncDocument', document, msyncDocument)
export const readTraces = (text: string): Message<MsyncTrace> => read(text, 'MDocumentTraces', trace, msyncTrace)

/** Whether a file names the XML spelling of the schema; nothing else tells the two apart. */
export function hasSchemaSpelling(text: string): boolean {
  return /<(?:[\w.-]+:)?Attachmentld\b/i.test(text)
}

function read<Schema extends z.ZodType>(text: string, root: string, shape: MemberShape, schema: Schema): Message<z.output<Schema>> {
  const isXml = /^[\s\ufeff]*</.test(text)
  const { values, problem } = isXml ? fromXml(text, root) : fromJson(text)
  const nothing = { en: `no ${root} in it`, vi: `không có ${root} nào` }
  const whole = problem ?? (values.length === 0 ? nothing : undefined)
  return {
    format: isXml ? 'xml' : 'json',
    several: values.length > 1 || /^[\s\ufeff]*\[/.test(text),
    contents: values.map((one) => {
      const content = schema.safeParse(knownMembers(one, shape))
      return content.success ? { ok: true, content: content.data } : { ok: false, fault: faultOf(content.error, root) }
    }),
    fault: whole === undefined ? null : { field: '', problem: whole },
  }
}

interface Values {
  readonly values: readonly unknown[]
  readonly problem?: Text
}

function fromJson(text: string): Values {
  const json = readInboundJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  if (!json.ok) return { values: json.before, problem: json.problem }
  return { values: Array.isArray(json.value) ? json.value : [json.value] }
}

/** The schema has no namespace; a client that adds one, or wraps several in `ArrayOf…`, is understood too. */
function fromXml(text: string, root: string): Values {
  const xml = readXml(text, { withoutPrefixes: true, record: root })
  const document = xml.ok ? xml : xml.before
  const values = document === undefined ? [] : within(document.name, plainXml(document.root, LISTS), root)
  if (!xml.ok) return { values, problem: xml.says }
  return values.length > 0 ? { values } : { values, problem: { en: `the XML is no ${root}`, vi: `XML không phải ${root}` } }
}

function within(name: string, value: unknown, root: string): readonly unknown[] {
  if (name.toLowerCase() === root.toLowerCase()) return [value]
  const member = (of: string) =>
    typeof value === 'object' && value !== null ? Object.entries(value).find(([one]) => one.toLowerCase() === of.toLowerCase()) : undefined
  // A gateway that speaks SOAP.
  const body = name === 'Envelope' ? member('Body') : undefined
  if (body !== undefined) return within('Body', body[1], root)
  const inner = member(root)
  return inner === undefined ? [] : Array.isArray(inner[1]) ? inner[1] : [inner[1]]
}

function faultOf(error: z.ZodError, root: string): MessageFault {
  const [issue] = error.issues
  const field = memberPlace(issue?.path ?? [])
  if (field === '') return { field, problem: { en: `no ${root} object`, vi: `không phải đối tượng ${root}` } }
  if (field === 'DocCode')
    return {
      field,
      problem: { en: 'is missing or empty: without it nobody knows which dossier this is', vi: 'bị thiếu hoặc rỗng: không biết là hồ sơ nào' },
    }
  if (issue?.message === NO_DOCUMENT)
    return {
      field,
      problem: {
        en: 'is missing, and so are DocTypeName and CitizenName: this is no document',
        vi: 'bị thiếu, cả DocTypeName và CitizenName cũng thiếu: đây không phải hồ sơ',
      },
    }
  return { field, problem: { en: 'has another type than the schema says', vi: 'không đúng kiểu dữ liệu theo lược đồ' } }
}
