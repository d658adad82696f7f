export { hasSchemaSpelling, type Message, type MessageFault, readDocuments, readTraces } from './message.js'
export type { MResult, MsyncDocument, MsyncTrace } from './wire.js'
