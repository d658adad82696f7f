import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { document } from '../cli/command-line.js'
import { file, type InstalledProvince, installedProvince, TENANT } from '../cli/installed-province.js'

type Tenant = Record<string, unknown> & { sources: Record<string, Record<string, unknown>>; portal: Record<string, unknown> }

/** What `sync run` says in both languages; nothing may have been sent. */
async function refusal(province: InstalledProvince) {
  const told = { en: '', vi: '' }
  let found = { code: '', exit: 0 }
  for (const language of ['en', 'vi'] as const) {
    const { code, json } = await document(['sync', 'run', '--lang', language], province)
    const passes = (json.passes ?? []) as { error?: { code: string; message: string; hint: string } }[]
    const errors = [json.error, ...passes.map(({ error }) => error)].filter((error) => error !== undefined)
    expect(errors).toHaveLength(1)
    told[language] = `${errors[0]?.message}\n${errors[0]?.hint}`
    expect(errors[0]?.hint).not.toBe('')
    found = { code: errors[0]?.code ?? '', exit: code }
  }
  expect(told.en).not.toBe(told.vi)
  expect(province.sandbox.requests().writes).toBe(0)
  return { ...found, ...told }
}

describe('a setting that is wrong, missing or unknown: one message with its place, exit code 2, and the corrected file runs', () => {
  test.each<[string, (tenant: Tenant) => void, string, string]>([
    ['a misspelt key of a source', ({ sources }) => (sources['one-stop']!.windowDay = 30), 'config.unknown_key', 'windowDays'],
    ['a misspelt key of a scope rule', (tenant) => (tenant.scope = [{ skip: 'x', when: { agencies: [] } }]), 'config.unknown_key', 'agency'],
    ['a scope rule that is no pattern', (tenant) => (tenant.scope = [{ skip: 'x', when: { code: '(' } }]), 'config.invalid', 'scope'],
    ['a day that does not exist', ({ sources }) => (sources['one-stop']!.since = '2025-02-31'), 'config.invalid', 'one-stop.since'],
    ['a page size of nothing', ({ sources }) => (sources['one-stop']!.pageSize = 0), 'config.invalid', 'one-stop.pageSize'],
    ['no groupId', ({ sources }) => delete sources['one-stop']!.groupId, 'config.invalid', 'one-stop.groupId'],
    ['no credentials of the portal', ({ portal }) => delete portal.credentials, 'config.invalid', 'credentials'],
    ['a dialect nobody has', ({ portal }) => (portal.dialect = 'vpcp-2021'), 'config.invalid', 'dialect'],
    ['tables that are not there', (tenant) => (tenant.tables = './nowhere.yaml'), 'config.', 'nowhere.yaml'],
    ['a table with a word for a code', (tenant) => (tenant.tables = { status: { done: 'ten' } }), 'config.invalid', 'status'],
    ['a procedure without a name', (tenant) => (tenant.procedures = { list: [{ localCode: '1' }] }), 'config.invalid', 'procedures'],
  ])('%s', async (_, spoil, cause, place) => {
    const province = await installedProvince({ dossiers: 3 })
    const good = readFileSync(file(province, 'lienthong.config.json'))
    province.configure((_config, tenant) => spoil(tenant as unknown as Tenant))
    const { code, exit, en, vi } = await refusal(province)
    expect(code).toContain(cause)
    expect(exit).toBe(2)
    for (const said of [en, vi]) expect(said).toContain(place)
    writeFileSync(file(province, 'lienthong.config.json'), good)
    expect((await document(['sync', 'run'], province)).json.passes).toMatchObject([{ tenant: TENANT, outcome: 'done' }])
  })
})

test('a wrong password of the one-stop system: one message, exit code 2, nothing is concluded, and the right one reads everything', async () => {
  const province = await installedProvince({ dossiers: 5 })
  const password = readFileSync(file(province, 'secrets/one-stop-password'))
  writeFileSync(file(province, 'secrets/one-stop-password'), 'wrong-canary')
  const { code, json, out, err } = await document(['sync', 'run'], province)
  expect(code).toBe(2)
  expect(json.passes).toMatchObject([
    { outcome: 'incomplete', failing: 0, runs: [{ seen: 0, error: { code: 'opencps.not_logged_in', hint: expect.stringContaining('groupId') } }] },
  ])
  expect(out + err).not.toContain('wrong-canary')
  writeFileSync(file(province, 'secrets/one-stop-password'), password)
  const healed = await document(['sync', 'run'], province)
  expect(healed.json.passes).toMatchObject([{ outcome: 'done', waiting: 0 }])
  expect(province.sandbox.dossiers().length).toBeGreaterThan(0)
})
