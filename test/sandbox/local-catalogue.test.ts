import { describe, expect, test } from 'vitest'
import { comparable } from '../../src/base/index.js'
import { openCpsService } from '../../src/connectors/opencps/wire.js'
import { parseProcedureCode } from '../../src/domain/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { post, sandboxFor } from './portal-calls.js'
import type { Row } from './procedure-calls.js'

const made = async (catalogue = 600) => {
  const sandbox = await sandboxFor({ options: { procedures: { count: 3000 } } })
  return { sandbox, setup: sandbox.makeProvince({ seed: 3, dossiers: 0, catalogue }), truth: sandbox.catalogue() }
}

async function services(sandbox: Sandbox): Promise<Row[]> {
  const { url, credentials } = sandbox.systems['one-stop-opencps']!
  const authorization = `Basic ${btoa(`${credentials.username}:${credentials.password}`)}`
  const response = await fetch(`${url}/serviceinfos`, { headers: { authorization, groupId: credentials.groupId ?? '' } })
  return ((await response.json()) as { data: Row[] }).data
}

describe('the province’s own catalogue', () => {
  test('without a wish it is the forty procedures of the dossiers', async () => {
    const { setup, truth } = await made(0)
    expect(setup.catalogue.map(({ localCode, nationalCode, name }) => [localCode, nationalCode, name])).toEqual(
      setup.procedures.map(({ localCode, nationalCode, name }) => [localCode, nationalCode, name]),
    )
    expect(truth.map(({ trueNationalCode }) => trueNationalCode)).toEqual(setup.procedures.map(({ nationalCode }) => nationalCode))
  })

  test('the books do not tell which of their rows are wrong; the door does', async () => {
    const { sandbox, setup, truth } = await made()
    expect(setup.catalogue).toHaveLength(640)
    expect(Object.keys(setup.catalogue[50]!)).not.toContain('trueNationalCode')
    expect(Object.keys(setup.catalogue[50]!)).not.toContain('kind')
    const lines = (await (await fetch(`${sandbox.origin}/__sandbox/province/catalogue`)).text()).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(truth)
    expect(Object.keys(truth[0]!)).toEqual(['localCode', 'name', 'trueNationalCode', 'kind'])
    expect(new Set(truth.map(({ localCode }) => localCode)).size).toBe(640)
  })

  test('each kind is what it says', async () => {
    const { sandbox, setup, truth } = await made()
    const names = new Map(sandbox.procedures.list().map(({ code, name }) => [code, name]))
    const seen = new Map<string, number>()
    for (const [index, { kind, trueNationalCode, localCode, name }] of truth.entries()) {
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      const book = setup.catalogue[index]!
      const parsed = parseProcedureCode(localCode)
      const printed = parsed.ok ? parsed.value.base : null
      const national = names.get(trueNationalCode ?? '')
      if (kind === 'same') expect([printed, name]).toEqual([trueNationalCode, national])
      if (kind === 'variant') {
        expect(printed).toBe(trueNationalCode)
        expect(name).not.toBe(national)
      }
      if (kind === 'unlinked') expect([printed, book.nationalCode]).toEqual([null, null])
      if (kind === 'conflict') {
        expect(printed).not.toBe(trueNationalCode)
        expect(names.has(printed ?? '')).toBe(true)
        expect(comparable(name)).not.toBe(comparable(names.get(printed ?? '') ?? ''))
      }
      if (kind === 'local') expect([trueNationalCode, names.has(printed ?? '')]).toEqual([null, false])
      if (book.nationalCode !== null && kind !== 'conflict') expect(book.nationalCode).toBe(trueNationalCode)
    }
    expect([...seen.keys()].sort()).toEqual(['conflict', 'local', 'same', 'unlinked', 'variant'])
    for (const count of seen.values()) expect(count).toBeGreaterThan(20)
  })

  test('names are written in the ways of provinces', async () => {
    const { truth } = await made()
    const written = truth.filter(({ kind }) => kind === 'variant').map(({ name }) => name)
    for (const habit of [/\.\.\.$/, /GCN|GP|CCHN/, /[^.]\.$/, /\/ /]) expect(written.some((name) => habit.test(name))).toBe(true)
    expect(written.some((name) => name === name.toUpperCase())).toBe(true)
    expect(written.some((name) => name !== name.normalize('NFC'))).toBe(true)
  })

  test('OpenCPS serves it in the shape of the contract, with the links of its online services', async () => {
    const { sandbox, setup } = await made()
    const rows = await services(sandbox)
    expect(rows.map((row) => [row.serviceCode, row.serviceCodeDVCQG || null])).toEqual(
      setup.catalogue.map(({ localCode, nationalCode }) => [localCode, nationalCode]),
    )
    expect(rows.every((row) => openCpsService.safeParse(row).success)).toBe(true)
    const configs = rows.flatMap((row) => row.serviceConfigs as Row[])
    expect(Object.keys(configs[0]!)).toEqual([
      'serviceConfigId',
      'govAgencyCode',
      'govAgencyName',
      'serviceInstruction',
      'serviceLevel',
      'serviceUrl',
    ])
    const visited = await Promise.all(
      configs.slice(0, 40).map(async ({ serviceUrl }) => (await fetch(String(serviceUrl), { redirect: 'manual' })).status),
    )
    expect(visited.filter((status) => status === 200).length).toBeGreaterThan(30)
    expect(new Set(visited)).toEqual(new Set([200, 404, 302]))
  })

  test('what the nation renames keeps its old name here, and the same seed tells the same catalogue', async () => {
    const { sandbox, truth } = await made()
    const same = truth.find(({ kind }) => kind === 'same')!
    sandbox.procedures.story({ rename: { [same.trueNationalCode!]: 'Tên mới' } })
    expect(sandbox.catalogue()).toEqual(truth)
    const again = await startSandbox({ options: { procedures: { count: 3000 } } })
    await post(`${again.origin}/__sandbox/province`, { seed: 3, dossiers: 0, catalogue: 600 })
    expect(again.catalogue()).toEqual(truth)
    await again.stop()
  })
})
