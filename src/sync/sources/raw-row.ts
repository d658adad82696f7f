import { type FindingRule, type Mapped, notesFor } from '../../base/index.js'

/** A row of an answer as the text that is compared and kept. @returns undefined for a row nested so deep that it cannot be walked: no server means it. */
export function rowText(row: unknown): string | undefined {
  try {
    return JSON.stringify(row)
  } catch {
    return undefined
  }
}

/** What there is to say of a row without {@link rowText}, in the words of its mapper. */
export function nestedTooDeep(rules: Readonly<Record<'record.unreadable', FindingRule>>): Mapped<never> {
  const note = notesFor<'record.unreadable'>(rules)
  note.add('record.unreadable', '', { problem: { en: 'nested too deep', vi: 'lồng nhau quá sâu' } })
  return { ok: false, findings: note.findings }
}
