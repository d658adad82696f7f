import { defineCommand } from 'citty'
import { create } from './create.js'
import { query } from './query.js'
import { receipt } from './receipt.js'
import { status } from './status.js'

export const payments = defineCommand({
  meta: { name: 'payments', description: 'Bills and payments through the national platform' },
  subCommands: { create, status, query, receipt },
})
