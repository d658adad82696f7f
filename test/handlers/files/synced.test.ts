/** From a file on the province's disk to its bytes at the national side, and back to a reading that sends nothing. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { previewPass } from '../../../src/sync/index.js'
import { bytesOn, fileOffice, pdf, TENANT } from './office.js'

const CODE = '000.00.12.H99-261001-0001'
const OTHER = '000.00.12.H99-261001-0002'

async function syncedOffice() {
  const office = await fileOffice()
  office.write('2026/10/ket-qua.pdf', pdf('kết quả'))
  office.write('2026/10/phu-luc.pdf', pdf('phụ lục'))
  office.write('2026/10/to-khai.pdf', pdf('tờ khai'))
  office.dossiers(
    {
      localCode: CODE,
      documents: [{ name: 'to-khai.pdf', file: { path: '2026/10/to-khai.pdf' } }],
      results: [
        { name: 'ket-qua.pdf', file: { path: '2026/10/ket-qua.pdf' } },
        { name: 'phu-luc.pdf', file: { path: '/2026/10/phu-luc.pdf' } },
      ],
    },
    { localCode: OTHER, results: [{ name: 'ngoai.pdf', url: 'https://kho.example.vn/ngoai.pdf' }] },
  )
  await office.serve()
  expect(await office.run()).toMatchObject({ outcome: 'done', failing: 0, waiting: 0 })
  return office
}

test('several files become several rows; the national side fetches each over its link and has the bytes of the disk', async () => {
  const office = await syncedOffice()
  const links = office.links()
  expect(Object.keys(links).sort()).toEqual(['ket-qua.pdf', 'ngoai.pdf', 'phu-luc.pdf', 'to-khai.pdf'])
  expect(links['ngoai.pdf']).toBe('https://kho.example.vn/ngoai.pdf')
  for (const name of ['ket-qua.pdf', 'phu-luc.pdf', 'to-khai.pdf']) {
    expect(links[name]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/lt\/1\.[\w-]{43}$/)
    const answer = await fetch(links[name] ?? '')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytesOn(office, `2026/10/${name}`))
  }
  expect(office.downloads).toMatchObject([
    { outcome: 'sent', tenant: TENANT, source: 'desk', code: CODE, peer: '127.0.0.1', status: 200 },
    { outcome: 'sent' },
    { outcome: 'sent' },
  ])
})

test('the sandbox’s portal fetches every link it was given, and has what lies on the disk', async () => {
  const office = await syncedOffice()
  const sha256 = (path: string) => createHash('sha256').update(bytesOn(office, path)).digest('hex')
  const file = (list: string, name: string) => ({ maHoSo: CODE, list, name, status: 200, sha256: sha256(`2026/10/${name}`) })
  expect(await office.fetched()).toMatchObject([
    file('TaiLieuNop', 'to-khai.pdf'),
    file('DanhSachGiayToKetQua', 'ket-qua.pdf'),
    file('DanhSachGiayToKetQua', 'phu-luc.pdf'),
    // On another machine: nobody asks it.
    { maHoSo: OTHER, name: 'ngoai.pdf', status: null },
  ])
})

test('reading it all again sends nothing, and so does a re-ordered record', async () => {
  const office = await syncedOffice()
  const before = office.writes()
  await office.run()
  office.dossiers(
    { localCode: OTHER, results: [{ name: 'ngoai.pdf', url: 'https://kho.example.vn/ngoai.pdf?signature=2' }] },
    {
      localCode: CODE,
      results: [
        { file: { path: '2026/10/ket-qua.pdf' }, name: 'ket-qua.pdf' },
        { file: { path: '/2026/10/phu-luc.pdf' }, name: 'phu-luc.pdf' },
      ],
      documents: [{ name: 'to-khai.pdf', file: { path: '2026/10/to-khai.pdf' } }],
    },
  )
  expect(await office.run()).toMatchObject({ outcome: 'done' })
  expect(office.writes()).toBe(before)
})

test('another file is a change, of a submitted document too; the link of the one that is named no more is dead', async () => {
  const office = await syncedOffice()
  const [before, links] = [office.writes(), office.links()]
  office.write('2026/10/to-khai-2.pdf', pdf('tờ khai sửa'))
  office.dossiers(
    {
      localCode: CODE,
      documents: [{ name: 'to-khai.pdf', file: { path: '2026/10/to-khai-2.pdf' } }],
      results: [
        { name: 'ket-qua.pdf', file: { path: '2026/10/ket-qua.pdf' } },
        { name: 'phu-luc.pdf', file: { path: '/2026/10/phu-luc.pdf' } },
      ],
    },
    { localCode: OTHER, results: [{ name: 'ngoai.pdf', url: 'https://kho.example.vn/ngoai.pdf' }] },
  )
  await office.run()
  expect(office.writes()).toBe(before + 1)
  const now = office.links()
  expect(now['ket-qua.pdf']).toBe(links['ket-qua.pdf'])
  expect(now['to-khai.pdf']).not.toBe(links['to-khai.pdf'])
  expect((await fetch(links['to-khai.pdf'] ?? '')).status).toBe(404)
  expect(await (await fetch(now['to-khai.pdf'] ?? '')).text()).toContain('tờ khai sửa')
})

test('the ledger names no file and holds no token', async () => {
  const office = await syncedOffice()
  const rows = await office.ledger.db.selectFrom('file_links').selectAll().execute()
  expect(rows).toHaveLength(3)
  const texts = rows.map((row) =>
    Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value))),
  )
  const tokens = Object.values(office.links()).map((link) => link.split('/').at(-1) ?? '')
  for (const text of texts.flat()) {
    expect(text).not.toMatch(/ket-qua|phu-luc|to-khai|2026\/10/)
    for (const token of tokens) expect(text).not.toContain(token.slice(2, 20))
  }
})

describe('which dossiers', () => {
  test('a file of a dossier that was planned and never sent is not served, and is as soon as it was', async () => {
    const office = await fileOffice()
    office.write('a.pdf', pdf('a'))
    office.dossiers({ localCode: CODE, results: [{ name: 'a.pdf', file: { path: 'a.pdf' } }] })
    await office.serve()
    await office.run()
    const link = office.links()['a.pdf'] ?? ''
    const set = (values: { readonly presence: 'absent' | 'maybe' | 'present' }) => office.ledger.db.updateTable('dossiers').set(values).execute()
    await set({ presence: 'absent' })
    expect((await fetch(link)).status).toBe(404)
    // The portal may fetch while it still answers the create that named the file.
    await office.ledger.db
      .insertInto('operations')
      .values({
        ...{ tenant: TENANT, source: 'desk', source_id: CODE, kind: 'record', state: 'sending', attempts: 0, deadline: null },
        ...{ maybe_doubled: 0, digest: 'd', created_at: 1 },
      })
      .execute()
    expect((await fetch(link)).status).toBe(200)
    await office.ledger.db.deleteFrom('operations').execute()
    await set({ presence: 'maybe' })
    expect((await fetch(link)).status).toBe(200)
    await set({ presence: 'present' })
    expect((await fetch(link)).status).toBe(200)
  })

  test('another tenant’s handler does not know the link', async () => {
    const office = await syncedOffice()
    const links = office.links()
    await office.serve({ tenants: { khac: { sources: {} } } })
    expect((await fetch(links['ket-qua.pdf'] ?? '')).status).toBe(404)
    expect(office.downloads.at(-1)).toMatchObject({ outcome: 'unknown-link', tenant: null, code: null })
  })
})

describe('without a public host', () => {
  test('each dossier with files says which score that costs; with one, `--resend-closed` sends the links', async () => {
    const office = await fileOffice()
    const files = { publicUrl: office.publicUrl }
    office.configure((tenant) => {
      delete tenant.files
    })
    office.write('a.pdf', pdf('a'))
    office.dossiers({
      localCode: CODE,
      documents: [{ name: 'd.pdf', file: { path: 'a.pdf' } }],
      results: [
        { name: 'a.pdf', file: { path: 'a.pdf' } },
        { name: 'b.pdf', file: { path: 'a.pdf' } },
      ],
    })
    const told: { rule: string; path: string; en: string; vi: string }[] = []
    await previewPass(await office.sync(), (_source, { findings }) => {
      for (const { ruleId, path, message } of findings) if (ruleId.startsWith('files.')) told.push({ rule: ruleId, path, ...message })
    })
    expect(told).toMatchObject([
      { rule: 'files.no-public-host', path: 'results', en: expect.stringContaining('2 files'), vi: expect.stringContaining('4.1, tối đa 6 điểm') },
      { rule: 'files.no-public-host', path: 'documents', en: expect.stringContaining('4.2, up to 4 points') },
    ])
    expect(await office.run()).toMatchObject({ failing: 0, waiting: 0 })
    expect(office.links()).toEqual({})

    office.configure((tenant) => {
      tenant.files = files
    })
    await office.run()
    expect(office.links()).toEqual({})
    await office.run({ resendClosed: true })
    await office.serve()
    const link = office.links()['a.pdf'] ?? ''
    expect(
      createHash('sha256')
        .update(Buffer.from(await (await fetch(link)).arrayBuffer()))
        .digest('hex'),
    ).toBe(
      createHash('sha256')
        .update(readFileSync(join(office.folder, 'files/a.pdf')))
        .digest('hex'),
    )
    // Put away for a while and set again: links that were made stay good.
    office.configure((tenant) => {
      delete tenant.files
    })
    await office.run()
    office.configure((tenant) => {
      tenant.files = files
    })
    expect((await fetch(link)).status).toBe(200)
  })
})

test('a raised key version gives new links to what is sent from then on; old links stay good', async () => {
  const office = await syncedOffice()
  const old = office.links()
  office.configure((tenant) => {
    tenant.files = { publicUrl: office.publicUrl, keyVersion: 2 }
  })
  await office.run({ resendClosed: true })
  await office.serve()
  const renewed = office.links()
  expect(renewed['ket-qua.pdf']).toMatch(/\/2\.[\w-]{43}$/)
  for (const link of [old, renewed]) expect((await fetch(link['ket-qua.pdf'] ?? '')).status).toBe(200)
})
