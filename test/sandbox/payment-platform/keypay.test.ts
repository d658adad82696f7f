import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { type Fields, listeningProvince, PARTNER, platformSandbox, post, receiptBlock, SECRET } from './messages.js'

const INBOUND = 'TEST-INBOUND-KEY'
const REFERENCE = '12345_0a1b2c3d-4e5f-'

/** contracts/payment-platform.md §6: names in alphabetical order. */
function signed(fields: Fields, names: readonly string[], key: string): string {
  return createHmac('sha256', key)
    .update(names.map((name) => fields[name]).join('|'))
    .digest('hex')
}
const PAY = ['addition_fee', 'client_id', 'command', 'trans_amount', 'transaction_id', 'version']

function create(changes: Fields = {}, key = SECRET): Fields {
  const fields: Fields = {
    ...{ client_id: PARTNER, transaction_id: REFERENCE, trans_amount: '150000', addition_fee: '0', command: 'PAY', version: '3.0' },
    ...{ description: 'Le phi', locale: 'vn', country_code: 'vi', currency_code: 'VND', environment: '1' },
    ...{ return_url: 'https://dichvucong.example.vn/back', bill_info: receiptBlock, ...changes },
  }
  return { ...fields, check_sum: signed(fields, PAY, key) }
}
const detail = (changes: Fields = {}): Fields => {
  const fields: Fields = { client_id: PARTNER, command: 'PAY', transaction_id: REFERENCE, ...changes }
  return { ...fields, check_sum: signed(fields, ['client_id', 'command', 'transaction_id'], SECRET) }
}

async function gateway() {
  const sandbox = await platformSandbox()
  const province = await listeningProvince(() => ({ body: '{"return_code":0,"return_msg":"success"}' }))
  sandbox.payments.register({ partner: PARTNER, inboundSecret: INBOUND, callbackUrl: province.url })
  return { sandbox, province }
}
const ask = (sandbox: Sandbox, operation: 'start' | 'query', body: Fields) =>
  post(sandbox.systems['payment-platform-keypay']?.urls?.[operation] ?? '', body)

describe('create', () => {
  test('gives a page; the same again gives the same page, other content under the reference is refused', async () => {
    const { sandbox } = await gateway()
    const first = await ask(sandbox, 'start', create())
    expect(first.fields).toMatchObject({ error: '0', payment_url: expect.stringContaining('/payment-platform/pay/') })
    expect((await ask(sandbox, 'start', create())).text).toBe(first.text)
    expect((await ask(sandbox, 'start', create({ description: 'other' }))).fields.error).toBe('116')
    expect(await (await fetch(String(first.fields.payment_url))).text()).toContain('150.000 đồng')
  })

  test.each([
    ['an unknown client', create({ client_id: 'NOBODY' }), '09'],
    ['the second key', create({}, INBOUND), '07'],
    ['an amount as a number', create({ trans_amount: 150000 }), '02'],
    ['a bill of another sum', create({ trans_amount: '150001' }), '02'],
    ['another version', create({ version: '2.0' }), '02'],
    ['no way back', create({ return_url: '' }), '02'],
    ['a way back that is a script', create({ return_url: 'javascript:alert(1)' }), '02'],
    ['a bill without items', create({ bill_info: { ...receiptBlock, DSKhoanNop: [] } }), '02'],
  ])('refuses %s', async (_, message, code) => {
    const { sandbox } = await gateway()
    expect((await ask(sandbox, 'start', message)).fields.error).toBe(code)
    expect(sandbox.payments.transactions()).toEqual([])
  })
})

test('the callback and the answer to a detail query are signed with the second key, with the postage beside the amount', async () => {
  const { sandbox, province } = await gateway()
  await ask(sandbox, 'start', create({ addition_fee: '30000' }))
  expect((await ask(sandbox, 'query', detail())).fields).toMatchObject({ status: 1, transaction_code: '' })
  const { payments } = sandbox.payments.citizen({ reference: REFERENCE, action: 'pay' })
  await sandbox.payments.settle()
  const [callback = {}] = province.messages()
  expect(callback).toMatchObject({
    ...{ client_id: PARTNER, transaction_id: REFERENCE, transaction_code: payments[0], trans_amount: '150000', addition_fee: '30000' },
    ...{ status: 0, description: 'Le phi', MaHoSo: 'H99-261122-0001' },
  })
  expect(callback.check_sum).toBe(signed(callback, PAY, INBOUND))
  expect((await ask(sandbox, 'query', detail())).fields).toEqual(callback)
  // What the citizen really paid.
  expect(sandbox.payments.transactions()).toMatchObject([{ amount: 180_000, payments: [{ amount: 180_000 }] }])
})

test('what failed is told with another status; an unknown reference is an error', async () => {
  const { sandbox, province } = await gateway()
  await ask(sandbox, 'start', create())
  sandbox.payments.citizen({ reference: REFERENCE, action: 'fail' })
  await sandbox.payments.settle()
  expect(province.messages()).toMatchObject([{ status: 1, transaction_code: '' }])
  expect((await ask(sandbox, 'query', detail({ transaction_id: 'NEVER' }))).fields.error).toBe('104')
})
