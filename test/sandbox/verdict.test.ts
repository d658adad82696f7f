import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/sandbox/index.js'
import { caller, exampleStep, sandboxFor } from './portal-calls.js'

/** A client that does everything right, told from the setup and the one-stop system alone; a test bends it. */
async function faithfulClient(sandbox: Sandbox) {
  const portal = await caller(sandbox)
  const { url, credentials } = sandbox.systems['one-stop-opencps']!
  const headers = { authorization: `Basic ${btoa(`${credentials.username}:${credentials.password}`)}`, groupId: credentials.groupId ?? '' }
  const get = async (path: string) =>
    (await (await fetch(url + path, { headers })).json()) as Record<string, never> & { data: Record<string, string>[] }
  const setup = sandbox.setup()
  const procedures = new Map(setup.procedures.map((procedure) => [procedure.localCode, procedure]))
  const tables = setup.tables as unknown as Record<string, Record<string, number>>
  const stamp = (text: string) => text.replace(/^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d)$/, '$3$2$1$4$5$6')
  const sentUnder = new Map<string, string>()
  const sentSteps = new Map<string, number>()
  let left = 0

  const pass = async () => {
    left = 0
    for (const row of (await get('/dossiers')).data) {
      const procedure = procedures.get(row.serviceCode ?? '')
      const status = tables.subStatuses?.[row.dossierSubStatus ?? ''] ?? tables.statuses?.[row.dossierStatus ?? '']
      const kind = tables.applicantKinds?.[row.applicantIdType ?? '']
      const outside =
        setup.scope.skipOriginality.includes(Number(row.originality)) ||
        row.dossierNo === '' ||
        row.dossierNo?.startsWith('CU-') ||
        row.briefNote === setup.scope.testNote
      const broken =
        !procedure?.nationalCode || status === undefined || kind === undefined || stamp(row.receiveDate ?? '') < stamp(row.submitDate ?? '')
      if (outside || broken) {
        left++
        continue
      }
      const fee = await get(`/dossiers/${row.dossierId}/payment`)
      const code = sentUnder.get(row.referenceUid ?? '') ?? row.dossierNo ?? ''
      const known = sentUnder.has(row.referenceUid ?? '')
      sentUnder.set(row.referenceUid ?? '', code)
      const record = {
        MaHoSo: code,
        MaTTHC: procedure.nationalCode,
        TenTTHC: row.serviceName,
        MaLinhVuc: row.domainCode,
        TenLinhVuc: row.domainName,
        ChuHoSo: row.applicantName,
        LoaiDoiTuong: String(kind),
        KenhThucHien: row.online === 'true' ? '2' : '1',
        NgayTiepNhan: stamp(row.receiveDate ?? ''),
        NgayHenTra: stamp(row.dueDate ?? ''),
        NgayKetThucXuLy: stamp(row.releaseDate ?? ''),
        NgayTra: stamp(row.finishDate ?? ''),
        TrangThaiHoSo: String(status),
        HinhThuc: Number(row.viaPostal) > 1 ? '1' : '0',
        DonViXuLy: row.govAgencyName,
        DanhSachLePhi:
          fee.paymentStatus === 0
            ? []
            : [{ TenPhiLePhi: fee.paymentFee, MaPhiLePhi: '', HinhThucThu: '1', Gia: String(fee.paymentAmount), LoaiPhiLePhi: '1' }],
      }
      const answer = known ? await portal.update(record) : await portal.create(record)
      expect(answer.message).toContain('thành công')
      const { data } = await get(`/dossiers/${row.dossierId}/syncs`)
      for (const step of data.slice(sentSteps.get(code) ?? 0)) {
        const at = new Date(Number(step.createDate) + 7 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14)
        const TrangThai = String(tables.actions?.[step.actionCode ?? ''])
        await portal.progress(exampleStep({ MaHoSo: code, ThoiDiemXuLy: at, TrangThai, NguoiXuLy: step.actionUser, NoiDungXuLy: step.actionName }))
      }
      sentSteps.set(code, data.length)
    }
  }
  return { pass, portal, left: () => left }
}

async function province(dossiers = 80) {
  const sandbox = await sandboxFor({ seed: 1 })
  sandbox.makeProvince({ seed: 6, dossiers })
  return { sandbox, client: await faithfulClient(sandbox) }
}

const CLEAN = { lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0, doubledSteps: 0, repeatedSteps: 0 }

describe('the verdict', () => {
  test('a client that does everything right is acquitted, at the start and after the world moved on', async () => {
    const { sandbox, client } = await province(300)
    expect(sandbox.verdict().lost).toBe(sandbox.expected().length)
    await client.pass()
    expect(sandbox.verdict()).toMatchObject(CLEAN)
    const { planted } = sandbox.setup()
    expect(client.left()).toBe(planted.dirty + planted.excluded)
    for (const days of [3, 20]) {
      sandbox.advance(days)
      expect(sandbox.verdict().lost).toBeGreaterThan(0)
      await client.pass()
      expect(sandbox.verdict()).toMatchObject(CLEAN)
    }
  }, 300_000)

  test('a dossier that differs is lost, and named by code and field, unless the client owned up to it', async () => {
    const { sandbox, client } = await province()
    await client.pass()
    const [victim] = sandbox.expected()
    const [held] = sandbox.dossiers().filter((dossier) => dossier.maHoSo === victim!.codes[0])
    await client.portal.update({ ...held!.record, NgayHenTra: '20300101000000', DanhSachLePhi: [] })
    const verdict = sandbox.verdict()
    expect(verdict.lost).toBe(1)
    expect(verdict.examples.lost[0]).toMatch(new RegExp(`^${held!.maHoSo}: NgayHenTra`))
    expect(JSON.stringify(verdict)).not.toContain(victim!.record.ChuHoSo)
    for (const sourceId of [victim!.sourceId, String(victim!.dossierId), held!.maHoSo]) {
      expect(sandbox.verdict({ excused: [{ sourceId, reason: 'test' }] }).lost).toBe(0)
    }
  })

  test('a dossier under two numbers is a duplicate', async () => {
    const { sandbox, client } = await province(400)
    sandbox.advance(45)
    await client.pass()
    const twice = sandbox.expected().find((dossier) => dossier.codes.length === 2)!
    const held = sandbox.dossiers().find((dossier) => twice.codes.includes(dossier.maHoSo))!
    await client.portal.create({ ...held.record, MaHoSo: twice.codes.find((code) => code !== held.maHoSo) })
    expect(sandbox.verdict()).toMatchObject({ duplicated: 1, unexpected: 0 })
  }, 300_000)

  test('steps that arrive against the story’s order are out of order; one that is nobody’s is a difference', async () => {
    const { sandbox, client } = await province(80)
    const dossier = sandbox.expected().find((one) => one.steps.length > 3)!
    await client.pass()
    const held = sandbox.dossiers().find((one) => one.maHoSo === dossier.codes[0])!
    sandbox.reset()
    sandbox.makeProvince({ seed: 6, dossiers: 80 })
    const portal = await caller(sandbox)
    await portal.create(held.record)
    for (const step of [...held.steps].reverse()) await portal.progress(step)
    expect(sandbox.verdict()).toMatchObject({ outOfOrder: 1, dossiers: 1 })
  })

  test('what no dossier ever was is unexpected', async () => {
    const { sandbox, client } = await province(50)
    await client.pass()
    await client.portal.create({ ...sandbox.dossiers()[0]!.record, MaHoSo: 'CU-180310-00042' })
    expect(sandbox.verdict()).toMatchObject({ lost: 0, unexpected: 1, examples: { unexpected: ['CU-180310-00042'] } })
  })
})
