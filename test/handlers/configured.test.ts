import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { loadConfig, secretsOf } from '../../src/config/index.js'
import { configuredReceivers, forNode } from '../../src/handlers/index.js'
import { newLedgerKey } from '../../src/ledger/index.js'
import { document } from './lgsp-office.js'
import { listening } from './servers.js'

const environment = { LGSP_SECRET: 'made-up-consumer-secret', RELAY_KEY: 'made-up-relay-key-1', SHORT: 'short' }
const lgsp = { dialect: 'lgsp-msync', inbox: './inbox.db', clients: [{ id: 'one-stop', secret: { env: 'LGSP_SECRET' } }] }

async function configured(sources: Readonly<Record<string, object>>) {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-configured-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'key'), newLedgerKey())
  const portal = { adapterUrl: 'http://127.0.0.1:9/x' }
  const tenants = { 'cao-bang': { agencyCode: '000.00.00.H14', portal, sources } }
  writeFileSync(
    join(folder, 'lienthong.config.json'),
    JSON.stringify({ version: 1, ledger: { url: 'sqlite:./l.db', key: { file: './key' } }, tenants }),
  )
  return loadConfig(undefined, folder, environment)
}

async function refusalOf(sources: Readonly<Record<string, object>>): Promise<unknown> {
  try {
    configuredReceivers(await configured(sources)).close()
    return 'started'
  } catch (error) {
    return isLienthongError(error) ? [error.code, error.values.place] : error
  }
}

test('every source that pushes is served below its tenant and its name, and keeps what comes in the file it names', async () => {
  const relay = {
    dialect: 'relay-push',
    inbox: './inbox.db',
    access: { peers: ['127.0.0.1'], secret: { header: 'x-key', value: { env: 'RELAY_KEY' } } },
  }
  const register = { dialect: 'file-csv', file: './register.csv' }
  const loaded = await configured({ 'one-stop': lgsp, 'trường học': relay, register })
  const receiving = configuredReceivers(loaded)
  onTestFinished(() => receiving.close())
  expect(receiving.receivers.map(({ dialect, path }) => [dialect, path])).toEqual([
    ['lgsp-msync', '/cao-bang/one-stop'],
    ['relay-push', `/cao-bang/${encodeURIComponent('trường học')}`],
  ])
  const url = await listening(createServer(forNode(receiving.handler)))
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'one-stop', client_secret: environment.LGSP_SECRET })
  const { access_token } = (await (await fetch(`${url}/cao-bang/one-stop/token`, { method: 'POST', body: form })).json()) as { access_token: string }
  const pushed = await fetch(`${url}/cao-bang/one-stop/Document/SyncDocument`, {
    method: 'POST',
    body: JSON.stringify(document()),
    headers: { authorization: `Bearer ${access_token}` },
  })
  expect(pushed.status).toBe(200)
  const school = `${url}/cao-bang/${encodeURIComponent('trường học')}/DongBoHoSoMC`
  const push = (headers: Record<string, string>) => fetch(school, { method: 'POST', body: JSON.stringify([{ MaHoSo: 'H14.1-1' }]), headers })
  expect([(await push({})).status, (await push({ 'x-key': environment.RELAY_KEY })).status]).toEqual([401, 200])
  expect(await Promise.all(receiving.receivers.map(async ({ inbox }) => (await inbox.standing()).dossiers))).toEqual([1, 1])
})

describe('a configuration', () => {
  const place = 'tenants.cao-bang.sources.a'
  test.each<[string, Readonly<Record<string, object>>, string]>([
    ['without a source that pushes', { a: { dialect: 'file-csv', file: './x.csv' } }, 'tenants'],
    ['with a relay that anybody may reach', { a: { dialect: 'relay-push', inbox: './i.db' } }, `${place}.access`],
    ['with a network that is none', { a: { dialect: 'relay-push', inbox: './i.db', access: { peers: ['10.0.0'] } } }, `${place}.access.peers[0]`],
    ['with a secret that can be guessed', { a: { ...lgsp, clients: [{ id: 'x', secret: { env: 'SHORT' } }] } }, `${place}.clients[0].secret`],
  ])('%s is refused, naming the setting', async (_what, sources, setting) => {
    expect(await refusalOf(sources)).toEqual(['config.invalid', setting])
  })

  test('tells which secrets its receivers need', async () => {
    const relay = { dialect: 'relay-push', inbox: './i.db', access: { secret: { header: 'x', value: { env: 'RELAY_KEY' } } } }
    const { config } = await configured({ a: lgsp, b: relay })
    const secrets = secretsOf(config.tenants['cao-bang'] as never, 'cao-bang').map((one) => one.place)
    expect(secrets).toEqual(['tenants.cao-bang.sources.a.clients.0.secret', 'tenants.cao-bang.sources.b.access.secret.value'])
  })
})
