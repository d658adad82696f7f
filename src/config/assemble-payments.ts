/** The payment office of a tenant: its platforms by partner code and day, its approved accounts, its codes. docs/payments.md */
import { isLienthongError, LienthongError, systemClock } from '../base/index.js'
import { type PaymentPlatform, type PaymentPlatformOptions, paymentPlatform } from '../connectors/index.js'
import { type DutyKind, instant, type LocalDate, localDateOf, type PaymentLineKind, parseLocalDate } from '../domain/index.js'
import type { Ledger } from '../ledger/index.js'
import { defaultPaymentCodes, type PaymentCodes, procedureLookup } from '../mappers/index.js'
import {
  type ApprovedAccount,
  type DatedPlatform,
  type PartnerRow,
  type PaymentOffice,
  partnerFor,
  paymentOffice,
  platformByDay,
} from '../payments/index.js'
import { hostOf, isLoopback } from '../transport/index.js'
import { type LoadedConfig, readSecret } from './load.js'
import { type Assembly, type AssemblyOptions, tenantAssembly, transportOf } from './parts.js'
import type { PaymentAccountConfig, PaymentPartnerConfig, PaymentsConfig } from './payments.js'
import { present } from './present.js'

/** A partner code with its client. */
export interface ConfiguredPartner {
  readonly partner: string
  readonly platform: PaymentPlatform
  /** Each row of the configuration that has this code. */
  readonly rows: readonly PaymentPartnerConfig[]
}

export interface AssembledPayments {
  readonly office: PaymentOffice
  readonly partners: readonly ConfiguredPartner[]
}

/**
 * The office of one tenant on an open ledger. Nothing is asked or sent by this.
 *
 * @param ledger as `openPaymentLedger` opens it
 * @returns undefined where the tenant has no `payments`
 * @throws {LienthongError} `config.…`, naming the setting
 */
export function assemblePayments(loaded: LoadedConfig, tenant: string, ledger: Ledger, options: AssemblyOptions = {}): AssembledPayments | undefined {
  const assembly = tenantAssembly(loaded, tenant, options, procedureLookup([]))
  const { payments } = assembly.config
  if (payments === undefined) return undefined
  const { clock = systemClock } = assembly
  const partners = partnersOf(assembly, payments)
  const rows = payments.partners.flatMap(partnerRows)
  const office = paymentOffice({
    ledger,
    tenant,
    platforms: Object.fromEntries(partners.map(({ partner, platform }) => [partner, platform])),
    partnerOf: ({ duty, agency, procedure }) =>
      partnerFor(rows, { duty, agency: agency.code, procedure: procedure?.code ?? null, on: localDateOf(instant(clock.now())) }),
    accounts: payments.accounts.map(approved),
    codes: codesOf(payments.codes),
    ip: payments.ip,
    settings: present(payments.settings),
    clock,
  })
  return { office, partners }
}

/** A client for each partner code. @throws {LienthongError} `config.…` */
export function partnersOf(assembly: Assembly, { partners }: PaymentsConfig): readonly ConfiguredPartner[] {
  const { clock = systemClock } = assembly
  const rows = partners.map((row, index) => ({ row, ...daysOf(row), platform: platformOf(assembly, row, index) }))
  return [...Map.groupBy(rows, ({ row }) => row.partner)].flatMap(([partner, [first, ...others]]) => {
    if (first === undefined) return []
    const dated: readonly [DatedPlatform, ...DatedPlatform[]] = [first, ...others]
    return [{ partner, platform: platformByDay(dated, clock), rows: [first, ...others].map(({ row }) => row) }]
  })
}

function platformOf(assembly: Assembly, row: PaymentPartnerConfig, index: number): PaymentPlatform {
  const place = `tenants.${assembly.tenant}.payments.partners.${index}`
  const read = (reference: PaymentPartnerConfig['secret'] | string, setting: string) => readSecret(reference, `${place}.${setting}`, assembly)
  const { inboundSecrets, accessKey, token, literals, serviceCode, returnUrl, codes, states, receiptHosts, maxReceiptBytes } = row
  const options: PaymentPlatformOptions = {
    dialect: row.dialect as NonNullable<PaymentPlatformOptions['dialect']>,
    urls: present(row.urls),
    partner: row.partner,
    secret: read(row.secret, 'secret'),
    ...present({
      inboundSecrets: inboundSecrets?.map((one, at) => read(one, `inboundSecrets.${at}`)),
      accessKey: accessKey && read(accessKey, 'accessKey'),
      literals: token === undefined ? literals : { ...literals, token: read(token, 'token') },
      ...{ serviceCode, returnUrl, codes, states, receiptHosts, maxReceiptBytes },
    }),
    ...transportOf(assembly, row, place),
  }
  const platform = placed(place, () => paymentPlatform(options))
  return assembly.config.production ? platform : withinThisMachine(platform, row, assembly.tenant)
}

/** The client knows its own options; where they stand in the configuration, we know. */
function placed(place: string, make: () => PaymentPlatform): PaymentPlatform {
  try {
    return make()
  } catch (error) {
    if (!isLienthongError(error) || (error.code !== 'config.invalid' && error.code !== 'config.unknown_key')) throw error
    const option = String(error.values.place ?? '').replace(/^payment-platform\.?/, '')
    throw new LienthongError(error.code, { values: { ...error.values, place: option === '' ? place : `${place}.${option}` }, cause: error })
  }
}

/** Before a tenant is in production nothing goes to another machine. It is refused before an attempt is written down. */
function withinThisMachine(platform: PaymentPlatform, { urls }: PaymentPartnerConfig, tenant: string): PaymentPlatform {
  const host = Object.values(urls).flatMap((url) => (url === undefined || isLoopback(hostOf(url)) ? [] : [hostOf(url)]))[0]
  if (host === undefined) return platform
  const refuse = (): never => {
    throw new LienthongError('config.not_production', { values: { tenant, host } })
  }
  const never = async () => refuse()
  const receive = platform.signsResults ? platform.receive : never
  return { ...platform, requestOf: refuse, start: never, query: never, receipt: never, refund: never, receive }
}

function partnerRows(row: PaymentPartnerConfig): readonly PartnerRow[] {
  return (row.bills ?? [{}]).map((bills) => ({ partner: row.partner, ...present(bills), ...daysOf(row) }))
}

function approved({ account, bankCode, accountName, duty, agency, procedure, ...term }: PaymentAccountConfig): ApprovedAccount {
  return { account, bankCode, accountName, ...present({ duty, agency, procedure }), ...daysOf(term) }
}

function daysOf({ validFrom, validTo }: { readonly validFrom?: string | undefined; readonly validTo?: string | undefined }) {
  return { validFrom: dayOf(validFrom), validTo: dayOf(validTo) }
}

/** The configuration was checked: it is a day of the calendar. */
function dayOf(text: string | undefined): LocalDate | null {
  return text === undefined ? null : (parseLocalDate(text) ?? null)
}

/** What the configuration says, over the defaults. A duty whose code somebody wrote down is assumed no more. */
function codesOf({ duties = {}, lines = {}, assumed, serviceSuffix }: PaymentsConfig['codes']): PaymentCodes {
  const usual = defaultPaymentCodes
  return {
    duties: { ...usual.duties, ...(present(duties) as Partial<Record<DutyKind, string | null>>) },
    lines: { ...usual.lines, ...(present(lines) as Partial<Record<PaymentLineKind, string>>) },
    assumed: assumed ?? usual.assumed.filter((duty) => duties[duty] === undefined),
    serviceSuffix: serviceSuffix ?? usual.serviceSuffix,
  }
}
