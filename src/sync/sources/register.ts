/** Dossiers of a register kept as CSV, read whole each pass. contracts/provincial-sources.md §10 */
import { createReadStream, existsSync } from 'node:fs'
import { basename } from 'node:path'
import { LienthongError, type Mapped } from '../../base/index.js'
import {
  type CodeTables,
  fromPaymentRow,
  fromRegisterRow,
  type ProcedureLookup,
  type RegisterContext,
  readPayments,
  readRegister,
  registerTraits,
  type Transaction,
} from '../../mappers/index.js'
import type { DossierSource, SourceBatch, SourceItem, SourceReading } from '../ports.js'

export interface RegisterSourceOptions {
  readonly file: string
  /** A companion list of payments. */
  readonly payments?: string
  readonly tables: CodeTables
  readonly agencyCode: string
  /** Registers carry names of procedures, not codes. */
  readonly procedures: ProcedureLookup & { readonly version: string }
}

const MAPPER = 'register/1'
const BATCH = 1000

export function registerSource(options: RegisterSourceOptions): DossierSource {
  const { file, tables, agencyCode, procedures } = options
  const name = basename(file)

  return {
    epoch: [MAPPER, tables.version, procedures.version, agencyCode].join('|'),
    async *changes(_cursor, { signal }): AsyncGenerator<SourceBatch> {
      const paid = options.payments === undefined ? undefined : await transactionsIn(options.payments, tables)
      const register = await readRegister(streamOf(file), { tables, file: name })
      let items: SourceItem[] = []
      for await (const row of register.rows) {
        if (signal?.aborted) throw new LienthongError('transport.aborted', { system: 'file' })
        const code = row.cells.localCode
        const transactions = paid === undefined || code === undefined ? undefined : (paid.get(code) ?? [])
        const context: RegisterContext = {
          tables,
          file: name,
          procedures,
          provinceAgencyCode: agencyCode,
          ...(transactions === undefined ? {} : { transactions }),
        }
        items.push({
          bytes: row.raw + (transactions === undefined ? '' : JSON.stringify(transactions.map(({ row: _row, ...transaction }) => transaction))),
          place: `${name}, row ${row.row}`,
          read(): Mapped<SourceReading> {
            const mapped = fromRegisterRow(row, context)
            if (!mapped.ok) return mapped
            return { ok: true, findings: [], value: { key: mapped.value.sourceId, traits: registerTraits(row, context), map: async () => mapped } }
          },
        })
        if (items.length >= BATCH) {
          yield { items, cursor: null, end: 'more' }
          items = []
        }
      }
      yield { items, cursor: null, end: 'complete' }
    },
  }
}

function streamOf(file: string): AsyncIterable<Uint8Array> {
  if (!existsSync(file)) throw new LienthongError('source.file_unreadable', { values: { path: file, problem: 'no such file' } })
  return createReadStream(file)
}

async function transactionsIn(file: string, tables: CodeTables): Promise<Map<string, Transaction[]>> {
  const list = await readPayments(streamOf(file), basename(file))
  const byCode = new Map<string, Transaction[]>()
  for await (const row of list.rows) {
    const mapped = fromPaymentRow(row, { tables, file: basename(file) })
    if (!mapped.ok || mapped.value.dossierCode === null) continue
    const { dossierCode } = mapped.value
    byCode.set(dossierCode, [...(byCode.get(dossierCode) ?? []), mapped.value])
  }
  return byCode
}
