import { sql } from 'kysely'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import type * as dispatching from '../../src/ledger/dispatching.js'
import type { Ledger } from '../../src/ledger/index.js'
import type * as planning from '../../src/ledger/planning.js'
import type { DossierSource } from '../../src/sync/index.js'
import type { PaperPortal } from '../sync/paper-portal.js'
import { type SimulationOptions, simulate } from './simulate.js'

/** Which part of the ledger is broken on purpose. */
const broken = vi.hoisted(() => ({ cursorFirst: false, operationsLater: false, stepsFirst: false }))

vi.mock('../../src/ledger/planning.js', async (original) => {
  const real = await original<typeof planning>()
  const commitBatch: typeof real.commitBatch = async (ledger, batch) => {
    if (broken.cursorFirst) await real.commitBatch(ledger, { ...batch, seen: 0, unchanged: 0, versions: [], refreshed: [] })
    if (broken.operationsLater)
      await real.commitBatch(ledger, { ...batch, cursor: 'null', versions: batch.versions.map((version) => ({ ...version, addOperations: [] })) })
    return real.commitBatch(ledger, batch)
  }
  return { ...real, commitBatch }
})

vi.mock('../../src/ledger/dispatching.js', async (original) => {
  const real = await original<typeof dispatching>()
  const dueDossiers: typeof real.dueDossiers = async (...asked) => {
    const due = await real.dueDossiers(...asked)
    if (!broken.stepsFirst) return due
    return due.map(({ row, operations, ...rest }) => ({
      ...rest,
      row: { ...row, presence: 'present', sent_code: row.sent_code ?? row.local_code },
      operations: operations.toSorted((a, b) => (a.kind === b.kind ? 0 : a.kind === 'step' ? -1 : 1)),
    }))
  }
  return { ...real, dueDossiers }
})

beforeEach(() => {
  Object.assign(broken, { cursorFirst: false, operationsLater: false, stepsFirst: false })
})

/** Tries stories until one tells. */
async function violationsOf(options: SimulationOptions = {}, stories = 100): Promise<readonly string[]> {
  for (let seed = 1; seed <= stories; seed++) {
    const { violations } = await simulate(seed, options)
    if (violations.length > 0) return violations
  }
  return []
}

/** What the portal does not answer is answered in its place. */
function answering(kind: 'create' | 'update', outcome: 'accepted' | 'rejected') {
  return (portal: PaperPortal): PaperPortal =>
    Object.assign(Object.create(portal) as PaperPortal, {
      submit: (async (record, how) => {
        try {
          return await portal.submit(record, how)
        } catch (error) {
          if (!isLienthongError(error) || error.kind !== 'unknown' || how.updating !== (kind === 'update')) throw error
          return { outcome, answer: { code: null, message: null, raw: '' } }
        }
      }) satisfies PaperPortal['submit'],
    })
}

describe('a broken engine is caught: the simulation reports what it does when', { timeout: 30_000 }, () => {
  test('nothing is broken: no violation', async () => {
    expect(await violationsOf({}, 20)).toEqual([])
  })

  test('the cursor is committed before the operations', async () => {
    broken.cursorFirst = true
    expect(await violationsOf()).not.toEqual([])
  })

  test('the source’s fingerprint is committed before the operations', async () => {
    broken.operationsLater = true
    expect(await violationsOf()).not.toEqual([])
  })

  test('an unknown create is treated as a failure', async () => {
    expect(await violationsOf({ target: answering('create', 'rejected') })).toContainEqual(expect.stringMatching(/^I5/))
  })

  test('an unknown create is treated as a success', async () => {
    expect(await violationsOf({ target: answering('create', 'accepted') })).not.toEqual([])
  })

  test('an unknown update is treated as a success', async () => {
    expect(await violationsOf({ target: answering('update', 'accepted') })).toContainEqual(expect.stringMatching(/^I4/))
  })

  test('steps are sent before their dossier', async () => {
    broken.stepsFirst = true
    expect(await violationsOf()).toContainEqual(expect.stringMatching(/^I3/))
  })

  test('the wire fingerprint is saved before the confirmation', async () => {
    const target = (portal: PaperPortal, ledger: Ledger): PaperPortal =>
      Object.assign(Object.create(portal) as PaperPortal, {
        submit: (async (record, how) => {
          const prepared = ledger.vault.digest('cao-bang', canonical(record))
          await ledger.write(async (tx) => {
            await sql`update dossiers set wire_digest = ${prepared}, presence = 'present' where sent_code = ${record.code}`.execute(tx)
            await sql`delete from operations where kind = 'record' and source_id in (select source_id from dossiers where sent_code = ${record.code})`.execute(
              tx,
            )
          })
          return portal.submit(record, how)
        }) satisfies PaperPortal['submit'],
      })
    expect(await violationsOf({ target })).not.toEqual([])
  })

  test('a partial read is taken as complete', async () => {
    const source = (real: DossierSource): DossierSource => ({
      ...real,
      async *changes(cursor, options) {
        try {
          for await (const batch of real.changes(cursor, options)) yield batch
        } catch {
          yield { items: [], cursor: { read: Number.MAX_SAFE_INTEGER }, end: 'complete' }
        }
      },
    })
    expect(await violationsOf({ source })).not.toEqual([])
  })
})

function canonical(record: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))))
}
