/** What the catalogue part needs from the world. */
import type { Mapped, Text } from '../../base/index.js'
import type { Procedure } from '../../domain/index.js'

/** A row of a catalogue's list. */
export interface ListedProcedure {
  readonly code: string
  /** Empty when the list's name cannot be read: it is no new name then. */
  readonly name: string
  /** What the detail is asked for with, where that is not the code. */
  readonly reference: string | null
  /** The whole of it, where the list already tells it: then no detail is asked for. */
  readonly detail?: Mapped<Procedure>
}

export interface ListedPage {
  readonly rows: readonly ListedProcedure[]
  /** Rows that could not be read, or not without repair. `code` null: nobody knows which procedure it was, so none may be concluded to be gone. */
  readonly problems: readonly { readonly place: string; readonly problem: Text; readonly code: string | null }[]
  /** Where to go on after this page; null at the end. */
  readonly cursor: string | null
  /** `complete`: the source showed everything it has, and proved it. */
  readonly end: 'more' | 'complete'
}

/** A catalogue of procedures somewhere outside: the national database, a one-stop system, a file. */
export interface CatalogueSource {
  /** @throws {LienthongError} for everything that is not a good list: a failed read is never an empty one. */
  list(options: { readonly cursor: string | null; readonly signal?: AbortSignal }): AsyncIterable<ListedPage>
  /** One procedure; null when the source does not know the code. Absent where the list tells everything. */
  detail?(row: Pick<ListedProcedure, 'code' | 'reference'>, options: { readonly signal?: AbortSignal }): Promise<Mapped<Procedure> | null>
  /** Smaller tables that belong to the catalogue, read whole; none where this is absent. */
  readonly references?: CatalogueReferences
}

export interface CatalogueReferences {
  /** Names of dictionaries to read along. */
  readonly dictionaries: readonly string[]
  dictionary(name: string, options: { readonly signal?: AbortSignal }): Promise<readonly { readonly code: string; readonly content: unknown }[]>
  /** A publishing decision; null when it is unknown. Absent where decisions cannot be asked for. */
  decision?(id: string, options: { readonly signal?: AbortSignal }): Promise<unknown>
}
