/** The province's offers as files, for an operator of the national portal who enters them by hand. No public contract shows an upload. */
import type { Language, Text } from '../../base/index.js'
import type { LocalDate } from '../../domain/index.js'
import { type WorkbookColumn, type WorkbookSheet, writeWorkbook } from '../../mappers/index.js'
import type { NotReady, Offers, ServiceOffer } from './offer.js'

export interface OfferBundle {
  readonly schema: 1
  readonly agencyCode: string
  readonly day: LocalDate
  readonly offers: readonly ServiceOffer[]
  readonly notReady: readonly { readonly localCode: string; readonly name: string; readonly findings: NotReady['findings'] }[]
}

export function offerBundle(agencyCode: string, day: LocalDate, { offers, notReady }: Offers): OfferBundle {
  return { schema: 1, agencyCode, day, offers, notReady }
}

/** The bundle as JSON. The same offers give the same bytes, whatever made them: fields are written in one order. */
export function offerBundleJson({ agencyCode, day, offers, notReady }: OfferBundle): string {
  const bundle: OfferBundle = {
    schema: 1,
    agencyCode,
    day,
    offers: offers.map(({ localCode, nationalCode, name, level, url, agency, cases, fees, payableOnline }) => ({
      localCode,
      nationalCode,
      name,
      level,
      url,
      agency: agency && { code: agency.code, name: agency.name },
      cases: cases.map((one) => ({ code: one.code, name: one.name, url: one.url })),
      fees: fees?.map(({ kind, amount, text }) => ({ kind, amount, text })) ?? null,
      payableOnline,
    })),
    notReady: notReady.map(({ localCode, name, findings }) => ({
      localCode,
      name,
      findings: findings.map(({ ruleId, severity, path, message, hint }) => ({
        ruleId,
        severity,
        path,
        message: { en: message.en, vi: message.vi },
        hint: { en: hint.en, vi: hint.vi },
      })),
    })),
  }
  return `${JSON.stringify(bundle, null, 2)}\n`
}

const levelNames: Readonly<Record<ServiceOffer['level'], Text>> = {
  information: { en: 'information', vi: 'Cung cấp thông tin' },
  partial: { en: 'partial', vi: 'Một phần' },
  full: { en: 'full', vi: 'Toàn trình' },
}

const feeNames: Readonly<Record<'charge' | 'fee', Text>> = { charge: { en: 'charge', vi: 'Phí' }, fee: { en: 'fee', vi: 'Lệ phí' } }
const yesOrNo = { true: { en: 'yes', vi: 'có' }, false: { en: 'no', vi: 'không' } } satisfies Record<string, Text>

interface Column extends Omit<WorkbookColumn, 'title'> {
  readonly title: Text
}

const column = (en: string, vi: string, width: number, kind: Column['kind'] = 'text'): Column => ({ title: { en, vi }, width, kind })
const localCode = column('Local code', 'Mã TTHC của tỉnh', 28)
const nationalCode = column('National code', 'Mã TTHC quốc gia', 16)
const name = column('Name', 'Tên TTHC', 60)
const address = column('Address', 'Đường dẫn', 60)

/** The bundle as sheets; codes are texts. */
export function offerSheets({ offers, notReady }: OfferBundle, language: Language): readonly WorkbookSheet[] {
  const sheet = (title: Text, columns: readonly Column[], rows: WorkbookSheet['rows']): WorkbookSheet => ({
    name: title[language],
    columns: columns.map((one) => ({ ...one, title: one.title[language] })),
    rows,
  })
  return [
    sheet(
      { en: 'Services', vi: 'Dịch vụ công' },
      [
        localCode,
        nationalCode,
        name,
        column('Level', 'Mức độ', 18),
        address,
        column('Agency code', 'Mã cơ quan', 18),
        column('Agency', 'Cơ quan', 35),
        column('Payable online', 'Thanh toán trực tuyến', 14),
      ],
      offers.map((offer) => [
        offer.localCode,
        offer.nationalCode,
        offer.name,
        levelNames[offer.level][language],
        offer.url,
        offer.agency?.code ?? null,
        offer.agency?.name ?? null,
        offer.payableOnline === null ? null : yesOrNo[`${offer.payableOnline}`][language],
      ]),
    ),
    sheet(
      { en: 'Cases', vi: 'Trường hợp' },
      [localCode, nationalCode, column('Service code (MaDVC)', 'Mã DVC', 30), column('Case', 'Trường hợp', 50), address],
      offers.flatMap((offer) => offer.cases.map((one) => [offer.localCode, offer.nationalCode, one.code, one.name, one.url])),
    ),
    sheet(
      { en: 'Charges and fees', vi: 'Phí, lệ phí' },
      [localCode, nationalCode, column('Kind', 'Loại', 12), column('Amount (đồng)', 'Số tiền (đồng)', 16, 'number'), column('Text', 'Diễn giải', 60)],
      offers.flatMap((offer) =>
        (offer.fees ?? []).map(({ kind, amount, text }) => [offer.localCode, offer.nationalCode, kind && feeNames[kind][language], amount, text]),
      ),
    ),
    sheet(
      { en: 'Not ready', vi: 'Chưa sẵn sàng' },
      [localCode, name, column('Why', 'Lý do', 50), column('What to do', 'Việc cần làm', 60)],
      notReady.flatMap((one) => one.findings.map(({ message, hint }) => [one.localCode, one.name, message[language], hint[language]])),
    ),
  ]
}

/** @returns the bytes of an `.xlsx` file */
export async function writeOffers(bundle: OfferBundle, language: Language): Promise<Uint8Array> {
  return await writeWorkbook(offerSheets(bundle, language))
}
