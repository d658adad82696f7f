import { describe, expect, test } from 'vitest'
import { settlement, versionOf } from '../ledger/contract/desk.js'
import { manualClock } from '../transport/manual-clock.js'
import { memoryStore } from './memory-ledger.js'
import type { MemorySession } from './memory-session.js'
import { lightVault } from './memory-vault.js'

const clock = manualClock()
const [TENANT, SOURCE] = ['cao-bang', 'cards']

/** A process that dies at one moment of its next write. */
function process(diesAt?: string): MemorySession {
  return {
    clock,
    vault: lightVault(),
    shards: 1,
    async turn(moment) {
      if (moment === diesAt) throw new Error('dark')
    },
  }
}

async function storeWithOne() {
  const store = memoryStore()
  const ledger = store.connect(process())
  const versions = [versionOf('1', await ledger.startRun(TENANT, SOURCE), clock.now(), undefined)]
  await ledger.commitBatch({
    tenant: TENANT,
    source: SOURCE,
    run: 1,
    revisions: new Map(),
    seen: 1,
    unchanged: 0,
    versions,
    refreshed: { sourceIds: [], epoch: '' },
    facts: [],
    cursor: null,
  })
  const row = (await ledger.dossierRow(TENANT, SOURCE, '1')) ?? expect.unreachable('no dossier')
  return { store, row }
}

describe('a process that dies', () => {
  test('before a commit wrote nothing, and what it had in no hurry is lost with it', async () => {
    const { store, row } = await storeWithOne()
    const ledger = store.connect(process('before-commit'))
    const late = ledger.settle(row, settlement(), 'later')
    const lost = expect(late).rejects.toThrow('dark')
    await expect(ledger.keepNote('some/note', 'x')).rejects.toThrow('dark')
    await lost
    expect([...store.notes]).toEqual([])
    expect([...store.dossiers.values()]).toMatchObject([{ revision: row.revision }])
  })

  test('after a commit wrote all of it, and never hears so; nor does it do anything again', async () => {
    const { store, row } = await storeWithOne()
    const ledger = store.connect(process('after-commit'))
    const late = expect(ledger.settle(row, settlement(), 'later')).rejects.toThrow('dark')
    await expect(ledger.keepNote('some/note', 'x')).rejects.toThrow('dark')
    await late
    expect([...store.notes]).toEqual([['some/note', 'x']])
    expect([...store.dossiers.values()]).toMatchObject([{ revision: row.revision + 1 }])
    await expect(ledger.note('some/note')).rejects.toThrow('dark')
  })
})

describe('a lease', () => {
  test('is nobody else’s while its holder is alive, or until he gives it back', async () => {
    const store = memoryStore()
    const leases = store.leases({ heartbeatMs: 1000, clock, session: process() })
    const first = await leases.take(TENANT, 'send/1', 'one')
    expect(await leases.take(TENANT, 'send/1', 'two')).toBeUndefined()
    clock.advance(900)
    await first?.renew()
    clock.advance(1000)
    expect(await leases.take(TENANT, 'send/1', 'two')).toBeUndefined()
    await first?.release()
    expect(await leases.take(TENANT, 'send/1', 'two')).toMatchObject({ epoch: 2 })
  })

  test('that was lost writes nothing, and takes nothing back', async () => {
    const store = memoryStore()
    const leases = store.leases({ heartbeatMs: 1000, clock, session: process() })
    const lost = await leases.take(TENANT, 'send/1', 'one')
    clock.advance(1001)
    const taken = await leases.take(TENANT, 'send/1', 'two')
    await expect(lost?.ledger.keepNote('some/note', 'one')).rejects.toMatchObject({ code: 'ledger.lease_lost' })
    await expect(lost?.renew()).rejects.toMatchObject({ code: 'ledger.lease_lost' })
    await lost?.release()
    await taken?.ledger.keepNote('some/note', 'two')
    expect([...store.notes]).toEqual([['some/note', 'two']])
  })
})

test('the light vault opens what was sealed for this place, and nothing that was moved', () => {
  const vault = lightVault()
  const sealed = vault.seal(TENANT, 'here', 'Nguyễn Văn A')
  expect(vault.open(TENANT, 'here', sealed)).toBe('Nguyễn Văn A')
  expect(() => vault.open(TENANT, 'there', sealed)).toThrow()
  expect(() => vault.open('lang-son', 'here', sealed)).toThrow()
  expect(vault.digest(TENANT, 'đã')).toBe(vault.digest(TENANT, Buffer.from('đã')))
  expect(vault.digest(TENANT, 'đã')).not.toBe(vault.digest('lang-son', 'đã'))
})
