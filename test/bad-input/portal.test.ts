import { describe, expect, onTestFinished, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { nationalPortal } from '../../src/connectors/index.js'
import { startSandbox } from '../../src/sandbox/index.js'
import { type Preview, previewPass, runPass } from '../../src/sync/index.js'
import { at, certifiedCopy } from '../mappers/made-up.js'
import { card, codeOf, dossier, openOffice, steps } from '../sync/office.js'
import { loopback } from '../transport/loopback.js'
import { manualClock } from '../transport/manual-clock.js'
import { agencyCode, balanced, messageOf, messages, portalAt } from './desk.js'

const PROCEDURE = { localCode: certifiedCopy.localCode, name: certifiedCopy.name }
const cards = [1, 2, 3].map((n) => card(n, { procedure: PROCEDURE, documents: null, results: null }))

/** A portal that lets everybody in and answers each service as told, with 200; and the office before it. */
async function officeBefore(answers: { write: string; lookUp?: string; login?: string; status?: number }) {
  const script = { ...answers }
  const { url } = await loopback((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const isLogin = request.url?.includes('login') ?? false
      const isLookUp = body.includes('TraCuuHoSo')
      response.writeHead(isLogin ? 200 : (script.status ?? 200), { 'content-type': 'text/html' })
      response.end(isLogin ? (script.login ?? '{"error_code":"0","session":"s"}') : isLookUp ? (script.lookUp ?? script.write) : script.write)
    })
  })
  const office = await openOffice({ cards })
  const sync = { target: portalAt(url, undefined, office.clock), settings: { ...office.sync.settings, patienceMs: 0 } }
  return { ...office, script, sync: { ...office.sync, ...sync } }
}

const ok = JSON.stringify({ error_code: '0', message: 'Thành công' })

describe('a portal that answers with something that is none of its answers', () => {
  test.each([
    ['an HTML page', '<html><body>Bảo trì</body></html>'],
    ['half a JSON', '{"error_code":"0","mess'],
    ['nothing', ''],
    ['JSON of something else', '{"hits":{"total":3}}'],
    ['more than 20 MB', `"${'x'.repeat(20_000_001)}"`],
  ])('%s: nothing counts as sent or as refused, everything waits, and a later pass settles it', async (_, nonsense) => {
    const { sync, script, ledger, clock } = await officeBefore({ write: nonsense })
    const report = await runPass(sync)
    balanced(report)
    expect(report).toMatchObject({ waiting: 3, failing: 0, runs: [{ seen: 3, pending: 3, created: 0 }] })
    expect((await messages(ledger, report)).length).toBeLessThanOrEqual(1)
    script.write = ok
    script.lookUp = JSON.stringify({ error_code: '0', result: [] })
    clock.advance(3_600_000)
    const healed = await runPass(sync)
    expect(healed).toMatchObject({ outcome: 'done', waiting: 0, failing: 0 })
    expect(await messages(ledger, healed)).toEqual([])
  })

  test.each([
    ['an HTML page', '<html>đăng nhập</html>', 'portal.unreadable_answer'],
    ['half a JSON', '{"error_code":"0","sess', 'portal.unreadable_answer'],
    ['nothing', '', 'transport.unanswered'],
    ['a session for somebody else’s eyes', '{"error_code":"0"}', 'portal.unreadable_answer'],
  ])('to a login, %s: says so and does not blame the password', async (_, login, code) => {
    const { url } = await loopback((_request, response) => response.end(login))
    const client = nationalPortal({
      adapterUrl: url,
      agencyCode,
      credentials: { username: 'demo', password: 'canary-password' },
      clock: manualClock(),
      random: () => 0,
    })
    const error: unknown = await client.login().catch((thrown: unknown) => thrown)
    if (!isLienthongError(error)) throw new Error('nothing was thrown')
    expect(error.code).toBe(code)
    const { text, hint } = messageOf(error)
    for (const said of [text.en, text.vi, hint.en, hint.vi]) expect(said).not.toBe('')
    expect(JSON.stringify(error)).not.toContain('canary-password')
  })
})

test('a wrong password is one message, tried once, and everything waits', async () => {
  let logins = 0
  const { url } = await loopback((_request, response) => {
    logins += 1
    response.end(JSON.stringify({ error_code: '-1', message: 'Sai tên đăng nhập hoặc mật khẩu' }))
  })
  const office = await openOffice({ cards })
  const report = await runPass({ ...office.sync, target: portalAt(url, { username: 'demo', password: 'canary-password' }) })
  balanced(report)
  expect(report).toMatchObject({ outcome: 'incomplete', waiting: 3, failing: 0 })
  const told = await messages(office.ledger, report)
  expect(told).toMatchObject([{ cause: 'portal.login_refused', hint: { en: expect.stringContaining('password') } }])
  expect(JSON.stringify(told)).not.toContain('canary-password')
  expect(logins).toBe(1)
})

describe('a lookup that answers with another province’s dossier', () => {
  const other = JSON.stringify({ error_code: '0', result: [{ MaHoSo: '000.00.12.H14-261122-0001', TrangThaiHoSo: '10' }] })

  test('proves nothing: the dossier is neither taken for present nor for absent', async () => {
    const { sync, script, clock } = await officeBefore({ write: '<html>', lookUp: other })
    await runPass(sync)
    clock.advance(3_600_000)
    script.write = ok
    expect(await runPass(sync)).toMatchObject({ waiting: 3, failing: 0 })
    clock.advance(3_600_000)
    script.lookUp = JSON.stringify({ error_code: '0', result: [] })
    expect(await runPass(sync)).toMatchObject({ waiting: 0, failing: 0 })
  })

  test('a row that names no dossier, or ours in other letters, proves that it exists', async () => {
    const { url } = await loopback((request, response) => {
      request.resume()
      const isLogin = request.url?.includes('login') ?? false
      response.end(isLogin ? '{"error_code":"0","session":"s"}' : JSON.stringify({ error_code: '0', result: [{ mahoso: codeOf(1).toLowerCase() }] }))
    })
    const client = nationalPortal({ adapterUrl: url, agencyCode, credentials: { username: 'demo', password: 'x' }, dstcode: 'x' })
    expect(await client.lookUpDossier(codeOf(1))).toMatchObject({ exists: true })
    const error: unknown = await client.lookUpDossier(codeOf(2)).catch((thrown: unknown) => thrown)
    expect(isLienthongError(error) && [error.code, error.text.en]).toMatchObject([
      'portal.unreadable_answer',
      expect.stringContaining('another dossier'),
    ])
  })
})

describe('a dossier that the portal must not get', () => {
  test.each([
    ['of an unknown procedure', { procedure: { localCode: 'NB_thenv', name: 'Việc riêng' } }, 'procedure.unmapped', 'procedures file'],
    ['whose dates contradict', { submittedAt: dossier(2).dueAt }, 'V3', 'date'],
    ['without a status', { status: null }, 'status.missing', 'code tables'],
    ['without any code', { localCode: null, nationalCode: null }, 'code.missing', 'one-stop'],
  ])('%s is one failure with its field, the others go, and the corrected one follows', async (_, changes, cause, advice) => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.stop())
    const office = await openOffice({ cards })
    const address = sandbox.systems['national-portal']!
    const sync = {
      ...office.sync,
      target: portalAt(address.url, { username: address.credentials.username ?? '', password: address.credentials.password ?? '' }),
    }
    const good = office.cards.cards
    office.cards.cards = [good[0]!, card(2, { ...good[1]!.dossier, ...changes }), good[2]!]
    const report = await runPass(sync)
    balanced(report)
    expect(report).toMatchObject({ outcome: 'done', failing: 1, waiting: 0, runs: [{ seen: 3, created: 2, failed: 1 }] })
    expect(await messages(office.ledger, report)).toMatchObject([{ cause, hint: { en: expect.stringContaining(advice) } }])
    office.cards.cards = good
    const healed = await runPass(sync)
    balanced(healed)
    expect(healed).toMatchObject({ outcome: 'done', failing: 0, waiting: 0 })
    expect(await messages(office.ledger, healed)).toEqual([])
    expect(
      sandbox
        .dossiers()
        .map(({ maHoSo }) => maHoSo)
        .toSorted(),
    ).toEqual([codeOf(1), codeOf(2), codeOf(3)])
  })
})

test('steps of work before the reception are reported as they are, with one remark that names the step', async () => {
  const office = await openOffice({ cards: [card(1, { procedure: PROCEDURE, steps: steps(1, 4, 4), receivedAt: at('2025-03-05 10:30') })] })
  const previews: Preview[] = []
  await previewPass({ ...office.sync, target: portalAt('http://127.0.0.1:1') }, (_, preview) => void previews.push(preview))
  expect(previews[0]?.steps.map(({ status }) => status)).toEqual([1, 4, 2, 4])
  const remarks = previews[0]?.findings.filter(({ ruleId }) => ruleId === 'step.before-reception') ?? []
  expect(remarks).toMatchObject([{ severity: 'warn', path: 'steps[1].at', hint: { en: expect.stringContaining('reception date') } }])
  expect(remarks[0]?.message.vi).not.toBe('')
})
