/** What was offered nationally and how it was answered, and what became of the addresses that were published. */
import { createHash } from 'node:crypto'
import { canonicalJson, type Text } from '../base/index.js'
import { keepReference } from './catalogue-details.js'
import type { Ledger } from './ledger.js'

const OFFER = 'offer'

export interface KeptOffer {
  /** Digest of the offer as the other side last took it; null: it never did. */
  readonly accepted: string | null
  /** What came of the last one that was sent. */
  readonly outcome: 'accepted' | 'rejected' | 'unknown'
  readonly at: number
}

/** Names the content of an offer. */
export function offerDigest(offer: unknown): string {
  return createHash('sha256').update(canonicalJson(offer)).digest('base64url')
}

/** The last answer about each local code. */
export async function keptOffers(ledger: Ledger, tenant: string): Promise<ReadonlyMap<string, KeptOffer>> {
  const rows = await ledger.db
    .selectFrom('catalogue_references')
    .select(['code', 'content', 'read_at'])
    .where('tenant', '=', tenant)
    .where('kind', '=', OFFER)
    .execute()
  return new Map(rows.map(({ code, content, read_at }) => [code, { ...(JSON.parse(content) as Omit<KeptOffer, 'at'>), at: read_at }]))
}

export async function keepOffer(ledger: Ledger, tenant: string, localCode: string, offer: Omit<KeptOffer, 'at'>): Promise<void> {
  await keepReference(ledger, tenant, OFFER, localCode, offer)
}

export interface KeptLink {
  readonly url: string
  readonly codes: readonly string[]
  readonly state: string
  readonly status: number | null
  readonly problem: Text | null
}

/** Keeps what became of every published address; what is published no longer is forgotten. */
export async function keepLinks(ledger: Ledger, tenant: string, links: readonly KeptLink[]): Promise<void> {
  const checked_at = ledger.clock.now()
  await ledger.write(async (tx) => {
    await tx.deleteFrom('service_links').where('tenant', '=', tenant).execute()
    for (const { url, codes, state, status, problem } of links) {
      const row = { tenant, url, codes: JSON.stringify(codes), checked_at, outcome: state, status, problem: problem && JSON.stringify(problem) }
      await tx.insertInto('service_links').values(row).execute()
    }
  })
}

/** How many addresses ended how at the last check; undefined when there was none. */
export async function linkStatus(
  ledger: Ledger,
  tenant: string,
): Promise<{ readonly checkedAt: number; readonly states: Readonly<Record<string, number>> } | undefined> {
  const rows = await ledger.db
    .selectFrom('service_links')
    .select((eb) => ['outcome', eb.fn.countAll<number>().as('count'), eb.fn.max('checked_at').as('at')])
    .where('tenant', '=', tenant)
    .groupBy('outcome')
    .execute()
  if (rows.length === 0) return undefined
  return {
    checkedAt: Math.max(...rows.map(({ at }) => Number(at))),
    states: Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)])),
  }
}
