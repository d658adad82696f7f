import type { Dossier, ProcedureEntry } from '../../domain/index.js'
import type { CodeTables } from '../tables/index.js'
import type { RecordNotes } from './text.js'

/** What each field of a record is drawn from. */
export interface RecordContext {
  readonly code: string
  readonly dossier: Dossier
  readonly procedure: ProcedureEntry | null
  readonly tables: CodeTables
  readonly note: RecordNotes
}
