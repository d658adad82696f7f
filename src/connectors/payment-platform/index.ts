export { type PaymentPlatform, paymentPlatform, type ReceiptAnswer, type ReceivedResult } from './client.js'
export { type CodeMeaning, codeMeanings, paymentErrorCodes, paymentQueryStates, queryStates } from './codes.js'
export type {
  Acknowledged,
  PaidAttempt,
  PaymentDialect,
  PaymentOperation,
  PaymentResult,
  PaymentSite,
  QueryAnswer,
  RefundAnswer,
  RefundOrder,
  SentAttempt,
  StartAnswer,
} from './dialect.js'
export { paymentDialects } from './dialects/index.js'
export { payplat as payplatFormulas } from './formulas.js'
export { type PaymentPlatformOptions, receiptHost } from './options.js'
export type { SignedBody, SignedField } from './signed-body.js'
export { amountDigits, type Formula, isSignedBy, type SignedValues, signatureOf } from './signing.js'
export { longestTexts, type PaymentOrder, paymentOrder, type ReceiptBlock, receiptBlock } from './wire.js'
