/** The provincial LGSP as a one-stop system sees it, on our side. contracts/provincial-sources.md §5; docs/receiving.md */
import { hours, systemClock } from '../../base/index.js'
import { type MsyncDocument, readDocuments, readTraces } from '../../connectors/index.js'
import type { InboxMessage } from '../../ledger/index.js'
import { isClosedMsync } from '../../mappers/index.js'
import { type AccessPolicy, guarded } from '../access.js'
import { jsonAnswer } from '../answers.js'
import { readBody, single } from '../body.js'
import type { InboundHandler, InboundRequest } from '../handler.js'
import { type Fault, type Manners, type ReceiverOptions, receiving } from '../inbound-message.js'
import { routes } from '../routes.js'
import { type LgspClient, type Tokens, tokens } from './tokens.js'

export interface LgspReceiverOptions extends ReceiverOptions {
  /** Who may fetch a token: `consumer_key` and `consumer_secret` of the sender. */
  readonly clients: readonly LgspClient[]
  /** Besides the token. */
  readonly access?: AccessPolicy
  /** Files that come inside messages: kept sealed beside them, or dropped. Default keep. */
  readonly attachments?: 'keep' | 'drop'
  /** Larger files are dropped, and a finding says so. Default 10 MB. */
  readonly maxFileBytes?: number
  /** Default one hour. */
  readonly tokenMs?: number
}

const MAX_FILE = 10 * 1024 * 1024
const MAX_LOGIN = 16 * 1024
const FILE_ID_LENGTH = 22

/**
 * `POST /token`, `/Document/SyncDocument`, `/Document/UpdateDocumentTraces`; `/Statistic/UpdateStatistic` and `/Vote/UpdateVote` are accepted,
 * counted and kept out. HTTP 200 means that it is on disk; what cannot be taken is answered with the field at fault, and kept for a person.
 *
 * @throws {LienthongError} `config.invalid` for a client's secret or an access policy that protects nothing
 */
export function lgspReceiver(options: LgspReceiverOptions): InboundHandler {
  const { inbox, clients, access, attachments = 'keep', maxFileBytes = MAX_FILE, tokenMs = hours(1), clock = systemClock, logger } = options
  const doorkeeper = tokens(clients, tokenMs, inbox.digest, clock)
  const known = (handler: InboundHandler): InboundHandler => {
    return async (request) =>
      doorkeeper.isValid(bearerOf(request)) ? handler(request) : manners.refused(401, 'fetch a token first (chưa có token hợp lệ)')
  }
  const documents = receiving('SyncDocument', manners, options, async (text) => {
    const { contents, fault } = readDocuments(text)
    const messages = contents.flatMap((one) =>
      one.ok ? [messageOf(one.content, { keep: attachments === 'keep', maxFileBytes, digest: inbox.digest })] : [],
    )
    // A message that breaks off is not taken in part: the sender sends it again.
    if (fault === null && messages.length > 0) await inbox.keep(messages)
    return fault === null ? faultsIn(contents) : [fault]
  })
  const traces = receiving('UpdateDocumentTraces', manners, options, async (text) => {
    const { contents, fault } = readTraces(text)
    const messages = contents.flatMap((one): InboxMessage[] =>
      one.ok ? [{ kind: 'event', subject: one.content.DocCode, content: JSON.stringify(one.content) }] : [],
    )
    if (fault === null && messages.length > 0) await inbox.keep(messages)
    return fault === null ? faultsIn(contents) : [fault]
  })
  const counted = (kind: string) =>
    receiving(kind, manners, options, async () => {
      await inbox.count(kind)
      return []
    })
  const handler = routes(
    {
      'POST /token': (request) => login(request, doorkeeper),
      'POST /Document/SyncDocument': known(documents),
      'POST /Document/UpdateDocumentTraces': known(traces),
      'POST /Statistic/UpdateStatistic': known(counted('UpdateStatistic')),
      'POST /Vote/UpdateVote': known(counted('UpdateVote')),
    },
    { ignoreCase: true, clock, ...(logger === undefined ? {} : { logger }) },
  )
  return access === undefined ? handler : guarded(handler, access)
}

const manners: Manners = {
  taken: () => jsonAnswer(200, { Status: 1, Message: 'OK' }),
  refused: (status, message) => jsonAnswer(status, { Status: 0, Message: message }),
  later: (status, message, headers) => jsonAnswer(status, { Status: 0, Message: message }, headers),
}

/** RFC 6749 §4.4; the secret in the form, as this client sends it, or in a Basic header. */
async function login(request: InboundRequest, doorkeeper: Tokens): ReturnType<InboundHandler> {
  const body = await readBody(request, { maxBytes: MAX_LOGIN })
  if (!body.ok) return jsonAnswer(body.status, { error: 'invalid_request' })
  const form = new URLSearchParams(Buffer.from(body.bytes).toString('utf8'))
  body.release()
  if (form.get('grant_type') !== 'client_credentials') return jsonAnswer(400, { error: 'unsupported_grant_type' })
  const basic = /^Basic ([\w+/=-]+)$/i.exec(single(request.headers.authorization) ?? '')?.[1]
  const [, id = '', secret = ''] =
    basic === undefined
      ? ['', form.get('client_id') ?? '', form.get('client_secret') ?? '']
      : (/^([^:]*):([\s\S]*)$/.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [])
  const issued = doorkeeper.issue(id, secret)
  if (issued === undefined) return jsonAnswer(401, { error: 'invalid_client' })
  return jsonAnswer(200, {
    access_token: issued.token,
    token_type: 'Bearer',
    expires_in: issued.expiresInSeconds,
    scope: 'am_application_scope default',
  })
}

function bearerOf({ headers }: InboundRequest): string {
  return /^Bearer +(\S+)$/i.exec(single(headers.authorization) ?? '')?.[1] ?? ''
}

type Contents = readonly ({ readonly ok: true } | { readonly ok: false; readonly fault: Fault })[]

/** Of several at once, each names its place; those without a fault were taken. */
function faultsIn(contents: Contents): readonly Fault[] {
  return contents.flatMap((one, index) => {
    if (one.ok) return []
    const { field, problem } = one.fault
    return [{ field: contents.length === 1 ? field : `[${index}]${field === '' ? '' : `.${field}`}`, problem }]
  })
}

interface FilePolicy {
  readonly keep: boolean
  readonly maxFileBytes: number
  digest(content: string): string
}

/** Files leave the document, so that a dossier is read without them; their digests stay, so that a changed file is a changed dossier. */
function messageOf(document: MsyncDocument, { keep, maxFileBytes, digest }: FilePolicy): InboxMessage {
  const files = new Map<string, string>()
  const attachments = document.Attachments?.map(({ Base64, ...attachment }) => {
    const base64 = (Base64 ?? '').replace(/\s+/g, '')
    if (base64 === '') return attachment
    const bytes = Math.floor((base64.length * 3) / 4)
    if (!keep || bytes > maxFileBytes) return { ...attachment, FileDropped: keep ? 'too-large' : 'not-wanted' }
    const id = digest(base64).slice(0, FILE_ID_LENGTH)
    files.set(id, base64)
    return { ...attachment, File: { id, bytes } }
  })
  const content = JSON.stringify(attachments === undefined ? document : { ...document, Attachments: attachments })
  return {
    kind: 'state',
    subject: document.DocCode,
    content,
    closed: isClosedMsync(document),
    files: [...files].map(([id, base64]) => ({ id, content: base64 })),
  }
}
