/**
 * Where the national portal sends citizens: takes a deep link (`MaTTHC`, `MaTTHCDP`, `MaCoQuanThucHien`, `MaDVC`, `vneid`, `MDT`), and
 * leads on to the province's own form, or says in Vietnamese why it cannot.
 *
 *   TENANT=cao-bang PORT=8080 node deep-link-server.ts [lienthong.config.json]
 *
 * Whatever stands in a link is hostile until it is resolved: the form's address comes from our catalogue and its host from `publish.linkHosts`,
 * nothing of the link is repeated in a page unescaped, and no log line holds an address, because `MDT` stands for one citizen.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { asLienthongError, chooseTenant, loadConfig, openConfiguredLedger, tenantDirectory } from 'lienthong'
import { type DeepLink, type DeepLinkContext, parseDeepLink, tenantView } from 'lienthong/catalogue'

interface Catalogue {
  readonly context: DeepLinkContext
  /** The province's form for a procedure, or for one of its cases; undefined: it has none that we may lead to. */
  form(link: DeepLink): URL | undefined
}

const RELOAD_MS = 5 * 60_000
const loaded = await loadConfig(process.argv[2], process.cwd())
const tenant = chooseTenant(loaded, process.env.TENANT)
const { agencyCode, publish } = loaded.config.tenants[tenant] ?? {}
const hosts = publish?.linkHosts ?? []

let catalogue = await readCatalogue()
// A night's pull and an officer's decision count without a restart; a ledger that cannot be read leaves what we have.
setInterval(() => {
  readCatalogue().then(
    (fresh) => {
      catalogue = fresh
    },
    (error: unknown) => log({ outcome: 'stale', code: asLienthongError(error).code }),
  )
}, RELOAD_MS).unref()

const server = createServer((request, response) => {
  try {
    if (request.method === 'GET' || request.method === 'HEAD') answer(request.url ?? '', response)
    else page(response, 405, 'Không hỗ trợ', 'Vui lòng mở lại dịch vụ từ Cổng Dịch vụ công quốc gia.')
  } catch (error) {
    log({ outcome: 'failed', code: asLienthongError(error).code })
    page(response, 500, 'Có lỗi', 'Hệ thống gặp lỗi. Vui lòng thử lại sau.')
  }
})
// Behind the province's web server, which ends TLS; it must not log queries either.
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => log({ outcome: 'listening', port: (server.address() as AddressInfo).port }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())

function answer(address: string, response: ServerResponse): ServerResponse {
  const link = parseDeepLink(address, catalogue.context)
  if (!link.ok) {
    // The hint is for whoever keeps the catalogue: `lienthong catalogue links --resolve` tells it.
    log({ outcome: 'refused', reason: link.reason })
    return page(response, 404, 'Không mở được dịch vụ', link.problem.vi)
  }
  const { procedure, serviceCase, agency, login, citizenToken, findings } = link.value
  const form = catalogue.form(link.value)
  log({ outcome: form ? 'resolved' : 'no-form', procedure: procedure.localCode, findings: findings.map(({ ruleId }) => ruleId) })
  if (form === undefined)
    return page(response, 404, procedure.name, 'Thủ tục này chưa nộp trực tuyến được tại tỉnh. Vui lòng nộp tại Bộ phận Một cửa.')
  if (serviceCase) form.searchParams.set('MaDVC', serviceCase.code)
  if (agency) form.searchParams.set('MaCoQuanThucHien', agency.code)
  if (login) form.searchParams.set(login, '1')
  // The form asks who it is; it stands on one of our own hosts (see formsOn).
  if (citizenToken) form.searchParams.set('MDT', citizenToken)
  return response.writeHead(302, { ...safe, location: form.href }).end()
}

async function readCatalogue(): Promise<Catalogue> {
  const ledger = await openConfiguredLedger(loaded, 'read', 'deep-link-server')
  try {
    const directory = await tenantDirectory(loaded, tenant, ledger)
    const { local } = await tenantView(ledger, tenant, directory)
    const services = new Map(local.map((procedure) => [procedure.code, procedure.services ?? []]))
    const byNational = Map.groupBy(directory.all(), ({ nationalCode }) => nationalCode)
    return {
      context: {
        local: (code) => directory.byLocalCode(code),
        byNational: (code) => byNational.get(code) ?? [],
        ...(agencyCode === undefined ? {} : { agencyCode }),
      },
      form({ procedure, serviceCase }) {
        const ofProcedure = services.get(procedure.localCode) ?? []
        const ofCase = ofProcedure.filter(({ code }) => code !== null && code === serviceCase?.code)
        return [...ofCase, ...ofProcedure].map(({ url }) => ours(url)).find((url) => url !== undefined)
      },
    }
  } finally {
    await ledger.close()
  }
}

/** An address of ours: https, on a host of `publish.linkHosts`. Without encryption only on this machine, for trials. */
function ours(address: string | null): URL | undefined {
  const url = address === null ? null : URL.parse(address)
  if (url === null) return undefined
  const encrypted = url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === '127.0.0.1')
  const named = hosts.some((host) => (host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : host === url.host || host === url.hostname))
  return encrypted && named ? url : undefined
}

/** Nobody keeps an address that stands for one citizen, and nothing in a page can run. */
const safe = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' }

function page(response: ServerResponse, status: number, title: string, text: string): ServerResponse {
  response.writeHead(status, { ...safe, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" })
  return response.end(
    `<!doctype html><html lang="vi"><meta charset="utf-8"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>`,
  )
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}

/** Codes and outcomes only. */
function log(line: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), ...line }))
}
