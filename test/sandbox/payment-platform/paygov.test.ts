import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { type Fields, listeningProvince, PARTNER, platformSandbox, SECRET, sha256 } from './messages.js'

const [ACCESS, SERVICE, TOKEN] = ['TEST-ACCESS', 'TEST-SERVICE', 'TEST-TOKEN']
const ORDER = '000.00.99.H99-H99-261122-0001-01'

/** contracts/payment-platform.md §6: secret first, nothing between. */
function link(changes: Fields = {}): Fields {
  const fields: Fields = {
    ...{ partnerCode: PARTNER, returnUrl: 'https://dichvucong.example.vn/back', orderId: ORDER, amount: 150000, orderInfo: 'Le phi mau' },
    ...{ requestCode: '123451795338900000', ipAddress: '203.0.113.10', accessKey: ACCESS, serviceCode: SERVICE, ...changes },
  }
  const signed = [SECRET, fields.accessKey, fields.partnerCode, fields.orderId, fields.requestCode, fields.amount]
  return { ...fields, checksum: sha256(signed.join('')) }
}

async function gateway() {
  const sandbox = await platformSandbox()
  const province = await listeningProvince(() => ({ body: '{"error_code":"SUCCESSFUL","error_message":""}' }))
  sandbox.payments.register({ partner: PARTNER, accessKey: ACCESS, serviceCode: SERVICE, token: TOKEN, callbackUrl: province.url })
  return { sandbox, province }
}

async function ask(sandbox: Sandbox, operation: 'start' | 'verify', body: Fields, token = TOKEN): Promise<{ status: number; fields: Fields }> {
  const answer = await fetch(sandbox.systems['payment-platform-paygov']?.urls?.[operation] ?? '', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, lgspaccesstoken: token },
    body: JSON.stringify(body),
  })
  return { status: answer.status, fields: (await answer.json()) as Fields }
}

describe('a link', () => {
  test('leads to the page of the order; its dossier is between agency and attempt', async () => {
    const { sandbox } = await gateway()
    const { fields } = await ask(sandbox, 'start', link())
    const { url } = fields.data as { url: string }
    expect(await (await fetch(url)).text()).toContain('150.000 đồng')
    expect(sandbox.payments.transactions()).toMatchObject([{ reference: ORDER, billCode: 'H99-261122-0001', dialect: 'paygov' }])
  })

  test.each([
    ['another access key', link({ accessKey: 'OTHER-ACCESS' }), 'FAILED'],
    ['an amount changed behind the checksum', { ...link(), amount: 150001 }, 'SIGNATURE_WRONG'],
    ['an amount as a text', link({ amount: '150000' }), 'FAILED'],
    ['words with marks', link({ orderInfo: 'Lệ phí mẫu' }), 'FAILED'],
    ['an order without a dossier', link({ orderId: 'ORDER' }), 'FAILED'],
  ])('is refused for %s', async (_, message, code) => {
    const { sandbox } = await gateway()
    expect((await ask(sandbox, 'start', message)).fields.error_code).toBe(code)
    expect(sandbox.payments.transactions()).toEqual([])
  })

  test('needs the token of the LGSP', async () => {
    const { sandbox } = await gateway()
    expect((await ask(sandbox, 'start', link(), 'OTHER-TOKEN')).status).toBe(401)
  })
})

test('the gateway knows its own results from others', async () => {
  const { sandbox, province } = await gateway()
  await ask(sandbox, 'start', link())
  const { payments } = sandbox.payments.citizen({ reference: ORDER, action: 'pay' })
  await sandbox.payments.settle()
  const [result = {}] = province.messages()
  expect(result).toMatchObject({ orderId: ORDER, requestCode: '123451795338900000', amount: '150000', transactionNo: payments[0], errorCode: '00' })
  expect((await ask(sandbox, 'verify', result)).fields.error_code).toBe('SUCCESSFUL')
  for (const [name, value] of Object.entries({ amount: '1', errorCode: '01', orderId: 'X', transactionNo: 'X', checksum: '' }))
    expect((await ask(sandbox, 'verify', { ...result, [name]: value })).fields.error_code, name).toBe('SIGNATURE_WRONG')
})
