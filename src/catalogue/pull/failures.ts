/** When failures of single calls are no longer about what was asked for. */
import type { ErrorKind, LienthongError } from '../../base/index.js'

export interface FailureLimits {
  /** Calls in a row that nobody answered. */
  readonly silent: number
  /** Answers in a row that were of no use. Records that cannot be read may well stand beside each other. */
  readonly useless: number
}

const SILENT: ReadonlySet<ErrorKind> = new Set(['transient', 'unknown', 'throttled'])

/** Counts what fails without a success between. */
export function failuresInARow({ silent, useless }: FailureLimits = { silent: 5, useless: 50 }) {
  const counts = { silent: 0, useless: 0 }
  return {
    succeeded(): void {
      counts.silent = 0
      counts.useless = 0
    },
    /** `away`: every call to come would fail, because of our login, our settings or the way there. `useless`: answers come, none of them good. */
    ends({ kind, code }: LienthongError): 'away' | 'useless' | false {
      // About one row: the list gave no id to ask for its details with.
      if ((kind === 'auth' || kind === 'config') && code !== 'procedure-database.not_offered') return 'away'
      if (SILENT.has(kind)) return ++counts.silent >= silent && 'away'
      return ++counts.useless >= useless && 'useless'
    },
  }
}
