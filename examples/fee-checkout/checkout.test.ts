/** A citizen at a real browser: `node --test checkout.test.ts`. Needs Chromium (`CHROMIUM=/path/to/chromium`, or Debian's `apt-get install chromium`). */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type SandboxProvince, startSandboxProvince } from './sandbox-province.ts'

const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
)
if (executablePath === undefined) throw new Error('no Chromium found: install it (Debian: apt-get install chromium) or name it in CHROMIUM')

const FEE = 'H99-261122-0001'
const FINE = 'QD-0001/2026'
let browser: Browser
let province: SandboxProvince
let page: Page

before(async () => {
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
})
after(() => browser?.close())
afterEach(async () => {
  await page?.context().close()
  await province?.stop()
})

/** A province of its own, and a citizen who has never been there. */
async function arrive(): Promise<void> {
  province = await startSandboxProvince()
  page = await (await browser.newContext({ locale: 'vi-VN' })).newPage()
  page.setDefaultTimeout(8000)
  await page.goto(province.url)
}

async function lookUp(code: string): Promise<void> {
  await page.goto(province.url)
  await page.getByLabel('Mã hồ sơ hoặc số quyết định').fill(code)
  await page.getByRole('button', { name: 'Tra cứu' }).click()
}

const title = () => page.getByRole('heading', { level: 1 }).innerText()
const button = (name: string) => page.getByRole('button', { name, exact: true }).click()
const payments = () => province.sandbox.payments.transactions().flatMap((one) => one.payments.map(({ amount }) => amount))
const states = () => province.sandbox.payments.transactions().map(({ state }) => state)

test('looks up a dossier, pays its fee, comes back and has the receipt', async () => {
  await arrive()
  await lookUp(FEE)
  assert.match(await page.getByRole('table').innerText(), /Lệ phí đăng ký\s+100\.000 đ[\s\S]*Tổng cộng\s+150\.000 đ/)
  assert.doesNotMatch(await page.content(), /Nguyễn Văn Mẫu/)
  await button('Thanh toán trực tuyến')
  assert.equal(await title(), 'Thanh toán trực tuyến')
  await page.getByRole('radio').nth(1).check()
  await button('Thanh toán')
  await page.getByRole('link', { name: 'Quay lại cổng dịch vụ công' }).click()
  assert.equal(await title(), 'Đã thanh toán')
  assert.deepEqual(payments(), [150_000])
  const receipt = await page.request.get(`${province.url}/bien-lai`)
  assert.equal(receipt.headers()['content-type'], 'application/pdf')
  assert.equal((await receipt.body()).subarray(0, 5).toString(), '%PDF-')
  await lookUp(FEE)
  assert.equal(await page.getByRole('status').innerText(), 'Khoản này đã được thanh toán.')
})

test('pays a fine with its interest', async () => {
  await arrive()
  await lookUp(FINE)
  await button('Thanh toán trực tuyến')
  await button('Thanh toán')
  await page.getByRole('link', { name: 'Quay lại cổng dịch vụ công' }).click()
  assert.equal(await title(), 'Đã thanh toán')
  assert.deepEqual(payments(), [2_015_000])
})

test('whose bank refuses pays at the second try, once', async () => {
  await arrive()
  await lookUp(FEE)
  await button('Thanh toán trực tuyến')
  await button('Thử: ngân hàng từ chối')
  await page.getByRole('link', { name: 'Quay lại cổng dịch vụ công' }).click()
  assert.equal(await title(), 'Chưa thanh toán')
  await button('Thanh toán trực tuyến')
  await button('Thanh toán')
  await page.getByRole('link', { name: 'Quay lại cổng dịch vụ công' }).click()
  assert.equal(await title(), 'Đã thanh toán')
  assert.deepEqual([payments(), states()], [[150_000], ['failed', 'paid']])
})

test('whose bank is slow is told to wait, and cannot pay twice meanwhile', async () => {
  await arrive()
  await lookUp(FEE)
  await button('Thanh toán trực tuyến')
  await button('Thử: ngân hàng trả lời chậm')
  await page.getByRole('link', { name: 'Quay lại cổng dịch vụ công' }).click()
  assert.equal(await title(), 'Đang kiểm tra')
  await lookUp(FEE)
  await button('Thanh toán trực tuyến')
  // The same page of the platform, which says that the bank is at work; no second one.
  assert.equal(await title(), 'Đang chờ ngân hàng')
  assert.equal(states().length, 1)
})

test('who comes back without having paid has paid nothing, whatever the address says', async () => {
  await arrive()
  await lookUp(FEE)
  await button('Thanh toán trực tuyến')
  await page.goto(`${province.url}/ket-qua?MaLoi=00&TrangThaiGD=1`)
  assert.equal(await title(), 'Đang kiểm tra')
  await lookUp(FEE)
  assert.equal(await page.getByRole('button', { name: 'Thanh toán trực tuyến' }).count(), 1)
  assert.deepEqual(payments(), [])
})

test('sees nothing of what another citizen paid', async () => {
  await arrive()
  await lookUp(FEE)
  await button('Thanh toán trực tuyến')
  await button('Thanh toán')
  await page.context().clearCookies()
  assert.equal((await page.goto(`${province.url}/bien-lai`))?.status(), 503)
  // Money was taken: a page that failed must not deny it.
  assert.match(await page.getByRole('alert').innerText(), /xem lại kết quả trước khi nộp lại/)
  assert.doesNotMatch(await page.content(), /chưa có khoản tiền nào/)
  await page.goto(`${province.url}/ket-qua`)
  assert.equal(await title(), 'Không có giao dịch nào')
})

test('types what no page should run', async () => {
  await arrive()
  let dialogs = 0
  page.on('dialog', async (dialog) => {
    dialogs += 1
    await dialog.dismiss()
  })
  await lookUp('<img src=x onerror=alert(1)>')
  assert.equal(await title(), 'Không tìm thấy')
  assert.equal(await page.locator('img').count(), 0)
  assert.equal(dialogs, 0)
})

test('pays from the national portal, by the code of the dossier', async () => {
  await arrive()
  await lookUp(FEE)
  const paid = await province.sandbox.payments.national({ code: FEE })
  assert.deepEqual([paid.outcome, 'state' in paid && paid.state], ['shown', 'paid'])
  await province.sandbox.payments.settle()
  await lookUp(FEE)
  assert.equal(await page.getByRole('status').innerText(), 'Khoản này đã được thanh toán.')
})
