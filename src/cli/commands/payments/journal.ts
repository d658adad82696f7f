/** `lienthong payments journal verify`: whether anything in the journal was changed, taken out or put in. */
import { defineCommand } from 'citty'
import type { Text } from '../../../base/index.js'
import { type ChainHead, type ChainVerdict, journalPartners, verifyJournal } from '../../../ledger/index.js'
import { command, usage } from '../../command.js'
import { exitCodes, type Session } from '../../session.js'
import { openConfig } from '../open.js'
import { paymentTenants, withPaymentLedger } from './offices.js'

const says = {
  holds: {
    en: '✓ {tenant} / {partner}: {entries} entries, unbroken; note for the next time: {head}',
    vi: '✓ {tenant} / {partner}: {entries} mục, nguyên vẹn; ghi lại cho lần sau: {head}',
  },
  empty: { en: '– {tenant}: no entry yet', vi: '– {tenant}: chưa có mục nào' },
  changed: { en: 'entry {at} was changed', vi: 'mục {at} đã bị sửa' },
  missing: { en: 'an entry before {at} is missing', vi: 'thiếu mục trước mục {at}' },
  unbound: { en: 'entry {at} does not follow the one before it', vi: 'mục {at} không nối với mục trước' },
  cut: { en: 'the journal ends before entry {noted} that was noted', vi: 'nhật ký kết thúc trước mục {noted} đã ghi lại' },
  rebuilt: { en: 'another entry stands in place of {at} that was noted', vi: 'mục khác nằm ở chỗ mục {at} đã ghi lại' },
  untold: { en: 'no entry tells how these attempts began: {attempts}', vi: 'không có mục nào về lúc bắt đầu các giao dịch: {attempts}' },
  broken: {
    en: '✗ {tenant} / {partner}: {problem}; from there on nothing can be relied on. Compare with a backup of the ledger, and find out who wrote to it',
    vi: '✗ {tenant} / {partner}: {problem}; từ đó trở đi không còn tin được. So với bản sao lưu của sổ và tìm ai đã ghi vào',
  },
} satisfies Record<string, Text>

const verify = command({
  name: 'payments journal verify',
  description: 'Reads the journal of each partner code and says from which entry on it cannot be relied on',
  args: {
    noted: { type: 'string', description: 'heads that earlier looks gave: each must still stand where it stood', valueHint: 'PARTNER:SEQ:HASH,…' },
  },
  remarks: ['  here 1 means that a journal was tampered with'],
  async run(session, args) {
    const noted = notedHeads(args.noted)
    const loaded = await openConfig(session)
    const tenants = paymentTenants(session, loaded)
    return withPaymentLedger(loaded, 'read', 'payments journal verify', async (ledger) => {
      const journals: Record<string, unknown>[] = []
      let broken = false
      for (const tenant of tenants) {
        const partners = [...(await journalPartners(ledger, tenant))]
        for (const partner of noted.keys()) if (!partners.includes(partner)) partners.push(partner)
        if (partners.length === 0) session.line(session.say(says.empty, { tenant }))
        for (const partner of partners) {
          const verdict: ChainVerdict = await verifyJournal(ledger, tenant, partner, noted.get(partner))
          broken ||= !verdict.holds
          journals.push({ tenant, partner, ...verdict })
          const head = verdict.head === null ? '–' : `${partner}:${verdict.head.seq}:${verdict.head.hash}`
          if (verdict.holds) session.line(session.say(says.holds, { tenant, partner, entries: session.count(verdict.entries), head }))
          else session.line(session.say(says.broken, { tenant, partner, problem: problemOf(session, verdict, noted.get(partner)) }))
        }
      }
      session.result({ journals })
      return broken ? exitCodes.someFailed : exitCodes.done
    })
  },
})

function problemOf(session: Session, verdict: Extract<ChainVerdict, { holds: false }>, noted: ChainHead | undefined): string {
  if (verdict.problem === 'untold') return session.say(says.untold, { attempts: verdict.attempts.join(', ') })
  return session.say(says[verdict.problem], { at: verdict.brokenAt, noted: noted?.seq ?? verdict.brokenAt })
}

/** @throws {LienthongError} `usage.invalid` */
function notedHeads(text: string | undefined): ReadonlyMap<string, ChainHead> {
  const heads = (text ?? '').split(',').filter((one) => one !== '')
  return new Map(
    heads.map((one) => {
      const [, partner, seq, hash] = /^(.+):([1-9]\d{0,14}):([\w-]{43})$/.exec(one) ?? []
      if (partner === undefined || seq === undefined || hash === undefined)
        throw usage({
          en: `--noted takes what an earlier look gave (PARTNER:SEQ:HASH), not “${one}”`,
          vi: `--noted nhận kết quả của lần xem trước (ĐỐI_TÁC:SỐ:HASH), không phải “${one}”`,
        })
      return [partner, { seq: Number(seq), hash }] as const
    }),
  )
}

export const journal = defineCommand({
  meta: { name: 'journal', description: 'The chained journal of payments' },
  subCommands: { verify },
})
