/** A refund of KeyPay: key 1 signs what goes out, key 2 what comes in. contracts/payment-platform.md §6, V9 */
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { paymentPlatform } from '../../../src/connectors/index.js'

/** V9. Its transaction id is not one that we would make. */
const order = { reference: '20261122-12345', amount: '50000', reason: 'Khach huy ho so' }
const V9 = '474399a88f0c8ff23911e991d5e5b33283810b707159ed86e954890c286e6e74'
const TEXT = '50000|TEST_CLIENT|REFUND|Khach huy ho so|20261122-12345'
const signed = (text: string, key: string) => createHmac('sha256', key).update(text).digest('hex')

async function gateway(answer: unknown) {
  const bodies: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>)
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const platform = paymentPlatform({
    ...{
      dialect: 'keypay-dvcqg',
      urls: { start: `${origin}/create`, query: `${origin}/detail`, refund: `${origin}/refund` },
      returnUrl: 'https://mcdt.tinh.example.vn/ve',
    },
    ...{ partner: 'TEST_CLIENT', secret: 'KEY-ONE1', inboundSecrets: ['KEY-TWO2'] },
  })
  return { platform, bodies }
}

const accepted = { error: '0', transaction_refund_code: 'RF0001', check_sum: signed(TEXT, 'KEY-TWO2') }

test('asks with the fields and the signature of V9', async () => {
  // The vector’s key has seven letters, one fewer than a secret may have: its text is checked here, its algorithm with the other vectors.
  expect(signed(TEXT, 'KEY-ONE')).toBe(V9)
  const { platform, bodies } = await gateway(accepted)
  expect(await platform.refund(order)).toEqual({ outcome: 'accepted', refundNumber: 'RF0001' })
  expect(bodies).toEqual([
    {
      ...{ client_id: 'TEST_CLIENT', transaction_id: '20261122-12345', amount: '50000', reason: 'Khach huy ho so', command: 'REFUND' },
      check_sum: signed(TEXT, 'KEY-ONE1'),
    },
  ])
})

describe('an answer', () => {
  test('that repeats what was asked is believed by what it repeats', async () => {
    const { platform } = await gateway({ ...accepted, amount: 50000, transaction_id: '20261122-12345' })
    expect(await platform.refund(order)).toMatchObject({ outcome: 'accepted' })
  })

  test.each([
    ['signed with the key that signs what goes out', { ...accepted, check_sum: signed(TEXT, 'KEY-ONE1') }],
    ['without a signature', { ...accepted, check_sum: undefined }],
    ['about another amount under our signature', { ...accepted, amount: '60000' }],
  ])('%s proves nothing', async (_, answer) => {
    const { platform } = await gateway(answer)
    await expect(platform.refund(order)).rejects.toMatchObject({ code: 'payment.bad_signature' })
  })

  test('well signed, about another amount, is none to this question', async () => {
    const other = signed(TEXT.replace('50000', '60000'), 'KEY-TWO2')
    const { platform } = await gateway({ ...accepted, amount: '60000', check_sum: other })
    await expect(platform.refund(order)).rejects.toMatchObject({ code: 'payment.unreadable_answer', kind: 'unknown' })
  })

  test('that refuses needs no signature: nothing is believed of it but its code', async () => {
    const { platform } = await gateway({ error: '12', msg: 'Không hoàn được' })
    expect(await platform.refund(order)).toEqual({ outcome: 'refused', code: '12', message: 'Không hoàn được' })
  })

  test('in markup is unknown: nobody may send it again', async () => {
    const { platform, bodies } = await gateway('<html>502</html>')
    await expect(platform.refund(order)).rejects.toMatchObject({ kind: 'unknown' })
    expect(bodies).toHaveLength(1)
  })
})

test('a reason with the separator is refused before anything is sent', async () => {
  const { platform, bodies } = await gateway(accepted)
  await expect(platform.refund({ ...order, reason: 'A|B' })).rejects.toMatchObject({ code: 'payment.unsignable' })
  expect(bodies).toEqual([])
})
