export { type DateCell, readDateCell } from './cells.js'
export { type DossierRow, dossierRow, dossierRowTraits, fromDossierRow, type RowContext, toDossierRow } from './dossier-row.js'
export { detectEncoding, type TextEncoding } from './encoding.js'
export { feesOf, fromPaymentRow, type PaymentField, type Transaction } from './payments.js'
export {
  formatFinding,
  fromRegisterRow,
  type RegisterContext,
  type RegisterRow,
  readOfficeCsv,
  readPayments,
  readRegister,
  registerTraits,
} from './register.js'
export { fileRules } from './rules.js'
export { readSheet, type Sheet, type SheetRow, writeCsv } from './sheet.js'
export type { OpenTable, TableRow } from './table.js'
export { type CellValue, type ReadWorkbookSheet, readWorkbook, type WorkbookColumn, type WorkbookSheet, writeWorkbook } from './workbook.js'
