/** What no single setting can tell: whether settings that speak of each other agree. */
import { LienthongError, nearestKey, type Text } from '../base/index.js'
import { parseAgencyCode, toShortForm } from '../domain/index.js'
import { checkPayments } from './payment-checks.js'
import type { Config, PortalAccountConfig, TenantConfig } from './schema.js'

/** @param file for messages. @throws {LienthongError} `config.invalid`, naming the setting and what to do. */
export function checkAcross(config: Config, file: string): void {
  for (const [name, tenant] of Object.entries(config.tenants)) {
    const place = `${file}: tenants.${name}`
    checkSystems(tenant, Object.keys(config.systems), place)
    checkAccounts(tenant, `${place}.portal`)
    checkOwners(tenant, place)
    if (tenant.payments !== undefined) checkPayments(tenant.payments, `${place}.payments`)
  }
}

function checkSystems({ sources, portal, procedureDatabase, publish, payments }: TenantConfig, known: readonly string[], place: string): void {
  const callers: readonly (readonly [string, object | undefined])[] = [
    ...Object.entries(sources).map(([name, source]) => [`sources.${name}`, source] as const),
    ['portal', portal],
    ['procedureDatabase', procedureDatabase],
    ['publish.upload', publish?.upload],
    ...(payments?.partners ?? []).map((partner, index) => [`payments.partners.${index}`, partner] as const),
  ]
  for (const [where, caller] of callers) {
    const system = (caller as { readonly system?: string } | undefined)?.system
    if (system === undefined || known.includes(system)) continue
    const near = nearestKey(system, known) ?? known.join(', ')
    throw invalid(`${place}.${where}.system`, {
      en: `there is no system “${system}” under “systems” (${near || 'none yet'}); name it there with its limits`,
      vi: `không có hệ thống “${system}” trong “systems” (${near || 'chưa có'}); hãy khai ở đó cùng giới hạn`,
    })
  }
}

function checkOwners({ ownership, sources }: TenantConfig, place: string): void {
  const known = Object.keys(sources)
  for (const [index, { owner }] of ownership.entries()) {
    if (known.includes(owner)) continue
    const near = nearestKey(owner, known) ?? known.join(', ')
    throw invalid(`${place}.ownership.${index}.owner`, {
      en: `there is no source “${owner}” under “sources” (${near}); name the one that owns these dossiers`,
      vi: `không có nguồn “${owner}” trong “sources” (${near}); hãy ghi nguồn sở hữu các hồ sơ này`,
    })
  }
}

/** An account as it is checked: where it stands, and the days it holds for. */
interface Term {
  readonly place: string
  readonly from: string
  readonly to: string | undefined
}

const SINCE_EVER = ''

function checkAccounts({ agencyCode, portal }: TenantConfig, place: string): void {
  const { accounts, credentials } = portal
  if (accounts === undefined) return
  if (Object.keys(credentials).length > 0) {
    throw invalid(`${place}.credentials`, {
      en: '“credentials” and “accounts” do not go together; move the login into the first account, with `validTo`',
      vi: '“credentials” và “accounts” không dùng cùng lúc; chuyển đăng nhập này vào tài khoản đầu tiên, kèm `validTo`',
    })
  }
  const units = new Map<string, Term[]>()
  for (const [index, account] of accounts.entries()) {
    const unit = unitOf(account.agencyCode ?? agencyCode)
    units.set(unit, [...(units.get(unit) ?? []), termOf(account, `${place}.accounts.${index}`)])
  }
  for (const [unit, terms] of units) checkTerms(unit, terms)
  checkNoDayWithout([...units.values()].flatMap(closed))
}

function termOf({ validFrom = SINCE_EVER, validTo }: PortalAccountConfig, place: string): Term {
  if (validTo !== undefined && validTo <= validFrom) {
    throw invalid(`${place}.validTo`, {
      en: `is not after validFrom (${validFrom}); it is the first day on which the account is shown no more`,
      vi: `phải sau validFrom (${validFrom}); đây là ngày đầu tiên không còn dùng tài khoản`,
    })
  }
  return { place, from: validFrom, to: validTo }
}

/** Of one unit: on each day one account, from the first to the last. */
function checkTerms(unit: string, terms: readonly Term[]): void {
  const inOrder = byStart(terms)
  for (const [index, term] of inOrder.entries()) {
    const before = inOrder[index - 1]
    if (before === undefined) continue
    if (before.from === term.from || (before.to !== undefined && before.to > term.from)) {
      throw invalid(`${term.place}.validFrom`, {
        en: `two accounts of ${unit} hold on ${term.from || 'the same days'}; let the earlier one end then: "validTo": "${term.from || 'yyyy-MM-dd'}"`,
        vi: `hai tài khoản của ${unit} cùng hiệu lực ngày ${term.from || 'trùng nhau'}; cho tài khoản trước kết thúc: "validTo": "${term.from || 'yyyy-MM-dd'}"`,
      })
    }
    if (before.to !== undefined && before.to < term.from) throw gap(term, before.to)
  }
}

/** Of all units together: a day on which nobody is let in would go by unnoticed. */
function checkNoDayWithout(terms: readonly Term[]): void {
  let covered: string | undefined = byStart(terms)[0]?.from
  for (const term of byStart(terms)) {
    if (covered === undefined) return
    if (term.from > covered) throw gap(term, covered)
    covered = term.to === undefined ? undefined : term.to > covered ? term.to : covered
  }
}

function gap(term: Term, ended: string): LienthongError {
  return invalid(`${term.place}.validFrom`, {
    en: `no account holds from ${ended} to ${term.from}; write "validFrom": "${ended}", or let the one before end on ${term.from}`,
    vi: `không có tài khoản nào từ ${ended} đến ${term.from}; ghi "validFrom": "${ended}", hoặc cho tài khoản trước kết thúc ngày ${term.from}`,
  })
}

/** An account without an end ends where the next one of its unit begins. */
function closed(terms: readonly Term[]): readonly Term[] {
  const inOrder = byStart(terms)
  return inOrder.map((term, index) => ({ ...term, to: term.to ?? inOrder[index + 1]?.from }))
}

function byStart(terms: readonly Term[]): readonly Term[] {
  return [...terms].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
}

function unitOf(code: string): string {
  const parsed = parseAgencyCode(code)
  return parsed.ok ? toShortForm(parsed.value) : code
}

function invalid(place: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place, problem } })
}
