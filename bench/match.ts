/** Matching a province's list with the national one, against the all-pairs token cosine of OpenCPS: how fast, how right, in how much memory. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { procedureMatcher } from 'lienthong/mappers'
import { LOCAL, madeUpCatalogues, NATIONAL } from './made-up-procedures.ts'
import { hold, type Result } from './measure.ts'
import { timed } from './rescan.ts'
import { tokenCosine } from './token-cosine.ts'

/** The cost of all pairs is the same for every row: these many tell it. */
const PEER_ROWS = 44
const MOST_MEGABYTES = 300

export async function match(): Promise<Result[]> {
  const { national, local } = madeUpCatalogues()
  const sample = local.filter((_row, index) => index % Math.floor(LOCAL / PEER_ROWS) === 0)
  const cosine = tokenCosine(national)
  const name = `match-${LOCAL}x${NATIONAL}`
  const speed = await hold({
    name,
    unit: 'rows/s',
    // Reading the national list is part of it.
    ours: async () =>
      LOCAL /
      (await timed(async () => {
        const matcher = procedureMatcher(national)
        for (const { subject } of local) matcher.match(subject)
      })),
    floor: { why: 'nothing plainer gives the same answer' },
    peer: async () =>
      sample.length /
      (await timed(async () => {
        for (const { subject } of sample) cosine(subject.name)
      })),
    against: 'peer',
    bar: 30,
    rounds: 5,
  })
  const matcher = procedureMatcher(national)
  const ours = share(local.map(({ subject, truth }) => matcher.match(subject).candidates[0]?.code === truth))
  const peer = share(local.map(({ subject, truth }) => cosine(subject.name)[0]?.code === truth))
  const megabytes = Number(execFileSync(process.execPath, [fileURLToPath(new URL('match-memory.ts', import.meta.url))], { encoding: 'utf8' }))
  const noFloor = speed.noFloor ?? ''
  return [
    speed,
    {
      name: `${name}-right`,
      unit: '% first and right',
      ours,
      floor: null,
      noFloor,
      peer,
      ratioToFloor: null,
      ratioToPeer: ours / peer,
      bar: 1,
      ok: ours >= peer,
    },
    {
      name: `${name}-memory`,
      unit: 'MB at most',
      ours: megabytes,
      floor: null,
      noFloor,
      peer: null,
      noPeer: 'ours alone, in a process of its own',
      ratioToFloor: null,
      ratioToPeer: null,
      bar: MOST_MEGABYTES,
      ok: megabytes <= MOST_MEGABYTES,
    },
  ]
}

function share(right: readonly boolean[]): number {
  return Number(((100 * right.filter(Boolean).length) / right.length).toFixed(1))
}
