export * from './record-rules.js'
export * from './transitions.js'
