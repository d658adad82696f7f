/** Documents to hand in, and results. contracts/procedure-database.md §10.2: one paper stands there once for each of its form files. */
import { comparable } from '../../base/index.js'
import type { WireScalar } from '../../connectors/procedure-database/wire.js'
import type { ProcedureFile, ProcedureResult, RequiredDocument } from '../../domain/index.js'
import type { ProcedureNotes } from './rules.js'
import { scalarText } from './scalars.js'

/** The file of a row; undefined when the row names none. */
export function fileOf(name: WireScalar, url: WireScalar): ProcedureFile | undefined {
  const file = { name: scalarText(name), url: scalarText(url) }
  return file.name === null && file.url === null ? undefined : file
}

/** Rows of one paper become one document with all its forms. Rows that share a code and not the name are different papers. */
export function mergeDocuments(rows: readonly RequiredDocument[], path: string, note: ProcedureNotes): readonly RequiredDocument[] {
  const merged = mergeRows(rows, (document, row) => ({
    ...document,
    originals: document.originals ?? row.originals,
    copies: document.copies ?? row.copies,
    forms: united(document.forms, row.forms),
    replaceableBy: document.replaceableBy ?? row.replaceableBy,
  }))
  const codes = merged.flatMap(({ code }) => (code === null ? [] : [code]))
  if (new Set(codes).size < codes.length) note.add('document.code-shared', path)
  return merged
}

export function mergeResults(rows: readonly ProcedureResult[]): readonly ProcedureResult[] {
  return mergeRows(rows, (result, row) => ({ ...result, files: united(result.files, row.files) }))
}

function mergeRows<Row extends { readonly code: string | null; readonly name: string }>(
  rows: readonly Row[],
  merge: (first: Row, next: Row) => Row,
): readonly Row[] {
  const found = new Map<string, Row>()
  for (const row of rows) {
    const key = `${row.code ?? ''}\n${comparable(row.name)}`
    const first = found.get(key)
    found.set(key, first === undefined ? row : merge(first, row))
  }
  return [...found.values()]
}

function united(files: readonly ProcedureFile[], more: readonly ProcedureFile[]): readonly ProcedureFile[] {
  return [...files, ...more.filter((file) => !files.some(({ name, url }) => name === file.name && url === file.url))]
}

type WirePaper = Record<'MAGIAYTO' | 'TENGIAYTO' | 'TENMAUDON' | 'URL' | 'SOBANCHINH' | 'SOBANSAO' | 'MA_KQ_THAYTHE', string>

/** Rows of `GIAYTO`: one, or one for each form. */
export function writeDocument(document: RequiredDocument): WirePaper[] {
  return formRows(document.forms).map((form) => ({
    MAGIAYTO: document.code ?? '',
    TENGIAYTO: document.name,
    SOBANCHINH: document.originals === null ? '' : String(document.originals),
    SOBANSAO: document.copies === null ? '' : String(document.copies),
    TENMAUDON: form?.name ?? '',
    URL: form?.url ?? '',
    MA_KQ_THAYTHE: document.replaceableBy ?? '',
  }))
}

/** Rows of `KETQUATHUCHIEN`. */
export function writeResult(result: ProcedureResult): Record<'MAKETQUA' | 'TENKETQUA' | 'TENTEP' | 'URL', string>[] {
  return formRows(result.files).map((file) => ({
    MAKETQUA: result.code ?? '',
    TENKETQUA: result.name,
    TENTEP: file?.name ?? '',
    URL: file?.url ?? '',
  }))
}

function formRows(files: readonly ProcedureFile[]): readonly (ProcedureFile | undefined)[] {
  return files.length === 0 ? [undefined] : files
}
