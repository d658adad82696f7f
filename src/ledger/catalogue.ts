/** What the ledger knows of the two catalogues, and which national code a local one had on which day. Reads, and the two small writes. */
import type { Finding, Text } from '../base/index.js'
import { type LocalDate, namedProcedure, type Procedure, type PublishingDecision } from '../domain/index.js'
import { todayOf } from './catalogue-details.js'
import type { Ledger } from './ledger.js'
import type { CatalogueName } from './schema.js'

export interface CatalogueProcedure {
  readonly procedure: Procedure
  readonly state: 'active' | 'inactive'
  readonly inactiveSince: LocalDate | null
  /** Whether its details were ever read. */
  readonly detailed: boolean
  readonly findings: readonly Finding[]
}

const TOGETHER = 200

/** Every procedure of a catalogue in the order of its codes, a slice at a time. Without details it has code and name only. */
export async function* catalogueProcedures(ledger: Ledger, tenant: string, catalogue: CatalogueName): AsyncGenerator<CatalogueProcedure> {
  const decisions = await catalogueReferences<PublishingDecision>(ledger, tenant, DECISION)
  let after = ''
  while (true) {
    const rows = await ledger.db
      .selectFrom('catalogue_entries as e')
      .leftJoin('catalogue_versions as v', (join) =>
        join
          .onRef('v.tenant', '=', 'e.tenant')
          .onRef('v.catalogue', '=', 'e.catalogue')
          .onRef('v.code', '=', 'e.code')
          .onRef('v.valid_from', '=', 'e.version_from'),
      )
      .select(['e.code', 'e.name', 'e.state', 'e.inactive_since', 'e.findings', 'e.detail_at', 'v.content'])
      .where('e.tenant', '=', tenant)
      .where('e.catalogue', '=', catalogue)
      .where('e.code', '>', after)
      .orderBy('e.code')
      .limit(TOGETHER)
      .execute()
    for (const { code, name, state, inactive_since, findings, detail_at, content } of rows) {
      const known = content === null ? namedProcedure(code, name) : withDecision(JSON.parse(content) as Procedure, decisions)
      yield {
        // Renamed in the list, and not read again yet.
        procedure: detail_at === null ? { ...known, name } : known,
        state: state === 'active' ? 'active' : 'inactive',
        inactiveSince: inactive_since as LocalDate | null,
        detailed: content !== null,
        findings: findings === null ? [] : (JSON.parse(findings) as Finding[]),
      }
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < TOGETHER) return
    after = last.code
  }
}

/** The reference under which publishing decisions are kept, by their ids. */
export const DECISION = 'decision'

/** What was read of a dictionary, or of the publishing decisions, by code. */
export async function catalogueReferences<Content>(ledger: Ledger, tenant: string, kind: string): Promise<ReadonlyMap<string, Content>> {
  const rows = await ledger.db
    .selectFrom('catalogue_references')
    .select(['code', 'content'])
    .where('tenant', '=', tenant)
    .where('kind', '=', kind)
    .where('code', '<>', '')
    .execute()
  return new Map(rows.map(({ code, content }) => [code, JSON.parse(content) as Content]))
}

/** A procedure's own record names its decision by an id only. */
function withDecision(procedure: Procedure, decisions: ReadonlyMap<string, PublishingDecision | null>): Procedure {
  const decision = decisions.get(procedure.decision?.id ?? '')
  return decision == null ? procedure : { ...procedure, decision }
}

/** A procedure as it was on a day: the version that held then, or the oldest known. */
export async function procedureOn(
  ledger: Ledger,
  tenant: string,
  catalogue: CatalogueName,
  code: string,
  day: LocalDate,
): Promise<Procedure | undefined> {
  const versions = ledger.db
    .selectFrom('catalogue_versions')
    .select('content')
    .where('tenant', '=', tenant)
    .where('catalogue', '=', catalogue)
    .where('code', '=', code)
  const row =
    (await versions.where('valid_from', '<=', day).orderBy('valid_from', 'desc').limit(1).executeTakeFirst()) ??
    (await versions.orderBy('valid_from').limit(1).executeTakeFirst())
  return row && (JSON.parse(row.content) as Procedure)
}

/** An entry without its texts: what lists and the directory need. */
export interface CatalogueLine {
  readonly code: string
  readonly name: string
  readonly state: 'active' | 'inactive'
  readonly inactiveSince: LocalDate | null
  readonly sectorCode: string | null
  readonly sectorName: string | null
}

export async function catalogueLines(ledger: Ledger, tenant: string, catalogue: CatalogueName): Promise<readonly CatalogueLine[]> {
  const rows = await ledger.db
    .selectFrom('catalogue_entries')
    .select(['code', 'name', 'state', 'inactive_since', 'sector_code', 'sector_name'])
    .where('tenant', '=', tenant)
    .where('catalogue', '=', catalogue)
    .orderBy('code')
    .execute()
  return rows.map(({ code, name, state, inactive_since, sector_code, sector_name }) => ({
    code,
    name,
    state: state === 'active' ? 'active' : 'inactive',
    inactiveSince: inactive_since as LocalDate | null,
    sectorCode: sector_code,
    sectorName: sector_name,
  }))
}

export interface CatalogueSize {
  readonly active: number
  readonly inactive: number
  readonly detailed: number
  readonly withFindings: number
}

export async function catalogueSize(ledger: Ledger, tenant: string, catalogue: CatalogueName): Promise<CatalogueSize> {
  const rows = await ledger.db
    .selectFrom('catalogue_entries')
    .select((eb) => [
      'state',
      eb.fn.countAll<number>().as('all'),
      eb.fn.count<number>('version_from').as('detailed'),
      eb.fn.count<number>('findings').as('found'),
    ])
    .where('tenant', '=', tenant)
    .where('catalogue', '=', catalogue)
    .groupBy('state')
    .execute()
  const of = (state: string) => rows.find((row) => row.state === state)
  const active = of('active')
  return {
    active: Number(active?.all ?? 0),
    inactive: Number(of('inactive')?.all ?? 0),
    detailed: Number(active?.detailed ?? 0),
    withFindings: Number(active?.found ?? 0),
  }
}

/** Since ever: the day from which the first match or decision of a local code holds. */
export const SINCE_EVER = '0001-01-01' as LocalDate

/** What the matching found, as the ledger keeps it. */
export interface KeptMatch {
  readonly localCode: string
  readonly decision: string
  readonly nationalCode: string | null
  readonly score: number
  readonly reasons: readonly Text[]
  readonly candidates: readonly { readonly code: string; readonly name: string; readonly score: number; readonly reasons: readonly Text[] }[]
}

export interface DatedMatch extends KeptMatch {
  readonly validFrom: LocalDate
}

/** The latest match of each local code. */
export async function latestMatches(ledger: Ledger, tenant: string): Promise<ReadonlyMap<string, DatedMatch>> {
  const matches = new Map<string, DatedMatch>()
  for (const match of await allMatches(ledger, tenant)) matches.set(match.localCode, match)
  return matches
}

/** Every match ever kept, by code and day. */
export async function allMatches(ledger: Ledger, tenant: string): Promise<readonly DatedMatch[]> {
  const rows = await ledger.db
    .selectFrom('code_matches')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('local_code')
    .orderBy('valid_from')
    .execute()
  return rows.map((row) => ({
    localCode: row.local_code,
    validFrom: row.valid_from as LocalDate,
    decision: row.decision,
    nationalCode: row.national_code,
    score: row.score,
    reasons: JSON.parse(row.reasons) as Text[],
    candidates: JSON.parse(row.candidates) as KeptMatch['candidates'],
  }))
}

/**
 * Keeps what the matching found. A local code's first match holds since ever; another code holds from today, so that dossiers received
 * earlier keep theirs. A code that was found once is not withdrawn because the matching is less sure now (the procedure was renamed, or
 * abolished): only another code, or a contradiction, ends it.
 *
 * @returns how many say something new
 */
export async function keepMatches(ledger: Ledger, tenant: string, matches: readonly KeptMatch[]): Promise<number> {
  const known = await latestMatches(ledger, tenant)
  const today = todayOf(ledger)
  let changed = 0
  await ledger.write(async (tx) => {
    changed = 0
    for (const { localCode, decision, nationalCode: found, score, reasons, candidates } of matches) {
      const before = known.get(localCode)
      const nationalCode = found ?? (decision === 'conflict' ? null : (before?.nationalCode ?? null))
      if (before?.nationalCode !== nationalCode || before.decision !== decision) changed++
      const row = {
        decision,
        national_code: nationalCode,
        score,
        reasons: JSON.stringify(reasons),
        candidates: JSON.stringify(candidates),
        decided_at: ledger.clock.now(),
      }
      // Only another code begins a new period, unless there was none before: the rest is how sure we are of it.
      const samePeriod = before !== undefined && (before.nationalCode === nationalCode || before.nationalCode === null)
      const validFrom = before === undefined ? SINCE_EVER : samePeriod ? before.validFrom : today
      await tx
        .insertInto('code_matches')
        .values({ tenant, local_code: localCode, valid_from: validFrom, ...row })
        .onConflict((conflict) => conflict.columns(['tenant', 'local_code', 'valid_from']).doUpdateSet(row))
        .execute()
    }
  })
  return changed
}

/** What a person decided about one local code; `nationalCode` null: it has no national twin. */
export interface CodeDecision {
  readonly localCode: string
  readonly nationalCode: string | null
  readonly validFrom: LocalDate
}

/** Every decision, by code and day. */
export async function codeDecisions(ledger: Ledger, tenant: string): Promise<readonly CodeDecision[]> {
  const rows = await ledger.db
    .selectFrom('code_decisions')
    .select(['local_code', 'national_code', 'valid_from'])
    .where('tenant', '=', tenant)
    .orderBy('local_code')
    .orderBy('valid_from')
    .execute()
  return rows.map((row) => ({ localCode: row.local_code, nationalCode: row.national_code, validFrom: row.valid_from as LocalDate }))
}

/** A decision as it comes from a person; without a day see {@link newDecisions}. */
export type GivenDecision = Omit<CodeDecision, 'validFrom'> & { readonly validFrom: LocalDate | null }

/**
 * What of these is not kept yet. Without a day the first one about a local code holds since ever and a later one from today. What holds on
 * its day already is nothing new.
 */
export async function newDecisions(ledger: Ledger, tenant: string, decisions: readonly GivenDecision[]): Promise<readonly CodeDecision[]> {
  const today = todayOf(ledger)
  const known = Map.groupBy(await codeDecisions(ledger, tenant), ({ localCode }) => localCode)
  const dated = decisions
    .map((decision) => ({ ...decision, validFrom: decision.validFrom ?? (known.has(decision.localCode) ? today : SINCE_EVER) }))
    .sort((a, b) => (a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0))
  const news: CodeDecision[] = []
  for (const decision of dated) {
    const { localCode, nationalCode, validFrom } = decision
    const others = known.get(localCode) ?? []
    const held = others.findLast((one) => one.validFrom <= validFrom)
    if (held !== undefined && held.nationalCode === nationalCode) continue
    news.push(decision)
    const rest = others.filter((one) => one.validFrom !== validFrom)
    known.set(
      localCode,
      [...rest, decision].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1)),
    )
  }
  return news
}

/** Keeps what is new of these. @returns how many that are */
export async function keepDecisions(ledger: Ledger, tenant: string, decisions: readonly GivenDecision[]): Promise<number> {
  const news = await newDecisions(ledger, tenant, decisions)
  await ledger.write(async (tx) => {
    for (const { localCode, nationalCode, validFrom } of news) {
      const row = { national_code: nationalCode, decided_at: ledger.clock.now() }
      await tx
        .insertInto('code_decisions')
        .values({ tenant, local_code: localCode, valid_from: validFrom, ...row })
        .onConflict((conflict) => conflict.columns(['tenant', 'local_code', 'valid_from']).doUpdateSet(row))
        .execute()
    }
  })
  return news.length
}
