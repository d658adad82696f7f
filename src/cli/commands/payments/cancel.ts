/** `lienthong payments cancel`: takes back a bill that nobody has to pay. */
import { LienthongError, type Text } from '../../../base/index.js'
import { type BillRow, billsNamed } from '../../../ledger/index.js'
import { command, usage } from '../../command.js'
import { exitCodes } from '../../session.js'
import { openConfig } from '../open.js'
import { officeOf, paymentTenants, withPaymentLedger } from './offices.js'
import { money } from './words.js'

const says = {
  cancelled: { en: '✓ {tenant}: bill {id} of {code} cancelled: {amount}', vi: '✓ {tenant}: đã hủy khoản thu {id} của {code}: {amount}' },
  before: {
    en: '✓ {tenant}: bill {id} of {code} was cancelled already: {amount}',
    vi: '✓ {tenant}: khoản thu {id} của {code} đã hủy từ trước: {amount}',
  },
} satisfies Record<string, Text>

export const cancel = command({
  name: 'payments cancel',
  description: 'Takes back a bill that nobody has to pay any more; not while an attempt may still take money',
  args: { what: { type: 'positional', description: 'the bill’s id or code, or its dossier’s code', required: true } },
  async run(session, { what }) {
    const loaded = await openConfig(session)
    const tenants = paymentTenants(session, loaded)
    return withPaymentLedger(loaded, 'workers', 'payments cancel', async (ledger) => {
      const found = (await Promise.all(tenants.map((tenant) => billsNamed(ledger, tenant, what)))).flat()
      const bill = theOne(found, what)
      const { office } = officeOf(session, loaded, bill.tenant, ledger)
      const cancelled = await office.cancelBill(bill.id)
      const existed = bill.state === 'cancelled'
      const told = { tenant: bill.tenant, id: bill.id, code: cancelled.billCode, amount: money(session, cancelled.amount) }
      session.line(session.say(existed ? says.before : says.cancelled, told))
      session.result({ tenant: bill.tenant, bill: cancelled, existed })
      return exitCodes.done
    })
  },
})

/** Of several the one that is open. @throws {LienthongError} `payment.unknown_bill`, `usage.invalid` */
function theOne(found: readonly BillRow[], what: string): BillRow {
  const open = found.filter(({ state }) => state === 'open')
  const [bill] = open.length > 0 ? open : found.toSorted((one, other) => Number(other.state === 'paid') - Number(one.state === 'paid'))
  if (bill === undefined) throw new LienthongError('payment.unknown_bill', { values: { bill: what } })
  if (open.length <= 1) return bill
  const ids = open.map(({ id, amount }) => `${id} (${amount} đ)`).join(', ')
  throw usage({
    en: `several bills of ${what} are open; name one by its id: ${ids}`,
    vi: `${what} có nhiều khoản thu chưa nộp; chỉ ra một mã: ${ids}`,
  })
}
