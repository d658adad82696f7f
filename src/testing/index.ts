/** For the tests of programs that use lienthong: a whole made-up province in one call, and a check for sources of your own. */
export { igateOneStop, igateOneStopWith, type OneStop, type OneStopContext, openCpsOneStop } from './one-stops.js'
export { signedResult, type TestResult } from './payment-messages.js'
export { scopeOfSetup, type TestProvince, type TestProvinceOptions, tablesOfSetup, testProvince } from './province.js'
export {
  BrokenPromise,
  type CaseOutcome,
  type Eventually,
  type SourceCase,
  type SourceCasesOptions,
  type SourceWorld,
  sourceCases,
} from './source-cases/index.js'
export { type ConformanceReport, checkSource } from './source-conformance.js'
