/** A catalogue on paper: what it answers is what a test writes down, and it counts what it was asked. */

import { LienthongError, type Mapped } from '../../src/base/index.js'
import type { CatalogueSource, ListedPage } from '../../src/catalogue/pull/ports.js'
import { namedProcedure, type Procedure } from '../../src/domain/index.js'
import { newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { manualClock } from '../transport/manual-clock.js'

export const TENANT = 'mau'

export function paperCatalogue(count = 10) {
  const procedures = new Map<string, Procedure>()
  for (let number = 1; number <= count; number++) {
    const code = codeOf(number)
    procedures.set(code, { ...namedProcedure(code, `Thủ tục mẫu số ${number}`), published: true })
  }
  const asked: string[] = []
  const state = {
    procedures,
    asked,
    pageSize: 4,
    /** Thrown instead of the page that begins with this row. */
    listFault: undefined as { readonly at: number; readonly error: LienthongError } | undefined,
    /** The list says that it ended, without saying that it is whole. */
    cut: false,
    /** What the detail call does for a code instead of answering. */
    detailFaults: new Map<string, () => Mapped<Procedure> | null>(),
    onDetail: undefined as ((code: string) => void) | undefined,
  }
  const source: CatalogueSource = {
    async *list({ cursor }) {
      const rows = [...procedures.values()].map(({ code, name }) => ({ code, name, reference: `id-${code}` }))
      let start = cursor === null ? 0 : Number(cursor)
      do {
        asked.push(`list ${start}`)
        if (state.listFault !== undefined && start >= state.listFault.at) throw state.listFault.error
        const end = start + state.pageSize
        const last = end >= rows.length
        yield {
          rows: rows.slice(start, end),
          problems: [],
          cursor: last ? null : String(end),
          end: last && !state.cut ? 'complete' : 'more',
        } satisfies ListedPage
        start = end
      } while (start < rows.length)
    },
    async detail({ code, reference }) {
      asked.push(code)
      state.onDetail?.(code)
      if (reference !== `id-${code}`) throw new Error('asked without its reference')
      const fault = state.detailFaults.get(code)
      if (fault !== undefined) return fault()
      const value = procedures.get(code)
      return value === undefined ? null : { ok: true, value, findings: [] }
    },
  }
  return Object.assign(state, { source })
}

export function codeOf(number: number): string {
  return `1.${String(number).padStart(6, '0')}`
}

export async function emptyLedger() {
  const clock = manualClock()
  const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write', clock })
  return { ledger, clock }
}

export const unreachable = new LienthongError('transport.unreachable', { system: 'procedure-database', values: { problem: 'ECONNREFUSED' } })
