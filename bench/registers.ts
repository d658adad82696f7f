/** A register in CSV, from its bytes to our dossiers, against its parser library alone on the same text; and the memory that a workbook takes. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parse } from 'csv-parse'
import { fromRegisterRow, loadDefaults, readRegister } from 'lienthong/mappers'
import { registerCsv } from './made-up-register.ts'
import type { Contest, Result } from './measure.ts'

const ROWS = 40_000

export function mappingCsv(): Contest {
  const bytes = registerCsv(ROWS)
  const tables = loadDefaults('file-csv')
  const ours = async () => {
    let mapped = 0
    const started = performance.now()
    const table = await readRegister(bytes, { tables, file: 'register.csv' })
    for await (const row of table.rows) if (fromRegisterRow(row, { tables, file: 'register.csv' }).ok) mapped += 1
    const seconds = (performance.now() - started) / 1000
    if (mapped !== ROWS) throw new Error(`${mapped} of ${ROWS} mapped`)
    return ROWS / seconds
  }
  const floor = async () => {
    let rows = 0
    const started = performance.now()
    const parser = parse({ bom: true })
    parser.end(bytes)
    for await (const _ of parser) rows += 1
    if (rows !== ROWS + 1) throw new Error(`${rows} rows`)
    return ROWS / ((performance.now() - started) / 1000)
  }
  return { name: 'mapping-file-csv', unit: 'dossiers/s', ours, floor, peer: { why: 'nobody else maps these' }, bar: 0.3, rounds: 7 }
}

/** Left to itself the collector waits until there is much to collect, and the longer the run the more it waits: what is kept shows when it may not. */
const HEAP = ['--max-old-space-size=96', '--max-semi-space-size=4'] as const
const SMALL = 20_000
const LARGE = 200_000
/** Megabytes. */
const MOST = 250
const MOST_GROWTH = 1.35

export async function workbookMemory(folder: string): Promise<Result[]> {
  const small = peakOf(folder, SMALL)
  const large = peakOf(folder, LARGE)
  const shared = { unit: 'MB', floor: null, peer: null, noFloor: 'a bar in megabytes', noPeer: 'a bar in megabytes', ratioToPeer: null }
  const ratio = Number((large / small).toFixed(3))
  return [
    { ...shared, name: 'memory-xlsx-200k', ours: large, ratioToFloor: null, bar: MOST, ok: large <= MOST },
    { ...shared, name: 'memory-xlsx-200k-against-20k', ours: large, floor: small, ratioToFloor: ratio, bar: MOST_GROWTH, ok: ratio <= MOST_GROWTH },
  ]
}

/** @returns the most memory that reading a workbook of so many rows takes, as a source reads it, in megabytes. */
function peakOf(folder: string, rows: number): number {
  const file = join(folder, `register-${rows}.xlsx`)
  const run = (flags: readonly string[], script: string) =>
    spawnSync(process.execPath, [...flags, join(import.meta.dirname, script), file, String(rows)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).stdout.trim()
  run([], 'made-up-register.ts')
  return Number(run(HEAP, 'workbook-memory.ts'))
}
