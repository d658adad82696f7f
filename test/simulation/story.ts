import { LienthongError, type Random, seededRandom } from '../../src/base/index.js'
import type { Dossier, Instant, ProgressStep } from '../../src/domain/index.js'
import type { DossierSource, SourceItem } from '../../src/sync/index.js'
import { step } from '../mappers/made-up.js'
import { dossier } from '../sync/office.js'

/** One version of a dossier as its officers left it. */
export interface StoryVersion {
  readonly dossier: Dossier
  readonly flags: readonly string[]
  readonly broken: boolean
  /** How the source happens to write it down. */
  readonly spelling: number
}

/** A one-stop system whose dossiers come, change, are taken back, renumbered and now and then spoilt. */
export interface Story {
  readonly versions: ReadonlyMap<string, readonly StoryVersion[]>
  /** How many versions of a dossier there were when the source last showed it. */
  readonly shown: ReadonlyMap<string, number>
  /** Whether the source takes marks; and which version of a dossier it was last told to be at the portal, under which code. */
  readonly takesMarks: boolean
  readonly marked: ReadonlyMap<string, { readonly version: number; readonly code: string }>
  /** Everything that ever changed, counted: where a cursor ends that has seen it all. */
  readonly changed: number
  /** A while passes. */
  goOn(): void
  /** Officers repair what cannot be read and take back what was marked as a copy. */
  tidyUp(): void
  source(failing: () => boolean): DossierSource
}

const BATCH = 3
const START = Date.UTC(2025, 2, 5, 2, 0, 0)

/** @param atOnce new dossiers of a day */
export function tellStory(seed: number, dossiers: number, atOnce = 2): Story {
  const random = seededRandom(`${seed}/story`)
  const versions = new Map<string, StoryVersion[]>()
  const shown = new Map<string, number>()
  const marked = new Map<string, { readonly version: number; readonly code: string }>()
  const takesMarks = seed % 3 === 0
  /** Which dossier changed, in order: what a modified-since query would show. */
  const changes: string[] = []
  let clock = START

  const add = (version: StoryVersion) => {
    const { sourceId } = version.dossier
    const known = versions.get(sourceId) ?? []
    known.push(version)
    versions.set(sourceId, known)
    changes.push(sourceId)
  }
  const nextStep = (taken: readonly ProgressStep[]): ProgressStep => {
    clock += 60_000
    return step(pick(random, [2, 4, 4, 6, 5, 9]), clock as Instant, { id: `s${taken.length}`, note: `bước ${taken.length}` })
  }
  const withSteps = (given: Dossier, count: number): Dossier => {
    let { steps } = given
    for (let n = 0; n < count; n++) steps = [...(steps ?? []), nextStep(steps ?? [])]
    return { ...given, steps }
  }

  const happenings: readonly ((last: StoryVersion, all: readonly StoryVersion[]) => Partial<StoryVersion>)[] = [
    ...Array<(last: StoryVersion, all: readonly StoryVersion[]) => Partial<StoryVersion>>(4).fill(({ dossier }, all) => ({
      dossier: { ...dossier, summary: `bản ${all.length + 1}` },
    })),
    ...Array<(last: StoryVersion) => Partial<StoryVersion>>(3).fill(({ dossier }) => ({ dossier: withSteps(dossier, 1 + Math.floor(random() * 3)) })),
    ({ dossier }, all) => ({ dossier: withSteps({ ...dossier, summary: `bản ${all.length + 1}` }, 1) }),
    // Taken back: exactly what was there before.
    ({ dossier }, all) => ({ dossier: { ...dossier, summary: all.at(-2)?.dossier.summary ?? dossier.summary } }),
    ({ spelling }) => ({ spelling: spelling + 1 }),
    ({ dossier }, all) => ({ dossier: { ...dossier, nationalCode: `${dossier.localCode}-R${all.length}` } }),
    () => ({ broken: true }),
    () => ({ flags: ['copy'] }),
  ]

  return {
    versions,
    shown,
    takesMarks,
    marked,
    get changed() {
      return changes.length
    },
    goOn() {
      for (const known of [...versions.values()]) {
        if (random() < 0.4) continue
        const last = known.at(-1) as StoryVersion
        add({ ...last, broken: false, flags: [], ...pick(random, happenings)(last, known) })
      }
      for (let n = 0; n < atOnce && versions.size < dossiers; n++) {
        const fresh = dossier(versions.size + 1, { summary: 'bản 1', steps: [] })
        add({ dossier: withSteps(fresh, Math.floor(random() * 3)), flags: [], broken: false, spelling: 0 })
      }
    },
    tidyUp() {
      for (const known of [...versions.values()]) {
        const last = known.at(-1) as StoryVersion
        if (last.broken || last.flags.length > 0) add({ ...last, broken: false, flags: [] })
      }
    },
    source: (failing) => ({
      epoch: 'story/1',
      async *changes(cursor, { open }) {
        const read = Number((cursor as { read?: number } | null)?.read ?? 0)
        const toRead: string[] = []
        // Half of all stories have a source that shows again what is open, like those without a modified-since query.
        if (seed % 2 === 1) for await (const { key } of open()) if (versions.has(key)) toRead.push(key)
        for (let start = 0; start < toRead.length; start += BATCH) {
          if (failing()) throw away()
          yield { items: toRead.slice(start, start + BATCH).map(itemOf), cursor: { read }, end: 'more' }
        }
        // More may change while it is read.
        let through = read
        while (through < changes.length) {
          if (failing()) throw away()
          const some = changes.slice(through, through + BATCH)
          through += some.length
          // Some sources say now and then that a dossier is deleted, and show it again later: nothing may come of that.
          const gone = seed % 3 === 1 && through % 2 === 0 ? some.slice(0, 1) : []
          yield { items: some.map(itemOf), cursor: { read: through }, end: 'more', gone }
        }
        yield { items: [], cursor: { read: through }, end: 'caught-up' }
      },
      ...(takesMarks
        ? {
            async writeBack(marks) {
              if (failing()) throw away()
              return marks.map(({ key, nationalCode, holds }) => {
                const known = versions.get(key) ?? []
                if (!holds(JSON.stringify(known.at(-1)))) return 'changed-since'
                marked.set(key, { version: known.length, code: nationalCode })
                return 'written'
              })
            },
          }
        : {}),
    }),
  }

  /** A source shows what a dossier is now, whatever the change was that made it appear. */
  function itemOf(key: string): SourceItem {
    const known = versions.get(key) ?? []
    const version = known.at(-1) as StoryVersion
    shown.set(key, known.length)
    const { localCode, agency, procedure, channel, receivedAt } = version.dossier
    return {
      bytes: JSON.stringify(version),
      place: key,
      read: () => ({
        ok: true,
        findings: [],
        value: {
          key,
          traits: { localCode, agencyCode: agency.code, procedureCode: procedure.localCode, channel, receivedAt, flags: version.flags },
          map: async () => (version.broken ? { ok: false, findings: [spoilt] } : { ok: true, value: version.dossier, findings: [] }),
        },
      }),
    }
  }
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item
}

function away(): LienthongError {
  return new LienthongError('transport.unreachable', { system: 'story', values: { host: 'motcua.test', cause: 'ECONNRESET' } })
}

const spoilt = {
  ruleId: 'story.spoilt',
  severity: 'error' as const,
  path: '',
  message: { en: 'spoilt', vi: 'hỏng' },
  hint: { en: 'Repair it.', vi: 'Sửa lại.' },
}
