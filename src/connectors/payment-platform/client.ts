/** Speaks to the payment platform, and listens to what it says. contracts/payment-platform.md §3–§7 */
import { LienthongError, redact } from '../../base/index.js'
import { type HttpAnswer, httpClient } from '../../transport/index.js'
import type {
  Acknowledged,
  PaidAttempt,
  PaymentDialect,
  PaymentResult,
  QueryAnswer,
  RefundAnswer,
  RefundOrder,
  SentAttempt,
  StartAnswer,
  WireMessage,
} from './dialect.js'
import { type PaymentPlatformOptions, readPaymentOptions } from './options.js'
import { isPdf } from './pdf.js'
import { readSignedBody, type SignedBody } from './signed-body.js'
import { isSignedBy } from './signing.js'
import { SYSTEM } from './system.js'
import { type PaymentOrder, paymentOrder } from './wire.js'

interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Told what the platform answered, as it came: for a digest of it. */
  readonly heard?: ((answer: string) => void) | undefined
}

/** The platform’s receipt, or why there is none yet. */
export type ReceiptAnswer =
  | { readonly outcome: 'pdf'; readonly bytes: Uint8Array }
  | { readonly outcome: 'none'; readonly code: string; readonly message: string }

/** A result message after its signature was looked at. */
export interface ReceivedResult {
  /** `unverified`: the platform itself must be asked, and could not be. */
  readonly signature: 'holds' | 'broken' | 'missing' | 'of-another-message' | 'unverified'
  /** Believe it only where the signature holds. */
  readonly result: PaymentResult
  readonly body: SignedBody
}

export interface PaymentPlatform {
  readonly dialect: string
  readonly partner: string
  /** Whether an attempt can be asked for: without it, an unknown outcome waits for a message or for settlement. */
  readonly canQuery: boolean
  /** Whether receipts can be asked for by GET_BILL; elsewhere there is one only where a result carried a link to it. */
  readonly canFetchReceipts: boolean
  /** Whether money can be given back by a call; elsewhere people do it and record it. */
  readonly canRefund: boolean
  /** What the national portal is told of money that came this way (`DuocThanhToanTrucTuyen`). */
  readonly paidThrough: PaymentDialect['paidThrough']
  /** Whether a result message proves by itself who sent it. */
  readonly signsResults: boolean
  /** Whether it also proves what became of the payment, and under which number: elsewhere it is asked before it is believed, where it can be. */
  readonly signsOutcomes: boolean
  /** What {@link start} would send, for the journal: the same order gives the same bytes. */
  requestOf(order: PaymentOrder): string
  /**
   * Asks for a payment page (INIT). Write the attempt down first: whatever happens, its reference and time are sent again unchanged.
   *
   * @throws {LienthongError} `payment.invalid_order` before anything is sent; kind `unknown` when nobody knows whether it arrived: {@link query}
   */
  start(order: PaymentOrder, options?: CallOptions): Promise<StartAnswer>
  /** What became of an attempt. @throws `payment.unreadable_answer`, `payment.bad_signature` (a paid answer that is not the platform’s). */
  query(attempt: SentAttempt, options?: CallOptions): Promise<QueryAnswer>
  /**
   * The receipt as a file: links to it expire. Asked for under the attempt's own time, then under that of the result, and at last by the link
   * that came with it (§4.4).
   *
   * @throws `payment.no_receipt` for what is neither file nor link, `payment.foreign_link`; `config.invalid` where nothing of it can be asked.
   */
  receipt(attempt: PaidAttempt, options?: CallOptions): Promise<ReceiptAnswer>
  /**
   * Has the money of a paid attempt given back. Write it down first: it must never be sent twice.
   *
   * @throws {LienthongError} `payment.unsignable` before anything is sent; kind `unknown`, or `payment.bad_signature`, when nobody knows what became of it
   */
  refund(order: RefundOrder, options?: CallOptions): Promise<RefundAnswer>
  /**
   * Reads a result message from its raw bytes, never from a parsed object: the signature is over the texts as they came.
   *
   * @throws {LienthongError} `payment.unreadable_message`
   */
  receive(body: Uint8Array, options?: CallOptions): Promise<ReceivedResult>
  /** The body of our answer to a result message. */
  acknowledgement(what: Acknowledged, body?: SignedBody): unknown
}

/** @throws {LienthongError} `config.invalid`, `config.unknown_key`, naming the option. */
export function paymentPlatform(options: PaymentPlatformOptions): PaymentPlatform {
  const settings = readPaymentOptions(options)
  const { dialect, site, receiptHosts, maxReceiptBytes } = settings
  const client = httpClient({ maxAnswerBytes: maxReceiptBytes, ...settings.transport, system: SYSTEM, hop: 'platform' })
  const secrets = [site.secret, ...site.inboundSecrets, ...(site.accessKey === undefined ? [] : [site.accessKey])]
  const tell = (text: string) => redact(text, secrets).slice(0, LONGEST_MESSAGE)
  const built = (order: PaymentOrder): WireMessage => {
    const read = paymentOrder.safeParse(order)
    if (!read.success) {
      const issue = read.error.issues[0]
      const field = [...(issue?.path ?? [])].map(String).join('.') || 'order'
      throw new LienthongError('payment.invalid_order', { values: { field, problem: issue?.message ?? 'invalid' }, system: SYSTEM })
    }
    return dialect.start.request(read.data, site)
  }
  const post = <T>(
    operation: string,
    { url, headers, body }: WireMessage,
    repeat: 'freely' | 'if-not-sent',
    more: CallOptions & { binary?: boolean },
    read: (http: HttpAnswer) => T,
  ) =>
    client.send(
      { operation, method: 'POST', url, headers: headers ?? {}, body, repeat, signal: more.signal, binary: more.binary ?? false },
      (http) => {
        more.heard?.(http.text)
        return read(http)
      },
    )

  const download = async (link: string, { signal }: CallOptions = {}): Promise<Uint8Array> => {
    const url = reachable(link, receiptHosts)
    const bytes = await client.send({ operation: 'receipt file', method: 'GET', url, repeat: 'freely', signal, binary: true }, ({ status, text }) =>
      status === 200 ? Buffer.from(text, 'latin1') : undefined,
    )
    if (bytes === undefined || !isPdf(bytes)) throw noReceipt('the link gives no PDF')
    return bytes
  }

  const canFetchReceipts = dialect.receipt !== undefined && site.urls.receipt !== undefined
  const getBill = async (attempt: SentAttempt, more: CallOptions): Promise<ReceiptAnswer> => {
    const { receipt } = dialect
    if (receipt === undefined) throw unsupported(dialect, 'receipt')
    const answer = await post('GET_BILL', receipt.request(attempt, site), 'freely', { ...more, binary: true }, (http) => {
      const bytes = Buffer.from(http.text, 'latin1')
      if (isPdf(bytes)) return bytes
      return receipt.read(bytes.toString('utf8'), site) ?? fail('GET_BILL', http)
    })
    if (answer instanceof Uint8Array) return { outcome: 'pdf', bytes: answer }
    if ('url' in answer) return { outcome: 'pdf', bytes: await download(answer.url, more) }
    return { outcome: 'none', code: answer.code, message: tell(answer.message) }
  }

  return {
    dialect: dialect.name,
    partner: site.partner,
    canQuery: dialect.query !== undefined && site.urls.query !== undefined,
    canFetchReceipts,
    canRefund: dialect.refund !== undefined && site.urls.refund !== undefined,

    paidThrough: dialect.paidThrough,

    signsResults: dialect.result.formula !== null,
    signsOutcomes: dialect.result.signsOutcome,

    requestOf: (order) => built(order).body,

    async start(order, more = {}) {
      const message = built(order)
      const answer = await post('INIT', message, 'if-not-sent', more, (http) => dialect.start.read(http.text, site) ?? fail('INIT', http))
      return 'message' in answer ? { ...answer, message: tell(answer.message) } : answer
    },

    async query(attempt, more = {}) {
      const { query } = dialect
      if (query === undefined || site.urls.query === undefined) throw unsupported(dialect, 'query')
      const answer = await post('QUERY', query.request(attempt, site), 'freely', more, (http) => {
        const read = query.read(http.text, attempt, site)
        if (read === 'bad-signature')
          throw new LienthongError('payment.bad_signature', { values: { what: 'QUERY' }, system: SYSTEM, operation: 'QUERY' })
        return read ?? fail('QUERY', http)
      })
      // The system is well and has answered: asking again at once, or opening its circuit, would keep citizens from paying.
      if ('refused' in answer)
        throw new LienthongError('payment.question_refused', { values: { code: answer.refused }, system: SYSTEM, operation: 'QUERY' })
      return answer
    },

    async receipt({ reference, at, toldAt, receiptUrl }, more = {}) {
      let answer: ReceiptAnswer | undefined
      for (const time of canFetchReceipts ? new Set([at, toldAt || at]) : []) {
        answer = await getBill({ reference, at: time }, more)
        if (answer.outcome === 'pdf') return answer
      }
      if (!receiptUrl) {
        if (answer === undefined) throw unsupported(dialect, 'receipt')
        return answer
      }
      try {
        return { outcome: 'pdf', bytes: await download(receiptUrl, more) }
      } catch (error) {
        // A link that has ended does not change what GET_BILL said.
        if (answer === undefined || more.signal?.aborted) throw error
        return answer
      }
    },

    async refund(order, more = {}) {
      const { refund } = dialect
      if (refund === undefined || site.urls.refund === undefined) throw unsupported(dialect, 'refund')
      const answer = await post('REFUND', refund.request(order, site), 'if-not-sent', more, (http) => {
        const read = refund.read(http.text, order, site)
        if (read === 'bad-signature')
          throw new LienthongError('payment.bad_signature', { values: { what: 'REFUND' }, system: SYSTEM, operation: 'REFUND' })
        return read ?? fail('REFUND', http)
      })
      return answer.outcome === 'refused' ? { ...answer, message: tell(answer.message) } : answer
    },

    async receive(raw, more = {}) {
      const body = readSignedBody(raw)
      const { formula, signature, verify } = dialect.result
      const result = dialect.result.read(body)
      const given = body.text(signature)
      if (formula !== null) {
        if (given === '') return { signature: 'missing', result, body }
        const holds = isSignedBy(formula, body.text, site.inboundSecrets, given)
        if (holds && dialect.result.isResult?.(body, site) === false) return { signature: 'of-another-message', result, body }
        return { signature: holds ? 'holds' : 'broken', result, body }
      }
      if (verify === undefined || site.urls.verify === undefined) return { signature: 'unverified', result, body }
      try {
        const own = await post('verify', verify.request(body, site), 'freely', more, (http) => verify.read(http.text) ?? fail('verify', http))
        return { signature: own ? 'holds' : 'broken', result, body }
      } catch {
        // Nobody can tell now: the sender is asked to come again.
        return { signature: 'unverified', result, body }
      }
    },

    acknowledgement: (what, body) => dialect.result.acknowledge(what, body),
  }
}

const LONGEST_MESSAGE = 500

function fail(operation: string, { status, text, attempt }: HttpAnswer): never {
  const start = text.trimStart().slice(0, 1)
  const kind = start === '' ? 'empty body' : start === '<' ? 'a page in markup' : start === '{' || start === '[' ? 'JSON of another form' : 'text'
  throw new LienthongError('payment.unreadable_answer', {
    values: { operation, problem: `HTTP ${status}, ${kind}` },
    system: SYSTEM,
    operation,
    attempt,
  })
}

function unsupported({ name }: PaymentDialect, operation: string): LienthongError {
  return new LienthongError('config.invalid', {
    values: {
      place: `${SYSTEM}.urls.${operation}`,
      problem: { en: `the dialect ${name} has no such call, or no address for it`, vi: `phương ngữ ${name} không có lệnh này, hoặc chưa có địa chỉ` },
    },
  })
}

/** Where a link to a receipt is really asked. Anything but a configured host is refused: the link comes from outside. §10.5 */
function reachable(link: string, hosts: ReadonlyMap<string, string | undefined>): string {
  const url = URL.parse(link)
  const isPlain = url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
  if (!isPlain || !hosts.has(url.host)) {
    throw new LienthongError('payment.foreign_link', { values: { host: isPlain ? url.host : '–' }, system: SYSTEM, operation: 'receipt file' })
  }
  const instead = hosts.get(url.host)
  return instead === undefined ? url.href : instead.replace(/\/+$/, '') + url.pathname + url.search
}

function noReceipt(problem: string): LienthongError {
  return new LienthongError('payment.no_receipt', { values: { problem }, system: SYSTEM, operation: 'receipt file' })
}
