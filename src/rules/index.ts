export * from './procedure-rules.js'
export * from './record-rules.js'
export * from './share.js'
export * from './transitions.js'
