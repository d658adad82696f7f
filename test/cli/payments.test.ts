/** `lienthong payments …` against a platform on this machine. contracts/payment-platform.md §4, §9 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, lienthong } from './command-line.js'
import { bill, PARTNER, PAYER, type PayingProvince, payingProvince, TENANT } from './paying-province.js'

async function started({ folder }: PayingProvince): Promise<string> {
  const { json } = await document(['payments', 'create', '--file', 'bill.json', '--start'], { folder })
  return (json.start as { reference: string }).reference
}

describe('payments create', () => {
  test('keeps a bill once, and says when it was there', async () => {
    const { folder } = await payingProvince()
    const first = await document(['payments', 'create', '--file', 'bill.json'], { folder })
    expect(first).toMatchObject({ code: 0, json: { schema: 1, tenant: TENANT, existed: false, start: null } })
    expect(first.json.bill).toMatchObject({ billCode: 'H99-261122-0001', amount: 150_000, state: 'open', paidBy: null })
    const again = await document(['payments', 'create', '--file', 'bill.json'], { folder })
    expect(again.json).toMatchObject({ existed: true, bill: first.json.bill })
    expect((await lienthong(['payments', 'create', '--file', 'bill.json'], { folder })).out).toContain('was there already: 150,000 đ, open')
  })

  test('asks for the page with --start, and shows the same page to whoever asks again', async () => {
    const province = await payingProvince()
    const { folder, platform } = province
    const reference = await started(province)
    expect(platform.requests).toMatchObject([{ path: '/init', body: { SoTien: '150000', MaDoiTac: PARTNER, Ip: '203.0.113.10' } }])
    const again = await document(['payments', 'create', '--file', 'bill.json', '--start'], { folder })
    expect(again).toMatchObject({
      code: 0,
      json: { existed: true, start: { outcome: 'pay', reference, payUrl: `${platform.origin}/pay/${reference}` } },
    })
    expect(platform.requests).toHaveLength(1)
  })

  test('reads the bill from stdin with --file -', async () => {
    const { folder } = await payingProvince()
    const stdin = (async function* () {
      yield JSON.stringify(bill).slice(0, 100)
      yield JSON.stringify(bill).slice(100)
    })()
    expect(await document(['payments', 'create', '--file', '-'], { folder, stdin })).toMatchObject({ code: 0, json: { existed: false } })
  })

  test('refuses what is no bill, naming the field and never its content', async () => {
    const { folder } = await payingProvince()
    const refused = async (text: string) => {
      writeFileSync(join(folder, 'bad.json'), text)
      const spoken = await lienthong(['payments', 'create', '--file', 'bad.json'], { folder })
      expect(spoken.code).toBe(2)
      expect(spoken.out + spoken.err).not.toContain(PAYER)
      return spoken.err
    }
    expect(await refused(JSON.stringify({ ...bill, lines: [{ ...bill.lines[0], amount: -1 }] }))).toContain('lines.0.amount: expected a whole amount')
    expect(await refused(`{ "payer": "${PAYER}"\n`)).toContain('--file bad.json: no JSON; look at line 2')
    expect((await lienthong(['payments', 'create', '--file', 'none.json'], { folder })).err).toContain('ENOENT')
    expect(existsSync(join(folder, 'lienthong.db'))).toBe(false)
  })

  test('a platform that fails leaves the attempt written down, to be asked about: exit code 3', async () => {
    const { folder, platform } = await payingProvince()
    platform.down = true
    const waits = await document(['payments', 'create', '--file', 'bill.json', '--start'], { folder })
    expect(waits).toMatchObject({ code: 3, json: { start: { outcome: 'wait', state: 'pending' } } })
    const { json } = await document(['payments', 'status'], { folder })
    expect(json.tenants).toMatchObject([{ attempts: { pending: { count: 1, amount: 150_000 } }, waiting: [{ billCode: 'H99-261122-0001' }] }])
  })

  test('Ctrl-C while the platform thinks ends with 130, and the attempt waits to be asked about', async () => {
    const { folder, platform } = await payingProvince()
    const stop = new AbortController()
    platform.hang = () => stop.abort()
    const { code } = await lienthong(['payments', 'create', '--file', 'bill.json', '--start'], { folder, signal: stop.signal })
    expect(code).toBe(130)
    const { json } = await document(['payments', 'status'], { folder })
    expect(json.tenants).toMatchObject([{ attempts: { pending: { count: 1 } }, waiting: [{ nextQuestionAt: expect.any(String) }] }])
  })

  test('nothing goes to another machine before the tenant is in production, and no attempt is begun', async () => {
    const { folder, configure } = await payingProvince()
    configure((payments) => {
      for (const partner of payments.partners) partner.urls.start = 'https://platform.example.vn/init'
    })
    const refused = await document(['payments', 'create', '--file', 'bill.json', '--start'], { folder })
    expect(refused).toMatchObject({
      code: 2,
      json: { error: { code: 'config.not_production', message: expect.stringContaining('platform.example.vn') } },
    })
    const { json } = await document(['payments', 'status'], { folder })
    expect(json.tenants).toMatchObject([{ bills: { open: { count: 1 } }, attempts: {} }])
  })
})

describe('payments query', () => {
  test('tells what the platform answers, and the bill is paid by it', async () => {
    const province = await payingProvince()
    const { folder, platform } = province
    const reference = await started(province)
    expect(await document(['payments', 'query', reference], { folder })).toMatchObject({ code: 0, json: { state: 'initiated', transaction: null } })
    platform.books.get(reference)!.state = '1'
    const paid = await document(['payments', 'query', reference], { folder })
    expect(paid).toMatchObject({
      code: 0,
      json: { tenant: TENANT, state: 'paid', transaction: 'PP26112200000123', bill: { state: 'paid', paidBy: reference } },
    })
    expect((await lienthong(['payments', 'query', reference, '--lang', 'vi'], { folder })).out).toContain('đã nộp, mã giao dịch PP26112200000123')
  })

  test('of a reference that nobody knows is refused, and so is asking about nothing', async () => {
    const { folder } = await payingProvince()
    expect(await document(['payments', 'query', 'NOBODY'], { folder })).toMatchObject({
      code: 2,
      json: { error: { code: 'payment.unknown_reference' } },
    })
    expect(await document(['payments', 'query'], { folder })).toMatchObject({ code: 2, json: { error: { code: 'usage.invalid' } } })
  })

  test('--due asks about all that are due, and ends with 3 when the platform answers none of it', async () => {
    const province = await payingProvince()
    const { folder, platform, configure } = province
    // Due at once.
    configure((payments) => {
      payments.settings = { askAfterMs: 1 }
    })
    const reference = await started(province)
    platform.down = true
    expect(await document(['payments', 'query', '--due'], { folder })).toMatchObject({
      code: 3,
      json: { tenants: [{ tenant: TENANT, asked: 1, over: 0, unanswered: 1 }] },
    })
    platform.down = false
    platform.books.get(reference)!.state = '1'
    expect(await document(['payments', 'query', '--due'], { folder })).toMatchObject({
      code: 0,
      json: { tenants: [{ asked: 1, over: 1, unanswered: 0 }] },
    })
  })
})

describe('payments receipt', () => {
  test('is written once it is paid, never over another file without --force, and then comes from the ledger', async () => {
    const province = await payingProvince()
    const { folder, platform } = province
    const reference = await started(province)
    const early = await document(['payments', 'receipt', reference, '--out', 'receipt.pdf'], { folder })
    expect(early).toMatchObject({ code: 1, json: { receipt: null, why: 'not-paid' } })
    platform.books.get(reference)!.state = '1'
    await document(['payments', 'query', reference], { folder })
    const written = await document(['payments', 'receipt', reference, '--out', 'receipt.pdf'], { folder })
    expect(written).toMatchObject({ code: 0, json: { reference, receipt: { file: join(folder, 'receipt.pdf') } } })
    expect(readFileSync(join(folder, 'receipt.pdf'), 'latin1')).toMatch(/^%PDF-/)
    expect(await document(['payments', 'receipt', reference, '--out', 'receipt.pdf'], { folder })).toMatchObject({ code: 2 })
    platform.down = true
    expect(await document(['payments', 'receipt', reference, '--out', 'receipt.pdf', '--force'], { folder })).toMatchObject({ code: 0 })
  })

  test('that the platform does not have yet: says so, with its code, and writes nothing', async () => {
    const province = await payingProvince()
    const { folder, platform } = province
    const reference = await started(province)
    platform.books.get(reference)!.state = '1'
    await document(['payments', 'query', reference], { folder })
    platform.books.get(reference)!.state = '0'
    const none = await document(['payments', 'receipt', reference, '--out', 'receipt.pdf'], { folder })
    expect(none).toMatchObject({ code: 1, json: { why: 'not-yet', code: '118' } })
    expect(existsSync(join(folder, 'receipt.pdf'))).toBe(false)
  })
})

describe('payments receipt --due', () => {
  test('fetches what is due, says what is not there yet, and ends with 3 when the platform answers none of it', async () => {
    const province = await payingProvince()
    const { folder, platform, configure } = province
    configure((payments) => {
      payments.settings = { receiptAfterMs: 1 }
    })
    const reference = await started(province)
    platform.books.get(reference)!.state = '1'
    await document(['payments', 'query', reference], { folder })
    platform.books.get(reference)!.state = '0'
    expect(await document(['payments', 'receipt', '--due'], { folder })).toMatchObject({
      code: 0,
      json: { tenants: [{ tenant: TENANT, fetched: 0, waiting: 1, givenUp: 0 }] },
    })
    expect(await document(['payments', 'receipt', '--due'], { folder })).toMatchObject({ code: 0, json: { tenants: [{ fetched: 0, waiting: 0 }] } })
    expect(await document(['payments', 'receipt'], { folder })).toMatchObject({ code: 2, json: { error: { code: 'usage.invalid' } } })
    expect(await document(['payments', 'receipt', reference, '--due'], { folder })).toMatchObject({ code: 2 })
  })

  test('while the platform is away ends with 3, and fetches it when it is back', async () => {
    const province = await payingProvince()
    const { folder, platform, configure } = province
    configure((payments) => {
      payments.settings = { receiptAfterMs: 1 }
    })
    const reference = await started(province)
    platform.books.get(reference)!.state = '1'
    await document(['payments', 'query', reference], { folder })
    platform.down = true
    expect(await document(['payments', 'receipt', '--due'], { folder })).toMatchObject({ code: 3, json: { tenants: [{ waiting: 1 }] } })
    platform.down = false
    // Due again when as much time has passed as the attempt is old.
    await expect
      .poll(async () => (await document(['payments', 'receipt', '--due'], { folder })).json.tenants, { interval: 300 })
      .toMatchObject([{ fetched: 1, waiting: 0 }])
    platform.down = true
    expect(await document(['payments', 'receipt', reference, '--out', 'receipt.pdf'], { folder })).toMatchObject({ code: 0 })
  })
})

describe('payments status', () => {
  test('tells one bill with its history, by its code, its dossier and its reference, and nobody’s name', async () => {
    const province = await payingProvince()
    const { folder, platform } = province
    const reference = await started(province)
    platform.books.get(reference)!.state = '1'
    await document(['payments', 'query', reference], { folder })
    const byCode = await document(['payments', 'status', 'H99-261122-0001'], { folder })
    expect(byCode.code).toBe(0)
    expect(byCode.json.bills).toMatchObject([
      { tenant: TENANT, duty: 'fees', state: 'paid', paidBy: reference, attempts: [{ reference, state: 'paid', transaction: 'PP26112200000123' }] },
    ])
    const [{ attempts }] = byCode.json.bills as [{ attempts: [{ history: { kind: string }[] }] }]
    expect(attempts[0].history.map(({ kind }) => kind)).toEqual(['init', 'init-answer', 'query'])
    expect((await document(['payments', 'status', reference], { folder })).json).toEqual(byCode.json)
    const people = await lienthong(['payments', 'status', reference], { folder })
    expect(people.out).toContain(reference)
    expect(people.out + byCode.out).not.toMatch(/Mẫu|000000000000|Đường/)
    expect(await document(['payments', 'status', 'H99-NOBODY'], { folder })).toMatchObject({
      code: 2,
      json: { error: { code: 'payment.unknown_bill' } },
    })
  })

  test('names attempts whose partner code is not configured any more, and so does the doctor', async () => {
    const province = await payingProvince()
    const { folder } = province
    const reference = await started(province)
    expect((await document(['payments', 'status'], { folder })).json.tenants).toMatchObject([{ unconfigured: [] }])
    province.configure((payments) => {
      for (const row of payments.partners) row.partner = 'ANOTHER'
    })
    const { json } = await document(['payments', 'status'], { folder })
    expect(json.tenants).toMatchObject([{ unconfigured: [{ partner: PARTNER, references: [reference] }] }])
    expect((await lienthong(['payments', 'status'], { folder })).out).toMatch(new RegExp(`${PARTNER}.*${reference}.*validTo`))
    const doctor = JSON.parse((await lienthong(['doctor', '--json'], { folder })).out) as { tenants: { checks: { id: string }[] }[] }
    expect(doctor.tenants[0]?.checks.filter(({ id }) => id.endsWith('.attempts'))).toMatchObject([
      { id: `payments.${PARTNER}.attempts`, state: 'error', what: expect.stringContaining(reference), hint: expect.stringContaining('validTo') },
    ])
    // One that only ended for new bills is still known.
    province.configure((payments) => {
      const [row] = payments.partners
      payments.partners = [
        { ...row!, validTo: '2020-01-01' },
        { ...row!, partner: 'ANOTHER', validFrom: '2020-01-01' },
      ]
    })
    expect((await document(['payments', 'status'], { folder })).json.tenants).toMatchObject([{ unconfigured: [] }])
  })

  test('needs no secret, and only reads', async () => {
    const province = await payingProvince()
    await started(province)
    province.configure((payments) => {
      for (const partner of payments.partners) partner.secret = { env: 'NOT_SET_ANYWHERE' }
    })
    expect(await lienthong(['payments', 'status'], { folder: province.folder })).toMatchObject({ code: 0 })
    expect(await lienthong(['payments', 'query', '--due'], { folder: province.folder })).toMatchObject({ code: 2 })
  })
})

test('where no tenant takes payments every command says so', async () => {
  const { folder, configure } = await payingProvince()
  configure((_, config) => {
    delete config.tenants[TENANT]!.payments
  })
  expect(await lienthong(['payments', 'status'], { folder })).toMatchObject({ code: 2, err: expect.stringContaining('no tenant has `payments`') })
})

test('payments kept in a file of their own are not kept out by whoever writes dossiers', async () => {
  const province = await payingProvince()
  province.configure((_, config) => {
    config.ledger.paymentsUrl = 'sqlite:./payments.db'
  })
  await started(province)
  expect(existsSync(join(province.folder, 'payments.db'))).toBe(true)
  expect(existsSync(join(province.folder, 'lienthong.db'))).toBe(false)
})
