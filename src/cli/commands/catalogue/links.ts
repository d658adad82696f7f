import { systemClock, type Text } from '../../../base/index.js'
import { type CheckedLink, checkServiceLinks, missing, parseDeepLink, tenantView } from '../../../catalogue/index.js'
import { type LoadedConfig, tenantDirectory } from '../../../config/index.js'
import type { CodeAndName, Procedure } from '../../../domain/index.js'
import { catalogueProcedures, catalogueReferences, keepLinks, type Ledger } from '../../../ledger/index.js'
import { command, usage } from '../../command.js'
import { openProgress } from '../../progress.js'
import { exitCodes, type Session } from '../../session.js'
import { openConfig } from '../open.js'
import { eachTenant, type TenantResult } from './each-tenant.js'

const says = {
  checking: { en: 'checking addresses', vi: 'đang kiểm tra đường dẫn' },
  head: {
    en: '{tenant}: {links} published addresses: {alive} answer, {dead} do not lead to a service, {doubtful} to be looked at',
    vi: '{tenant}: {links} đường dẫn đã công bố: {alive} hoạt động, {dead} hỏng, {doubtful} cần xem lại',
  },
  link: { en: '  {mark} {url}', vi: '  {mark} {url}' },
  codes: { en: '      {codes}', vi: '      {codes}' },
  resolved: {
    en: '{tenant}: {local} (national {national}) {name}',
    vi: '{tenant}: {local} (mã quốc gia {national}) {name}',
  },
  parts: { en: '  case: {case}  agency: {agency}  signed in by: {login}', vi: '  trường hợp: {case}  cơ quan: {agency}  đăng nhập: {login}' },
  refused: { en: '{tenant}: {problem}', vi: '{tenant}: {problem}' },
} satisfies Record<string, Text>

/** What an outcome means for a citizen who follows the link. */
const verdicts: Readonly<Record<CheckedLink['state'], 'alive' | 'doubtful' | 'dead'>> = {
  alive: 'alive',
  suspect: 'doubtful',
  moved: 'doubtful',
  'foreign-host': 'doubtful',
  dead: 'dead',
  refused: 'dead',
  unreachable: 'dead',
  'not-https': 'dead',
  invalid: 'dead',
}
const marks = { alive: '✓', doubtful: '!', dead: '✗' } as const
const SHOWN_CODES = 10

export const links = command({
  name: 'links',
  description: 'Asks every published address of an online service whether it is alive; or resolves one deep link',
  args: {
    resolve: { type: 'string', description: 'a link from the national portal (MaTTHC, MaTTHCDP, …): where does it lead?', valueHint: 'URL' },
  },
  remarks: ['Only hosts under publish.linkHosts are asked. Exit code 1: some addresses are dead, or the link leads nowhere.'],
  async run(session, args) {
    const loaded = await openConfig(session)
    const progress = openProgress(session, systemClock)
    const { resolve } = args
    if (resolve !== undefined)
      return eachTenant(session, loaded, { access: 'read', name: 'catalogue links' }, (tenant, ledger) =>
        resolveLink(session, loaded, tenant, ledger, resolve),
      )
    return eachTenant(session, loaded, { access: 'write', name: 'catalogue links', progress }, async (tenant, ledger) => {
      const allowedHosts = loaded.config.tenants[tenant]?.publish?.linkHosts ?? []
      const view = await tenantView(ledger, tenant, await tenantDirectory(loaded, tenant, ledger))
      const published = publishedLinks(view.local)
      if (published.length > 0 && allowedHosts.length === 0) throw noHosts(tenant, published)
      const checked = await checkServiceLinks(published, {
        allowedHosts,
        signal: session.signal,
        onChecked: (_, { checked: done, total }) => progress.show(session.say(says.checking), done, total),
      })
      progress.end()
      await keepLinks(ledger, tenant, checked)
      const counts = { alive: 0, doubtful: 0, dead: 0 }
      const language = session.spoken()
      for (const link of checked) {
        const verdict = verdicts[link.state]
        counts[verdict]++
        if (verdict === 'alive') continue
        session.line(session.say(says.link, { mark: marks[verdict], url: link.url }))
        if (link.problem !== null) session.line(`      ${session.say(link.problem)}`)
        if (link.hint !== null) session.line(`      → ${session.say(link.hint)}`)
        const shown = link.codes.length > SHOWN_CODES ? [...link.codes.slice(0, SHOWN_CODES), '…'] : link.codes
        session.line(session.say(says.codes, { codes: shown.join(', ') }))
      }
      session.line(session.say(says.head, { tenant, links: session.count(checked.length), ...counts }))
      return {
        document: {
          links: checked.length,
          ...counts,
          checked: checked.map(({ problem, hint, ...link }) => ({
            ...link,
            verdict: verdicts[link.state],
            problem: problem?.[language] ?? null,
            hint: hint?.[language] ?? null,
          })),
        },
        code: counts.dead > 0 ? exitCodes.someFailed : exitCodes.done,
      }
    })
  },
})

function publishedLinks(procedures: readonly Procedure[]): readonly { readonly url: string; readonly codes: readonly string[] }[] {
  return procedures.flatMap(({ code, published, services }) =>
    published === false ? [] : (services ?? []).flatMap(({ url }) => (url === null ? [] : [{ url, codes: [code] }])),
  )
}

async function resolveLink(session: Session, loaded: LoadedConfig, tenant: string, ledger: Ledger, link: string): Promise<TenantResult> {
  const directory = await tenantDirectory(loaded, tenant, ledger)
  const entries = [...directory.all()]
  if (entries.length === 0) throw missing('local', tenant)
  const services = new Map<string, Procedure['services']>()
  for await (const { procedure } of catalogueProcedures(ledger, tenant, 'local')) services.set(procedure.code, procedure.services)
  const agencies = await catalogueReferences<CodeAndName>(ledger, tenant, 'LayDanhMucCoQuan')
  const resolved = parseDeepLink(link, {
    local: (code) => directory.byLocalCode(code),
    byNational: (code) => entries.filter(({ nationalCode }) => nationalCode === code),
    services: ({ localCode }) => numbered(services.get(localCode) ?? null),
    ...(agencies.size === 0 ? {} : { agency: (code) => agencies.get(code) }),
    agencyCode: loaded.config.tenants[tenant]?.agencyCode ?? '',
  })
  const language = session.spoken()
  if (!resolved.ok) {
    session.line(session.say(says.refused, { tenant, problem: resolved.problem }))
    session.line(`  → ${session.say(resolved.hint)}`)
    return {
      document: { resolved: null, reason: resolved.reason, problem: resolved.problem[language], hint: resolved.hint[language] },
      code: exitCodes.someFailed,
    }
  }
  const { procedure, serviceCase, agency, login, findings, citizenToken } = resolved.value
  session.line(session.say(says.resolved, { tenant, local: procedure.localCode, national: procedure.nationalCode ?? '–', name: procedure.name }))
  session.line(session.say(says.parts, { case: serviceCase?.code ?? '–', agency: agency?.code ?? '–', login: login ?? '–' }))
  for (const { severity, message, hint } of findings) {
    session.line(`  ${severity === 'error' ? '✗' : '!'} ${session.say(message)}`)
    session.line(`      → ${session.say(hint)}`)
  }
  return {
    document: {
      // The token stands for one citizen: said to be there, never printed.
      resolved: { procedure, serviceCase, agency, login, citizenToken: citizenToken !== null },
      findings: findings.map((finding) => ({ ...finding, message: finding.message[language], hint: finding.hint[language] })),
    },
    code: exitCodes.done,
  }
}

/** Cases that carry a number; null where the catalogue numbers none. */
function numbered(services: Procedure['services']): Procedure['services'] {
  const cases = (services ?? []).filter(({ code }) => code !== null)
  return cases.length === 0 ? null : cases
}

function noHosts(tenant: string, published: readonly { readonly url: string }[]) {
  const hosts = [...new Set(published.flatMap(({ url }) => URL.parse(url)?.host ?? []))].slice(0, 5).join(', ')
  return usage({
    en: `tenants.${tenant}.publish.linkHosts is empty: name the hosts that may be asked, e.g. ${hosts}`,
    vi: `tenants.${tenant}.publish.linkHosts đang trống: hãy khai các máy chủ được phép kiểm tra, ví dụ ${hosts}`,
  })
}
