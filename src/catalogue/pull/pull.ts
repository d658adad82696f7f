/**
 * Reads a catalogue into the ledger: the list first, whole or not at all; then the details that are new, renamed or old.
 * It can be killed at any moment: what was committed is not asked for again. contracts/procedure-database.md §2, §5.7, §8
 */
import pMap from 'p-map'
import { asLienthongError, type Finding, type LienthongError, type Text } from '../../base/index.js'
import {
  type CatalogueName,
  catalogueSize,
  dueDetails,
  keepDetail,
  keepProblem,
  type Ledger,
  lastPull,
  type PullRow,
  reportPull,
  type ShrinkBrake,
  stagedDetails,
  stagePage,
  startPull,
  type Takeover,
  takeOver,
  unstage,
} from '../../ledger/index.js'
import { failuresInARow } from './failures.js'
import { pullFindings } from './findings.js'
import type { CatalogueSource } from './ports.js'
import { readReferences } from './references.js'

export interface PullOptions {
  readonly ledger: Ledger
  readonly tenant: string
  readonly catalogue: CatalogueName
  readonly source: CatalogueSource
  /** A detail older than this is read again. Default 14 days: the list shows only code and name. */
  readonly maxAgeMs?: number
  /** Details under way at once; the client's own limits hold besides. Default 4. */
  readonly concurrency?: number
  /** What may vanish from the list at once. `undefined`: anything, because somebody looked at it. */
  readonly brake?: ShrinkBrake | undefined
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: PullProgress) => void
}

export interface PullProgress {
  readonly phase: 'list' | 'details'
  readonly done: number
  readonly total: number | undefined
}

/** Something that could not be read, and what became of it. */
export interface PullProblem {
  /** Code of the procedure, or the row of the list. */
  readonly place: string
  readonly ruleId: string
  readonly message: Text
  readonly hint: Text
}

export interface PullReport {
  /** `done`: all that was due was read. `incomplete`: the list holds, details are missing; the next pull goes on. `failed`: nothing changed. */
  readonly outcome: 'done' | 'incomplete' | 'failed' | 'interrupted'
  /** It went on where an earlier pull had stopped. */
  readonly resumed: boolean
  /** Whether the list was asked for this time. */
  readonly listRead: boolean
  readonly list: Takeover | null
  readonly details: {
    readonly due: number
    readonly read: number
    readonly added: number
    readonly changed: number
    readonly failed: number
    /** Old ones left to later pulls, so that they do not all grow old on one day. */
    readonly later: number
  }
  /** Rows of dictionaries and decisions that were read, and calls for them that failed. */
  readonly references: number
  readonly referencesFailed: number
  readonly problems: readonly PullProblem[]
  readonly problemCount: number
  /** Why it ended early. */
  readonly error: LienthongError | null
}

export const defaultBrake: ShrinkBrake = { share: 0.1, atLeast: 50 }
const DAY_MS = 86_400_000
export const DEFAULT_MAX_AGE_MS = 14 * DAY_MS
const CONCURRENCY = 4
/** An unfinished pull whose list is older than this begins anew. */
const LIST_KEEPS_MS = DAY_MS
/** Problems named in the report; the rest is counted. */
const NAMED_PROBLEMS = 200
const STAGED_TOGETHER = 200

/** @throws never for what the other end does: see `outcome` and `error`. What the ledger or a programming error throws comes through. */
export async function pullCatalogue(options: PullOptions): Promise<PullReport> {
  const { ledger, tenant, catalogue, signal } = options
  const earlier = await lastPull(ledger, tenant, catalogue)
  const goesOn =
    earlier !== undefined && (earlier.state === 'listing' || earlier.state === 'reading') && ledger.clock.now() - earlier.started_at < LIST_KEEPS_MS
  const previous = await lastPull(ledger, tenant, catalogue, 'done')
  const pull = goesOn ? earlier : await startPull(ledger, tenant, catalogue)
  const course = courseOf(goesOn)
  const result = (outcome: PullReport['outcome'], error: LienthongError | null = null): PullReport => ({ ...course.report(), outcome, error })
  const ended = async (outcome: PullReport['outcome'], state: PullRow['state'], error: LienthongError | null = null) => {
    const report = result(outcome, error)
    await reportPull(ledger, pull, state, { ...report, error: error?.toJSON() ?? null })
    return report
  }

  let { state } = pull
  if (state === 'listing') {
    try {
      await readList(options, pull, course)
      course.readsList()
      course.took(await takeOver(ledger, pull, 'brake' in options ? options.brake : defaultBrake))
      state = 'reading'
    } catch (error) {
      const failure = asLienthongError(error)
      if (failure.code === 'internal.bug' || failure.code.startsWith('ledger.')) throw failure
      if (signal?.aborted) return ended('interrupted', 'listing')
      // A page that did not come may come later; a list that contradicts itself has to be read from its start.
      return ended('failed', failure.retryable ? 'listing' : 'failed', failure)
    }
  }

  const failure = (await readStaged(options, pull, course)) ?? (await readDetails(options, pull, course, previous?.started_at)) ?? undefined
  if (signal?.aborted) return ended('interrupted', 'reading')
  if (failure !== undefined) return ended('incomplete', 'reading', failure)
  if (options.source.references !== undefined) {
    try {
      const { references } = options.source
      const problem = (place: string, error: LienthongError) => course.referenceProblem(place, pullFindings.referenceFailed(error))
      const { maxAgeMs = DEFAULT_MAX_AGE_MS, concurrency = CONCURRENCY } = options
      course.references(await readReferences(references, { ...options, maxAgeMs, concurrency, problem }))
    } catch (error) {
      if (signal?.aborted) return ended('interrupted', 'reading')
      return ended('incomplete', 'reading', asLienthongError(error))
    }
  }
  return ended('done', 'done')
}

/** What happened so far. */
function courseOf(resumed: boolean) {
  let listRead = false
  let list: Takeover | null = null
  let references = 0
  let referencesFailed = 0
  let problemCount = 0
  const problems: PullProblem[] = []
  const details = { due: 0, read: 0, added: 0, changed: 0, failed: 0, later: 0 }
  const problem = (place: string, { ruleId, message, hint }: Pick<Finding, 'ruleId' | 'message' | 'hint'>) => {
    problemCount++
    if (problems.length < NAMED_PROBLEMS) problems.push({ place, ruleId, message, hint })
  }
  return {
    details,
    problem,
    readsList() {
      listRead = true
    },
    took(takeover: Takeover) {
      list = takeover
    },
    references(count: number) {
      references = count
    },
    referenceProblem(place: string, finding: Finding) {
      referencesFailed++
      problem(place, finding)
    },
    report: () => ({ resumed, listRead, list, details: { ...details }, references, referencesFailed, problems: [...problems], problemCount }),
  }
}
type Course = ReturnType<typeof courseOf>

async function readList({ ledger, source, signal, onProgress }: PullOptions, pull: PullRow, course: Course): Promise<void> {
  let done = 0
  let complete = false
  for await (const page of source.list({ cursor: pull.cursor, ...(signal === undefined ? {} : { signal }) })) {
    for (const { place, problem } of page.problems) course.problem(place, pullFindings.listRow(problem))
    const unsure = page.problems.some(({ code }) => code === null)
    const renamed = await stagePage(ledger, pull, page.rows, page.cursor, unsure)
    for (const code of renamed) course.problem(code, pullFindings.listedTwice(code))
    done += page.rows.length
    onProgress?.({ phase: 'list', done, total: undefined })
    complete = page.end === 'complete'
  }
  signal?.throwIfAborted()
  if (!complete) throw pullFindings.listNotWhole()
}

/** Details that came with the list. */
async function readStaged({ ledger, tenant, catalogue, signal, onProgress }: PullOptions, pull: PullRow, course: Course): Promise<undefined> {
  for (;;) {
    const slice = signal?.aborted ? [] : await stagedDetails(ledger, pull, STAGED_TOGETHER)
    if (slice.length === 0) return undefined
    for (const { code, detail } of slice) {
      course.details.due++
      await keep({ ledger, tenant, catalogue }, code, detail, course)
      await unstage(ledger, pull, code)
    }
    onProgress?.({ phase: 'details', done: course.details.read, total: undefined })
  }
}

async function readDetails(
  options: PullOptions,
  pull: PullRow,
  course: Course,
  previousPull: number | undefined,
): Promise<LienthongError | undefined> {
  const { ledger, tenant, catalogue, source, signal, onProgress, maxAgeMs = DEFAULT_MAX_AGE_MS, concurrency = CONCURRENCY } = options
  const read = source.detail?.bind(source)
  if (read === undefined) return undefined
  const now = ledger.clock.now()
  const { active } = await catalogueSize(ledger, tenant, catalogue)
  const { due, later } = await dueDetails(ledger, tenant, catalogue, {
    before: now - maxAgeMs,
    again: shareToReadAgain(active, now - (previousPull ?? pull.started_at), maxAgeMs),
  })
  course.details.due += due.length
  course.details.later = later
  const row = failuresInARow()
  // What always fails says nothing of the others, and is not asked for without end either.
  const again = failuresInARow()
  let givenUp = false
  let fatal: LienthongError | undefined
  let done = 0
  await pMap(
    due,
    async ({ code, reference, failedBefore }) => {
      if (fatal !== undefined || signal?.aborted || (failedBefore && givenUp)) return
      try {
        const detail = await read({ code, reference }, signal === undefined ? {} : { signal })
        row.succeeded()
        await keep({ ledger, tenant, catalogue }, code, detail, course)
      } catch (error) {
        const failure = asLienthongError(error)
        if (failure.code === 'internal.bug' || failure.code.startsWith('ledger.')) throw failure
        if (signal?.aborted) return
        course.details.failed++
        const finding = pullFindings.detailFailed(failure)
        course.problem(code, finding)
        await keepProblem(ledger, tenant, catalogue, code, [finding])
        if (failedBefore) givenUp ||= again.ends(failure) !== false
        else if (row.ends(failure) !== false) fatal = failure
      } finally {
        done++
        onProgress?.({ phase: 'details', done, total: due.length })
      }
    },
    { concurrency },
  )
  return fatal
}

/**
 * How many old details one pull reads again: twice the share of `maxAge` that went by since the last pull. Read daily, what was first
 * read on one day is thus spread over a week; read monthly, it is read whole.
 */
export function shareToReadAgain(active: number, sinceLastPullMs: number, maxAgeMs: number): number {
  return Math.ceil(active * Math.min(1, (2 * Math.max(sinceLastPullMs, 0)) / maxAgeMs))
}

async function keep(
  { ledger, tenant, catalogue }: Pick<PullOptions, 'ledger' | 'tenant' | 'catalogue'>,
  code: string,
  detail: Awaited<ReturnType<NonNullable<CatalogueSource['detail']>>>,
  course: Course,
): Promise<void> {
  if (detail === null || !detail.ok) {
    const findings = detail === null ? [pullFindings.unknownCode(code)] : detail.findings
    course.details.failed++
    for (const finding of findings.slice(0, 1)) course.problem(code, finding)
    await keepProblem(ledger, tenant, catalogue, code, findings)
    return
  }
  course.details.read++
  // The list decides what it is called: the detail of another procedure must not take its place.
  if (detail.value.code !== code) {
    const finding = pullFindings.anotherProcedure(code, detail.value.code)
    course.details.failed++
    course.details.read--
    course.problem(code, finding)
    await keepProblem(ledger, tenant, catalogue, code, [finding])
    return
  }
  const worth = detail.findings.filter(({ severity }) => severity !== 'info')
  for (const finding of worth.slice(0, 1)) course.problem(code, finding)
  const change = await keepDetail(ledger, tenant, catalogue, detail.value, detail.findings)
  if (change === 'added') course.details.added++
  if (change === 'changed') course.details.changed++
}
