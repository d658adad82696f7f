import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createVault, openInbox, parseLedgerKey } from '../../src/ledger/index.js'
import { lienthong } from './command-line.js'
import { installedProvince, TENANT } from './installed-province.js'

describe('lienthong sources', () => {
  test('counts what each source holds, and says that nothing is gone or contested', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run'], province)
    const listed = await lienthong(['sources', 'list', '--json'], province)
    expect(listed.code).toBe(0)
    expect(JSON.parse(listed.out)).toMatchObject({
      schema: 1,
      tenants: [{ tenant: TENANT, sources: [{ source: 'one-stop', gone: 0, conflicts: 0, ownedElsewhere: 0, marksWaiting: 0, marksFailing: 0 }] }],
    })
    for (const what of ['gone', 'conflicts']) {
      const { code, out } = await lienthong(['sources', what, '--lang', 'en'], province)
      expect([code, out]).toEqual([0, expect.stringMatching(/^✓ demo: no/)])
    }
    const status = JSON.parse((await lienthong(['status', '--json'], province)).out) as { tenants: { sources: unknown[] }[] }
    expect(status.tenants[0]?.sources).toHaveLength(1)
  })

  test('lists who has a code already, by codes and names of sources; dossier trace says it, too', async () => {
    const province = await installedProvince({ dossiers: 5 })
    await lienthong(['sync', 'run'], province)
    province.configure((_, tenant) => {
      tenant.sources.again = tenant.sources['one-stop']!
    })
    expect((await lienthong(['sync', 'run'], province)).code).toBe(1)
    const { code, out } = await lienthong(['sources', 'conflicts', '--json'], province)
    expect(code).toBe(1)
    const [{ conflicts }] = (JSON.parse(out) as { tenants: [{ conflicts: { source: string; localCode: string; holder: object }[] }] }).tenants
    expect(conflicts.length).toBeGreaterThan(0)
    expect(conflicts[0]).toMatchObject({ source: 'again', kind: 'two-sources', holder: { source: 'one-stop' } })
    const said = await lienthong(['sources', 'conflicts', '--lang', 'vi'], province)
    expect(said.out).toContain('ownership')
    const traced = JSON.parse((await lienthong(['dossier', 'trace', conflicts[0]!.localCode, '--json'], province)).out) as { dossiers: object[] }
    expect(traced.dossiers).toEqual(
      expect.arrayContaining([expect.objectContaining({ source: 'again', conflict: expect.objectContaining({ kind: 'two-sources' }) })]),
    )

    province.configure((_, tenant) => {
      tenant.ownership = [{ owner: 'one-stop', when: {} }]
    })
    await lienthong(['sync', 'run'], province)
    expect((await lienthong(['sources', 'conflicts'], province)).code).toBe(0)
    const counts = JSON.parse((await lienthong(['sources', 'list', '--source', 'again', '--json'], province)).out) as {
      tenants: { sources: { ownedElsewhere: number }[] }[]
    }
    expect(counts.tenants[0]?.sources[0]?.ownedElsewhere).toBe(conflicts.length)
  })

  test('lists what a register does not hold any more', async () => {
    const province = await installedProvince({ dossiers: 3 })
    const register = `${province.folder}/register.csv`
    const row = (n: number) => `000.00.12.H99-250310-900${n},Đăng ký khai sinh,Đã tiếp nhận,10/03/2025`
    const written = (...numbers: number[]) =>
      writeFileSync(register, ['Mã hồ sơ,Tên thủ tục hành chính,Trạng thái,Ngày nhận', ...numbers.map(row)].join('\n'))
    province.configure((_, tenant) => {
      tenant.sources = { register: { dialect: 'file-csv', file: register } as (typeof tenant.sources)[string] }
    })
    written(1, 2, 3)
    await lienthong(['sync', 'run'], province)
    written(1, 3)
    await lienthong(['sync', 'run'], province)
    const { code, out } = await lienthong(['sources', 'gone', '--json'], province)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      tenants: [{ gone: [{ source: 'register', localCode: '000.00.12.H99-250310-9002', toldBy: 'reading', run: 2 }] }],
    })
    expect((await lienthong(['sources', 'gone', '--lang', 'en'], province)).out).toContain('000.00.12.H99-250310-9002')
  })

  test('that does not exist is refused with those that do', async () => {
    const province = await installedProvince({ dossiers: 1 })
    await lienthong(['sync', 'run'], province)
    const { code, err } = await lienthong(['sources', 'gone', '--source', 'nowhere', '--lang', 'en'], province)
    expect([code, err]).toEqual([2, expect.stringContaining('one-stop')])
  })

  test('lists pushed messages that could not be taken, writes them down, and forgets what is dealt with', async () => {
    const province = await installedProvince({ dossiers: 1 })
    province.configure((_, tenant) => {
      tenant.sources.pushed = { dialect: 'relay-push', inbox: './inbox.db', access: { insecure: true } }
    })
    const key = parseLedgerKey(readFileSync(`${province.folder}/lienthong.key`, 'utf8').trim()) as Uint8Array
    const inbox = openInbox({ path: `${province.folder}/inbox.db`, vault: createVault(key), tenant: TENANT, source: 'pushed' })
    onTestFinished(() => inbox.close())
    await inbox.reject({ reason: 'push: [1].MaHoSo: is missing (thiếu)', body: Buffer.from('{"HoTen":"Nguyễn Văn Mẫu"}') })
    await inbox.reject({ reason: 'push: is no JSON (không phải JSON)', body: Buffer.from('<html>') })

    const listed = await lienthong(['sources', 'refused', '--lang', 'en'], province)
    expect(listed.code).toBe(1)
    expect(listed.out).toContain('[1].MaHoSo: is missing')
    expect(listed.out).not.toContain('Nguyễn')
    const saved = await lienthong(['sources', 'refused', '--save', 'waiting', '--json'], province)
    expect(JSON.parse(saved.out)).toMatchObject({
      sources: [
        {
          source: 'pushed',
          refused: [
            { id: 2, times: 1 },
            { id: 1, times: 1, reason: 'push: [1].MaHoSo: is missing (thiếu)' },
          ],
        },
      ],
    })
    const file = `${province.folder}/waiting/${TENANT}-pushed-1.txt`
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['{"HoTen":"Nguyễn Văn Mẫu"}', 0o600])
    writeFileSync(file, 'corrected')
    await lienthong(['sources', 'refused', '--save', 'waiting'], province)
    expect(readFileSync(file, 'utf8')).toBe('corrected')

    for (const id of ['1', '2']) expect((await lienthong(['sources', 'refused', '--source', 'pushed', '--done', id], province)).code).toBe(0)
    expect((await lienthong(['sources', 'refused'], province)).code).toBe(0)
    const again = await lienthong(['sources', 'refused', '--source', 'pushed', '--done', '1', '--lang', 'en'], province)
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('no refused message 1')])
    expect((await lienthong(['sources', 'refused', '--done', '1'], province)).code).toBe(2)
    const unknown = await lienthong(['sources', 'refused', '--source', 'one-stop', '--lang', 'en'], province)
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('pushed')])
  })
})
