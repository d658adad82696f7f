import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lienthong } from './command-line.js'
import { installedProvince } from './installed-province.js'
import { bill } from './paying-province.js'

test.each([
  ['in the ledger of dossiers', undefined],
  ['in a ledger of their own', 'sqlite:./payments.db'],
])('a fee paid on the platform’s page stands in the dossier that the portal has, once: payments %s', async (_, paymentsUrl) => {
  const province = await installedProvince({ dossiers: 3 })
  const { sandbox, folder } = province
  const { urls = {}, credentials } = sandbox.systems['payment-platform'] ?? { credentials: {} as Record<string, string> }
  writeFileSync(join(folder, 'payment-secret'), credentials.secret ?? '', { mode: 0o600 })
  province.configure((config, tenant) => {
    if (paymentsUrl !== undefined) config.ledger.paymentsUrl = paymentsUrl
    tenant.payments = {
      ip: '203.0.113.10',
      partners: [{ partner: credentials.partner ?? '', urls, secret: { file: './payment-secret' } }],
      accounts: [{ account: '0000000000001', bankCode: '00000000', accountName: 'SO MAU' }],
    }
  })
  expect((await lienthong(['sync', 'run'], province)).code).toBe(0)
  const code = sandbox.dossiers()[0]?.maHoSo ?? ''
  const held = () => sandbox.dossiers().find(({ maHoSo }) => maHoSo === code)
  writeFileSync(join(folder, 'bill.json'), JSON.stringify({ ...bill, billCode: code, dossierCode: code }))
  const created = await lienthong(['payments', 'create', '--file', 'bill.json', '--start', '--json'], province)
  expect([created.code, created.err]).toEqual([0, ''])
  const { start } = JSON.parse(created.out) as { start: { reference: string; payUrl: string } }
  sandbox.payments.citizen({ payUrl: start.payUrl, action: 'pay' })
  const queried = await lienthong(['payments', 'query', start.reference, '--json'], province)
  expect([queried.code, queried.err]).toEqual([0, ''])

  expect((await lienthong(['sync', 'run'], province)).code).toBe(0)
  const { record, updates = 0 } = held() ?? {}
  expect(record).toMatchObject({ DuocThanhToanTrucTuyen: '1' })
  const fees = (record as { DanhSachLePhi?: { Gia: string }[] } | undefined)?.DanhSachLePhi ?? []
  expect(fees.reduce((sum, { Gia }) => sum + Number(Gia), 0)).toBeGreaterThanOrEqual(150_000)
  await lienthong(['sync', 'run'], province)
  expect(held()?.updates).toBe(updates)
})
