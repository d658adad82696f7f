import { expect, test } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { init, initMessage, listeningProvince, PARTNER, platformSandbox, post, REFERENCE, SECRET } from './messages.js'

const door = (sandbox: Sandbox, path: string, body: unknown) => post(`${sandbox.origin}/__sandbox/payment-platform/${path}`, body)

async function lines(sandbox: Sandbox): Promise<readonly Record<string, unknown>[]> {
  const text = await (await fetch(`${sandbox.origin}/__sandbox/payment-platform/transactions`)).text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('the whole story works from any language: register, start, pay, settle, look into the books', async () => {
  const sandbox = await platformSandbox()
  const province = await listeningProvince()
  const profile = await door(sandbox, 'partner', { partner: 'NEW', secret: SECRET, callbackUrl: province.url })
  expect(profile.fields).toMatchObject({ partner: 'NEW', secret: SECRET, callbackUrl: province.url, receipts: 'pdf' })
  const { fields } = await post(sandbox.systems['payment-platform']?.urls?.start ?? '', init({ MaDoiTac: 'NEW' }))
  const payUrl = String(fields.UrlThanhToan)
  const paid = await door(sandbox, 'citizen', { payUrl, action: 'pay', bank: '990002' })
  expect(paid.fields).toMatchObject({ reference: REFERENCE, partner: 'NEW', state: 'paid', done: true })
  expect((await door(sandbox, 'settle', {})).fields).toEqual({ settled: true })
  expect(await lines(sandbox)).toMatchObject([
    {
      ...{ reference: REFERENCE, partner: 'NEW', dialect: 'payplat', by: 'province', billCode: 'H99-261122-0001', amount: 150_000, state: 'paid' },
      payments: [{ number: expect.stringMatching(/^PP\d{14}$/), amount: 150_000, bank: '990002' }],
      history: [{ state: 'open' }, { state: 'paid' }],
      messages: [{ code: '00', acknowledged: true, tries: [{ sent: 'whole', status: 200, acknowledged: true }] }],
    },
  ])
})

test('the books show nothing of the payer', async () => {
  const sandbox = await platformSandbox()
  await post(sandbox.systems['payment-platform']?.urls?.start ?? '', initMessage)
  expect(JSON.stringify(await lines(sandbox))).not.toMatch(/Nguyễn|000000000000|Đường/)
})

test('the first partner stands among the systems, with its addresses and its secret', async () => {
  const sandbox = await platformSandbox()
  const base = `${sandbox.origin}/payment-platform/payplat`
  expect(sandbox.systems['payment-platform']).toEqual({
    url: base,
    urls: { start: `${base}/init`, query: `${base}/query`, receipt: `${base}/bill` },
    credentials: { partner: 'TINHMAU', secret: 'sandbox-payment-secret' },
  })
})

test.each([
  ['citizen', { reference: 'NEVER', action: 'pay' }],
  ['citizen', { reference: REFERENCE, action: 'dance' }],
  ['citizen', { reference: REFERENCE, action: 'pay', bank: '1' }],
  ['partner', { partner: 'A B' }],
  ['partner', { partner: PARTNER, secret: 'short' }],
  ['national', { code: 'H99-261122-0001' }],
])('POST %s %j is refused with what is wrong', async (path, body) => {
  const sandbox = await platformSandbox()
  const { status, fields } = await door(sandbox, path, body)
  expect(status).toBe(400)
  expect(fields.error).toMatchObject({ en: expect.stringMatching(/./) })
})

test('a reset leaves the partners of the beginning and nothing else; what was under way is dropped', async () => {
  const sandbox = await platformSandbox()
  const province = await listeningProvince(() => ({ status: 503, body: '' }))
  sandbox.payments.register({ partner: PARTNER, callbackUrl: province.url })
  await post(sandbox.systems['payment-platform']?.urls?.start ?? '', initMessage)
  sandbox.payments.citizen({ reference: REFERENCE, action: 'pay' })
  await expect.poll(() => province.bodies.length).toBe(1)
  sandbox.reset()
  await sandbox.payments.settle()
  expect(await lines(sandbox)).toEqual([])
  expect(province.bodies).toHaveLength(1)
  expect((await post(sandbox.systems['payment-platform']?.urls?.start ?? '', initMessage)).fields.MaLoi).toBe('09')
})
