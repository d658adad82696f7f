/**
 * Marks at OpenCPS: what its product has for them is a form that updates a dossier. contracts/provincial-sources.md §4.2
 *
 * The form sets `modifiedDate`, by which changes are noticed. So a mark in `metaData` says which version it marks and when it was
 * written: a record whose `modifiedDate` is of that moment shows the date that it had before.
 */
import { LienthongError, type Text } from '../../base/index.js'
import { type OpenCpsUpdate, openCpsUpdateFields } from '../../connectors/opencps/index.js'
import { type Instant, instant } from '../../domain/index.js'
import { openCpsTime } from '../../mappers/index.js'
import type { SyncMark } from '../ports.js'

export interface OpenCpsWriteBack {
  /** `metaData`: a member `lienthong` of the JSON in it. Any other name: the field holds the national number alone. */
  readonly field: string
}

export type OpenCpsRow = Readonly<Record<string, unknown>>

/** Member of the JSON in `metaData`. */
const MEMBER = 'lienthong'

interface Mark {
  /** National number. */
  readonly code: string
  /** `modifiedDate` of the version that was sent. */
  readonly of: string
  /** By the server's clock, as its dates are written. */
  readonly at: string
}

/** From the answer before the form to the moment that the server writes down, in milliseconds; its dates have whole seconds. */
const OWN_WRITE_MS = { before: 1000, after: 3000 }

/** The record without what a mark changes: the same before and after it. */
export function unmarked(row: OpenCpsRow, { field }: OpenCpsWriteBack): OpenCpsRow {
  const { [field]: held, ...rest } = row
  if (field !== 'metaData') return rest
  const { mark, others } = metaOf(held)
  if (others === undefined) return row
  const isOurs = mark !== undefined && isOwnWrite(String(rest.modifiedDate ?? ''), mark.at)
  return { ...rest, ...(isOurs ? { modifiedDate: mark.of } : {}), metaData: JSON.stringify(others) }
}

/** What to write so that the record bears the mark; undefined where it does already. @throws {LienthongError} `opencps.mark_refused` */
export function markText(row: OpenCpsRow, { field }: OpenCpsWriteBack, { nationalCode }: SyncMark, at: Instant): string | undefined {
  if (field !== 'metaData') return row[field] === nationalCode ? undefined : nationalCode
  const { mark, others } = metaOf(row.metaData)
  if (others === undefined) throw markRefused(field, { en: 'it holds something else than a JSON object', vi: 'trường này không chứa đối tượng JSON' })
  const of = String(unmarked(row, { field }).modifiedDate ?? '')
  if (mark?.code === nationalCode && mark.of === of) return undefined
  return JSON.stringify({ ...others, [MEMBER]: { code: nationalCode, of, at: openCpsTime.format(at) } satisfies Mark })
}

/** The form with all that the product empties where it is left out. Of the detail, which has more of it than a list's row. */
export function sameForm(detail: OpenCpsRow): OpenCpsUpdate {
  const held = openCpsUpdateFields.map((field) => [field, detail[field]] as const)
  return Object.fromEntries(
    held.filter(([, value]) => typeof value === 'string' || typeof value === 'number').map(([field, value]) => [field, String(value)]),
  )
}

/** @throws {LienthongError} `opencps.mark_refused` where the answer to the form does not show what was written */
export function assertKept(detail: unknown, field: string, text: string): void {
  const held = (detail as OpenCpsRow)[field]
  const kept = field === 'metaData' ? sameJson(held, text) : held === text
  if (!kept) throw markRefused(field, { en: 'it takes the form and leaves the field as it was', vi: 'hệ thống nhận biểu mẫu nhưng trường không đổi' })
}

function markRefused(field: string, problem: Text): LienthongError {
  return new LienthongError('opencps.mark_refused', { values: { field, problem }, system: 'opencps', operation: 'update', hop: 'source' })
}

/** @returns no `others` for what is no JSON object. Empty text stands for an empty one. */
function metaOf(held: unknown): { readonly mark?: Mark; readonly others?: OpenCpsRow } {
  const meta = held == null || held === '' ? {} : objectIn(held)
  if (meta === undefined) return {}
  const { [MEMBER]: mark, ...others } = meta
  return isMark(mark) ? { mark, others } : { others: meta }
}

function objectIn(text: unknown): OpenCpsRow | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as OpenCpsRow) : undefined
  } catch {
    return undefined
  }
}

function isMark(value: unknown): value is Mark {
  return typeof value === 'object' && value !== null && ['code', 'of', 'at'].every((key) => typeof Reflect.get(value, key) === 'string')
}

function sameJson(held: unknown, text: string): boolean {
  return JSON.stringify(objectIn(held)) === JSON.stringify(objectIn(text))
}

function isOwnWrite(modified: string, written: string): boolean {
  const [changed, at] = [openCpsTime.parse(modified), openCpsTime.parse(written)]
  return changed !== undefined && at !== undefined && changed >= at - OWN_WRITE_MS.before && changed <= at + OWN_WRITE_MS.after
}

/** When the server would say that it is; our own clock where it does not say. */
export function markedAt(answeredAt: number | undefined, now: number): Instant {
  return instant(answeredAt ?? now)
}
