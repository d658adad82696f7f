import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/index.js'
import { instant, isoInstant } from '../../src/domain/index.js'
import { writeCsv } from '../../src/mappers/index.js'
import { catalogueProvince, linesOf, pull } from './catalogue-province.js'
import { document, lienthong } from './command-line.js'
import { file, type InstalledProvince } from './installed-province.js'

interface Row {
  readonly localCode: string
  readonly procedureCode: string
  readonly receivedAt: string
  readonly returnBy?: 'counter' | 'post'
}

/** A province whose dossiers come from a file, so that their days can be chosen; both catalogues pulled and matched. */
async function desk() {
  const province = await catalogueProvince()
  province.configure((_, tenant) => {
    tenant.sources = { ...tenant.sources, register: { dialect: 'file-ndjson', file: './dossiers.ndjson' } }
  })
  await pull(province)
  await lienthong(['catalogue', 'match'], province)
  const names = new Map((await linesOf(province, 'local')).map(({ code, name }) => [code, name]))
  return {
    province,
    register: (...rows: readonly Row[]) =>
      writeFileSync(file(province, 'dossiers.ndjson'), rows.map((row) => `${JSON.stringify(dossier(row))}\n`).join('')),
    async decide(localCode: string, nationalCode: string, from = '') {
      const headings = ['Local code', 'Local name', 'Your decision (code, 1–5 or none)', 'Valid from (dd/mm/yyyy)']
      writeFileSync(file(province, 'decision.csv'), writeCsv(headings, [[localCode, names.get(localCode)!, nationalCode, from]]))
      expect((await lienthong(['catalogue', 'match', '--import', 'decision.csv'], province)).code).toBe(0)
    },
    /** The code under which the portal has each dossier, and how often it was told of it. */
    atPortal: () =>
      Object.fromEntries(province.sandbox.dossiers().map(({ maHoSo, record, creates, updates }) => [maHoSo, [record.MaTTHC, creates, updates]])),
  }
}

function dossier({ returnBy = 'counter', receivedAt, ...row }: Row): Record<string, unknown> {
  return {
    ...row,
    receivedAt,
    submittedAt: receivedAt,
    status: 4,
    agencyCode: '000.00.12.H99',
    agencyName: 'Sở mẫu',
    applicantName: 'Nguyễn Văn Mẫu',
    applicantKind: 'citizen',
    applicantId: '099090000001',
    channel: 'online',
    returnBy,
    dueAt: isoInstant(instant(Date.parse(receivedAt) + 5 * 86_400_000)),
    steps: [{ at: receivedAt, status: 2, officer: 'Lê Cán Bộ', note: 'Tiếp nhận hồ sơ' }],
    fees: [],
  }
}

const OLD = '000.00.12.H99-250310-0007'
const NEW = '000.00.12.H99-250602-0008'

async function failures(province: InstalledProvince): Promise<readonly string[]> {
  const { json } = await document(['failures', 'list'], province)
  return (json.tenants as [{ causes: readonly { cause: string }[] }])[0].causes.map(({ cause }) => cause)
}

/** What `sync plan` would remark about each dossier. */
async function remarks(province: InstalledProvince): Promise<Readonly<Record<string, readonly string[]>>> {
  const { json } = await document(['sync', 'plan'], province)
  const [{ changes }] = json.tenants as [{ changes: readonly { localCode: string; findings: readonly { ruleId: string }[] }[] }]
  return Object.fromEntries(changes.map(({ localCode, findings }) => [localCode, findings.map(({ ruleId }) => ruleId)]))
}

describe('dossiers and the codes of their procedures', () => {
  test('one that waits for a code goes by itself once somebody decided', async () => {
    const { province, register, decide, atPortal } = await desk()
    register({ localCode: OLD, procedureCode: 'NB_thenv.000.00.00.H99', receivedAt: '2025-03-10T08:15:00+07:00' })
    expect((await lienthong(['sync', 'run'], province)).code).toBe(1)
    expect(await failures(province)).toEqual(['procedure.unmapped'])
    expect(atPortal()).toEqual({})
    expect((await lienthong(['sync', 'run'], province)).code).toBe(1)

    await decide('NB_thenv.000.00.00.H99', '2.000908')
    expect((await lienthong(['sync', 'run'], province)).code).toBe(0)
    expect(atPortal()).toEqual({ [OLD]: ['2.000908', 1, 0] })
    expect(await failures(province)).toEqual([])
  })

  test('one keeps the code that held on the day of its reception, whatever is decided later', async () => {
    const { province, register, decide, atPortal } = await desk()
    const procedureCode = 'TS_lop1.000.00.00.H99'
    const old: Row = { localCode: OLD, procedureCode, receivedAt: '2025-03-10T08:15:00+07:00' }
    await decide(procedureCode, '2.000908')
    register(old)
    expect((await lienthong(['sync', 'run'], province)).code).toBe(0)

    await decide(procedureCode, '1.012786', '01/06/2025')
    // The new decision is no news about the old dossier.
    await lienthong(['sync', 'run'], province)
    expect(atPortal()).toEqual({ [OLD]: ['2.000908', 1, 0] })

    register({ ...old, returnBy: 'post' }, { localCode: NEW, procedureCode, receivedAt: '2025-06-02T08:15:00+07:00' })
    expect((await lienthong(['sync', 'run'], province)).code).toBe(0)
    expect(atPortal()).toEqual({ [OLD]: ['2.000908', 1, 1], [NEW]: ['1.012786', 1, 0] })
  })

  test('a procedure that the nation abolished never holds up what was received before; what came after is sent with a remark', async () => {
    const { province, register, atPortal } = await desk()
    const procedureCode = '2.000908.000.00.00.H99'
    const old: Row = { localCode: OLD, procedureCode, receivedAt: '2025-03-10T08:15:00+07:00' }
    register(old)
    expect((await lienthong(['sync', 'run'], province)).code).toBe(0)
    expect(atPortal()).toEqual({ [OLD]: ['2.000908', 1, 0] })

    province.sandbox.procedures.story({ remove: ['2.000908'] })
    expect((await pull(province)).national.list).toMatchObject({ deactivated: 1 })
    await lienthong(['catalogue', 'match'], province)
    const after: Row = { localCode: NEW, procedureCode, receivedAt: isoInstant(instant(systemClock.now())) }
    register({ ...old, returnBy: 'post' }, after)
    const found = await remarks(province)
    expect(found[OLD]).not.toContain('procedure.ended')
    expect(found[NEW]).toContain('procedure.ended')
    await lienthong(['sync', 'run'], province)
    expect(await failures(province)).toEqual([])
    expect(atPortal()).toEqual({ [OLD]: ['2.000908', 1, 1], [NEW]: ['2.000908', 1, 0] })

    const diff = await document(['catalogue', 'diff'], province)
    const [{ differences }] = diff.json.tenants as [{ differences: readonly { localCode: string; kind: string; says: string }[] }]
    expect(differences.find(({ localCode }) => localCode === procedureCode)).toMatchObject({ kind: 'abolished' })
  })
})
