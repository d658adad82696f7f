/** The command `inspect` against contracts/examples/expected.json: what an outsider sees, field names and all. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, emptyFolder } from '../cli/command-line.js'

const folder = resolve(process.env.LIENTHONG_SHARED ?? '../shared', 'contracts/examples')

interface ExpectedCase {
  readonly id: string
  readonly dialect: string | null
  readonly files: readonly string[]
  readonly dossiers: readonly (Readonly<Record<string, unknown>> & {
    readonly localCode: string
    readonly alsoAccept?: Readonly<Record<string, readonly unknown[]>>
  })[]
  readonly problems: readonly { readonly where: string; readonly severity: 'info' | 'warn' | 'error' }[]
}
interface Expected {
  readonly cases: readonly ExpectedCase[]
  readonly notDossiers: readonly { readonly file: string }[]
}
interface Report {
  readonly schema: number
  readonly dossiers: readonly Record<string, unknown>[]
  readonly procedures: readonly Record<string, unknown>[]
  readonly steps: readonly Record<string, unknown>[]
  readonly fees: readonly Record<string, unknown>[]
  readonly problems: readonly {
    readonly where: string
    readonly rule: string
    readonly severity: string
    readonly why: string
    readonly hint: string
  }[]
}

const { cases, notDossiers }: Expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
const ours = cases.filter(({ dialect }) => dialect === 'opencps-v2' || dialect?.startsWith('file-'))
const TABLES_OF_ANOTHER_DIALECT = new Set(['source-td-steps.csv', 'source-td-payments.csv'])
const FIELDS = ['localCode', 'nationalCode', 'procedureCode', 'procedureName', 'applicantName', 'applicantKind', 'applicantId'] as const
const MORE_FIELDS = ['receivedAt', 'dueAt', 'finishedAt', 'returnedAt', 'status', 'channel', 'returnBy', 'fees', 'steps'] as const
const RANK: Readonly<Record<string, number>> = { info: 0, warn: 1, error: 2 }

async function inspect(dialect: string, files: readonly string[]): Promise<Report> {
  const { code, json } = await document(['inspect', '--dialect', dialect, '--file', ...files.map((name) => join(folder, name))], {
    folder: emptyFolder(),
  })
  expect(code).toBe(0)
  return json as unknown as Report
}

describe.each(ours)('$id', ({ dialect, files, dossiers, problems }) => {
  test('prints the expected dossiers under the fixed names', async () => {
    const report = await inspect(dialect ?? '', files)
    expect(report.schema).toBe(1)
    expect(report.dossiers.map(({ localCode }) => localCode)).toEqual(dossiers.map(({ localCode }) => localCode))
    for (const [index, dossier] of dossiers.entries()) {
      for (const field of [...FIELDS, ...MORE_FIELDS]) {
        expect(report.dossiers[index]).toHaveProperty(field)
        const accepted = [tidied(dossier[field]), ...(dossier.alsoAccept?.[field] ?? [])]
        expect(accepted, `${dossier.localCode}/${field}`).toContainEqual(report.dossiers[index]![field])
      }
    }
  })

  test('every expected problem stands in the document, with its place, its reason and what to do', async () => {
    const report = await inspect(dialect ?? '', files)
    const codes = dossiers.map(({ localCode }) => localCode)
    for (const { where, severity } of problems) {
      const slash = where.indexOf('/')
      const [subject, field] = slash < 0 ? [where, ''] : [where.slice(0, slash), where.slice(slash)]
      for (const one of subject === '*' ? codes : subject.split(',')) {
        const found = report.problems.filter((problem) => problem.where === one + field && (RANK[problem.severity] ?? -1) >= (RANK[severity] ?? 0))
        expect(found.length, one + field).toBeGreaterThan(0)
      }
    }
    for (const { rule, why, hint } of report.problems) expect([rule, why, hint].every((text) => typeof text === 'string' && text !== '')).toBe(true)
  })

  test('says the same when each file has an option of its own', async () => {
    const paths = files.flatMap((name) => ['--file', join(folder, name)])
    const { json } = await document(['inspect', ...paths, '--dialect', dialect ?? ''], { folder: emptyFolder() })
    expect(json).toEqual(await inspect(dialect ?? '', files))
  })
})

describe('files that are no dossiers', () => {
  const CASES = [
    ['opencps-v2', 'source-opencps-unauthenticated-203.json', { procedures: 0, steps: 0, fees: 0 }, 'source.not-logged-in'],
    ['opencps-v2', 'source-opencps-payment.json', { procedures: 0, steps: 0, fees: 1 }, 'fee.no-owner'],
    ['opencps-v2', 'source-opencps-syncs.json', { procedures: 0, steps: 2, fees: 0 }, 'step.no-owner'],
    ['opencps-v2', 'source-opencps-serviceinfos.json', { procedures: 2, steps: 0, fees: 0 }, 'procedure.no-national-mapping'],
    ['file-csv', 'source-file-payments.csv', { procedures: 0, steps: 0, fees: 2 }, 'fee.no-owner'],
    ['file-csv', 'source-igate-procedures.json', { procedures: 2, steps: 0, fees: 0 }, undefined],
  ] as const

  test.each(CASES)('%s: %s', async (dialect, name, counts, rule) => {
    const { dossiers, procedures, steps, fees, problems } = await inspect(dialect, [name])
    expect(dossiers).toEqual([])
    expect({ procedures: procedures.length, steps: steps.length, fees: fees.length }).toEqual(counts)
    if (rule !== undefined) expect(problems.map((problem) => problem.rule)).toContain(rule)
  })

  test.each(notDossiers.flatMap(({ file }) => [['opencps-v2', file] as const, ['file-csv', file] as const]))(
    'read as %s, %s neither breaks the command nor becomes a dossier',
    async (dialect, name) => {
      const { dossiers, procedures, steps, fees, problems } = await inspect(dialect, [name])
      if (dialect === 'file-csv' && TABLES_OF_ANOTHER_DIALECT.has(name)) {
        // Their column MaHoSo makes them look like a register; not one row of it could be sent.
        for (const { localCode } of dossiers) {
          expect(problems.some(({ where, severity }) => where.startsWith(`${localCode}/`) && severity === 'error')).toBe(true)
        }
        return
      }
      expect(dossiers).toEqual([])
      // Whatever could not be read as something is said to be so.
      if (procedures.length + steps.length + fees.length === 0) expect(problems.length).toBeGreaterThan(0)
    },
  )
})

function tidied(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value.map((item: unknown) => {
    if (typeof item !== 'object' || item === null) return item
    const { noteAlso: _, ...rest } = item as Record<string, unknown>
    return rest
  })
}
