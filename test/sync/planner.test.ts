import { describe, expect, test } from 'vitest'
import { failureEntries, failureGroups, retryFailures } from '../../src/ledger/index.js'
import { previewPass, runPass } from '../../src/sync/index.js'
import { card, codeOf, openOffice, steps, TENANT } from './office.js'

describe('what a pass decides about each record', () => {
  test('a new dossier is created with its steps, in the source’s order, and counts as created', async () => {
    const { run, portal } = await openOffice({ cards: [card(1, { steps: steps(2, 4, 9) })] })
    const report = await run()
    expect(report.runs).toMatchObject([{ seen: 1, created: 1, pending: 0, failed: 0, outcome: 'done' }])
    expect(portal.books.get(codeOf(1))).toMatchObject({
      creates: 1,
      updates: 0,
      record: { summary: 'bản 1' },
      steps: [{ status: 2 }, { status: 4 }, { status: 9 }],
    })
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['create', 'steps'])
  })

  test('an unchanged record is neither parsed nor mapped, and costs no call', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1), card(2), card(3), card(4)] })
    await run()
    const calls = portal.calls.length
    cards.opened.reads = cards.opened.maps = 0
    const report = await run()
    expect(report.runs).toMatchObject([{ seen: 4, unchanged: 4, created: 0, updated: 0 }])
    expect(cards.opened).toEqual({ reads: 0, maps: 0 })
    expect(portal.calls).toHaveLength(calls)
  })

  test('a re-ordered export is mapped again, and costs no call', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1)] })
    await run()
    const calls = portal.calls.length
    cards.cards = [card(1, {}, { bytes: '{"the same dossier":"written in another order"}' })]
    cards.opened.maps = 0
    const report = await run()
    expect(cards.opened.maps).toBe(1)
    expect(report.runs).toMatchObject([{ seen: 1, unchanged: 1, updated: 0 }])
    expect(portal.calls).toHaveLength(calls)
  })

  test('new steps go alone: the record they belong to is not sent again', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1, { steps: steps(2) })] })
    await run()
    cards.cards = [card(1, { steps: steps(2, 4) })]
    const report = await run()
    expect(report.runs).toMatchObject([{ updated: 1 }])
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['create', 'steps', 'steps'])
    expect(portal.books.get(codeOf(1))?.steps.map(({ status }) => status)).toEqual([2, 4])
  })

  test('a record that waits takes the newer version: only the last one is sent, and every step', async () => {
    const { run, portal, cards, clock, totals } = await openOffice({ cards: [card(1, { steps: steps(2) })], sync: { settings: { patienceMs: 0 } } })
    portal.fault = () => 'unreachable'
    await run()
    cards.cards = [card(1, { summary: 'bản 2', steps: steps(2, 4) })]
    await run()
    cards.cards = [card(1, { summary: 'bản 3', steps: steps(2, 4, 6) })]
    portal.fault = () => undefined
    clock.advance(3_600_000)
    await run()
    expect(portal.books.get(codeOf(1))).toMatchObject({
      creates: 1,
      updates: 0,
      record: { summary: 'bản 3' },
      steps: [{ status: 2 }, { status: 4 }, { status: 6 }],
    })
    expect(await totals()).toMatchObject({ seen: 3, created: 1, superseded: 2, pending: 0 })
  })

  test('a version that takes a waiting change back leaves nothing to send', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1)], sync: { settings: { patienceMs: 0 } } })
    await run()
    portal.fault = () => 'unreachable'
    cards.cards = [card(1, { summary: 'bản 2' })]
    await run()
    cards.cards = [card(1)]
    portal.fault = () => undefined
    const report = await run()
    expect(report).toMatchObject({ waiting: 0, runs: [{ seen: 1, unchanged: 1 }] })
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['create', 'update'])
  })

  test('a record out of scope is skipped with its reason and not mapped', async () => {
    const { run, row, cards, portal } = await openOffice({
      cards: [card(1, {}, { flags: ['copy'] }), card(2, { note: 'Hồ sơ THỬ' })],
      sync: { scope: [{ skip: 'test-dossier', when: { note: 'hồ sơ thử' } }] },
    })
    const report = await run()
    expect(report.runs).toMatchObject([{ seen: 2, skipped: 2 }])
    expect([(await row('uid-1')).reason, (await row('uid-2')).reason]).toEqual(['copy', 'test-dossier'])
    expect(cards.opened.maps).toBe(0)
    expect(portal.calls).toEqual([])
  })

  test('a changed scope is applied to records that did not change', async () => {
    const office = await openOffice({
      cards: [card(1, { note: 'Hồ sơ thử' })],
      sync: { scope: [{ skip: 'test-dossier', when: { note: 'hồ sơ thử' } }] },
    })
    await office.run()
    const report = await runPass({ ...office.sync, scope: [] })
    expect(report.runs).toMatchObject([{ seen: 1, created: 1 }])
    expect(await office.totals()).toMatchObject({ skipped: 0, superseded: 1, created: 1 })
  })

  test('one dossier twice in a batch: the later record is the newer version', async () => {
    const { run, portal, totals } = await openOffice({ cards: [card(1), card(2), card(1, { summary: 'bản 2' })] })
    await run()
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, record: { summary: 'bản 2' } })
    expect(await totals()).toMatchObject({ seen: 3, superseded: 1, created: 2, pending: 0 })
  })

  test('one dossier twice in a batch, unchanged: the next pass sends nothing', async () => {
    const { run, portal, row } = await openOffice({ cards: [card(1), card(2), card(1, { summary: 'bản 2' })] })
    await run()
    const calls = portal.calls.length
    for (let pass = 0; pass < 3; pass++) {
      const report = await run()
      expect(report.runs[0]).toMatchObject({ seen: 3, created: 0, updated: 0, pending: 0 })
    }
    expect(portal.calls).toHaveLength(calls)
    expect(portal.books.get(codeOf(1))?.record.summary).toBe('bản 2')
    expect((await row('uid-1')).state).toBe('confirmed')
  })
})

describe('changes that come only from tables, names or a mapper version', () => {
  const closed = { status: 10, summary: 'bản 1' }

  test('are not sent for closed dossiers', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1, closed, { bytes: 'same' })] })
    await run()
    cards.cards = [card(1, { ...closed, summary: 'tên mới' }, { bytes: 'same' })]
    cards.epoch = 'cards/2'
    const report = await run()
    expect(report.runs).toMatchObject([{ seen: 1, unchanged: 1 }])
    expect(portal.books.get(codeOf(1))?.record.summary).toBe('bản 1')
  })

  test('are sent for closed dossiers when asked', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1, closed, { bytes: 'same' })] })
    await run()
    cards.cards = [card(1, { ...closed, summary: 'tên mới' }, { bytes: 'same' })]
    cards.epoch = 'cards/2'
    await run({ resendClosed: true })
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 1, record: { summary: 'tên mới' } })
  })

  test('are sent when asked also after passes that left them alone', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1, closed, { bytes: 'same' })] })
    await run()
    cards.cards = [card(1, { ...closed, summary: 'tên mới' }, { bytes: 'same' })]
    cards.epoch = 'cards/2'
    await run()
    await run({ resendClosed: true })
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 1, record: { summary: 'tên mới' } })
  })

  test('are shown by a dry run for closed dossiers, as kept back', async () => {
    const { run, sync, cards } = await openOffice({ cards: [card(1, closed, { bytes: 'same' }), card(2)] })
    await run()
    cards.cards = [card(1, { ...closed, summary: 'tên mới' }, { bytes: 'same' }), card(2)]
    cards.epoch = 'cards/2'
    const shown: { code: string | null; action: string }[] = []
    await previewPass(sync, (_source, { code, action }) => {
      if (action !== 'nothing') shown.push({ code, action })
    })
    expect(shown).toEqual([{ code: codeOf(1), action: 'kept' }])
  })

  test('are sent for open dossiers', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1, {}, { bytes: 'same' })] })
    await run()
    cards.cards = [card(1, { summary: 'tên mới' }, { bytes: 'same' })]
    cards.epoch = 'cards/2'
    await run()
    expect(portal.books.get(codeOf(1))?.record.summary).toBe('tên mới')
  })

  test('are seen at once, also when they come from the target’s side', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1)] })
    await run()
    cards.opened.maps = 0
    portal.tables = 2
    await run()
    expect(cards.opened.maps).toBe(1)
  })
})

describe('a record that cannot be read or mapped', () => {
  test.each([
    ['read', 'card.unreadable', 'card uid-1'],
    ['map', 'status.unmapped', `${codeOf(1)}/status`],
  ] as const)('fails with cause and place while the others go on (%s)', async (broken, cause, place) => {
    const { run, ledger, portal } = await openOffice({ cards: [card(1, {}, { broken }), card(2)] })
    const report = await run()
    expect(report.runs).toMatchObject([{ seen: 2, failed: 1, created: 1 }])
    expect(await failureGroups(ledger, TENANT)).toMatchObject([{ cause, dossiers: 1, examples: [place] }])
    expect([...portal.books.keys()]).toEqual([codeOf(2)])
  })

  test('names the dossier and the field to look at', async () => {
    const { run, ledger } = await openOffice({ cards: [card(1, {}, { broken: 'map' })] })
    await run()
    expect(await failureEntries(ledger, TENANT, {}, 10)).toMatchObject([
      { place: `${codeOf(1)}/status`, cause: 'status.unmapped', hint: { en: 'Correct the card.' } },
    ])
  })

  test('waits while nothing changes, without being mapped again', async () => {
    const { run, cards } = await openOffice({ cards: [card(1, {}, { broken: 'map' })] })
    await run()
    cards.opened.maps = 0
    const report = await run()
    expect(cards.opened.maps).toBe(0)
    expect(report).toMatchObject({ failing: 1, runs: [{ seen: 1, unchanged: 1, failed: 0 }] })
  })

  test('heals with a new version from its source', async () => {
    const { run, ledger, cards, totals } = await openOffice({ cards: [card(1, {}, { broken: 'map' })] })
    await run()
    cards.cards = [card(1)]
    await run()
    expect(await failureGroups(ledger, TENANT)).toEqual([])
    expect(await totals()).toMatchObject({ seen: 2, failed: 0, superseded: 1, created: 1 })
  })

  test('heals with changed tables of its source', async () => {
    const { run, cards, portal } = await openOffice({ cards: [card(1, {}, { broken: 'map', bytes: 'same' })] })
    await run()
    cards.cards = [card(1, {}, { bytes: 'same' })]
    cards.epoch = 'cards/2'
    await run()
    expect(portal.books.has(codeOf(1))).toBe(true)
  })

  test('heals when somebody asks to try again', async () => {
    const { run, ledger, cards, portal } = await openOffice({ cards: [card(1, {}, { broken: 'map', bytes: 'same' })] })
    await run()
    cards.cards = [card(1, {}, { bytes: 'same' })]
    expect(await retryFailures(ledger, TENANT, { cause: 'status.unmapped' })).toBe(1)
    await run()
    expect(portal.books.has(codeOf(1))).toBe(true)
    expect(await failureGroups(ledger, TENANT)).toEqual([])
  })

  test('asking to try again never forgets it: an older version that waits does not stand in for it', async () => {
    const { run, ledger, cards, portal, row } = await openOffice({ cards: [card(1)], sync: { settings: { patienceMs: 0 } } })
    portal.fault = () => 'unreachable'
    await run()
    cards.cards = [card(1, { summary: 'bản 2' }, { broken: 'map' })]
    await run()
    portal.fault = () => undefined
    await retryFailures(ledger, TENANT, {})
    await run()
    expect(await row('uid-1')).toMatchObject({ state: 'failed', reason: 'status.unmapped' })
  })

  test('of an unmapped procedure is one group, and goes by itself once the procedure has a national code', async () => {
    const { run, ledger, portal, totals } = await openOffice({ cards: [card(1), card(2)] })
    const procedure = card(1).dossier.procedure.localCode as string
    portal.unmapped = new Set([procedure])
    await run()
    expect(await failureGroups(ledger, TENANT)).toMatchObject([{ cause: 'procedure.unmapped', stage: 'map', dossiers: 2 }])
    expect(portal.calls).toEqual([])
    portal.unmapped = new Set()
    portal.tables = 2
    await run()
    expect([...portal.books.keys()].sort()).toEqual([codeOf(1), codeOf(2)])
    expect(await totals()).toMatchObject({ failed: 0, created: 2, pending: 0 })
  })

  test('keeps the day it was received, so that a source that is read by days shows it again', async () => {
    const { run, row } = await openOffice({ cards: [card(1, {}, { broken: 'map' })] })
    await run()
    expect((await row('uid-1')).received_at).toBe(card(1).dossier.receivedAt)
  })
})

describe('a dry run', () => {
  test('tells what would be sent, and neither writes nor sends', async () => {
    const { run, sync, portal, cards, ledger } = await openOffice({ cards: [card(1), card(2), card(3, { status: 4 })] })
    await run()
    const before = await everything(ledger)
    const calls = portal.calls.length
    cards.cards = [card(1), card(2, { summary: 'bản 2' }), card(3, { steps: steps(4) }), card(4), card(5, {}, { broken: 'map' })]
    const told: string[] = []
    const report = await previewPass(
      sync,
      (_source, { localCode, action, findings }) =>
        void told.push(`${localCode?.slice(-4)} ${action} ${findings.map(({ ruleId }) => ruleId)}`.trim()),
    )
    expect(report).toMatchObject({ seen: 5, unchanged: 1, finished: true })
    expect(told).toEqual(['0002 update', '0003 steps', '0004 create', '0005 nothing status.unmapped'])
    expect(await everything(ledger)).toEqual(before)
    expect(portal.calls).toHaveLength(calls)
  })
})

async function everything(ledger: Awaited<ReturnType<typeof openOffice>>['ledger']) {
  const tables = ['meta', 'cursors', 'dossiers', 'operations', 'failures', 'code_links', 'journal', 'runs', 'dossier_facts'] as const
  return Promise.all(tables.map((table) => ledger.db.selectFrom(table).selectAll().execute()))
}

describe('limits of a pass', () => {
  test('only one dossier: the others are left out and the cursor stays', async () => {
    const { run, portal, ledger } = await openOffice({ cards: [card(1), card(2), card(3)] })
    const report = await run({ only: codeOf(2) })
    expect([...portal.books.keys()]).toEqual([codeOf(2)])
    expect(report.runs).toMatchObject([{ seen: 1, created: 1 }])
    expect(await ledger.db.selectFrom('cursors').select('cursor').execute()).toEqual([])
  })

  test('a limited reading does not move the cursor past what it did not read', async () => {
    const { run, portal, ledger } = await openOffice({ cards: [card(1), card(2), card(3), card(4), card(5)] })
    await run({ limit: 2 })
    expect(portal.books.size).toBe(2)
    expect(await ledger.db.selectFrom('cursors').select('cursor').execute()).toEqual([{ cursor: 'null' }])
    await run()
    expect(portal.books.size).toBe(5)
  })
})
