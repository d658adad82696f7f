/** Several dossiers in one call to the sandbox's portal, over HTTP: it takes a batch whole or not at all, and tells of one bad record alone. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { assembleTenant, type ConfigInput, loadConfig } from '../../../src/config/index.js'
import { failureEntries, newLedgerKey, openLedger, parseLedgerKey } from '../../../src/ledger/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import { runPass } from '../../../src/sync/index.js'
import { emptyFolder } from '../../cli/command-line.js'
import { manualClock } from '../../transport/manual-clock.js'

const NEW = '000.00.00.H99'
const OLD = '000.00.00.H98'
const TENANT = 'mau'

/** Numbers 0 to 9 were received by the province's predecessor, which has an account of its own. */
const codeOf = (n: number) => (n < 10 ? `000.00.12.H98-250630-00${10 + n}` : `000.00.12.H99-250701-00${10 + n}`)
const line = (n: number, summary: string, procedureCode = '1.001612') =>
  JSON.stringify({
    localCode: codeOf(n),
    procedureCode,
    agencyCode: '000.00.12.H99',
    agencyName: 'Sở Mẫu',
    applicantName: 'Nguyễn Văn Mẫu',
    applicantKind: 'citizen',
    channel: 'direct',
    returnBy: 'counter',
    status: 4,
    summary,
    submittedAt: `2025-0${n < 10 ? '6-30' : '7-01'}T08:00:00+07:00`,
    receivedAt: `2025-0${n < 10 ? '6-30' : '7-01'}T08:15:00+07:00`,
    dueAt: '2025-07-30T16:15:00+07:00',
    fees: [],
  })

async function province(batchSize: number) {
  const accounts = [
    { username: 'new', password: 'p', agencyCode: NEW },
    { username: 'old', password: 'p', agencyCode: OLD },
  ]
  const sandbox = await startSandbox({ options: { portal: { accounts } } })
  const folder = emptyFolder()
  const clock = manualClock()
  const login = (username: string) => ({ username, password: { env: 'PASSWORD' } })
  const config: ConfigInput = {
    version: 1,
    ledger: { url: 'sqlite::memory:', key: { env: 'KEY' } },
    tenants: {
      [TENANT]: {
        agencyCode: NEW,
        agencies: [
          { code: OLD, name: 'UBND tỉnh Cũ', validTo: '2025-07-01', successor: NEW },
          { code: NEW, name: 'UBND tỉnh Mẫu' },
          { code: '000.00.12.H98', name: 'Sở Cũ', validTo: '2025-07-01', successor: '000.00.12.H99' },
          { code: '000.00.12.H99', name: 'Sở Mẫu' },
        ],
        sources: { rows: { dialect: 'file-ndjson', file: './rows.ndjson' } },
        procedures: {
          list: [
            { localCode: '1.001612', nationalCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' },
            { localCode: 'lost', nationalCode: 'không có', name: 'Thủ tục ghi sai mã' },
          ],
        },
        portal: {
          adapterUrl: sandbox.systems['national-portal']!.url,
          accounts: [{ agencyCode: OLD, credentials: login('old'), validTo: '2027-01-01' }, { credentials: login('new') }],
        },
        sync: { batchSize },
      },
    },
  }
  const openOwnLedger = () => openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write', clock })
  let ledger = await openOwnLedger()
  onTestFinished(async () => {
    await ledger.close()
    await sandbox.stop()
  })
  return {
    sandbox,
    async run(rows: readonly string[]) {
      writeFileSync(join(folder, 'rows.ndjson'), rows.join('\n'))
      writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
      const loaded = await loadConfig(undefined, folder, { PASSWORD: 'p' })
      return runPass(await assembleTenant(loaded, TENANT, ledger, { clock }))
    },
    async loseLedger() {
      await ledger.close()
      ledger = await openOwnLedger()
    },
    failing: async () => (await failureEntries(ledger, TENANT, {}, 100)).map(({ localCode, cause }) => `${localCode} ${cause}`),
    writes: () => sandbox.requests().byService.DongBoHoSoMC,
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

test('records of one unit share a call, through the account that speaks for it', async () => {
  const { run, sandbox, writes } = await province(8)
  expect(await run(numbers(30).map((n) => line(n, 'bản 1')))).toMatchObject({ outcome: 'done', waiting: 0, failing: 0, tally: { confirmed: 30 } })
  expect(sandbox.requests()).toMatchObject({ largestBatch: 8, refused: 0, logins: 2 })
  // Ten of one unit, twenty of the other.
  expect(writes()).toBe(2 + 3)
  expect(sandbox.dossiers().filter(({ creates, updates }) => creates === 1 && updates === 0)).toHaveLength(30)
})

test('exactly the record that the portal does not take fails, and what it holds already is updated', async () => {
  const { run, sandbox, loseLedger, failing, writes } = await province(16)
  await run([12, 17].map((n) => line(n, 'bản 1')))
  await loseLedger()
  const before = writes() ?? 0
  const report = await run(numbers(26).map((n) => line(n, 'bản 2', n === 20 ? 'lost' : undefined)))
  expect(report).toMatchObject({ waiting: 0, failing: 1, tally: { confirmed: 25, failed: 1, calls: { lookup: 0 } } })
  expect(await failing()).toEqual([`${codeOf(20)} portal.rejected`])
  const held = new Map(sandbox.dossiers().map(({ maHoSo, creates, updates, record }) => [maHoSo, { creates, updates, summary: record.TrichYeuHoSo }]))
  expect([...held.keys()].sort()).toEqual(numbers(26).flatMap((n) => (n === 20 ? [] : [codeOf(n)])))
  for (const n of [12, 17]) expect(held.get(codeOf(n))).toEqual({ creates: 1, updates: 1, summary: 'bản 2' })
  for (const [code, { creates, summary }] of held) expect({ code, creates, summary }).toEqual({ code, creates: 1, summary: 'bản 2' })
  // One call for ten, one for sixteen, at most 2·log2(16) for each of the three odd ones, and two updates.
  expect((writes() ?? 0) - before).toBeLessThanOrEqual(2 + 3 * 8 + 2)
})

test('batches whose answers are lost create nothing twice', async () => {
  const { run, sandbox } = await province(8)
  sandbox.faults({ rules: [{ system: 'national-portal', service: 'DongBoHoSoMC', kind: 'reset', times: 1 }] })
  await run(numbers(12).map((n) => line(n, 'bản 1')))
  sandbox.faults({ rules: [] })
  expect(await run(numbers(12).map((n) => line(n, 'bản 2')))).toMatchObject({ waiting: 0, failing: 0 })
  for (const { creates, record } of sandbox.dossiers()) expect({ creates, summary: record.TrichYeuHoSo }).toEqual({ creates: 1, summary: 'bản 2' })
  expect(sandbox.dossiers()).toHaveLength(12)
})
