export { defaultPaymentCodes, type PaymentCodes } from './codes.js'
export { narrationOf } from './narration.js'
export { type PaymentRule, paymentRules } from './rules.js'
export { type AttemptFacts, toPaymentOrder } from './to-order.js'
