import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { billInquiry, paymentResults, routes } from '../../src/handlers/index.js'
import { signedResult } from '../../src/testing/index.js'
import { PARTNER, SECRET } from '../payments/paper-platform.js'
import { feeWithoutAccount, openTill } from '../payments/till.js'
import { servers } from './servers.js'

const post = async (url: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
}
const key = { header: 'x-lienthong-key', value: 'a-secret-of-some-length' }

describe.each(Object.entries(servers))('mounted in %s', (_, serve) => {
  test('a paid bill is paid, with the acknowledgement of the contract; the portal that looks it up finds nothing due', async () => {
    const till = await openTill()
    const { office } = till
    const url = await serve(
      routes({
        'POST /ket-qua': paymentResults({ office, partner: PARTNER }),
        'POST /tra-cuu': billInquiry({ office, access: { secret: key } }),
      }),
    )
    const bill = await office.createBill(feeWithoutAccount)
    const inquiry = JSON.stringify({ MaHoSo: feeWithoutAccount.billCode })
    const shown = await post(`${url}/tra-cuu`, inquiry, { [key.header]: key.value })
    expect(shown).toMatchObject({
      status: 200,
      json: { error_code: 1, message: { MaDichVu: '2', MaHoSo: 'H99-261122-0001', TKThuHuong: '0000000000001' } },
    })
    expect((shown.json.message as Record<string, string>).MaTraCuuTT).toMatch(/^H99-261122-0001\d{14}$/)

    const start = await office.start(bill.id)
    if (start.outcome !== 'pay') throw new Error(start.outcome)
    const message = signedResult({ reference: start.reference, amount: 150_000, partner: PARTNER, secret: SECRET })
    expect(await post(`${url}/ket-qua`, message)).toMatchObject({ status: 200, json: { MaLoi: '00', MaThamChieu: start.reference } })
    expect(await office.bill(bill.id)).toMatchObject({ state: 'paid' })
    expect(await post(`${url}/tra-cuu`, inquiry, { [key.header]: key.value })).toEqual({ status: 200, json: { error_code: 0, message: [] } })
  })
})

describe('results', () => {
  test('with a broken signature are answered as the contract says, and change nothing', async () => {
    const till = await openTill()
    const url = await (servers['node:http'] as NonNullable<(typeof servers)[string]>)(paymentResults({ office: till.office, partner: PARTNER }))
    const message = Buffer.from(signedResult({ reference: 'R', amount: 1, partner: PARTNER, secret: 'ANOTHER-SECRET' }))
    expect(await post(url, message)).toMatchObject({ status: 200, json: { MaLoi: '99' } })
    expect(await post(url, '<html>')).toMatchObject({ status: 200, json: { MaLoi: '99' } })
    expect((await post(url, 'x'.repeat(300_000))).status).toBe(413)
  })

  test('that cannot be written down are not acknowledged: the platform comes again', async () => {
    const till = await openTill()
    const office = { ...till.office, receive: () => Promise.reject(new Error('the disk is full')) }
    const url = await (servers['node:http'] as NonNullable<(typeof servers)[string]>)(paymentResults({ office, partner: PARTNER }))
    expect((await post(url, '{}')).status).toBe(503)
  })

  test('without a signature of their own, and inquiries, refuse to start until somebody says who may call', async () => {
    const { office } = await openTill()
    const unsigned = { ...office, signsResults: () => false }
    const refused = expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining('access') })
    expect(() => paymentResults({ office: unsigned, partner: PARTNER })).toThrowError(refused)
    expect(() => billInquiry({ office, access: {} })).toThrowError(refused)
    expect(() => billInquiry({ office, access: { insecure: true } })).not.toThrow()
  })

  test('of any bytes never crash, and nothing that was not signed is believed', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeWithoutAccount)
    const start = await till.office.start(bill.id)
    if (start.outcome !== 'pay') throw new Error(start.outcome)
    const good = Buffer.from(signedResult({ reference: start.reference, amount: 150_000, partner: PARTNER, secret: SECRET }))
    const flips = fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.oneof(flips, fc.uint8Array({ maxLength: 400 })), async (change) => {
        const message = change instanceof Uint8Array ? Buffer.from(change) : Buffer.from(good)
        if (!(change instanceof Uint8Array)) for (const [at, bits] of change) message[at] = (message[at] ?? 0) ^ bits
        const { verdict } = await till.office.receive(PARTNER, message)
        if (verdict !== 'unreadable' && verdict !== 'bad-signature') {
          // Only what was never signed may have been changed: letter case of a name, a blank, the hexadecimal digits’ case.
          const [told, signed] = [message, good].map((bytes) => bytes.toString('utf8').toLowerCase().replace(/\s/g, ''))
          expect(told).toBe(signed)
        }
      }),
      { numRuns: 500 },
    )
  })
})
