/** Which secrets a tenant needs, before anything is opened with them. */
import type { TenantConfig } from './schema.js'
import type { SecretRef } from './shapes.js'
import { secretsIn } from './sources/custom.js'

export interface NamedSecret {
  /** `tenants.cao-bang.portal.credentials.password`. */
  readonly place: string
  readonly reference: SecretRef
}

/** Every secret that the configuration of a tenant refers to; plain texts such as user names are none. */
export function secretsOf({ sources, portal, procedureDatabase, publish, payments }: TenantConfig, tenant: string): readonly NamedSecret[] {
  const systems = [
    ...Object.entries(sources).map(([name, source]) => [`sources.${name}`, source] as const),
    ['portal', portal] as const,
    ...(portal.accounts ?? []).map((account, index) => [`portal.accounts.${index}`, account] as const),
    ...(procedureDatabase === undefined ? [] : [['procedureDatabase', procedureDatabase] as const]),
    ...(publish?.upload === undefined ? [] : [['publish.upload', publish.upload] as const]),
  ]
  const ofPayments = secretsIn(payments, ['payments']).map(({ setting, reference }) => ({ place: `tenants.${tenant}.${setting}`, reference }))
  const ofSystems = systems.flatMap(([where, system]) => {
    const { clients, access } = { clients: undefined, access: undefined, ...system }
    const own = 'settings' in system ? secretsIn(system.settings, ['settings']) : secretsIn({ clients, access }, [])
    const { credentials, proxy, clientCertificate } = { credentials: {}, proxy: undefined, clientCertificate: undefined, ...system }
    const named: Readonly<Record<string, SecretRef | string | undefined>> = {
      ...Object.fromEntries(Object.entries(credentials ?? {}).map(([name, value]) => [`credentials.${name}`, value])),
      proxy,
      'clientCertificate.passphrase': clientCertificate?.passphrase,
    }
    const ofKind = own.map(({ setting, reference }) => ({ place: `tenants.${tenant}.${where}.${setting}`, reference }))
    const ofSystem = Object.entries(named).flatMap(([name, reference]) =>
      typeof reference === 'object' ? [{ place: `tenants.${tenant}.${where}.${name}`, reference }] : [],
    )
    return [...ofKind, ...ofSystem]
  })
  return [...ofSystems, ...ofPayments]
}
