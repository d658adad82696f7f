import type { DossierSource, OpenDossier, SourceBatch } from '../sync/index.js'

export interface ConformanceReport {
  readonly records: number
  /** What the engine could not rely on. Empty: the source keeps its promises. */
  readonly broken: readonly string[]
}

async function* nothingOpen(): AsyncGenerator<OpenDossier> {}

/**
 * Reads a source twice and says which promises of the port `DossierSource` it breaks: equal records have equal bytes, keys are stable and
 * not empty, records that cannot be read say why, a cursor survives JSON, and reading ends by saying where it stands.
 */
export async function checkSource(source: DossierSource): Promise<ConformanceReport> {
  const broken: string[] = []
  const first = await readThrough(source, null, broken)
  const second = await readThrough(source, null, [])
  if (first.last === undefined) broken.push('no batch was given: an empty source still says where it stands')
  else if (first.last.end === 'more') broken.push('reading ended while the last batch said that more follows')
  if (JSON.stringify(JSON.parse(JSON.stringify(first.last?.cursor ?? null))) !== JSON.stringify(first.last?.cursor ?? null))
    broken.push('the cursor does not survive JSON')
  for (const [key, bytes] of first.records) {
    const again = second.records.get(key)
    if (again !== undefined && again !== bytes) broken.push(`${key}: unchanged, yet its bytes differ between two readings`)
  }
  const resumed = await readThrough(source, JSON.parse(JSON.stringify(first.last?.cursor ?? null)), [])
  if (resumed.last === undefined) broken.push('resumed at its own cursor, the source said nothing')
  return { records: first.records.size, broken }
}

async function readThrough(
  source: DossierSource,
  cursor: unknown,
  broken: string[],
): Promise<{ records: Map<string, string>; last: SourceBatch | undefined }> {
  const records = new Map<string, string>()
  let last: SourceBatch | undefined
  for await (const batch of source.changes(cursor, { open: nothingOpen })) {
    last = batch
    for (const item of batch.items) {
      const bytes = typeof item.bytes === 'string' ? item.bytes : Buffer.from(item.bytes).toString('utf8')
      const read = item.read()
      if (!read.ok) {
        if (read.findings.length === 0) broken.push(`${item.place}: unreadable without a finding that says why`)
        continue
      }
      if (read.value.key === '') broken.push(`${item.place}: the key is empty`)
      const before = records.get(read.value.key)
      if (before !== undefined && before !== bytes) broken.push(`${item.place}: the key of another record`)
      records.set(read.value.key, bytes)
    }
  }
  return { records, last }
}
