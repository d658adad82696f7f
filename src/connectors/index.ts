/** Typed clients of the outside systems: `lienthong/connectors`. */
export { hostOf, type OpenTelemetryApi, openTelemetry, type TransportHooks, type TransportOptions } from '../transport/index.js'
export * from './catalogue-upload/index.js'
export * from './national-portal/index.js'
export * from './opencps/index.js'
export * from './payment-platform/index.js'
export * from './own-system/index.js'
export * from './procedure-database/index.js'
