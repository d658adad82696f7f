export type { InboundHandler, InboundRequest, OutboundResponse } from './handler.js'
