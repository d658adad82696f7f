/** An offer as the configured wire has it. Every name in here is the configuration's. */
import { LienthongError, type Text } from '../../base/index.js'
import type { OfferedFee, OfferedService } from './offer.js'
import { SYSTEM, type UploadSettings } from './options.js'

type WireItem = Readonly<Record<string, unknown>>

export function uploadBody(offers: readonly OfferedService[], session: string | null, settings: UploadSettings): string {
  const { envelope, service } = settings
  const items = offers.map((offer) => wireItem(offer, settings))
  if (envelope.items === null) return JSON.stringify(items)
  return JSON.stringify({
    ...envelope.constant,
    ...(session === null ? {} : { [envelope.session]: session }),
    ...(service === null ? {} : { [envelope.service]: service }),
    [envelope.items]: items,
  })
}

/** @returns what makes an offer unfit to be sent. */
export function problemOf({ localCode, name, url, fees }: OfferedService): LienthongError | null {
  if (localCode.trim() === '') return invalid('localCode', EMPTY)
  if (name.trim() === '') return invalid('name', EMPTY)
  if (url !== null && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return invalid('url', { en: 'no web address', vi: 'không phải địa chỉ web' })
  const amounts = (fees ?? []).map(({ amount }) => amount).filter((amount) => amount !== null)
  return amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0)
    ? null
    : invalid('fees', { en: 'an amount is no whole number of đồng', vi: 'số tiền không phải số đồng nguyên' })
}

const EMPTY: Text = { en: 'is empty', vi: 'đang trống' }

function invalid(field: string, problem: Text): LienthongError {
  return new LienthongError('catalogue-upload.invalid_offer', { values: { field, problem }, system: SYSTEM })
}

function wireItem(offer: OfferedService, { fields, levels, feeFields, feeKinds }: UploadSettings): WireItem {
  const { localCode, nationalCode, name, level, url, agencyCode, fees } = offer
  return known([
    [fields.localCode, localCode],
    [fields.nationalCode, nationalCode],
    [fields.name, name],
    [fields.level, level === null ? null : levels[level]],
    [fields.url, url],
    [fields.agencyCode, agencyCode],
    [fields.fees, fees === null ? null : fees.map((fee) => wireFee(fee, feeFields, feeKinds))],
  ])
}

function wireFee({ kind, amount, text }: OfferedFee, fields: UploadSettings['feeFields'], kinds: UploadSettings['feeKinds']): WireItem {
  return known([
    [fields.kind, kind === null ? null : kinds[kind]],
    // Plain digits as text: the national wire writes amounts so.
    [fields.amount, amount === null ? null : String(amount)],
    [fields.text, text],
  ])
}

/** What is not known is left out: an empty text would say that there is none. */
function known(pairs: readonly (readonly [string | null, unknown])[]): WireItem {
  return Object.fromEntries(pairs.filter(([field, value]) => field !== null && value !== null))
}
