import { expect, onTestFinished, test } from 'vitest'
import { assembleKind, source } from '../../src/config/sources/kinds.js'
import { parseCodeTables } from '../../src/mappers/index.js'
import { startSandbox } from '../../src/sandbox/index.js'
import { procedures } from '../bad-input/desk.js'

async function assembled(more: object, dossiers = 3) {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.stop())
  if (dossiers > 0) sandbox.makeProvince({ seed: 1, dossiers })
  const { url, credentials } = sandbox.systems['one-stop-igate']!
  const settings = source.parse({
    dialect: 'igate2',
    url,
    tokenUrl: credentials.tokenUrl,
    credentials: { clientId: credentials.clientId, clientSecret: { env: 'SECRET' } },
    ...more,
  })
  return assembleKind(settings, {
    tenant: 't',
    name: 'one-stop',
    place: 'tenants.t.sources.one-stop',
    agencyCode: '000.00.00.H99',
    procedures,
    path: (file: string) => file,
    secret: (value: unknown) => (typeof value === 'string' ? value : 'sandbox'),
    transport: () => ({}),
    tables: () => parseCodeTables({}, 't', 'igate2'),
  } as never)
}

test('the probe of doctor logs in and counts what we may see', async () => {
  const { system, catalogue } = await assembled({})
  expect(await system?.probe()).toBe(3)
  expect(catalogue).toBeDefined()
})

test('an agency that is not there shows nothing, and the hint says which id is meant', async () => {
  const { system } = await assembled({ ancestorAgencyId: '000.00.00.H99' })
  expect(await system?.probe()).toBe(0)
  expect(system?.emptyHint.en).toContain('24 characters')
})

test.each([
  [{ credentials: { clientId: 'x' } }, 'credentials.clientSecret'],
  [{ grant: 'password', credentials: { clientId: 'x', username: 'u' } }, 'credentials.password'],
])('credentials that do not fit the grant are refused at their place: %j', (more, path) => {
  const read = source.safeParse({ dialect: 'igate2', url: 'http://x.test', tokenUrl: 'http://x.test/token', ...more })
  expect(read.error?.issues[0]?.path.join('.')).toBe(path)
})
