export * from './duty.js'
export * from './receipt.js'
export * from './request.js'
export * from './transaction.js'
