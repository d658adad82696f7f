/** What each record promises: equal bytes, a key of its own, and words where it cannot be read. */
import { isDeepStrictEqual } from 'node:util'
import type { Finding } from '../../base/index.js'
import type { SourceItem } from '../../sync/index.js'
import type { CaseDefinition } from './case.js'
import { digestOf, knownAfter, lastOf, named, readThrough, someOf } from './reading.js'

/** Of each source so many records are mapped. */
const MAPPED = 50

export const recordCases: readonly CaseDefinition[] = [
  {
    name: 'a record that did not change has the same bytes in every reading',
    async body({ open, broken }) {
      const first = knownAfter(await readThrough(await open()))
      const second = knownAfter(await readThrough(await open()))
      for (const [key, { digest }] of first) {
        const again = second.get(key)
        if (again !== undefined && again.digest !== digest) broken(`${key}: unchanged, yet its bytes differ between two readings`)
      }
    },
  },
  {
    name: 'every record has a key of its own, the same in every reading',
    async body({ open, broken }) {
      const first = await readThrough(await open())
      const digests = new Map<string, string>()
      for (const { key, digest, item } of first.shown) {
        if (key.trim() === '') broken(`${item.place}: the key is empty`)
        const before = digests.get(key)
        if (before !== undefined && before !== digest) broken(`${item.place}: the key of another record (${key})`)
        digests.set(key, digest)
        const again = item.read()
        if (!again.ok || again.value.key !== key) broken(`${item.place}: read twice, it has another key`)
      }
      const second = knownAfter(await readThrough(await open()))
      const lost = [...digests.keys()].filter((key) => !second.has(key))
      if (lost.length > 0) broken(`a second reading does not show ${named(lost)}: keys change, or records are lost`)
    },
  },
  {
    name: 'every record of the world is shown',
    needs: ['keys'],
    async body({ open, world, broken }) {
      const { shown } = await readThrough(await open())
      const keys = new Set(shown.map(({ key }) => key))
      const lost = ((await world.keys?.()) ?? []).filter((key) => !keys.has(key))
      if (lost.length > 0) broken(`not shown: ${named(lost)}`)
    },
  },
  {
    name: 'a record that cannot be read says why, and where it stands',
    async body({ open, broken }) {
      const { unreadable, shown } = await readThrough(await open())
      for (const item of unreadable) for (const problem of unreadableProblems(item)) broken(`${item.place}: ${problem}`)
      for (const { place } of [...unreadable, ...shown.map(({ item }) => item)])
        if (place.trim() === '') broken('a record without a place: nobody finds it')
    },
  },
  {
    name: 'a damaged record costs none of the others',
    needs: ['spoil'],
    async body({ open, world, broken, notRun }) {
      const before = knownAfter(await readThrough(await open()))
      const victim = [...before.keys()][Math.floor(before.size / 2)]
      if (victim === undefined) return notRun('it needs a record')
      await world.spoil?.(victim)
      const after = await readThrough(await open())
      if (after.error !== undefined) broken(`the reading breaks off: ${sayingOf(after.error)}`)
      const shown = knownAfter(after)
      const lost = [...before.keys()].filter((key) => key !== victim && !shown.has(key))
      if (lost.length > 0) broken(`${victim} was damaged, and ${named(lost)} not shown`)
      for (const item of after.unreadable) for (const problem of unreadableProblems(item)) broken(`${item.place}: ${problem}`)
      const mapped = await after.shown.find(({ key }) => key === victim)?.item.read()
      const told = mapped?.ok ? await mapped.value.map() : undefined
      if (after.unreadable.length === 0 && !(told && told.findings.length > 0)) broken(`${victim} was damaged, and nothing is said of it`)
    },
  },
  {
    name: 'a record maps to the dossier of its key, the same each time, or says why not',
    async body({ open, broken }) {
      const { shown } = await readThrough(await open())
      for (const { key, item } of someOf(shown, MAPPED)) for (const problem of await mappingProblems(key, item)) broken(`${item.place}: ${problem}`)
    },
  },
  {
    name: 'asked for one dossier, it gives what a reading shows',
    async body({ open, broken, notRun }) {
      const source = await open()
      if (source.get === undefined) return notRun('the source has no `get`')
      const { shown } = await readThrough(source)
      const [one] = shown
      if (one === undefined) return notRun('it needs a record')
      for (const { key, digest } of someOf(shown, 5)) {
        const item = await source.get(key, {})
        if (item === null) broken(`${key}: shown by a reading, and get has none`)
        else if (digestOf(item.bytes) !== digest) broken(`${key}: get gives other bytes than a reading`)
        else {
          const read = item.read()
          if (read.ok && read.value.key !== key) broken(`${key}: get gives ${read.value.key}`)
        }
      }
      const keys = new Set(shown.map(({ key }) => key))
      if ((await source.get(unlike(one.key, keys), {})) !== null) broken('get gives a dossier for a key that nobody has; null means none')
    },
  },
  {
    name: 'the epoch stays as long as nothing changes',
    async body({ open, broken }) {
      const epochs = [(await open()).epoch, (await open()).epoch]
      if (epochs[0] === '') broken('the epoch is empty: a changed table would map nothing again')
      if (epochs[0] !== epochs[1]) broken('it differs between two starts: every start would map everything again')
    },
  },
  {
    name: 'a batch holds a bounded number of records',
    async body({ open, world, largestBatch, broken }) {
      await world.addMany?.(largestBatch + 1)
      const { batches } = await readThrough(await open())
      const largest = Math.max(0, ...batches.map(({ items }) => items))
      if (largest > largestBatch) broken(`one batch holds ${largest} records; memory would grow with the source (at most ${largestBatch})`)
    },
  },
  {
    name: 'a reading ends by saying where it stands',
    async body({ open, broken }) {
      const reading = await readThrough(await open())
      if (reading.error !== undefined) return broken(`it broke off: ${sayingOf(reading.error)}`)
      const last = lastOf(reading)
      if (last === undefined) return broken('no batch was given: an empty source still says where it stands')
      if (last.end === 'more') broken('it ended while the last batch said that more follows')
      if (reading.batches.slice(0, -1).some(({ end }) => end !== 'more')) broken('a batch follows one that said it was the last')
    },
  },
]

function unreadableProblems(item: SourceItem): readonly string[] {
  const read = item.read()
  return read.ok ? [] : problemsOf(read.findings)
}

function problemsOf(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return ['unreadable without a finding that says why']
  return findings.flatMap(({ ruleId, message, hint }) => {
    const empty = [ruleId, message.en, message.vi, hint.en, hint.vi].some((text) => text.trim() === '')
    return empty ? [`the finding ${ruleId || 'without a name'} lacks its text or its hint in one of the two languages`] : []
  })
}

async function mappingProblems(key: string, item: SourceItem): Promise<readonly string[]> {
  const read = item.read()
  if (!read.ok) return []
  try {
    const [mapped, again] = [await read.value.map(), await read.value.map()]
    if (!isDeepStrictEqual(mapped, again)) return ['mapped twice, it is not the same']
    if (!mapped.ok) return problemsOf(mapped.findings)
    return mapped.value.sourceId === key ? [] : [`its dossier has the source id ${mapped.value.sourceId}, not the key ${key}`]
  } catch (error) {
    return [`mapping throws: ${sayingOf(error)}`]
  }
}

/** A key of the same kind that nobody has. */
function unlike(key: string, taken: ReadonlySet<string>): string {
  let other = key.replace(/[0-9a-zA-Z]/g, (letter) => (/\d/.test(letter) ? '9' : 'f'))
  while (taken.has(other)) other += '9'
  return other
}

export function sayingOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
