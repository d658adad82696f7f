import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../src/base/index.js'
import { assemblePortal, type ConfigInput, loadConfig, secretsOf, tenantAssembly } from '../../src/config/index.js'
import { procedureLookup } from '../../src/mappers/index.js'
import { emptyFolder } from '../cli/command-line.js'

type Tenant = ConfigInput['tenants'][string]
type Account = NonNullable<Tenant['portal']['accounts']>[number]

const OWN = '000.00.00.H99'
const OLD = '000.00.00.H98'
const credentials = { username: 'u', password: { env: 'PASSWORD' } }
const account = (more: Partial<Account> = {}): Account => ({ credentials, ...more })

function tenantWith(portal: Partial<Tenant['portal']>, more: Partial<Tenant> = {}): Tenant {
  return {
    agencyCode: OWN,
    sources: { rows: { dialect: 'file-ndjson', file: './rows.ndjson' } },
    portal: { adapterUrl: 'http://127.0.0.1:1/forward', ...portal },
    ...more,
  }
}

function loaded(tenants: ConfigInput['tenants'], more: Partial<ConfigInput> = {}) {
  const folder = emptyFolder()
  const config: ConfigInput = { version: 1, ledger: { url: 'sqlite::memory:', key: { env: 'KEY' } }, tenants, ...more }
  writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
  return loadConfig(undefined, folder, { PASSWORD: 'p', OTHER: 'o' })
}

async function refusal(of: Promise<unknown>): Promise<LienthongError> {
  const error = await of.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isLienthongError(error)) return error
  throw new Error(`not refused: ${String(error)}`)
}

const portalOf = async (tenant: Tenant) => {
  const config = await loaded({ one: tenant })
  return assemblePortal(tenantAssembly(config, 'one', {}, procedureLookup([])), config.config.tenants.one!.portal)
}

describe('accounts by date', () => {
  test.each([
    ['one after the other', [account({ validTo: '2025-07-01' }), account({ validFrom: '2025-07-01' })]],
    ['the end of one told by the beginning of the next', [account(), account({ validFrom: '2025-07-01' })]],
    ['written in any order', [account({ validFrom: '2025-07-01' }), account()]],
    ['a predecessor’s beside our own', [account({ agencyCode: OLD, validTo: '2026-01-01' }), account()]],
    ['a predecessor’s followed by our own', [account({ agencyCode: OLD, validTo: '2025-07-01' }), account({ validFrom: '2025-07-01' })]],
  ])('%s', async (_, accounts) => {
    expect((await portalOf(tenantWith({ accounts }))).target.accounts).toHaveLength(2)
  })

  test.each([
    ['a gap', [account({ validTo: '2025-07-01' }), account({ validFrom: '2025-07-05' })], 'accounts.1.validFrom', '"validFrom": "2025-07-01"'],
    ['an overlap', [account({ validTo: '2025-07-05' }), account({ validFrom: '2025-07-01' })], 'accounts.1.validFrom', '"validTo": "2025-07-01"'],
    ['two at once', [account(), account()], 'accounts.1.validFrom', OWN.slice(-3)],
    ['two at once under two forms of one code', [account(), account({ agencyCode: 'H99' })], 'accounts.1.validFrom', 'H99'],
    [
      'a gap between units',
      [account({ agencyCode: OLD, validTo: '2025-07-01' }), account({ validFrom: '2025-08-01' })],
      'accounts.1.validFrom',
      '2025-08-01',
    ],
    ['an end before the beginning', [account({ validFrom: '2025-07-01', validTo: '2025-06-01' })], 'accounts.0.validTo', '2025-07-01'],
    ['a day that is none', [account({ validFrom: '2025-02-30' })], 'accounts.0.validFrom', ''],
    ['none at all', [], 'portal.accounts', ''],
  ])('%s is refused, naming the setting and the way out in both languages', async (_, accounts, place, fix) => {
    const { code, text } = await refusal(loaded({ one: tenantWith({ accounts }) }))
    expect(code).toBe('config.invalid')
    for (const sentence of [text.en, text.vi]) {
      expect(sentence).toContain(place)
      expect(sentence).toContain(fix)
    }
  })

  test('beside plain credentials they are refused: nobody could say which one is meant', async () => {
    const error = await refusal(loaded({ one: tenantWith({ credentials, accounts: [account()] }) }))
    expect(error.text.vi).toContain('tenants.one.portal.credentials')
    expect(error.text.vi).toContain('validTo')
  })

  test('their secrets are named one by one', async () => {
    const config = await loaded({ one: tenantWith({ accounts: [account(), account({ validFrom: '2025-07-01' })] }) })
    expect(secretsOf(config.config.tenants.one!, 'one').map(({ place }) => place)).toEqual([
      'tenants.one.portal.accounts.0.credentials.password',
      'tenants.one.portal.accounts.1.credentials.password',
    ])
  })

  test('a new password maps nothing again, a changed table of agencies does', async () => {
    const agencies = [
      { code: OLD, name: 'UBND tỉnh Cũ', validTo: '2025-07-01', successor: OWN },
      { code: OWN, name: 'UBND tỉnh Mẫu' },
    ]
    const changed = { username: 'u', password: { env: 'OTHER' } }
    const epochs = await Promise.all(
      [
        tenantWith({ credentials }),
        tenantWith({ credentials: changed }),
        tenantWith({ accounts: [{ credentials: changed }] }),
        tenantWith({ credentials }, { agencies }),
        tenantWith({ credentials: changed }, { agencies }),
      ].map(async (tenant) => (await portalOf(tenant)).target.epoch),
    )
    const [plain, newPassword, asAccount, withAgencies, withBoth] = epochs
    expect(newPassword).toBe(plain)
    expect(asAccount).toBe(plain)
    expect(withAgencies).not.toBe(plain)
    expect(withBoth).toBe(withAgencies)
  })
})

describe('systems that tenants share', () => {
  const systems = { gateway: { limits: { concurrency: 2 } } }

  test('one that is not declared is named with the nearest one', async () => {
    const { text } = await refusal(loaded({ one: tenantWith({ credentials, system: 'gatway' }) }, { systems }))
    expect(text.en).toContain('tenants.one.portal.system')
    expect(text.vi).toContain('gateway')
  })

  test('two tenants that name it get the same gate, others their own', async () => {
    const config = await loaded(
      {
        one: tenantWith({ credentials, system: 'gateway' }),
        two: tenantWith({ credentials, system: 'gateway' }),
        three: tenantWith({ credentials }),
      },
      { systems },
    )
    const [one, two, three] = ['one', 'two', 'three'].map((name) => tenantAssembly(config, name, {}, procedureLookup([])))
    expect(one!.gates).toBe(two!.gates)
    expect(three!.gates.gate({ system: 'gateway' }, systems.gateway.limits, { now: () => 0, sleep: async () => {} })).toBe(
      one!.gates.gate({ system: 'gateway' }, {}, { now: () => 0, sleep: async () => {} }),
    )
  })
})
