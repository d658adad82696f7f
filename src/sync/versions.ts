/** What one read version of one dossier means for the ledger: the decisions of the planner, without any reading or writing. */
import { type Finding, hasErrors, type Text, worstFinding } from '../base/index.js'
import { type Dossier, isOpen, type ProgressStep } from '../domain/index.js'
import { type DossierRow, type KnownDossier, type NewOperation, type PlannedVersion, shardOf, type Vault } from '../ledger/index.js'
import type { Standed } from './contests.js'
import { factsOf } from './facts.js'
import { linkFiles } from './files/linking.js'
import { heldFailure } from './held.js'
import { type Contest, conflictFinding } from './ownership.js'
import type { DossierTarget, SourceTraits } from './ports.js'
import { sealedFor } from './sealed.js'

export interface VersionContext {
  readonly tenant: string
  readonly source: string
  readonly run: number
  readonly epoch: string
  readonly now: number
  /** From when on what is planned may be sent; null: not before it is released. */
  readonly dueAt: number | null
  readonly vault: Vault
  /** Of the ledger. */
  readonly shards: number
  /** The source was never read to its end before: changes go before what is new now. */
  readonly initialLoad: boolean
  readonly target: DossierTarget
  /** See {@link epochTag}. */
  readonly tag: string
}

/** What waits of one step: itself, and the unit to name where the source names no officer. */
export interface WaitingStep {
  readonly step: ProgressStep
  readonly agencyName: string | null
}

/** Names the mapping under which a record's digest was taken: a short digest of the target's epoch. */
export function epochTag(vault: Vault, tenant: string, target: DossierTarget): string {
  return vault.digest(tenant, target.epoch).slice(0, 8)
}

/** The digest that the planner took of what is about to be sent; undefined when it was mapped otherwise then. */
export function plannedDigest(operation: { readonly digest: string }, tag: string): string | undefined {
  return operation.digest.startsWith(`${tag}:`) ? operation.digest.slice(tag.length + 1) : undefined
}

/** Names a step for ever. The source's own id where there is one, so that a corrected spelling is no second step. */
export function stepDigest(vault: Vault, tenant: string, sourceId: string, step: ProgressStep): string {
  const { id, at, status, derived, officer, note } = step
  // Whoever stands for a body in a step that we derived is no part of it: agencies are renamed and merge, and no step came of that.
  const name = id !== null ? [id, status] : derived ? [at, status, derived] : [at, status, derived, officer, note]
  return vault.digest(tenant, JSON.stringify(['step', sourceId, ...name])).slice(0, 16)
}

/** What a record would be sent as, for the ledger's comparison and for the dry run. */
export interface Preview {
  readonly sourceId: string
  readonly localCode: string | null
  readonly code: string | null
  /** `kept`: closed, and only a table or the library changed; sent when asked (`resendClosed`). */
  readonly action: 'create' | 'update' | 'steps' | 'nothing' | 'kept'
  readonly record: unknown
  readonly steps: readonly ProgressStep[]
  readonly findings: readonly Finding[]
}

export interface VersionPlan {
  readonly version: PlannedVersion
  readonly preview: Preview
}

/** A record that is in scope and was mapped. */
export function planDossier(
  context: VersionContext,
  digest: string,
  dossier: Dossier,
  findings: readonly Finding[],
  known: KnownDossier | undefined,
  standing?: Extract<Standed, { readonly kind: 'own' }>,
): VersionPlan {
  const { tenant, source, vault, target } = context
  const row = standedRow(context, dossier, known?.row, standing)
  const code = row?.sent_code ?? dossier.nationalCode
  const linked = linkFiles(dossier, context, target.files)
  const record = target.prepareRecord(linked.dossier, code)
  const progress = target.progressOf(dossier)
  const all = [...findings, ...linked.findings, ...record.findings, ...progress.findings]
  const steps = progress.ok ? progress.value : []

  const stepsUntil = standing?.takeover === undefined ? null : standing.claims.stepsUntil
  const knownSteps = new Set<string>(row ? (JSON.parse(row.known_steps) as string[]) : [])
  const newSteps = steps.flatMap((step) => {
    const stepName = stepDigest(vault, tenant, dossier.sourceId, step)
    if (knownSteps.has(stepName)) return []
    knownSteps.add(stepName)
    // Whoever had this dossier before has sent these, under names of his own.
    if (stepsUntil !== null && step.at <= stepsUntil) return []
    return [{ step, digest: stepName }]
  })

  const waiting = known?.recordOperation
  const wireDigest = record.ok ? vault.digest(tenant, record.value.fingerprintText) : undefined
  const recordMark = wireDigest === undefined ? '' : `${context.tag}:${wireDigest}`
  const recordNeeded = row?.presence !== 'present' || wireDigest === undefined || wireDigest !== row.wire_digest
  const failed = hasErrors(all) || !record.ok
  // What the source said wrongly cannot be healed by mapping again: it is read again once its tables change.
  const keepWaiting = !hasErrors(findings)
  const seal = (kind: 'record' | 'step', content: unknown) => vault.seal(tenant, sealedFor(source, dossier.sourceId, kind), JSON.stringify(content))

  const addOperations: NewOperation[] = []
  if (keepWaiting) {
    if (recordNeeded && !waiting) addOperations.push({ kind: 'record', digest: recordMark, payload: seal('record', dossier) })
    for (const { step, digest: name } of newSteps)
      addOperations.push({ kind: 'step', digest: name, payload: seal('step', { step, agencyName: dossier.agency.name } satisfies WaitingStep) })
  }
  const removeRecord = keepWaiting && waiting && !recordNeeded ? waiting.id : undefined
  const left = (known?.pendingOperations ?? 0) + addOperations.length - (removeRecord === undefined ? 0 : 1)
  const held = known?.held ?? false
  const bucket = failed || held ? 'failed' : left > 0 ? 'pending' : 'unchanged'
  const open = isOpen(dossier.status)
  const cause = failed ? worstFinding(all) : undefined

  return {
    version: {
      row: {
        ...blankRow(context, dossier.sourceId, digest, row, known?.row === undefined),
        state: bucket === 'unchanged' ? 'confirmed' : bucket,
        reason: cause?.ruleId ?? (held ? heldFailure.cause : null),
        local_code: dossier.localCode,
        known_steps: keepWaiting ? JSON.stringify([...knownSteps]) : (row?.known_steps ?? '[]'),
        open: open ? 1 : 0,
        received_at: dossier.receivedAt,
        closed_at: open ? null : (row?.closed_at ?? context.now),
        next_at: bucket === 'pending' ? dueAt(context, row) : null,
      },
      addOperations,
      replaceRecord: keepWaiting && waiting && recordNeeded ? { id: waiting.id, digest: recordMark, payload: seal('record', dossier) } : undefined,
      removeRecord,
      restart: bucket === 'pending' && (known?.pendingOperations ?? 0) > 0,
      failure: cause
        ? failureOf(context, dossier.sourceId, dossier.localCode, all, cause)
        : held
          ? { ...heldFailure, tenant, source, source_id: dossier.sourceId, place: dossier.localCode ?? '' }
          : undefined,
      facts: factsOf(linked.dossier, steps, context),
      files: failed ? undefined : linked.files,
      claims: standing?.claims,
      takeover: standing?.takeover,
      contest: standing?.contest,
      bucket,
      before: beforeOf(known?.row),
    },
    preview: {
      sourceId: dossier.sourceId,
      localCode: dossier.localCode,
      code,
      action: failed ? 'nothing' : recordNeeded ? (row?.presence === 'present' ? 'update' : 'create') : newSteps.length > 0 ? 'steps' : 'nothing',
      record: record.ok ? record.value.record : null,
      steps: newSteps.map(({ step }) => step),
      findings: all,
    },
  }
}

/** The row as it will be with what it takes over; undefined when there is neither. */
function standedRow(
  context: VersionContext,
  dossier: Dossier,
  row: DossierRow | undefined,
  standing: Extract<Standed, { readonly kind: 'own' }> | undefined,
): DossierRow | undefined {
  if (standing?.inherited === undefined) return row
  const before = row ?? { ...blankRow(context, dossier.sourceId, null, undefined), version: 0, revision: 0 }
  return { ...before, ...standing.inherited }
}

/** A record whose code is another's. What an earlier version of it left is not sent either. */
export function planContest(
  context: VersionContext,
  digest: string,
  sourceId: string,
  traits: SourceTraits,
  { rival, ...contest }: Contest,
  row: DossierRow | undefined,
  place: string,
): VersionPlan {
  if (contest.kind === 'owned-elsewhere') {
    const skipped = planSkip(context, digest, sourceId, traits.localCode, 'owned-elsewhere', row)
    return { ...skipped, version: { ...skipped.version, row: { ...skipped.version.row, next_at: null }, contest } }
  }
  const finding = conflictFinding({ ...contest, rival }, { tenant: context.tenant, source: context.source, place })
  const failed = planFailure(context, digest, sourceId, traits, [finding], row, place)
  return { ...failed, version: { ...failed.version, contest } }
}

/** A record that could not be read (then it has no traits) or not be mapped. */
export function planFailure(
  context: VersionContext,
  digest: string | null,
  sourceId: string,
  traits: Pick<SourceTraits, 'localCode' | 'receivedAt'> | undefined,
  findings: readonly Finding[],
  row: DossierRow | undefined,
  place?: string,
): VersionPlan {
  const cause = worstFinding(findings)
  const localCode = traits?.localCode ?? null
  return {
    version: {
      row: {
        ...blankRow(context, sourceId, digest, row),
        state: 'failed',
        reason: cause?.ruleId ?? 'unreadable',
        local_code: localCode ?? row?.local_code ?? null,
        // A source that is read by days finds it again only by its day.
        received_at: traits?.receivedAt ?? row?.received_at ?? null,
      },
      ...nothingToSend,
      failure: cause ? failureOf(context, sourceId, [localCode, place].filter(Boolean).join('/') || null, findings, cause) : undefined,
      bucket: 'failed',
      before: beforeOf(row),
    },
    preview: { sourceId, localCode, code: null, action: 'nothing', record: null, steps: [], findings },
  }
}

/** A record outside the scope. What still waits of an earlier version is left to finish. */
export function planSkip(
  context: VersionContext,
  digest: string,
  sourceId: string,
  localCode: string | null,
  reason: string,
  row: DossierRow | undefined,
): VersionPlan {
  return {
    version: {
      row: { ...blankRow(context, sourceId, digest, row), state: 'skipped', reason, local_code: localCode, next_at: row?.next_at ?? null },
      ...nothingToSend,
      failure: undefined,
      bucket: 'skipped',
      before: beforeOf(row),
    },
    preview: { sourceId, localCode, code: null, action: 'nothing', record: null, steps: [], findings: [] },
  }
}

const nothingToSend = { addOperations: [], replaceRecord: undefined, removeRecord: undefined, restart: false, facts: undefined } as const

function blankRow(
  context: VersionContext,
  sourceId: string,
  digest: string | null,
  row: DossierRow | undefined,
  isNew = row === undefined,
): PlannedVersion['row'] & DossierRow {
  return {
    tenant: context.tenant,
    source: context.source,
    source_id: sourceId,
    source_digest: digest,
    epoch: context.epoch,
    version: (row?.version ?? 0) + 1,
    version_run: context.run,
    state: 'pending',
    reason: null,
    local_code: row?.local_code ?? null,
    sent_code: row?.sent_code ?? null,
    presence: row?.presence ?? 'absent',
    wire_digest: row?.wire_digest ?? null,
    known_steps: row?.known_steps ?? '[]',
    confirmed_versions: row?.confirmed_versions ?? 0,
    open: row?.open ?? 1,
    received_at: row?.received_at ?? null,
    closed_at: row?.closed_at ?? null,
    next_at: null,
    updated_at: context.now,
    quiet_until: row?.quiet_until ?? null,
    revision: (row?.revision ?? 0) + 1,
    shard: row?.shard ?? shardOf(context.source, sourceId, context.shards),
    priority: isNew && context.initialLoad ? 1 : 0,
  }
}

/** A dossier that waits already keeps its time; none goes while a request of a process that died may still arrive. */
function dueAt({ dueAt }: VersionContext, row: DossierRow | undefined): number | null {
  if (row?.state === 'pending' && row.next_at !== null) return row.next_at
  return dueAt === null ? null : Math.max(dueAt, row?.quiet_until ?? 0)
}

/** Only the latest version of a dossier counts as pending, failed or skipped. */
function beforeOf(row: DossierRow | undefined): PlannedVersion['before'] {
  return row === undefined || row.state === 'confirmed' ? undefined : { run: row.version_run, bucket: row.state }
}

function failureOf(context: VersionContext, sourceId: string, where: string | null, findings: readonly Finding[], cause: Finding) {
  return {
    tenant: context.tenant,
    source: context.source,
    source_id: sourceId,
    cause: cause.ruleId,
    stage: 'map' as const,
    place: [...new Set([where, cause.path])].filter(Boolean).join('/'),
    message: text(cause.message),
    hint: text(cause.hint),
    findings: JSON.stringify(findings),
  }
}

function text(value: Text): string {
  return JSON.stringify(value)
}
