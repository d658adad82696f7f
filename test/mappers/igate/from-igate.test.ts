import { describe, expect, test } from 'vitest'
import { fromIgate, fromIgateProcedure, igateTime, loadDefaults, parseCodeTables } from '../../../src/mappers/index.js'
import { igateRow, type Row } from '../../sync/sources/paper-igate.js'
import { at } from '../made-up.js'

const defaults = loadDefaults('igate2')
const row = (more: Row = {}) => igateRow(1, Date.UTC(2025, 2, 10, 1), more)
const applicant = (data: Row) => ({ applicant: { data } })

function mapped(more: Row = {}, tables = defaults) {
  const read = fromIgate(row(more), { tables, provinceAgencyCode: '000.00.00.H99' })
  if (!read.ok) throw new Error(`not mapped: ${JSON.stringify(read.findings)}`)
  return { ...read.value, rules: read.findings.map(({ ruleId, path }) => `${ruleId} ${path}`.trim()) }
}

describe('times', () => {
  test.each([
    ['2025-03-10T01:15:00.000+0000', '2025-03-10 08:15'],
    ['2025-03-10T01:15:00Z', '2025-03-10 08:15'],
    ['2025-03-10T08:15:00.000+07:00', '2025-03-10 08:15'],
    ['2025-03-10 01:15+0000', '2025-03-10 08:15'],
    ['1741569300000', '2025-03-10 08:15'],
  ])('%s is %s in Viet Nam', (text, wall) => {
    expect(igateTime(text)).toBe(at(wall))
  })

  test.each([
    '2025-03-10T08:15:00',
    '10/03/2025 08:15:00',
    '2025-02-30T01:00:00Z',
    '2025-03-10T25:00:00Z',
    '2025-03-10T01:00:00+9999',
    '',
    'null',
    '12',
  ])('“%s” is no moment that anybody could name', (text) => expect(igateTime(text)).toBeUndefined())

  test('a day of issue is the day in Viet Nam, although it shows as 17:00 of the day before', () => {
    const { applicant: person } = mapped(applicant({ fullname: 'A', identityNumber: '099090000001', identityDate: '2020-12-31T17:00:00.000+0000' }))
    expect(person.identities).toEqual([{ kind: 'personal-number', number: '099090000001', issuedOn: '2021-01-01' }])
  })

  test('the promise to the citizen is appointmentDate; dueDate belongs to a step', () => {
    expect(mapped({ dueDate: '2025-03-11T01:00:00.000+0000' }).dueAt).toBeNull()
    expect(mapped({ appointmentDate: '2025-03-13T01:15:00.000+0000' }).dueAt).toBe(at('2025-03-13 08:15'))
  })
})

describe('statuses', () => {
  test.each<[string, Row, number | null, string?]>([
    ['the name decides before the id', { dossierStatus: { id: 5, name: 'Đang xử lý' } }, 4],
    ['names are compared without case and spacing', { dossierStatus: { id: 9, name: ' đang  XỬ LÝ ' } }, 4],
    [
      'a name by language',
      {
        dossierStatus: {
          id: 9,
          name: [
            { languageId: 46, name: 'Processing' },
            { languageId: 228, name: 'Đang xử lý' },
          ],
        },
      },
      4,
    ],
    ['then the task status', { dossierStatus: { id: 6, name: 'Từ chối/rút' }, dossierTaskStatus: { id: 'x', name: 'Mới đăng ký' } }, 1],
    ['then the id, which is assumed', { dossierStatus: { id: 6, name: 'Từ chối/rút' } }, 3, 'status.assumed status'],
    ['a bare id', { dossierStatus: 2 }, 4, 'status.assumed status'],
    ['a bare text', { dossierStatus: 'Đang xử lý' }, 4],
    ['an assumed name says so', { dossierStatus: { id: 1, name: 'Yêu cầu bổ sung' } }, 5, 'status.assumed status'],
    ['an unknown one is none', { dossierStatus: { id: 77, name: 'Chuyển kho cũ' } }, null, 'status.unmapped status'],
    ['none is none', { dossierStatus: null }, null, 'status.unmapped status'],
  ])('%s', (_, more, status, rule) => {
    const read = mapped(more)
    expect(read.status).toBe(status)
    const told = read.rules.filter((one) => one.startsWith('status.'))
    expect(told).toEqual(rule === undefined ? [] : [rule])
  })

  test('what the province writes into its own tables is no assumption any more, and its task states come first', () => {
    const tables = parseCodeTables({ status: { '6': 3 }, subStatus: { 'Chờ nộp phí': 6 }, applicantKinds: { '1': 'citizen' } }, 't', 'igate2')
    expect(mapped({ dossierStatus: { id: 6, name: 'x' } }, tables).rules.filter((rule) => /assumed/.test(rule))).toEqual([])
    expect(mapped({ dossierTaskStatus: { id: 'x', name: 'Chờ nộp phí' } }, tables).status).toBe(6)
  })

  test('whoever fills the table is told the word, and nothing of the people', () => {
    const read = fromIgate(row({ dossierStatus: { id: 9, name: 'Chờ Trần Thị Ví Dụ ký' }, ...applicant({ fullname: 'Trần Thị Ví Dụ' }) }), {
      tables: defaults,
    })
    const told = read.findings.find(({ ruleId }) => ruleId === 'status.unmapped')?.message.en
    expect(told).toContain('Chờ')
    expect(told).not.toContain('Ví Dụ')
  })
})

describe('people', () => {
  test('the owner is the applicant, and who filed is the submitter', () => {
    const read = mapped(
      applicant({
        fullname: 'Phạm Đại Diện',
        ownerFullname: 'Công ty Mẫu',
        identityNumber: '0000000001',
        chonDoiTuong: 2,
        phoneNumber: '+84900000000',
      }),
    )
    expect(read).toMatchObject({ applicant: { name: 'Công ty Mẫu', kind: 'business', phone: '0900000000' }, submitter: { name: 'Phạm Đại Diện' } })
    expect(read.rules).toEqual(
      expect.arrayContaining(['applicant.owner-not-submitter applicant.name', 'applicant.kind-table-assumed applicant.kind']),
    )
  })

  test.each([
    ['without an owner it is who filed', { fullname: 'A', chonDoiTuong: 1 }, 'A', null],
    ['a body without an owner is its organization', { fullname: 'A', organization: 'Tổ chức B', chonDoiTuong: '2' }, 'Tổ chức B', 'A'],
    ['an organization as an object', { fullname: 'A', organization: { label: 'Tổ chức B', value: 'x' }, chonDoiTuong: { id: 2 } }, 'Tổ chức B', 'A'],
    ['a citizen’s employer is not the applicant', { fullname: 'A', organization: 'Tổ chức B', chonDoiTuong: 1 }, 'A', null],
  ])('%s', (_, data, name, filer) => {
    const read = mapped(applicant(data))
    expect([read.applicant.name, read.submitter?.name ?? null]).toEqual([name, filer])
  })
})

describe('steps', () => {
  const task = (n: number, name: string, more: Row = {}) => ({
    id: `t${n}`,
    isCurrent: 0,
    createdDate: `2025-03-0${n}T01:00:00.000+0000`,
    updatedDate: `2025-03-0${n}T02:00:00.000+0000`,
    bpmProcessDefinitionTask: { name: { id: 'x', name } },
    ...more,
  })
  const tables = parseCodeTables({ actions: { 'Thẩm định': 4, 'Trả kết quả': 10 } }, 't', 'igate2')

  test('a task is a step when it ended, a current one when it began; currentTask adds none', () => {
    const current = task(4, 'Thẩm định', { isCurrent: '1' })
    const read = mapped({ task: [task(3, 'Thẩm định'), current], currentTask: [current] }, tables)
    expect(read.steps?.map(({ id, at, status }) => [id, at, status])).toEqual([
      ['t3', at('2025-03-03 09:00'), 4],
      ['t4', at('2025-03-04 08:00'), 4],
    ])
    expect(read.rules).toContain('steps.duplicate-source currentTask')
  })

  test('a result that waits at the counter is not handed over', () => {
    const read = mapped({ task: [task(3, 'Trả kết quả', { isCurrent: 1 })] }, tables)
    expect(read.steps).toMatchObject([{ status: null }])
    expect(read.rules).toContain('step.not-finished steps[0].status')
  })

  test('without a date of return it is the end of the task that means it', () => {
    const done = { dossierStatus: { id: 5, name: 'Đã trả kết quả' }, task: [task(3, 'Trả kết quả')] }
    expect(mapped(done, tables)).toMatchObject({ returnedAt: at('2025-03-03 09:00') })
    expect(mapped({ ...done, returnedDate: '2025-03-05T01:00:00.000+0000' }, tables).returnedAt).toBe(at('2025-03-05 08:00'))
    const without = mapped(done)
    expect([without.returnedAt, without.rules.includes('time.return-missing returnedAt')]).toEqual([null, true])
  })

  test('a bad task costs only itself; no list of tasks is no history', () => {
    const read = mapped({ task: [17, { id: 'x' }, task(3, 'Thẩm định')] }, tables)
    expect(read.steps).toHaveLength(1)
    expect(read.rules).toEqual(expect.arrayContaining(['step.unreadable task[0]', 'step.unreadable task[1]']))
    expect(mapped({ task: undefined }).steps).toBeNull()
  })
})

describe('fees', () => {
  test.each<[string, unknown, unknown, string?]>([
    ['paid', [{ amount: 100000, paid: 100000, quantity: 1 }], [{ amount: 100000, paid: true }]],
    ['not paid, as text', [{ amount: '100000', paid: '0' }], [{ amount: 100000, paid: false }]],
    ['paid in part', [{ amount: 100000, paid: 40000 }], [{ paid: false }], 'fee.paid-in-part fees[0].paid'],
    ['a yes', [{ amount: 5000, paid: true }], [{ paid: true }]],
    ['nothing said', [{ amount: 5000 }], [{ paid: null }], 'fee.paid-unknown fees[0].paid'],
    ['several', [{ amount: 5000, paid: 0, quantity: 3 }], [{ amount: 5000 }], 'fee.several fees[0]'],
    ['half a đồng', [{ amount: 0.5 }], null, 'fee.unreadable fees[0]'],
    ['nothing due', [], []],
    ['not carried', undefined, null, 'fee.not-carried'],
  ])('%s', (_, dossierFee, expected, rule) => {
    const read = mapped({ dossierFee })
    if (expected === null) expect(read.fees).toBeNull()
    else expect(read.fees).toMatchObject(expected as object[])
    if (rule !== undefined) expect(read.rules).toContain(rule)
  })
})

test('fields in another letter case are read, and said', () => {
  const { code, ...rest } = row()
  const read = fromIgate({ ...rest, CODE: code }, { tables: defaults })
  expect(read).toMatchObject({ ok: true, value: { localCode: code } })
  expect(read.findings).toContainEqual(expect.objectContaining({ ruleId: 'shape.key-case', path: 'code' }))
})

test.each([null, 7, 'x', [], {}])('%j is no dossier, and says why', (value) => {
  const read = fromIgate(value, { tables: defaults })
  expect(read.ok).toBe(false)
  expect(read.findings.length).toBeGreaterThan(0)
})

test('a procedure says its code, level and agencies', () => {
  const read = fromIgateProcedure({
    code: '1.1',
    nationCode: '',
    name: ' 1. Tên ',
    level: { name: 'Toàn trình' },
    agency: [{ id: 'a', name: 'UBND xã Mẫu' }],
  })
  expect(read).toMatchObject({
    ok: true,
    value: {
      code: '1.1',
      name: 'Tên',
      nationalCode: null,
      serviceLevels: [{ level: { scale: 'named', level: 'full' } }],
      agencies: { implementing: [{ name: 'UBND xã Mẫu' }] },
    },
    findings: [{ ruleId: 'procedure.national-unmatched' }],
  })
})
