export { entryOf, procedureDirectoryOf } from './directory.js'
export * from './ports.js'
export * from './pull.js'
