import { LienthongError, systemClock, type Text } from '../../../base/index.js'
import {
  integrationReport,
  integrationRows,
  offerBundle,
  offerBundleJson,
  offersOf,
  type PublishReport,
  publishOffers,
  type TargetShare,
  tenantView,
  writeOffers,
} from '../../../catalogue/index.js'
import { assembleUpload, tenantAssembly, tenantDirectory } from '../../../config/index.js'
import { keptOffers } from '../../../ledger/index.js'
import { formatPercent } from '../../../rules/index.js'
import { command, usage } from '../../command.js'
import { openProgress } from '../../progress.js'
import { type ExitCode, errorDocument, exitCodeOf, exitCodes, type Session } from '../../session.js'
import { loggerOf, openConfig } from '../open.js'
import { eachTenant } from './each-tenant.js'
import { writeOutput } from './files.js'

const says = {
  head: {
    en: '{tenant}: {ready} procedures ready to be offered nationally, {notReady} not ready, {hidden} not shown to citizens',
    vi: '{tenant}: {ready} thủ tục sẵn sàng cung cấp trên Cổng quốc gia, {notReady} chưa sẵn sàng, {hidden} không công khai',
  },
  share: {
    en: '  integrated with the national portal: {n} of {d} online services = {percent} (K5, C1: at least {target} %: {met}); {judged}',
    vi: '  tích hợp với Cổng quốc gia: {n}/{d} dịch vụ trực tuyến = {percent} (K5, C1: tối thiểu {target}%: {met}); {judged}',
  },
  byAnswers: { en: 'by the answers to our uploads', vi: 'theo kết quả đã tải lên' },
  byReadiness: {
    en: 'counted: national code listed, https address',
    vi: 'tính theo: mã quốc gia còn hiệu lực, có đường dẫn https',
  },
  met: { en: 'met', vi: 'đạt' },
  missed: { en: 'missed', vi: 'chưa đạt' },
  none: { en: 'no online services', vi: 'chưa có dịch vụ trực tuyến' },
  reason: { en: '    {count} × {what}', vi: '    {count} × {what}' },
  written: { en: '  {path}', vi: '  {path}' },
  sent: {
    en: '  uploaded: {accepted} accepted, {unchanged} unchanged since, {others} not accepted',
    vi: '  đã tải lên: {accepted} được nhận, {unchanged} không đổi, {others} chưa được nhận',
  },
  sending: { en: 'uploading', vi: 'đang tải lên' },
  next: {
    en: '  → --out DIR writes a workbook and a JSON bundle for entry by hand; --send uploads where “publish.upload” is configured',
    vi: '  → --out THƯ_MỤC xuất tệp Excel và JSON để nhập tay; --send tải lên nếu đã cấu hình “publish.upload”',
  },
} satisfies Record<string, Text>

/** Codes named of offers that ended alike. */
const NAMED = 5

export const publish = command({
  name: 'publish',
  description: 'What the province offers nationally: procedure, level, address, fees. Lists it; writes or uploads it when asked',
  args: {
    out: { type: 'string', description: 'write offers.xlsx and offers.json into this folder', valueHint: 'DIR' },
    send: { type: 'boolean', description: 'upload through the operation configured as publish.upload' },
    all: { type: 'boolean', description: 'upload also what was accepted before and did not change' },
  },
  remarks: ['Exit code 1: some offers were not accepted. Without --send nothing is sent.'],
  async run(session, args) {
    if (args.all === true && args.send !== true) throw usage({ en: '--all belongs to --send', vi: '--all dùng cùng --send' })
    const loaded = await openConfig(session)
    const progress = openProgress(session, systemClock)
    const language = session.spoken()
    const access = args.send === true ? 'write' : 'read'
    return eachTenant(
      session,
      loaded,
      { access, name: 'catalogue publish', progress, oneFile: args.out === undefined ? undefined : 'out' },
      async (tenant, ledger) => {
        const directory = await tenantDirectory(loaded, tenant, ledger)
        const assembly = tenantAssembly(loaded, tenant, { logger: loggerOf(session, loaded) }, directory)
        const view = await tenantView(ledger, tenant, directory)
        const listed = (code: string) => view.national.get(code)?.state === 'active'
        const offers = offersOf({ procedures: view.local, link: view.link, listed, day: view.day })
        const bundle = offerBundle(assembly.config.agencyCode, view.day, offers)
        session.line(
          session.say(says.head, {
            tenant,
            ready: session.count(offers.offers.length),
            notReady: session.count(offers.notReady.length),
            hidden: session.count(offers.hidden),
          }),
        )
        const reasons = Map.groupBy(
          offers.notReady.flatMap(({ findings }) => findings),
          ({ ruleId }) => ruleId,
        )
        for (const [, [first, ...rest]] of reasons)
          if (first)
            session.line(
              session.say(says.reason, { count: session.count(rest.length + 1), what: `${first.message[language]} ${first.hint[language]}` }),
            )

        const document: Record<string, unknown> = {}
        let sent: PublishReport | undefined
        if (args.out !== undefined) {
          const files = [
            writeOutput(session, `${args.out}/offers.xlsx`, await writeOffers(bundle, language)),
            writeOutput(session, `${args.out}/offers.json`, offerBundleJson(bundle)),
          ]
          for (const path of files) session.line(session.say(says.written, { path }))
          document.written = files
        }
        const uploads = assembly.config.publish?.upload !== undefined
        if (args.send === true) {
          // Only now: a listing needs no password.
          const target = assembleUpload(assembly)
          if (target === undefined) throw noUpload(tenant)
          if (!target.loopback && !assembly.config.production)
            throw new LienthongError('config.not_production', { values: { tenant, host: target.host } })
          const report = await publishOffers(offers.offers, {
            ledger,
            tenant,
            target,
            all: args.all === true,
            signal: session.signal,
            onProgress: (done, total) => progress.show(session.say(says.sending), done, total),
          })
          progress.end()
          sent = report
          session.line(session.say(says.sent, { accepted: report.accepted, unchanged: report.unchanged, others: report.others.length }))
          // Told once each, with the codes: two thousand times the same sentence helps nobody.
          for (const alike of Map.groupBy(report.others, ({ outcome }) => outcome.error?.text.en).values()) {
            const [first] = alike
            const codes = alike.slice(0, NAMED).map(({ localCode }) => localCode)
            if (first?.outcome.error)
              session.trouble(first.outcome.error, `${alike.length} × ${[...codes, ...(alike.length > NAMED ? ['…'] : [])].join(', ')}`)
          }
          document.upload = {
            accepted: report.accepted,
            unchanged: report.unchanged,
            others: report.others.map(({ localCode, outcome }) => ({
              localCode,
              outcome: outcome.outcome,
              answer: outcome.answer,
              error: outcome.error === null ? null : errorDocument(outcome.error, language),
            })),
          }
        } else if (args.out === undefined) session.line(session.say(says.next))

        const answered = await keptOffers(ledger, tenant)
        const ready = new Set(offers.offers.map(({ localCode }) => localCode))
        const integrated = (code: string) => ready.has(code) && (!uploads || answered.get(code)?.accepted != null)
        const report = integrationReport(integrationRows(view.local, integrated, view.day))
        session.line(shareLine(session, report.province, uploads ? says.byAnswers : says.byReadiness))
        return {
          document: {
            day: view.day,
            ready: offers.offers.length,
            notReady: bundle.notReady.length,
            hidden: offers.hidden,
            integration: { basis: uploads ? 'uploads' : 'readiness', ...report },
            offers: bundle.offers,
            ...document,
          },
          code: exitCodeOfUpload(sent),
        }
      },
    )
  },
})

/** Nothing left this machine: then the way there is the trouble, and not the offers. */
function exitCodeOfUpload(report: PublishReport | undefined): ExitCode {
  const others = report?.others ?? []
  const [first] = others
  if (first === undefined) return exitCodes.done
  const nothingSent = report?.accepted === 0 && others.every(({ outcome }) => outcome.outcome === 'not-sent')
  return nothingSent && first.outcome.error !== null ? exitCodeOf(first.outcome.error) : exitCodes.someFailed
}

function shareLine(session: Session, { n, d, percent, target, met }: TargetShare, judged: Text): string {
  return session.say(says.share, {
    n: session.count(n),
    d: session.count(d),
    percent: formatPercent(percent, session.spoken()),
    target,
    met: met === null ? says.none : met ? says.met : says.missed,
    judged,
  })
}

function noUpload(tenant: string): LienthongError {
  return usage({
    en: `tenants.${tenant}.publish.upload is not configured: no public contract shows an upload, so its address, name and fields have to be (docs/catalogue.md). --out DIR writes a bundle for entry by hand`,
    vi: `chưa cấu hình tenants.${tenant}.publish.upload: không có tài liệu công khai về thao tác tải lên nên phải khai địa chỉ, tên và các trường (docs/catalogue.md). --out THƯ_MỤC xuất tệp để nhập tay`,
  })
}
