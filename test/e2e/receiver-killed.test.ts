/** `lienthong receive` is killed between storing and acknowledging, again and again. Needs `npm run build`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { seededRandom } from '../../src/base/index.js'
import { createVault, knowinglyUnsent, newLedgerKey, openInbox, parseLedgerKey } from '../../src/ledger/index.js'
import { inboxSource, lgspMsyncInbox } from '../../src/sync/index.js'
import { type OneStop, testProvince } from '../../src/testing/index.js'
import { actionNames } from '../handlers/lgsp-office.js'
import { start } from './processes.js'

const preload = fileURLToPath(new URL('./die-before-answering.mjs', import.meta.url))
const SECRET = 'made-up-consumer-secret'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('nothing that was acknowledged is lost, and nothing comes twice', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-receiver-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const key = newLedgerKey()
  writeFileSync(join(folder, 'lienthong.key'), key)
  const portal = { adapterUrl: 'http://127.0.0.1:9/x', credentials: {} }
  const source = { dialect: 'lgsp-msync', inbox: './inbox.db', clients: [{ id: 'one-stop', secret: { env: 'LGSP_SECRET' } }] }
  const config = {
    version: 1,
    ledger: { url: 'sqlite:./ledger.db', key: { file: './lienthong.key' } },
    tenants: { test: { agencyCode: '000.00.00.H99', portal, sources: { 'one-stop': source } } },
  }
  writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))

  const open = () =>
    openInbox({ path: join(folder, 'inbox.db'), vault: createVault(parseLedgerKey(key) as Uint8Array), tenant: 'test', source: 'one-stop' })
  const oneStop: OneStop = {
    product: 'lgsp-msync',
    system: 'one-stop-opencps',
    tables: ({ tables }) => ({ product: 'lgsp-msync', actions: actionNames(tables.actions), assume: { channel: 'direct' } }),
    source: ({ setup, tables }) => inboxSource({ open, dialect: lgspMsyncInbox, tables, agencyCode: setup.agencyCode }),
  }
  const province = await testProvince({ oneStop, dossiers: 20, seed: 11 })
  onTestFinished(() => province.stop())

  const port = await freePort()
  const random = seededRandom('killed receivers')
  let deaths = 0
  let wanted = true
  const keepAlive = async (): Promise<void> => {
    while (wanted) {
      const environment = { LGSP_SECRET: SECRET, DIE_AT: String(1 + Math.floor(random() * 15)), NODE_OPTIONS: `--import=${preload}` }
      const receiver = start(['receive', '--listen', String(port)], { folder, environment })
      running = receiver
      const { code, err } = await receiver.ended
      // Killed; anything else is a receiver that does not start.
      if (wanted && code !== null) throw new Error(err)
      if (wanted) deaths++
    }
  }
  let running: ReturnType<typeof start> | undefined
  const alive = keepAlive()
  const sender = province.sandbox.lgspSender({
    url: `http://127.0.0.1:${port}/test/one-stop`,
    client: { id: 'one-stop', secret: SECRET },
    format: 'mixed',
    tries: 20_000,
  })
  const report = await Promise.race([sender.push(), alive.then(() => undefined)])
  wanted = false
  running?.kill()
  await alive
  expect(report?.refused).toEqual([])
  // Most of them between the disk and the wire: a life ends at its fifteenth acknowledgement at the latest.
  expect(deaths).toBeGreaterThanOrEqual(3)

  expect((await province.run()).outcome).toBe('done')
  const excused = await knowinglyUnsent(province.ledger, 'test')
  const verdict = province.sandbox.verdict({ excused, through: 'lgsp-msync' })
  expect(verdict, JSON.stringify(verdict.examples)).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })
  const inbox = open()
  const { records } = await inbox.changedAfter(0, 1000)
  // One event for each trace that was acknowledged: none more, although those whose answer died were sent again.
  expect(records.reduce((sum, { events }) => sum + events.length, 0)).toBe(report?.acknowledged['/Document/UpdateDocumentTraces'])
  expect((await inbox.standing()).rejected).toBe(0)
  inbox.close()
})
