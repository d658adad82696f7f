import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../src/base/index.js'
import { assembleTenant, type ConfigInput, chooseTenant, loadConfig, openConfiguredLedger, readLedgerKey } from '../../src/config/index.js'
import { newLedgerKey, openLedger } from '../../src/ledger/index.js'
import { emptyFolder } from '../cli/command-line.js'

const KEY = newLedgerKey()
const SECRETS = { LEDGER_KEY: KEY, USER: 'u', PASSWORD: 'p' }

function example(): ConfigInput {
  return {
    version: 1,
    ledger: { url: 'sqlite:./lienthong.db', key: { env: 'LEDGER_KEY' } },
    tenants: {
      'cao-bang': {
        agencyCode: '000.00.00.H14',
        sources: { register: { dialect: 'file-csv', file: './register.csv' } },
        portal: {
          adapterUrl: 'http://127.0.0.1:1/forward',
          dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
          credentials: { username: { env: 'USER' }, password: { env: 'PASSWORD' } },
        },
      },
    },
  }
}

function folderWith(config: unknown, name = 'lienthong.config.json'): string {
  const folder = emptyFolder()
  writeFileSync(join(folder, name), typeof config === 'string' ? config : JSON.stringify(config))
  return folder
}

async function refusal(of: Promise<unknown> | (() => unknown)): Promise<LienthongError> {
  try {
    await (typeof of === 'function' ? of() : of)
  } catch (error) {
    if (isLienthongError(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** A configuration with something wrong in it, as the reader is told. */
async function said(change: (config: Record<string, never> & ConfigInput) => void): Promise<LienthongError> {
  const config = example()
  change(config as never)
  return refusal(loadConfig(undefined, folderWith(config)))
}

const changed = (path: readonly string[], value: unknown) => (config: object) => {
  const last = path.at(-1)!
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((part, key) => part[key] as Record<string, unknown>, config as Record<string, unknown>)
  if (value === undefined) delete parent[last]
  else parent[last] = value
}

const tenant = ['tenants', 'cao-bang'] as const

describe('the file', () => {
  test('is found under its four names, in the order ts, js, mjs, json', async () => {
    const folder = folderWith(example())
    writeFileSync(join(folder, 'lienthong.config.mjs'), `export default ${JSON.stringify({ ...example(), language: 'vi' })}`)
    expect((await loadConfig(undefined, folder)).config.language).toBe('vi')
    expect((await loadConfig('lienthong.config.json', folder)).config.language).toBeUndefined()
  })

  test('its own folder is where relative paths start, not the working folder', async () => {
    const folder = emptyFolder()
    mkdirSync(join(folder, 'conf'))
    writeFileSync(join(folder, 'conf/my.json'), JSON.stringify(example()))
    const loaded = await loadConfig('conf/my.json', folder, SECRETS)
    expect(loaded.folder).toBe(join(folder, 'conf'))
    expect(await refusal(openConfiguredLedger(loaded, 'read', 'test'))).toMatchObject({
      code: 'ledger.missing',
      values: { path: join(folder, 'conf/lienthong.db') },
    })
  })

  test('a byte-order mark, as Windows editors write it, is no syntax error', async () => {
    expect((await loadConfig(undefined, folderWith(`\uFEFF${JSON.stringify(example())}`))).config.version).toBe(1)
  })

  test('none, broken, or without a default export: each is told apart', async () => {
    expect(await refusal(loadConfig(undefined, emptyFolder()))).toMatchObject({ code: 'config.file_missing' })
    expect(await refusal(loadConfig(undefined, folderWith('{ "version": ')))).toMatchObject({ code: 'config.file_unreadable' })
    const error = await refusal(loadConfig('a.mjs', folderWith('export const config = {}', 'a.mjs')))
    expect(error.text.en).toContain('no default export')
    expect(error.text.vi).toContain('không có default export')
  })
})

describe('what it says', () => {
  test('defaults: no production, the dialect of 2020, an empty scope', async () => {
    const { config } = await loadConfig(undefined, folderWith(example()))
    expect(config.tenants['cao-bang']).toMatchObject({ production: false, scope: [], sync: {}, portal: { dialect: 'vpcp-2020' } })
  })

  test.each([
    ['at the top', ['leger'], {}, 'leger', '→ “ledger”?'],
    ['in a tenant', [...tenant, 'agencycode'], 'x', 'agencycode', '→ “agencyCode”?'],
    ['in a source', [...tenant, 'sources', 'register', 'filee'], 'x', 'filee', '→ “file”?'],
    ['in the portal', [...tenant, 'portal', 'dstCode'], 'x', 'dstCode', '→ “dstcode”?'],
    ['in sync', [...tenant, 'sync'], { concurency: 4 }, 'concurency', '→ “concurrency”?'],
  ])('an unknown key %s is refused with the nearest known one', async (_, path, value, key, nearest) => {
    expect(await said(changed(path, value))).toMatchObject({ code: 'config.unknown_key', values: { key, nearest } })
  })

  test.each([
    ['a missing part', [...tenant, 'agencyCode'], undefined, 'cao-bang.agencyCode: is missing', 'còn thiếu'],
    [
      'a secret written out',
      [...tenant, 'portal', 'credentials', 'password'],
      'p',
      '{ "env": "NAME" } or { "file": "path" }',
      'bí mật phải ghi dạng',
    ],
    [
      'a source of unknown kind',
      [...tenant, 'sources', 'register', 'dialect'],
      'wordperfect',
      'opencps-v2, igate2, td-mssql, wcf-motcua',
      'nguồn cần có',
    ],
    ['no tenant', ['tenants'], {}, 'name at least one tenant', 'ít nhất một đơn vị'],
    ['no source', [...tenant, 'sources'], {}, 'name at least one source', 'ít nhất một nguồn'],
    ['a tenant named with capitals', ['tenants', 'Cao Bằng'], {}, 'small letters', 'chữ thường'],
    ['an address that is none', [...tenant, 'portal', 'adapterUrl'], 'adapter', 'portal.adapterUrl', 'portal.adapterUrl'],
    ['a number out of range', [...tenant, 'sync'], { concurrency: 0 }, 'sync.concurrency', 'Quá nhỏ'],
  ])('%s is named with its place, in both languages', async (_, path, value, en, vi) => {
    const { text } = await said(changed(path, value))
    expect(text.en).toContain(en)
    expect(text.vi).toContain(vi)
  })

  test('a refusal never quotes what was written: it may be a password', async () => {
    const { text } = await said(changed([...tenant, 'portal', 'credentials', 'password'], 'Mat-khau-that'))
    expect(JSON.stringify(text)).not.toContain('Mat-khau-that')
  })
})

describe('secrets', () => {
  const assembled = async (config: ConfigInput, environment: NodeJS.ProcessEnv, files: Readonly<Record<string, string>> = {}) => {
    const folder = folderWith(config)
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const loaded = await loadConfig(undefined, folder, environment)
    const ledger = await openLedger({ url: 'sqlite::memory:', key: readLedgerKey(loaded), access: 'write' })
    try {
      return await assembleTenant(loaded, 'cao-bang', ledger)
    } finally {
      await ledger.close()
    }
  }

  test('come from the environment or a file', async () => {
    const config = example()
    config.tenants['cao-bang']!.portal.credentials = { username: 'portal', password: { file: 'password' } }
    expect((await assembled(config, SECRETS, { password: 'p\n' })).tenant).toBe('cao-bang')
  })

  test.each([
    ['not set', { LEDGER_KEY: KEY, USER: 'u' }],
    ['empty', { LEDGER_KEY: KEY, USER: 'u', PASSWORD: '' }],
  ])('one that is %s is named with its place', async (_, environment) => {
    const error = await refusal(assembled(example(), environment))
    expect(error).toMatchObject({ code: 'config.secret_missing', values: { place: 'tenants.cao-bang.portal.credentials.password' } })
    expect(error.text.en).toContain('environment variable PASSWORD')
    expect(error.text.vi).toContain('biến môi trường PASSWORD')
  })

  test('the key of the ledger has to be 32 bytes', async () => {
    expect(await refusal(assembled(example(), { ...SECRETS, LEDGER_KEY: 'short' }))).toMatchObject({ code: 'ledger.key_missing' })
  })
})

describe('what belongs to it', () => {
  const assemble = (change: (tenant: ConfigInput['tenants'][string]) => void, files: Readonly<Record<string, string>>) => async () => {
    const config = example()
    change(config.tenants['cao-bang']!)
    const folder = folderWith(config)
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const loaded = await loadConfig(undefined, folder, SECRETS)
    const ledger = await openLedger({ url: 'sqlite::memory:', key: readLedgerKey(loaded), access: 'write' })
    try {
      return await assembleTenant(loaded, 'cao-bang', ledger)
    } finally {
      await ledger.close()
    }
  }

  test('a list of procedures that is not there is named by its setting', async () => {
    const error = await refusal(assemble((one) => (one.procedures = { file: './procedures.jsonl' }), {}))
    expect(error).toMatchObject({ code: 'config.invalid', values: { place: 'tenants.cao-bang.procedures.file' } })
  })

  test('a line of it that is no JSON is named by file and line', async () => {
    const error = await refusal(
      assemble((one) => (one.procedures = { file: './p.jsonl' }), { 'p.jsonl': '{"localCode":"1","name":"Một"}\n{"localCode"' }),
    )
    expect(error.text.en).toMatch(/p\.jsonl, line 2/)
  })

  test('a misspelt table is refused with the nearest one', async () => {
    const error = await refusal(assemble((one) => (one.tables = './t.yaml'), { 't.yaml': 'statuss: { a: 1 }' }))
    expect(error).toMatchObject({ code: 'config.unknown_key', values: { key: 'statuss', nearest: '→ “status”?' } })
  })

  test('rules for answers and addresses of a relay reach the client, which checks them', async () => {
    const sync = await assemble((one) => {
      one.portal = {
        dialect: 'provincial-proxy-urls',
        adapterUrl: 'http://127.0.0.1:1',
        urls: { create: '/a', update: '/b', progress: '/c' },
        outcomes: [{ code: [19], means: 'already-exists' }],
        credentials: { token: { env: 'PASSWORD' } },
      }
    }, {})()
    expect(sync.target.loopback).toBe(true)
    const error = await refusal(
      assemble((one) => {
        one.portal.outcomes = [{ code: [19], means: 'exists' }]
      }, {}),
    )
    expect(error.text.en).toContain('outcomes.0.means')
  })
})

describe('the tenant a command is about', () => {
  const loadedWith = async (...names: string[]) => {
    const config = example()
    const one = config.tenants['cao-bang']!
    config.tenants = Object.fromEntries(names.map((name) => [name, one]))
    return loadConfig(undefined, folderWith(config))
  }

  test('the only one needs no name, one of several does', async () => {
    expect(chooseTenant(await loadedWith('a'), undefined)).toBe('a')
    const two = await loadedWith('a', 'b')
    expect(chooseTenant(two, 'b')).toBe('b')
    expect(await refusal(() => chooseTenant(two, undefined))).toMatchObject({ code: 'usage.invalid' })
    expect((await refusal(() => chooseTenant(two, 'c'))).text.vi).toContain('không có đơn vị “c”; cấu hình có a, b')
  })
})
