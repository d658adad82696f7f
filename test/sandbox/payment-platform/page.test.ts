import { expect, test } from 'vitest'
import { minutes } from '../../../src/base/index.js'
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/index.js'
import { manualClock } from '../../transport/manual-clock.js'
import { ask, type Fields, init, initMessage, PARTNER, platformSandbox, REFERENCE, receiptBlock } from './messages.js'

async function opened(options: SandboxOptions = {}, message: Fields = initMessage): Promise<{ readonly sandbox: Sandbox; readonly url: string }> {
  const sandbox = await platformSandbox(options)
  const { fields } = await ask(sandbox, 'start', message)
  return { sandbox, url: String(fields.UrlThanhToan) }
}

/** What a browser without script sends when a button is pressed. */
async function press(url: string, action: string, bank = '990002'): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ bank, action }) })
  return answer.text()
}

test('the page shows the bill and offers banks, in Vietnamese, without script and without anything from elsewhere', async () => {
  const { url } = await opened()
  const answer = await fetch(url)
  const page = await answer.text()
  expect(answer.headers.get('content-type')).toBe('text/html;charset=UTF-8')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page).toContain('<html lang="vi">')
  for (const shown of ['H99-261122-0001', 'Sở Mẫu', 'Lệ phí mẫu', '150.000 đồng', 'Nguyễn Văn Mẫu']) expect(page).toContain(shown)
  expect(page).not.toMatch(/<script|src=|<link|@import|url\(|https?:/)
})

test('each radio button has its label, the table its caption, and every button says what it does', async () => {
  const { url } = await opened()
  const page = await (await fetch(url)).text()
  const ids = [...page.matchAll(/<input [^>]*id="([^"]+)"/g)].map(([, id]) => id)
  expect(ids).toHaveLength(3)
  for (const id of ids) expect(page).toContain(`<label for="${id}">`)
  expect(page).toMatch(/<fieldset><legend>[^<]+<\/legend>/)
  expect(page).toContain('<caption>')
  expect([...page.matchAll(/<button type="submit" name="action" value="([a-z-]+)">[^<]+<\/button>/g)].map(([, value]) => value)).toEqual([
    'pay',
    'fail',
    'slow',
    'abandon',
  ])
})

test('what a province sends is shown as text, whatever it is', async () => {
  const { url } = await opened(
    {},
    init({ ThongTinBienLai: { ...receiptBlock, NoiDungThanhToan: `<script>alert('1')</script>`, HoTenNguoiNop: '"&<b>', TenDVC: '</dd>' } }),
  )
  const page = await (await fetch(url)).text()
  expect(page).toContain('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;')
  expect(page).toContain('&quot;&amp;&lt;b&gt;')
  expect(page).not.toContain('<script')
})

test('paying by a plain form books the money at the chosen bank, once however often the button is pressed', async () => {
  const { sandbox, url } = await opened()
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ bank: '990002', action: 'pay' }), redirect: 'manual' })
  expect(answer.status).toBe(303)
  expect(await press(url, 'pay')).toContain('Đã thanh toán')
  const [transaction] = sandbox.payments.transactions()
  expect(transaction).toMatchObject({ state: 'paid', payments: [{ amount: 150_000, bank: '990002' }] })
  expect(await (await fetch(url)).text()).toContain(String(transaction?.payments[0]?.number))
})

test.each([
  ['fail', 'Thanh toán không thành công', 'failed'],
  ['slow', 'Đang chờ ngân hàng', 'pending'],
  ['abandon', 'Bạn đã rời trang thanh toán', 'open'],
  ['dance', 'Hãy chọn một thao tác', 'open'],
])('the button %s says “%s”, and the attempt is %s', async (action, words, state) => {
  const { sandbox, url } = await opened()
  expect(await press(url, action)).toContain(words)
  expect(sandbox.payments.transactions()).toMatchObject([{ state, payments: [] }])
})

test('no bank, no payment', async () => {
  const { sandbox, url } = await opened()
  expect(await press(url, 'pay', '123456')).toContain('Hãy chọn ngân hàng')
  expect(sandbox.payments.transactions()).toMatchObject([{ state: 'open' }])
})

test('after a quarter of an hour the page is closed and takes no money', async () => {
  const clock = manualClock()
  const { sandbox, url } = await opened({ clock })
  clock.advance(minutes(15))
  const page = await (await fetch(url)).text()
  expect(page).toContain('Giao dịch đã hết hạn')
  expect(page).not.toContain('<form')
  await press(url, 'pay')
  expect(sandbox.payments.transactions()).toMatchObject([{ state: 'closed', payments: [] }])
})

test('the way back leads to the partner’s address with the reference and nothing that could pass for a proof', async () => {
  const { sandbox, url } = await opened()
  sandbox.payments.register({ partner: PARTNER, returnUrl: 'https://dichvucong.example.vn/tra-cuu?from="pay"' })
  await press(url, 'pay')
  const [, href = ''] = /<a href="([^"]+)">/.exec(await (await fetch(url)).text()) ?? []
  const back = new URL(href.replaceAll('&amp;', '&').replaceAll('&quot;', '"'))
  expect(back.origin).toBe('https://dichvucong.example.vn')
  expect([...back.searchParams.keys()].sort()).toEqual(['MaThamChieu', 'from'])
  expect(back.searchParams.get('MaThamChieu')).toBe(REFERENCE)
})

test('an address that no attempt has is none', async () => {
  const { sandbox } = await opened()
  expect((await fetch(`${sandbox.origin}/payment-platform/pay/${'0'.repeat(32)}`)).status).toBe(404)
})
