import { defineCommand } from 'citty'
import type { Text } from '../../base/index.js'
import { chooseTenant } from '../../config/index.js'
import { instant, isoInstant } from '../../domain/index.js'
import { failureEntries, failureGroups, retryFailures } from '../../ledger/index.js'
import { command, usage, wholeNumber } from '../command.js'
import { exitCodes } from '../session.js'
import { openConfig, tenantsOf, withLedger } from './open.js'

const says = {
  none: { en: '✓ {tenant}: nothing failed', vi: '✓ {tenant}: không có lỗi' },
  head: {
    en: '{tenant}: {dossiers} dossiers are not at the portal, for {groups} causes',
    vi: '{tenant}: {dossiers} hồ sơ chưa lên Cổng, do {groups} nguyên nhân',
  },
  group: { en: '{dossiers} × {cause}', vi: '{dossiers} × {cause}' },
  examples: { en: '    e.g. {examples}', vi: '    ví dụ: {examples}' },
  next: {
    en: 'One cause in full: lienthong failures show CAUSE. After correcting: lienthong failures retry --cause CAUSE',
    vi: 'Xem chi tiết: lienthong failures show NGUYÊN_NHÂN. Sau khi sửa: lienthong failures retry --cause NGUYÊN_NHÂN',
  },
  retried: { en: '{tenant}: {dossiers} dossiers go again with the next run', vi: '{tenant}: {dossiers} hồ sơ sẽ được gửi lại ở lần chạy sau' },
  nothing: {
    en: '{tenant}: nothing to retry: no failure has this cause or code. lienthong failures list shows what there is',
    vi: '{tenant}: không có gì để gửi lại: không lỗi nào có nguyên nhân hoặc mã này. lienthong failures list liệt kê những gì đang có',
  },
  since: { en: '    {times} × since {since}', vi: '    {times} lần từ {since}' },
} satisfies Record<string, Text>

const list = command({
  name: 'list',
  description: 'What did not go through, grouped by cause, with what to do',
  args: {},
  async run(session) {
    const loaded = await openConfig(session)
    const language = session.spoken()
    return withLedger(loaded, 'read', 'failures list', async (ledger) => {
      const documents: Record<string, unknown>[] = []
      let total = 0
      for (const tenant of tenantsOf(session, loaded)) {
        const groups = await failureGroups(ledger, tenant)
        const dossiers = groups.reduce((sum, group) => sum + group.dossiers, 0)
        total += dossiers
        documents.push({
          tenant,
          dossiers,
          causes: groups.map((group) => ({ ...group, message: group.message[language], hint: group.hint[language] })),
        })
        session.line(session.say(dossiers === 0 ? says.none : says.head, { tenant, dossiers: session.count(dossiers), groups: groups.length }))
        for (const group of groups) {
          session.line(`  ${session.say(says.group, { dossiers: session.count(group.dossiers), cause: group.cause })}: ${group.message[language]}`)
          session.line(`    → ${group.hint[language]}`)
          session.line(session.say(says.examples, { examples: group.examples.join(', ') }))
        }
      }
      if (total > 0) session.line(session.say(says.next))
      session.result({ tenants: documents })
      return total > 0 ? exitCodes.someFailed : exitCodes.done
    })
  },
})

const show = command({
  name: 'show',
  description: 'The dossiers of one cause, or one dossier, with every finding',
  args: {
    what: { type: 'positional', description: 'a cause (status.unmapped) or a dossier’s local code', required: true },
    limit: { type: 'string', description: 'at most so many', default: '50', valueHint: 'N' },
  },
  async run(session, args) {
    const loaded = await openConfig(session)
    const language = session.spoken()
    const limit = wholeNumber(args.limit, 'limit') ?? 50
    return withLedger(loaded, 'read', 'failures show', async (ledger) => {
      const documents: Record<string, unknown>[] = []
      for (const tenant of tenantsOf(session, loaded)) {
        const byCause = await failureEntries(ledger, tenant, { cause: args.what }, limit)
        const entries = byCause.length > 0 ? byCause : await failureEntries(ledger, tenant, { localCode: args.what }, limit)
        for (const entry of entries) {
          const findings = entry.findings.map((finding) => ({ ...finding, message: finding.message[language], hint: finding.hint[language] }))
          documents.push({
            tenant,
            ...entry,
            message: entry.message[language],
            hint: entry.hint[language],
            firstAt: isoInstant(instant(entry.firstAt)),
            lastAt: isoInstant(instant(entry.lastAt)),
            findings,
          })
          session.line(`${entry.localCode ?? entry.place}  ${entry.cause}  ${entry.message[language]}`)
          session.line(`    → ${entry.hint[language]}`)
          session.line(session.say(says.since, { times: entry.times, since: isoInstant(instant(entry.firstAt)) }))
          for (const { severity, path, message, ruleId } of findings) if (ruleId !== entry.cause) session.line(`    ${severity}  ${path}: ${message}`)
        }
      }
      if (documents.length === 0)
        throw usage({ en: `no failure has the cause or the code “${args.what}”`, vi: `không có lỗi nào có nguyên nhân hoặc mã “${args.what}”` })
      session.result({ failures: documents })
      return exitCodes.someFailed
    })
  },
})

const retry = command({
  name: 'retry',
  description: 'Put failed dossiers back in the queue, after something was corrected',
  args: {
    cause: { type: 'string', description: 'only this cause', valueHint: 'CAUSE' },
    only: { type: 'string', description: 'only this dossier', valueHint: 'CODE' },
    all: { type: 'boolean', description: 'everything that failed' },
  },
  async run(session, args) {
    if (args.cause === undefined && args.only === undefined && !args.all)
      throw usage({
        en: 'say what to retry: --cause CAUSE, --only CODE or --all',
        vi: 'cho biết gửi lại gì: --cause NGUYÊN_NHÂN, --only MÃ hoặc --all',
      })
    const loaded = await openConfig(session)
    const tenants = session.tenant === undefined ? tenantsOf(session, loaded) : [chooseTenant(loaded, session.tenant)]
    return withLedger(loaded, 'command', 'failures retry', async (ledger) => {
      const documents: Record<string, unknown>[] = []
      for (const tenant of tenants) {
        const dossiers = await retryFailures(ledger, tenant, {
          ...(args.cause === undefined ? {} : { cause: args.cause }),
          ...(args.only === undefined ? {} : { localCode: args.only }),
        })
        documents.push({ tenant, dossiers })
        session.line(session.say(dossiers === 0 ? says.nothing : says.retried, { tenant, dossiers: session.count(dossiers) }))
      }
      session.result({ retried: documents })
      return exitCodes.done
    })
  },
})

export const failures = defineCommand({
  meta: { name: 'failures', description: 'What did not go through: list (by cause), show, retry' },
  subCommands: { list, show, retry },
})
