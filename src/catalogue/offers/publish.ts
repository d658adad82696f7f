/** Sends what the province offers to the operation that somebody configured for it. Nothing public shows one: see connectors/catalogue-upload. */
import type { CatalogueTarget, OfferedService, OfferOutcome } from '../../connectors/index.js'
import { keepOffer, keptOffers, type Ledger, offerDigest } from '../../ledger/index.js'
import type { ServiceOffer } from './offer.js'

export interface PublishOptions {
  readonly ledger: Ledger
  readonly tenant: string
  readonly target: CatalogueTarget
  /** Also what was accepted before and did not change. */
  readonly all?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

export interface PublishReport {
  readonly accepted: number
  /** Accepted before, and the same now. */
  readonly unchanged: number
  /** Refused, unknown, or not sent, with the answer. */
  readonly others: readonly { readonly localCode: string; readonly outcome: OfferOutcome }[]
}

/** Offers taken together: what was answered is durable before the next ones go. */
const TOGETHER = 50

/** An offer whose answer is unknown is sent again the next time: the operation is taken to replace what it has (A). */
export async function publishOffers(offers: readonly ServiceOffer[], options: PublishOptions): Promise<PublishReport> {
  const { ledger, tenant, target, all = false, signal, onProgress } = options
  const known = await keptOffers(ledger, tenant)
  const due = offers.flatMap((offer) => {
    const wire = offered(offer)
    const digest = offerDigest(wire)
    const before = known.get(offer.localCode)
    return !all && before?.accepted === digest && before.outcome === 'accepted' ? [] : [{ localCode: offer.localCode, wire, digest }]
  })
  let accepted = 0
  const others: { localCode: string; outcome: OfferOutcome }[] = []
  for (let start = 0; start < due.length && !signal?.aborted; start += TOGETHER) {
    const slice = due.slice(start, start + TOGETHER)
    const outcomes = await target.offer(
      slice.map(({ wire }) => wire),
      signal === undefined ? {} : { signal },
    )
    for (const [index, { localCode, digest }] of slice.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) continue
      if (outcome.outcome === 'accepted') accepted++
      else others.push({ localCode, outcome })
      // What never left changes nothing of what the other side has.
      if (outcome.outcome === 'not-sent') continue
      const taken = outcome.outcome === 'accepted' ? digest : (known.get(localCode)?.accepted ?? null)
      await keepOffer(ledger, tenant, localCode, { accepted: taken, outcome: outcome.outcome })
    }
    onProgress?.(Math.min(start + TOGETHER, due.length), due.length)
  }
  return { accepted, unchanged: offers.length - due.length, others }
}

function offered({ localCode, nationalCode, name, level, url, agency, fees }: ServiceOffer): OfferedService {
  return { localCode, nationalCode, name, level, url, agencyCode: agency?.code ?? null, fees }
}
