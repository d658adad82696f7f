export type { FileBytes, TableBytes } from './bytes.js'
export { type DateCell, readDateCell } from './cells.js'
export { type DossierRow, dossierRow, dossierRowTraits, fromDossierRow, type RowContext, toDossierRow } from './dossier-row.js'
export { detectEncoding, type EncodingName, encodingNames, type TextEncoding } from './encoding.js'
export { detectForm, type FileForm, type ForeignForm } from './form.js'
export { fontNames, formatFindings, sheetsTold } from './format.js'
export { type FontLetters, fromFont, toFont } from './letters/index.js'
export { feesOf, fromPaymentRow, type PaymentField, type Transaction } from './payments.js'
export {
  fromRegisterRow,
  type RegisterContext,
  type RegisterRow,
  readOfficeFile,
  readPayments,
  readRegister,
  registerTraits,
} from './register.js'
export { fileRules } from './rules.js'
export { readSheet, type Sheet, type SheetRow, writeCsv } from './sheet.js'
export type { OpenTable, TableOptions, TableRow } from './table.js'
export { type CellValue, type ReadWorkbookSheet, readWorkbook, type WorkbookColumn, type WorkbookSheet, writeWorkbook } from './workbook.js'
