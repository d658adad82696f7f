import type { Dossier } from '../../src/domain/index.js'
import type { DossierSource } from '../../src/sync/index.js'
import { type Card, type CardIndex, cardIndex } from './card-index.js'
import { codeOf, dossier, type Office, type OfficeOptions, openOffice } from './office.js'

/** Two systems of one province, read one after the other. */
export interface TwoSources extends Office {
  readonly old: CardIndex
  readonly young: CardIndex
}

export async function twoSources(old: readonly Card[], young: readonly Card[], { sync, ...options }: OfficeOptions = {}): Promise<TwoSources> {
  const [one, two] = [cardIndex(old), cardIndex(young)]
  const sources: Record<string, DossierSource> = { old: one, young: two }
  const office = await openOffice({ ...options, sync: { ...sync, sources } })
  return { ...office, old: one, young: two }
}

/** The same dossier under an id of another system. */
export function twin(n: number, changes: Partial<Dossier> = {}): Card {
  return { dossier: dossier(n, { sourceId: `other-${n}`, ...changes }) }
}

export function failureOf({ ledger }: Office, sourceId: string) {
  return ledger.db.selectFrom('failures').selectAll().where('source_id', '=', sourceId).executeTakeFirst()
}

export { codeOf }
