/** `files` of a source and of a tenant: what they open, and what they refuse before anything runs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { assembleTenant, type ConfigInput, loadConfig } from '../../src/config/index.js'
import { newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { emptyFolder } from '../cli/command-line.js'

type Tenant = ConfigInput['tenants'][string]

function written(change: (tenant: Tenant) => void): string {
  const folder = emptyFolder()
  const tenant: Tenant = {
    agencyCode: '000.00.00.H99',
    sources: {
      td: { dialect: 'td-mssql', mode: 'rest', url: 'http://127.0.0.1:9/api/v1', since: '2025-01-01', credentials: { token: { env: 'TOKEN' } } },
    },
    portal: { adapterUrl: 'http://127.0.0.1:9', credentials: { username: 'u', password: { env: 'TOKEN' } } },
  }
  change(tenant)
  const config: ConfigInput = { version: 1, ledger: { url: 'sqlite::memory:', key: { env: 'KEY' } }, tenants: { mau: tenant } }
  writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
  return folder
}

test('results of td-mssql, which are paths, open below the configured folder alone', async () => {
  const folder = written((tenant) => {
    Object.assign(tenant.sources.td ?? {}, { files: { roots: ['./uploads'] } })
  })
  mkdirSync(join(folder, 'uploads/ketqua'), { recursive: true })
  writeFileSync(join(folder, 'uploads/ketqua/1.pdf'), '%PDF-1.7')
  const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
  onTestFinished(() => ledger.close())
  const { sources } = await assembleTenant(await loadConfig(undefined, folder, { TOKEN: 't'.repeat(20) }), 'mau', ledger)
  const { signal } = new AbortController()
  const open = (path: string) => sources.td?.openFile?.({ path }, { signal })
  let text = ''
  for await (const chunk of (await open('\\ketqua\\1.pdf'))?.body ?? []) text += Buffer.from(chunk).toString()
  expect(text).toBe('%PDF-1.7')
  expect(await open('ketqua/2.pdf')).toBeNull()
  await expect(open('../lienthong.config.json')).rejects.toMatchObject({ code: 'files.refused' })
})

describe('what is refused when the configuration is read', () => {
  test.each([
    ['a public address without https', { publicUrl: 'http://files.tinh.example.vn/lt' }],
    ['one with a query', { publicUrl: 'https://files.tinh.example.vn/lt?a=1' }],
    ['one with a password', { publicUrl: 'https://u:p@files.tinh.example.vn/lt' }],
    ['a type that cannot be told', { publicUrl: 'https://files.tinh.example.vn/lt', types: ['text/html'] }],
    ['key version 0', { publicUrl: 'https://files.tinh.example.vn/lt', keyVersion: 0 }],
  ])('%s', async (_what, files) => {
    const folder = written((tenant) => Object.assign(tenant, { files }))
    const error: unknown = await loadConfig(undefined, folder, {}).catch((thrown: unknown) => thrown)
    expect(isLienthongError(error) && error.values.place).toMatch(/tenants\.mau\.files\./)
  })

  test.each([
    ['a host with a path', { hosts: ['https://kho.tinh.example.vn/files'] }],
    ['a host without a scheme', { hosts: ['kho.tinh.example.vn'] }],
    ['a network that is none', { hosts: [{ origin: 'http://kho', networks: ['10.20.0.0/40'] }] }],
    ['a secret in clear', { hosts: [{ origin: 'http://kho', authorization: 'Bearer abc' }] }],
  ])('%s', async (_what, files) => {
    const folder = written((tenant) => Object.assign(tenant.sources.td ?? {}, { files }))
    await expect(loadConfig(undefined, folder, {})).rejects.toMatchObject({ code: expect.stringMatching(/^config\./) as string })
  })
})
