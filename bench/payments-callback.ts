/**
 * Result messages of the payment platform over HTTP, each acknowledged when it is on disk: our handler in Fastify, against a bare Fastify
 * route that writes the same three rows (attempt, bill, journal) in groups with the same durability, and checks and decides nothing.
 */
import { execFile } from 'node:child_process'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import Fastify, { type FastifyInstance } from 'fastify'
import { newLedgerKey, openLedger, parseLedgerKey, type Vnd } from 'lienthong'
import { paymentPlatform } from 'lienthong/connectors'
import { forFastify, paymentResults, routes } from 'lienthong/handlers'
import { type PaymentOfficeOptions, paymentOffice } from 'lienthong/payments'
import { signedResult } from 'lienthong/testing'
import type { Contest } from './measure.ts'

const PAYMENTS = 5000
const CONNECTIONS = 64
const PARTNER = 'TESTPARTNER'
const SECRET = 'TEST-SECRET-KEY'
const PATH = '/thanh-toan/ket-qua'
const ACCOUNT = { account: '0000000000001', bankCode: '00000000', accountName: 'SO MAU' }

export async function paymentsCallback(folder: string): Promise<Contest> {
  const key = parseLedgerKey(newLedgerKey()) as Uint8Array
  const template = join(folder, 'payments.db')
  const file = join(folder, 'payments.ndjson')
  const open = (path: string) => openLedger({ url: `sqlite:${path}`, key, access: 'write' })
  writeFileSync(file, (await openAttempts(await open(template))).join('\n'))
  let round = 0

  /** Runs one side on a copy of the books. */
  const rate = (mount: (app: FastifyInstance, path: string) => Promise<() => Promise<void> | void>) => async () => {
    const path = join(folder, `payments-${round++}.db`)
    copyFileSync(template, path)
    const app = Fastify()
    const close = await mount(app, path)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const caller = join(import.meta.dirname, 'payment-caller.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [caller, String(port), PATH, file, String(CONNECTIONS)])
    await app.close()
    await close()
    const { acknowledged, seconds } = JSON.parse(stdout) as { acknowledged: number; seconds: number }
    const paid = new DatabaseSync(path).prepare(`select count(*) as paid from bills where state = 'paid'`).get()?.paid
    if (acknowledged !== PAYMENTS || paid !== PAYMENTS) throw new Error(`${acknowledged} acknowledged, ${paid} paid of ${PAYMENTS}`)
    for (const end of ['', '-wal', '-shm', '-lock', '-writer']) rmSync(path + end, { force: true })
    return acknowledged / seconds
  }
  const ours = rate(async (app, path) => {
    const ledger = await open(path)
    const office = paymentOffice(officeOn(ledger))
    app.register(forFastify(routes({ 'POST /ket-qua': paymentResults({ office, partner: PARTNER }) })), { prefix: '/thanh-toan' })
    return () => ledger.close()
  })
  const floor = rate(async (app, path) => {
    const database = new DatabaseSync(path)
    // As the ledger opens its own.
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma cache_size = -16000')
    app.post(PATH, bareRoute(database))
    return () => database.close()
  })
  return {
    name: 'payments-callback',
    unit: 'messages/s',
    ours,
    floor,
    peer: { why: 'no published library takes these messages' },
    bar: 0.6,
    rounds: 5,
  }
}

function officeOn(ledger: PaymentOfficeOptions['ledger']): PaymentOfficeOptions {
  const platform = paymentPlatform({
    urls: { start: 'http://127.0.0.1/init', query: 'http://127.0.0.1/query', receipt: 'http://127.0.0.1/bill' },
    partner: PARTNER,
    secret: SECRET,
  })
  const accounts = [{ ...ACCOUNT, validFrom: null, validTo: null }]
  const started = async () => ({ outcome: 'started', payUrl: 'https://pay.example.vn/t/1' }) as const
  return { ledger, tenant: 'mau', platforms: { [PARTNER]: { ...platform, start: started } }, accounts, ip: '203.0.113.10' }
}

/** Bills whose pay pages are open. @returns the result message of each */
async function openAttempts(ledger: PaymentOfficeOptions['ledger']): Promise<string[]> {
  const office = paymentOffice(officeOn(ledger))
  const messages = await Promise.all(
    Array.from({ length: PAYMENTS }, async (_, index) => {
      const code = `H99-261122-${String(index).padStart(5, '0')}`
      const bill = await office.createBill({
        ...{ duty: 'fees', billCode: code, dossierCode: code, agency: { code: '000.00.00.H99', name: 'Sở Mẫu' } },
        procedure: { code: '9.000001', name: 'Thủ tục mẫu', service: { code: null, name: 'Dịch vụ mẫu' } },
        payer: { name: 'Nguyễn Văn Mẫu', idNumber: '000000000000', address: '1 Đường Mẫu', province: null },
        lines: [{ kind: 'fee', code: 'MAU-01', name: 'Lệ phí mẫu', amount: (150_000 + index) as Vnd }],
        ...{ decision: null, tax: null, insurance: null, narration: `Thanh toán hồ sơ ${code}` },
      })
      const start = await office.start(bill.id)
      if (start.outcome !== 'pay') throw new Error(start.outcome)
      const transaction = `PP${String(index).padStart(14, '0')}`
      const message = { reference: start.reference, amount: 150_000 + index, partner: PARTNER, secret: SECRET, transaction }
      return Buffer.from(signedResult(message)).toString('utf8')
    }),
  )
  await ledger.close()
  return messages
}

interface Message {
  readonly MaDoiTac: string
  readonly MaThamChieu: string
  readonly MaGiaoDich: string
  readonly MaNganHang: string
  readonly ThoiGianGD: string
  readonly MaXacThuc: string
}

/** What came in together is one transaction, and nobody is answered before it is on disk. */
function bareRoute(database: DatabaseSync) {
  const attempt =
    database.prepare(`update payment_attempts set state = 'paid', open = 0, transaction_no = ?, bank = ?, next_query_at = ?, updated_at = ?
    where tenant = 'mau' and reference = ? returning bill`)
  const bill = database.prepare(`update bills set state = 'paid', paid_at = ?, paid_by = ? where tenant = 'mau' and id = ?`)
  const journal = database.prepare(`insert into payment_journal (tenant, partner, seq, at, kind, reference, message_digest, note, previous, hash)
    values ('mau', ?, ?, ?, 'result', ?, ?, ?, ?, ?)`)
  let seq = Number(database.prepare('select max(seq) as last from payment_journal').get()?.last ?? 0)
  let waiting: { readonly message: Message; done(): void }[] = []
  const flush = () => {
    const group = waiting
    waiting = []
    database.exec('begin immediate')
    for (const { message } of group) {
      const { MaDoiTac, MaThamChieu, MaGiaoDich, MaNganHang, MaXacThuc } = message
      const now = Date.now()
      const row = attempt.get(MaGiaoDich, MaNganHang, now, now, MaThamChieu)
      bill.run(now, MaThamChieu, String(row?.bill))
      const note = JSON.stringify({ amount: 150_000, code: '00', news: 'paid', transaction: MaGiaoDich, verdict: 'applied' })
      journal.run(MaDoiTac, ++seq, now, MaThamChieu, MaXacThuc.slice(0, 32), note, MaXacThuc.slice(0, 43), MaXacThuc.slice(0, 43))
    }
    database.exec('commit')
    for (const { done } of group) done()
  }
  return async ({ body }: { readonly body: unknown }) => {
    const message = body as Message
    await new Promise<void>((done) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ message, done })
    })
    const { MaDoiTac, MaThamChieu, ThoiGianGD, MaXacThuc } = message
    return { MaLoi: '00', MoTaLoi: 'Thành công', MaDoiTac, MaThamChieu, ThoiGianGD, MaXacThuc }
  }
}
