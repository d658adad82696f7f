/** `lienthong payments cancel`: docs/commands.md, “payments cancel” */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { document, lienthong } from './command-line.js'
import { bill, payingProvince, TENANT } from './paying-province.js'

const create = (folder: string, ...args: readonly string[]) => document(['payments', 'create', '--file', 'bill.json', ...args], { folder })

test('takes back a bill by its code, however typed, and again changes nothing', async () => {
  const { folder } = await payingProvince()
  const { json } = await create(folder)
  const cancelled = { ...(json.bill as object), state: 'cancelled' }
  const first = await document(['payments', 'cancel', 'h99-261122-0001'], { folder })
  expect(first).toMatchObject({ code: 0, json: { schema: 1, tenant: TENANT, bill: cancelled, existed: false } })
  const again = await document(['payments', 'cancel', (json.bill as { id: string }).id], { folder })
  expect(again).toMatchObject({ code: 0, json: { bill: cancelled, existed: true } })
  expect((await create(folder, '--start')).json).toMatchObject({ existed: true, start: { outcome: 'not-due', state: 'cancelled' } })
})

test('is refused while a page is open and of a paid bill, naming the attempt', async () => {
  const { folder, platform } = await payingProvince()
  const { reference } = (await create(folder, '--start')).json.start as { reference: string }
  const open = await lienthong(['payments', 'cancel', bill.billCode], { folder })
  expect(open).toMatchObject({ code: 2, err: expect.stringContaining(reference) })
  platform.books.get(reference)!.state = '1'
  await document(['payments', 'query', reference], { folder })
  const paid = await document(['payments', 'cancel', bill.billCode], { folder })
  expect(paid).toMatchObject({ code: 2, json: { error: { code: 'payment.bill_paid' } } })
  expect(await document(['payments', 'cancel', 'NOBODY'], { folder })).toMatchObject({ code: 2, json: { error: { code: 'payment.unknown_bill' } } })
})

test('of several open bills of a dossier one has to be named by its id', async () => {
  const { folder } = await payingProvince()
  const ids = []
  for (const billCode of ['TB-0001', 'TB-0002']) {
    writeFileSync(join(folder, 'bill.json'), JSON.stringify({ ...bill, billCode }))
    ids.push(((await create(folder)).json.bill as { id: string }).id)
  }
  const { code, err } = await lienthong(['payments', 'cancel', bill.dossierCode], { folder })
  expect(code).toBe(2)
  for (const id of ids) expect(err).toContain(id)
  expect(await document(['payments', 'cancel', ids[0] ?? ''], { folder })).toMatchObject({ code: 0 })
  expect(await document(['payments', 'cancel', bill.dossierCode], { folder })).toMatchObject({
    code: 0,
    json: { bill: { id: ids[1] }, existed: false },
  })
})
