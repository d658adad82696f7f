import type {
  DossierRow,
  Leaving,
  NewOperation,
  PlannedBatch,
  PlannedVersion,
  Settlement,
  SyncLedger,
  WaitingOperation,
} from '../../../src/ledger/index.js'
import type { ManualClock } from '../../transport/manual-clock.js'
import type { LedgerDump } from './dump.js'

export interface OpenedLedger {
  readonly ledger: SyncLedger
  /** The ledger's. */
  readonly clock: ManualClock
  dump(): Promise<LedgerDump>
}

/** A new, empty ledger; whoever opens it sees that it is closed. */
export type OpenLedger = () => Promise<OpenedLedger>

export const TENANT = 'cao-bang'
export const SOURCE = 'cards'

/** What one test says of a version; the rest is a dossier that waits with nothing to send. */
export interface VersionChanges extends Partial<Omit<PlannedVersion, 'row' | 'failure'>> {
  readonly row?: Partial<DossierRow>
  readonly failure?: Partial<NonNullable<PlannedVersion['failure']>>
}

/** Plans and settles like the engine, one dossier at a time. */
export interface Desk extends OpenedLedger {
  readonly run: number
  /** The row must be there. */
  row(id: string): Promise<DossierRow>
  operations(id: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  version(id: string, changes?: VersionChanges): Promise<PlannedVersion>
  batch(versions: readonly PlannedVersion[], changes?: Partial<PlannedBatch>): Promise<PlannedBatch>
  /** One version, committed. */
  plan(id: string, changes?: VersionChanges): Promise<'committed' | 'stale'>
  /** Marked as leaving, from the row as it stands. */
  send(id: string, changes?: Partial<Leaving>): Promise<Leaving>
}

export async function openDesk(open: OpenLedger): Promise<Desk> {
  const opened = await open()
  const { ledger, clock, dump } = opened
  const run = await ledger.startRun(TENANT, SOURCE)
  const find = (id: string) => ledger.dossierRow(TENANT, SOURCE, id)
  const desk: Desk = {
    ...opened,
    run,
    async row(id) {
      const row = await find(id)
      if (row === undefined) throw new Error(`no dossier ${id}`)
      return row
    },
    async operations(id) {
      return (await dump()).operations.filter(({ source_id }) => source_id === id).sort((a, b) => Number(a.id) - Number(b.id))
    },
    version: async (id, changes) => versionOf(id, run, clock.now(), await find(id), changes),
    async batch(versions, changes) {
      const known = await ledger.knownDossiers(
        TENANT,
        SOURCE,
        versions.map(({ row }) => row.source_id),
      )
      const revisions = new Map([...known].map(([id, { row }]) => [id, row.revision]))
      return {
        tenant: TENANT,
        source: SOURCE,
        run,
        revisions,
        seen: versions.length,
        unchanged: 0,
        versions,
        refreshed: { sourceIds: [], epoch: '' },
        facts: [],
        cursor: null,
        ...changes,
      }
    },
    plan: async (id, changes) => ledger.commitBatch(await desk.batch([await desk.version(id, changes)])),
    async send(id, changes) {
      const row = await desk.row(id)
      const operations = (await desk.operations(id)).map((operation) => Number(operation.id))
      const leaving = { row, operations, code: `code-${id}`, deadline: clock.now() + 75_000, ...changes }
      await ledger.markSending([leaving])
      return leaving
    },
  }
  return desk
}

/** A version planned from a row as it was read. */
export function versionOf(id: string, run: number, now: number, before: DossierRow | undefined, changes: VersionChanges = {}): PlannedVersion {
  const { row, failure, ...more } = changes
  const state = row?.state ?? (failure ? 'failed' : 'pending')
  return {
    row: {
      ...{ tenant: TENANT, source: SOURCE, source_id: id, source_digest: `digest-${id}`, epoch: 'epoch-1' },
      ...{ version: (before?.version ?? 0) + 1, version_run: run, state, reason: failure?.cause ?? null, local_code: `local-${id}` },
      ...{ sent_code: null, presence: 'absent', wire_digest: null, known_steps: '[]', confirmed_versions: 0 },
      ...{ open: 1, received_at: null, closed_at: null, next_at: state === 'pending' ? now : null, updated_at: now },
      ...{ quiet_until: before?.quiet_until ?? null, revision: (before?.revision ?? 0) + 1, shard: 0, priority: 0 },
      ...row,
    },
    addOperations: [],
    replaceRecord: undefined,
    removeRecord: undefined,
    restart: false,
    failure: failure && {
      ...{ tenant: TENANT, source: SOURCE, source_id: id, cause: 'rule', stage: 'map', place: `local-${id}` },
      ...{ message: '{}', hint: '{}', findings: '[]', ...failure },
    },
    facts: undefined,
    bucket: state === 'confirmed' ? 'unchanged' : state,
    before: before === undefined || before.state === 'confirmed' ? undefined : { run: before.version_run, bucket: before.state },
    ...more,
  }
}

export function record(digest = 'record-1'): NewOperation {
  return { kind: 'record', digest, payload: Buffer.from(`sealed ${digest}`) }
}

export function step(digest: string): NewOperation {
  return { kind: 'step', digest, payload: Buffer.from(`sealed ${digest}`) }
}

/** What an answer changes, unless a test says more: nothing but the row's revision. */
export function settlement(changes: Partial<Settlement> = {}): Settlement {
  return { dossier: {}, done: [], changed: [], journal: undefined, failure: undefined, moved: undefined, ...changes }
}

/** Of a settlement that ends a version. */
export function confirmed(operations: readonly number[], to: 'created' | 'updated' = 'created'): Settlement {
  return settlement({
    dossier: { state: 'confirmed', next_at: null, presence: 'present', confirmed_versions: 1 },
    done: operations,
    moved: { from: 'pending', to },
  })
}

export const journalEntry: NonNullable<Settlement['journal']> = {
  ...{ at: 1, operation: 'create', code: 'code', attempt: 1, items: 1, request_digest: 'request', answer_digest: 'answer' },
  ...{ answer_code: '0', outcome: 'accepted', ms: 50, note: null },
}

export const refusal: NonNullable<Settlement['failure']> = {
  cause: 'portal.rejected',
  stage: 'send',
  place: 'local',
  message: '{}',
  hint: '{}',
  findings: '[]',
}

export async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}

export function idsOf(operations: readonly Pick<WaitingOperation, 'id'>[]): number[] {
  return operations.map(({ id }) => id)
}
