import { describe, expect, test } from 'vitest'
import { inspectDialects, inspectFiles, parseCodeTables, toDossierRow } from '../../../src/mappers/index.js'
import { returned } from '../made-up.js'

const file = (name: string, content: unknown) => ({
  name,
  bytes: new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)),
})
const dossier = {
  dossierId: 7,
  referenceUid: '5f0c0a1e-0000-4000-8000-000000000007',
  dossierNo: 'H99.12-250310-0007',
  applicantIdNo: '099090000001',
  dossierStatus: 'processing',
}
const payment = {
  paymentFileId: 1,
  referenceUid: '7b000000-0000-4000-8000-000000000007',
  applicantIdNo: '099090000001',
  feeAmount: 100_000,
  paymentAmount: 100_000,
  paymentStatus: 3,
}

test('an unknown dialect is wrong usage and names the known ones', async () => {
  await expect(inspectFiles({ dialect: 'opencps', files: [] })).rejects.toMatchObject({
    code: 'usage.invalid',
    message: expect.stringContaining(inspectDialects.map(({ name }) => name).join(', ')),
  })
})

describe('a fee record finds its owner by its uid', () => {
  const owners = async (...files: readonly ReturnType<typeof file>[]) => {
    const { dossiers, fees, problems } = await inspectFiles({ dialect: 'opencps-v2', files })
    return {
      owned: dossiers.map(({ fees }) => fees.length),
      stray: fees.length,
      rules: problems.filter(({ where }) => where === 'payment.json').map(({ rule }) => rule),
    }
  }

  test('and says that this is assumed', async () => {
    expect(await owners(file('list.json', { total: 1, data: [dossier] }), file('payment.json', payment))).toMatchObject({
      owned: [1],
      stray: 0,
      rules: ['fee.dossier-from-path'],
    })
  })

  test.each([
    ['by its applicant, who may have several dossiers', [dossier], { ...payment, referenceUid: '7b000000-0000-4000-8000-000000000099' }],
    ['when two dossiers would do', [dossier, { ...dossier, referenceUid: '6f000000-0000-4000-8000-000000000007' }], payment],
    ['of another applicant', [dossier], { ...payment, applicantIdNo: '099191000002' }],
  ])('never %s', async (_, data, row) => {
    const { owned, stray, rules } = await owners(file('list.json', { total: data.length, data }), file('payment.json', row))
    expect(owned.every((count) => count === 0)).toBe(true)
    expect(stray).toBe(1)
    expect(rules).toContain('fee.no-owner')
  })
})

test('steps of a dossier that is not there are listed, and make no dossier', async () => {
  const actions = [
    {
      dossierSyncId: 1,
      dossierRefUid: 'other',
      createDate: 1_741_569_300_000,
      actionCode: '1100',
      actionName: 'Tiếp nhận',
      payload: '{"dossierNo":"H99.12-250310-0009"}',
    },
  ]
  const report = await inspectFiles({ dialect: 'opencps-v2', files: [file('list.json', { data: [dossier] }), file('syncs.json', { data: actions })] })
  expect(report.dossiers).toMatchObject([{ localCode: dossier.dossierNo, steps: null }])
  expect(report.steps).toMatchObject([{ localCode: 'H99.12-250310-0009', at: '2025-03-10T08:15:00+07:00', status: null }])
  expect(report.problems).toContainEqual(expect.objectContaining({ where: 'syncs.json', rule: 'step.no-owner' }))
})

test('the record changed last counts', async () => {
  const older = { ...dossier, modifiedDate: '10/03/2025 08:00:00' }
  const newer = { ...dossier, dossierStatus: 'done', modifiedDate: '11/03/2025 08:00:00' }
  const { dossiers } = await inspectFiles({ dialect: 'opencps-v2', files: [file('b.json', newer), file('a.json', { data: [older] })] })
  expect(dossiers).toMatchObject([{ status: 10 }])
})

describe('a file that does not say what it should is a problem at its name', () => {
  test.each([
    ['file.unreadable', '{"data": ['],
    ['file.unrecognised', { data: [{ a: 1 }] }],
    ['file.unrecognised', 3],
    ['source.not-logged-in', { message: 'Non-Authoritative Information.', code: 203 }],
    ['source.failed', { message: 'No Content.', code: 403, description: 'x' }],
    ['list.partial', { total: 5, data: [dossier] }],
  ])('%s', async (rule, content) => {
    const { problems } = await inspectFiles({ dialect: 'opencps-v2', files: [file('a.json', content)] })
    expect(problems).toContainEqual(expect.objectContaining({ where: 'a.json', rule }))
  })

  test.each([['no table'], ['']])('a CSV file that is none: %j', async (content) => {
    const { problems } = await inspectFiles({ dialect: 'file-csv', files: [file('a.csv', content)] })
    expect(problems).toMatchObject([{ where: 'a.csv', rule: 'file.unreadable', severity: 'error' }])
  })
})

test('the province’s tables decide', async () => {
  const tables = parseCodeTables({ status: { processing: 6 } }, 't', 'opencps-v2')
  const { dossiers } = await inspectFiles({ dialect: 'opencps-v2', tables, files: [file('a.json', { data: [dossier] })] })
  expect(dossiers).toMatchObject([{ status: 6 }])
})

describe('ndjson', () => {
  test('canonical lines read as they were written; a bad line costs itself only', async () => {
    const line = JSON.stringify(toDossierRow(returned))
    const { dossiers, problems } = await inspectFiles({
      dialect: 'ndjson',
      agencyCode: '000.00.00.H99',
      files: [file('d.ndjson', `${line}\n{"localCod":"x"}\nnot json\n`)],
    })
    expect(dossiers).toMatchObject([
      {
        localCode: '000.00.12.H99-250305-0011',
        applicantId: '099191000002',
        receivedAt: '2025-03-05T09:00:00+07:00',
        fees: [{ amountVnd: 40_000, paid: true }],
        feesKnown: true,
      },
    ])
    const errors = problems.filter(({ severity }) => severity === 'error').map(({ where, rule }) => `${where} ${rule}`)
    expect(errors).toEqual(expect.arrayContaining(['d.ndjson, line 3 file.unreadable', 'd.ndjson, line 2/localCod row.unreadable']))
  })

  test('two lines with one number: the last counts, and that is said', async () => {
    const lines = [returned, { ...returned, status: 9 }].map((one) => JSON.stringify(toDossierRow(one))).join('\n')
    const { dossiers, problems } = await inspectFiles({ dialect: 'ndjson', files: [file('d.ndjson', lines)] })
    expect(dossiers).toMatchObject([{ status: 9 }])
    expect(problems).toContainEqual(expect.objectContaining({ where: returned.localCode, rule: 'record.duplicate' }))
  })
})
