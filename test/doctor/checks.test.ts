/** Checks whose trouble a test cannot make on a real machine: a full disk, other people's networks. */
import { describe, expect, test } from 'vitest'
import { type FindingRule, fillText, LienthongError } from '../../src/base/index.js'
import { configSchema, type LoadedConfig } from '../../src/config/index.js'
import { checkInstallation } from '../../src/doctor/index.js'
import { checkReach } from '../../src/doctor/reach.js'
import { checkClock, serverClock } from '../../src/doctor/server-clock.js'
import { checkProduction } from '../../src/doctor/settings.js'
import { coverageRules } from '../../src/doctor/tally.js'
import { fileRules } from '../../src/mappers/files/rules.js'
import { recordFindings } from '../../src/mappers/national-portal/rules.js'
import { openCpsRules } from '../../src/mappers/opencps/rules.js'
import { emptyFolder } from '../cli/command-line.js'

function configured(portal: object = {}, tenant: object = {}): LoadedConfig {
  const folder = emptyFolder()
  const config = configSchema.parse({
    version: 1,
    ledger: { url: 'sqlite:./lienthong.db', key: { env: 'KEY' } },
    tenants: {
      mau: {
        agencyCode: '000.00.00.H99',
        sources: { rows: { dialect: 'file-ndjson', file: './rows.ndjson' } },
        portal: { adapterUrl: 'https://adapter.example.vn/forward', ...portal },
        ...tenant,
      },
    },
  })
  return { config, folder, path: `${folder}/lienthong.config.json`, environment: { KEY: Buffer.alloc(32, 1).toString('base64') } }
}

describe('disk', () => {
  test.each([
    [499_999_999, 'warn'],
    [500_000_000, 'ok'],
  ])('%i free bytes are %s', async (bytes, state) => {
    const states: Record<string, string> = {}
    for await (const check of checkInstallation(configured(), { freeBytes: async () => bytes })) states[check.id] = check.state
    expect(states['ledger.disk']).toBe(state)
  })
})

describe('production', () => {
  const state = (loaded: LoadedConfig) => checkProduction(loaded.config.tenants.mau!).state
  test('another machine without "production": true is a warning; this machine, or with it, is fine', () => {
    expect(state(configured())).toBe('warn')
    expect(state(configured({}, { production: true }))).toBe('ok')
    expect(state(configured({ adapterUrl: 'http://127.0.0.1:4600/x' }))).toBe('ok')
  })
})

describe('reach', () => {
  test.each([
    ['ENOTFOUND', 'DNS does not know'],
    ['EAI_AGAIN', 'DNS does not know'],
    ['ECONNREFUSED', 'nothing listens'],
    ['ETIMEDOUT', 'no connection'],
    ['EHOSTUNREACH', 'no connection'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'no encrypted connection'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'no encrypted connection'],
    ['CERT_HAS_EXPIRED', 'no encrypted connection'],
    ['EPROTO', 'no encrypted connection'],
  ])('%s is told as “%s”, with the code', (cause, says) => {
    const error = new LienthongError('transport.unreachable', { values: { host: 'adapter.example.vn', cause } })
    const { state, what, hint } = checkReach('portal.reach', 'national-portal', 'adapter.example.vn', error)
    expect(state).toBe('error')
    expect(what.en).toContain(says)
    expect(what.en).toContain(cause)
    expect(what.vi).toContain(cause)
    expect(hint?.vi).not.toBe('')
  })

  test('whoever lets us not in was reached', () => {
    expect(checkReach('portal.reach', 'national-portal', 'h', new LienthongError('portal.login_refused')).state).toBe('ok')
  })
})

describe('clock', () => {
  const clock = { now: () => Date.parse('2025-03-10T08:00:00Z'), sleep: async () => {} }
  const after = (date: string | undefined) => {
    const watch = serverClock(clock)
    watch.hooks.attempt?.({ system: 'x', operation: 'y', attempt: 1 })?.({ ms: 100, status: 200, errorCode: undefined, date })
    return checkClock('portal.clock', 'national-portal', watch)
  }

  test.each([
    ['Mon, 10 Mar 2025 08:00:00 GMT', 'ok'],
    ['Mon, 10 Mar 2025 08:00:59 GMT', 'ok'],
    ['Mon, 10 Mar 2025 08:01:02 GMT', 'warn'],
    ['Mon, 10 Mar 2025 07:58:00 GMT', 'warn'],
    ['Mon, 10 Mar 2025 08:10:02 GMT', 'error'],
    ['last Tuesday', 'skipped'],
    [undefined, 'skipped'],
  ])('an answer of %s is %s', (date, state) => {
    expect(after(date).state).toBe(state)
  })
})

describe('coverage', () => {
  const rules: Readonly<Record<string, FindingRule>> = { ...openCpsRules, ...fileRules, ...recordFindings }

  test.each(Object.entries(coverageRules))('%s is a rule of a mapper, and its code is found in the sentence', (rule, { value, entails }) => {
    expect(rules).toHaveProperty([rule])
    if (entails !== undefined) expect(rules[entails]?.severity).toBe('error')
    const placeholder = /\{(\w+)\}/.exec(rules[rule]!.says.en)?.[1]
    if (value === undefined) return
    expect(placeholder).toBeDefined()
    expect(value.exec(fillText(rules[rule]!.says, { [placeholder!]: 'ma_la' }).en)?.[1]).toBe('ma_la')
  })
})
