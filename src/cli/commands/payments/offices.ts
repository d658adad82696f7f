/** Opening what the commands of payments need: tenants that have payments, their ledger, their offices. */
import { LienthongError, type Text } from '../../../base/index.js'
import {
  type AssembledPayments,
  assemblePayments,
  type LedgerUse,
  type LoadedConfig,
  openPaymentLedger,
  type PaymentsConfig,
} from '../../../config/index.js'
import type { Ledger } from '../../../ledger/index.js'
import { usage } from '../../command.js'
import type { Session } from '../../session.js'
import { loggerOf, openConfig, tenantsOf } from '../open.js'

const says = {
  none: {
    en: 'no tenant has `payments`; docs/configuration.md, “Payments”, shows what belongs there',
    vi: 'chưa đơn vị nào có `payments`; xem mục “Payments” trong docs/configuration.md',
  },
} satisfies Record<string, Text>

export interface OpenOffice extends AssembledPayments {
  readonly tenant: string
  readonly config: PaymentsConfig
}

/** The tenants with payments that a command is about: the one named, else all. @throws {LienthongError} `usage.invalid` */
export function paymentTenants(session: Session, loaded: LoadedConfig): readonly string[] {
  const tenants = tenantsOf(session, loaded).filter((tenant) => loaded.config.tenants[tenant]?.payments !== undefined)
  if (tenants.length === 0) throw usage(says.none)
  return tenants
}

/** The one tenant for which something is made. @throws {LienthongError} `usage.invalid` where several have payments and none is named. */
export function paymentTenant(session: Session, loaded: LoadedConfig): string {
  const [tenant, ...others] = paymentTenants(session, loaded)
  if (tenant !== undefined && others.length === 0) return tenant
  const known = [tenant, ...others].join(', ')
  throw usage({ en: `name one of the tenants with --tenant: ${known}`, vi: `chỉ ra một đơn vị bằng --tenant: ${known}` })
}

/** Opens the ledger of payments, does something, and closes it, whatever happens. */
export async function withPaymentLedger<T>(loaded: LoadedConfig, access: LedgerUse, name: string, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openPaymentLedger(loaded, access, name)
  try {
    return await use(ledger)
  } finally {
    await ledger.close()
  }
}

export function officeOf(session: Session, loaded: LoadedConfig, tenant: string, ledger: Ledger): OpenOffice {
  const assembled = assemblePayments(loaded, tenant, ledger, { logger: loggerOf(session, loaded) })
  const config = loaded.config.tenants[tenant]?.payments
  if (assembled === undefined || config === undefined) throw usage(says.none)
  return { tenant, config, ...assembled }
}

/** Opens the books for writing, beside whoever else writes where the ledger allows it. */
export async function withOffices<T>(session: Session, name: string, use: (offices: readonly OpenOffice[]) => Promise<T>): Promise<T> {
  const loaded = await openConfig(session)
  const tenants = paymentTenants(session, loaded)
  return withPaymentLedger(loaded, 'workers', name, (ledger) => use(tenants.map((tenant) => officeOf(session, loaded, tenant, ledger))))
}

/** The office whose attempt this is. @throws {LienthongError} `payment.unknown_reference` */
export async function officeWith(offices: readonly OpenOffice[], reference: string): Promise<OpenOffice> {
  for (const one of offices) if ((await one.office.attempt(reference)) !== undefined) return one
  throw new LienthongError('payment.unknown_reference', { values: { reference } })
}
