import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readWorkbook } from '../../src/mappers/index.js'
import { catalogueProvince, pull, told } from './catalogue-province.js'
import { document, lienthong } from './command-line.js'
import { file, type InstalledProvince } from './installed-province.js'

const WORDS = [
  ['catalogue', 'diff'],
  ['catalogue', 'publish'],
  ['catalogue', 'links'],
  ['catalogue', 'match'],
] as const

describe('without a catalogue', () => {
  test('each command says what is missing and which command brings it', async () => {
    const province = await catalogueProvince()
    for (const words of [
      ['catalogue', 'diff'],
      ['catalogue', 'publish'],
      ['catalogue', 'links', '--resolve', 'https://x.example.vn/?MaTTHC=2.000908'],
    ]) {
      expect(await document(words, province), words.join(' ')).toMatchObject({ code: 4, json: { error: { code: 'ledger.missing' } } })
    }
    await lienthong(['sync', 'run'], province)
    for (const words of WORDS) {
      const { code, told: tenant, err } = await told<{ error: { code: string } }>(words, province)
      expect([code, tenant.error.code], words.join(' ')).toEqual([2, 'catalogue.missing'])
      expect(err, words.join(' ')).toContain('→ Run `lienthong catalogue pull` first.')
    }
    const vietnamese = await lienthong(['catalogue', 'diff', '--lang', 'vi'], province)
    expect(vietnamese.err).toContain('→ Chạy `lienthong catalogue pull` trước.')
  })

  test('a tenant without any catalogue is told which settings it needs', async () => {
    const province = await catalogueProvince()
    province.configure((_, tenant) => {
      delete tenant.procedures
      delete tenant.procedureDatabase
    })
    const { code, err } = await lienthong(['catalogue', 'pull'], province)
    expect(code).toBe(2)
    expect(err).toContain('procedureDatabase')
  })
})

describe('catalogue diff', () => {
  test('says field by field what differs, and the same on a workbook whose codes are texts', async () => {
    const province = await catalogueProvince({ catalogue: 40, count: 120 })
    await pull(province)
    await lienthong(['catalogue', 'match'], province)
    interface Told {
      readonly summary: { readonly local: number; readonly kinds: Readonly<Record<string, number>>; readonly missing: number }
      readonly differences: readonly {
        readonly localCode: string
        readonly nationalCode: string | null
        readonly kind: string
        readonly fields: readonly { readonly field: string; readonly local: string; readonly national: string; readonly says: string }[]
      }[]
      readonly missing: readonly { readonly code: string }[]
      readonly written: string
    }
    const { code, told: diff } = await told<Told>(['catalogue', 'diff', '--xlsx', 'out/differences.xlsx'], province)
    expect(code).toBe(0)
    expect(diff.summary.local).toBe(80)
    expect(diff.differences).toHaveLength(80)
    const truth = new Map(province.sandbox.catalogue().map((row) => [row.localCode, row]))
    for (const { localCode, nationalCode } of diff.differences) {
      if (nationalCode !== null) expect(nationalCode, localCode).toBe(truth.get(localCode)!.trueNationalCode)
    }
    const differing = diff.differences.filter(({ kind }) => kind === 'differs')
    expect(differing.length).toBe(diff.summary.kinds.differs)
    for (const { fields } of differing) for (const { says } of fields) expect(says).not.toBe('')
    expect(diff.missing).toHaveLength(diff.summary.missing)

    const sheets = await readWorkbook(readFileSync(file(province, 'out/differences.xlsx')))
    const [differences] = sheets
    expect(differences!.rows[0]!.slice(0, 3)).toEqual(['Local code', 'Local name', 'National code'])
    const codes = differences!.rows.slice(1).map(([local, , national]) => [local, national])
    expect(codes.every((pair) => pair.every((cell) => typeof cell === 'string'))).toBe(true)
    expect(new Set(codes.map(([local]) => local))).toEqual(new Set(differing.map(({ localCode }) => localCode)))

    const vietnamese = await lienthong(['catalogue', 'diff', '--lang', 'vi'], province)
    expect(vietnamese.out).toMatch(/^demo: 80 thủ tục: /)
    expect(vietnamese.out).toMatch(/→ .*[ạảấềệộớứ]/)
    const wrong = await lienthong(['catalogue', 'diff', '--xlsx', 'differences.txt'], province)
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('.xlsx')
  })
})

/** A list of its own, with addresses that a test chose. */
async function withServices(urls: readonly string[], hosts: readonly string[]): Promise<InstalledProvince> {
  const province = await catalogueProvince()
  const national = province.sandbox.procedures.list().filter(({ state }) => state === 'public')
  province.configure((_, tenant) => {
    tenant.procedures = {
      list: urls.map((serviceUrl, index) => {
        const { code, name } = national[index]!
        const fees = [{ kind: 'fee', amount: 30_000 }]
        return { localCode: `${code}.000.00.00.H99`, nationalCode: code, name, levels: ['province'], serviceLevel: 'full', serviceUrl, fees }
      }),
    }
    tenant.publish = { ...tenant.publish, linkHosts: [...hosts] }
  })
  expect((await lienthong(['catalogue', 'pull'], province)).code).toBe(0)
  return province
}

const onlineServices = [1, 2, 3, 4].map((number) => `https://dichvucong.example.vn/nop-ho-so/${number}`)

describe('catalogue publish', () => {
  interface Published {
    readonly ready: number
    readonly notReady: number
    readonly integration: { readonly basis: string; readonly province: { readonly n: number; readonly d: number } }
    readonly offers: readonly { readonly nationalCode: string; readonly url: string }[]
    readonly written?: readonly string[]
    readonly upload?: {
      readonly accepted: number
      readonly unchanged: number
      readonly others: readonly { readonly error: { readonly code: string } }[]
    }
  }
  const publish = (province: InstalledProvince, ...options: string[]) => told<Published>(['catalogue', 'publish', ...options], province)

  test('shows what could be offered and why the rest could not, and sends nothing', async () => {
    const province = await withServices([...onlineServices, 'http://dichvucong.example.vn/nop-ho-so/5'], [])
    const { code, told: shown, out } = await publish(province)
    expect(code).toBe(0)
    expect(shown).toMatchObject({ ready: 4, notReady: 1 })
    expect(shown.offers.map(({ url }) => url)).toEqual(onlineServices)
    expect(out).not.toContain('\n\n')
    expect(province.sandbox.procedures.offers()).toEqual([])
    const spoken = await lienthong(['catalogue', 'publish', '--lang', 'vi'], province)
    expect(spoken.out).toContain('4 thủ tục sẵn sàng')
    expect(spoken.out).toContain('1 × Đường dẫn')
  })

  test('writes a workbook and a bundle for entry by hand', async () => {
    const province = await withServices(onlineServices, [])
    const { told: shown } = await publish(province, '--out', 'bundle')
    expect(shown.written).toEqual([file(province, 'bundle/offers.xlsx'), file(province, 'bundle/offers.json')])
    const bundle = JSON.parse(readFileSync(file(province, 'bundle/offers.json'), 'utf8')) as { offers: readonly { nationalCode: string }[] }
    expect(bundle.offers).toHaveLength(4)
    const [sheet] = await readWorkbook(readFileSync(file(province, 'bundle/offers.xlsx')))
    const cells = new Set(sheet!.rows.flat())
    for (const { nationalCode } of bundle.offers) expect(cells).toContain(nationalCode)
  })

  test('sends each offer once; what did not change since is not sent again', async () => {
    const province = await withServices(onlineServices, [])
    const first = await publish(province, '--send')
    expect(first.code).toBe(0)
    expect(first.told).toMatchObject({
      upload: { accepted: 4, unchanged: 0, others: [] },
      integration: { basis: 'uploads', province: { n: 4, d: 4 } },
    })
    const held = () => province.sandbox.procedures.offers().map(({ code, uploads }) => [code, uploads])
    expect(held()).toEqual(first.told.offers.map(({ nationalCode }) => [nationalCode, 1]))
    expect((await publish(province, '--send')).told.upload).toMatchObject({ accepted: 0, unchanged: 4 })
    expect(held().every(([, uploads]) => uploads === 1)).toBe(true)
    expect((await publish(province, '--send', '--all')).told.upload).toMatchObject({ accepted: 4, unchanged: 0 })
    expect(held().every(([, uploads]) => uploads === 2)).toBe(true)
  })

  test('an upload that is refused or gets no answer is none, is said, and goes the next time', async () => {
    const province = await withServices(onlineServices, [])
    const refuse = (kind: 'reject' | 'http-500') => province.sandbox.faults({ rules: [{ system: 'procedure-database-upload', kind }] })
    refuse('reject')
    const refused = await publish(province, '--send')
    expect(refused.code).toBe(1)
    expect(refused.told.upload).toMatchObject({ accepted: 0, others: { length: 4 } })
    expect(refused.told.upload!.others[0]!.error.code).toBe('catalogue-upload.refused')
    expect(refused.told.integration.province.n).toBe(0)
    province.sandbox.faults({ rules: [] })
    expect((await publish(province, '--send')).told.upload).toMatchObject({ accepted: 4 })
  })

  test('where nobody answers nothing was sent, and it ends with 3', async () => {
    const province = await withServices(onlineServices, [])
    province.configure((_, tenant) => {
      tenant.publish!.upload!.url = 'http://127.0.0.1:1/upload'
      tenant.publish!.upload!.loginUrl = 'http://127.0.0.1:1/login'
      tenant.publish!.upload!.retry = { attempts: 1 }
    })
    const { code, err } = await lienthong(['catalogue', 'publish', '--send'], province)
    expect(code).toBe(3)
    // Once, and not for each offer.
    expect(err.split('transport.unreachable')).toHaveLength(2)
  })

  test('without an upload that somebody configured it sends nothing and says what to do', async () => {
    const province = await withServices(onlineServices, [])
    province.configure((_, tenant) => void delete tenant.publish!.upload)
    const { code, err } = await lienthong(['catalogue', 'publish', '--send'], province)
    expect(code).toBe(2)
    expect(err).toContain('tenants.demo.publish.upload is not configured')
    expect(err).toContain('--out DIR')
    expect(province.sandbox.procedures.offers()).toEqual([])
    expect((await publish(province)).told.integration.basis).toBe('readiness')
  })

  test('a host that is not this machine is offered nothing until the configuration says production', async () => {
    const province = await withServices(onlineServices, [])
    province.configure((_, tenant) => {
      Object.assign(tenant.publish!.upload!, { url: 'https://cong.example.vn/tai-len', loginUrl: 'https://cong.example.vn/login' })
    })
    const { code, err } = await lienthong(['catalogue', 'publish', '--send'], province)
    expect(code).toBe(2)
    expect(err).toContain('cong.example.vn')
    expect(err).toContain('config.not_production')
  })
})

describe('catalogue links', () => {
  interface Checked {
    readonly links: number
    readonly alive: number
    readonly dead: number
    readonly doubtful: number
    readonly checked: readonly { readonly url: string; readonly verdict: string; readonly problem: string | null; readonly hint: string | null }[]
  }

  test('asks every published address, and names the dead ones with what to do', async () => {
    const province = await catalogueProvince()
    const { url } = province.sandbox.systems['procedure-database-services']!
    const page = (name: string) => `${url}/${name}`
    const list = [page('nop-ho-so-1'), page('dead-nop-ho-so-2'), page('moved-nop-ho-so-1'), 'https://noi-khac.example.vn/nop-ho-so', 'http://[']
    province.configure((_, tenant) => {
      tenant.procedures = {
        list: list.map((serviceUrl, index) => ({ localCode: `MAU-${index}`, name: `Thủ tục mẫu số ${index}`, serviceLevel: 'full', serviceUrl })),
      }
      tenant.publish = { linkHosts: [new URL(url).hostname] }
    })
    await lienthong(['catalogue', 'pull'], province)
    const { code, told: links } = await told<Checked>(['catalogue', 'links'], province)
    expect(code).toBe(1)
    const verdicts = Object.fromEntries(links.checked.map(({ url: address, verdict }) => [address, verdict]))
    expect(verdicts).toMatchObject({ [list[0]!]: 'alive', [list[1]!]: 'dead', [list[2]!]: 'alive', [list[3]!]: 'doubtful' })
    const dead = links.checked.find(({ url: address }) => address === list[1])!
    expect(dead.problem).toContain('404')
    expect(dead.hint).toBe('Publish the service’s present address.')
  })

  test('asks nobody while no host was named', async () => {
    const province = await withServices(onlineServices, [])
    const { code, err } = await lienthong(['catalogue', 'links'], province)
    expect(code).toBe(2)
    expect(err).toContain('publish.linkHosts')
    expect(err).toContain('dichvucong.example.vn')
  })

  test('says where a link of the national portal leads, or why nowhere; hostile text is told, not obeyed', async () => {
    const province = await withServices(onlineServices, [])
    const { code: national, name } = province.sandbox.procedures.list().find(({ state }) => state === 'public')!
    interface Resolved {
      readonly resolved: { readonly procedure: { readonly localCode: string }; readonly login: string | null; readonly citizenToken: boolean } | null
      readonly reason?: string
      readonly hint?: string
    }
    const resolve = (link: string) => told<Resolved>(['catalogue', 'links', '--resolve', link], province)
    const good = await resolve(`https://dichvucong.example.vn/?MaTTHC=${national}&MaCoQuanThucHien=000.00.02.H99&vneid=1`)
    expect(good.code).toBe(0)
    expect(good.told.resolved).toMatchObject({ procedure: { localCode: `${national}.000.00.00.H99`, name } })
    for (const [link, reason] of [
      ['https://dichvucong.example.vn/?MaTTHC=9.999998', 'national-code-unknown'],
      ['https://dichvucong.example.vn/?MaTTHCDP=9.999998.000.00.00.H99', 'local-code-unknown'],
      ['https://dichvucong.example.vn/', 'no-procedure'],
      ['<script>alert(1)</script>', 'no-procedure'],
    ] as const) {
      const bad = await resolve(link)
      expect([bad.code, bad.told.resolved, bad.told.reason], link).toEqual([1, null, reason])
      expect(bad.told.hint, link).not.toBe('')
      expect(bad.out, link).not.toContain('<script>')
    }
    for (const link of ['\u0000%%%', `MaTTHC=${'9'.repeat(100_000)}`, '?MaTTHC[]=1&MaTTHC[]=2&__proto__=x', '?MaTTHC=\u001b[2J', '%E0%A4%A']) {
      const bad = await resolve(link)
      expect(bad.code, link.slice(0, 20)).toBe(1)
      expect(bad.out.length).toBeLessThan(2000)
      const spoken = await lienthong(['catalogue', 'links', '--resolve', link], province)
      expect(
        [...spoken.out].some((letter) => letter < ' ' && letter !== '\n'),
        link.slice(0, 20),
      ).toBe(false)
    }
  })
})
