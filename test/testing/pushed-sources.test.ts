/** The inbox keeps the promises of a source, for both kinds of messages. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createVault, openInbox } from '../../src/ledger/index.js'
import { loadDefaults } from '../../src/mappers/index.js'
import { type InboxDialect, inboxSource, lgspMsyncInbox, relayPushInbox } from '../../src/sync/index.js'
import { type SourceWorld, sourceCases } from '../../src/testing/index.js'
import { document } from '../handlers/lgsp-office.js'

const folder = mkdtempSync(join(tmpdir(), 'lienthong-pushed-sources-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const vault = createVault(randomBytes(32))
const codeOf = (n: number) => `000.00.12.H99-250310-${String(n).padStart(4, '0')}`
let worlds = 0

const contents: Readonly<Record<InboxDialect['name'], (code: string, version: number) => object>> = {
  'lgsp-msync': (DocCode, version) => document({ DocCode, DateAppointed: `2025-03-${10 + version}T08:15:00.000Z`, ApplicantsType: '1' }),
  'relay-push': (MaHoSo, version) => ({
    MaHoSo,
    MaTTHC: '1.001612',
    NgayTiepNhan: '20250310081500',
    NgayHenTra: `202503${10 + version}081500`,
    TrangThaiHoSo: '4',
  }),
}

describe.each([lgspMsyncInbox, relayPushInbox])('$name', (dialect) => {
  let path = ''
  const open = () => openInbox({ path, vault, tenant: 'test', source: 'pushed' })
  const keep = async (codes: readonly (readonly [string, number])[]) => {
    const inbox = open()
    await inbox.keep(
      codes.map(([code, version]) => ({ kind: 'state', subject: code, content: JSON.stringify(contents[dialect.name](code, version)) })),
    )
    inbox.close()
  }
  const world = async (): Promise<SourceWorld> => {
    path = join(folder, `${++worlds}.db`)
    const versions = new Map<string, number>()
    const addMany = async (count: number) => {
      const added = Array.from({ length: count }, (_, index) => [codeOf(versions.size + index + 1), 1] as const)
      for (const [code, version] of added) versions.set(code, version)
      await keep(added)
      return added.at(-1)?.[0] ?? ''
    }
    await addMany(12)
    return {
      keys: () => [...versions.keys()],
      add: () => addMany(1),
      addMany,
      addLate: () => addMany(1),
      async change(key) {
        const version = (versions.get(key) ?? 0) + 1
        versions.set(key, version)
        await keep([[key, version]])
      },
    }
  }
  const source = () => inboxSource({ open, dialect, tables: loadDefaults(dialect.name), agencyCode: '000.00.00.H99' })
  for (const { name, run } of sourceCases({ open: source, world })) test(name, (context) => run(context))

  test('a file that took the place of another is read from its beginning', async () => {
    await world()
    let cursor: unknown = null
    const readAll = async () => {
      let seen = 0
      for await (const batch of source().changes(cursor, { open: async function* () {} })) {
        seen += batch.items.length
        cursor = JSON.parse(JSON.stringify(batch.cursor))
      }
      return seen
    }
    expect([await readAll(), await readAll()]).toEqual([12, 0])
    await world()
    expect(await readAll()).toBe(12)
  })
})
