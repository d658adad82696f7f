import type { Channel, Instant } from '../domain/index.js'

/** What scope rules may look at before a record is mapped. */
export interface DossierTraits {
  readonly localCode: string | null
  readonly agencyCode: string | null
  readonly procedureCode: string | null
  readonly channel: Channel | null
  readonly receivedAt: Instant | null
  /** Facts the source states: `copy`, `group`, `not-received`, `migrated`, `test`, `from-national`. */
  readonly flags: readonly string[]
  /** Local code of the dossier that this one is a part of. */
  readonly parentCode?: string | null
}
