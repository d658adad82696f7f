export { fromRelay, isClosedRelay, type RelayMapping, relayTraits } from './from-relay.js'
export { type RelayRule, relayRules } from './rules.js'
