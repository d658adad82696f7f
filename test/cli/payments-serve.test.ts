/** `lienthong payments serve`, `refunds`, `journal verify` and the doctor, with the simulated platform on the other side. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { document, lienthong } from './command-line.js'
import { bill, type PayingProvince, payingProvince, TENANT } from './paying-province.js'

const PARTNER = 'TINHMAU'

/** A province whose platform is the sandbox’s. */
async function sandboxProvince() {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.stop())
  const province = await payingProvince()
  const { urls = {}, credentials } = sandbox.systems['payment-platform']!
  writeFileSync(join(province.folder, 'secret'), credentials.secret ?? '')
  const configure: PayingProvince['configure'] = (change = () => {}) =>
    province.configure((payments, config) => {
      const [row] = payments.partners
      payments.partners = [{ ...row!, partner: credentials.partner ?? '', urls }]
      payments.inquiries = { access: { peers: ['127.0.0.1'] } }
      change(payments, config)
    })
  configure()
  return { ...province, sandbox, configure }
}

/** The command, serving until it is told to stop. */
async function serving(folder: string, ...args: readonly string[]) {
  const stop = new AbortController()
  let logged = ''
  const ready = Promise.withResolvers<{ origin: string; routes: { serves: string; partner: string | null; url: string }[] }>()
  const ended = lienthong(['payments', 'serve', '--listen', '0', '--json', '--log-level', 'info', ...args], {
    folder,
    signal: stop.signal,
    onErr: (text) => {
      logged = text
    },
    onOut: (text) => {
      if (text.endsWith('\n')) ready.resolve(JSON.parse(text))
    },
  })
  const { routes } = await Promise.race([ready.promise, ended.then(({ err }) => Promise.reject(new Error(err)))])
  const url = (serves: string) => routes.find((route) => route.serves === serves)?.url ?? ''
  return {
    url,
    logged: () => logged,
    async end() {
      stop.abort()
      return ended
    },
  }
}

const ask = async (url: string, body: unknown) =>
  (await (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json()) as { error_code: number; message: Record<string, unknown> }

async function started(folder: string): Promise<string> {
  const { json } = await document(['payments', 'create', '--file', 'bill.json', '--start'], { folder })
  return (json.start as { reference: string }).reference
}

describe('payments serve', () => {
  test('takes the platform’s result, shows a bill while it is due, and names nobody in its log', async () => {
    const { folder, sandbox } = await sandboxProvince()
    const reference = await started(folder)
    const other = { ...bill, billCode: 'H99-261122-0002', dossierCode: 'H99-261122-0002' }
    writeFileSync(join(folder, 'other.json'), JSON.stringify(other))
    await document(['payments', 'create', '--file', 'other.json'], { folder })
    const server = await serving(folder, '--ask-every', '0')
    const due = await ask(server.url('inquiries'), { MaHoSo: 'h99-261122-0002' })
    expect(due).toMatchObject({ error_code: 1, message: { HoTenNguoiNop: 'Nguyễn Văn Mẫu' } })
    // The citizen is on its page.
    expect(await ask(server.url('inquiries'), { MaHoSo: 'H99-261122-0001' })).toEqual({ error_code: 0, message: [] })
    sandbox.payments.register({ partner: PARTNER, callbackUrl: server.url('results') })
    sandbox.payments.citizen({ reference, action: 'pay' })
    await sandbox.payments.settle()
    expect(await ask(server.url('inquiries'), { MaHoSo: 'H99-261122-0001' })).toEqual({ error_code: 0, message: [] })
    // Forged: refused with the platform's own words.
    const forged = await ask(server.url('results'), { MaThamChieu: reference, MaLoi: '00', MaDoiTac: PARTNER, SoTien: 1, MaXacThuc: '0'.repeat(64) })
    expect(forged).toMatchObject({ MaLoi: '99' })
    const { code, err } = await server.end()
    expect(code).toBe(0)
    expect(err).toContain('"verdict":"applied"')
    expect(err).toContain('"verdict":"bad-signature"')
    expect(err).not.toMatch(/Mẫu|000000000000|sandbox-payment-secret/)
    const { json } = await document(['payments', 'status', reference], { folder })
    expect(json.bills).toMatchObject([{ state: 'paid', paidBy: reference, attempts: [{ state: 'paid' }] }])
  })

  test('asks by itself about what nobody told, and fetches the receipt', async () => {
    const { folder, sandbox, configure } = await sandboxProvince()
    configure((payments) => {
      payments.settings = { askAfterMs: 1, receiptAfterMs: 1 }
    })
    const reference = await started(folder)
    sandbox.payments.citizen({ reference, action: 'pay' })
    const server = await serving(folder, '--ask-every', '1')
    await expect.poll(async () => (await ask(server.url('inquiries'), { MaHoSo: 'H99-261122-0001' })).error_code).toBe(0)
    await expect.poll(server.logged).toMatch(/"fetched":1,.*"msg":"receipts fetched"/)
    await server.end()
    expect((await document(['payments', 'status', reference], { folder })).json.bills).toMatchObject([
      { state: 'paid', attempts: [{ state: 'receipted' }] },
    ])
  })

  test('does not show bills to anybody, nor believe unsigned results from anybody', async () => {
    const { folder, configure } = await sandboxProvince()
    configure((payments) => {
      payments.inquiries = { access: {} }
    })
    const open = await lienthong(['payments', 'serve', '--listen', '0'], { folder })
    expect(open).toMatchObject({ code: 2, err: expect.stringContaining(`tenants.${TENANT}.payments.inquiries.access`) })
    configure((payments) => {
      const [row] = payments.partners
      const urls = { start: 'http://127.0.0.1:1/a', verify: 'http://127.0.0.1:1/b' }
      payments.partners = [{ ...row!, dialect: 'paygov', urls, accessKey: 'A', returnUrl: 'https://mcdt.tinh.example.vn/ve' }]
    })
    const unsigned = await lienthong(['payments', 'serve', '--listen', '0'], { folder })
    expect(unsigned).toMatchObject({ code: 2, err: expect.stringContaining(`tenants.${TENANT}.payments.partners.0.access`) })
  })
})

describe('payments refunds', () => {
  test('lists what has to go back, takes a decision and records that it went', async () => {
    const { folder, sandbox } = await sandboxProvince()
    const reference = await started(folder)
    sandbox.payments.citizen({ reference, action: 'pay' })
    await document(['payments', 'query', reference], { folder })
    expect(await document(['payments', 'refunds'], { folder })).toMatchObject({ code: 0, json: { tenants: [{ tenant: TENANT, refunds: [] }] } })
    expect(await document(['payments', 'refunds', '--ask', reference], { folder })).toMatchObject({
      code: 2,
      json: { error: { code: 'usage.invalid' } },
    })
    const asked = await document(['payments', 'refunds', '--ask', reference, '--reason', 'dossier-withdrawn'], { folder })
    expect(asked).toMatchObject({ code: 0, json: { refund: { reference, amount: 150_000, doneAt: null } } })
    expect(await document(['payments', 'refunds'], { folder })).toMatchObject({ code: 1, json: { tenants: [{ refunds: [{ reference }] }] } })
    // `payplat` has no call for it (§11.2).
    expect(await document(['payments', 'refunds', '--send', reference], { folder })).toMatchObject({ code: 1, json: { outcome: 'manual' } })
    expect((await lienthong(['payments', 'status'], { folder })).out).toContain('150,000 đ in 1 payments have to go back')
    const done = await document(['payments', 'refunds', '--done', reference], { folder })
    expect(done).toMatchObject({ code: 0, json: { refund: { reference, doneAt: expect.any(String) } } })
    expect(await document(['payments', 'refunds', '--done', reference], { folder })).toMatchObject({ code: 0, json: done.json })
    expect(await document(['payments', 'refunds', '--all'], { folder })).toMatchObject({ code: 0, json: { tenants: [{ refunds: [{ reference }] }] } })
  })
})

describe('payments journal verify', () => {
  test('holds as it was written, and names the entry that somebody changed', async () => {
    const { folder } = await sandboxProvince()
    expect(await document(['payments', 'create', '--file', 'bill.json'], { folder })).toMatchObject({ code: 0 })
    expect(await document(['payments', 'journal', 'verify'], { folder })).toMatchObject({ code: 0, json: { journals: [] } })
    await started(folder)
    expect(await document(['payments', 'journal', 'verify'], { folder })).toMatchObject({
      code: 0,
      json: { journals: [{ tenant: TENANT, partner: PARTNER, holds: true, entries: 2, head: { seq: 2 } }] },
    })
    const noted = /PARTNER:2:[\w-]{43}/.source.replace('PARTNER', PARTNER)
    const [head = ''] = new RegExp(noted).exec((await lienthong(['payments', 'journal', 'verify'], { folder })).out) ?? []
    expect(await document(['payments', 'journal', 'verify', '--noted', head], { folder })).toMatchObject({ code: 0 })
    expect(await document(['payments', 'journal', 'verify', '--noted', head.replace(':2:', ':3:')], { folder })).toMatchObject({
      ...{ code: 1, json: { journals: [{ holds: false, problem: 'cut', brokenAt: 3 }] } },
    })
    expect(await document(['payments', 'journal', 'verify', '--noted', 'x'], { folder })).toMatchObject({ code: 2 })
    const ledger = new DatabaseSync(join(folder, 'lienthong.db'))
    ledger.exec(`update payment_journal set at = at + 1 where seq = 2`)
    ledger.close()
    const broken = await document(['payments', 'journal', 'verify'], { folder })
    expect(broken).toMatchObject({ code: 1, json: { journals: [{ holds: false, brokenAt: 2, problem: 'changed' }] } })
  })
})

describe('the doctor', () => {
  const checks = async (folder: string) => {
    const { out } = await lienthong(['doctor', '--json'], { folder })
    const { tenants } = JSON.parse(out) as { tenants: { checks: { id: string; state: string; what: string; code?: string; hint?: string }[] }[] }
    return tenants[0]?.checks.filter(({ id }) => id.startsWith('payments')) ?? []
  }

  test('asks each platform a question that proves addresses and secret, and looks at its clock', async () => {
    const { folder } = await sandboxProvince()
    expect((await checks(folder)).map(({ id, state }) => [id, state])).toEqual([
      [`payments.${PARTNER}.reach`, 'ok'],
      [`payments.${PARTNER}.query`, 'ok'],
      ['payments.clock', 'ok'],
    ])
  })

  test('tells a wrong secret by the platform’s code, and a platform that is not reached', async () => {
    const { folder, configure } = await sandboxProvince()
    writeFileSync(join(folder, 'secret'), createHash('sha256').update('another').digest('hex'))
    const wrong = (await checks(folder)).find(({ id }) => id.endsWith('.query'))
    expect(wrong).toMatchObject({ state: 'error', code: 'payment.question_refused', what: expect.stringContaining('07') })
    configure((payments) => {
      payments.partners[0]!.urls.query = 'http://127.0.0.1:1/query'
    })
    expect(await checks(folder)).toMatchObject([
      { id: `payments.${PARTNER}.reach`, state: 'error', code: 'transport.unreachable' },
      { id: `payments.${PARTNER}.query`, state: 'skipped' },
    ])
    expect(readFileSync(join(folder, 'lienthong.config.json'), 'utf8')).not.toContain('sandbox-payment-secret')
  })
})
