/** Carries results to provinces: at least once, again until it is acknowledged, and as badly as the plan of faults says. §4.2 */
import { request } from 'node:http'
import type { Clock } from '../../base/index.js'
import { instant } from '../../domain/index.js'
import type { Fault } from '../faults.js'
import { pause } from '../injection.js'
import type { Delivery, HeldMessage, PaymentBooks, PaymentDeed } from './books.js'
import type { PlatformOptions } from './options.js'
import { receiptLink } from './receipt-links.js'
import { forgedBody, isAcknowledged, resultBody, type Telling } from './result-message.js'

export interface Courier {
  /** Begins to deliver a message; also one that was given up. */
  deliver(id: string): void
  /** Does something at a moment, or when {@link settle} will not wait. */
  later(at: number, work: () => void): void
  /** Resolves when nothing is under way any more; nothing waits meanwhile. */
  settle(): Promise<void>
  /** Drops what is under way. */
  forget(): void
  close(): Promise<void>
}

export interface CourierSetting {
  readonly clock: Clock
  readonly options: PlatformOptions
  readonly books: PaymentBooks
  readonly strike: (service: string, key: string) => Fault | undefined
  readonly origin: () => string
  readonly write: (deed: PaymentDeed) => void
}

export function courier({ clock, options, books, strike, origin, write }: CourierSetting): Courier {
  const works = new Set<Promise<void>>()
  const underway = new Set<string>()
  let stopped = new AbortController()
  let hurried = new AbortController()
  let inHurry = false

  /** @returns whether the courier is still wanted. */
  const wait = async (ms: number, wanted: AbortSignal): Promise<boolean> => {
    if (!inHurry && ms > 0) await pause(clock, ms, AbortSignal.any([wanted, hurried.signal]))
    return !wanted.aborted
  }
  const begin = (work: (wanted: AbortSignal) => Promise<void>) => {
    const running: Promise<void> = work(stopped.signal).finally(() => works.delete(running))
    works.add(running)
  }

  const deliverOnce = async (message: HeldMessage, telling: Telling, wanted: AbortSignal): Promise<boolean> => {
    const url = telling.profile.callbackUrl
    const fault = url === null ? undefined : strike('CONFIRM', message.id)
    const way = fault === undefined ? DIRECT : wayOf(fault)
    if (!(await wait(way.delayMs, wanted))) return false
    const heard = url === null || way.sent === 'nothing' ? undefined : await send(url, bodyFor(way, telling), options.answerWithinMs, wanted)
    if (wanted.aborted) return false
    const { status, text } = (way.deaf ? undefined : heard) ?? { status: null, text: '' }
    // A province that takes a forged message as true has not acknowledged ours.
    const acknowledged = way.sent === 'whole' && status === 200 && isAcknowledged(text)
    const delivery: Delivery = { at: instant(clock.now()), sent: url === null ? 'nothing' : way.sent, status, acknowledged }
    write({ did: 'tried', id: message.id, delivery })
    return acknowledged
  }
  const carry = async (id: string, wanted: AbortSignal): Promise<void> => {
    const message = books.messages.get(id)
    if (message === undefined) return
    // After it was given up: once more from the beginning.
    const first = message.tries.length >= options.tries ? message.tries.length : 0
    while (message.tries.length - first < options.tries) {
      const transaction = books.find(message.reference, message.partner)
      const profile = books.partners.get(message.partner)
      if (transaction === undefined || profile === undefined) return
      const receiptUrl = profile.receipts === 'link' && message.payment !== null ? receiptLink(transaction, origin(), clock.now(), options) : null
      if (await deliverOnce(message, { transaction, message, profile, type: options.resultType, receiptUrl }, wanted)) return
      if (wanted.aborted) return
      const tried = message.tries.length - first
      if (tried < options.tries && !(await wait(options.retryMs * 2 ** (tried - 1), wanted))) return
    }
  }

  return {
    deliver(id) {
      if (underway.has(id)) return
      underway.add(id)
      begin(async (wanted) => {
        try {
          await carry(id, wanted)
        } finally {
          underway.delete(id)
        }
      })
    },
    later(at, work) {
      begin(async (wanted) => {
        if (await wait(at - clock.now(), wanted)) work()
      })
    },
    async settle() {
      inHurry = true
      hurried.abort()
      while (works.size > 0) await Promise.all(works)
      inHurry = false
      hurried = new AbortController()
    },
    forget() {
      stopped.abort()
      stopped = new AbortController()
      underway.clear()
    },
    async close() {
      stopped.abort()
      while (works.size > 0) await Promise.all(works)
    },
  }
}

interface Way {
  readonly sent: Delivery['sent']
  /** Sent so much later: behind what is told after it. */
  readonly delayMs: number
  /** It arrives, and the acknowledgement gets lost: it comes again. */
  readonly deaf: boolean
  readonly variant: 0 | 1
}

const DIRECT: Way = { sent: 'whole', delayMs: 0, deaf: false, variant: 0 }

/** What a fault of a request is for a message that the platform sends. */
function wayOf({ kind, delayMs, applied, variant }: Fault): Way {
  const way = { ...DIRECT, variant }
  switch (kind) {
    case 'timeout-after-apply':
      return { ...way, deaf: true }
    case 'late-apply':
    case 'slow':
      return { ...way, delayMs }
    case 'http-500':
    case 'reset':
      return applied ? { ...way, deaf: true } : { ...way, sent: 'nothing' }
    case 'garbage':
      return { ...way, sent: 'half' }
    case 'empty':
      return { ...way, sent: 'empty' }
    case 'reject':
      return { ...way, sent: 'wrong' }
    default:
      return { ...way, sent: 'nothing' }
  }
}

function bodyFor({ sent, variant }: Way, telling: Telling): string {
  if (sent === 'empty') return ''
  if (sent === 'wrong') return forgedBody(telling, variant)
  const body = resultBody(telling)
  return sent === 'half' ? body.slice(0, Math.ceil(body.length / 2)) : body
}

const LARGEST_ANSWER = 64 * 1024

/** @returns undefined when nobody answered. */
export function send(
  url: string,
  body: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  const bytes = Buffer.from(body, 'utf8')
  const headers = { 'content-type': 'application/json;charset=UTF-8', 'content-length': String(bytes.length) }
  return new Promise((resolve) => {
    const nothing = () => resolve(undefined)
    const asking = request(url, { method: 'POST', headers, agent: false, timeout: withinMs, signal }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
        if (text.length > LARGEST_ANSWER) answer.destroy()
      })
      answer.once('close', () => (answer.complete ? resolve({ status: answer.statusCode ?? 0, text }) : nothing()))
      answer.once('error', nothing)
    })
    asking.once('timeout', () => asking.destroy())
    asking.once('error', nothing)
    asking.end(bytes)
  })
}
