/** What the province offers nationally: which procedures, how far online, where, and what is to be paid. */
import { type Finding, type FindingRule, notesFor } from '../../base/index.js'
import {
  type CodeAndName,
  type LocalDate,
  namedLevel,
  type OnlineService,
  type Procedure,
  type ProcedureFee,
  serviceLevelOn,
  type Vnd,
} from '../../domain/index.js'
import { isLoopback } from '../../transport/index.js'

export interface ServiceOffer {
  readonly localCode: string
  readonly nationalCode: string
  readonly name: string
  /** In the words used since 2022; what was stored as level 3 or 4 is partial or full. */
  readonly level: 'information' | 'partial' | 'full'
  /** Where citizens file it; null only where the service is information. */
  readonly url: string | null
  readonly agency: CodeAndName | null
  /** Cases and agencies with an address of their own. */
  readonly cases: readonly OfferCase[]
  /** What is to be paid when filing online; `[]`: free; null: the catalogue of the province does not say. */
  readonly fees: readonly OfferFee[] | null
  /** null: not known. */
  readonly payableOnline: boolean | null
}

export interface OfferCase {
  /** `MaDVC`, where the catalogue numbers its cases. */
  readonly code: string | null
  readonly name: string | null
  readonly url: string
}

export interface OfferFee {
  /** `charge` is phí, `fee` is lệ phí. */
  readonly kind: 'charge' | 'fee' | null
  readonly amount: Vnd
  readonly text: string | null
}

/** Why a procedure is not offered. */
export interface NotReady {
  readonly localCode: string
  readonly name: string
  readonly findings: readonly Finding[]
}

export interface OfferInput {
  /** Of the province. Those it does not show to citizens are left out. */
  readonly procedures: Iterable<Procedure>
  /** The national code that holds; null: a person decided that there is none; undefined: nobody knows yet. */
  readonly link: (localCode: string) => string | null | undefined
  /** Whether the nation still lists the code; left out: believed. */
  readonly listed?: (nationalCode: string) => boolean
  /** Whether the fees of a procedure can be paid online, where somebody knows. */
  readonly payableOnline?: (localCode: string) => boolean | null
  readonly day: LocalDate
}

export interface Offers {
  /** Both by local code. */
  readonly offers: readonly ServiceOffer[]
  readonly notReady: readonly NotReady[]
  /** Procedures that the province does not show. */
  readonly hidden: number
}

export const offerRules = {
  'offer.unlinked': {
    severity: 'error',
    says: { en: 'It has no national code yet.', vi: 'Chưa có mã quốc gia.' },
    hint: { en: 'Decide about it on the sheet of the matching.', vi: 'Quyết định trong tệp đối chiếu mã.' },
  },
  'offer.local-only': {
    severity: 'info',
    says: { en: 'It has no national twin and is offered by the province alone.', vi: 'Không có thủ tục quốc gia tương ứng; chỉ cung cấp tại tỉnh.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'offer.abolished': {
    severity: 'error',
    says: { en: 'The nation no longer lists {code}.', vi: 'Mã {code} không còn trong danh mục quốc gia.' },
    hint: { en: 'Link the procedure that replaces it, or take it out of use.', vi: 'Liên kết với thủ tục thay thế hoặc ngừng sử dụng.' },
  },
  'offer.no-level': {
    severity: 'error',
    says: { en: 'No level of online service is known for {day}.', vi: 'Không rõ mức độ dịch vụ công tại ngày {day}.' },
    hint: { en: 'Enter the level in the catalogue of the province.', vi: 'Khai mức độ dịch vụ công trong danh mục của tỉnh.' },
  },
  'offer.no-link': {
    severity: 'error',
    says: { en: 'An online service without an address.', vi: 'Dịch vụ trực tuyến nhưng chưa có đường dẫn.' },
    hint: { en: 'Enter the https address at which citizens file it.', vi: 'Khai đường dẫn https nơi công dân nộp hồ sơ.' },
  },
  'offer.link': {
    severity: 'error',
    says: { en: 'The address is no https address of a server.', vi: 'Đường dẫn không phải địa chỉ https hợp lệ.' },
    hint: { en: 'Correct it: the national portal forwards citizens to https only.', vi: 'Sửa lại: Cổng quốc gia chỉ chuyển tiếp tới địa chỉ https.' },
  },
  'offer.fee': {
    severity: 'error',
    says: { en: 'A fee has no amount in đồng.', vi: 'Có khoản phí, lệ phí chưa có số tiền.' },
    hint: {
      en: 'Enter the amount, 0 where it is free; texts such as “theo quy định” cannot be paid.',
      vi: 'Khai số tiền (0 nếu miễn); ghi “theo quy định” thì không thanh toán được.',
    },
  },
} as const satisfies Record<string, FindingRule>

/** What of the province's catalogue can be published nationally on a day, and what not and why. */
export function offersOf({ procedures, link, listed, payableOnline, day }: OfferInput): Offers {
  const offers: ServiceOffer[] = []
  const notReady: NotReady[] = []
  let hidden = 0
  for (const procedure of procedures) {
    if (procedure.published === false) {
      hidden++
      continue
    }
    const { code: localCode, name } = procedure
    const notes = notesFor<keyof typeof offerRules>(offerRules)
    const nationalCode = link(localCode)
    if (nationalCode === undefined) notes.add('offer.unlinked', 'nationalCode')
    else if (nationalCode === null) notes.add('offer.local-only', 'nationalCode')
    else if (listed?.(nationalCode) === false) notes.add('offer.abolished', 'nationalCode', { code: nationalCode })
    // The rest is no question where the nation will never see it.
    const offered = nationalCode === null ? undefined : serviceOf(procedure, day, notes.add)
    if (nationalCode != null && offered !== undefined && notes.findings.length === 0)
      offers.push({ localCode, nationalCode, name, ...offered, payableOnline: payableOnline?.(localCode) ?? null })
    else notReady.push({ localCode, name, findings: notes.findings })
  }
  const byCode = (a: { readonly localCode: string }, b: { readonly localCode: string }) =>
    a.localCode < b.localCode ? -1 : a.localCode > b.localCode ? 1 : 0
  return { offers: offers.sort(byCode), notReady: notReady.sort(byCode), hidden }
}

type Note = (rule: keyof typeof offerRules, path: string, values?: { code?: string; day?: string }) => void

function serviceOf(procedure: Procedure, day: LocalDate, note: Note): Pick<ServiceOffer, 'level' | 'url' | 'agency' | 'cases' | 'fees'> | undefined {
  const level = serviceLevelOn(procedure.serviceLevels, day)
  if (level === null) note('offer.no-level', 'serviceLevels', { day })
  const addresses = addressesOf(procedure.services ?? [], note)
  const main = addresses.find(({ code }) => code === null) ?? addresses[0]
  const named = level === null ? null : namedLevel(level)
  if (addresses.length === 0 && named !== null && named !== 'information' && !procedure.services?.some(({ url }) => url !== null))
    note('offer.no-link', 'services')
  const fees = feesOf(procedure, note)
  if (named === null) return undefined
  return {
    level: named,
    url: main?.url ?? null,
    agency: main?.agency ?? procedure.agencies.implementing?.[0] ?? null,
    cases: addresses.flatMap(({ code, name, url }) => (code === null && name === null ? [] : [{ code, name, url }])),
    fees,
  }
}

function addressesOf(services: readonly OnlineService[], note: Note): readonly (OnlineService & { readonly url: string })[] {
  return services.flatMap((service, index) => {
    if (service.url === null) return []
    if (isSecureAddress(service.url)) return [{ ...service, url: service.url }]
    note('offer.link', `services[${index}].url`)
    return []
  })
}

/** An https address of a named server, without credentials in it; on this machine, for trials, http too. */
function isSecureAddress(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return false
  return (url.protocol === 'https:' && url.hostname.includes('.')) || (url.protocol === 'http:' && isLoopback(url.host))
}

/** Of the online channel where there is one: nobody pays the fees of another. Each once, in the catalogue's order. */
function feesOf({ channels }: Procedure, note: Note): readonly OfferFee[] | null {
  if (channels === null || channels.length === 0) return null
  const online = channels.filter(({ channel }) => channel === 'online')
  const rows = online.length > 0 ? online : channels
  const listed: readonly ProcedureFee[] = rows.flatMap(({ timeLimits }) => timeLimits.flatMap(({ fees }) => fees))
  // No row says nothing: a row of 0 says that it is free.
  if (listed.length === 0) return null
  if (listed.some(({ amount }) => amount === null)) note('offer.fee', 'channels')
  const fees = new Map<string, OfferFee>()
  for (const { kind, amount, text } of listed)
    if (amount !== null && amount > 0) fees.set(JSON.stringify([kind, amount, text]), { kind, amount, text })
  return [...fees.values()]
}
