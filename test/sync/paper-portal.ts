import { canonicalJson, LienthongError } from '../../src/base/index.js'
import type { Dossier, ProgressStep } from '../../src/domain/index.js'
import type { DossierTarget, WriteOutcome } from '../../src/sync/index.js'

/** What the portal of these tests takes of a dossier. */
export interface PaperRecord {
  readonly code: string
  readonly summary: string | null
  readonly status: number | null
}

export interface PaperStep {
  readonly code: string
  readonly at: number
  readonly status: number | null
  readonly note: string | null
}

export type CallKind = 'create' | 'update' | 'steps' | 'lookup'

export interface PaperCall {
  readonly kind: CallKind
  readonly code: string
  /** From 1, counted for each kind and code. */
  readonly attempt: number
  readonly record?: PaperRecord
  /** Of a call with several. */
  readonly records?: readonly PaperRecord[]
  readonly steps?: readonly PaperStep[]
}

export type PaperFault =
  | 'timeout-before'
  | 'timeout-after-apply'
  | 'late-apply'
  | 'throttled'
  | 'unreachable'
  | 'reject'
  | 'unknown-dossier'
  | 'login-refused'
  | 'power-cut-before'
  | 'power-cut-after-apply'

/** What becomes of the others when one record of several is refused. */
export type Batches = 'atomic' | 'keeps-earlier' | 'keeps-others'

/** One dossier in the portal's books. */
export interface PaperEntry {
  creates: number
  updates: number
  refusedCreates: number
  record: PaperRecord
  steps: PaperStep[]
}

export interface PaperPortalOptions {
  readonly now: () => number
  /** Called before each request is served; time may pass here. */
  readonly onCall?: (call: PaperCall) => void
  readonly fault?: (call: PaperCall) => PaperFault | undefined
  readonly canLookUp?: boolean
  readonly loopback?: boolean
  readonly stepsPerCall?: number
  readonly recordsPerCall?: number
  readonly batches?: Batches
  /** Dossiers that are wrong in themselves. */
  readonly refuses?: (code: string) => boolean
  /** The unit that a call must name. */
  readonly unitOf?: (record: PaperRecord) => string
}

/** A national portal in this process: it keeps books like the real one, refuses what that refuses, and breaks when told to. */
export interface PaperPortal extends DossierTarget<PaperRecord, PaperStep> {
  readonly books: Map<string, PaperEntry>
  /** Every request that reached it or was meant to, in order. */
  readonly calls: PaperCall[]
  /** Procedures without a national code: mapping fails. Changing it takes a new {@link tables}. */
  unmapped: Set<string>
  tables: number
  fault: (call: PaperCall) => PaperFault | undefined
  refuses: (code: string) => boolean
}

/** How long after its time-out a request may still be carried out. */
export const LATE_MS = 20_000

export function paperPortal(options: PaperPortalOptions): PaperPortal {
  const books = new Map<string, PaperEntry>()
  const calls: PaperCall[] = []
  const late: { at: number; apply: () => void }[] = []
  const attempts = new Map<string, number>()

  const settleLate = () => {
    for (const one of late.splice(0).sort((a, b) => a.at - b.at)) {
      if (one.at <= options.now()) one.apply()
      else late.push(one)
    }
  }

  const serve = async (kind: CallKind, code: string, content: Partial<PaperCall>, apply: () => WriteOutcome): Promise<WriteOutcome> => {
    const name = `${kind}/${content.records?.map((record) => record.code).join('+') ?? code}`
    const attempt = (attempts.get(name) ?? 0) + 1
    attempts.set(name, attempt)
    const call: PaperCall = { kind, code, attempt, ...content }
    calls.push(call)
    options.onCall?.(call)
    settleLate()
    const details = {
      system: 'national-portal',
      operation: kind,
      values: { host: 'portal.test', cause: 'test', agency: '000.00.00.H99', answer: 'Tài khoản bị khóa' },
    }
    const unanswered = () => new LienthongError('transport.unanswered', details)
    switch (portal.fault(call)) {
      case 'timeout-before':
        throw unanswered()
      case 'timeout-after-apply':
        apply()
        throw unanswered()
      case 'late-apply':
        late.push({ at: options.now() + LATE_MS, apply })
        throw unanswered()
      case 'throttled':
        throw new LienthongError('transport.throttled', details)
      case 'unreachable':
        throw new LienthongError('transport.unreachable', details)
      case 'login-refused':
        throw new LienthongError('portal.login_refused', details)
      case 'reject':
        return answer('rejected', '9')
      case 'unknown-dossier':
        return answer('unknown-dossier', '4')
      case 'power-cut-before':
        throw new PowerCut()
      case 'power-cut-after-apply':
        apply()
        throw new PowerCut()
      case undefined:
        return apply()
    }
  }

  const judge = (record: PaperRecord, updating: boolean): WriteOutcome => {
    if (portal.refuses(record.code)) return answer('rejected', '9')
    if (updating) return books.has(record.code) ? answer('accepted', '0') : answer('unknown-dossier', '4')
    return books.has(record.code) ? answer('already-exists', '3') : answer('accepted', '0')
  }
  const take = (record: PaperRecord, updating: boolean): WriteOutcome => {
    const judged = judge(record, updating)
    const entry = books.get(record.code)
    if (judged.outcome === 'already-exists' && entry) entry.refusedCreates += 1
    if (judged.outcome !== 'accepted') return judged
    if (entry) {
      entry.updates += 1
      entry.record = record
    } else books.set(record.code, { creates: 1, updates: 0, refusedCreates: 0, record, steps: [] })
    return judged
  }
  /** One answer for all, whatever it keeps of them. */
  const takeMany = (records: readonly PaperRecord[], updating: boolean): WriteOutcome => {
    const { batches = 'atomic' } = options
    const isWrong = ({ outcome }: WriteOutcome) => outcome !== 'accepted'
    const wrong = records.map((record) => judge(record, updating)).find(isWrong)
    if (wrong && batches === 'atomic') return wrong
    if (batches !== 'keeps-earlier') return records.map((record) => take(record, updating)).find(isWrong) ?? answer('accepted', '0')
    for (const record of records) {
      const taken = take(record, updating)
      if (isWrong(taken)) return taken
    }
    return answer('accepted', '0')
  }

  const portal: PaperPortal = {
    books,
    calls,
    unmapped: new Set(),
    tables: 1,
    fault: options.fault ?? (() => undefined),
    refuses: options.refuses ?? (() => false),
    name: 'paper-portal',
    get epoch() {
      return `paper/${this.tables}`
    },
    stepsPerCall: options.stepsPerCall ?? 10,
    recordsPerCall: options.recordsPerCall ?? 50,
    batchKey: (record) => options.unitOf?.(record) ?? '',
    canLookUp: options.canLookUp ?? true,
    loopback: options.loopback ?? true,
    host: 'portal.test',
    prepareRecord(dossier: Dossier, code) {
      const findings = [
        ...(code === null ? [finding('code.missing', 'nationalCode')] : []),
        ...(this.unmapped.has(dossier.procedure.localCode ?? '') ? [finding('procedure.unmapped', 'procedure.localCode')] : []),
      ]
      if (code === null || findings.length > 0) return { ok: false, findings }
      const record = { code, summary: dossier.summary, status: dossier.status }
      return { ok: true, findings, value: { record, fingerprintText: canonicalJson(record) } }
    },
    progressOf: (dossier) => ({ ok: true, findings: [], value: dossier.steps ?? [] }),
    prepareStep(step: ProgressStep, { code }) {
      const record = { code, at: step.at, status: step.status, note: step.note }
      return { ok: true, findings: [], value: { record, fingerprintText: canonicalJson(record) } }
    },
    submit: (record, { updating }) => serve(updating ? 'update' : 'create', record.code, { record }, () => take(record, updating)),
    submitMany(records, { updating }) {
      const units = new Set(records.map((record) => this.batchKey?.(record)))
      if (units.size !== 1 || records.length > (this.recordsPerCall ?? 1)) throw new Error('records that do not belong in one call')
      return serve(updating ? 'update' : 'create', records[0]?.code ?? '', { records }, () => takeMany(records, updating))
    },
    addSteps(steps) {
      const code = steps[0]?.code ?? ''
      return serve('steps', code, { steps }, () => {
        const entry = books.get(code)
        if (!entry) return answer('unknown-dossier', '4')
        // As bad as it gets for a client: what comes twice is kept twice.
        entry.steps.push(...steps)
        return answer('accepted', '0')
      })
    },
    async lookUp(code) {
      const outcome = await serve('lookup', code, {}, () => answer(books.has(code) ? 'accepted' : 'unknown-dossier', '0'))
      return outcome.outcome === 'accepted'
    },
    refusal: (outcome, what) =>
      new LienthongError('portal.rejected', {
        operation: what,
        values: { operation: what, answerCode: outcome.answer.code ?? '', answer: outcome.answer.message ?? '' },
      }),
  }
  return portal
}

/** Stands for the machine going dark: nothing of this process goes on. */
export class PowerCut extends Error {}

function answer(outcome: WriteOutcome['outcome'], code: string): WriteOutcome {
  return { outcome, answer: { code, message: outcome, raw: `${code} ${outcome}` } }
}

function finding(ruleId: string, path: string) {
  return { ruleId, severity: 'error' as const, path, message: { en: ruleId, vi: ruleId }, hint: { en: 'Correct the table.', vi: 'Sửa bảng.' } }
}
