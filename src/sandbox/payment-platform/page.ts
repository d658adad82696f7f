/** The page on which a citizen pays: plain forms, no script, nothing from elsewhere. contracts/payment-platform.md §2.1 */
import { isoInstant } from '../../domain/index.js'
import type { Answer, Incoming } from '../exchange.js'
import { banks, isBank } from './banks.js'
import type { Transaction } from './books.js'
import { type CitizenAction, citizenActions, PAGES, type Platform, type ShownState } from './platform.js'

export function servePage(platform: Platform, request: Incoming): Answer {
  const transaction = platform.books.byToken(request.path.slice(PAGES.length))
  if (transaction === undefined) return page(404, 'Không có giao dịch này', '<p role="alert">Địa chỉ thanh toán không đúng.</p>')
  if (request.method !== 'POST') return paymentPage(platform, transaction)
  const form = new URLSearchParams(request.body)
  const action = citizenActions.find((one) => one === form.get('action'))
  const bank = form.get('bank') ?? ''
  if (action === undefined) return paymentPage(platform, transaction, 'Hãy chọn một thao tác.')
  if (action !== 'abandon' && platform.stateOf(transaction) === 'open' && !isBank(bank))
    return paymentPage(platform, transaction, 'Hãy chọn ngân hàng.')
  platform.act(transaction, action, { bank })
  if (action === 'abandon')
    return page(200, 'Bạn đã rời trang thanh toán', `<p>Chưa có khoản tiền nào được trừ.</p>${backLink(platform, transaction)}`)
  // Loading it again must not pay again.
  return { status: 303, body: '', headers: { location: request.path, 'cache-control': 'no-store' } }
}

const TITLES: Readonly<Record<ShownState, string>> = {
  open: 'Thanh toán trực tuyến',
  pending: 'Đang chờ ngân hàng',
  paid: 'Đã thanh toán',
  failed: 'Thanh toán không thành công',
  closed: 'Giao dịch đã hết hạn',
}

const WORDS: Readonly<Record<Exclude<ShownState, 'open'>, string>> = {
  pending: 'Ngân hàng chưa trả lời. Đừng thanh toán lần nữa: kết quả sẽ được báo cho cơ quan thu.',
  paid: 'Nền tảng đã nhận được tiền. Cơ quan thu sẽ được báo kết quả.',
  failed: 'Ngân hàng từ chối giao dịch. Chưa có khoản tiền nào được trừ.',
  closed: 'Trang thanh toán đã đóng. Chưa có khoản tiền nào được trừ; hãy bắt đầu lại từ cổng dịch vụ công.',
}

function paymentPage(platform: Platform, transaction: Transaction, warning = ''): Answer {
  const state = platform.stateOf(transaction)
  const numbers = transaction.payments.map(({ number }) => `<p>Mã giao dịch: <strong>${escaped(number)}</strong></p>`).join('')
  const status = state === 'open' ? '' : `<p role="status">${WORDS[state]}</p>${numbers}`
  const alert = warning === '' ? '' : `<p role="alert">${escaped(warning)}</p>`
  const rest = state === 'open' ? form(transaction) : backLink(platform, transaction)
  return page(200, TITLES[state], status + alert + summary(transaction) + rest)
}

function summary({ bill, reference, amount, closesAt, state }: Transaction): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Mã hồ sơ', bill.code],
    ['Đơn vị thu', bill.agency],
    ['Dịch vụ công', bill.service],
    ['Người nộp', bill.payer],
    ['Nội dung', bill.content],
    ['Mã tham chiếu', reference],
    ['Hết hạn lúc', state === 'open' ? isoInstant(closesAt).slice(11, 19) : ''],
  ]
  const rows = bill.lines.map(({ name, amount: due }) => `<tr><td>${escaped(name)}</td><td class="money">${money(due)}</td></tr>`).join('')
  return `<dl>${facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`)
    .join('')}</dl>
<table><caption>Các khoản phải nộp</caption>
<thead><tr><th scope="col">Khoản nộp</th><th scope="col" class="money">Số tiền</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">Tổng số tiền</th><td class="money">${money(amount)}</td></tr></tfoot></table>`
}

/** What each button does is said beside it: this is a simulation. */
const BUTTONS: readonly (readonly [CitizenAction, string])[] = [
  ['pay', 'Thanh toán'],
  ['fail', 'Thử: ngân hàng từ chối'],
  ['slow', 'Thử: ngân hàng trả lời chậm'],
  ['abandon', 'Rời trang, không thanh toán'],
]

function form({ token }: Transaction): string {
  const choices = banks
    .map(({ code, name }, index) => {
      const id = `bank-${code}`
      return `<p><input type="radio" name="bank" id="${id}" value="${code}"${index === 0 ? ' checked' : ''}> <label for="${id}">${escaped(name)}</label></p>`
    })
    .join('\n')
  const buttons = BUTTONS.map(([action, words]) => `<button type="submit" name="action" value="${action}">${words}</button>`).join('\n')
  return `<form method="post" action="${PAGES}${token}">
<fieldset><legend>Chọn ngân hàng hoặc ví điện tử</legend>
${choices}
</fieldset>
<p class="buttons">${buttons}</p>
</form>`
}

/** Where the citizen came from. What stands there proves nothing: a browser can open any address. */
function backLink({ books }: Platform, { partner, reference, returnUrl }: Transaction): string {
  const address = returnUrl ?? books.partners.get(partner)?.returnUrl ?? null
  const url = address === null ? null : URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) return ''
  url.searchParams.set('MaThamChieu', reference)
  return `<p><a href="${escaped(url.href)}">Quay lại cổng dịch vụ công</a></p>`
}

const STYLE = `body{font:1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
dt{font-weight:bold}dd{margin:0 0 .5rem}table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold}
td,th{border-bottom:1px solid #767676;padding:.3rem;text-align:left}.money{text-align:right}
[role=status],[role=alert]{border:2px solid #1a3e72;padding:.5rem}button{font:inherit;padding:.5rem 1rem;margin:.25rem .25rem .25rem 0}
:focus-visible{outline:3px solid #1a3e72;outline-offset:2px}footer{margin-top:2rem;border-top:1px solid #767676}`

function page(status: number, title: string, body: string): Answer {
  return {
    status,
    body: `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${body}
</main><footer><p>Nền tảng thanh toán mô phỏng: không có tiền thật.</p></footer></body></html>
`,
    headers: {
      'content-type': 'text/html;charset=UTF-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')
}

function money(amount: number): string {
  return `${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')} đồng`
}
