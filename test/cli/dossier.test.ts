import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { document, lienthong } from './command-line.js'
import { file, type InstalledProvince, installedProvince, TENANT } from './installed-province.js'

interface Sent {
  readonly operation: string
  readonly code: string
  readonly attempt: number
  readonly items: number
  readonly outcome: string
  readonly answerCode: string | null
  readonly requestDigest: string
  readonly answerDigest: string | null
  readonly steps: readonly { readonly status: number; readonly maybeDoubled: boolean }[]
}

interface Traced {
  readonly tenant: string
  readonly source: string
  readonly sourceId: string
  readonly localCode: string
  readonly state: string
  readonly reason: string | null
  readonly version: number
  readonly presence: string
  readonly codes: readonly { readonly code: string }[]
  readonly operations: readonly { readonly kind: string; readonly state: string; readonly attempts: number }[]
  readonly failure: { readonly cause: string; readonly findings: readonly { readonly ruleId: string }[] } | null
  readonly journal: readonly Sent[]
  readonly next: string
  readonly contents?: readonly { readonly kind: string; readonly record: Record<string, unknown> | null; readonly findings: readonly unknown[] }[]
}

async function traced(province: InstalledProvince, code: string, ...options: string[]): Promise<Traced> {
  const { code: exit, json } = await document(['dossier', 'trace', code, ...options], province)
  expect(exit).toBe(0)
  const [one, ...others] = json.dossiers as Traced[]
  expect(others).toEqual([])
  return one!
}

/** Fast repeats, so that a story of failures ends within the pass. */
function impatient(province: InstalledProvince): void {
  province.configure((_, tenant) => {
    tenant.portal.retry = { attempts: 1 }
    tenant.sync = { concurrency: 1, retry: { firstMs: 1, maxMs: 5 } }
  })
}

const createdCode = (province: InstalledProvince) => province.sandbox.dossiers()[0]!.maHoSo

async function withLedger<T>(province: InstalledProvince, use: (ledger: Awaited<ReturnType<typeof openLedger>>) => Promise<T>): Promise<T> {
  const key = parseLedgerKey(readFileSync(file(province, 'lienthong.key'), 'utf8'))!
  const ledger = await openLedger({ url: `sqlite:${file(province, 'lienthong.db')}`, key, access: 'write' })
  try {
    return await use(ledger)
  } finally {
    await ledger.close()
  }
}

describe('a dossier that arrived', () => {
  test('is found by local code, sent code and the source’s id, with each send and its digests', async () => {
    const province = await installedProvince({ dossiers: 10 })
    await lienthong(['sync', 'run'], province)
    const code = createdCode(province)
    const one = await traced(province, code)
    expect(one).toMatchObject({
      tenant: TENANT,
      source: 'one-stop',
      state: 'confirmed',
      presence: 'present',
      version: 1,
      failure: null,
      operations: [],
    })
    expect(one.codes.map((link) => link.code)).toEqual([code])
    const [create, steps] = one.journal
    expect(create).toMatchObject({ operation: 'create', code, attempt: 1, items: 1, outcome: 'accepted' })
    expect(create!.answerCode).toMatch(/^0+$/)
    expect(create!.requestDigest).toMatch(/^[\w-]{32}$/)
    expect(create!.answerDigest).toMatch(/^[\w-]{32}$/)
    expect(steps!.operation).toBe('steps')
    expect(steps!.steps.map(({ status }) => status)).toContain(2)
    expect(steps!.steps.some(({ maybeDoubled }) => maybeDoubled)).toBe(false)
    expect(one.next).toMatch(/^The portal has everything/)
    expect((await traced(province, one.sourceId)).localCode).toBe(one.localCode)
  })

  test('is found under every code it was ever meant to be sent under', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run'], province)
    const { sourceId, source } = await traced(province, createdCode(province))
    await withLedger(province, (ledger) =>
      ledger.write(async (tx) => {
        await tx
          .insertInto('code_links')
          .values({ tenant: TENANT, source, source_id: sourceId, code: '000.00.00.H99-200101-0001', first_sent_at: 1 })
          .execute()
      }),
    )
    const one = await traced(province, '000.00.00.H99-200101-0001')
    expect(one.sourceId).toBe(sourceId)
    expect(one.codes).toHaveLength(2)
  })

  test('people read it in lines, in their language', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run'], province)
    const code = createdCode(province)
    const english = await lienthong(['dossier', 'trace', code], province)
    expect(english.out).toContain(`${code}  (${TENANT} / one-stop, id `)
    expect(english.out).toMatch(/ {2}create {2}\S+ {2}attempt 1, 1 items: accepted \(0+\), \d+ ms {2}\[\S{8} → \S{8}\]/)
    expect(english.out).toMatch(/step 2 of 20/)
    expect((await lienthong(['dossier', 'trace', code, '--lang', 'vi'], province)).out).toContain('đã có trên Cổng')
  })
})

describe('the chain of sends', () => {
  test('shows the lost answer of a create, the lookup that settled it, and steps that may be doubled', async () => {
    const province = await installedProvince({ dossiers: 3 })
    impatient(province)
    province.sandbox.faults({
      seed: 1,
      rules: [
        { system: 'national-portal', service: 'DongBoHoSoMC', kind: 'http-500', times: 1 },
        { system: 'national-portal', service: 'CapNhatTienDoHoSoMC', kind: 'http-500', times: 1 },
      ],
    })
    await lienthong(['sync', 'run'], province)
    const { journal } = await traced(province, createdCode(province))
    const chain = journal.map(({ operation, outcome }) => `${operation} ${outcome}`)
    expect(chain.slice(0, 2)).toEqual(['create transport.server_failed', expect.stringMatching(/^lookup (exists|absent)$/)])
    const lost = journal.find(({ operation, outcome }) => operation === 'steps' && outcome === 'transport.server_failed')!
    const repeated = journal.find(({ operation, outcome }) => operation === 'steps' && outcome === 'accepted')!
    expect(lost.answerDigest).toBeNull()
    expect(lost.steps.every(({ maybeDoubled }) => !maybeDoubled)).toBe(true)
    expect(repeated.steps.every(({ maybeDoubled }) => maybeDoubled)).toBe(true)
    expect(repeated.requestDigest).toBe(lost.requestDigest)
    expect((await lienthong(['dossier', 'trace', createdCode(province)], province)).out).toContain('may be there already')
  })
})

describe('a dossier that did not arrive', () => {
  test('tells its failure with findings, what waits, and what would let it go', async () => {
    const province = await installedProvince({ dossiers: 60 })
    await lienthong(['sync', 'run'], province)
    const { json } = await document(['failures', 'show', 'procedure.unmapped'], province)
    const { localCode } = (json.failures as { localCode: string }[])[0]!
    const one = await traced(province, localCode)
    expect(one).toMatchObject({ state: 'failed', reason: 'procedure.unmapped', presence: 'absent', journal: [] })
    expect(one.failure!.cause).toBe('procedure.unmapped')
    expect(one.failure!.findings.map(({ ruleId }) => ruleId)).toContain('procedure.unmapped')
    expect(one.operations[0]).toMatchObject({ kind: 'record', attempts: 0 })
    expect(one.next).toContain(`failures retry --only ${localCode}`)
  })

  test('while the portal is down it waits, and the next try has a time', async () => {
    const province = await installedProvince({ dossiers: 3 })
    province.configure((_, tenant) => {
      tenant.portal.retry = { attempts: 1 }
      tenant.portal.adapterUrl = 'http://127.0.0.1:9/forward'
      tenant.sync = { patienceMs: 0, retry: { firstMs: 3_600_000, maxMs: 3_600_000 } }
    })
    await lienthong(['sync', 'run'], province)
    const code = province.sandbox.expected()[0]!.codes[0]!
    const one = await traced(province, code)
    expect(one.state).toBe('pending')
    expect(one.operations.map(({ kind, state }) => `${kind} ${state}`)).toContain('record pending')
    expect(one.next).toMatch(/^The next run (after \S+|\(due now\)) sends the record, then \d+ steps\.$/)
  })
})

describe('--show', () => {
  test('prints what waits as it would be sent; without it nobody’s name is printed', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run', '--max-changes', '1'], province)
    const expected = province.sandbox.expected()[0]!
    const code = expected.codes[0]!
    const name = expected.record.ChuHoSo.toUpperCase()
    for (const args of [
      ['dossier', 'trace', code],
      ['dossier', 'trace', code, '--json'],
    ])
      expect((await lienthong(args, province)).out.toUpperCase()).not.toContain(name)

    const shown = await traced(province, code, '--show')
    const record = shown.contents!.find(({ kind }) => kind === 'record')!
    expect(String(record.record!.ChuHoSo).toUpperCase()).toBe(name)
    expect(record.record!.MaHoSo).toBe(code)
    expect(shown.contents!.filter(({ kind }) => kind === 'step').every(({ record: step }) => step?.MaHoSo === code)).toBe(true)
    expect((await lienthong(['dossier', 'trace', code, '--show'], province)).out.toUpperCase()).toContain(name)
    expect((await lienthong(['dossier', 'trace', '--help'], province)).out).toMatch(/--show .*personal data/)
    // Asking sent nothing and changed nothing.
    expect(province.sandbox.requests().writes).toBe(0)
  })

  test('what was confirmed is not kept, and that is said', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run'], province)
    const { out } = await lienthong(['dossier', 'trace', createdCode(province), '--show'], province)
    expect(out).toContain('what was confirmed is not kept')
  })
})

describe('a code that nobody has', () => {
  test('ends with 2 and names the codes that are near', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run'], province)
    const code = createdCode(province)
    const mistyped = await document(['dossier', 'trace', code.slice(0, -1)], province)
    expect(mistyped.code).toBe(2)
    expect(mistyped.json.error?.code).toBe('usage.invalid')
    expect(mistyped.json.error?.message).toContain(code)
    const tail = await document(['dossier', 'trace', code.slice(-11)], province)
    expect(tail.json.error?.message).toContain(code)
    const strange = await document(['dossier', 'trace', 'xyz'], province)
    expect(strange.json.error?.message).toBe('the ledger knows no dossier “xyz”')
    expect((await lienthong(['dossier', 'trace', 'xyz', '--lang', 'vi'], province)).err).toContain('sổ không có hồ sơ “xyz”')
  })

  test('without a ledger it ends with 4, without a code with 2', async () => {
    const province = await installedProvince({ dossiers: 1 })
    expect(await document(['dossier', 'trace', 'x'], province)).toMatchObject({ code: 4, json: { error: { code: 'ledger.missing' } } })
    expect((await document(['dossier', 'trace'], province)).code).toBe(2)
  })
})
