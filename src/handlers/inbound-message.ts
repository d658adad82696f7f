/** What receivers of pushed messages share: reading the body as text, keeping what cannot be taken, and never acknowledging what is not on disk. */
import { asLienthongError, type Clock, type Logger, minutes, silentLogger, systemClock, type Text } from '../base/index.js'
import type { Inbox } from '../ledger/index.js'
import { type BodyMemory, bodyMemory, readBody } from './body.js'
import type { InboundRequest, OutboundResponse } from './handler.js'

export interface ReceiverOptions {
  readonly inbox: Inbox
  /** Largest message. Default 48 MB. */
  readonly maxBodyBytes?: number
  /** Of all messages that are being received at once. Default 256 MB. */
  readonly maxMemoryBytes?: number
  /** For one message to arrive. Default two minutes: a whole file may stand in it. */
  readonly withinMs?: number
  readonly clock?: Clock
  /** Codes, counts and fields; nothing of a message. */
  readonly logger?: Logger
}

const MAX_BODY = 48 * 1024 * 1024
const MAX_MEMORY = 256 * 1024 * 1024

/** How a dialect says what became of a message. */
export interface Manners {
  taken(): OutboundResponse
  /** The sender must change something. */
  refused(status: number, message: string): OutboundResponse
  /** It may come again. */
  later(status: number, message: string, headers: Readonly<Record<string, string>>): OutboundResponse
}

/** Something of a message that cannot be taken: where, and what is wrong. */
export interface Fault {
  readonly field: string
  readonly problem: Text
}

/** Keeps what can be kept. @returns what could not be taken; the body is then kept for a person */
export type Taking = (text: string, request: InboundRequest) => Promise<readonly Fault[]>

/** Receives one kind of message. What is answered with success is on disk; so is what is answered with a refusal. */
export function receiving(
  operation: string,
  manners: Manners,
  options: ReceiverOptions,
  take: Taking,
): (request: InboundRequest) => Promise<OutboundResponse> {
  const { inbox, maxBodyBytes = MAX_BODY, withinMs = minutes(2), clock = systemClock, logger = silentLogger } = options
  const memory = memoryOf(options)
  const refuseWhole = async (bytes: Uint8Array, faults: readonly Fault[]): Promise<OutboundResponse> => {
    const reason = faults.map(sentence).join('; ')
    const kept = await inbox.reject({ reason: `${operation}: ${reason}`, body: bytes })
    logger.warn({ operation, fields: faults.map(({ field }) => field), kept }, 'a message could not be taken')
    return kept
      ? manners.refused(400, reason)
      : manners.later(503, 'too many messages wait for a person (quá nhiều bản tin chờ xử lý)', { 'retry-after': '3600' })
  }
  return async (request) => {
    const body = await readBody(request, { maxBytes: maxBodyBytes, withinMs, memory, clock })
    if (!body.ok) {
      logger.warn({ operation, status: body.status }, 'a message was not received whole')
      return body.status === 503 ? manners.later(503, body.problem, { 'retry-after': '5' }) : manners.refused(body.status, body.problem)
    }
    try {
      const text = utf8(body.bytes)
      const faults =
        text === undefined ? [{ field: '', problem: { en: 'is no UTF-8 text', vi: 'không phải văn bản UTF-8' } }] : await take(text, request)
      return faults.length === 0 ? manners.taken() : await refuseWhole(body.bytes, faults)
    } catch (error) {
      // Not on disk, so not acknowledged.
      logger.error({ operation, code: asLienthongError(error).code }, 'a message could not be stored')
      return manners.later(503, 'not stored, send it again (chưa lưu được, hãy gửi lại)', { 'retry-after': '30' })
    } finally {
      body.release()
    }
  }
}

const memories = new WeakMap<Inbox, BodyMemory>()

/** One for all routes of an inbox. */
function memoryOf({ inbox, maxMemoryBytes = MAX_MEMORY }: ReceiverOptions): BodyMemory {
  const memory = memories.get(inbox) ?? bodyMemory(maxMemoryBytes)
  memories.set(inbox, memory)
  return memory
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** In both languages: nobody knows who reads the log of the other side. */
function sentence({ field, problem }: Fault): string {
  return `${field === '' ? '' : `${field}: `}${problem.en} (${problem.vi})`
}
