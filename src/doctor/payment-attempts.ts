/** Whether what waits in the books of payments can still be asked about. Reads the ledger; asks nobody. */
import { isLienthongError, LienthongError, type Text } from '../base/index.js'
import { type LoadedConfig, openPaymentLedger } from '../config/index.js'
import { openAttemptsBeside } from '../ledger/index.js'
import { type Check, failed } from './check.js'

const says = {
  unconfigured: {
    en: 'payments {partner}: the partner code is not configured any more, and {count} of its attempts may still take money: {references}',
    vi: 'payments {partner}: mã đối tác không còn được cấu hình, nhưng {count} giao dịch của mã vẫn có thể trừ tiền: {references}',
  },
  unread: { en: 'payments: the books were not read: {problem}', vi: 'payments: không đọc được sổ thanh toán: {problem}' },
} satisfies Record<string, Text>

/** So many references are named. */
const NAMED = 5

/** A check for each partner code that is missing; nothing where none is. */
export async function* checkPaymentAttempts(loaded: LoadedConfig, tenant: string): AsyncGenerator<Check> {
  const { payments } = loaded.config.tenants[tenant] ?? {}
  if (payments === undefined) return
  const partners = payments.partners.map(({ partner }) => partner)
  try {
    const ledger = await openPaymentLedger(loaded, 'read', 'doctor')
    try {
      for (const { partner, references } of await openAttemptsBeside(ledger, tenant, partners)) {
        const error = new LienthongError('payment.unknown_partner', { values: { partner, known: partners.join(', ') } })
        const named = references.length > NAMED ? [...references.slice(0, NAMED), '…'] : references
        yield failed(`payments.${partner}.attempts`, error, says.unconfigured, undefined, { count: references.length, references: named.join(', ') })
      }
    } finally {
      await ledger.close()
    }
  } catch (error) {
    // Nobody has made a bill yet; and what keeps the one ledger from being opened was said of the installation.
    if (isLienthongError(error) && error.code === 'ledger.missing') return
    if (loaded.config.ledger.paymentsUrl !== undefined) yield failed('payments.ledger', error, says.unread)
  }
}
