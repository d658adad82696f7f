/**
 * A small portal of a province: a citizen looks up a dossier or a fine, pays it on the page of the payment platform, comes back, and gets
 * the receipt. What is owed stands in `duties.json`; yours comes from your own system.
 *
 *   PORT=8080 node portal.ts [lienthong.config.json]
 */
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { assemblePayments, isLienthongError, type Logger, loadConfig, openPaymentLedger } from 'lienthong'
import { configuredPayments, forFastify } from 'lienthong/handlers'
import { type NewBill, readBill } from 'lienthong/payments'
import { billTable, html, page, payButton, searchForm } from './pages.ts'

const log = (fields: object, message: string) => console.log(JSON.stringify({ time: new Date().toISOString(), message, ...fields }))
const logger: Logger = { trace: () => {}, debug: () => {}, info: log, warn: log, error: log }

const loaded = await loadConfig(process.argv[2], process.cwd())
const [tenant = ''] = Object.keys(loaded.config.tenants)
const ledger = await openPaymentLedger(loaded, 'write', 'portal')
const payments = assemblePayments(loaded, tenant, ledger)
if (payments === undefined) throw new Error(`tenant ${tenant} has no "payments"`)
const { office } = payments

const duties = JSON.parse(readFileSync(join(import.meta.dirname, 'duties.json'), 'utf8')) as { billCode: string }[]
/** What is owed under a code, as your own system says it now. */
const owedUnder = (code: string): NewBill | undefined => {
  const found = duties.find(({ billCode }) => billCode === code.trim())
  return found && readBill(found)
}

const app = Fastify()
app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => done(null))
const show = (reply: FastifyReply, text: string, status = 200) => reply.code(status).type('text/html').send(text)
const asked = ({ query }: FastifyRequest) => (query as { ma?: unknown }).ma?.toString() ?? ''

app.get('/', (_, reply) => show(reply, page('Tra cứu và thanh toán', searchForm)))

app.get('/tra-cuu', async (request, reply) => {
  const code = asked(request)
  const owed = owedUnder(code)
  if (owed === undefined)
    return show(reply, page('Không tìm thấy', html`<p role="status">Không có khoản phải nộp nào mang mã ${code}.</p>`, searchForm), 404)
  // Made when somebody looks, so that it is also found from the national portal; the same duty is always the same bill.
  const bill = await office.createBill(owed)
  const rest = {
    open: payButton(code),
    paid: html`<p role="status">Khoản này đã được thanh toán.</p>`,
    cancelled: html`<p role="status">Khoản này đã hủy, không phải nộp.</p>`,
  }[bill.state]
  return show(reply, page(`Khoản phải nộp ${code}`, billTable(owed.lines, bill.amount), rest))
})

/** Which attempt this browser began. What the platform puts into the address it leads back to is not relied on. */
const COOKIE = 'lan-thanh-toan'
const attemptOf = ({ headers }: FastifyRequest) => new RegExp(`(?:^|; )${COOKIE}=([0-9A-Za-z]{1,50})(?:;|$)`).exec(headers.cookie ?? '')?.[1] ?? ''

app.post('/thanh-toan', async (request, reply) => {
  const owed = owedUnder(asked(request))
  if (owed === undefined) return show(reply, page('Không tìm thấy', searchForm), 404)
  const bill = await office.createBill(owed)
  const start = await office.start(bill.id)
  if (start.outcome === 'not-due') return reply.redirect(`/tra-cuu?ma=${encodeURIComponent(bill.billCode)}`, 303)
  if (start.outcome === 'refused')
    return show(
      reply,
      page('Chưa thanh toán được', html`<p role="alert">Nền tảng thanh toán từ chối (mã ${start.code}). Hãy báo cơ quan thu.</p>`),
      502,
    )
  reply.header('set-cookie', `${COOKIE}=${start.reference}; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400`)
  return reply.redirect(start.outcome === 'pay' ? start.payUrl : '/ket-qua', 303)
})

/** That the browser came back proves nothing: the platform is asked. */
app.get('/ket-qua', async (request, reply) => {
  const reference = attemptOf(request)
  const known = await office.attempt(reference)
  if (known === undefined) return show(reply, page('Không có giao dịch nào', searchForm), 404)
  const { state, bill } = known.bill.state === 'open' ? await office.ask(reference).catch(() => known) : known
  const code = bill.billCode
  if (state === 'paid' || state === 'receipted' || state === 'reconciled')
    return show(reply, page('Đã thanh toán', html`<p role="status">Khoản ${code} đã được thanh toán.</p><p><a href="/bien-lai">Tải biên lai</a></p>`))
  if (state === 'disputed' || state === 'refund-requested' || state === 'refunded')
    return show(reply, page('Đã nộp thừa', html`<p role="alert">Khoản ${code} đã được nộp trước đó. Số tiền vừa nộp sẽ được hoàn lại.</p>`))
  if (state === 'failed' || state === 'expired')
    return show(
      reply,
      page('Chưa thanh toán', html`<p role="alert">Giao dịch không thành công, chưa có khoản tiền nào được trừ.</p>`, payButton(code)),
    )
  return show(
    reply,
    page(
      'Đang kiểm tra',
      html`<p role="status">Chưa có kết quả từ nền tảng. Đừng thanh toán lần nữa; hãy <a href="/ket-qua">xem lại</a> sau ít phút.</p>`,
    ),
  )
})

app.get('/bien-lai', async (request, reply) => {
  const receipt = await office.fetchReceipt(attemptOf(request))
  if (receipt.outcome === 'pdf')
    return reply.type('application/pdf').header('content-disposition', 'inline; filename="bien-lai.pdf"').send(receipt.bytes)
  return show(
    reply,
    page('Chưa có biên lai', html`<p role="status">Nền tảng chưa phát hành biên lai. Hãy <a href="/bien-lai">thử lại</a> sau ít phút.</p>`),
    404,
  )
})

app.setErrorHandler((error, _request, reply) => {
  log({ code: isLienthongError(error) ? error.code : 'internal' }, 'a page failed')
  return show(
    reply,
    page(
      'Chưa thực hiện được',
      html`<p role="alert">Hệ thống đang bận. Hãy xem lại kết quả trước khi nộp lại.</p><p><a href="/ket-qua">Xem kết quả</a></p>`,
    ),
    503,
  )
})

// What the platform and the national portal call, with who may call as the configuration says: /nen-tang/TENANT/results/PARTNER and
// /nen-tang/TENANT/inquiries. They get the raw bytes: a signature is over bytes.
app.register(forFastify(configuredPayments(loaded, { [tenant]: payments }, { logger }).handler), { prefix: '/nen-tang' })

await app.listen({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' })
log({ port: (app.server.address() as AddressInfo).port }, 'listening')

// What nobody told us is asked for.
const asking = setInterval(
  () => void office.askDue().catch((error) => log({ code: String((error as { code?: unknown }).code) }, 'asking failed')),
  5_000,
)

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    clearInterval(asking)
    await app.close()
    await ledger.close()
  })
