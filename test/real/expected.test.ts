import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inspectFiles } from '../../src/mappers/index.js'

const folder = join(process.env.LIENTHONG_SHARED ?? '../shared', 'contracts/examples')

interface ExpectedCase {
  readonly id: string
  readonly dialect: string | null
  readonly files: readonly string[]
  readonly dossiers: readonly Record<string, unknown>[]
  readonly problems: readonly { readonly where: string; readonly rule: string; readonly severity: 'info' | 'warn' | 'error' }[]
  readonly procedureMap?: Readonly<Record<string, string | null>>
}

const expected: { readonly cases: readonly ExpectedCase[] } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
/** A push to the relay has no dialect of the contract; it is read under ours. */
const dialectOf = ({ id, dialect }: ExpectedCase): string | null => dialect ?? (id.startsWith('relay-push') ? 'relay-push' : null)
const DIALECTS = new Set([
  'opencps-v2',
  'igate2',
  'td-mssql',
  'wcf-motcua',
  'file-csv',
  'file-xlsx',
  'file-html',
  'lgsp-msync',
  'relay-push',
  'hcm-lgsp',
])
const cases = expected.cases.map((one) => ({ ...one, dialect: dialectOf(one) })).filter(({ dialect }) => dialect !== null && DIALECTS.has(dialect))

/** Listed in the file for readers, not fields of a dossier. */
const REMARKS = new Set(['assumed', 'alsoAccept'])
const RANK = { info: 0, warn: 1, error: 2 } as const

function inspect(dialect: string, files: readonly string[]) {
  return inspectFiles({ dialect, agencyCode: '000.00.00.H99', files: files.map((name) => ({ name, bytes: readFileSync(join(folder, name)) })) })
}

describe.each(cases)('$id', ({ dialect, files, dossiers, problems, procedureMap }) => {
  const report = inspect(dialect ?? '', files)

  test('every dossier reads as the contract expects, and there is no other', async () => {
    const found = (await report).dossiers
    expect(found.map(({ localCode }) => localCode)).toEqual(dossiers.map(({ localCode }) => localCode))
    for (const [index, dossier] of dossiers.entries()) {
      const alternatives = (dossier.alsoAccept ?? {}) as Record<string, readonly unknown[]>
      for (const [field, value] of Object.entries(dossier)) {
        if (REMARKS.has(field)) continue
        const read = (found[index] as unknown as Record<string, unknown>)[field]
        const accepted = [field === 'steps' ? withoutOtherNotes(value) : value, ...(alternatives[field] ?? [])]
        expect(accepted, `${dossier.localCode}/${field}`).toContainEqual(read)
      }
    }
  })

  test('every problem is reported at its place, at least as severely', async () => {
    const { problems: found } = await report
    const codes = dossiers.map(({ localCode }) => String(localCode))
    for (const { where, rule, severity } of problems) {
      const [subject = '', field] = splitPlace(where)
      const subjects = subject === '*' ? codes : subject.split(',')
      for (const one of subjects) {
        const place = field === undefined ? one : `${one}/${field}`
        const there = found.filter((problem) => problem.where === place && RANK[problem.severity] >= RANK[severity])
        expect(there.length, `${rule} at ${place}`).toBeGreaterThan(0)
      }
    }
  })

  test('procedures carry the national codes of the catalogue', async () => {
    const { procedures } = await report
    if (procedureMap !== undefined)
      expect(Object.fromEntries(procedures.map(({ localCode, nationalCode }) => [localCode, nationalCode]))).toEqual(procedureMap)
    else expect(procedures.length).toBe(files.some((name) => /procedures|serviceinfos|laydanhsachtthc|catalogue/.test(name)) ? 2 : 0)
  })
})

describe('files that are no dossiers', () => {
  test('an answer to a caller who is not logged in is an error, never an empty list', async () => {
    const { dossiers, problems } = await inspect('opencps-v2', ['source-opencps-unauthenticated-203.json'])
    expect(dossiers).toEqual([])
    expect(problems).toMatchObject([{ where: 'source-opencps-unauthenticated-203.json', rule: 'source.not-logged-in', severity: 'error' }])
  })

  test('a fee record alone is a fee without an owner', async () => {
    const { dossiers, fees, problems } = await inspect('opencps-v2', ['source-opencps-payment.json'])
    expect({ dossiers, fees }).toEqual({
      dossiers: [],
      fees: [{ amountVnd: 100_000, paid: true, localCode: null, file: 'source-opencps-payment.json' }],
    })
    expect(problems).toContainEqual(expect.objectContaining({ where: 'source-opencps-payment.json', rule: 'fee.no-owner' }))
  })

  test('an action feed alone is steps, the first naming its dossier in the payload', async () => {
    const { dossiers, steps } = await inspect('opencps-v2', ['source-opencps-syncs.json'])
    expect(dossiers).toEqual([])
    expect(steps).toMatchObject([
      { dossier: '70107', localCode: '000.00.12.H99-250310-0007', at: '2025-03-10T08:15:00+07:00', status: null },
      { dossier: '70107', localCode: null, at: '2025-03-10T10:02:00+07:00', status: null },
    ])
  })

  test('a catalogue alone is procedures, the unmatched one reported', async () => {
    const { dossiers, procedures, problems } = await inspect('opencps-v2', ['source-opencps-serviceinfos.json'])
    expect(dossiers).toEqual([])
    expect(procedures.map(({ localCode, nationalCode }) => [localCode, nationalCode])).toEqual([
      ['1.001612.000.00.00.H99', '1.001612'],
      ['2.000815.000.00.00.H99', null],
    ])
    expect(problems).toMatchObject([{ where: '2.000815.000.00.00.H99/nationalCode', rule: 'procedure.no-national-mapping' }])
  })

  test('a catalogue of the LGSP alone is procedures with their tariffs, which are no fees of a dossier', async () => {
    const { dossiers, procedures, problems } = await inspect('hcm-lgsp', ['source-hcm-catalogue.json'])
    expect(dossiers).toEqual([])
    expect(procedures.map(({ localCode }) => localCode)).toEqual(['1.001612.000.00.00.H99', '2.000815.000.00.00.H99'])
    expect(problems).toContainEqual(expect.objectContaining({ where: 'source-hcm-catalogue.json/LE_PHI', severity: 'info' }))
  })

  test('an answer to a login is no message, and its token is not repeated', async () => {
    const report = await inspect('lgsp-msync', ['source-lgsp-token.json'])
    expect(report).toMatchObject({ dossiers: [], steps: [], problems: [{ where: 'source-lgsp-token.json', rule: 'file.unrecognised' }] })
    expect(JSON.stringify(report)).not.toContain('made-up-token')
  })

  test('a trace alone is a step of a dossier that it does not make', async () => {
    const { dossiers, steps } = await inspect('lgsp-msync', ['source-lgsp-traces.json'])
    expect(dossiers).toEqual([])
    expect(steps).toMatchObject([{ localCode: '000.00.12.H99-250310-0007', at: '2025-03-10T10:02:00+07:00', officer: 'Lê Cán Bộ', status: null }])
  })

  test('a catalogue with JSON inside a JSON text is parsed twice', async () => {
    const { dossiers, procedures } = await inspect('relay-push', ['source-relay-laydanhsachtthc.json'])
    expect(dossiers).toEqual([])
    expect(procedures).toMatchObject([
      { localCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' },
      { localCode: '2.000815', name: 'Chứng thực bản sao từ bản chính' },
    ])
  })

  test('a payment list alone is two transactions, one of them waiting', async () => {
    const { dossiers, fees } = await inspect('file-csv', ['source-file-payments.csv'])
    expect(dossiers).toEqual([])
    expect(fees).toMatchObject([
      { amountVnd: 100_000, paid: true },
      { amountVnd: 100_000, paid: null },
    ])
  })
})

function splitPlace(where: string): [string, string | undefined] {
  const slash = where.indexOf('/')
  return slash < 0 ? [where, undefined] : [where.slice(0, slash), where.slice(slash + 1)]
}

/** `noteAlso` lists other texts a reader may show. */
function withoutOtherNotes(steps: unknown): unknown {
  return Array.isArray(steps) ? steps.map(({ noteAlso: _, ...step }) => step) : steps
}
