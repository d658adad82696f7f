import { type Finding, LienthongError } from '../../src/base/index.js'
import type { DossierSource, SourceBatch, SourceItem, SourceReading } from '../../src/sync/index.js'
import type { SourceWorld } from '../../src/testing/index.js'
import { at, returned } from '../mappers/made-up.js'

/** Each is one promise that a source may break. */
export type Defect =
  | 'volatile bytes'
  | 'an empty key'
  | 'one key for several records'
  | 'a new key each reading'
  | 'keys of places'
  | 'no words for what cannot be read'
  | 'words in one language'
  | 'no place'
  | 'one bad record ends the reading'
  | 'a bad record passed over'
  | 'mapping that throws'
  | 'a dossier with another id'
  | 'mapping with the clock'
  | 'a cursor that JSON changes'
  | 'no cursor'
  | 'a cursor that runs ahead'
  | 'a cursor that stays ahead of late entries'
  | 'a cursor of filing days only'
  | 'the last page left out'
  | 'no word at the end'
  | 'more after the end'
  | 'complete although only what changed was read'
  | 'complete although it failed'
  | 'caught up although it failed'
  | 'an error of its own kind'
  | 'pages by number'
  | 'read once only'
  | 'other bytes for one'
  | 'one for a key that nobody has'
  | 'the removed one kept'
  | 'living ones called gone'
  | 'deaf to the signal'
  | 'a call without the signal'
  | 'everything in one batch'
  | 'an epoch of the day'
  | 'no second mark'
  | 'marks in the bytes'
  | 'marks on what changed'
  | 'fewer outcomes than marks'
  | 'marks for nobody'

interface Sheet {
  readonly id: string
  /** The day it was filed and the time of the last change, as counts. */
  readonly filed: number
  readonly changed: number
  readonly version: number
  readonly spoilt: boolean
  readonly mark: string | null
}

export interface PaperSystem extends SourceWorld {
  /** Opens its source, with a defect or without. */
  open(defect?: Defect): DossierSource
}

const PAGE = 4

/** A system on paper: sheets with the time of their last change, given page by page, and a source of it. */
export function paperSystem(records = 12): PaperSystem {
  const sheets = new Map<string, Sheet>()
  const removed: { readonly id: string; readonly changed: number }[] = []
  let time = 0
  let issued = 0
  let openings = 0
  let left: number | undefined
  let hangs = false

  const add = (changed: number): string => {
    issued += 1
    const id = `S-${String(issued).padStart(5, '0')}`
    sheets.set(id, { id, filed: changed, changed, version: 1, spoilt: false, mark: null })
    return id
  }
  const edit = (id: string, what: (sheet: Sheet) => Partial<Sheet>) => {
    const sheet = sheets.get(id)
    if (sheet) sheets.set(id, { ...sheet, ...what(sheet) })
  }
  const tick = () => {
    time += 1
    return time
  }
  for (let index = 0; index < records; index++) add(tick())

  const inOrder = () => [...sheets.values()].sort((a, b) => a.changed - b.changed || (a.id < b.id ? -1 : 1))
  const answer = async (signal: AbortSignal | undefined, error: (after: number) => Error): Promise<void> => {
    if (left !== undefined && left <= 0) throw error(left)
    if (hangs) await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(aborted()), { once: true }))
  }
  const given = <Row>(rows: readonly Row[]): readonly Row[] => {
    if (left === undefined) return rows
    const now = rows.slice(0, left)
    left -= now.length
    return now
  }

  const open = (defect?: Defect): DossierSource => {
    openings += 1
    const opening = openings
    let readings = 0
    const failure = () =>
      defect === 'an error of its own kind' ? new RangeError('the drawer is stuck') : new LienthongError('transport.unreachable', { system: 'paper' })

    const bytesOf = (sheet: Sheet): string => {
      const { id, filed, version, spoilt, mark } = sheet
      return JSON.stringify({
        id,
        filed,
        version,
        spoilt,
        ...(defect === 'marks in the bytes' ? { mark } : {}),
        ...(defect === 'volatile bytes' ? { opening } : {}),
      })
    }
    const keyOf = ({ id }: Sheet, place: number): string => {
      if (defect === 'an empty key') return ''
      if (defect === 'one key for several records') return id.slice(0, -1)
      if (defect === 'a new key each reading') return `${id}/${opening}/${readings}`
      if (defect === 'keys of places') return `row ${place}`
      return id
    }
    const item = (sheet: Sheet, place: number): SourceItem => ({
      bytes: bytesOf(sheet),
      place: defect === 'no place' ? '' : `drawer, sheet ${place}`,
      read() {
        if (sheet.spoilt)
          return { ok: false, findings: defect === 'no words for what cannot be read' ? [] : [illegible(defect === 'words in one language')] }
        return { ok: true, findings: [], value: reading(sheet, keyOf(sheet, place)) }
      },
    })
    const reading = (sheet: Sheet, key: string): SourceReading => ({
      key,
      traits: { localCode: sheet.id, agencyCode: null, procedureCode: null, channel: null, receivedAt: at('2025-03-05 09:00'), flags: [] },
      async map() {
        if (defect === 'mapping that throws') throw new TypeError('cannot read properties of undefined')
        const summary = defect === 'mapping with the clock' ? `${tick()}` : String(sheet.version)
        return { ok: true, findings: [], value: { ...returned, sourceId: defect === 'a dossier with another id' ? 'S-0' : key, summary } }
      },
    })

    /** The sheets behind a place in the order of changes; asked again from there, so that a list that moves loses nothing. */
    const page = async (since: number, place: number, signal: AbortSignal | undefined): Promise<readonly Sheet[]> => {
      await answer(defect === 'a call without the signal' ? undefined : signal, failure)
      if (defect === 'pages by number')
        return given(
          inOrder()
            .filter(({ changed }) => changed >= since)
            .slice(place, place + PAGE),
        )
      return given(
        inOrder()
          .filter(({ changed }) => changed >= since)
          .slice(0, PAGE),
      )
    }

    const pagesSince = async function* (since: number, signal: AbortSignal | undefined): AsyncGenerator<readonly Sheet[]> {
      const seen = new Map<string, number>()
      let from = since
      for (let place = 0; ; ) {
        if (signal?.aborted && defect !== 'deaf to the signal') throw aborted()
        const rows = await page(from, place, signal)
        if (rows.length === 0) return
        if (defect === 'the last page left out' && rows.length < PAGE) return
        if (defect === 'the last page left out' && rows.at(-1)?.id === inOrder().at(-1)?.id) return
        const news = rows.filter(({ id, changed }) => seen.get(id) !== changed)
        if (news.length === 0 && defect !== 'pages by number') {
          // A whole page of one moment: nothing behind it was shown yet.
          if (rows.length < PAGE) return
          from += 1
          continue
        }
        for (const { id, changed } of rows) seen.set(id, changed)
        place += rows.length
        if (defect !== 'pages by number') from = rows.at(-1)?.changed ?? from
        yield news
      }
    }

    const changes: DossierSource['changes'] = async function* (cursor, { signal }): AsyncGenerator<SourceBatch> {
      readings += 1
      if (defect === 'read once only' && readings > 1) {
        yield { items: [], cursor, end: 'caught-up' }
        return
      }
      // JSON makes a text of a date.
      const since = Number((cursor as { since?: number } | null)?.since ?? 0)
      const newest = inOrder().at(-1)?.changed ?? 0
      const cursorAt = (changed: number): unknown => {
        if (defect === 'no cursor') return undefined
        if (defect === 'a cursor that JSON changes') return { since: changed, at: new Date(changed) }
        if (defect === 'a cursor that runs ahead') return { since: newest }
        return { since: changed }
      }
      const stay = defect === 'a cursor that stays ahead of late entries' ? 1 : 0
      let through = since
      let place = 0
      const all: SourceItem[] = []
      try {
        for await (const rows of pagesSince(since === 0 ? 0 : since + stay, signal)) {
          if (defect === 'one bad record ends the reading' && rows.some(({ spoilt }) => spoilt)) throw failure()
          const kept = defect === 'a bad record passed over' ? rows.filter(({ spoilt }) => !spoilt) : rows
          const items = kept.filter(({ filed }) => defect !== 'a cursor of filing days only' || filed >= since).map((sheet) => item(sheet, ++place))
          through = Math.max(through, ...rows.map(({ changed }) => changed))
          if (defect === 'everything in one batch') all.push(...items)
          else yield { items, cursor: cursorAt(through), end: 'more' }
        }
      } catch (error) {
        if (defect === 'complete although it failed' && !signal?.aborted) {
          yield { items: [], cursor: cursorAt(through), end: 'complete' }
          return
        }
        if (defect === 'caught up although it failed' && !signal?.aborted) {
          yield { items: [], cursor: cursorAt(newest), end: 'caught-up' }
          return
        }
        throw error
      }
      if (defect === 'no word at the end') return
      const gone = removed.filter(({ changed }) => changed >= since).map(({ id }) => id)
      if (defect === 'living ones called gone') gone.push(...[...sheets.keys()].slice(0, 1))
      const whole = since === 0 || defect === 'complete although only what changed was read'
      yield { items: all, cursor: cursorAt(through), end: whole ? 'complete' : 'caught-up', gone }
      if (defect === 'more after the end') yield { items: [], cursor: cursorAt(through), end: 'more' }
    }

    return {
      epoch: defect === 'an epoch of the day' ? `paper/${opening}` : 'paper/1',
      changes,
      async get(key) {
        const sheet = sheets.get(key)
        if (defect === 'the removed one kept') return item(sheet ?? firstSheet, 1)
        if (sheet === undefined) return defect === 'one for a key that nobody has' ? item(firstSheet, 1) : null
        const one = item(sheet, 1)
        return defect === 'other bytes for one' ? { ...one, bytes: `${String(one.bytes)} ` } : one
      },
      async writeBack(marks) {
        const outcomes = marks.map(({ key, nationalCode, holds }) => {
          const sheet = sheets.get(key)
          if (sheet === undefined) return defect === 'marks for nobody' ? 'written' : 'gone'
          if (!holds(bytesOf(sheet)) && defect !== 'marks on what changed') return 'changed-since'
          if (defect === 'no second mark' && sheet.mark !== null) return new LienthongError('transport.unreachable', { system: 'paper' })
          edit(key, () => ({ mark: nationalCode }))
          return 'written'
        })
        return defect === 'fewer outcomes than marks' ? outcomes.slice(1) : outcomes
      },
    }
  }

  const firstSheet: Sheet = { id: 'S-00001', filed: 1, changed: 1, version: 1, spoilt: false, mark: null }
  return {
    open,
    keys: () => [...sheets.keys()],
    add: () => add(tick()),
    addMany: (count) => {
      for (let index = 0; index < count; index++) add(tick())
    },
    addLate: () => add(time),
    change: (key) => edit(key, ({ version }) => ({ version: version + 1, changed: tick() })),
    remove: (key) => {
      if (sheets.delete(key)) removed.push({ id: key, changed: tick() })
    },
    spoil: (key) => edit(key, () => ({ spoilt: true, changed: tick() })),
    failAfter: (count) => {
      left = count
    },
    hang: (on) => {
      hangs = on
    },
    marks: () => Object.fromEntries([...sheets.values()].flatMap(({ id, mark }) => (mark === null ? [] : [[id, mark]]))),
  }
}

function aborted(): LienthongError {
  return new LienthongError('transport.aborted', { system: 'paper' })
}

function illegible(inOneLanguage: boolean): Finding {
  return {
    ruleId: 'sheet.illegible',
    severity: 'error',
    path: '',
    message: { en: 'The sheet cannot be read.', vi: 'Không đọc được tờ này.' },
    hint: { en: 'Write it again.', vi: inOneLanguage ? '' : 'Viết lại.' },
  }
}
