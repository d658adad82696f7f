import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { dutyKinds } from '../../src/domain/index.js'
import { readBill } from '../../src/payments/index.js'

const bill = {
  duty: 'fees',
  billCode: 'H99-261122-0001',
  dossierCode: 'H99-261122-0001',
  agency: { code: '000.00.00.H99', name: 'Sở Mẫu' },
  procedure: { code: '9.000001', name: 'Thủ tục mẫu' },
  payer: { name: 'Nguyễn Văn Mẫu', idNumber: '000000000000', address: '1 Đường Mẫu' },
  lines: [{ kind: 'fee', code: 'MAU-01', name: 'Lệ phí mẫu', amount: 150_000 }],
  narration: 'Thanh toán hồ sơ H99-261122-0001',
}
const line = bill.lines[0]
const withAmount = (amount: unknown) => ({ ...bill, lines: [{ ...line, amount }] })
const fine = {
  ...bill,
  ...{ duty: 'fine', billCode: 'QD-0001/2026', dossierCode: null, procedure: null, lines: [{ kind: 'other', name: 'Tiền phạt', amount: '2000000' }] },
  decision: {
    ...{ number: 'QD-0001/2026', decidedOn: '2026-11-10', authority: { code: '000.00.15.H99', name: 'Công an tỉnh Mẫu' } },
    ...{ kind: { code: 'GT' }, treasury: '0011', violatedAt: '2026-11-09T08:30:00+07:00' },
  },
}

/** Code, field and problem of a refusal, in one text. */
function refusal(value: unknown, options = {}): string {
  try {
    readBill(value, options)
  } catch (error) {
    if (isLienthongError(error) && error.code === 'payment.invalid_bill') return error.text.en
    throw error
  }
  throw new Error('was taken')
}

test('a bill gets null for what it leaves out, and its amounts as whole đồng', () => {
  expect(readBill(bill)).toMatchObject({
    lines: [{ amount: 150_000 }],
    procedure: { service: { code: null, name: null } },
    decision: null,
    tax: null,
  })
  expect(readBill(fine)).toMatchObject({
    lines: [{ amount: 2_000_000, code: null }],
    decision: { decidedOn: '2026-11-10', violatedAt: Date.UTC(2026, 10, 9, 1, 30), place: null },
  })
  expect(readBill(bill)).not.toHaveProperty('beneficiary')
})

test('150000, "150000" and "150000.0" are one amount', () => {
  for (const amount of [150_000, '150000', '150000.0']) expect(readBill(withAmount(amount)).lines[0]?.amount).toBe(150_000)
})

describe('refused, with the field and what to do:', () => {
  test.each([
    ['a negative amount', withAmount(-150_000), 'lines.0.amount: expected a whole amount'],
    ['half a đồng', withAmount(150_000.5), 'lines.0.amount: expected a whole amount'],
    ['an amount beyond 2^53', withAmount(9_007_199_254_740_992), 'lines.0.amount: expected a whole amount'],
    ['an amount of 16 digits', withAmount('1000000000000000'), 'lines.0.amount: an amount has at most 15 digits'],
    ['an amount with separators', withAmount('150.000'), 'lines.0.amount: expected a whole amount'],
    ['an exponent', withAmount('1e5'), 'lines.0.amount: expected a whole amount'],
    ['a truth value as amount', withAmount(true), 'lines.0.amount: expected a whole amount'],
    ['no amount', { ...bill, lines: [{ kind: 'fee', name: 'Lệ phí mẫu' }] }, 'lines.0.amount: expected a whole amount'],
    ['lines that add up to too much', { ...bill, lines: [line, { ...line, amount: '999999999999999' }] }, 'lines: an amount has at most 15 digits'],
    ['no lines', { ...bill, lines: [] }, 'lines: a bill needs at least one line'],
    ['a separator in the narration', { ...bill, narration: 'A|B' }, 'narration: must not hold “|”'],
    ['a narration that is too long', { ...bill, narration: 'X'.repeat(211) }, 'narration: '],
    ['a payer without a name', { ...bill, payer: { ...bill.payer, name: '  ' } }, 'payer.name: '],
    ['a name that is too long', { ...bill, payer: { ...bill.payer, name: 'X'.repeat(256) } }, 'payer.name: '],
    ['a misspelt field', { ...bill, naration: 'X' }, 'naration: there is no such field; did you mean “narration”?'],
    ['a misspelt field of a line', { ...bill, lines: [{ ...line, amout: 1 }] }, 'lines.0.amout: there is no such field; did you mean “amount”?'],
    [
      'a misspelt field of a decision',
      { ...fine, decision: { ...fine.decision, tresury: '1' } },
      'decision.tresury: there is no such field; did you mean “treasury”?',
    ],
    [
      'a day that is none',
      { ...fine, decision: { ...fine.decision, decidedOn: '2026-02-30' } },
      'decision.decidedOn: expected a day of the calendar',
    ],
    [
      'a treasury that is no number',
      { ...fine, decision: { ...fine.decision, treasury: 'KB' } },
      'decision.treasury: a treasury unit is 1 to 8 digits',
    ],
    [
      'an account with blanks',
      { ...bill, beneficiary: { account: '0000 1', bankCode: '1', accountName: 'X' } },
      'beneficiary.account: an account is 1 to 19 digits',
    ],
    [
      'an identity number without quotation marks',
      { ...bill, payer: { ...bill.payer, idNumber: 99_000_000_001 } },
      'payer.idNumber: expected a text: put the number in quotation marks',
    ],
    [
      'a treasury without quotation marks',
      { ...fine, decision: { ...fine.decision, treasury: 11 } },
      'decision.treasury: expected a text: put the number',
    ],
    ['a list', [bill], 'bill: '],
    ['nothing', null, 'bill: '],
  ])('%s', (_, value, says) => {
    expect(refusal(value)).toContain(says)
  })

  test('in Vietnamese, too', () => {
    const vi = (value: unknown) => {
      try {
        readBill(value)
      } catch (error) {
        return isLienthongError(error) ? error.text.vi : ''
      }
      return 'was taken'
    }
    expect(vi({ ...bill, payer: { ...bill.payer, idNumber: 99_000_000_001 } })).toContain('đặt số trong ngoặc kép')
    expect(vi({ ...bill, payer: 'Mẫu' })).toContain('Đầu vào không hợp lệ')
    expect(vi({ ...bill, billCode: true })).not.toContain('expected')
  })

  test('an unknown duty, with all that there are', () => {
    expect(refusal({ ...bill, duty: 'parking' })).toContain(`duty: there is no such duty; there are ${dutyKinds.join(', ')}`)
  })

  test('a bank that is not on the list, with the nearest one', () => {
    const beneficiary = { account: '0000000000001', bankCode: '970437', accountName: 'SO MAU' }
    expect(refusal({ ...bill, beneficiary }, { bankCodes: ['970436', '970415'] })).toContain('did you mean 970436?')
    expect(readBill({ ...bill, beneficiary }, { bankCodes: ['970437'] })).toMatchObject({ beneficiary })
  })

  test('and never with what stands in the bill', () => {
    for (const value of [
      { ...bill, payer: { ...bill.payer, name: 5 } },
      { ...bill, procedure: 'Nguyễn Văn Mẫu' },
      { ...bill, narration: 'Mẫu|Mẫu' },
    ])
      expect(refusal(value)).not.toContain('Mẫu')
  })
})

test('the bill that docs/payments.md shows is one', () => {
  const page = readFileSync(new URL('../../docs/payments.md', import.meta.url), 'utf8')
  const shown = /```json\n(\{[\s\S]*?)```/.exec(page)?.[1] ?? ''
  expect(readBill(JSON.parse(shown))).toMatchObject({ billCode: 'H99-261122-0001', lines: [{ amount: 150_000 }] })
})
