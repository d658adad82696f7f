import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { days, isLienthongError, systemClock } from '../../src/base/index.js'
import { createVault, type Inbox, type InboxOptions, openInbox } from '../../src/ledger/index.js'

const folder = mkdtempSync(join(tmpdir(), 'lienthong-inbox-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const newPath = () => join(folder, `${++files}.db`)
const vault = createVault(randomBytes(32))

function inboxAt(path: string, options: Partial<InboxOptions> = {}): Inbox {
  const inbox = openInbox({ path, vault, tenant: 'cao-bang', source: 'one-stop', ...options })
  onTestFinished(() => {
    try {
      inbox.close()
    } catch {
      // The test did.
    }
  })
  return inbox
}

const state = (subject: string, content: string, more: object = {}) => ({ kind: 'state' as const, subject, content, ...more })
const event = (subject: string, content: string) => ({ kind: 'event' as const, subject, content })

async function allAfter(inbox: Inbox, position: number, limit = 2) {
  const subjects: string[] = []
  for (let after = position; ; ) {
    const { records, position: next } = await inbox.changedAfter(after, limit)
    subjects.push(...records.map(({ subject }) => subject))
    if (next === after) return { subjects, position: after }
    after = next
  }
}

describe('an inbox', () => {
  test('shows each dossier in its newest state with all that happened, in the order of arrival', async () => {
    const inbox = inboxAt(newPath())
    await inbox.keep([
      state('A', 'a1'),
      event('A', 'e1'),
      state('B', 'b1'),
      state('A', 'a2'),
      event('A', 'e2'),
      event('A', 'e1'),
      event('C', 'alone'),
    ])
    expect(await inbox.record('A')).toEqual({ subject: 'A', state: 'a2', events: ['e1', 'e2'] })
    expect((await allAfter(inbox, 0)).subjects).toEqual(['B', 'A'])
    expect(await inbox.record('C')).toBeNull()
  })

  test('a message that came already is nothing new; a state that comes back is', async () => {
    const inbox = inboxAt(newPath())
    await inbox.keep([state('A', 'a1'), event('A', 'e1')])
    const { position } = await allAfter(inbox, 0)
    await inbox.keep([state('A', 'a1'), event('A', 'e1')])
    expect(await allAfter(inbox, position)).toEqual({ subjects: [], position })
    await inbox.keep([state('A', 'a2')])
    await inbox.keep([state('A', 'a1')])
    expect((await allAfter(inbox, position)).subjects).toEqual(['A'])
    expect((await inbox.record('A'))?.state).toBe('a1')
  })

  test('what comes while somebody reads moves behind, and is not missed', async () => {
    const inbox = inboxAt(newPath())
    await inbox.keep(['A', 'B', 'C', 'D', 'E'].map((subject) => state(subject, '1')))
    const first = await inbox.changedAfter(0, 2)
    await inbox.keep([state('A', '2'), state('D', '2')])
    expect((await allAfter(inbox, first.position)).subjects).toEqual(['C', 'E', 'A', 'D'])
  })

  test('is written by one process while another reads it, and sees what the other one did', async () => {
    const path = newPath()
    const [receiver, reader] = [inboxAt(path), inboxAt(path)]
    await Promise.all(Array.from({ length: 50 }, (_, n) => receiver.keep([state(`S${n}`, 'x')])))
    expect((await allAfter(reader, 0)).subjects).toHaveLength(50)
    expect(await reader.confirm('S7', ({ state }) => state === 'x')).toBe('confirmed')
    expect((await receiver.standing()).confirmed).toBe(1)
  })

  test('put back from a backup, gives new messages positions that no reader has behind him', async () => {
    const path = newPath()
    const inbox = inboxAt(path)
    await inbox.keep([state('A', '1')])
    inbox.close()
    copyFileSync(path, `${path}.backup`)
    const later = inboxAt(path)
    await later.keep(['B', 'C', 'D'].map((subject) => state(subject, '1')))
    const { position } = await allAfter(later, 0)
    later.close()
    rmSync(`${path}-wal`, { force: true })
    copyFileSync(`${path}.backup`, path)
    const restored = inboxAt(path, { clock: { ...systemClock, now: () => Date.now() + 1000 } })
    await restored.keep([state('E', '1')])
    expect((await allAfter(restored, position)).subjects).toEqual(['E'])
    expect(restored.id).toBe(later.id)
  })

  test('keeps tenants and sources apart in one file', async () => {
    const path = newPath()
    const [one, two] = [inboxAt(path), inboxAt(path, { source: 'school' })]
    await one.keep([state('A', 'one')])
    await two.keep([state('A', 'two')])
    expect([(await one.record('A'))?.state, (await two.record('A'))?.state]).toEqual(['one', 'two'])
    expect((await inboxAt(path, { tenant: 'lang-son' }).standing()).dossiers).toBe(0)
  })
})

describe('what was confirmed', () => {
  test('is marked only as it was shown, and a mark changes nothing that is read', async () => {
    const inbox = inboxAt(newPath())
    await inbox.keep([state('A', 'a1'), event('A', 'e1')])
    const { position } = await allAfter(inbox, 0)
    expect(await inbox.confirm('A', ({ events }) => events.length === 1)).toBe('confirmed')
    expect((await allAfter(inbox, position)).subjects).toEqual([])
    await inbox.keep([event('A', 'e2')])
    expect(await inbox.confirm('A', ({ events }) => events.length === 1)).toBe('changed')
    expect(await inbox.confirm('B', () => true)).toBe('absent')
  })

  test('and closed goes after its time, content and files; the same message once more is nothing new', async () => {
    let now = Date.UTC(2026, 0, 1)
    const inbox = inboxAt(newPath(), { keepDays: 30, clock: { ...systemClock, now: () => now } })
    const closed = state('A', 'a1', { closed: true, files: [{ id: 'f', content: 'AAAA' }] })
    await inbox.keep([closed, event('A', 'e1'), state('B', 'b1'), state('C', 'c1', { closed: true })])
    for (const subject of ['A', 'B']) await inbox.confirm(subject, () => true)
    now += days(31)
    await inbox.confirm('B', () => true)
    expect([await inbox.record('A'), await inbox.file('A', 'f')]).toEqual([null, null])
    // Still open, or not confirmed yet.
    expect([(await inbox.record('B'))?.state, (await inbox.record('C'))?.state]).toEqual(['b1', 'c1'])
    const { position } = await allAfter(inbox, 0)
    await inbox.keep([closed])
    expect((await allAfter(inbox, position)).subjects).toEqual([])
    await inbox.keep([state('A', 'a2', { closed: true })])
    expect((await inbox.record('A'))?.state).toBe('a2')
  })
})

describe('the file of an inbox', () => {
  const name = 'Nguyễn Văn Mẫu 099090000001'

  test('is readable by its owner only and holds nothing in clear', async () => {
    const path = newPath()
    const inbox = inboxAt(path)
    await inbox.keep([state('A', name, { files: [{ id: 'f', content: Buffer.from(name).toString('base64') }] }), event('A', `${name} làm gì đó`)])
    await inbox.reject({ reason: 'DocCode: is missing', body: Buffer.from(name) })
    for (const end of ['', '-wal', '-shm']) {
      expect(statSync(path + end).mode & 0o077).toBe(0)
      const bytes = readFileSync(path + end).toString('latin1')
      for (const form of [name, Buffer.from(name).toString('base64'), '099090000001'])
        expect(bytes).not.toContain(Buffer.from(form).toString('latin1'))
    }
  })

  test('opens with its own key only, and a row that was moved does not open', async () => {
    const path = newPath()
    const inbox = inboxAt(path)
    await inbox.keep([state('A', name), state('B', 'other')])
    expect(() => openInbox({ path, vault: createVault(randomBytes(32)), tenant: 'cao-bang', source: 'one-stop' })).toThrow(
      expect.objectContaining({ code: 'inbox.key_wrong' }),
    )
    const db = new DatabaseSync(path)
    db.exec("update messages set content = (select content from messages where subject = 'A') where subject = 'B'")
    db.close()
    await expect(inbox.record('B')).rejects.toThrow()
    expect((await inbox.record('A'))?.state).toBe(name)
  })

  test('that cannot be written says so, and nothing of the message is kept', async () => {
    const path = newPath()
    const inbox = inboxAt(path)
    await inbox.keep([state('A', 'a1')])
    const other = new DatabaseSync(path)
    onTestFinished(() => other.close())
    other.exec("create trigger full before insert on messages begin select raise(abort, 'disk full'); end")
    const error = await inbox.keep([state('B', 'b1'), event('A', 'e1')]).catch((thrown: unknown) => thrown)
    expect(isLienthongError(error) && [error.code, error.retryable]).toEqual(['inbox.unusable', true])
    other.exec('drop trigger full')
    expect((await allAfter(inbox, 0)).subjects).toEqual(['A'])
    await inbox.keep([state('B', 'b1')])
    expect((await allAfter(inbox, 0)).subjects).toEqual(['A', 'B'])
  })
})
