import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isLienthongError, type LienthongError } from '../../src/base/index.js'
import { assembleTenant, type ConfigInput, loadConfig, openConfiguredLedger } from '../../src/config/index.js'
import { secretsOf } from '../../src/config/secrets.js'
import { newLedgerKey } from '../../src/ledger/index.js'
import { defineSource, type SourceBatch } from '../../src/sync/index.js'
import { emptyFolder } from '../cli/command-line.js'

const SECRETS = { LEDGER_KEY: newLedgerKey(), USER: 'u', PASSWORD: 'p', OFFICE_TOKEN: 'secret-token' }
const library = (path: string) => pathToFileURL(join(import.meta.dirname, '../../src', path)).href

const module = `
import { z } from ${JSON.stringify(import.meta.resolve('zod'))}
import { defineSource } from ${JSON.stringify(library('sync/index.ts'))}

export default defineSource({
  name: 'dat-dai',
  version: 1,
  settings: z.strictObject({ url: z.url(), token: z.string(), list: z.string().optional() }),
  record: z.object({ so: z.string(), trangThai: z.string() }),
  tables: { statusText: { 'Đang thẩm định': 4, 'Đã cấp giấy': 9 } },
  address: ({ url }) => url,
  key: ({ so }) => so,
  async *changes({ settings, path }) {
    yield { records: [{ so: settings.token, trangThai: 'Đã cấp giấy' }, { so: path(settings.list ?? 'x.csv'), trangThai: 'đang thẩm định' }], end: 'complete' }
  },
  toDossier: ({ so, trangThai }, help) => ({ localCode: so, status: help.status(trangThai) }),
})
`

function configWith(source: object): ConfigInput {
  return {
    version: 1,
    ledger: { url: 'sqlite::memory:', key: { env: 'LEDGER_KEY' } },
    tenants: {
      'cao-bang': {
        agencyCode: '000.00.00.H14',
        tables: { statusText: { 'Đã cấp giấy': 10 } },
        sources: { land: source as never },
        portal: { adapterUrl: 'http://127.0.0.1:1/forward', dstcode: 'x', credentials: { username: { env: 'USER' }, password: { env: 'PASSWORD' } } },
      },
    },
  }
}

const good = { dialect: 'custom', module: './dat-dai.mjs', settings: { url: 'http://127.0.0.1:2/', token: { env: 'OFFICE_TOKEN' } } }

async function loaded(source: object, files: Readonly<Record<string, string>> = { 'dat-dai.mjs': module }) {
  const folder = emptyFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(configWith(source)))
  return loadConfig(undefined, folder, SECRETS)
}

async function assembled(...given: Parameters<typeof loaded>) {
  const config = await loaded(...given)
  const ledger = await openConfiguredLedger(config, 'write', 'test')
  try {
    return { config, source: (await assembleTenant(config, 'cao-bang', ledger)).sources.land! }
  } finally {
    await ledger.close()
  }
}

async function refusal(run: () => Promise<unknown>): Promise<LienthongError> {
  try {
    await run()
  } catch (error) {
    if (isLienthongError(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a source of one’s own in a configuration', () => {
  test('gets its settings with their secrets, paths from the configuration’s folder, and the province’s tables over its own', async () => {
    const { config, source } = await assembled(good)
    const batches: SourceBatch[] = []
    for await (const batch of source.changes(null, { open: async function* () {} })) batches.push(batch)
    const dossiers = await Promise.all(
      (batches[0]?.items ?? []).map(async (item) => {
        const read = item.read()
        const mapped = read.ok ? await read.value.map() : read
        return mapped.ok ? [mapped.value.localCode, mapped.value.status] : mapped.findings
      }),
    )
    expect(dossiers).toEqual([
      ['secret-token', 10],
      [join(config.folder, 'x.csv'), 4],
    ])
  })

  test('names its secrets, so that they are looked for before anything is asked', async () => {
    const { config } = await loaded(good)
    expect(secretsOf(config.tenants['cao-bang']!, 'cao-bang').map(({ place }) => place)).toContain('tenants.cao-bang.sources.land.settings.token')
  })

  test('may stand in a configuration that is a module', async () => {
    const module = defineSource({
      name: 'thu',
      version: 1,
      record: z.object({ id: z.string() }),
      key: ({ id }) => id,
      async *changes() {},
      toDossier: () => ({}),
    })
    expect(configWith({ dialect: 'custom', module })).toBeDefined()
  })

  test.each<[string, object, Readonly<Record<string, string>>, RegExp]>([
    ['a module that is not there', { ...good, module: './nowhere.mjs' }, {}, /sources\.land\.module.*there is no file .*nowhere\.mjs/],
    ['a module without a default export', good, { 'dat-dai.mjs': 'export const a = 1' }, /sources\.land\.module.*no default export/],
    ['a module whose default export is something else', good, { 'dat-dai.mjs': 'export default {}' }, /sources\.land\.module.*is no source/],
    ['a module that cannot be loaded', good, { 'dat-dai.mjs': 'export default nothing' }, /sources\.land\.module.*cannot be loaded: ReferenceError/],
    ['a setting that is wrong', { ...good, settings: { ...good.settings, url: 'x' } }, { 'dat-dai.mjs': module }, /sources\.land\.settings\.url/],
    [
      'a setting that is misspelt',
      { ...good, settings: { ...good.settings, lits: 'x' } },
      { 'dat-dai.mjs': module },
      /sources\.land\.settings.*lits.*list/,
    ],
    [
      'a secret written down',
      { ...good, settings: { ...good.settings, token: 'abc' } },
      { 'dat-dai.mjs': module },
      /land\.settings\.token.*\{ "env"/,
    ],
    [
      'a secret that is not set',
      { ...good, settings: { ...good.settings, token: { env: 'NOT_SET' } } },
      { 'dat-dai.mjs': module },
      /land\.settings\.token.*NOT_SET/,
    ],
  ])('%s is refused, naming the setting', async (_, source, files, says) => {
    expect((await refusal(() => assembled(source, files))).message).toMatch(says)
  })
})
