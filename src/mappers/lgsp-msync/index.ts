export {
  fromMsyncDocument,
  isClosedMsync,
  type LgspMsyncMapping,
  type LgspMsyncSource,
  msyncFileId,
  msyncTraits,
  readMsyncFileId,
} from './from-document.js'
export { type LgspMsyncRule, lgspMsyncRules } from './rules.js'
