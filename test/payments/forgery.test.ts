import { describe, expect, test } from 'vitest'
import { bytesOf, forge, openCounter, saysTheSame, signingDialects } from './forgery.js'
import { PARTNER } from './paper-platform.js'

const MESSAGES = 1000

describe.each(signingDialects)('result messages of %s', (dialect) => {
  test(`${MESSAGES} mutations: nothing is believed that was not signed, nothing changes, each is journalled`, async () => {
    const report = await forge(dialect, MESSAGES, 'every run')
    expect(report.sent + report.genuine).toBe(MESSAGES)
    // It was an attack, and not only noise.
    for (const verdict of ['unreadable', 'bad-signature', 'unknown-reference']) expect(report.verdicts[verdict], verdict).toBeGreaterThan(10)
  })

  const amount = dialect === 'keypay-dvcqg' ? 'trans_amount' : 'SoTien'
  const signature = dialect === 'keypay-dvcqg' ? 'check_sum' : 'MaXacThuc'
  test.each<[string, (text: string) => string]>([
    ['letter case of names', (text) => text.replaceAll(/"(\w+)":/g, (_, name: string) => `"${name.toUpperCase()}":`)],
    ['blanks between values', (text) => JSON.stringify(JSON.parse(text), null, 2)],
    ['order of fields', (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed()))],
    ['an escape in a text', (text) => text.replace('TESTPARTNER', '\\u0054ESTPARTNER')],
    ['an amount as number or text', (text) => text.replace(new RegExp(`"${amount}":"?150000"?`), `"${amount}":"150000.0"`)],
    ['letter case of the signature', (text) => text.replace(/[0-9a-f]{64}/, (digits) => digits.toUpperCase())],
    ['blanks around the signature', (text) => text.replace(/"([0-9a-f]{64})"/, '" $1 "')],
    ['a field that is not signed', (text) => text.replace('{', '{"GhiChu":"x",')],
  ])('what is not signed may change: %s', async (_, change) => {
    const { till, open } = await openCounter(dialect)
    const original = bytesOf(open).toString('utf8')
    const changed = Buffer.from(change(original), 'utf8')
    expect(changed.toString('utf8')).not.toBe(original)
    expect(changed.toString('utf8').toLowerCase()).toContain(signature.toLowerCase())
    expect(saysTheSame(dialect, changed, open)).toBe(true)
    expect(await till.office.receive(PARTNER, changed)).toMatchObject({ verdict: dialect === 'payplat' ? 'applied' : 'to-be-asked' })
  })
})

describe.each(['payplat-2020-06', 'keypay-dvcqg'] as const)('a dialect that signs no outcome (%s)', (dialect) => {
  const failed = dialect === 'keypay-dvcqg' ? { status: 1 } : { MaLoi: '99' }
  const another = dialect === 'keypay-dvcqg' ? { transaction_code: 'PP00000002' } : { MaGiaoDich: 'PP00000002' }

  test('is asked before a payment is believed: a failure that somebody turned into a success pays nothing', async () => {
    const { till, open } = await openCounter(dialect)
    const reference = String(open.MaThamChieu ?? open.transaction_id)
    expect(await till.office.receive(PARTNER, bytesOf({ ...open, ...failed }))).toMatchObject({ verdict: 'to-be-asked' })
    expect(await till.office.receive(PARTNER, bytesOf(open))).toMatchObject({ verdict: 'to-be-asked' })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'pending', transaction: null })
    // It is asked at once, and its answer counts.
    expect(await till.office.askDue()).toMatchObject({ asked: 1, over: 1 })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'paid', transaction: 'PP00000001' })
  })

  test('makes no second payment of one: another number is asked about, and no refund is written', async () => {
    const { till, paid } = await openCounter(dialect)
    expect(await till.office.receive(PARTNER, bytesOf({ ...paid, ...another }))).toMatchObject({ verdict: 'to-be-asked' })
    expect(await till.office.askDue()).toMatchObject({ asked: 1 })
    expect(await till.ledger.db.selectFrom('payment_refunds').selectAll().execute()).toEqual([])
    expect(await till.office.askDue()).toMatchObject({ asked: 0 })
  })
})
