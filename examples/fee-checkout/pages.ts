/** The portal's pages: plain HTML, no script. Whatever comes from outside is escaped where it is put in. */

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Markup that was put together here, and needs no escaping any more. */
export interface Markup {
  readonly markup: string
}

export function html(parts: TemplateStringsArray, ...values: readonly (Markup | string | number)[]): Markup {
  const texts = values.map((value) => (typeof value === 'object' ? value.markup : String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')))
  return { markup: parts.reduce((all, part, index) => all + texts[index - 1] + part) }
}

export const together = (...parts: readonly Markup[]): Markup => ({ markup: parts.map(({ markup }) => markup).join('\n') })

export const money = (amount: number): string => `${amount.toLocaleString('vi-VN')} đ`

export function page(title: string, ...body: readonly Markup[]): string {
  return html`<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} – Cổng dịch vụ công tỉnh Mẫu</title>
<style>body{font:1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}td,th{text-align:left;padding:.25rem 1rem .25rem 0}button,input{font:inherit}</style>
</head>
<body>
<header><a href="/">Cổng dịch vụ công tỉnh Mẫu</a></header>
<main><h1>${title}</h1>
${together(...body)}
</main>
</body>
</html>
`.markup
}

export const searchForm = html`<form action="/tra-cuu">
<p><label>Mã hồ sơ hoặc số quyết định xử phạt: <input name="ma" required maxlength="50"></label>
<button>Tra cứu</button></p>
</form>`

export interface ShownLine {
  readonly name: string
  readonly amount: number
}

/** Nobody's name: whoever knows a code sees this. */
export function billTable(lines: readonly ShownLine[], total: number): Markup {
  return html`<table>
<thead><tr><th scope="col">Khoản phải nộp</th><th scope="col">Số tiền</th></tr></thead>
<tbody>${together(...lines.map(({ name, amount }) => html`<tr><td>${name}</td><td>${money(amount)}</td></tr>`))}</tbody>
<tfoot><tr><th scope="row">Tổng cộng</th><td>${money(total)}</td></tr></tfoot>
</table>`
}

export const payButton = (code: string): Markup =>
  html`<form method="post" action="/thanh-toan?ma=${encodeURIComponent(code)}"><button>Thanh toán trực tuyến</button></form>`
