import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { assembleTenant, loadConfig, readLedgerKey } from '../../src/config/index.js'
import { openLedger } from '../../src/ledger/index.js'
import { document, emptyFolder, lienthong } from './command-line.js'

describe('init', () => {
  test.each(['opencps-v2', 'igate2', 'file-csv', 'file-xlsx', 'file-html', 'file-ndjson'])(
    'what it writes for %s is a configuration that only wants its secrets',
    async (source) => {
      const folder = emptyFolder()
      const { code, json } = await document(['init', '--id', 'cao-bang', '--agency-code', 'H14', '--source', source], { folder })
      expect(code).toBe(0)
      expect(json).toMatchObject({ schema: 1, folder })
      const secrets = {
        ONE_STOP_USERNAME: 'u',
        ONE_STOP_PASSWORD: 'p',
        ONE_STOP_CLIENT_ID: 'c',
        ONE_STOP_CLIENT_SECRET: 's',
        PORTAL_USERNAME: 'u',
        PORTAL_PASSWORD: 'p',
      }
      const loaded = await loadConfig(undefined, folder, secrets)
      const { agencyCode, production } = loaded.config.tenants['cao-bang']!
      expect({ agencyCode, production }).toEqual({ agencyCode: '000.00.00.H14', production: false })
      const ledger = await openLedger({ url: 'sqlite::memory:', key: readLedgerKey(loaded), access: 'write' })
      expect((await assembleTenant(loaded, 'cao-bang', ledger)).tenant).toBe('cao-bang')
      await ledger.close()
    },
  )

  test('the key is readable by its owner alone', async () => {
    const folder = emptyFolder()
    await lienthong(['init'], { folder })
    expect(statSync(join(folder, 'lienthong.key')).mode & 0o077).toBe(0)
  })

  test('it never overwrites a configuration by itself, and a key never at all', async () => {
    const folder = emptyFolder()
    await lienthong(['init'], { folder })
    const key = readFileSync(join(folder, 'lienthong.key'), 'utf8')
    const again = await document(['init'], { folder })
    expect(again.code).toBe(2)
    expect(again.json.error?.message).toContain('--force overwrites it')
    const forced = await document(['init', '--force'], { folder })
    expect(forced.code).toBe(0)
    expect(readFileSync(join(folder, 'lienthong.key'), 'utf8')).toBe(key)
  })

  test.each([
    [['--source', 'wordperfect'], '--source takes opencps-v2'],
    [['--agency-code', 'zzz'], 'an agency code looks like'],
    [['--id', 'Cao Bằng'], 'small letters'],
  ])('%j is refused and nothing is written', async (args, says) => {
    const folder = emptyFolder()
    const { code, err } = await lienthong(['init', ...args], { folder })
    expect(code).toBe(2)
    expect(err).toContain(says)
    expect(existsSync(join(folder, 'lienthong.config.json'))).toBe(false)
  })
})
