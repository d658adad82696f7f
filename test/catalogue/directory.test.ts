import { describe, expect, test } from 'vitest'
import { procedureDirectoryOf } from '../../src/catalogue/directory.js'
import { pullCatalogue } from '../../src/catalogue/pull/pull.js'
import { listedCatalogue } from '../../src/catalogue/pull/sources/rows.js'
import { type LocalDate, namedProcedure, type ProcedureEntry } from '../../src/domain/index.js'
import { type KeptMatch, keepDecisions, keepMatches, type Ledger } from '../../src/ledger/index.js'
import { codeOf, emptyLedger, paperCatalogue, TENANT } from './paper-catalogue.js'

const day = (text: string) => text as LocalDate
const LOCAL = '1.000001.000.00.00.H99'

function entry(more: Partial<ProcedureEntry> = {}): ProcedureEntry {
  return {
    localCode: LOCAL,
    nationalCode: null,
    name: 'Thủ tục mẫu',
    nationalName: null,
    sector: { code: null, name: null },
    paperResult: null,
    ...more,
  }
}

function match(more: Partial<KeptMatch> = {}): KeptMatch {
  return { localCode: LOCAL, decision: 'auto', nationalCode: codeOf(1), score: 0.9, reasons: [], candidates: [], ...more }
}

async function codes(ledger: Ledger, own: readonly ProcedureEntry[] = [entry()]) {
  const directory = await procedureDirectoryOf(ledger, TENANT, own)
  return (on?: string) => directory.byLocalCode(LOCAL, on === undefined ? undefined : day(on))?.nationalCode
}

const DAY = 86_400_000

describe('which national code a dossier gets', () => {
  test('none, until somebody or something finds one; then dossiers received before get it too', async () => {
    const { ledger } = await emptyLedger()
    expect((await codes(ledger))()).toBeNull()
    await keepMatches(ledger, TENANT, [match()])
    expect((await codes(ledger))('2019-01-01')).toBe(codeOf(1))
  })

  test('a person’s decision wins over the match and over the list', async () => {
    const { ledger } = await emptyLedger()
    await keepMatches(ledger, TENANT, [match()])
    await keepDecisions(ledger, TENANT, [{ localCode: LOCAL, nationalCode: codeOf(2), validFrom: null }])
    expect((await codes(ledger, [entry({ nationalCode: codeOf(3) })]))()).toBe(codeOf(2))
    await keepMatches(ledger, TENANT, [match({ nationalCode: codeOf(4) })])
    expect((await codes(ledger))()).toBe(codeOf(2))
  })

  test('“no national twin” is a decision too', async () => {
    const { ledger } = await emptyLedger()
    await keepMatches(ledger, TENANT, [match()])
    await keepDecisions(ledger, TENANT, [{ localCode: LOCAL, nationalCode: null, validFrom: null }])
    expect((await codes(ledger))()).toBeNull()
  })

  test('the code that held on the reception day stays, whatever is decided later', async () => {
    const { ledger, clock } = await emptyLedger()
    await keepDecisions(ledger, TENANT, [{ localCode: LOCAL, nationalCode: codeOf(1), validFrom: null }])
    clock.advance(30 * DAY)
    await keepDecisions(ledger, TENANT, [{ localCode: LOCAL, nationalCode: codeOf(2), validFrom: null }])
    await keepDecisions(ledger, TENANT, [{ localCode: LOCAL, nationalCode: codeOf(3), validFrom: day('2027-07-01') }])
    const code = await codes(ledger)
    expect(code('2026-11-22')).toBe(codeOf(1))
    expect(code('2026-12-21')).toBe(codeOf(1))
    expect(code('2026-12-22')).toBe(codeOf(2))
    expect(code('2027-06-30')).toBe(codeOf(2))
    expect(code('2027-07-01')).toBe(codeOf(3))
  })

  test('a code that was found is not lost because the matching is less sure, or the procedure abolished; another one holds from its day on', async () => {
    const { ledger, clock } = await emptyLedger()
    await keepMatches(ledger, TENANT, [match()])
    clock.advance(10 * DAY)
    await keepMatches(ledger, TENANT, [match({ decision: 'none', nationalCode: null })])
    expect((await codes(ledger))()).toBe(codeOf(1))
    clock.advance(10 * DAY)
    await keepMatches(ledger, TENANT, [match({ nationalCode: codeOf(9) })])
    expect((await codes(ledger))('2026-12-11')).toBe(codeOf(1))
    expect((await codes(ledger))('2026-12-12')).toBe(codeOf(9))
  })

  test('a contradiction ends it', async () => {
    const { ledger, clock } = await emptyLedger()
    await keepMatches(ledger, TENANT, [match()])
    clock.advance(10 * DAY)
    await keepMatches(ledger, TENANT, [match({ decision: 'conflict', nationalCode: null })])
    expect((await codes(ledger))('2026-12-01')).toBe(codeOf(1))
    expect((await codes(ledger))('2026-12-02')).toBeNull()
  })

  test('several days on one sheet each hold, and today is not the future', async () => {
    const { ledger, clock } = await emptyLedger()
    await keepDecisions(ledger, TENANT, [{ localCode: LOCAL, nationalCode: codeOf(1), validFrom: null }])
    expect(
      await keepDecisions(ledger, TENANT, [
        { localCode: LOCAL, nationalCode: codeOf(1), validFrom: day('2026-01-01') },
        { localCode: LOCAL, nationalCode: codeOf(2), validFrom: day('2025-01-01') },
        { localCode: LOCAL, nationalCode: codeOf(3), validFrom: day('2027-06-01') },
      ]),
    ).toBe(3)
    const code = await codes(ledger)
    expect([code('2024-12-31'), code('2025-06-01'), code('2026-06-01'), code('2027-06-01')]).toEqual([codeOf(1), codeOf(2), codeOf(1), codeOf(3)])
    expect(code()).toBe(codeOf(1))
    // Decided for the future already, and now from today.
    clock.advance(DAY)
    expect(await keepDecisions(ledger, TENANT, [{ localCode: LOCAL, nationalCode: codeOf(3), validFrom: null }])).toBe(1)
    expect((await codes(ledger))()).toBe(codeOf(3))
  })

  test('a link that a system keeps is not believed where code and name disagree; one in the province’s own file is', async () => {
    const { ledger } = await emptyLedger()
    const procedure = { ...namedProcedure(LOCAL, 'Thủ tục mẫu'), nationalCode: codeOf(5) }
    const source = {
      async *list() {
        yield {
          rows: [{ code: LOCAL, name: procedure.name, reference: null, detail: { ok: true as const, value: procedure, findings: [] } }],
          problems: [],
          cursor: null,
          end: 'complete' as const,
        }
      },
    }
    await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'local', source })
    expect((await codes(ledger, []))()).toBe(codeOf(5))
    await keepMatches(ledger, TENANT, [match({ decision: 'conflict', nationalCode: null })])
    expect((await codes(ledger, []))()).toBeNull()
    expect((await codes(ledger, [entry({ nationalCode: codeOf(5) })]))()).toBe(codeOf(5))
  })

  test.each([
    ['what the matching found goes before the link of a system', codeOf(5), match({ decision: 'exact' }), codeOf(1)],
    ['a link that the nation does not know is none', '9.999999', match({ decision: 'none', nationalCode: null }), null],
    ['any other text is none', 'chưa có', match({ decision: 'none', nationalCode: null }), null],
    ['a link that fits only partly is used until somebody chooses', codeOf(2), match({ decision: 'suggest', nationalCode: null }), codeOf(2)],
  ])('%s', async (_, nationalCode, found, expected) => {
    const { ledger } = await emptyLedger()
    await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'national', source: paperCatalogue(5).source })
    const source = listedCatalogue([{ ...namedProcedure(LOCAL, 'Thủ tục mẫu'), nationalCode }])
    await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'local', source })
    await keepMatches(ledger, TENANT, [found])
    expect((await codes(ledger, []))()).toBe(expected)
  })

  test.each([
    [
      'a person said that there is none',
      async (ledger: Ledger) => keepDecisions(ledger, TENANT, [{ localCode: LOCAL, nationalCode: null, validFrom: null }]),
      'none',
    ],
    [
      'the matching found a contradiction',
      async (ledger: Ledger) => keepMatches(ledger, TENANT, [match({ decision: 'conflict', nationalCode: null })]),
      'conflict',
    ],
    ['a person must choose', async (ledger: Ledger) => keepMatches(ledger, TENANT, [match({ decision: 'suggest', nationalCode: null })]), 'suggest'],
  ])('why there is none is told: %s', async (_, keep, withheld) => {
    const { ledger } = await emptyLedger()
    expect((await procedureDirectoryOf(ledger, TENANT, [entry()])).byLocalCode(LOCAL)).not.toHaveProperty('withheld')
    await keep(ledger)
    expect((await procedureDirectoryOf(ledger, TENANT, [entry()])).byLocalCode(LOCAL)).toMatchObject({ nationalCode: null, withheld })
  })
})

test('the directory tells national name and sector, and since when a procedure is no longer listed', async () => {
  const { ledger, clock } = await emptyLedger()
  const paper = paperCatalogue(60)
  const first = paper.procedures.get(codeOf(1))
  if (first === undefined) throw new Error('no procedure')
  paper.procedures.set(codeOf(1), { ...first, sectors: [{ code: 'G99-MAU01', name: 'Lĩnh vực mẫu' }] })
  await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'national', source: paper.source })
  const own = [entry({ nationalCode: codeOf(1) })]
  const before = await procedureDirectoryOf(ledger, TENANT, own)
  expect(before.byLocalCode(LOCAL)).toMatchObject({ nationalName: 'Thủ tục mẫu số 1', sector: { code: 'G99-MAU01', name: 'Lĩnh vực mẫu' } })
  expect(before.byLocalCode(LOCAL)).not.toHaveProperty('endedOn')
  clock.advance(DAY)
  paper.procedures.delete(codeOf(1))
  await pullCatalogue({ ledger, tenant: TENANT, catalogue: 'national', source: paper.source })
  const after = await procedureDirectoryOf(ledger, TENANT, own)
  expect(after.byLocalCode(LOCAL)).toMatchObject({ nationalCode: codeOf(1), endedOn: '2026-11-23' })
  expect(after.version).not.toBe(before.version)
})

test('the same decision again is nothing new', async () => {
  const { ledger } = await emptyLedger()
  const decision = { localCode: LOCAL, nationalCode: codeOf(1), validFrom: null }
  expect(await keepDecisions(ledger, TENANT, [decision])).toBe(1)
  const { version } = await procedureDirectoryOf(ledger, TENANT, [entry()])
  expect(await keepDecisions(ledger, TENANT, [decision])).toBe(0)
  expect((await procedureDirectoryOf(ledger, TENANT, [entry()])).version).toBe(version)
})
