/** Whether what a tenant says about payments agrees with itself: partners, accounts and their days. */
import { canonicalJson, LienthongError, nearestKey, type Text } from '../base/index.js'
import { type PaymentDialect, paymentDialects } from '../connectors/index.js'
import type { PaymentAccountConfig, PaymentPartnerConfig, PaymentsConfig } from './payments.js'

/** @param place `lienthong.config.json: tenants.cao-bang.payments`. @throws {LienthongError} `config.invalid`, naming the setting and what to do. */
export function checkPayments({ partners, accounts, bankCodes }: PaymentsConfig, place: string): void {
  for (const [index, partner] of partners.entries()) {
    const where = `${place}.partners.${index}`
    checkNeeds(partner, where)
    checkTerm(partner, where)
  }
  for (const [index, account] of accounts.entries()) {
    checkTerm(account, `${place}.accounts.${index}`)
    if (bankCodes !== undefined && !bankCodes.includes(account.bankCode)) throw unknownBank(account, bankCodes, `${place}.accounts.${index}.bankCode`)
  }
  const ofPartners = partners.flatMap((partner, index) =>
    (partner.bills ?? [{}]).map((bills) => ({ ...termOf(partner), ...bills, is: partner.partner, place: `${place}.partners.${index}` })),
  )
  const ofAccounts = accounts.map((account, index) => ({
    ...termOf(account),
    ...{ duty: account.duty, agency: account.agency, procedure: account.procedure, is: account.account, place: `${place}.accounts.${index}` },
  }))
  checkOverlaps(ofPartners)
  checkOverlaps(ofAccounts)
  checkSamePartner(partners, place)
  checkSameAccess(partners, place)
  for (const range of ofPartners) {
    if (ofAccounts.some((account) => meet(range, account))) continue
    throw invalid(`${range.place}.bills`, {
      en: `no approved account takes money of ${rangeInWords(range, 'all bills')}; add one to “accounts” for these bills and days`,
      vi: `chưa có tài khoản được duyệt cho ${rangeInWords(range, 'mọi khoản thu')}; thêm vào “accounts” cho các khoản thu và thời hạn này`,
    })
  }
}

function checkNeeds({ dialect, urls, accessKey, returnUrl }: PaymentPartnerConfig, place: string): void {
  const found = typeof dialect === 'string' ? paymentDialects.get(dialect) : (dialect as unknown as PaymentDialect)
  if (found === undefined) {
    const known = [...paymentDialects.keys()]
    const near = nearestKey(String(dialect), known) ?? known.join(', ')
    throw invalid(`${place}.dialect`, { en: `there is no such dialect (${near}?)`, vi: `không có phương ngữ này (${near}?)` })
  }
  const has: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(Object.entries(urls).map(([operation, url]) => [`urls.${operation}`, url])),
    ...{ accessKey, returnUrl },
  }
  for (const need of Array.isArray(found.needs) ? found.needs : []) {
    if (has[need] !== undefined) continue
    throw invalid(`${place}.${need}`, {
      en: `the dialect ${found.name} does not work without it; ask the platform’s operator`,
      vi: `phương ngữ ${found.name} không hoạt động nếu thiếu; hỏi đơn vị vận hành nền tảng`,
    })
  }
}

/** A range of bills, with its days as texts that sort; an empty start is the beginning of time, an absent end none. */
interface Range {
  readonly duty?: string | undefined
  readonly agency?: string | undefined
  readonly procedure?: string | undefined
  readonly from: string
  readonly to: string | undefined
}

const NAMES = ['duty', 'agency', 'procedure'] as const

function termOf({ validFrom = '', validTo }: { readonly validFrom?: string | undefined; readonly validTo?: string | undefined }) {
  return { from: validFrom, to: validTo }
}

function checkTerm({ validFrom, validTo }: PaymentPartnerConfig | PaymentAccountConfig, place: string): void {
  if (validFrom === undefined || validTo === undefined || validTo > validFrom) return
  throw invalid(`${place}.validTo`, {
    en: `is not after validFrom (${validFrom}); it is the first day on which the row holds no more`,
    vi: `phải sau validFrom (${validFrom}); đây là ngày đầu tiên dòng này hết hiệu lực`,
  })
}

function share(a: Range, b: Range): boolean {
  return (a.to === undefined || b.from < a.to) && (b.to === undefined || a.from < b.to)
}

/** Whether there is a bill that both hold for. */
function meet(a: Range, b: Range): boolean {
  return share(a, b) && NAMES.every((name) => a[name] === undefined || b[name] === undefined || a[name] === b[name])
}

/** Two rows that say the same of a bill on the same day: nobody could choose. */
function checkOverlaps(rows: readonly (Range & { readonly is: string; readonly place: string })[]): void {
  for (const [index, row] of rows.entries()) {
    const other = rows.slice(0, index).find((before) => NAMES.every((name) => before[name] === row[name]) && share(before, row))
    if (other === undefined) continue
    const day = row.from > other.from ? row.from : other.from
    throw invalid(`${row.place}.validFrom`, {
      en: `${other.place.split('.').slice(-2).join('.')} holds for ${rangeInWords(row, 'all bills')} on ${day || 'the same days'}, too; let one of them end with "validTo", or name agency, procedure or duty`,
      vi: `${other.place.split('.').slice(-2).join('.')} cũng hiệu lực cho ${rangeInWords(row, 'mọi khoản thu')} ngày ${day || 'trùng nhau'}; cho một dòng kết thúc bằng "validTo", hoặc ghi agency, procedure hay duty`,
    })
  }
}

/** One partner code may have several rows only for different days: then its secret or address changed. */
function checkSamePartner(partners: readonly PaymentPartnerConfig[], place: string): void {
  for (const [index, row] of partners.entries()) {
    const before = partners.slice(0, index).findIndex((other) => other.partner === row.partner && share(termOf(other), termOf(row)))
    if (before === -1) continue
    throw invalid(`${place}.partners.${index}.partner`, {
      en: `${row.partner} has a row already (partners.${before}); put the bills of both into its “bills”, or let it end with "validTo" where the secret changes`,
      vi: `${row.partner} đã có dòng khác (partners.${before}); gộp “bills” vào một dòng, hoặc kết thúc dòng cũ bằng "validTo" khi đổi bí mật`,
    })
  }
}

/** Results of one code come to one address, whatever their day: who may bring them cannot depend on the row. */
function checkSameAccess(partners: readonly PaymentPartnerConfig[], place: string): void {
  for (const [index, { partner, access }] of partners.entries()) {
    const before = partners.slice(0, index).findIndex((other) => other.partner === partner)
    if (before === -1 || canonicalJson(partners[before]?.access ?? null) === canonicalJson(access ?? null)) continue
    throw invalid(`${place}.partners.${index}.access`, {
      en: `differs from that of partners.${before}, and results of ${partner} come to one address; write the same in all its rows, with the callers of each`,
      vi: `khác với partners.${before} trong khi kết quả của ${partner} về cùng một địa chỉ; ghi giống nhau ở mọi dòng, gồm mọi bên được gọi`,
    })
  }
}

function unknownBank({ bankCode }: PaymentAccountConfig, known: readonly string[], place: string): LienthongError {
  const near = nearestKey(bankCode, known) ?? known.join(', ')
  return invalid(place, { en: `“${bankCode}” is not in “bankCodes” (${near}?)`, vi: `“${bankCode}” không có trong “bankCodes” (${near}?)` })
}

function rangeInWords({ duty, agency, procedure }: Range, all: string): string {
  const told = Object.entries({ duty, agency, procedure }).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
  return told.length === 0 ? all : told.join(', ')
}

function invalid(place: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place, problem } })
}
