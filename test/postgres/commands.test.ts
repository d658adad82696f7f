/** The commands that look after a ledger on PostgreSQL, as they are called. */
import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { judged } from '../../src/doctor/ledger-server.js'
import { type Ledger, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { type Document, document, lienthong } from '../cli/command-line.js'
import { file, type InstalledProvince, installedProvince, TENANT } from '../cli/installed-province.js'
import { type PostgresServer, password, startPostgres } from './server.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

/** A province whose ledger is an empty database. */
async function provinceOnServer(): Promise<InstalledProvince & { readonly url: string }> {
  const province = await installedProvince({ dossiers: 8 })
  const url = await server.database()
  writeFileSync(file(province, 'ledger-password'), `${password}\n`, { mode: 0o600 })
  province.configure((config) => {
    config.ledger = { ...config.ledger, url, password: { file: 'ledger-password' } }
  })
  return { ...province, url }
}

const keyOf = (province: InstalledProvince) => parseLedgerKey(readFileSync(file(province, 'lienthong.key'), 'utf8')) as Uint8Array

async function worker(province: InstalledProvince & { readonly url: string }): Promise<Ledger> {
  const ledger = await openLedger({ url: province.url, password, key: keyOf(province), access: 'write', scope: 'workers', command: 'worker' })
  onTestFinished(() => ledger.close())
  return ledger
}

const ledgerLine = (json: Document) => (json.checks as { id: string; state: string; what: string; code?: string }[]).find(({ id }) => id === 'ledger')

describe('a new database', () => {
  test('is told by doctor and refused by a pass; ledger migrate makes the tables, and a second one finds nothing to do', {
    timeout: 300_000,
  }, async () => {
    const province = await provinceOnServer()
    const sick = await document(['doctor'], province)
    expect(ledgerLine(sick.json)).toMatchObject({ state: 'error', code: 'ledger.older', hint: expect.stringContaining('ledger migrate') })
    expect((await document(['sync', 'plan'], province)).json.error).toMatchObject({ code: 'ledger.older' })

    expect((await document(['ledger', 'migrate'], province)).json).toMatchObject({ kind: 'postgres', from: 0 })
    const { json, code } = await document(['ledger', 'migrate'], province)
    expect([json.from, code]).toEqual([json.to, 0])

    const well = await document(['doctor'], province)
    expect(ledgerLine(well.json)).toMatchObject({
      state: 'ok',
      what: expect.stringMatching(/^(Ledger|Sổ) postgres:\/\/postgres@127\.0\.0\.1:\d+\/ledger_\d+: .*PostgreSQL \d+\.\d+.* \d+.*\d+/),
    })
    expect((await document(['sync', 'plan'], province)).json).toMatchObject({ sent: 0 })
  })

  test('without its password is told as such, and the password in the address is refused', async () => {
    const province = await provinceOnServer()
    writeFileSync(file(province, 'ledger-password'), 'wrong')
    expect((await document(['status'], province)).json.error).toMatchObject({
      code: 'ledger.unreadable',
      message: expect.stringContaining('ledger.password'),
    })
    writeFileSync(file(province, 'ledger-password'), '')
    expect((await document(['status'], province)).json.error).toMatchObject({ code: 'config.secret_missing' })
    writeFileSync(file(province, 'ledger-password'), password)
    province.configure((config) => {
      config.ledger.url = province.url.replace('//postgres@', '//postgres:geheim@')
    })
    const { out, err } = await lienthong(['status'], province)
    expect(err).toContain('config.invalid')
    expect(out + err).not.toContain('geheim')
  })
})

test('a database that is not there, and one whose tables belong to somebody else, are told with what to do', async () => {
  const province = await provinceOnServer()
  await lienthong(['ledger', 'migrate'], province)
  const role = `reader_${new URL(province.url).pathname.slice(1)}`
  await server.query(`create role ${role} login password '${password}'`)
  const problemAt = async (url: string) => {
    province.configure((config) => {
      config.ledger.url = url
    })
    const { json, code } = await document(['status'], province)
    return [code, json.error?.code, json.error?.message]
  }
  expect(await problemAt(`${province.url}_typo`)).toEqual([4, 'ledger.unreadable', expect.stringMatching(/3D000.*ledger\.url.*ledger migrate/)])
  expect(await problemAt(province.url.replace('//postgres@', `//${role}@`))).toEqual([4, 'ledger.unreadable', expect.stringMatching(/42501.*own/)])
})

test('doctor counts the connections that the user or the database may have, where that is less than the server takes', async () => {
  const province = await provinceOnServer()
  const name = new URL(province.url).pathname.slice(1)
  await server.query(`create role owner_${name} login password '${password}' connection limit 7`)
  await server.query(`alter database ${name} owner to owner_${name}`)
  province.configure((config) => {
    config.ledger.url = province.url.replace('//postgres@', `//owner_${name}@`)
  })
  await lienthong(['ledger', 'migrate'], province)
  const line = async () => ledgerLine((await document(['doctor', '--lang', 'en'], province)).json)
  expect(await line()).toMatchObject({ state: 'warn', what: expect.stringMatching(/[0-7] of 7 connections left/) })
  await server.query(`alter database ${name} connection limit 5`)
  expect(await line()).toMatchObject({ state: 'warn', what: expect.stringMatching(/[0-5] of 5 connections left/) })
})

test('status says of a run that was killed that it was, as soon as a later one of its source began', async () => {
  const province = await provinceOnServer()
  await lienthong(['ledger', 'migrate'], province)
  for (const _ of [1, 2]) await document(['sync', 'run'], province)
  await server.query(`update runs set outcome = 'running', ended_at = null`, province.url)
  const { out } = await lienthong(['status', '--lang', 'en'], province)
  expect(out.match(/running, or killed|killed/g)).toEqual(['running, or killed', 'killed'])
})

test('dossier trace names codes near one that nobody has, and finds one that only a later tenant has', async () => {
  const province = await provinceOnServer()
  province.configure((config) => {
    const [known] = Object.values(config.tenants)
    if (known !== undefined) config.tenants = { 'an-empty-one': known, ...config.tenants }
  })
  await lienthong(['ledger', 'migrate'], province)
  const pass = await document(['sync', 'run', '--tenant', TENANT], province)
  expect(pass.json).toMatchObject({ passes: [{ outcome: 'done' }] })
  const { rows } = await server.query('select local_code from dossiers order by local_code', province.url)
  const code = String(rows.at(-1)?.local_code)

  const found = await document(['dossier', 'trace', code], province)
  expect([found.code, found.json.dossiers]).toMatchObject([0, [{ tenant: TENANT, localCode: code }]])
  // As it is read aloud, with a wrong digit in front, or with a wrong end.
  for (const typed of [code.slice(-11), `9${code.slice(1)}`, `${code.slice(0, -3)}xyz`]) {
    const missed = await document(['dossier', 'trace', typed, '--tenant', TENANT], province)
    expect([missed.code, missed.json.error?.message]).toEqual([2, expect.stringContaining(code)])
  }
})

test('a worker names a tenant that cannot be put together and works for the others; with none left it ends', { timeout: 300_000 }, async () => {
  const province = await provinceOnServer()
  province.configure((config, tenant) => {
    const broken = structuredClone(tenant)
    broken.portal.credentials = { username: 'x', password: { env: 'NOWHERE' } }
    config.tenants = { broken, [TENANT]: tenant }
  })
  await lienthong(['ledger', 'migrate'], province)
  const stop = new AbortController()
  const { code, out, err } = await lienthong(['worker'], {
    ...province,
    signal: stop.signal,
    onOut: (text) => /[1-9]\d* (confirmed|đã xác nhận)/.test(text) && stop.abort(),
  })
  expect(code).toBe(130)
  expect(err).toMatch(/^✗ broken: .*NOWHERE.*\n.*\n {2}config\.secret_missing$/m)
  expect(out).not.toContain('broken ')
  expect(province.sandbox.dossiers().length).toBeGreaterThan(0)

  const alone = await document(['worker', '--tenant', 'broken'], province)
  expect([alone.code, alone.json.error?.code]).toEqual([2, 'config.secret_missing'])
})

describe('while a worker holds a shard', () => {
  test('status tells who holds what since when; a pass and a migration are refused and name it; failures retry is not', {
    timeout: 300_000,
  }, async () => {
    const province = await provinceOnServer()
    await lienthong(['ledger', 'migrate'], province)
    const ledger = await worker(province)
    const lease = await ledger.leases?.take(TENANT, 'send/3', 'process 4711 on srv-2')
    const { json } = await document(['status'], province)
    expect(json).toMatchObject({
      tenants: [
        {
          workers: [
            { holder: 'process 4711 on srv-2', shard: 'send/3', since: expect.stringMatching(/^20.*\+07:00$/), silentMs: expect.any(Number) },
          ],
        },
      ],
    })
    expect((await lienthong(['status', '--lang', 'en'], province)).out).toMatch(
      /worker process 4711 on srv-2: send\/3 since .* last sign of life \d+ s ago/,
    )
    for (const command of [
      ['sync', 'run'],
      ['ledger', 'migrate'],
    ]) {
      const refused = await document(command, province)
      expect([refused.code, refused.json.error?.code]).toEqual([4, 'ledger.locked'])
      expect(refused.json.error?.message).toContain('lienthong worker')
      expect(refused.json.error?.hint).toContain('`worker`')
    }
    expect((await document(['failures', 'retry', '--all'], province)).code).toBe(0)
    await lease?.release()
    expect((await document(['status'], province)).json).toMatchObject({ tenants: [{ workers: [] }] })
  })
})

describe('ledger export and import', () => {
  test('carry a province from a file to the server: the next pass sends nothing', { timeout: 300_000 }, async () => {
    const province = await installedProvince({ dossiers: 8 })
    await lienthong(['sync', 'run'], province)
    const exported = await document(['ledger', 'export', '--to', 'ledger.ndjson'], province)
    expect(exported).toMatchObject({ code: 0, json: { rows: expect.any(Number), tables: { dossiers: expect.any(Number) } } })

    writeFileSync(file(province, 'ledger-password'), password)
    const url = await server.database()
    province.configure((config) => {
      config.ledger = { ...config.ledger, url, password: { file: 'ledger-password' } }
    })
    await lienthong(['ledger', 'migrate'], province)
    const imported = await document(['ledger', 'import', '--from', 'ledger.ndjson'], province)
    expect(imported.json.tables).toEqual(exported.json.tables)
    const { json } = await document(['sync', 'run'], province)
    expect(json).toMatchObject({ passes: [{ calls: { create: 0, update: 0, steps: 0 } }] })
    expect((await document(['ledger', 'import', '--from', 'ledger.ndjson'], province)).json.error).toMatchObject({ code: 'ledger.not_empty' })
  })
})

describe('the line of doctor', () => {
  const standing = { version: '16.4', majorVersion: 16, aheadMs: 0, connections: 97, connectionsLeft: 50 }
  const ledger = { place: 'postgres://a/b', tablesBefore: 3 }

  test.each([
    ['in order', {}, 'ok'],
    ['a server that is too old', { version: '12.9', majorVersion: 12 }, 'error'],
    ['a clock that goes wrong', { aheadMs: -90_000 }, 'warn'],
    ['few connections', { connectionsLeft: 3 }, 'warn'],
  ])('%s', (_what, changes, state) => {
    const check = judged({ ...standing, ...changes }, ledger)
    expect(check.state).toBe(state)
    expect(check.hint === undefined).toBe(state === 'ok')
  })
})
