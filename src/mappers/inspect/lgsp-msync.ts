import { notesFor } from '../../base/index.js'
import { hasSchemaSpelling, type Message, readDocuments, readTraces } from '../../connectors/lgsp-msync/message.js'
import type { MsyncDocument, MsyncTrace } from '../../connectors/lgsp-msync/wire.js'
import { isoInstant } from '../../domain/index.js'
import { fromMsyncDocument, lgspMsyncRules } from '../lgsp-msync/index.js'
import { stepsOf } from '../lgsp-msync/steps.js'
import { procedureLookup } from '../procedures.js'
import type { Collector } from './collector.js'
import type { InspectFile, InspectInput } from './input.js'
import { isObject, readJson, textOf, unwrapped } from './json-files.js'
import { strangerIn } from './stranger.js'

interface Filed<Content> {
  readonly file: string
  readonly content: Content
}

/** Reads pushed documents and traces, JSON or XML, in any mixture. Several documents in one array count as as many calls. */
export async function inspectLgspMsync({ files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const documents: Filed<MsyncDocument>[] = []
  const traces: Filed<MsyncTrace>[] = []
  for (const file of files) sortIn(file, documents, traces, found)

  const tracesOf = Map.groupBy(traces, ({ content }) => content.DocCode)
  const context = { tables: found.tables, ...(agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }) }
  const newest = new Map(documents.map((document) => [document.content.DocCode, document]))
  for (const { file, content } of newest.values()) {
    const own = tracesOf.get(content.DocCode)?.map(({ content: trace }) => trace) ?? null
    found.dossier(file, fromMsyncDocument({ document: content, traces: own }, context), procedureLookup([]))
  }
  for (const document of documents) if (newest.get(document.content.DocCode) !== document) found.problem(document.content.DocCode, 'record.duplicate')
  repeatedIds([...newest.values()], found)
  for (const [code, own] of tracesOf) if (!newest.has(code)) strayTraces(code, own, found)
}

function sortIn({ name, bytes }: InspectFile, documents: Filed<MsyncDocument>[], traces: Filed<MsyncTrace>[], found: Collector): void {
  const text = withoutWrapping(bytes)
  if (holdsTraces(text)) {
    take(name, readTraces(text), traces, found)
    return
  }
  const message = readDocuments(text)
  const stranger = message.contents.some(({ ok }) => ok) ? undefined : strangerIn(bytes)
  if (stranger !== undefined) {
    found.problem(name, 'file.unreadable', '', { problem: stranger })
    return
  }
  // A member of the schema says that it is meant as one; anything else, e.g. the answer to a login, is none of ours.
  if (message.fault === null && !message.contents.some(({ ok }) => ok) && !/DocCode|MSyncDocument|DocTypeCode/i.test(text)) {
    found.problem(name, 'file.unrecognised', '', { dialect: 'lgsp-msync' })
    return
  }
  if (message.format === 'json' && message.several) found.problem(name, 'shape.array')
  if (hasSchemaSpelling(text)) found.problem('Attachments', 'name.schema-spelling', 'Attachmentld')
  take(name, message, documents, found)
}

/** Documents inside an envelope, or one a line, as the array that {@link readDocuments} reads; anything else as it is. */
function withoutWrapping(bytes: Uint8Array): string {
  const text = textOf(bytes)
  const json = /^[\s\ufeff]*[[{]/.test(text) ? readJson(bytes) : undefined
  const isDocument = (value: unknown) => isObject(value) && Object.keys(value).some((name) => name.toLowerCase() === 'doccode')
  const [value] = json?.values ?? []
  const inner = json?.lines
    ? json.values
    : isDocument(value) || (Array.isArray(value) && value.some(isDocument))
      ? undefined
      : unwrapped(value, isDocument)
  return inner === undefined ? text : JSON.stringify(inner)
}

/** Told by the members that only one of the two has; a trace must never be read as a dossier. */
function holdsTraces(text: string): boolean {
  return (
    /\b(?:DocumentId|UserName|UserPosition|DateCreated|Comment|OrganizationInchargeIdLevel1)\b/i.test(text) &&
    !/\b(?:DocTypeCode|DocTypeName|CitizenName|ApplicantsId|DateReceived|MSyncDocument)\b/i.test(text)
  )
}

function take<Content>(file: string, message: Message<Content>, into: Filed<Content>[], found: Collector): void {
  if (message.fault !== null) found.problem(file, 'file.unreadable', '', { problem: message.fault.problem })
  message.contents.forEach((one, index) => {
    if (one.ok) into.push({ file, content: one.content })
    else found.problem(`${file}, [${index}]`, 'message.unreadable', one.fault.field, { problem: one.fault.problem })
  })
}

/** The same attachment id in several dossiers says nothing about the files. */
function repeatedIds(documents: readonly Filed<MsyncDocument>[], found: Collector): void {
  const owners = new Map<string, Set<string>>()
  for (const { content } of documents) {
    for (const { AttachmentId } of content.Attachments ?? []) {
      if (AttachmentId == null) continue
      const codes = owners.get(AttachmentId) ?? new Set<string>()
      owners.set(AttachmentId, codes.add(content.DocCode))
    }
  }
  const repeated = new Set([...owners.values()].flatMap((codes) => (codes.size > 1 ? [...codes] : [])))
  for (const code of repeated) found.problem(code, 'id.repeated', 'Attachments[].AttachmentId')
}

function strayTraces(code: string, traces: readonly Filed<MsyncTrace>[], found: Collector): void {
  for (const { file, content } of traces) {
    const note = notesFor(lgspMsyncRules)
    for (const { at, status, officer, note: says } of stepsOf([content], found.tables, note)) {
      found.strayStep({ dossier: content.DocumentId ?? null, localCode: code, at: isoInstant(at), status, officer, note: says, file })
    }
    found.findings(file, note.findings)
  }
}
