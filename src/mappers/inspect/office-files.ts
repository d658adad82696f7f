import { isLienthongError } from '../../base/index.js'
import type { ProcedureEntry } from '../../domain/index.js'
import { type FileForm, formatFindings, fromPaymentRow, fromRegisterRow, type RegisterRow, readOfficeFile, type Transaction } from '../files/index.js'
import { procedureLookup } from '../procedures.js'
import { readCataloguePage } from './catalogue.js'
import type { Collector } from './collector.js'
import type { InspectFile, InspectInput } from './input.js'

interface Filed<Item> {
  readonly file: string
  readonly item: Item
}

interface Contents {
  readonly rows: Filed<RegisterRow>[]
  readonly transactions: Filed<Transaction>[]
  readonly procedures: ProcedureEntry[]
  paymentLists: number
}

/** Reads registers, payment lists and, beside them, a page of a catalogue that resolves procedure names. */
export const inspectOfficeFiles = (form: FileForm) => (input: InspectInput, found: Collector) => inspect(form, input, found)

async function inspect(form: FileForm, { files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const contents: Contents = { rows: [], transactions: [], procedures: [], paymentLists: 0 }
  for (const file of files) await sortIn(file, form, contents, found)
  found.procedures(contents.procedures)
  const procedures = procedureLookup(contents.procedures)
  const byDossier = Map.groupBy(contents.transactions, ({ item }) => item.dossierCode)
  const codes = new Set<string | null>()
  const toReview = new Map<string, { readonly file: string; count: number }>()
  for (const { file, item: row } of contents.rows) {
    const code = row.cells.localCode ?? null
    codes.add(code)
    const context = {
      tables: found.tables,
      file,
      ...(contents.procedures.length > 0 ? { procedures } : {}),
      ...(agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }),
      ...(contents.paymentLists > 0 ? { transactions: (byDossier.get(code) ?? []).map(({ item }) => item) } : {}),
    }
    const mapped = fromRegisterRow(row, context)
    found.dossier(file, mapped, procedures)
    const name = mapped.ok && mapped.value.procedure.localCode === null ? mapped.value.procedure.name : null
    if (name === null || contents.procedures.length === 0) continue
    const known = toReview.get(name) ?? { file, count: 0 }
    known.count++
    toReview.set(name, known)
  }
  for (const [name, { file, count }] of toReview) found.problem(file, 'procedure.review', '', { name, count })
  for (const { file, item } of contents.transactions) {
    if (!codes.has(item.dossierCode)) found.strayFee({ amountVnd: item.amount, paid: item.paid, localCode: item.dossierCode, file })
  }
}

async function sortIn({ name, bytes }: InspectFile, form: FileForm, contents: Contents, found: Collector): Promise<void> {
  const page = readCataloguePage(bytes)
  if (page !== undefined) {
    contents.procedures.push(...page.procedures)
    if (page.total !== null && page.total > page.procedures.length)
      found.problem(name, 'list.partial', '', { total: page.total, rows: page.procedures.length })
    return
  }
  try {
    const table = await readOfficeFile(bytes, { tables: found.tables, file: name })
    found.findings(name, formatFindings(table, form))
    if (table.kind === 'register') {
      for await (const row of table.rows) contents.rows.push({ file: name, item: row })
      return
    }
    contents.paymentLists++
    for await (const row of table.rows) {
      const mapped = fromPaymentRow(row, { tables: found.tables, file: name })
      found.findings(name, mapped.findings)
      if (mapped.ok) contents.transactions.push({ file: name, item: mapped.value })
    }
  } catch (error) {
    if (!isLienthongError(error)) throw error
    found.problem(name, 'file.unreadable', '', { problem: error.text })
  }
}
