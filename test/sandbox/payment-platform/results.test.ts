import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { minutes } from '../../../src/base/index.js'
import type { CitizenInput, SandboxOptions } from '../../../src/sandbox/index.js'
import { manualClock } from '../../transport/manual-clock.js'
import {
  ask,
  type Fields,
  init,
  initMessage,
  listeningProvince,
  PARTNER,
  platformSandbox,
  REFERENCE,
  resultSignature,
  standingClock,
  taken,
} from './messages.js'

interface Setting {
  readonly answer?: (message: Fields, count: number) => { status?: number; body: string }
  readonly options?: SandboxOptions
}

/** An attempt that is open, and a province that listens. Waiting takes no time. */
async function scene({ answer, options = {} }: Setting = {}) {
  const clock = manualClock()
  const sandbox = await platformSandbox({ clock, ...options })
  const province = await listeningProvince(answer)
  sandbox.payments.register({ partner: PARTNER, callbackUrl: province.url })
  await ask(sandbox, 'start', initMessage)
  const act = async (action: CitizenInput['action'], more: Partial<CitizenInput> = {}) => {
    sandbox.payments.citizen({ reference: REFERENCE, action, ...more })
    await sandbox.payments.settle()
  }
  const tries = () => sandbox.payments.transactions()[0]?.messages.map((message) => message.tries.map(({ sent }) => sent))
  return { clock, sandbox, province, act, tries }
}

describe('a result', () => {
  test('of a payment is told with its number, its bank and a signature that holds', async () => {
    const { sandbox, province, act } = await scene()
    await act('pay', { bank: '990003' })
    const [payment] = sandbox.payments.transactions()[0]?.payments ?? []
    const [message] = province.messages()
    expect(message).toMatchObject({
      ...{ LoaiBanTin: 'CONFIRM', MaLoi: '00', MaDoiTac: PARTNER, MaThamChieu: REFERENCE, SoTien: 150000, MaTienTe: 'VND' },
      ...{ MaGiaoDich: payment?.number, MaNganHang: '990003', ThongTinGiaoDich: 'THANH TOAN HO SO H99-261122-0001' },
    })
    expect(message?.MaXacThuc).toBe(resultSignature(message ?? {}))
    expect(province.bodies).toHaveLength(1)
  })

  test('of a payment that failed says so, and pays nothing', async () => {
    const { sandbox, province, act } = await scene()
    await act('fail')
    expect(province.messages()).toMatchObject([{ MaLoi: '123', MaGiaoDich: '', SoTien: 150000 }])
    expect(sandbox.payments.transactions()).toMatchObject([{ state: 'failed', payments: [] }])
  })

  test.each(['paid', 'failed'] as const)('of a bank that answers late is told when it has: %s', async (ends) => {
    const { sandbox, province, act } = await scene()
    await act('slow', { ends })
    expect(province.messages()).toMatchObject([{ MaLoi: ends === 'paid' ? '00' : '123' }])
    expect(sandbox.payments.transactions()[0]?.history.map(({ state }) => state)).toEqual(['open', 'pending', ends])
  })

  test('of a citizen who pays twice is told twice, each under its own number', async () => {
    const { province, act } = await scene()
    await act('pay-twice')
    expect(new Set(province.messages().map(({ MaGiaoDich }) => MaGiaoDich)).size).toBe(2)
  })

  test('leads to the receipt where the partner gets links', async () => {
    const { sandbox, province, act } = await scene()
    sandbox.payments.register({ partner: PARTNER, receipts: 'link' })
    await act('pay')
    const answer = await fetch(String(province.messages()[0]?.UrlBienLai))
    expect((await answer.text()).slice(0, 5)).toBe('%PDF-')
  })
})

describe('until it is acknowledged', () => {
  test.each([
    ['99', { body: '{"MaLoi":"99"}' }],
    ['-1', { body: '{"return_code":-1,"return_msg":"error: no dossier"}' }],
    ['HTTP 500', { status: 500, body: '{"MaLoi":"00"}' }],
    ['a page', { body: '<html></html>' }],
    ['nothing', { body: '' }],
  ])('it comes five times when the province answers %s, after one, two, four and eight minutes', async (_, refusal) => {
    const { clock, sandbox, province } = await scene({ answer: () => refusal })
    sandbox.payments.citizen({ reference: REFERENCE, action: 'pay' })
    await expect.poll(() => sandbox.payments.transactions()[0]?.messages[0]?.tries.length).toBe(5)
    expect(clock.slept).toEqual([1, 2, 4, 8].map(minutes))
    expect(new Set(province.bodies).size).toBe(1)
    expect(sandbox.payments.transactions()[0]?.messages[0]?.acknowledged).toBe(false)
  })

  test.each([
    ['MaLoi 00', taken],
    ['return_code 0', { body: '{"return_code":0,"return_msg":"success"}' }],
    ['SUCCESSFUL', { body: '{"error_code":"SUCCESSFUL"}' }],
  ])('%s ends it', async (_, answer) => {
    const { province, act } = await scene({ answer: (_message, count) => (count < 3 ? { body: '' } : answer) })
    await act('pay')
    expect(province.bodies).toHaveLength(3)
  })

  test('a partner without an address hears nothing until the platform’s operator sends it again', async () => {
    const { sandbox, province, act } = await scene()
    sandbox.payments.register({ partner: PARTNER, callbackUrl: null })
    await act('pay')
    expect(province.bodies).toEqual([])
    sandbox.payments.register({ partner: PARTNER, callbackUrl: province.url })
    await sandbox.payments.resend()
    expect(province.messages()).toMatchObject([{ MaLoi: '00' }])
    await sandbox.payments.resend()
    expect(province.bodies).toHaveLength(1)
  })
})

describe('by the plan of faults', () => {
  const rules = (kind: 'timeout-before' | 'timeout-after-apply' | 'garbage' | 'empty' | 'reject' | 'late-apply', times = 1) => ({
    options: { faults: { rules: [{ system: 'payment-platform', service: 'CONFIRM', kind, times }] } },
  })

  test('a lost message comes at the second try', async () => {
    const { province, act, tries } = await scene(rules('timeout-before'))
    await act('pay')
    expect(tries()).toEqual([['nothing', 'whole']])
    expect(province.bodies).toHaveLength(1)
  })

  test('a message whose acknowledgement is lost comes again, the same', async () => {
    const { province, act } = await scene(rules('timeout-after-apply', 2))
    await act('pay')
    expect(province.bodies).toHaveLength(3)
    expect(new Set(province.bodies).size).toBe(1)
  })

  test.each([
    ['garbage', 'half'],
    ['empty', 'empty'],
  ] as const)('%s arrives as %s a message, and a province that takes it has not acknowledged the real one', async (kind, sent) => {
    const { province, act, tries } = await scene(rules(kind))
    await act('pay')
    expect(tries()).toEqual([[sent, 'whole']])
    expect(province.messages()).toMatchObject([{}, { MaLoi: '00' }])
  })

  test('a forged one has a broken signature', async () => {
    const { province, act, tries } = await scene(rules('reject', 4))
    await act('pay')
    expect(tries()).toEqual([['wrong', 'wrong', 'wrong', 'wrong', 'whole']])
    const holds = province.messages().map((message) => message.MaXacThuc === resultSignature(message))
    expect(holds).toEqual([false, false, false, false, true])
  })

  test('a late one comes behind what was told after it', async () => {
    const clock = standingClock()
    const { sandbox, province } = await scene({ options: { clock } })
    sandbox.faults({ rules: [{ service: 'CONFIRM', kind: 'late-apply', delayMs: 60_000 }] })
    sandbox.payments.citizen({ reference: REFERENCE, action: 'pay' })
    sandbox.faults({ rules: [] })
    await ask(sandbox, 'start', init({ MaThamChieu: 'SECOND' }))
    sandbox.payments.citizen({ reference: 'SECOND', action: 'pay' })
    await expect.poll(() => province.bodies.length).toBe(1)
    await sandbox.payments.settle()
    expect(province.messages().map(({ MaThamChieu }) => MaThamChieu)).toEqual(['SECOND', REFERENCE])
  })
})

test('books, partners and what is still to be told survive a restart', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-payments-'))
  onTestFinished(() => rmSync(stateDir, { recursive: true }))
  const first = await scene({ answer: () => ({ status: 503, body: '' }), options: { stateDir } })
  await first.act('pay')
  await ask(first.sandbox, 'start', init({ MaThamChieu: 'HANGS' }))
  const before = first.sandbox.payments.transactions()
  await first.sandbox.stop()

  const second = await platformSandbox({ stateDir, clock: standingClock(first.clock.now()) })
  expect(second.payments.transactions()).toEqual(before)
  const province = await listeningProvince()
  second.payments.register({ partner: PARTNER, callbackUrl: province.url })
  await second.payments.resend()
  expect(province.messages()).toMatchObject([{ MaThamChieu: REFERENCE, MaLoi: '00' }])
  // Numbers go on where they were.
  expect(second.payments.citizen({ reference: 'HANGS', action: 'pay' }).payments).not.toEqual(before[0]?.payments.map(({ number }) => number))
})

test('a payment that hung when the sandbox was stopped ends when it is started again', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-payments-'))
  onTestFinished(() => rmSync(stateDir, { recursive: true }))
  const clock = standingClock()
  const first = await scene({ options: { stateDir, clock } })
  first.sandbox.payments.citizen({ reference: REFERENCE, action: 'slow', ends: 'paid' })
  await first.sandbox.stop()
  const second = await platformSandbox({ stateDir, clock })
  expect(second.payments.transactions()).toMatchObject([{ state: 'pending' }])
  await second.payments.settle()
  expect(second.payments.transactions()).toMatchObject([{ state: 'paid', payments: [{ amount: 150_000 }] }])
})

test('results go to this machine only', async () => {
  const sandbox = await platformSandbox()
  for (const callbackUrl of ['http://198.51.100.7/x', 'https://localhost/x', 'http://127.0.0.1.example.vn/x', 'ftp://127.0.0.1/x'])
    expect(() => sandbox.payments.register({ partner: PARTNER, callbackUrl })).toThrow(/callbackUrl/)
})
