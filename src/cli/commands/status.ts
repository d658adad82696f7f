import type { Text } from '../../base/index.js'
import { instant, isoInstant } from '../../domain/index.js'
import {
  type CatalogueName,
  type CatalogueSize,
  catalogueSize,
  codeDecisions,
  fileLinkCount,
  initialLoadOf,
  type Ledger,
  lastPull,
  latestMatches,
  ledgerStatus,
  linkStatus,
  shardHolders,
  sourceCounts,
} from '../../ledger/index.js'
import { standingBrakes } from '../../sync/index.js'
import { command } from '../command.js'
import { errorDocument, exitCodes, type Session } from '../session.js'
import { openConfig, tenantsOf, withLedger } from './open.js'

const says = {
  line: {
    en: '{tenant}: {confirmed} at the portal, {pending} waiting, {failed} failed, {skipped} skipped',
    vi: '{tenant}: {confirmed} đã lên Cổng, {pending} đang chờ, {failed} lỗi, {skipped} bỏ qua',
  },
  steps: { en: '  progress steps not sent yet: {steps}', vi: '  bước tiến độ chưa gửi: {steps}' },
  next: { en: '  next try at {at}', vi: '  lần thử tiếp theo lúc {at}' },
  due: { en: '  could go since {at}', vi: '  đến lượt gửi từ {at}' },
  load: {
    en: '  first load: {waiting} left, {pace} a minute, done about {at}',
    vi: '  nạp lần đầu: còn {waiting}, {pace} mỗi phút, xong khoảng {at}',
  },
  loadRead: {
    en: '  first load: {waiting} left of what was read so far, {pace} a minute; the source has not been read to its end yet',
    vi: '  nạp lần đầu: còn {waiting} trong phần đã đọc, {pace} mỗi phút; nguồn chưa được đọc hết',
  },
  loadWaits: {
    en: '  first load: {waiting} left, none went through in the last ten minutes',
    vi: '  nạp lần đầu: còn {waiting}, mười phút qua chưa gửi được hồ sơ nào',
  },
  reason: { en: '  skipped as {reason}: {dossiers}', vi: '  bỏ qua vì {reason}: {dossiers}' },
  source: {
    en: '  {source}: {gone} gone at the source, {conflicts} in conflict, {marksWaiting} to be told: lienthong sources list',
    vi: '  {source}: {gone} không còn ở nguồn, {conflicts} xung đột, {marksWaiting} chờ báo lại: lienthong sources list',
  },
  worker: {
    en: '  worker {holder}: {shards} since {since}, last sign of life {seconds} s ago',
    vi: '  worker {holder}: {shards} từ {since}, tín hiệu gần nhất {seconds} giây trước',
  },
  noWorker: { en: '  no worker reads or sends just now', vi: '  hiện không có worker nào đang đọc hay gửi' },
  catalogue: {
    en: '  {catalogue}: {active} procedures, {detailed} with details, last pulled {at}',
    vi: '  {catalogue}: {active} thủ tục, {detailed} có chi tiết, kéo lần cuối {at}',
  },
  codes: {
    en: '  national codes: {matched} matched, {decided} decided by people, {open} wait for a person',
    vi: '  mã quốc gia: {matched} đã khớp, {decided} do cán bộ quyết định, {open} cần cán bộ quyết định',
  },
  links: {
    en: '  published addresses: {alive} of {links} answer (checked {at}); lienthong catalogue links names the others',
    vi: '  đường dẫn đã công bố: {alive}/{links} hoạt động (kiểm tra {at}); lienthong catalogue links liệt kê phần còn lại',
  },
  files: {
    en: '  links to files: {links}, of {dossiers} dossiers',
    vi: '  liên kết tệp: {links}, của {dossiers} hồ sơ',
  },
  run: {
    en: '  {at}  {source}  {outcome}: {seen} read, {created} created, {updated} updated, {failed} failed',
    vi: '  {at}  {source}  {outcome}: đọc {seen}, tạo {created}, cập nhật {updated}, lỗi {failed}',
  },
} satisfies Record<string, Text>

/** What a run ended as; one that never ended was killed, or is under way. */
const outcomes: Readonly<Record<string, Text>> = {
  done: { en: 'done', vi: 'xong' },
  incomplete: { en: 'incomplete', vi: 'chưa trọn vẹn' },
  interrupted: { en: 'interrupted', vi: 'bị ngắt' },
  running: { en: 'running, or killed', vi: 'đang chạy, hoặc đã bị dừng đột ngột' },
  killed: { en: 'killed', vi: 'bị dừng đột ngột' },
}

export const status = command({
  name: 'status',
  description: 'What the ledger says now',
  args: {},
  async run(session) {
    const loaded = await openConfig(session)
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
            confirmed: session.count(confirmed),
            pending: session.count(pending),
            failed: session.count(failed),
            skipped: session.count(skipped),
          }),
        )
        const brakes = await standingBrakes(ledger, tenant, Object.keys(loaded.config.tenants[tenant]?.sources ?? {}))
        documents.push({ ...documents.pop(), brakes: brakes.map((brake) => errorDocument(brake, session.spoken())) })
        for (const { text, hintText } of brakes) session.line(`  ! ${text[session.spoken()]}\n    → ${hintText[session.spoken()]}`)
        if (now.waitingSteps > 0) session.line(session.say(says.steps, { steps: session.count(now.waitingSteps) }))
        if (now.nextAt !== null) session.line(session.say(now.nextAt > ledger.clock.now() ? says.next : says.due, { at: at(now.nextAt) ?? '' }))
        const load = await initialLoadOf(ledger, tenant)
        documents.push({ ...documents.pop(), initialLoad: load === undefined ? null : { ...load, doneAt: at(load.doneAt) } })
        if (load !== undefined)
          session.line(
            session.say(load.perMinute === null ? says.loadWaits : load.reading ? says.loadRead : says.load, {
              waiting: session.count(load.waiting),
              pace: session.count(load.perMinute ?? 0),
              at: at(load.doneAt) ?? '',
            }),
          )
        for (const [reason, dossiers] of Object.entries(now.skipped))
          session.line(session.say(says.reason, { reason, dossiers: session.count(dossiers) }))
        const sources = await sourceCounts(ledger, tenant)
        documents.push({ ...documents.pop(), sources })
        for (const { source, gone, conflicts, marksWaiting } of sources)
          if (gone + conflicts + marksWaiting > 0)
            session.line(
              session.say(says.source, {
                source,
                gone: session.count(gone),
                conflicts: session.count(conflicts),
                marksWaiting: session.count(marksWaiting),
              }),
            )
        const catalogues = await catalogueStatus(ledger, tenant)
        documents.push({ ...documents.pop(), ...catalogues.document })
        for (const line of catalogues.lines(session)) session.line(line)
        const files = await fileLinkCount(ledger, tenant)
        documents.push({ ...documents.pop(), files })
        if (files.links > 0) session.line(session.say(says.files, { links: session.count(files.links), dossiers: session.count(files.dossiers) }))
        const workers = await workersOf(ledger, tenant)
        documents.push({ ...documents.pop(), workers: workers.document })
        for (const line of workers.lines(session)) session.line(line)
        const later = new Set<string>()
        for (const { startedAt, source, outcome: ended, seen, created, updated, failed: failures } of now.runs) {
          // One reading of a source at a time: where a later one began, this one is over.
          const outcome = ended === 'running' && later.has(source) ? 'killed' : ended
          later.add(source)
          session.line(
            session.say(says.run, {
              at: at(startedAt) ?? '',
              source,
              outcome: session.say(outcomes[outcome] ?? { en: outcome, vi: outcome }),
              seen: session.count(seen),
              created,
              updated,
              failed: failures,
            }),
          )
        }
      }
      session.result({ ledger: loaded.config.ledger.url, tenants: documents })
      return exitCodes.done
    })
  },
})

/** Which workers hold what of a tenant now; null where the ledger is a file, which has one writer. */
async function workersOf(ledger: Ledger, tenant: string) {
  const held = ledger.kind === 'postgres' ? await shardHolders(ledger, tenant) : undefined
  return {
    document: held?.map(({ since, ...shard }) => ({ ...shard, since: isoInstant(instant(since)) })) ?? null,
    *lines(session: Session): Generator<string> {
      if (held === undefined) return
      if (held.length === 0) yield session.say(says.noWorker)
      for (const [holder, shards] of Map.groupBy(held, (one) => one.holder))
        yield session.say(says.worker, {
          holder,
          shards: shards.map(({ shard }) => shard).join(', '),
          since: isoInstant(instant(Math.min(...shards.map(({ since }) => since)))),
          seconds: Math.round(Math.max(...shards.map(({ silentMs }) => silentMs)) / 1000),
        })
    },
  }
}

const catalogueNames = {
  national: { en: 'national catalogue', vi: 'danh mục quốc gia' },
  local: { en: 'province’s catalogue', vi: 'danh mục của tỉnh' },
} as const

/** What the ledger holds of both catalogues; nothing where they were never pulled. */
async function catalogueStatus(ledger: Ledger, tenant: string) {
  const catalogues: Partial<Record<CatalogueName, CatalogueSize & { readonly pulledAt: string }>> = {}
  for (const name of ['national', 'local'] as const) {
    const last = await lastPull(ledger, tenant, name, 'done')
    if (last?.ended_at == null) continue
    catalogues[name] = { ...(await catalogueSize(ledger, tenant, name)), pulledAt: isoInstant(instant(last.ended_at)) }
  }
  const decided = new Set((await codeDecisions(ledger, tenant)).map(({ localCode }) => localCode))
  const matches = [...(await latestMatches(ledger, tenant)).values()].filter(({ localCode }) => !decided.has(localCode))
  const codes = {
    matched: matches.filter(({ nationalCode }) => nationalCode !== null).length,
    decided: decided.size,
    open: matches.filter(({ decision }) => decision === 'suggest' || decision === 'conflict').length,
  }
  const links = await linkStatus(ledger, tenant)
  const published = links && { ...links, checkedAt: isoInstant(instant(links.checkedAt)) }
  return {
    document: { catalogues, codes, links: published ?? null },
    *lines(session: Session): Generator<string> {
      for (const [name, { active, detailed, pulledAt }] of Object.entries(catalogues))
        yield session.say(says.catalogue, {
          catalogue: catalogueNames[name as CatalogueName],
          active: session.count(active),
          detailed: session.count(detailed),
          at: pulledAt,
        })
      if (codes.matched + codes.decided + codes.open > 0) yield session.say(says.codes, codes)
      if (published === undefined) return
      const all = Object.values(published.states).reduce((sum, count) => sum + count, 0)
      yield session.say(says.links, { alive: published.states.alive ?? 0, links: all, at: published.checkedAt })
    },
  }
}
