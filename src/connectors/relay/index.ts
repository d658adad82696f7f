export { type Push, type PushedDossier, readPush } from './message.js'
export type { RelayAnswer, RelayDossier } from './wire.js'
