import { describe, expect, test } from 'vitest'
import { isLienthongError, LienthongError, systemClock } from '../../src/base/index.js'
import { lgspReceiver, relayReceiver } from '../../src/handlers/index.js'
import type { Inbox } from '../../src/ledger/index.js'
import { CODE, clients, document, lgspOffice, memoryInbox, relayOffice, trace } from './lgsp-office.js'

const xml = (members: Readonly<Record<string, unknown>>, root = 'MSyncDocument') =>
  `<?xml version="1.0" encoding="UTF-8"?><${root}>${Object.entries(members)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</${root}>`

describe('a token', () => {
  const login = (url: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${url}/token`, { method: 'POST', body: new URLSearchParams(form), headers })

  test('is given to who knows the secret, in the form or in a Basic header, as the LGSP gives it', async () => {
    const { url } = await lgspOffice()
    const inForm = await login(url, { grant_type: 'client_credentials', client_id: 'one-stop', client_secret: 'made-up-consumer-secret' })
    expect([inForm.status, await inForm.json()]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600, scope: expect.any(String) },
    ])
    const basic = `Basic ${Buffer.from('one-stop:made-up-consumer-secret').toString('base64')}`
    expect((await login(url, { grant_type: 'client_credentials' }, { authorization: basic })).status).toBe(200)
  })

  test.each([
    ['another secret', { grant_type: 'client_credentials', client_id: 'one-stop', client_secret: 'made-up-consumer-secreT' }, 401],
    ['another name', { grant_type: 'client_credentials', client_id: 'two-stop', client_secret: 'made-up-consumer-secret' }, 401],
    ['no name', { grant_type: 'client_credentials' }, 401],
    ['another grant', { grant_type: 'password', client_id: 'one-stop', client_secret: 'made-up-consumer-secret' }, 400],
  ])('is refused to %s', async (_what, form, status) => {
    const { url } = await lgspOffice()
    expect((await login(url, form)).status).toBe(status)
  })

  test('opens the door until it is over, and neither an invented nor a changed one does', async () => {
    let now = Date.UTC(2026, 0, 1)
    const clock = { ...systemClock, now: () => now }
    const { url, token } = await lgspOffice({ clock, tokenMs: 60_000 })
    const own = await token()
    const push = async (bearer: string) =>
      (await fetch(`${url}/Document/SyncDocument`, { method: 'POST', body: JSON.stringify(document()), headers: { authorization: bearer } })).status
    expect(await push(`Bearer ${own}`)).toBe(200)
    expect(await push('')).toBe(401)
    expect(await push('Bearer 00000000-made-up-token')).toBe(401)
    expect(await push(`Bearer ${own.replace(/^./, (first) => (first === 'z' ? 'y' : 'z'))}`)).toBe(401)
    now += 60_001
    expect(await push(`Bearer ${own}`)).toBe(401)
  })

  test('of one receiver holds at another with the same inbox, and not after the secret was changed', async () => {
    const inbox = memoryInbox()
    const first = await lgspOffice({ inbox })
    const second = await lgspOffice({ inbox })
    const changed = await lgspOffice({ inbox, clients: [{ id: 'one-stop', secret: 'another-made-up-secret' }] })
    const authorization = `Bearer ${await first.token()}`
    const push = (url: string) =>
      fetch(`${url}/Document/SyncDocument`, { method: 'POST', body: JSON.stringify(document()), headers: { authorization } })
    expect([(await push(second.url)).status, (await push(changed.url)).status]).toEqual([200, 401])
  })
})

describe('a document', () => {
  test('in JSON and the same in XML are the same dossier', async () => {
    const { send, inbox } = await lgspOffice()
    expect(await send('/Document/SyncDocument', document())).toEqual([200, { Status: 1, Message: 'OK' }])
    const before = await inbox.head()
    expect(await send('/Document/SyncDocument', xml(document()), 'application/xml')).toEqual([200, { Status: 1, Message: 'OK' }])
    expect([await inbox.head(), (await inbox.standing()).dossiers]).toEqual([before, 1])
  })

  test('may have its names in any letter case and order, and members nobody knows', async () => {
    const { send, inbox } = await lgspOffice()
    await send('/Document/SyncDocument', document())
    const { state } = (await inbox.record(CODE)) ?? { state: '' }
    const other = Object.fromEntries(
      Object.entries(document({ vnpostalStatus: 0, __proto__: { x: 1 } }))
        .reverse()
        .map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
    )
    expect((await send('/document/syncdocument', other))[0]).toBe(200)
    expect((await inbox.record(CODE))?.state).toBe(state)
  })

  test('that is not whole is answered with the field, kept for a person, and does not cost the others', async () => {
    const { send, inbox } = await lgspOffice()
    const bad = document({ DocCode: '' })
    const [status, answer] = await send('/Document/SyncDocument', [bad, document(), document({ DocCode: 'H99.12-2', Address: { a: 1 } })])
    expect([status, answer.Status]).toEqual([400, 0])
    expect(answer.Message).toMatch(/\[0\]\.DocCode: .*\[2\]\.Address: /)
    expect(answer.Message).not.toMatch(/NGUYỄN|099090000001/)
    const [rejected] = await inbox.rejected(10)
    expect(JSON.parse(Buffer.from(rejected?.body ?? []).toString('utf8'))).toMatchObject([bad, {}, {}])
    expect(await inbox.standing()).toMatchObject({ dossiers: 1, rejected: 1 })
  })

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{"DocCode": "000.00', /cut off/],
    ['another XML', xml({ a: 1 }, 'html'), /no MSyncDocument/],
    ['a damaged XML', xml(document()).slice(0, 200), /damaged or cut off/],
    ['a trace at the wrong address', trace(), /DocTypeCode: is missing/],
    ['nothing at all', '', /no JSON/],
    ['an empty list', [], /no MSyncDocument/],
    ['a list inside a name', document({ CitizenName: ['a'] }), /CitizenName: /],
    ['a number of a whole page', document({ DocCode: 'x'.repeat(1000) }), /DocCode: /],
    ['bytes that are no text', new Uint8Array([0x7b, 0xff, 0xfe]), /UTF-8/],
  ])('%s is refused with a reason', async (_what, body, reason) => {
    const { send, inbox } = await lgspOffice()
    const [status, answer] = await send('/Document/SyncDocument', body)
    expect([status, answer.Status]).toEqual([400, 0])
    expect(answer.Message).toMatch(reason)
    expect(await inbox.standing()).toMatchObject({ dossiers: 0, rejected: 1 })
    await send('/Document/SyncDocument', body)
    expect((await inbox.rejected(10)).map(({ times }) => times)).toEqual([2])
  })

  test('has its files kept beside it, without those that are too large', async () => {
    const { send, inbox } = await lgspOffice({ maxFileBytes: 100 })
    const Attachments = [
      { AttachmentId: 1, AttachmentName: 'don.pdf', Base64: 'JVBERi0xLjQK', IsVerified: true },
      { Attachmentld: 2, AttachmentName: 'anh.jpg', Base64: 'A'.repeat(400) },
    ]
    expect((await send('/Document/SyncDocument', document({ Attachments })))[0]).toBe(200)
    const { state = '' } = (await inbox.record(CODE)) ?? {}
    expect(state).not.toContain('JVBERi0xLjQK')
    const kept = (JSON.parse(state) as { Attachments: { AttachmentId: string; File?: { id: string }; FileDropped?: string }[] }).Attachments
    expect(kept).toMatchObject([
      { AttachmentId: '1', File: { bytes: 9 } },
      { AttachmentId: '2', FileDropped: 'too-large' },
    ])
    expect(await inbox.file(CODE, kept[0]?.File?.id ?? '')).toBe('JVBERi0xLjQK')
    await send('/Document/SyncDocument', document({ Attachments: [] }))
    expect(await inbox.file(CODE, kept[0]?.File?.id ?? '')).toBeNull()
  })
})

describe('traces', () => {
  test('add up, each once, and make no dossier by themselves', async () => {
    const { send, inbox } = await lgspOffice()
    for (const body of [trace(), trace(), trace({ DateCreated: '2025-03-10T11:00:00.000Z', Comment: 'Trình ký' })])
      expect(await send('/Document/UpdateDocumentTraces', body)).toEqual([200, { Status: 1, Message: 'OK' }])
    expect(await inbox.record(CODE)).toBeNull()
    expect(await inbox.standing()).toMatchObject({ dossiers: 0, withoutState: 1 })
    await send('/Document/SyncDocument', document())
    expect((await inbox.record(CODE))?.events).toHaveLength(2)
  })
})

test('statistics and votes are accepted, counted and kept out; one client writes a space behind the path', async () => {
  const { send, inbox } = await lgspOffice()
  expect(await send('/Statistic/UpdateStatistic%20', { PreExtisting: 1 })).toEqual([200, { Status: 1, Message: 'OK' }])
  expect(await send('/Vote/UpdateVote', '<MVotes/>', 'application/xml')).toEqual([200, { Status: 1, Message: 'OK' }])
  expect((await inbox.standing()).counted).toEqual({ UpdateStatistic: 1, UpdateVote: 1 })
})

test('what could not be stored is not acknowledged', async () => {
  const full: Inbox = {
    ...memoryInbox(),
    keep: () => Promise.reject(new LienthongError('inbox.unusable', { values: { path: 'x', problem: 'disk full' } })),
  }
  const { send } = await lgspOffice({ inbox: full })
  const [status, answer] = await send('/Document/SyncDocument', document())
  expect([status, answer.Status]).toEqual([503, 0])
})

test('when too many messages wait for a person, the sender keeps the next one', async () => {
  const { send } = await lgspOffice({ inbox: memoryInbox({ maxRejected: 1 }) })
  expect((await send('/Document/SyncDocument', '1'))[0]).toBe(400)
  expect((await send('/Document/SyncDocument', '2'))[0]).toBe(503)
  expect((await send('/Document/SyncDocument', document()))[0]).toBe(200)
})

test('a secret that can be guessed, and a relay without a policy, do not start', () => {
  const started = (start: () => unknown) => {
    try {
      start()
      return 'started'
    } catch (error) {
      return isLienthongError(error) ? [error.code, error.values.place] : error
    }
  }
  const inbox = memoryInbox()
  expect(started(() => lgspReceiver({ inbox, clients: [...clients, { id: 'x', secret: 'short' }] }))).toEqual(['config.invalid', 'clients[1].secret'])
  expect(started(() => relayReceiver({ inbox, access: {} }))).toEqual(['config.invalid', 'access'])
})

describe('the relay', () => {
  const dossier = {
    MaHoSo: '000.00.12.H99-250311-0003',
    MaTTHC: '1.001612',
    ChuHoSo: 'Công ty Mẫu',
    TrangThaiHoSo: '5',
    TaiLieuNop: [{ IsDeleted: 'False' }],
  }

  test('takes a bare array, keeps the unit of the address, and answers as the national portal does', async () => {
    const { push, inbox } = await relayOffice()
    expect(await push([dossier, { ...dossier, MaHoSo: 'H99.12-250101-0001' }])).toEqual([200, { error_code: '0', message: 'OK' }])
    expect(JSON.parse((await inbox.record(dossier.MaHoSo))?.state ?? '')).toMatchObject({ TrangThaiHoSo: '5', unit: '000.00.01.H99' })
    const head = await inbox.head()
    expect(await push([dossier], '?madinhdanhdv=000.00.01.H99&isUpdating=False')).toEqual([200, { error_code: '0', message: 'OK' }])
    expect(await inbox.head()).toBe(head)
  })

  test('names what it cannot take, takes the rest, and keeps the push for a person', async () => {
    const { push, inbox } = await relayOffice()
    const [status, answer] = await push([dossier, { ...dossier, MaHoSo: null }, 7])
    expect([status, answer.error_code]).toEqual([200, '-1'])
    expect(answer.message).toMatch(/\[1\]\.MaHoSo: .*\[2\]: /)
    expect(await inbox.standing()).toMatchObject({ dossiers: 1, rejected: 1 })
    expect((await push('<html>'))[1]).toMatchObject({ error_code: '-1' })
  })

  test('is closed to who is not named', async () => {
    const { url } = await relayOffice({ access: { peers: ['10.0.0.0/8'] } })
    expect((await fetch(`${url}/DongBoHoSoMC`, { method: 'POST', body: '[]' })).status).toBe(403)
  })
})
