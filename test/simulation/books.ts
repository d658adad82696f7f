/** What must be true when everything is quiet: in the portal's books, and in what the ledger says of itself. */
import type { PaperPortal } from '../sync/paper-portal.js'
import type { Story } from './story.js'

/** What a ledger reports: read from its tables, whichever ledger it is. */
export interface Reported {
  readonly failures: readonly { readonly sourceId: string; readonly cause: string }[]
  /** Steps that were declared as maybe doubled: code, moment and status. */
  readonly declared: ReadonlySet<string>
}

/** Codes of the story tell their dossier, also after a renumbering. */
export function keyOf(code: string): string {
  return `uid-${Number(code.split('-')[2])}`
}

/** Whatever is reported as failed was refused, is held, or is spoilt at its source: nothing else may be called a failure (I5). */
export function checkFailures({ failures }: Reported, story: Story, everRefused: (sourceId: string) => boolean, violations: Set<string>): void {
  for (const { sourceId, cause } of failures) {
    const isSpoilt = cause === 'story.spoilt' && story.versions.get(sourceId)?.at(-1)?.broken === true
    const isHeld = cause === 'step.outcome-unknown'
    const isRefused = cause === 'portal.rejected' && everRefused(sourceId)
    if (!isSpoilt && !isHeld && !isRefused) violations.add(`I5 ${sourceId}: reported as ${cause}`)
  }
}

/** What the source was told: of each of its dossiers the latest version, under the code that the portal has. */
export function checkMarks(story: Story, portal: PaperPortal, violations: Set<string>): void {
  if (!story.takesMarks) return
  for (const [sourceId, versions] of story.versions) {
    const { version, code } = story.marked.get(sourceId) ?? {}
    // What was taken back is told already: same bytes, same dossier.
    const told = version === undefined ? undefined : JSON.stringify(versions[version - 1])
    if (told !== JSON.stringify(versions.at(-1))) violations.add(`marks ${sourceId}: told of version ${version ?? 'none'} of ${versions.length}`)
    else if (code === undefined || !portal.books.has(code)) violations.add(`marks ${sourceId}: told a code that the portal does not have`)
  }
}

export function checkBooks({ declared }: Reported, story: Story, portal: PaperPortal, violations: Set<string>): void {
  for (const [sourceId, versions] of story.versions) {
    const codes = [...portal.books.keys()].filter((code) => keyOf(code) === sourceId)
    if (codes.length > 1) violations.add(`I2 ${sourceId}: created under ${codes.join(' and ')}`)
    const entry = portal.books.get(codes[0] ?? '')
    const last = versions.at(-1)?.dossier
    if (!entry || !last) {
      violations.add(`I1 ${sourceId}: lost`)
      continue
    }
    if (entry.record.summary !== last.summary) violations.add(`I4 ${sourceId}: “${entry.record.summary}” instead of “${last.summary}”`)
    const arrived = entry.steps.map((step) => `${entry.record.code}|${step.at}|${step.status}`)
    const first = [...new Set(arrived)]
    const expected = (last.steps ?? []).map((step) => `${entry.record.code}|${step.at}|${step.status}`)
    if (first.toSorted().join() !== expected.toSorted().join()) violations.add(`I1 ${sourceId}: ${first.length} of ${expected.length} steps`)
    else if (first.join() !== expected.join()) violations.add(`I3 ${sourceId}: steps out of order`)
    for (const [index, step] of arrived.entries()) {
      if (arrived.indexOf(step) < index && !declared.has(step)) violations.add(`I2 ${sourceId}: a doubled step was not declared`)
    }
    const sent = portal.calls
      .flatMap(({ record, records = record ? [record] : [] }) => records)
      .flatMap(({ code, summary }) => (keyOf(code) === sourceId ? [summary] : []))
    const shown = versions.map((version) => version.dossier.summary)
    if (!isInOrder(sent, shown)) violations.add(`I3 ${sourceId}: records went back`)
  }
}

/** Whether what was sent follows the versions; some may be left out, each may be sent several times. */
function isInOrder(sent: readonly (string | null)[], versions: readonly (string | null)[]): boolean {
  let place = 0
  for (const one of sent) {
    const next = versions.indexOf(one, place)
    if (next < 0) return false
    place = next
  }
  return true
}
