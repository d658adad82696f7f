import type { Notes } from '../../base/index.js'
import type { RecordFinding } from './rules.js'

export type RecordNotes = Notes<RecordFinding>

/** Cuts a text to the length the portal accepts, never through a character; the cut is reported. */
export function cut(text: string, limit: number, path: string, field: string, note: RecordNotes): string {
  if (text.length <= limit) return text
  note.add('text.cut', path, { field, limit })
  const end = /[\uD800-\uDBFF]/.test(text[limit - 1] ?? '') ? limit - 1 : limit
  return text.slice(0, end).trimEnd()
}
