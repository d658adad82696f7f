import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../src/base/index.js'
import { dossierRowTraits, fromDossierRow, toDossierRow } from '../../../src/mappers/index.js'
import { anyDossier, at, returned } from '../made-up.js'

test('a dossier written as a line and read again is the same dossier', () => {
  fc.assert(
    fc.property(anyDossier, (dossier) => {
      const read = fromDossierRow(JSON.parse(JSON.stringify(toDossierRow(dossier))))
      expect(read.ok && canonicalJson(read.value)).toBe(canonicalJson({ ...dossier, nationalCode: dossier.nationalCode }))
    }),
    { numRuns: 300 },
  )
})

test('milliseconds survive', () => {
  const precise = { ...returned, receivedAt: (at('2025-03-05 09:00') + 7) as typeof returned.receivedAt }
  expect(toDossierRow(precise).receivedAt).toBe('2025-03-05T09:00:00.007+07:00')
  expect(fromDossierRow(toDossierRow(precise))).toMatchObject({ ok: true, value: { receivedAt: precise.receivedAt } })
})

test('a line needs little: what is left out is unknown', () => {
  const read = fromDossierRow({
    localCode: 'H99.12-250310-0007',
    applicantKind: 'citizen',
    applicantId: '099090000001',
    fees: [{ amountVnd: 100_000 }],
  })
  expect(read).toMatchObject({
    ok: true,
    value: {
      sourceId: 'H99.12-250310-0007',
      nationalCode: 'H99.12-250310-0007',
      applicant: { identities: [{ kind: 'personal-number', number: '099090000001' }] },
      fees: [{ amount: 100_000, paid: null }],
      steps: null,
      results: null,
    },
  })
})

describe('a line that cannot be read says which field, and repeats no value', () => {
  test.each([
    [{ localCode: 'a', receivedAt: '2025-03-10 08:15' }, 'receivedAt'],
    [{ localCode: 'a', receivedAt: '2025-03-10T08:15:00' }, 'receivedAt'],
    [{ localCode: 'a', receivedat: null }, 'receivedat'],
    [{ localCode: 'a', fees: [{ amountVnd: 0.5 }] }, 'fees.0.amountVnd'],
    [{ localCode: 'a', status: 'Đang xử lý' }, 'status'],
    [{ applicantName: 'Nguyễn Văn Mẫu' }, 'localCode'],
    ['text', 'line'],
    [null, 'line'],
  ])('%j: %s', (json, field) => {
    const read = fromDossierRow(json)
    expect(read.ok).toBe(false)
    expect(read.findings[0]).toMatchObject({ ruleId: 'row.unreadable', severity: 'error', path: field })
    expect(JSON.stringify(read.findings)).not.toMatch(/Nguyễn|Đang xử lý/)
  })
})

test('whatever a line holds, reading never throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const read = fromDossierRow(json)
      expect(read.ok || read.findings.length > 0).toBe(true)
      dossierRowTraits(json)
    }),
    { numRuns: 300 },
  )
})

test('traits carry the line’s own flags', () => {
  expect(dossierRowTraits({ localCode: 'a', flags: ['test'], channel: 'online' })).toMatchObject({
    localCode: 'a',
    channel: 'online',
    flags: ['test', 'not-received'],
  })
})
