import { existsSync } from 'node:fs'
import { LienthongError, type Text } from '../../base/index.js'
import { ledgerUrl } from '../../config/load.js'
import { instant, isoInstant } from '../../domain/index.js'
import { ledgerStatus } from '../../ledger/index.js'
import { command } from '../command.js'
import { count } from '../progress.js'
import { exitCodes } from '../session.js'
import { openConfig, tenantsOf, withLedger } from './open.js'

const says = {
  line: {
    en: '{tenant}: {confirmed} at the portal, {pending} waiting ({waitingSteps} steps), {failed} failed, {skipped} skipped',
    vi: '{tenant}: {confirmed} đã lên Cổng, {pending} đang chờ ({waitingSteps} bước), {failed} lỗi, {skipped} bỏ qua',
  },
  next: { en: '  next try at {at}', vi: '  lần thử tiếp theo lúc {at}' },
  reason: { en: '  skipped as {reason}: {dossiers}', vi: '  bỏ qua vì {reason}: {dossiers}' },
  run: {
    en: '  {at}  {source}  {outcome}: {seen} read, {created} created, {updated} updated, {failed} failed',
    vi: '  {at}  {source}  {outcome}: đọc {seen}, tạo {created}, cập nhật {updated}, lỗi {failed}',
  },
} satisfies Record<string, Text>

export const status = command({
  name: 'status',
  description: 'What the ledger says now',
  args: {},
  async run(session) {
    const loaded = await openConfig(session)
    const path = ledgerUrl(loaded).replace(/^sqlite:/, '')
    if (!existsSync(path))
      throw new LienthongError('ledger.unreadable', {
        hop: 'ledger',
        values: { path, problem: 'it does not exist yet; `lienthong sync run` creates it' },
      })
    return withLedger(loaded, 'read', 'status', async (ledger) => {
      const documents: Record<string, unknown>[] = []
      for (const tenant of tenantsOf(session, loaded)) {
        const now = await ledgerStatus(ledger, tenant)
        const at = (time: number | null) => (time === null ? null : isoInstant(instant(time)))
        documents.push({
          tenant,
          ...now,
          nextAt: at(now.nextAt),
          runs: now.runs.map((run) => ({ ...run, startedAt: at(run.startedAt), endedAt: at(run.endedAt) })),
        })
        const { confirmed, pending, failed, skipped } = now.dossiers
        session.line(
          session.say(says.line, {
            tenant,
            confirmed: count(confirmed),
            pending: count(pending),
            waitingSteps: count(now.waitingSteps),
            failed: count(failed),
            skipped: count(skipped),
          }),
        )
        if (now.nextAt !== null) session.line(session.say(says.next, { at: at(now.nextAt) ?? '' }))
        for (const [reason, dossiers] of Object.entries(now.skipped)) session.line(session.say(says.reason, { reason, dossiers: count(dossiers) }))
        for (const { startedAt, source, outcome, seen, created, updated, failed: failures } of now.runs) {
          session.line(session.say(says.run, { at: at(startedAt) ?? '', source, outcome, seen: count(seen), created, updated, failed: failures }))
        }
      }
      session.result({ ledger: loaded.config.ledger.url, tenants: documents })
      return exitCodes.done
    })
  },
})
