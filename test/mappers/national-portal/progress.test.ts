import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Dossier, ProgressStep } from '../../../src/domain/index.js'
import { fromProgressStep, progressOf, toProgressStep } from '../../../src/mappers/index.js'
import { anyDossier, at, returned, step } from '../made-up.js'

function statuses(changes: Partial<Dossier>, deriveSteps = true) {
  const mapped = progressOf({ ...returned, ...changes }, { deriveSteps })
  return mapped.ok ? mapped.value.map(({ status, derived }) => (derived ? `(${status})` : String(status))) : undefined
}

describe('boundary steps come from the record’s own dates', () => {
  test.each<[string, Partial<Dossier>, readonly string[]]>([
    ['a returned dossier without history', {}, ['(2)', '(9)', '(10)']],
    ['one in progress', { status: 4, finishedAt: null, returnedAt: null }, ['(2)']],
    ['one processed, not yet returned', { status: 9, returnedAt: null }, ['(2)', '(9)']],
    ['a refused one was never received', { status: 3, refusedAt: at('2025-03-05 10:00') }, ['(3)']],
    ['a submitted one', { status: 1 }, []],
    ['a stopped one has no end of processing', { status: 8 }, ['(2)']],
    ['dates that are unknown make no steps', { receivedAt: null, finishedAt: null, returnedAt: null }, []],
    ['the source’s own steps win', { steps: [step(2, at('2025-03-05 09:01')), step(9, at('2025-03-06 16:00'))] }, ['2', '9', '(10)']],
    ['a dossier stopped and handed out was not processed to its end', { steps: [step(8, at('2025-03-06 10:00'))] }, ['(2)', '8', '(10)']],
  ])('%s', (_, changes, expected) => {
    expect(statuses(changes)).toEqual(expected)
  })

  test('and none when switched off', () => {
    expect(statuses({ steps: [step(4, at('2025-03-05 10:00'))] }, false)).toEqual(['4'])
  })

  test('are signed by the agency, never by an invented person', () => {
    const mapped = progressOf(returned)
    expect(mapped.ok && mapped.value[0]).toMatchObject({ officer: 'UBND xã Mẫu', note: 'Được tiếp nhận', at: returned.receivedAt, derived: true })
  })
})

test('steps are told in the order in which they happened; at one moment in the source’s', () => {
  const noon = at('2025-03-06 12:00')
  expect(statuses({ steps: [step(6, noon), step(5, at('2025-03-05 10:00')), step(4, noon)] })).toEqual(['(2)', '5', '6', '4', '(9)', '(10)'])
  expect(statuses({ steps: [step(4, returned.receivedAt!)] })).toEqual(['(2)', '4', '(9)', '(10)'])
})

test('a step without status is left out, and said', () => {
  const mapped = progressOf({ ...returned, steps: [step(null, at('2025-03-05 10:00'))] })
  expect(mapped.findings).toMatchObject([{ ruleId: 'step.status-missing', path: 'steps[0].status' }])
  expect(mapped.ok && mapped.value.every(({ derived }) => derived)).toBe(true)
})

test('whatever the dossier: progress is sorted, holds every step that has a status once, and derives no status twice', () => {
  fc.assert(
    fc.property(anyDossier, (dossier) => {
      const mapped = progressOf(dossier)
      if (!mapped.ok) throw new Error('progress is total')
      const times = mapped.value.map(({ at }) => at)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      for (const own of dossier.steps ?? []) expect(mapped.value.filter((one) => one === own)).toHaveLength(own.status === null ? 0 : 1)
      const added = mapped.value.filter((one) => !dossier.steps?.includes(one)).map(({ status }) => status)
      expect(new Set(added).size).toBe(added.length)
      for (const status of added) expect(dossier.steps?.some((own) => own.status === status) ?? false).toBe(false)
    }),
    { numRuns: 300 },
  )
})

describe('one step on the wire (contracts/national-portal.md §4.2)', () => {
  const context = { code: '000.05.12.H99-250214-0007', agencyName: 'UBND xã Mẫu' }
  const send = (one: ProgressStep, more: Partial<typeof context> = {}) => {
    const mapped = toProgressStep(one, { ...context, ...more })
    return { record: mapped.ok ? mapped.value : undefined, rules: mapped.findings.map(({ ruleId }) => ruleId) }
  }

  test('reads as the contract’s example', () => {
    const example = step(9, at('2025-02-17 15:30'), { officer: 'Trần Thị Ví Dụ', note: 'Ký duyệt' })
    expect(send(example)).toEqual({
      record: {
        MaHoSo: '000.05.12.H99-250214-0007',
        NguoiXuLy: 'Trần Thị Ví Dụ',
        ChucDanh: '',
        ThoiDiemXuLy: '20250217153000',
        PhongBanXuLy: '',
        NoiDungXuLy: 'Ký duyệt',
        TrangThai: '9',
        NgayBatDau: '',
        NgayKetThucTheoQuyDinh: '',
      },
      rules: [],
    })
  })

  test('an empty officer is replaced by department or agency, and that is said; without either it is an error', () => {
    const when = at('2025-02-17 15:30')
    expect(send(step(4, when, { officer: null, department: 'Phòng Mẫu' }))).toMatchObject({
      record: { NguoiXuLy: 'Phòng Mẫu' },
      rules: ['step.officer-replaced'],
    })
    expect(send(step(4, when, { officer: null }))).toMatchObject({ record: { NguoiXuLy: 'UBND xã Mẫu' }, rules: ['step.officer-replaced'] })
    expect(toProgressStep(step(4, when, { officer: null }), { code: context.code, agencyName: null })).toMatchObject({
      ok: false,
      findings: [{ ruleId: 'step.officer-missing' }],
    })
  })

  test('a long officer is cut at 50', () => {
    expect(send(step(4, at('2025-02-17 15:30'), { officer: 'a'.repeat(60) }))).toMatchObject({
      record: { NguoiXuLy: 'a'.repeat(50) },
      rules: ['text.cut'],
    })
  })

  test('a silent step says its status; an unknown status has nothing to say', () => {
    expect(send(step(4, at('2025-02-17 15:30'), { note: null }))).toMatchObject({
      record: { NoiDungXuLy: 'Đang xử lý' },
      rules: ['step.note-replaced'],
    })
    expect(send(step(17, at('2025-02-17 15:30'), { note: null }))).toMatchObject({ record: undefined, rules: ['step.note-missing'] })
  })

  test('a step without status is never sent as “processing”', () => {
    expect(send(step(null, at('2025-02-17 15:30')))).toMatchObject({ record: undefined, rules: ['status.missing'] })
  })

  test('survives the wire', () => {
    const one = step(4, at('2025-02-17 15:30'), { position: 'Chuyên viên', department: 'Phòng Mẫu', deadline: at('2025-02-18 17:00') })
    expect(fromProgressStep(send(one).record!)).toEqual(one)
  })
})
