/** What the payment platform calls, as a configuration says, ready to mount: what `lienthong payments serve` serves. docs/payments.md */
import { LienthongError, type Logger, type Text } from '../base/index.js'
import type { AssembledPayments, LoadedConfig } from '../config/index.js'
import { accessOf } from './configured.js'
import type { InboundHandler } from './handler.js'
import { billInquiry, paymentResults } from './payments.js'
import { routes } from './routes.js'

export interface PaymentRoute {
  readonly tenant: string
  readonly serves: 'results' | 'inquiries'
  /** Of results. */
  readonly partner: string | null
  /** Where it is mounted: `/cao-bang/results/TINHMAU`, `/cao-bang/inquiries`. */
  readonly path: string
}

export interface PaymentRouting {
  /** All of them, each at its path. */
  readonly handler: InboundHandler
  readonly routes: readonly PaymentRoute[]
}

/**
 * @param offices by tenant, as `assemblePayments` makes them
 * @throws {LienthongError} `config.invalid` where results carry no signature, or bills are shown, and nothing says who may call
 */
export function configuredPayments(
  loaded: LoadedConfig,
  offices: Readonly<Record<string, AssembledPayments>>,
  { logger }: { readonly logger?: Logger } = {},
): PaymentRouting {
  const told = logger === undefined ? {} : { logger }
  const mounted = Object.entries(offices).flatMap(([tenant, { office, partners }]) => {
    const place = `tenants.${tenant}.payments`
    const results = partners.map(({ partner, rows }) => {
      // Rows of one code say the same of access.
      const [row] = rows
      const index = loaded.config.tenants[tenant]?.payments?.partners.findIndex((one) => one.partner === partner) ?? 0
      const where = `${place}.partners.${index}`
      const access = accessOf(row?.access, where, loaded)
      const handler = placed(where, () => paymentResults({ office, partner, ...told, ...(access === undefined ? {} : { access }) }))
      return { tenant, serves: 'results' as const, partner, path: `/${tenant}/results/${encodeURIComponent(partner)}`, handler }
    })
    const inquiries = loaded.config.tenants[tenant]?.payments?.inquiries
    if (inquiries === undefined) return results
    const access = accessOf(inquiries.access, `${place}.inquiries`, loaded) ?? {}
    const codeFields = inquiries.codeFields === undefined ? {} : { codeFields: inquiries.codeFields }
    const handler = placed(`${place}.inquiries`, () => billInquiry({ office, access, ...codeFields, ...told }))
    return [...results, { tenant, serves: 'inquiries' as const, partner: null, path: `/${tenant}/inquiries`, handler }]
  })
  return {
    handler: routes(Object.fromEntries(mounted.map(({ path, handler }) => [path, handler])), told),
    routes: mounted.map(({ handler: _, ...route }) => route),
  }
}

/** A handler knows its own settings; where they stand in the configuration, we know. */
function placed(place: string, make: () => InboundHandler): InboundHandler {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof LienthongError) || error.code !== 'config.invalid') throw error
    const problem = error.values.problem as string | Text
    const setting = String(error.values.place ?? '').replace(/^payments\.(?:results|inquiry)\./, '')
    throw new LienthongError('config.invalid', { values: { place: `${place}.${setting}`, problem }, cause: error })
  }
}
