import { expect, test } from 'vitest'
import { ask, type Fields, listeningProvince, PARTNER, platformSandbox, question, receiptBlock, taken } from './messages.js'

const CODE = 'H99-261122-0001'
const shown = { error_code: 1, message: { MaTraCuuTT: `${CODE}20261122091500`, ...receiptBlock } }

/** A province that shows a bill and takes results. */
async function scene(inquiry: (code: string) => unknown = () => shown) {
  const sandbox = await platformSandbox()
  const province = await listeningProvince((message) => ('LoaiBanTin' in message ? taken : { body: JSON.stringify(inquiry(String(message.MaHoSo))) }))
  sandbox.payments.register({ partner: PARTNER, callbackUrl: province.url, inquiryUrl: province.url })
  const results = async (): Promise<readonly Fields[]> => {
    await sandbox.payments.settle()
    return province.messages().filter((message) => 'LoaiBanTin' in message)
  }
  const pay = (more: Fields = {}) => sandbox.payments.national({ code: CODE, partner: PARTNER, ...more })
  return { sandbox, province, results, pay }
}

test('the bill that the province shows is paid under a reference of the platform’s own, with letters in it', async () => {
  const { sandbox, province, results, pay } = await scene()
  const report = await pay()
  expect(report).toMatchObject({ outcome: 'shown', amount: 150_000, lookupCode: `${CODE}20261122091500`, state: 'paid' })
  expect(province.messages()[0]).toEqual({ MaHoSo: CODE })
  const [result] = await results()
  expect(result).toMatchObject({ MaLoi: '00', SoTien: 150000, MaTraCuuTT: `${CODE}20261122091500`, MaHoSo: CODE })
  expect(result?.MaThamChieu).toMatch(/^(?=.*[A-Z])(?=.*\d)[A-Z\d]+$/)
  expect(sandbox.payments.transactions()).toMatchObject([{ by: 'national', billCode: CODE, state: 'paid', payments: [{ amount: 150_000 }] }])
})

test.each([[['MaTraCuuTT']], [['MaHoSo']], [[]]] as const)('the result names the bill by %j alone where it is told to', async (tells) => {
  const { results, pay } = await scene()
  await pay({ tells: [...tells] })
  const [result] = await results()
  expect(['MaTraCuuTT', 'MaHoSo'].filter((name) => name in (result ?? {}))).toEqual([...tells])
})

test('its receipt is found under the time of the result', async () => {
  const { sandbox, results, pay } = await scene()
  await pay()
  const [result] = await results()
  const { MaThamChieu, ThoiGianGD } = result ?? {}
  expect((await ask(sandbox, 'receipt', question('GET_BILL', { MaThamChieu, ThoiGianGD }))).text).toMatch(/^%PDF-/)
})

test.each([
  ['nothing is due', { error_code: 0, message: [] }, 'nothing-due'],
  ['nobody knows the code', { error_code: -1, message: [] }, 'unknown'],
  ['the usual meaning of 0', { error_code: '0', message: shown.message }, 'unreadable'],
  ['a bill without MaTraCuuTT', { error_code: 1, message: receiptBlock }, 'unreadable'],
  ['a bill whose lines do not agree', { error_code: 1, message: { ...shown.message, DSKhoanNop: [{ NoiDung: 'x', SoTien: '1000' }] } }, 'unreadable'],
  ['a receipt one level down', { error_code: 1, message: { MaTraCuuTT: 'X', ThongTinBienLai: receiptBlock } }, 'unreadable'],
])('%s: nothing is paid', async (_, answer, outcome) => {
  const { sandbox, pay } = await scene(() => answer)
  expect(await pay()).toMatchObject({ outcome })
  expect(sandbox.payments.transactions()).toEqual([])
})

test('a decision is asked for under the name that it has', async () => {
  const { province, pay } = await scene()
  await pay({ field: 'SoQD' })
  expect(province.messages()[0]).toEqual({ SoQD: CODE })
})

test('without an address to ask it says so', async () => {
  const sandbox = await platformSandbox()
  await expect(sandbox.payments.national({ code: CODE, partner: PARTNER })).rejects.toThrow(/inquiryUrl/)
})
