/** The national portal of one tenant: its client, or one for each of its accounts. */
import { systemClock } from '../base/index.js'
import { type NationalPortal, type NationalPortalOptions, nationalPortal } from '../connectors/index.js'
import { type LocalDate, parseLocalDate } from '../domain/index.js'
import { type DossierTarget, type PortalAccount, portalAccounts, portalTarget } from '../sync/index.js'
import { type Assembly, agenciesOf, gateOfPlace, placesOf, secretsIn, tablesOf, transportOf } from './parts.js'
import { accountOf, present } from './present.js'
import type { PortalConfig } from './schema.js'
import { fileLinkingOf } from './source-files.js'

export interface AssembledPortal {
  readonly target: DossierTarget
  /** Of several accounts, it goes through the one that each call needs today. */
  readonly client: NationalPortal
  /** Empty where there is but one login. */
  readonly accounts: readonly PortalAccount[]
}

/** The national portal as target, and its client. @throws {LienthongError} `config.…`. */
export function assemblePortal(assembly: Assembly, portal: PortalConfig): AssembledPortal {
  const { config, tenant, procedures, clock = systemClock } = assembly
  const { agencyCode } = config
  const place = `tenants.${tenant}.portal`
  const common = {
    tables: tablesOf(assembly, undefined, undefined),
    procedures,
    agencyCode,
    agencies: agenciesOf(assembly),
    places: placesOf(assembly),
    ...present({ deriveSteps: portal.deriveSteps, madonvi: portal.madonvi, files: fileLinkingOf(config.files) }),
  }
  const [first, ...others] = accountsOf(assembly, portal, place)
  if (first !== undefined) {
    const all = portalAccounts([first, ...others], { agencyCode, clock, ...present({ madonvi: portal.madonvi }) })
    return { target: portalTarget({ ...common, ...all }), client: all.portal, accounts: [first, ...others] }
  }
  const credentials = secretsIn(assembly, portal.credentials, `${place}.credentials`)
  const account = accountOf(portal.adapterUrl, credentials)
  const client = clientOf(assembly, portal, place, { agencyCode, credentials, dstcode: portal.dstcode, account })
  return { target: portalTarget({ ...common, portal: client, account }), client, accounts: [] }
}

function accountsOf(assembly: Assembly, portal: PortalConfig, place: string): readonly PortalAccount[] {
  const { accounts = [], limits, system, ...shared } = portal
  // The portal's limits hold for all of its accounts together.
  const gate = accounts.length === 0 ? undefined : gateOfPlace(assembly, place, limits, system)
  return accounts.map(({ agencyCode = assembly.config.agencyCode, dstcode = portal.dstcode, ...account }, index): PortalAccount => {
    const credentials = secretsIn(assembly, account.credentials, `${place}.accounts.${index}.credentials`)
    const ownAccount = accountOf(portal.adapterUrl, { agencyCode, ...credentials })
    const client = clientOf(assembly, shared, place, { agencyCode, credentials, dstcode, account: ownAccount }, gate)
    return {
      name: account.validFrom === undefined ? agencyCode : `${agencyCode}@${account.validFrom}`,
      agencyCode,
      validFrom: dayOf(account.validFrom),
      validTo: dayOf(account.validTo),
      account: ownAccount,
      portal: client,
    }
  })
}

type Login = Pick<NationalPortalOptions, 'agencyCode' | 'credentials'> & { readonly dstcode: string | undefined; readonly account: string }

function clientOf(
  assembly: Assembly,
  portal: Omit<PortalConfig, 'accounts'>,
  place: string,
  { agencyCode, credentials, dstcode, account }: Login,
  gate?: NationalPortalOptions['gate'],
): NationalPortal {
  return nationalPortal({
    adapterUrl: portal.adapterUrl,
    agencyCode,
    dialect: portal.dialect as NonNullable<NationalPortalOptions['dialect']>,
    credentials,
    ...present({
      endpoints: portal.endpoints && present(portal.endpoints),
      serviceEndpoints: portal.serviceEndpoints,
      dstcode,
      urls: portal.urls && present(portal.urls),
      outcomes: portal.outcomes as NationalPortalOptions['outcomes'],
    }),
    ...transportOf(assembly, portal, place),
    ...present({ gate, sessions: assembly.sessions?.(account) }),
  } as NationalPortalOptions)
}

/** The configuration was checked: it is a day of the calendar. */
function dayOf(text: string | undefined): LocalDate | null {
  return text === undefined ? null : (parseLocalDate(text) ?? null)
}
