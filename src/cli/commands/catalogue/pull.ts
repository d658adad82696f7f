import { systemClock, type Text } from '../../../base/index.js'
import { defaultBrake, type PullReport, pullCatalogue } from '../../../catalogue/index.js'
import { assembleCatalogues } from '../../../config/index.js'
import { type CatalogueName, catalogueSize } from '../../../ledger/index.js'
import { command } from '../../command.js'
import { openProgress } from '../../progress.js'
import { type ExitCode, errorDocument, exitCodeOf, exitCodes, type Session, worst } from '../../session.js'
import { loggerOf, openConfig } from '../open.js'
import { eachTenant } from './each-tenant.js'

const names: Readonly<Record<CatalogueName, Text>> = {
  national: { en: 'national catalogue', vi: 'danh mục quốc gia' },
  local: { en: 'province’s catalogue', vi: 'danh mục của tỉnh' },
}

const says = {
  list: { en: 'list of the {catalogue}', vi: 'danh sách {catalogue}' },
  details: { en: 'details of the {catalogue}', vi: 'chi tiết {catalogue}' },
  head: {
    en: '{tenant}: {catalogue}: {active} procedures, {detailed} with details, {inactive} switched off',
    vi: '{tenant}: {catalogue}: {active} thủ tục, {detailed} có chi tiết, {inactive} đã tắt',
  },
  listed: {
    en: '  list: {listed} rows, {added} new, {renamed} renamed, {deactivated} no longer listed, {reactivated} back again',
    vi: '  danh sách: {listed} dòng, {added} mới, {renamed} đổi tên, {deactivated} không còn, {reactivated} trở lại',
  },
  resumed: { en: '  went on where the last pull had stopped', vi: '  tiếp tục từ chỗ lần kéo trước dừng lại' },
  read: {
    en: '  details: {read} read, {changed} changed, {failed} could not be read, {later} left to later pulls',
    vi: '  chi tiết: đọc {read}, thay đổi {changed}, không đọc được {failed}, để lần sau {later}',
  },
  more: { en: '  … and {more} more problems', vi: '  … và {more} vấn đề nữa' },
} satisfies Record<string, Text>

/** Problems told to people; --json names more. */
const LISTED = 20

export const pull = command({
  name: 'pull',
  description: 'Reads the national catalogue and the province’s own into the ledger: lists, then what is new, renamed or old',
  args: { acceptShrink: { type: 'boolean', description: 'take over a list that lost more than a tenth at once' } },
  remarks: ['A list that is not whole changes nothing. Ctrl-C or a crash loses nothing: the next pull goes on.'],
  async run(session, args) {
    const loaded = await openConfig(session)
    const progress = openProgress(session, systemClock)
    return eachTenant(session, loaded, { access: 'write', name: 'catalogue pull', progress }, async (tenant, ledger) => {
      const catalogues = assembleCatalogues(loaded, tenant, { logger: loggerOf(session, loaded) })
      const document: Record<string, unknown> = {}
      const codes: ExitCode[] = []
      for (const catalogue of ['local', 'national'] as const) {
        const one = catalogues[catalogue]
        if (one === undefined || session.signal.aborted) continue
        const report = await pullCatalogue({
          ledger,
          tenant,
          catalogue,
          source: one.source,
          signal: session.signal,
          brake: args.acceptShrink === true ? undefined : defaultBrake,
          ...('maxAgeMs' in one && one.maxAgeMs !== undefined ? { maxAgeMs: one.maxAgeMs } : {}),
          onProgress: ({ phase, done, total }) =>
            progress.show(session.say(phase === 'list' ? says.list : says.details, { catalogue: names[catalogue] }), done, total),
        })
        progress.end()
        const size = await catalogueSize(ledger, tenant, catalogue)
        const count = (value: number) => session.count(value)
        session.line(
          session.say(says.head, {
            tenant,
            catalogue: names[catalogue],
            active: count(size.active),
            detailed: count(size.detailed),
            inactive: count(size.inactive),
          }),
        )
        for (const line of reportLines(session, report)) session.line(line)
        if (report.error !== null) session.trouble(report.error, `${tenant}, ${session.say(names[catalogue])}`)
        document[catalogue] = pullDocument(session, report, size)
        codes.push(exitCodeOfPull(report))
      }
      return { document, code: worst(codes) }
    })
  },
})

function exitCodeOfPull({ outcome, error, details }: PullReport): ExitCode {
  if (error !== null) return exitCodeOf(error)
  if (outcome === 'interrupted') return exitCodes.interrupted
  return details.failed > 0 ? exitCodes.someFailed : exitCodes.done
}

function* reportLines(session: Session, { resumed, list, details, problems, problemCount }: PullReport): Generator<string> {
  const values = (counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, session.count(value)]))
  if (resumed) yield session.say(says.resumed)
  if (list !== null) yield session.say(says.listed, values({ ...list }))
  if (details.due > 0 || details.later > 0) yield session.say(says.read, values({ ...details }))
  for (const [index, { place, message, hint }] of problems.slice(0, LISTED).entries()) {
    yield `  ! ${place}: ${session.say(message)}`
    // What to do, once below those for which it is the same.
    if (problems[index + 1]?.hint.en !== hint.en || index + 1 === LISTED) yield `      → ${session.say(hint)}`
  }
  if (problemCount > LISTED) yield session.say(says.more, { more: session.count(problemCount - LISTED) })
}

export function pullDocument(session: Session, report: PullReport, size: object): Record<string, unknown> {
  const language = session.spoken()
  return {
    ...report,
    error: report.error === null ? null : errorDocument(report.error, language),
    problems: report.problems.map((problem) => ({ ...problem, message: problem.message[language], hint: problem.hint[language] })),
    catalogue: size,
  }
}
