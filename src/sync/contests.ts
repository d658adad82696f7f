/** Who of a batch, and of the ledger, wants which code: what the planner has to know before it plans. */
import { codeKey } from '../domain/index.js'
import type { CodeHolder, DossierRow, PlannedVersion, SyncLedger } from '../ledger/index.js'
import { type Contest, type Ownership, type Rival, standingOf } from './ownership.js'
import type { ReadRecord } from './records.js'

/** How a dossier stands among those that have its codes, ready to be planned. */
export type Standed =
  | { readonly kind: 'contest'; readonly contest: Contest }
  | {
      readonly kind: 'own'
      readonly claims: NonNullable<PlannedVersion['claims']>
      readonly takeover: PlannedVersion['takeover']
      /** What the target has of it, from whom it takes over. */
      readonly inherited: Pick<DossierRow, 'sent_code' | 'presence' | 'wire_digest' | 'confirmed_versions' | 'quiet_until'> | undefined
      readonly contest: PlannedVersion['contest']
    }

export interface Contests {
  /** undefined: it was not mapped, and wants nothing. */
  standing(record: ReadRecord): Promise<Standed | undefined>
  /** What was planned has its codes from here on. */
  planned(record: ReadRecord, version: PlannedVersion): void
}

export interface ContestsAsked {
  readonly ledger: SyncLedger
  readonly tenant: string
  readonly source: string
  readonly ownership: Ownership
}

/** @param back listed as gone, and shown by this batch. */
export async function contestsOf(asked: ContestsAsked, records: readonly ReadRecord[], back: readonly string[]): Promise<Contests> {
  const { ledger, tenant, source, ownership } = asked
  const codes = new Set<string>()
  /** Dossiers of this batch that are parts of none, by their codes: a part may come before its whole. */
  const wholes = new Map<string, Rival>()
  for (const record of records) {
    const { localCode, parentCode } = record.reading.traits
    for (const code of [localCode, parentCode, nationalCodeOf(record), record.entry?.row.sent_code]) if (code != null) codes.add(codeKey(code))
    if (localCode !== null && parentCode == null && mappedOf(record) !== undefined)
      wholes.set(codeKey(localCode), { source, key: record.key, localCode, holder: undefined })
  }
  const held = await ledger.codeHolders(tenant, [...codes])
  const fresh = new Map<string, Rival>()
  const shown = new Set([...records.map(({ key }) => key), ...back])
  const holderOf = (code: string): Rival | undefined => fresh.get(code) ?? rivalOf(held.get(code))

  return {
    async standing(record) {
      const { key, reading, entry } = record
      if (mappedOf(record) === undefined) return undefined
      const { traits } = reading
      const whole = traits.parentCode == null ? undefined : wholes.get(codeKey(traits.parentCode))
      const standing = standingOf({
        ...{ source, key, traits, ownership },
        row: entry?.row,
        nationalCode: nationalCodeOf(record),
        holderOf: (code) => holderOf(code) ?? (whole !== undefined && code === codeKey(traits.parentCode ?? '') ? whole : undefined),
        isShown: (rival) => rival.source === source && shown.has(rival.key),
      })
      if (standing.kind === 'contest') return standing
      const { codes, from, part } = standing
      const rules = ownership.ownerOf(traits) === source ? ownership.rules : ''
      const contest = part === undefined ? undefined : { code: part, kind: 'part' as const, holder_source: '', holder_id: '', rules: '' }
      if (from === undefined) return { kind: 'own', claims: { codes, rules, stepsUntil: null }, takeover: undefined, inherited: undefined, contest }
      return {
        kind: 'own',
        claims: { codes, rules, stepsUntil: await stepsUntil(from, entry?.row) },
        takeover: { source: from.row.source, sourceId: from.row.source_id, revision: from.row.revision },
        inherited: inheritance(from, entry?.row),
        contest,
      }
    },
    planned({ key, reading }, { claims }) {
      for (const code of claims?.codes ?? []) fresh.set(code, { source, key, localCode: reading.traits.localCode, holder: undefined })
    },
  }

  /** Up to then the target has the steps of this dossier, whoever sent them. */
  async function stepsUntil(from: CodeHolder, own: DossierRow | undefined): Promise<number | null> {
    const sent = [from.stepsUntil, await ledger.lastStepSent(tenant, from.row.source, from.row.source_id)]
    if (own !== undefined) sent.push(await ledger.lastStepSent(tenant, source, own.source_id))
    const times = sent.filter((at) => at !== null)
    return times.length === 0 ? null : Math.max(...times)
  }
}

/** Whoever was sent already keeps what the target has of it. Its record is sent in any case: the one that stands there is the other's. */
function inheritance({ row }: CodeHolder, own: DossierRow | undefined) {
  const { sent_code, presence, confirmed_versions } = own !== undefined && own.presence !== 'absent' ? own : row
  // A request of the other's that was left by a crash may still be on its way.
  const quiet = [row.quiet_until, own?.quiet_until ?? null].filter((at) => at !== null)
  return { sent_code, presence, confirmed_versions, wire_digest: null, quiet_until: quiet.length === 0 ? null : Math.max(...quiet) }
}

function rivalOf(holder: CodeHolder | undefined): Rival | undefined {
  if (holder === undefined) return undefined
  const { source, source_id, local_code } = holder.row
  return { source, key: source_id, localCode: local_code, holder }
}

function mappedOf({ outcome }: ReadRecord) {
  return 'ok' in outcome && outcome.ok ? outcome.value : undefined
}

function nationalCodeOf(record: ReadRecord): string | null {
  return mappedOf(record)?.nationalCode ?? null
}
