/** What may be asked of a ledger, in any order: each question is made from the state both ledgers are in and a handful of dice. */
import type { DossierRow, Leaving, PlannedBatch, PlannedVersion, Settlement, SyncLedger, WaitingOperation } from '../../../src/ledger/index.js'
import type { ManualClock } from '../../transport/manual-clock.js'
import { all, journalEntry, record, refusal, SOURCE, settlement, step, TENANT, versionOf } from './desk.js'
import type { LedgerDump } from './dump.js'

export interface Asked {
  readonly ledger: SyncLedger
  readonly clock: ManualClock
  /** Answers that may come later. */
  readonly late: Promise<unknown>[]
}

interface Dice {
  /** A number below `sides`. */
  roll(sides: number): number
  pick<T>(values: readonly T[]): T
  chance(percent: number): boolean
}

/** @returns what to ask; it is asked of every ledger. */
type Happening = (state: LedgerDump, dice: Dice, now: number) => (asked: Asked) => Promise<unknown>

const IDS = ['1', '2', '3', '?x'] as const
const NOTHING = async () => 'nothing'

const rowsOf = (state: LedgerDump) => state.dossiers as unknown as readonly DossierRow[]
const rowOf = (state: LedgerDump, id: string) => rowsOf(state).find(({ source_id }) => source_id === id)
const operationsOf = (state: LedgerDump, id: string) =>
  (state.operations as unknown as readonly WaitingOperation[]).filter(({ source_id }) => source_id === id)

export const happenings: Readonly<Record<string, Happening>> = {
  plan: (state, dice, now) => {
    const batch = planOf(state, dice, now)
    return ({ ledger }) => ledger.commitBatch(batch)
  },
  'plan again': (state, dice, now) => happenings.plan!(state, dice, now),
  'plan once more': (state, dice, now) => happenings.plan!(state, dice, now),
  settle: (state, dice) => {
    const answer = answerTo(state, dice)
    return answer ? ({ ledger }) => ledger.settle(answer.row, answer.settlement) : NOTHING
  },
  'settle later': (state, dice) => {
    const answer = answerTo(state, dice)
    if (!answer) return NOTHING
    return async ({ ledger, late }) => void late.push(ledger.settle(answer.row, answer.settlement, 'later'))
  },
  'settle twice in one go': (state, dice) => {
    const answer = answerTo(state, dice)
    if (!answer) return NOTHING
    const row = { ...answer.row, revision: answer.row.revision + dice.roll(2) }
    const second = settlement({ dossier: { reason: 'second' }, journal: journalEntry })
    return ({ ledger }) => Promise.all([ledger.settle(answer.row, answer.settlement), ledger.settle(row, second)])
  },
  'settle and mark in one go': (state, dice) => {
    const answer = answerTo(state, dice)
    if (!answer) return NOTHING
    const row = { ...answer.row, revision: answer.row.revision + dice.roll(2) }
    const left = operationsOf(state, row.source_id).filter(({ id }) => !answer.settlement.done.includes(id))
    if (left.length === 0) return NOTHING
    const leaving = { row, operations: left.map(({ id }) => id), code: 'code', deadline: 5 }
    return async (asked) => {
      await flushed(asked)
      const [settled, marked] = await Promise.all([asked.ledger.settle(answer.row, answer.settlement), asked.ledger.markSending([leaving])])
      return [settled, marked.has(leaving)]
    }
  },
  mark: (state, dice, now) => {
    const leaving = leavingOf(state, dice, now)
    return async ({ ledger }) => {
      const marked = await ledger.markSending(leaving)
      return leaving.map((one) => marked.has(one))
    }
  },
  unmark: (state, dice, now) => {
    const leaving = leavingOf(state, dice, now)
    return ({ ledger }) => ledger.unmarkSending(leaving)
  },
  flush: () => flushed,
  'forget unreadable': (_state, dice) => {
    const ids = new Set(dice.pick([[], ['?x'], ['?x', '?y']]))
    return ({ ledger }) => ledger.forgetUnreadable(TENANT, SOURCE, ids)
  },
  'review contests': (_state, dice) => {
    const rules = dice.pick(['', 'r1'])
    return ({ ledger }) => ledger.reviewContests(TENANT, SOURCE, rules)
  },
  'list gone': (_state, dice) => {
    const ids = dice.pick([[], ['1'], ['1', '3', 'never seen']])
    return ({ ledger }) => ledger.listGone(TENANT, SOURCE, 1, 'reading', ids)
  },
  'want all marks':
    () =>
    ({ ledger }) =>
      ledger.wantAllMarks(TENANT, SOURCE),
  'settle marks': (_state, dice, now) => {
    const outcome = dice.pick([
      { digest: 'd1' },
      { retryAt: now + 50_000, problem: 'x' },
      { retryAt: now, problem: 'x' },
      { retryAt: null, problem: 'gone' },
    ])
    const settled = [{ key: dice.pick(IDS), version: 1 + dice.roll(3), outcome }]
    return ({ ledger }) => ledger.settleMarks(TENANT, SOURCE, settled)
  },
  release:
    () =>
    ({ ledger }) =>
      ledger.releasePlanned(TENANT, SOURCE),
  retry: (_state, dice) => {
    const filter = dice.pick([
      {},
      { stage: 'map' },
      { stage: 'send' },
      { cause: 'rule' },
      { cause: refusal.cause },
      { localCode: 'local-1' },
    ] as const)
    return ({ ledger }) => ledger.retryFailures(TENANT, filter)
  },
  'follow the clock': (_state, dice) => {
    const setBack = dice.pick([0, 3_600_000])
    return ({ ledger, clock }) => {
      clock.advance(-setBack)
      return ledger.followClock(TENANT)
    }
  },
  'let time pass': (_state, dice) => {
    const ms = dice.pick([1000, 60_000, -3_600_000])
    return async ({ clock }) => clock.advance(ms)
  },
  sweep: () => async (asked) => {
    await asked.ledger.sweepPayloads()
    // A sweep that has something to do takes what waits along, and not every ledger has.
    return flushed(asked)
  },
  run: (state, dice) => {
    const run = 1 + dice.roll(state.runs.length)
    if (dice.chance(50)) return ({ ledger }) => ledger.startRun(TENANT, SOURCE)
    return ({ ledger }) => ledger.endRun(TENANT, run, 'done')
  },
  note: (_state, dice) => {
    const [name, value] = [`some/${dice.roll(2)}`, dice.pick(['one', 'two', undefined])]
    if (dice.chance(50)) return ({ ledger }) => ledger.changeNote(name, (before) => (before === value ? undefined : value))
    return ({ ledger }) => (value === undefined ? ledger.dropNote(name) : ledger.keepNote(name, value))
  },
  look: (state, dice) => {
    const shard = dice.pick([0, 1, undefined])
    return ({ ledger }) => look(ledger, state, shard)
  },
}

export async function flushed({ ledger, late }: Asked): Promise<unknown> {
  ledger.flush()
  return Promise.all(late.splice(0))
}

function planOf(state: LedgerDump, dice: Dice, now: number): PlannedBatch {
  const run = 1 + dice.roll(state.runs.length)
  const ids = [...new Set([dice.pick(IDS), dice.pick(IDS)])]
  const versions = ids.map((id) => {
    const status = dice.pick(['pending', 'pending', 'pending', 'failed', 'skipped', 'confirmed'] as const)
    const recordOperation = operationsOf(state, id).find(({ kind }) => kind === 'record')
    const coalesces = recordOperation !== undefined && dice.chance(40)
    const adds = [
      ...(recordOperation === undefined && dice.chance(60) ? [record(`r${dice.roll(9)}`)] : []),
      ...(dice.chance(50) ? [step(`s${dice.roll(9)}`)] : []),
    ]
    const facts = {
      tenant: TENANT,
      source: SOURCE,
      source_id: id,
      origin: 'online',
      status_history: '[]',
      flags: '{}',
      updated_at: now,
      status: dice.roll(9),
    }
    return versionOf(id, run, now, rowOf(state, id), {
      row: {
        state: status,
        next_at: status === 'pending' ? dice.pick([now, now - 5, now + 50_000, null]) : dice.pick([null, null, now]),
        ...{ priority: dice.roll(2), shard: dice.roll(2), open: dice.roll(2), closed_at: dice.pick([null, now]) },
        ...{ source_digest: dice.pick([null, 'd1', 'd2', 'd3']), epoch: dice.pick(['e1', 'e2']) },
      },
      addOperations: adds,
      replaceRecord: coalesces ? { id: recordOperation.id, digest: `n${dice.roll(9)}`, payload: Buffer.from('newer') } : undefined,
      removeRecord: recordOperation !== undefined && !coalesces && dice.chance(20) ? recordOperation.id : undefined,
      restart: dice.chance(30),
      ...(status === 'failed' || dice.chance(10) ? { failure: { stage: dice.pick(['map', 'send'] as const) } } : {}),
      facts: dice.chance(30) ? facts : undefined,
      ...contestOf(state, dice, id),
      bucket: status === 'confirmed' ? 'unchanged' : status,
    })
  })
  const known = ids.flatMap((id) => rowOf(state, id) ?? [])
  const late = dice.chance(10) ? 1 : 0
  const seen = rowsOf(state).find(({ source_id }) => !ids.some((id) => id === source_id))
  return {
    ...{ tenant: TENANT, source: SOURCE, run, versions, seen: versions.length + 1, unchanged: 1 },
    revisions: new Map(known.map(({ source_id, revision }) => [source_id, revision - late])),
    refreshed: { sourceIds: seen && dice.chance(20) ? [seen.source_id] : [], epoch: 'e2' },
    facts: [],
    back: dice.pick([[], ['1'], [id0(ids)]]),
    gone: dice.pick([[], [], ['2', 'never seen']]),
    marking: dice.chance(50),
    cursor: dice.pick([null, '1', '{"read":2}']),
  }
}

const id0 = (ids: readonly string[]) => ids[0] ?? ''

/** What it wants, whom it takes it from, and what keeps it from being sent. Codes are few, so that dossiers meet. */
function contestOf(state: LedgerDump, dice: Dice, id: string): Pick<PlannedVersion, 'claims' | 'takeover' | 'contest'> {
  const claims = dice.chance(60)
    ? { codes: dice.pick([['A'], ['B'], ['A', 'B'], [`own ${id}`], []]), rules: dice.pick(['', 'r1']), stepsUntil: dice.pick([null, 7]) }
    : undefined
  const rival = rowOf(state, dice.pick(IDS))
  const takesOver = claims !== undefined && rival !== undefined && rival.source_id !== id && dice.chance(50)
  const contest = {
    ...{ code: dice.pick(['A', 'B']), kind: dice.pick(['two-sources', 'part', 'owned-elsewhere'] as const) },
    ...{ holder_source: SOURCE, holder_id: dice.pick(IDS), rules: dice.pick(['', 'r1']) },
  }
  return {
    claims,
    takeover: takesOver ? { source: SOURCE, sourceId: rival.source_id, revision: rival.revision - (dice.chance(10) ? 1 : 0) } : undefined,
    // What cannot be read has no code to contest.
    contest: dice.chance(30) && !id.startsWith('?') ? contest : undefined,
  }
}

function answerTo(state: LedgerDump, dice: Dice): { readonly row: DossierRow; readonly settlement: Settlement } | undefined {
  const row = rowOf(state, dice.pick(IDS))
  if (row === undefined) return undefined
  const operations = operationsOf(state, row.source_id)
  const done = operations.filter(() => dice.chance(40)).map(({ id }) => id)
  const changed = operations
    .filter(({ id }) => !done.includes(id) && dice.chance(60))
    .map(({ id }) => ({
      id,
      state: dice.pick(['pending', 'held', 'failed'] as const),
      ...(dice.chance(50) ? { attempts: dice.roll(5), maybe_doubled: 1 } : {}),
    }))
  const moves: readonly (readonly [Partial<DossierRow>, Settlement['moved']])[] = [
    [{}, undefined],
    ...(row.state === 'pending'
      ? ([
          [
            { state: 'confirmed', next_at: null },
            { from: 'pending', to: 'created' },
          ],
          [
            { state: 'failed', next_at: null },
            { from: 'pending', to: 'failed' },
          ],
        ] as const)
      : []),
    ...(row.state === 'failed'
      ? ([
          [
            { state: 'pending', next_at: row.updated_at },
            { from: 'failed', to: 'pending' },
          ],
        ] as const)
      : []),
  ]
  const [dossier, moved] = dice.pick(moves)
  return {
    row: { ...row, revision: row.revision - (dice.chance(20) ? 1 : 0), sent_code: dice.pick([row.sent_code, 'code']) },
    settlement: {
      dossier: {
        ...dossier,
        ...(dice.chance(20) ? { source_digest: null } : {}),
        ...(dice.chance(40) ? { presence: 'present', wire_digest: 'wire' } : {}),
      },
      ...{ done, changed, moved },
      journal: dice.chance(60) ? journalEntry : undefined,
      failure: dice.chance(30) ? refusal : undefined,
    },
  }
}

function leavingOf(state: LedgerDump, dice: Dice, now: number): Leaving[] {
  return [...new Set([dice.pick(IDS), dice.pick(IDS)])].flatMap((id) => {
    const row = rowOf(state, id)
    const operations = operationsOf(state, id).map((operation) => operation.id)
    if (row === undefined || operations.length === 0) return []
    const revision = row.revision - (dice.chance(20) ? 1 : 0)
    return [
      { row: { ...row, revision }, operations: operations.slice(0, 1 + dice.roll(2)), code: dice.pick(['code', 'other']), deadline: now + 75_000 },
    ]
  })
}

/** Every read of the port. */
async function look(ledger: SyncLedger, state: LedgerDump, shard: number | undefined): Promise<unknown> {
  const of = shard === undefined ? {} : { shard }
  const due = await ledger.dueDossiers(TENANT, { limit: 9, busy: new Set([`${SOURCE}\n2`]), ...of })
  // Of two that wait as long either may come first.
  const first = await ledger.dueDossiers(TENANT, { limit: 2, busy: new Set(), ...of })
  const text = (operations: readonly WaitingOperation[]) =>
    operations.map(({ sealed, ...operation }) => ({ ...operation, sealed: Buffer.from(sealed).toString() }))
  return {
    cursor: await ledger.savedCursor(TENANT, SOURCE),
    news: await ledger.newDigests(TENANT, SOURCE, 'e1', ['d1', 'd2', 'd9']),
    known: await ledger.knownDossiers(TENANT, SOURCE, IDS),
    open: await all(ledger.openDossiers(TENANT, SOURCE, ledger.clock.now() - 30_000)),
    unreadable: await ledger.unreadableIds(TENANT, SOURCE),
    counters: await ledger.runCounters(TENANT, state.runs.length),
    due: due.map(({ row, operations }) => ({ row, operations: text(operations) })).sort((a, b) => (a.row.source_id < b.row.source_id ? -1 : 1)),
    first: first.map(({ row: { priority, next_at } }) => [priority, next_at]),
    next: await ledger.nextDueAt(TENANT, shard),
    orphans: text(await ledger.orphanedOperations(TENANT, shard)),
    row: await ledger.dossierRow(TENANT, SOURCE, '1'),
    holders: await ledger.codeHolders(TENANT, ['A', 'B', 'C']),
    lastStep: await ledger.lastStepSent(TENANT, SOURCE, '1'),
    gone: await ledger.countGone(TENANT, SOURCE),
    shownAgain: (await ledger.goneAmong(TENANT, SOURCE, ['d1', 'd2'], ['3'])).sort(),
    listed: await all(ledger.listedDossiers(TENANT, SOURCE)),
    keys: await ledger.keysOf(TENANT, SOURCE, 'local-1'),
    again: await all(ledger.toReadAgain(TENANT, SOURCE)),
    marks: await ledger.dueMarks(TENANT, SOURCE, { after: '', limit: 2 }),
    counts: [await ledger.countPending(TENANT), await ledger.countState(TENANT, 'pending'), await ledger.countState(TENANT, 'failed')],
    note: await ledger.note('some/0'),
  }
}

/** The same numbers say the same. */
export function diceOf(random: () => number): Dice {
  const roll = (sides: number) => Math.floor(random() * sides)
  return { roll, pick: (values) => values[roll(values.length)] as (typeof values)[number], chance: (percent) => random() * 100 < percent }
}
