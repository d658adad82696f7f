import { defineCommand } from 'citty'
import { cancel } from './cancel.js'
import { create } from './create.js'
import { journal } from './journal.js'
import { query } from './query.js'
import { receipt } from './receipt.js'
import { refunds } from './refunds.js'
import { serve } from './serve.js'
import { status } from './status.js'

export const payments = defineCommand({
  meta: { name: 'payments', description: 'Bills and payments through the national platform' },
  subCommands: { create, cancel, status, query, receipt, refunds, serve, journal },
})
