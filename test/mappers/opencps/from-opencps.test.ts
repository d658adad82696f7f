import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromOpenCps, loadDefaults, openCpsTraits, parseCodeTables } from '../../../src/mappers/index.js'
import { at } from '../made-up.js'

const tables = loadDefaults('opencps-v2')
const record = {
  dossierId: 70107,
  referenceUid: '5f0c0a1e-0000-4000-8000-000000000007',
  dossierNo: '000.00.12.H99-250310-0007',
  serviceCode: '1.001612.000.00.00.H99',
  serviceName: 'Đăng ký thành lập hộ kinh doanh',
  govAgencyCode: '000.00.12.H99',
  govAgencyName: 'UBND xã Mẫu',
  applicantName: 'NGUYỄN VĂN MẪU',
  applicantIdType: 'citizen',
  applicantIdNo: '099090000001',
  contactName: 'Nguyễn Văn Mẫu',
  receiveDate: '10/03/2025 08:15:00',
  dueDate: '13/03/2025 08:15:00',
  dossierStatus: 'processing',
  viaPostal: '0',
  online: 'true',
  originality: 1,
  systemId: 0,
}

function map(
  changes: Readonly<Record<string, unknown>> = {},
  more: { actions?: readonly unknown[]; payment?: unknown; tables?: typeof tables; province?: string } = {},
) {
  const mapped = fromOpenCps(
    { dossier: { ...record, ...changes }, actions: more.actions ?? null, payment: more.payment ?? null },
    { tables: more.tables ?? tables, ...(more.province === undefined ? {} : { provinceAgencyCode: more.province }) },
  )
  if (!mapped.ok) throw new Error('no dossier')
  return { dossier: mapped.value, rules: mapped.findings.map(({ ruleId, path }) => `${ruleId} ${path}`.trim()) }
}

describe('status', () => {
  test('the sub-status decides when it has a row', () => {
    const own = parseCodeTables({ subStatus: { processing_2: 6 } }, 't', 'opencps-v2')
    const { dossier, rules } = map({ dossierSubStatus: 'processing_2' }, { tables: own })
    expect(dossier.status).toBe(6)
    expect(rules).not.toContain('status.substatus-unmapped status')
  })

  test('without a row for it the status decides, and that is said', () => {
    const { dossier, rules } = map({ dossierSubStatus: 'processing_2' })
    expect(dossier.status).toBe(4)
    expect(rules).toContain('status.substatus-unmapped status')
  })

  test('an unmapped status is an error, never an empty code', () => {
    const { dossier, rules } = map({ dossierStatus: 'archived' })
    expect(dossier.status).toBeNull()
    expect(rules).toContain('status.unmapped status')
  })
})

describe('dates', () => {
  test('releaseDate ends processing, finishDate hands over when the dossier is done', () => {
    const { dossier } = map({ dossierStatus: 'done', releaseDate: '12/03/2025 16:20:00', finishDate: '13/03/2025 10:05:00' })
    expect(dossier).toMatchObject({ finishedAt: at('2025-03-12 16:20'), returnedAt: at('2025-03-13 10:05'), refusedAt: null })
  })

  test('finishDate of a refused dossier is the refusal', () => {
    const { dossier } = map({ dossierStatus: 'denied', finishDate: '10/03/2025 10:05:00', cancellingDate: '09/03/2025 10:05:00' })
    expect(dossier).toMatchObject({ returnedAt: null, refusedAt: at('2025-03-10 10:05') })
  })

  test('finishDate of any other dossier proves nothing', () => {
    const { dossier, rules } = map({ finishDate: '13/03/2025 10:05:00' })
    expect(dossier.returnedAt).toBeNull()
    expect(rules).toContain('time.finish-without-return returnedAt')
  })

  test('a date in another form is unknown and reported', () => {
    const { dossier, rules } = map({ dueDate: '2025-03-13' })
    expect(dossier.dueAt).toBeNull()
    expect(rules).toContain('time.unreadable dueAt')
  })
})

describe('codes', () => {
  test('a local number of the province is the national number', () => {
    expect(map({}, { province: '000.00.00.H99' }).dossier.nationalCode).toBe(record.dossierNo)
    expect(map({}, { province: 'H99' }).dossier.nationalCode).toBe(record.dossierNo)
  })

  test.each(['TTPVHCC-2025-00231', '000.00.12.H22-250310-0007'])('%s is none', (dossierNo) => {
    const { dossier, rules } = map({ dossierNo }, { province: '000.00.00.H99' })
    expect(dossier).toMatchObject({ localCode: dossierNo, nationalCode: null })
    expect(rules).toContain('code.without-province nationalCode')
  })

  test('a dossier from the national portal keeps its national number, which is referenceUid', () => {
    expect(map({ systemId: 5, referenceUid: '000.00.00.G22-250310-0001' }).dossier).toMatchObject({
      nationalCode: '000.00.00.G22-250310-0001',
      origin: 'national',
      filedAt: 'national',
    })
  })
})

describe('applicant', () => {
  test('the upper-cased name is kept, unless the province says the contact is the applicant', () => {
    expect(map().dossier.applicant.name).toBe('NGUYỄN VĂN MẪU')
    const own = parseCodeTables({ applicantName: 'contact-when-same-letters' }, 't', 'opencps-v2')
    expect(map({}, { tables: own }).dossier.applicant.name).toBe('Nguyễn Văn Mẫu')
    expect(map({ contactName: 'Trần Thị Ví Dụ' }, { tables: own }).dossier.applicant.name).toBe('NGUYỄN VĂN MẪU')
  })

  test('list and detail spell several applicants the same', () => {
    expect(map({ applicantName: 'A;B' }).dossier.applicant.name).toBe(map({ applicantName: 'A; B' }).dossier.applicant.name)
  })

  test('a lost leading zero is reported, never padded', () => {
    const { dossier, rules } = map({ applicantIdNo: '99090000001' })
    expect(dossier.applicant.identities).toEqual([{ kind: 'other', number: '99090000001', issuedOn: null }])
    expect(rules).toContain('identity.doubtful applicant.identities[0].number')
  })

  test('no number is no identity', () => {
    expect(map({ applicantIdNo: '' }).dossier.applicant.identities).toEqual([])
  })
})

test.each([
  ['0', 'counter'],
  ['1', 'counter'],
  ['2', 'post'],
  ['7', 'post'],
  ['', null],
])('viaPostal %j returns by %s', (viaPostal, returnBy) => {
  expect(map({ viaPostal }).dossier.returnBy).toBe(returnBy)
})

describe('steps', () => {
  const actions = [
    {
      dossierSyncId: 2,
      createDate: 1_741_575_720_000,
      actionCode: '4100',
      actionName: 'Yêu cầu bổ sung',
      actionNote: 'Thiếu bản sao',
      actionUser: 'Lê Cán Bộ',
    },
    {
      dossierSyncId: 1,
      createDate: 1_741_569_300_000,
      actionCode: '1100',
      actionName: 'Tiếp nhận hồ sơ',
      actionNote: 'Hồ sơ đầy đủ',
      actionUser: 'Phạm Một Cửa',
    },
  ]

  test('come in the order in which they happened, with the status the province’s table gives', () => {
    const own = parseCodeTables({ actions: { 1100: 2, 4100: 5 } }, 't', 'opencps-v2')
    expect(map({}, { actions, tables: own }).dossier.steps).toMatchObject([
      { at: at('2025-03-10 08:15'), status: 2, note: 'Tiếp nhận hồ sơ', officer: 'Phạm Một Cửa' },
      { at: at('2025-03-10 10:02'), status: 5, note: 'Yêu cầu bổ sung: Thiếu bản sao' },
    ])
  })

  test('have no status without a row: a finding, never a guess', () => {
    const { dossier, rules } = map({}, { actions })
    expect(dossier.steps?.map(({ status }) => status)).toEqual([null, null])
    expect(rules).toEqual(expect.arrayContaining(['step.status-unmapped steps[0].status', 'step.status-unmapped steps[1].status']))
  })

  test('an empty feed is an empty history, no feed is none', () => {
    expect(map({}, { actions: [] }).dossier.steps).toEqual([])
    expect(map().dossier.steps).toBeNull()
  })

  test('a row without a moment is left out and reported', () => {
    const { dossier, rules } = map({}, { actions: [{ createDate: 8.64e18 }, { createDate: 'x' }, null, ...actions] })
    expect(dossier.steps).toHaveLength(2)
    expect(rules.filter((rule) => rule.startsWith('step.unreadable'))).toHaveLength(3)
  })
})

describe('payment', () => {
  const payment = {
    paymentFileId: 1,
    paymentFee: 'Lệ phí',
    feeAmount: 100_000,
    paymentAmount: 100_000,
    paymentStatus: 3,
    paymentMethod: 'KeyPayDVCQG',
  }

  test.each([
    [{}, { fees: [{ amount: 100_000, paid: true }], onlinePayment: 'national' }],
    [{ paymentMethod: 'ViettelPay' }, { fees: [{ paid: true }], onlinePayment: 'provincial' }],
    [
      { paymentStatus: 5, paymentMethod: '' },
      { fees: [{ paid: true }], onlinePayment: 'none' },
    ],
    [{ paymentStatus: 1 }, { fees: [{ paid: false }], onlinePayment: 'none' }],
    [{ paymentStatus: 2 }, { fees: [{ paid: null }], onlinePayment: null }],
    [{ paymentStatus: 4 }, { fees: [{ paid: null }], onlinePayment: null }],
    [{ paymentMethod: 'Tiền mặt' }, { fees: [{ paid: true }], onlinePayment: null }],
    [
      { feeAmount: 0, paymentAmount: 0 },
      { fees: [{ amount: 0 }], onlinePayment: 'none' },
    ],
  ])('%j', (changes, expected) => {
    expect(map({}, { payment: { ...payment, ...changes } }).dossier).toMatchObject(expected)
  })

  test('postage is no fee; amounts that do not add up are reported', () => {
    const { dossier, rules } = map({}, { payment: { ...payment, shipAmount: 30_000 } })
    expect(dossier.fees).toMatchObject([{ amount: 100_000 }])
    expect(rules).toContain('fee.amounts-differ fees')
  })

  test.each([
    { feeAmount: 0, paymentAmount: 100_000 },
    { feeAmount: -5, paymentAmount: -5 },
    { feeAmount: 0.5, paymentAmount: 0.5 },
    { feeAmount: '', paymentAmount: '' },
  ])('%j leaves fees unknown: a zero would say that nothing is due', (amounts) => {
    expect(map({}, { payment: { ...payment, ...amounts } }).dossier.fees).toBeNull()
  })

  test('an unread payment is unknown, not free of charge', () => {
    expect(map().dossier).toMatchObject({ fees: null, onlinePayment: null })
  })
})

describe('traits for scope rules', () => {
  test.each([
    [{}, []],
    [{ originality: 0 }, ['copy']],
    [{ originality: 9 }, ['group']],
    [{ dossierNo: '' }, ['not-received']],
    [{ receiveDate: '' }, ['not-received']],
    [{ systemId: 5 }, ['from-national']],
  ])('%j', (changes, flags) => {
    expect(openCpsTraits({ ...record, ...changes }).flags).toEqual(flags)
  })

  test('say whose and which', () => {
    expect(openCpsTraits(record)).toMatchObject({
      localCode: '000.00.12.H99-250310-0007',
      agencyCode: '000.00.12.H99',
      procedureCode: '1.001612.000.00.00.H99',
      channel: 'online',
      receivedAt: at('2025-03-10 08:15'),
    })
  })
})

test('whatever a server answers, mapping says what is wrong and never throws', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('', 'true', '10/03/2025 08:15:00', '99/99/9999 99:99:99', 1e300, -1))
  const shaped = fc.record(Object.fromEntries(Object.keys(record).map((key) => [key, value])), { requiredKeys: ['referenceUid'] })
  const dossier = fc.oneof(
    fc.jsonValue(),
    shaped,
    shaped.map((row) => ({ ...row, referenceUid: 'x' })),
  )
  const feed = fc.option(fc.array(fc.oneof(fc.jsonValue(), fc.record({ createDate: value, actionCode: value, payload: value })), { maxLength: 4 }))
  const fee = fc.oneof(fc.jsonValue(), fc.record({ feeAmount: value, paymentAmount: value, paymentStatus: value, paymentMethod: value }))
  fc.assert(
    fc.property(dossier, feed, fee, (source, actions, payment) => {
      const mapped = fromOpenCps({ dossier: source, actions, payment }, { tables, provinceAgencyCode: '000.00.00.H99' })
      expect(mapped.ok || mapped.findings.some(({ severity }) => severity === 'error')).toBe(true)
      openCpsTraits(source, tables)
    }),
    { numRuns: 500 },
  )
})

test('no finding repeats what the record says about a person', () => {
  const personal = {
    applicantIdType: 'Nguyễn Văn Mẫu 099090000001',
    dossierStatus: 'NGUYỄN VĂN MẪU',
    applicantIdNo: '99090000001',
    online: 'mau@example.vn',
    dueDate: '0900000000',
  }
  const mapped = fromOpenCps({ dossier: { ...record, ...personal }, actions: null, payment: null }, { tables })
  expect(JSON.stringify(mapped.findings)).not.toMatch(/MẪU|Mẫu|9909|example\.vn|09000/)
})

describe('several fee records', () => {
  const payment = (more: Record<string, unknown> = {}) => ({ paymentFileId: 1, feeAmount: 50_000, paymentAmount: 50_000, paymentStatus: 3, ...more })

  test('are as many fees, and one gateway where all agree', () => {
    const both = [
      payment({ paymentMethod: 'KeyPayDVCQG' }),
      payment({ paymentFileId: 2, feeAmount: 30_000, paymentAmount: 30_000, paymentStatus: 5 }),
    ]
    const { dossier } = map({}, { payment: both })
    expect(dossier.fees?.map(({ amount, paid }) => [amount, paid])).toEqual([
      [50_000, true],
      [30_000, true],
    ])
    expect(dossier.onlinePayment).toBe('national')
    expect(map({}, { payment: [both[0], payment({ paymentMethod: 'ViettelPay' })] }).dossier.onlinePayment).toBeNull()
  })

  test('of which one cannot be read are no fees at all: the sum would be too small', () => {
    const { dossier, rules } = map({}, { payment: [payment(), payment({ feeAmount: 'x', paymentAmount: null })] })
    expect(dossier.fees).toBeNull()
    expect(rules).toContain('fee.unreadable fees[1]')
  })

  test('none of them is a dossier that nothing is asked for', () => {
    expect(map({}, { payment: [] }).dossier.fees).toEqual([])
  })
})

test('both lists of the product’s statuses have a row', () => {
  const constants =
    'new receiving processing waiting correcting cancelling cancelled denied unresolved releasing posting pausing interoperating done collecting handover paying'
  for (const dossierStatus of constants.split(' ')) expect(map({ dossierStatus }).dossier.status, dossierStatus).not.toBeNull()
})

describe('what belongs together', () => {
  const traits = (changes: Record<string, unknown>) => openCpsTraits({ ...record, ...changes }, tables)

  test('a dossier with an origin is a part of it, whatever its originality; its own number is no origin', () => {
    expect(traits({ originality: 4, originDossierNo: '000.00.12.H99-250310-0001' })).toMatchObject({
      parentCode: '000.00.12.H99-250310-0001',
      flags: ['interlinked'],
    })
    expect(traits({ originDossierNo: record.dossierNo }).parentCode).toBeNull()
    expect(traits({ originDossierNo: '' }).parentCode).toBeNull()
  })

  test('a member of a group says so, and is none of its parts', () => {
    for (const groupDossierId of [70_001, '70001', '0,70001'])
      expect(traits({ groupDossierId })).toMatchObject({ flags: ['in-group'], parentCode: null })
    for (const groupDossierId of [0, '0', '', null, record.dossierId]) expect(traits({ groupDossierId }).flags).toEqual([])
  })

  test.each([
    ['PAUSE', 'paused'],
    ['PAUSE_OVERDUE', 'paused'],
    ['LOCK_REQUEST', 'locked'],
  ])('lockState %s is a fact for scope rules and no status', (lockState, flag) => {
    expect(traits({ lockState }).flags).toEqual([flag])
    expect(map({ lockState }).dossier.status).toBe(map().dossier.status)
  })

  test('XML writes every number as text: systemId 5 is the national portal’s all the same', () => {
    expect(traits({ systemId: '5', originality: '1' }).flags).toEqual(['from-national'])
    expect(map({ systemId: '5' }).dossier.nationalCode).toBe(record.referenceUid)
  })
})
