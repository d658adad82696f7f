// An office with a file ledger, its doors and citizens' clicks, in a process that may be killed at any moment. Needs `npm run build`.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { openLedger, parseLedgerKey } from 'lienthong'
import { paymentPlatform } from 'lienthong/connectors'
import { billInquiry, forNode, paymentResults, routes } from 'lienthong/handlers'
import { paymentOffice } from 'lienthong/payments'

const { ledgerUrl, key, port, tenant, accounts, partner, secret, urls, settings, bills } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
/** Nobody comes any more; what was begun is asked for. */
const finish = process.argv[3] === 'finish'
const AT_ONCE = 6
const ASK_EVERY_MS = 40

const ledger = await openLedger({ url: ledgerUrl, key: parseLedgerKey(key), access: 'write' })
const transport = { timeouts: { readMs: 2000 }, retry: { attempts: 1 }, breaker: { failures: 1_000_000 } }
const platforms = { [partner]: paymentPlatform({ urls, partner, secret, ...transport }) }
const office = paymentOffice({ ledger, tenant, platforms, accounts, ip: '203.0.113.10', settings })

const toAsk = async () => (await ledger.db.selectFrom('payment_attempts').select('reference').where('next_query_at', 'is not', null).execute()).length
const doors = forNode(
  routes({
    'POST /results': paymentResults({ office, partner }),
    'POST /inquiry': billInquiry({ office, access: { peers: ['127.0.0.1'] } }),
    'GET /to-ask': async () => ({ status: 200, headers: {}, body: String(await toAsk()) }),
  }),
)
await new Promise((resolve) => createServer(doors).listen(port, '127.0.0.1', resolve))
console.error('ready')

setInterval(() => office.askDue().catch(() => {}), ASK_EVERY_MS)

/** One visitor after the other, each with a bill of his choice; who is sent to the page is told on stdout. */
async function visitors() {
  for (;;) {
    const bill = bills[Math.floor(Math.random() * bills.length)]
    const start = await office
      .createBill(bill)
      .then(({ id }) => office.start(id))
      .catch(() => undefined)
    if (start?.outcome === 'pay') console.log(start.reference)
    // A bill that is paid is met in no time: let others run.
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
if (!finish) for (let count = 0; count < AT_ONCE; count++) void visitors()
