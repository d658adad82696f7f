/** A province's own list of procedures, from its configuration, as a catalogue. */
import type { Procedure } from '../../../domain/index.js'
import type { CatalogueSource } from '../ports.js'

/** @param procedures read and checked already: a list that cannot be read never comes here */
export function listedCatalogue(procedures: readonly Procedure[]): CatalogueSource {
  return {
    async *list() {
      yield {
        rows: procedures.map((value) => ({
          code: value.code,
          name: value.name,
          reference: null,
          detail: { ok: true as const, value, findings: [] },
        })),
        problems: [],
        cursor: null,
        end: 'complete' as const,
      }
    },
  }
}
