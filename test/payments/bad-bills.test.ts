/** Bills that could never be sent: refused when they are made, with the field's name, and nothing of them kept. */
import { describe, expect, test } from 'vitest'
import type { Vnd } from '../../src/domain/index.js'
import type { NewBill } from '../../src/payments/index.js'
import { fineBill } from '../mappers/payment-platform/made-up-bills.js'
import { ACCOUNTS, feeWithoutAccount, openTill } from './till.js'

const line = { kind: 'fee' as const, code: 'MAU-01', name: 'Lệ phí mẫu', amount: 150_000 as Vnd }
const lines = (...amounts: unknown[]) => ({ lines: amounts.map((amount) => ({ ...line, amount: amount as Vnd })) })
const { procedure, payer } = feeWithoutAccount
const { beneficiary: _, ...fine } = fineBill
const long = (length: number) => 'X'.repeat(length + 1)

describe('a bill is refused when it is made, naming the field, for', () => {
  test.each<[string, object, string]>([
    ['a negative amount', lines(-1000), 'lines.0.amount'],
    ['a negative line that another makes up for', lines(3000, -1000), 'lines.1.amount'],
    ['a fraction', lines(1000.5), 'lines.0.amount'],
    ['two fractions that make a whole', lines(0.5, 0.5), 'lines.0.amount'],
    ['an amount beyond 2^53', lines(2 ** 53), 'lines.0.amount'],
    ['an amount of 16 digits', lines(10 ** 15), 'lines.0.amount'],
    ['amounts whose sum has 16 digits', lines(10 ** 15 - 1, 1), 'lines'],
    ['no number', lines(Number.NaN), 'lines.0.amount'],
    ['infinity', lines(Number.POSITIVE_INFINITY), 'lines.0.amount'],
    ['an amount as text', lines('150000'), 'lines.0.amount'],
    ['nothing to pay', lines(0), 'lines'],
    ['a duty nobody knows', { duty: 'parking' }, 'duty'],
    ['a duty named as objects name things', { duty: 'constructor' }, 'duty'],
    ['a kind of line nobody knows', { lines: [{ ...line, kind: 'tip' }] }, 'receipt.PhiLePhi.0.LoaiPhiLePhi'],
    ['a line’s name that is too long', { lines: [{ ...line, name: long(250) }] }, 'lines.0.name'],
    ['a line’s code that is too long', { lines: [{ ...line, code: long(50) }] }, 'lines.0.code'],
    ['no code', { billCode: ' ' }, 'billCode'],
    ['a code that is too long', { billCode: long(50) }, 'billCode'],
    ['a dossier’s code that is too long', { dossierCode: long(50) }, 'dossierCode'],
    ['a separator in the narration', { narration: 'A|B' }, 'narration'],
    ['a narration of signs that no bank takes', { narration: '“…”' }, 'narration'],
    ['a narration that is too long', { narration: long(210) }, 'narration'],
    ['a payer’s name that is too long', { payer: { ...payer, name: long(255) } }, 'payer.name'],
    ['a payer’s province that is too long', { payer: { ...payer, province: long(100) } }, 'payer.province'],
    ['a procedure’s code that is too long', { procedure: { ...procedure, code: long(50) } }, 'procedure.code'],
    ['a service’s name that is too long', { procedure: { ...procedure, service: { code: null, name: long(250) } } }, 'procedure.service.name'],
    ['an agency’s code that is too long', { agency: { code: long(50), name: 'Sở Mẫu' } }, 'agency.code'],
    ['a treasury that is no number', { ...fine, decision: { ...fine.decision, treasury: 'KB 0011' } }, 'decision.treasury'],
    [
      'an authority whose name is too long',
      { ...fine, decision: { ...fine.decision, authority: { code: 'A', name: long(250) } } },
      'decision.authority.name',
    ],
    ['a kind of fine whose code is too long', { ...fine, decision: { ...fine.decision, kind: { code: long(50), name: 'X' } } }, 'decision.kind.code'],
    ['a budget account that is too long', { ...fine, decision: { ...fine.decision, budgetAccount: long(50) } }, 'decision.budgetAccount'],
    ['a decision’s place that is too long', { ...fine, decision: { ...fine.decision, place: long(250) } }, 'decision.place'],
  ])('%s', async (_name, change, field) => {
    const { office, ledger, platform } = await openTill()
    const error: unknown = await office.createBill({ ...feeWithoutAccount, ...change } as NewBill).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'payment.invalid_bill', kind: 'validation', message: expect.stringContaining(` ${field}: `) })
    expect((error as Error).message).not.toContain('Nguyễn')
    expect(await ledger.db.selectFrom('bills').select('id').execute()).toEqual([])
    expect(platform.books.size).toBe(0)
  })

  test('a bank that nobody approved for this account, though the account is known', async () => {
    const { office, ledger } = await openTill()
    const [{ validFrom: _from, validTo: _to, ...account }] = ACCOUNTS as [(typeof ACCOUNTS)[number]]
    const bill = { ...feeWithoutAccount, beneficiary: { ...account, bankCode: '99999999' } }
    await expect(office.createBill(bill)).rejects.toMatchObject({ code: 'payment.account_not_approved' })
    expect(await ledger.db.selectFrom('bills').select('id').execute()).toEqual([])
  })
})

test('a payer’s name with a separator is no signed field: the bill can be paid', async () => {
  const { office } = await openTill()
  const bill = await office.createBill({ ...feeWithoutAccount, payer: { ...payer, name: 'Nguyễn Văn Mẫu | Trần Thị Ví Dụ' } })
  expect(await office.start(bill.id)).toMatchObject({ outcome: 'pay' })
})
