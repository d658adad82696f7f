export { type AccessPolicy, guarded } from './access.js'
export { answer, jsonAnswer } from './answers.js'
export { type BodyLimits, type BodyMemory, bodyMemory, type ReadBody, readBody } from './body.js'
export { configuredReceivers, type Receiver, type Receiving, type ReceivingOptions, withInboxes } from './configured.js'
export { configuredPayments, type PaymentRoute, type PaymentRouting } from './configured-payments.js'
export { type ExpressMiddleware, forExpress } from './express.js'
export { type FastifyScope, forFastify } from './fastify.js'
export {
  type DownloadOutcome,
  type FileDesk,
  type FileDownload,
  type FileLinksOptions,
  fileLinks,
} from './files/links.js'
export type { InboundHandler, InboundRequest, OutboundResponse } from './handler.js'
export type { ReceiverOptions } from './inbound-message.js'
export { type LgspReceiverOptions, lgspReceiver } from './lgsp/receiver.js'
export type { LgspClient } from './lgsp/tokens.js'
export { forNode, type ServingOptions } from './node.js'
export { type BillInquiryOptions, billInquiry, type PaymentHandlerOptions, type PaymentResultsOptions, paymentResults } from './payments.js'
export { type RelayReceiverOptions, relayReceiver } from './relay/receiver.js'
export { type RouteOptions, routes } from './routes.js'
