/** Memory of a pass over an unchanged file: a process of its own for each size, because a process never gives everything back. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Result } from './measure.ts'

const SMALL = 100_000
const LARGE = 1_000_000
/** Megabytes. */
const MOST = 200
const MOST_GROWTH = 1.35

export async function memory(folder: string): Promise<Result[]> {
  const small = await peakOf(folder, SMALL)
  const large = await peakOf(folder, LARGE)
  const shared = { unit: 'MB', floor: null, peer: null, noFloor: 'a bar in megabytes', noPeer: 'a bar in megabytes', ratioToPeer: null }
  return [
    { ...shared, name: 'memory-1M-unchanged', ours: large, ratioToFloor: null, bar: MOST, ok: large <= MOST },
    {
      ...shared,
      name: 'memory-1M-against-100k',
      ours: large,
      floor: small,
      ratioToFloor: Number((large / small).toFixed(3)),
      bar: MOST_GROWTH,
      ok: large / small <= MOST_GROWTH,
    },
  ]
}

/** @returns the most memory that a pass in which nothing changed took, in megabytes. */
async function peakOf(folder: string, records: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'memory-pass.ts'), folder, String(records)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  for await (const piece of child.stdout.setEncoding('utf8')) told += piece
  return Number(told.trim().split('\n').at(-1))
}
