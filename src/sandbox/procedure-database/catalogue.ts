/** The national catalogue: made up or loaded, made when it is first asked for, and moved on by the story. */
import { z } from 'zod'
import { hashText, seededRandom } from '../../base/index.js'
import { nationalProcedures } from '../province/national-procedures.js'
import type { DecisionFacts, Facts } from './facts.js'
import { type LoadedProcedure, loadProcedures } from './lines.js'
import { madeUpDecision, madeUpFacts, type Outline } from './made-up.js'
import { type MadeUpName, madeUpNames } from './names.js'
import type { ProcedureDatabaseOptions } from './options.js'
import { type Level, sectorNamed, sectors } from './vocabulary.js'

/** How the national catalogue moves on between two pulls. */
export const catalogueMove = z.strictObject({
  /** Leave the list: abolished, which no record announces. §5.7 */
  remove: z.array(z.string()).default([]),
  /** Come back under the same code. */
  restore: z.array(z.string()).default([]),
  rename: z.record(z.string(), z.string().min(1)).default({}),
  /** Other contents under the same name: the list does not show it. */
  change: z.array(z.string()).default([]),
  /** So many new ones at the end of the list. */
  add: z.number().int().min(0).max(100_000).default(0),
})
export type CatalogueMove = z.output<typeof catalogueMove>
export type CatalogueMoveInput = z.input<typeof catalogueMove>

/** What the list shows of a procedure, and where it stands. */
export interface ListedEntry {
  readonly code: string
  readonly name: string
  /** Its id in the public portal. */
  readonly id: string
  /** Place in the list; places of removed ones stay free. */
  readonly position: number
  /** `TRANGTHAI`. */
  readonly state: Facts['state']
  readonly levels: readonly Level[]
}

/** A procedure as it was before the story moved: what a province copied its own catalogue from. */
export interface OriginalEntry {
  readonly code: string
  readonly name: string
  readonly sector: { readonly code: string; readonly name: string }
  readonly levels: readonly Level[]
}

export interface Catalogue {
  /** What stands in the list now, in its order. */
  list(): readonly ListedEntry[]
  find(code: string): ListedEntry | undefined
  /** Also of a removed one: cursors survive it. */
  byId(id: string): ListedEntry | undefined
  isListed(code: string): boolean
  facts(entry: ListedEntry): Facts
  decision(id: string): DecisionFacts | undefined
  original(): readonly OriginalEntry[]
  /** Codes that the move names and the catalogue never had. */
  strangers(move: CatalogueMove): readonly string[]
  /** @returns codes of what was added. */
  move(move: CatalogueMove): readonly string[]
  reset(): void
}

interface Entry extends ListedEntry {
  name: string
  removed: boolean
  version: number
  /** Added by the story. */
  readonly fresh: boolean
  readonly original: OriginalEntry
  readonly outline: Outline | undefined
  readonly loaded: LoadedProcedure | undefined
}

export function nationalCatalogue(options: ProcedureDatabaseOptions, seed: number | string): Catalogue {
  // A file that cannot be read is told at the start, not by the first client.
  const loaded = options.file === null ? undefined : loadProcedures(options.file)
  const decisions = new Map((loaded ?? []).flatMap(({ decision }) => (decision === null ? [] : [[decision.id, decision] as const])))
  let state: State | undefined
  let listed: readonly Entry[] | undefined

  const current = (): State => {
    state ??= stateOf(loaded === undefined ? madeUp(seed, options.count) : fromLines(loaded))
    return state
  }
  const find = (code: string): Entry | undefined => current().byCode.get(code)

  return {
    list() {
      listed ??= current().entries.filter((entry) => !entry.removed)
      return listed
    },
    find,
    byId: (id) => current().byId.get(id),
    isListed: (code) => find(code)?.removed === false,
    facts(listedEntry) {
      const entry = find(listedEntry.code)
      if (entry?.outline !== undefined) return madeUpFacts(seed, { ...entry.outline, name: entry.name }, entry.version)
      if (entry?.loaded === undefined) throw new RangeError(`no procedure ${listedEntry.code}`)
      return changed({ ...entry.loaded.facts, name: entry.name }, entry.version)
    },
    decision: (id) => decisions.get(id) ?? madeUpDecision(seed, id),
    original: () =>
      current()
        .entries.filter((entry) => !entry.fresh)
        .map((entry) => entry.original),
    strangers: ({ remove, restore, rename, change }) =>
      [...remove, ...restore, ...Object.keys(rename), ...change].filter((code) => find(code) === undefined),
    move({ remove, restore, rename, change, add }) {
      const { entries } = current()
      for (const [codes, removed] of [
        [remove, true],
        [restore, false],
      ] as const) {
        for (const code of codes) {
          const entry = find(code)
          if (entry !== undefined) entry.removed = removed
        }
      }
      for (const [code, name] of Object.entries(rename)) {
        const entry = find(code)
        if (entry !== undefined) entry.name = name
      }
      for (const code of change) {
        const entry = find(code)
        if (entry !== undefined) entry.version++
      }
      const fresh = newcomers(seed, entries.length, add)
      for (const entry of fresh) enter(current(), entry)
      listed = undefined
      return fresh.map((entry) => entry.code)
    },
    reset() {
      state = undefined
      listed = undefined
    },
  }
}

interface State {
  readonly entries: Entry[]
  readonly byCode: Map<string, Entry>
  readonly byId: Map<string, Entry>
}

function stateOf(entries: readonly Entry[]): State {
  const state: State = { entries: [], byCode: new Map(), byId: new Map() }
  for (const entry of entries) enter(state, entry)
  return state
}

function enter(state: State, entry: Entry): void {
  state.entries.push(entry)
  state.byCode.set(entry.code, entry)
  state.byId.set(entry.id, entry)
}

/** Where serials of what the story adds begin: today's jump as well, and reach 1.116xxx. §6 */
const NEW_SERIALS = 200_000

function madeUp(seed: number | string, count: number): readonly Entry[] {
  const fixed = nationalProcedures.map(([code, name, sector]) => fixedOutline(code, name, sector))
  const taken = new Set(fixed.map((outline) => outline.code))
  const names = madeUpNames(seed, Math.max(0, count - fixed.length))
  const codes = madeUpCodes(seed, names.length, taken)
  const outlines = [...fixed.slice(0, count), ...names.map((made, index) => outlineOf(made, codes[index] ?? ''))]
  outlines.sort((a, b) => (a.code < b.code ? -1 : 1))
  return outlines.map((outline, position) => ofOutline({ ...outline, neighbour: outlines[(position + 1) % outlines.length]?.code ?? '' }, position))
}

function newcomers(seed: number | string, position: number, count: number): readonly Entry[] {
  return madeUpNames(`${seed}/new/${position}`, count).map((made, index) => ({
    ...ofOutline(outlineOf(made, `1.${NEW_SERIALS + position + index}`), position + index),
    fresh: true,
  }))
}

function fromLines(loaded: readonly LoadedProcedure[]): readonly Entry[] {
  const known = new Set(loaded.map(({ facts }) => facts.code))
  const rows = loaded.map((one, position): Entry => {
    const { code, name, sectors: own, levels } = one.facts
    const original = { code, name, sector: own[0] ?? { code: '', name: '' }, levels }
    return {
      code,
      name,
      id: one.id ?? idAt(position),
      position,
      state: '1',
      levels,
      removed: false,
      version: 0,
      fresh: false,
      original,
      outline: undefined,
      loaded: one,
    }
  })
  const missing = nationalProcedures.filter(([code]) => !known.has(code)).map(([code, name, sector]) => fixedOutline(code, name, sector))
  return [...rows, ...missing.map((outline, index) => ofOutline(outline, rows.length + index))]
}

function ofOutline(outline: Outline, position: number): Entry {
  const { code, name, sector, levels, state } = outline
  const original = { code, name, sector: { code: sector.code, name: sector.name }, levels }
  return { code, name, id: idAt(position), position, state, levels, removed: false, version: 0, fresh: false, original, outline, loaded: undefined }
}

function outlineOf({ name, sector, level, result }: MadeUpName, code: string): Outline {
  const { code: sectorCode, name: sectorName, agency } = sector
  return {
    code,
    name,
    result,
    state: hashText(`state/${code}/${name}`) % 50 === 0 ? '2' : '1',
    levels: [level],
    sector: { code: sectorCode, name: sectorName, agency },
    secondSector: otherSector(code),
    neighbour: '',
  }
}

/** The procedures that every province of the story offers. */
function fixedOutline(code: string, name: string, sectorName: string): Outline {
  const levels = LEVEL_WORDS.find(([words]) => words.test(name))?.[1] ?? sectors.find((one) => one.name === sectorName)?.levels ?? ['province']
  return {
    code,
    name,
    levels,
    state: '1',
    sector: sectorNamed(sectorName),
    result: `Kết quả ${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    secondSector: otherSector(code),
    neighbour: '',
  }
}

const LEVEL_WORDS: readonly (readonly [RegExp, readonly Level[]])[] = [
  [/cấp xã/i, ['commune']],
  [/cấp tỉnh/i, ['province']],
  [/cấp Bộ|cấp TW|trung ương/i, ['ministry']],
]

function otherSector(code: string): { readonly code: string; readonly name: string } {
  const { code: sectorCode, name } = sectors[hashText(`sector/${code}`) % sectors.length] ?? { code: '', name: '' }
  return { code: sectorCode, name }
}

/** First digits as often as in public records. §6 */
const SERIES: readonly (readonly [share: number, digit: string])[] = [
  [0.75, '1'],
  [0.876, '2'],
  [0.96, '3'],
  [0.985, '6'],
  [1, '5'],
]

function madeUpCodes(seed: number | string, count: number, taken: ReadonlySet<string>): readonly string[] {
  const random = seededRandom(`${seed}/procedure-codes`)
  const serials = new Map<string, number>()
  const codes: string[] = []
  while (codes.length < count) {
    const share = random()
    const digit = SERIES.find(([below]) => share < below)?.[1] ?? '1'
    const serial = (serials.get(digit) ?? 0) + 1 + Math.floor(random() * 5)
    serials.set(digit, serial)
    const code = `${digit}.${String(serial).padStart(6, '0')}`
    if (!taken.has(code)) codes.push(code)
  }
  return codes
}

/** UUIDs of version 7, as the public portal has them: in the order of the list. */
function idAt(position: number): string {
  const mark = hashText(`formality/${position}`).toString(16).padStart(8, '0')
  return `019d2b${position.toString(16).padStart(6, '0').slice(0, 2)}-${position.toString(16).padStart(6, '0').slice(2)}-7${mark.slice(0, 3)}-8${mark.slice(3, 6)}-${mark}0000`
}

/** What was loaded has no seed to tell it anew: its first time limit takes a day longer. */
function changed(facts: Facts, version: number): Facts {
  if (version === 0) return facts
  const channels = facts.channels.map((channel) => ({
    ...channel,
    limits: channel.limits.map((limit) => ({ ...limit, value: limit.value === null ? null : limit.value + version })),
  }))
  return { ...facts, channels, requirements: `Sửa đổi, bổ sung lần ${version}.` }
}
