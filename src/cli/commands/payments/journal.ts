/** `lienthong payments journal verify`: whether anything in the journal was changed, taken out or put in. */
import { defineCommand } from 'citty'
import type { Text } from '../../../base/index.js'
import { type ChainVerdict, journalPartners, verifyJournal } from '../../../ledger/index.js'
import { command } from '../../command.js'
import { exitCodes } from '../../session.js'
import { openConfig } from '../open.js'
import { paymentTenants, withPaymentLedger } from './offices.js'

const says = {
  holds: { en: '✓ {tenant} / {partner}: {entries} entries, unbroken', vi: '✓ {tenant} / {partner}: {entries} mục, nguyên vẹn' },
  empty: { en: '– {tenant}: no entry yet', vi: '– {tenant}: chưa có mục nào' },
  changed: { en: 'entry {at} was changed', vi: 'mục {at} đã bị sửa' },
  missing: { en: 'an entry before {at} is missing', vi: 'thiếu mục trước mục {at}' },
  unbound: { en: 'entry {at} does not follow the one before it', vi: 'mục {at} không nối với mục trước' },
  broken: {
    en: '✗ {tenant} / {partner}: {problem}; from there on nothing can be relied on. Compare with a backup of the ledger, and find out who wrote to it',
    vi: '✗ {tenant} / {partner}: {problem}; từ đó trở đi không còn tin được. So với bản sao lưu của sổ và tìm ai đã ghi vào',
  },
} satisfies Record<string, Text>

const verify = command({
  name: 'payments journal verify',
  description: 'Reads the journal of each partner code and says from which entry on it cannot be relied on',
  args: {},
  remarks: ['  here 1 means that a journal was tampered with'],
  async run(session) {
    const loaded = await openConfig(session)
    const tenants = paymentTenants(session, loaded)
    return withPaymentLedger(loaded, 'read', 'payments journal verify', async (ledger) => {
      const journals: Record<string, unknown>[] = []
      let broken = false
      for (const tenant of tenants) {
        const partners = await journalPartners(ledger, tenant)
        if (partners.length === 0) session.line(session.say(says.empty, { tenant }))
        for (const partner of partners) {
          const verdict: ChainVerdict = await verifyJournal(ledger, tenant, partner)
          broken ||= !verdict.holds
          journals.push({ tenant, partner, ...verdict })
          if (verdict.holds) session.line(session.say(says.holds, { tenant, partner, entries: session.count(verdict.entries) }))
          else session.line(session.say(says.broken, { tenant, partner, problem: session.say(says[verdict.problem], { at: verdict.brokenAt }) }))
        }
      }
      session.result({ journals })
      return broken ? exitCodes.someFailed : exitCodes.done
    })
  },
})

export const journal = defineCommand({
  meta: { name: 'journal', description: 'The chained journal of payments' },
  subCommands: { verify },
})
