import { defineCommand } from 'citty'
import type { Text } from '../../base/index.js'
import type { LoadedConfig } from '../../config/index.js'
import { instant, isoInstant } from '../../domain/index.js'
import { type ConflictEntry, conflictEntries, type GoneEntry, goneEntries, type SourceCounts, sourceCounts } from '../../ledger/index.js'
import { command, usage, wholeNumber } from '../command.js'
import { exitCodes, type Session } from '../session.js'
import { openConfig, tenantsOf, withLedger } from './open.js'
import { refused } from './refused-messages.js'

const says = {
  line: {
    en: '{tenant}  {source}: {seen} dossiers, {gone} gone, {conflicts} conflicts, {ownedElsewhere} owned elsewhere, {marksWaiting} marks waiting',
    vi: '{tenant}  {source}: {seen} hồ sơ, {gone} không còn ở nguồn, {conflicts} xung đột, {ownedElsewhere} thuộc nguồn khác, {marksWaiting} dấu chờ ghi',
  },
  marksFailing: {
    en: '    {marksFailing} of the marks failed; they are tried again by themselves',
    vi: '    {marksFailing} dấu ghi không thành công; sẽ tự thử lại',
  },
  gone: {
    en: '{code}  {source}  gone since {since}, {toldBy}; {sent}',
    vi: '{code}  {source}  không còn từ {since}, {toldBy}; {sent}',
  },
  atPortal: { en: 'at the portal as {code}', vi: 'trên Cổng với mã {code}' },
  neverSent: { en: 'never sent', vi: 'chưa từng gửi' },
  reading: { en: 'not shown by the whole reading {run}', vi: 'lần đọc đầy đủ {run} không thấy' },
  source: { en: 'the source says it deleted it', vi: 'nguồn báo đã xóa' },
  'write-back': { en: 'not there to be marked', vi: 'không còn để ghi dấu' },
  goneHint: {
    en: 'Nothing was sent of this and nothing will be. Ask the office whether they were deleted or are only hidden; what is shown again leaves this list by itself.',
    vi: 'Chưa và sẽ không gửi gì vì danh sách này. Hỏi đơn vị xem hồ sơ bị xóa hay chỉ bị ẩn; hồ sơ xuất hiện lại sẽ tự rời danh sách.',
  },
  noneGone: { en: '✓ {tenant}: nothing is gone', vi: '✓ {tenant}: không có hồ sơ nào bị mất ở nguồn' },
  'two-sources': { en: '{code}  {source} ({own}): already that of {holder} ({other})', vi: '{code}  {source} ({own}): đã là của {holder} ({other})' },
  'part-of-sent': {
    en: '{code}  {source} ({own}): a part of it; {holder} ({other}) sends the whole',
    vi: '{code}  {source} ({own}): là hồ sơ thành phần; {holder} ({other}) đã gửi hồ sơ chính',
  },
  conflictHint: {
    en: 'Nothing of these is sent. Say in `ownership` of the tenant which source owns them, or correct the codes at the source; the next pass goes on by itself. lienthong failures show CODE tells more.',
    vi: 'Chưa gửi gì của các hồ sơ này. Khai `ownership` của đơn vị để chọn nguồn sở hữu, hoặc sửa mã tại nguồn; lần chạy sau sẽ tự tiếp tục. lienthong failures show MÃ cho biết thêm.',
  },
  noConflict: { en: '✓ {tenant}: no conflict', vi: '✓ {tenant}: không có xung đột' },
} satisfies Record<string, Text>

const list = command({
  name: 'list',
  description: 'Each source: dossiers seen, gone, in conflict, and marks that wait to be told',
  args: { source: { type: 'string', description: 'only this source', valueHint: 'NAME' } },
  async run(session, args) {
    const loaded = await openConfig(session)
    return withLedger(loaded, 'read', 'sources list', async (ledger) => {
      const tenants: Record<string, unknown>[] = []
      for (const tenant of tenantsOf(session, loaded)) {
        const counts = await countsOf(loaded, tenant, await sourceCounts(ledger, tenant), args.source)
        tenants.push({ tenant, sources: counts })
        for (const one of counts) for (const line of countLines(session, tenant, one)) session.line(line)
      }
      session.result({ tenants })
      return exitCodes.done
    })
  },
})

const listArgs = {
  source: { type: 'string', description: 'only this source', valueHint: 'NAME' },
  limit: { type: 'string', description: 'at most so many', default: '200', valueHint: 'N' },
} as const

const gone = command({
  name: 'gone',
  description: 'Dossiers that their source does not have any more: since when, and who said so',
  args: listArgs,
  async run(session, args) {
    const loaded = await openConfig(session)
    const limit = wholeNumber(args.limit, 'limit') ?? 200
    return withLedger(loaded, 'read', 'sources gone', async (ledger) => {
      const tenants: Record<string, unknown>[] = []
      let found = 0
      for (const tenant of tenantsOf(session, loaded)) {
        knownSource(loaded, tenant, args.source)
        const entries = await goneEntries(ledger, tenant, { ...(args.source === undefined ? {} : { source: args.source }), limit })
        found += entries.length
        tenants.push({ tenant, gone: entries.map((entry) => ({ ...entry, since: time(entry.since) })) })
        if (entries.length === 0) session.line(session.say(says.noneGone, { tenant }))
        for (const entry of entries) session.line(goneLine(session, entry))
      }
      if (found > 0) session.line(session.say(says.goneHint))
      session.result({ tenants })
      return exitCodes.done
    })
  },
})

const conflicts = command({
  name: 'conflicts',
  description: 'Dossiers that are not sent because another one has their code, or the whole of which they are a part',
  args: listArgs,
  async run(session, args) {
    const loaded = await openConfig(session)
    const limit = wholeNumber(args.limit, 'limit') ?? 200
    return withLedger(loaded, 'read', 'sources conflicts', async (ledger) => {
      const tenants: Record<string, unknown>[] = []
      let found = 0
      for (const tenant of tenantsOf(session, loaded)) {
        knownSource(loaded, tenant, args.source)
        const entries = await conflictEntries(ledger, tenant, { ...(args.source === undefined ? {} : { source: args.source }), limit })
        found += entries.length
        tenants.push({ tenant, conflicts: entries.map((entry) => ({ ...entry, since: time(entry.since) })) })
        if (entries.length === 0) session.line(session.say(says.noConflict, { tenant }))
        for (const entry of entries) session.line(conflictLine(session, entry))
      }
      if (found > 0) session.line(session.say(says.conflictHint))
      session.result({ tenants })
      return found > 0 ? exitCodes.someFailed : exitCodes.done
    })
  },
})

export const sources = defineCommand({
  meta: {
    name: 'sources',
    description: 'What the sources hold: list (counts), gone (not there any more), conflicts (one code twice), refused (pushed and not taken)',
  },
  subCommands: { list, gone, conflicts, refused },
})

/** Sources of the configuration, and those that only the ledger still knows. */
async function countsOf(loaded: LoadedConfig, tenant: string, found: readonly SourceCounts[], only: string | undefined): Promise<SourceCounts[]> {
  const configured = Object.keys(loaded.config.tenants[tenant]?.sources ?? {})
  const nothing = { seen: 0, gone: 0, conflicts: 0, ownedElsewhere: 0, marksWaiting: 0, marksFailing: 0 }
  const known = new Map(found.map((one) => [one.source, one]))
  const names = [...new Set([...configured, ...known.keys()])]
  if (only !== undefined && !names.includes(only)) throw unknownSource(only, names)
  return names.filter((name) => only === undefined || name === only).map((source) => known.get(source) ?? { source, ...nothing })
}

function knownSource(loaded: LoadedConfig, tenant: string, source: string | undefined): void {
  const names = Object.keys(loaded.config.tenants[tenant]?.sources ?? {})
  if (source !== undefined && !names.includes(source)) throw unknownSource(source, names)
}

function unknownSource(source: string, names: readonly string[]) {
  const known = names.join(', ')
  return usage({ en: `there is no source “${source}”; the configuration has ${known}`, vi: `không có nguồn “${source}”; cấu hình có ${known}` })
}

function* countLines(session: Session, tenant: string, { source, ...counts }: SourceCounts): Generator<string> {
  const said = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, session.count(count)]))
  yield session.say(says.line, { tenant, source, ...said })
  if (counts.marksFailing > 0) yield session.say(says.marksFailing, said)
}

function goneLine(session: Session, { source, sourceId, localCode, sentCode, since, toldBy, run }: GoneEntry): string {
  return session.say(says.gone, {
    code: localCode ?? sourceId,
    source,
    since: time(since),
    toldBy: session.say(says[toldBy], { run: run ?? '–' }),
    sent: sentCode === null ? says.neverSent : session.say(says.atPortal, { code: sentCode }),
  })
}

function conflictLine(session: Session, { source, sourceId, localCode, kind, code, holder }: ConflictEntry): string {
  const own = localCode ?? sourceId
  return session.say(says[kind === 'part-of-sent' ? kind : 'two-sources'], {
    ...{ code, source, own },
    holder: holder.source,
    other: holder.localCode ?? holder.sourceId,
  })
}

function time(milliseconds: number): string {
  return isoInstant(instant(milliseconds))
}
