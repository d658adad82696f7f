/** A province that is only known by what it pushes, over real HTTP: sender → receiver → inbox → engine → portal. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { forNode, lgspReceiver } from '../../src/handlers/index.js'
import { createVault, declaredDoubled, knowinglyUnsent, openInbox } from '../../src/ledger/index.js'
import type { LgspSenderOptions } from '../../src/sandbox/index.js'
import { inboxSource, lgspMsyncInbox } from '../../src/sync/index.js'
import { type OneStop, type TestProvince, testProvince } from '../../src/testing/index.js'
import { actionNames, clients } from './lgsp-office.js'
import { listening } from './servers.js'

const folder = mkdtempSync(join(tmpdir(), 'lienthong-pushed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const vault = createVault(randomBytes(32))

async function pushedProvince(name: string, dossiers: number, sending: Partial<LgspSenderOptions>) {
  const path = join(folder, `${name}.db`)
  const open = () => openInbox({ path, vault, tenant: 'test', source: 'one-stop' })
  const oneStop: OneStop = {
    product: 'lgsp-msync',
    system: 'one-stop-opencps',
    tables: ({ tables }) => ({
      product: 'lgsp-msync',
      // Every province writes its own; here: the names of the story's actions.
      actions: actionNames(tables.actions),
      assume: { channel: 'direct' },
    }),
    source: ({ setup, tables }) => inboxSource({ open, dialect: lgspMsyncInbox, tables, agencyCode: setup.agencyCode }),
  }
  const province = await testProvince({ oneStop, dossiers, seed: name, settings: { retry: { firstMs: 1, maxMs: 20 }, writeBack: 'always' } })
  const inbox = open()
  const url = await listening(createServer(forNode(lgspReceiver({ inbox, clients }))))
  const [client] = clients as [(typeof clients)[number]]
  const sender = province.sandbox.lgspSender({ url, client, ...sending })
  return {
    ...province,
    inbox,
    path,
    sender,
    async verdict() {
      const doubled = []
      for await (const { code, at, status } of declaredDoubled(province.ledger, 'test')) doubled.push({ maHoSo: code, at, trangThai: String(status) })
      const excused = await knowinglyUnsent(province.ledger, 'test')
      return province.sandbox.verdict({ excused, declaredDoubled: doubled, through: 'lgsp-msync' })
    },
    async stop() {
      inbox.close()
      await province.stop()
    },
  }
}

const nothingWrong = { lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 }

async function settle({ run }: Pick<TestProvince, 'run'>) {
  for (let pass = 1; pass <= 5; pass++) if ((await run()).outcome === 'done') return pass
  return undefined
}

describe('a province that pushes', () => {
  test('arrives whole, in JSON and XML, although answers are lost, connections break and messages come twice', async () => {
    const province = await pushedProvince('faults', 90, { format: 'mixed', faults: { lostAnswers: 0.15, cuts: 0.1, repeats: 0.1 } })
    try {
      const first = await province.sender.push()
      expect(first.refused).toEqual([])
      expect(Math.min(first.lostAnswers, first.cuts, first.repeats)).toBeGreaterThan(10)
      expect(await settle(province)).toBeDefined()
      const half = await province.verdict()
      expect(half, JSON.stringify(half.examples)).toMatchObject(nothingWrong)
      expect(half.expected).toBeGreaterThan(50)

      // From now on the portal fails too.
      const failing = (['http-500', 'reset', 'garbage'] as const).map((kind) => ({ system: 'national-portal', kind, probability: 0.05 }))
      province.sandbox.faults({ rules: failing })
      for (let day = 0; day < 3; day++) {
        province.sandbox.advance(20)
        await province.sender.push()
        expect(await settle(province)).toBeDefined()
      }
      expect(province.sandbox.injected().total).toBeGreaterThan(2)
      const end = await province.verdict()
      expect(end, JSON.stringify(end.examples)).toMatchObject(nothingWrong)
      expect(end.expected - (await knowinglyUnsent(province.ledger, 'test')).length).toBeGreaterThan(60)

      // Nothing new: nothing is sent, whoever repeats it.
      const { calls } = (await province.run()).tally
      expect(calls.create + calls.update + calls.steps).toBe(0)
      const { dossiers, confirmed, rejected } = await province.inbox.standing()
      expect(rejected).toBe(0)
      expect(dossiers - confirmed).toBeLessThanOrEqual((await knowinglyUnsent(province.ledger, 'test')).length)
    } finally {
      await province.stop()
    }
  }, 300_000)

  test('keeps nobody’s name in the inbox in clear', async () => {
    const province = await pushedProvince('sealed', 20, {})
    try {
      await province.sender.push()
      const bytes = Buffer.concat(['', '-wal'].map((end) => readFileSync(province.path + end))).toString('latin1')
      expect(bytes).not.toContain('CitizenName')
      const record = await province.inbox.changedAfter(0, 1)
      const { CitizenName, ApplicantsId, Phone } = JSON.parse(record.records[0]?.state ?? '{}') as Record<string, string>
      for (const text of [CitizenName, ApplicantsId, Phone]) {
        expect(text).toBeTruthy()
        expect(bytes).not.toContain(Buffer.from(text ?? '').toString('latin1'))
      }
    } finally {
      await province.stop()
    }
  })
})
