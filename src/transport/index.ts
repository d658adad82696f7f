export { isAmong, isPublicAddress, networks } from './addresses.js'
export { type HttpAnswer, type HttpClient, type HttpRequest, httpClient } from './client.js'
export { type Download, type DownloadOptions, download } from './download.js'
export { hostOf } from './failure.js'
export { type AnswerJudge, type AnswerRule, type JudgedAnswer, judgeAnswers, SESSION_GONE } from './judging.js'
export { bothGates, type CallLimits, type Gate, type GateKey, type Gates, gatesOfMany, gatesOfThisProcess, type ReserveTurns } from './limits.js'
export { isLoopback } from './loopback.js'
export { type HttpClientOptions, type TransportOptions, transportShape } from './options.js'
export type { Repeat } from './retrying.js'
export { type SessionKeeper, type SessionOptions, type SessionShelf, sessionKeeper } from './session.js'
export { elementIn, partsOf, type SoapClient, type SoapOptions, type SoapSecurity, soapClient } from './soap.js'
export { postgresDialect, type SqlAddress, type SqlContext, type SqlFlavour, sqlFailure, sqlServerDialect } from './sql.js'
export {
  type AttemptEnd,
  type AttemptStart,
  type CircuitChange,
  type OpenTelemetryApi,
  openTelemetry,
  type TransportHooks,
  transportHooks,
} from './telemetry.js'
export {
  plainXml,
  readXml,
  type XmlDocument,
  type XmlElement,
  type XmlLimits,
  type XmlNode,
  type XmlOptions,
  type XmlProblem,
  type XmlReading,
} from './xml.js'
