/**
 * What others wrote into the one-stop system: updates of its dossiers by form, and dossiers handed over from outside.
 * contracts/provincial-sources.md §4.2
 */
import type { Clock } from '../../base/index.js'
import { openCpsPublication, openCpsUpdateFields } from '../../connectors/opencps/wire.js'
import { type Instant, instant, wallClockFormat } from '../../domain/index.js'
import type { Incoming } from '../exchange.js'
import type { Life } from '../province/life.js'
import type { Standing } from '../province/standing.js'
import type { Row } from './rendering.js'

export type OpenCpsEntry =
  | {
      readonly op: 'opencps-update'
      readonly uid: string
      readonly fields: Readonly<Record<string, string>>
      readonly at: number
      readonly storyAt: number
    }
  | { readonly op: 'opencps-publish'; readonly fields: Readonly<Record<string, string>> }

/** A form that the server cannot take. */
export class RefusedForm extends Error {}

export interface OpenCpsWrites {
  /** The row as it became by what was written. */
  shown(row: Row, life: Life, standing: Standing): Row
  /** How many forms were taken for a dossier. */
  updatesOf(uid: string): number
  /** @throws {RefusedForm} */
  update(life: Life, request: Incoming, storyNow: Instant): void
  /** @returns the detail of the dossier. @throws {RefusedForm} */
  publish(request: Incoming): Row
  /** A dossier that was handed over, by id, number or uid. */
  published(id: string): Row | undefined
  replay(entry: OpenCpsEntry): void
  reset(): void
}

interface Update {
  readonly fields: Readonly<Record<string, string>>
  readonly at: Instant
  readonly storyAt: number
  readonly count: number
}

const wall = wallClockFormat('dd/MM/yyyy HH:mm:ss')
/** Set on every update, given or not. */
const EMPTIED = ['viaPostal', 'delegateName', 'delegateIdNo', 'delegateTelNo', 'delegateAddress', 'applicantNote']
const FIRST_PUBLISHED = 910_000

/** @param keeps fields beyond those of the form that this installation keeps. The public source keeps none (A). */
export function openCpsWrites(clock: Clock, keeps: readonly string[], keep: (entry: OpenCpsEntry) => void): OpenCpsWrites {
  const updates = new Map<string, Update>()
  const published = new Map<string, Row>()
  const taken = new Set<string>([...openCpsUpdateFields, ...keeps])

  const replay = (entry: OpenCpsEntry) => {
    if (entry.op === 'opencps-publish') {
      const uid = entry.fields.referenceUid ?? ''
      const before = published.get(uid)
      published.set(uid, { ...before, ...entry.fields, dossierId: before?.dossierId ?? FIRST_PUBLISHED + published.size })
      return
    }
    const before = updates.get(entry.uid)
    const fields = { ...before?.fields, ...entry.fields }
    updates.set(entry.uid, { fields, at: instant(entry.at), storyAt: entry.storyAt, count: (before?.count ?? 0) + 1 })
  }
  const accept = (entry: OpenCpsEntry) => {
    replay(entry)
    keep(entry)
  }

  return {
    replay,
    shown(row, life, standing) {
      const update = updates.get(life.referenceUid)
      if (update === undefined) return row
      const { viaPostal = '0', ...others } = update.fields
      const fields = Object.fromEntries(Object.entries(others).filter(([name]) => name in row || keeps.includes(name)))
      // What happened after the form was taken has its own date again.
      const modified = standing.modifiedAt > update.storyAt ? {} : { modifiedDate: wall.format(update.at) }
      return { ...row, ...fields, viaPostal, ...modified }
    },
    updatesOf: (uid) => updates.get(uid)?.count ?? 0,
    update(life, request, storyNow) {
      const form = formOf(request)
      // Without them nobody may write: the right to create such a dossier is asked for.
      for (const name of ['serviceCode', 'govAgencyCode']) if (!form.get(name)) throw new RefusedForm(`java.lang.NullPointerException: ${name}`)
      const given = [...form].filter(([name]) => taken.has(name))
      const emptied = EMPTIED.map((name) => [name, name === 'viaPostal' ? '0' : ''] as const)
      const fields = Object.fromEntries([...emptied, ...given])
      accept({ op: 'opencps-update', uid: life.referenceUid, fields, at: clock.now(), storyAt: storyNow })
    },
    publish(request) {
      const fields = Object.fromEntries(formOf(request))
      const read = openCpsPublication.safeParse(typed(fields))
      if (!read.success) throw new RefusedForm(`java.lang.IllegalArgumentException: ${read.error.issues[0]?.path.join('.') ?? 'form'}`)
      accept({ op: 'opencps-publish', fields })
      return published.get(read.data.referenceUid) ?? {}
    },
    published: (id) => published.get(id) ?? [...published.values()].find((row) => String(row.dossierId) === id || row.dossierNo === id),
    reset() {
      updates.clear()
      published.clear()
    },
  }
}

function formOf(request: Incoming): URLSearchParams {
  if (!/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '')) throw new RefusedForm('HTTP 415 Unsupported Media Type')
  return new URLSearchParams(request.body)
}

const NUMBERS = new Set(['viaPostal', 'originality', 'durationCount', 'durationUnit', 'systemId'])
const FLAGS = new Set(['online', 'notification'])

/** A form holds texts; the bean behind it has numbers and flags. */
function typed(fields: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, NUMBERS.has(name) ? Number(text) : FLAGS.has(name) ? text === 'true' : text]),
  )
}
