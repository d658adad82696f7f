/**
 * One result from every dialect: the three made-up dossiers of contracts/provincial-sources.md §11, and what each dialect loses of them.
 * A loss that is not listed here fails, and so does one that is listed and no longer happens.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspectFiles } from '../../src/mappers/index.js'

const folder = join(process.env.LIENTHONG_SHARED ?? '../shared', 'contracts/examples')

const procedure = { procedureCode: '1.001612.000.00.00.H99', procedureName: 'Đăng ký thành lập hộ kinh doanh' }
const notYet = { finishedAt: null, returnedAt: null }
const fee = (amountVnd: number, paid: boolean) => [{ amountVnd, paid }]
const code = (end: string) => ({ localCode: `000.00.12.H99-${end}`, nationalCode: `000.00.12.H99-${end}` })
const at = (text: string) => `${text.replace(' ', 'T')}:00+07:00`

/** §11. */
const TABLE = {
  A: {
    ...code('250310-0007'),
    ...procedure,
    applicantName: 'Nguyễn Văn Mẫu',
    applicantKind: 'citizen',
    applicantId: '099090000001',
    receivedAt: at('2025-03-10 08:15'),
    dueAt: at('2025-03-13 08:15'),
    ...notYet,
    status: 4,
    fees: fee(100_000, true),
    channel: 'online',
    returnBy: 'counter',
  },
  B: {
    ...code('250311-0003'),
    ...procedure,
    applicantName: 'Công ty TNHH Một Thành Viên Mẫu',
    applicantKind: 'business',
    applicantId: '0000000001',
    receivedAt: at('2025-03-11 14:30'),
    dueAt: at('2025-03-14 14:30'),
    ...notYet,
    status: 5,
    fees: fee(100_000, false),
    channel: 'direct',
    returnBy: 'counter',
  },
  C: {
    ...code('250305-0011'),
    procedureCode: '2.000815.000.00.00.H99',
    procedureName: 'Chứng thực bản sao từ bản chính',
    applicantName: 'Trần Thị Ví Dụ',
    applicantKind: 'citizen',
    applicantId: '099191000002',
    receivedAt: at('2025-03-05 09:00'),
    dueAt: at('2025-03-07 17:00'),
    finishedAt: at('2025-03-06 16:20'),
    returnedAt: at('2025-03-07 10:05'),
    status: 10,
    fees: fee(40_000, true),
    channel: 'direct',
    returnBy: 'post',
  },
} as const
type Name = keyof typeof TABLE

/** `A.field`: what is read instead. */
type Losses = Readonly<Record<string, unknown>>
const ofAll = (names: string, field: string, value: unknown): Losses => Object.fromEntries([...names].map((name) => [`${name}.${field}`, value]))

/** Upper-cased by OpenCPS, also where it pushes. */
const capitals: Losses = {
  'A.applicantName': 'NGUYỄN VĂN MẪU',
  'B.applicantName': 'CÔNG TY TNHH MỘT THÀNH VIÊN MẪU',
  'C.applicantName': 'TRẦN THỊ VÍ DỤ',
}
const unpaidOrNot = (amountVnd: number) => [{ amountVnd, paid: null }]
/** A list for people: no numbers of persons, no codes; payments only where their own list has them. */
const office: Losses = {
  ...ofAll('ABC', 'applicantKind', null),
  ...ofAll('ABC', 'applicantId', null),
  ...ofAll('ABC', 'channel', null),
  ...ofAll('ABC', 'returnBy', null),
  'B.fees': unpaidOrNot(100_000),
  'C.fees': [],
  'C.returnedAt': null,
}
/** Names of the national portal, without a word on channel, fees and the end of processing. */
const pushed: Losses = { ...ofAll('ABC', 'channel', null), ...ofAll('ABC', 'fees', []), 'C.finishedAt': null }
/** The example holds A alone. */
const onlyA: Losses = { B: 'absent', C: 'absent' }

const DIALECTS: readonly (readonly [dialect: string, files: readonly string[], losses: Losses])[] = [
  [
    'opencps-v2',
    ['opencps-dossiers.json', 'opencps-detail.json', 'opencps-syncs.json', 'opencps-payment.json', 'opencps-serviceinfos.json'],
    // The fee record is asked for by dossier: the example is that of A.
    { ...capitals, ...ofAll('BC', 'fees', []) },
  ],
  [
    'lgsp-msync',
    ['lgsp-msync.json', 'lgsp-traces.json'],
    // Only "received" and "released" are told, and whether a fee was paid is not.
    { ...capitals, ...ofAll('ABC', 'channel', null), ...ofAll('AB', 'fees', unpaidOrNot(100_000)), 'C.fees': unpaidOrNot(40_000), 'B.status': 4 },
  ],
  [
    'lgsp-msync',
    ['lgsp-msync.xml', 'lgsp-traces.json'],
    { ...onlyA, 'A.applicantName': capitals['A.applicantName'], 'A.channel': null, 'A.fees': unpaidOrNot(100_000) },
  ],
  ['hcm-lgsp', ['hcm-dongbohoso.json', 'hcm-catalogue.json'], pushed],
  ['relay-push', ['relay-dongbohosomc.json', 'relay-laydanhsachtthc.json'], { ...pushed, 'C.returnedAt': null }],
  // No public client shows a date of return.
  ['igate2', ['igate-search.json', 'igate-procedures.json'], { 'C.returnedAt': null }],
  // Names of procedures stand in a table of their own.
  ['td-mssql', ['td-hosos.csv', 'td-steps.csv', 'td-payments.csv'], ofAll('ABC', 'procedureName', null)],
  ['td-mssql', ['td-search.json', 'td-steps.csv', 'td-payments.csv'], onlyA],
  // Its status is an id of the site, and the rest is not in the envelope.
  ['wcf-motcua', ['wcf-soap.xml'], { ...onlyA, 'A.applicantKind': null, 'A.status': null, 'A.fees': [], 'A.channel': null, 'A.returnBy': null }],
  ['file-csv', ['file-dossiers.csv', 'file-payments.csv', 'igate-procedures.json'], office],
  ['file-html', ['file-dossiers-html.xls.html', 'file-payments.csv', 'igate-procedures.json'], office],
]

test.each(DIALECTS)('%s reads the three dossiers of the table, but for what it loses', async (dialect, files, losses) => {
  const { dossiers } = await inspectFiles({
    dialect,
    agencyCode: '000.00.00.H99',
    files: files.map((name) => ({ name, bytes: readFileSync(join(folder, `source-${name}`)) })),
  })
  const lost: Record<string, unknown> = {}
  for (const [name, expected] of Object.entries(TABLE) as [Name, (typeof TABLE)[Name]][]) {
    const found = dossiers.find(({ localCode }) => localCode === expected.localCode) as unknown as Record<string, unknown> | undefined
    if (found === undefined) lost[name] = 'absent'
    else
      for (const [field, value] of Object.entries(expected))
        if (JSON.stringify(found[field]) !== JSON.stringify(value)) lost[`${name}.${field}`] = found[field]
  }
  expect(lost).toEqual(losses)
})
