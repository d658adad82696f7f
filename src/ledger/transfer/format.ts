/**
 * The file in which a ledger travels: lines of JSON. First what it is; then for each table a line that names it and its columns, and a line
 * of values for each row; last how many rows there were, under a seal that only the ledger's key can make.
 *
 * Nothing is decrypted: what is sealed in the ledger is sealed in the file.
 */
import { z } from 'zod'
import type { Text } from '../../base/index.js'
import type { ColumnKind, TransferTable } from './tables.js'

export const FORMAT = 'lienthong-ledger'
export const FORMAT_VERSION = 1
/** The seal's own purpose: no tenant has such a name. */
export const SEAL = 'ledger export'

export const headerLine = z.object({
  format: z.literal(FORMAT),
  version: z.number(),
  /** Of the tables. */
  schema: z.number(),
  keyId: z.string(),
  exportedAt: z.string(),
  from: z.string(),
})
export type HeaderLine = z.infer<typeof headerLine>

export const tableLine = z.object({ table: z.string(), columns: z.array(z.string()) })

export const endLine = z.object({ end: z.record(z.string(), z.number()), seal: z.string() })
export type EndLine = z.infer<typeof endLine>

export type SqlValue = string | number | Uint8Array | null

export function writeRow(row: Readonly<Record<string, unknown>>, { columns }: TransferTable): string {
  return JSON.stringify(
    columns.map((column) => {
      const value = row[column]
      return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value
    }),
  )
}

/** @returns the values for the database; a text says what is wrong with them. */
export function readRow(line: unknown, { name, columns, kinds }: TransferTable): SqlValue[] | Text {
  if (!Array.isArray(line) || line.length !== columns.length)
    return { en: `no row of ${name} with ${columns.length} values`, vi: `không phải một dòng của ${name} với ${columns.length} giá trị` }
  const values: SqlValue[] = []
  for (const [index, kind] of kinds.entries()) {
    const value = readValue(line[index], kind)
    if (value === undefined) return { en: `${name}.${columns[index]} is no ${kind}`, vi: `${name}.${columns[index]} không phải ${kind}` }
    values.push(value)
  }
  return values
}

function readValue(value: unknown, kind: ColumnKind): SqlValue | undefined {
  if (value === null) return kind.endsWith('?') ? null : undefined
  switch (kind) {
    case 'text':
    case 'text?':
      return typeof value === 'string' ? value : undefined
    case 'integer':
    case 'integer?':
      return Number.isSafeInteger(value) ? (value as number) : undefined
    case 'real':
    case 'real?':
      return typeof value === 'number' ? value : undefined
    case 'bytes':
    case 'bytes?':
      return typeof value === 'string' ? Buffer.from(value, 'base64') : undefined
  }
}
