import type { CodeAndName } from './dossier.js'
import type { LocalDate } from './time.js'

/** An entry of the directory of procedures: what we need to know of a procedure to report its dossiers. The whole of it is a `Procedure`. */
export interface ProcedureEntry {
  /** As the province writes it, e.g. `1.001612.000.00.00.H99`. */
  readonly localCode: string
  /** National code, e.g. `1.001612`; `null` when the province has not matched it yet. */
  readonly nationalCode: string | null
  readonly name: string
  /** Name in the national catalogue, when it differs. */
  readonly nationalName: string | null
  readonly sector: CodeAndName
  /** Whether the result is a document; then an electronic result needs code and link. */
  readonly paperResult: boolean | null
  /**
   * Why it has no national code although somebody or the matching looked: `none`, it has no twin; `suggest`, a person must choose;
   * `conflict`, its code belongs to another procedure. Absent: nobody looked yet.
   */
  readonly withheld?: 'none' | 'suggest' | 'conflict'
  /** First day on which the national catalogue no longer lists it; absent while it does, or where nobody knows. */
  readonly endedOn?: LocalDate
}
