import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { type Ledger, type LedgerOptions, newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'

const written = newLedgerKey()
const key = parseLedgerKey(written) as Uint8Array

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lienthong-ledger-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function open(path: string, options: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = await openLedger({ url: `sqlite:${path}`, key, access: 'write', ...options })
  let open = true
  const close = async () => {
    if (open) await ledger.close()
    open = false
  }
  onTestFinished(close)
  return { ...ledger, close }
}

async function refusal(attempt: Promise<unknown>) {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return isLienthongError(error) ? error : expect.unreachable(`no error of ours: ${String(error)}`)
}

describe('opening a ledger', () => {
  test('creates it, and finds everything again the next time', async () => {
    const path = join(folder(), 'lienthong.db')
    const first = await open(path)
    await first.write(async (tx) => {
      await tx.insertInto('cursors').values({ tenant: 't', source: 's', cursor: '7', updated_at: 1 }).execute()
    })
    await first.close()
    const second = await open(path)
    expect(await second.db.selectFrom('cursors').select('cursor').execute()).toEqual([{ cursor: '7' }])
  })

  test('a newer ledger is refused, for reading and for writing, and left as it is', async () => {
    const path = join(folder(), 'lienthong.db')
    const ledger = await open(path)
    await ledger.write(async (tx) => {
      await tx.updateTable('meta').set({ value: '999' }).where('name', '=', 'schema').execute()
    })
    await ledger.close()
    for (const access of ['write', 'read'] as const) {
      const error = await refusal(openLedger({ url: `sqlite:${path}`, key, access }))
      expect(error).toMatchObject({ code: 'ledger.newer', values: { found: 999 } })
    }
  })

  test('another key is refused, for reading and for writing', async () => {
    const path = join(folder(), 'lienthong.db')
    await (await open(path)).close()
    const other = parseLedgerKey(newLedgerKey()) as Uint8Array
    for (const access of ['write', 'read'] as const)
      expect((await refusal(openLedger({ url: `sqlite:${path}`, key: other, access }))).code).toBe('ledger.key_wrong')
    // The right key still opens it.
    await open(path)
  })

  test('what is no database is named, and not overwritten', async () => {
    const path = join(folder(), 'lienthong.db')
    writeFileSync(path, 'this is a letter, not a ledger, and long enough to be looked at '.repeat(40))
    const error = await refusal(openLedger({ url: `sqlite:${path}`, key, access: 'write' }))
    expect(error).toMatchObject({ code: 'ledger.unreadable', values: { path } })
  })

  test('reading creates nothing', async () => {
    const path = join(folder(), 'lienthong.db')
    await refusal(openLedger({ url: `sqlite:${path}`, key, access: 'read' }))
    expect(existsSync(path)).toBe(false)
  })

  test('a folder that is not there is named', async () => {
    const error = await refusal(openLedger({ url: `sqlite:${join(folder(), 'none', 'lienthong.db')}`, key, access: 'write' }))
    expect(error.code).toBe('ledger.unreadable')
  })

  test('a database that is not supported is a mistake in the configuration', async () => {
    const error = await refusal(openLedger({ url: 'postgres://u:secret@host/db', key, access: 'write' }))
    expect(error.code).toBe('config.invalid')
    expect(error.message).not.toContain('secret')
  })
})

describe('one writer', () => {
  test('a second one is refused at once, told who holds it, and may come when the first is done', async () => {
    const path = join(folder(), 'lienthong.db')
    const first = await open(path, { command: 'sync run' })
    const error = await refusal(openLedger({ url: `sqlite:${path}`, key, access: 'write', command: 'sync watch' }))
    expect(error.code).toBe('ledger.locked')
    expect(error.values.holder).toContain(`process ${process.pid}`)
    expect(error.values.holder).toContain('sync run')
    await first.close()
    await open(path)
  })

  test('readers come and go while one writes', async () => {
    const path = join(folder(), 'lienthong.db')
    const writer = await open(path)
    const reader = await open(path, { access: 'read' })
    await writer.write(async (tx) => {
      await tx.insertInto('cursors').values({ tenant: 't', source: 's', cursor: '7', updated_at: 1 }).execute()
    })
    expect(await reader.db.selectFrom('cursors').select('cursor').execute()).toEqual([{ cursor: '7' }])
    await expect(reader.write(async (tx) => tx.deleteFrom('cursors').execute())).rejects.toThrow(/readonly/)
  })

  test('the lock of a killed process is gone with it', async () => {
    const path = join(folder(), 'lienthong.db')
    const holder = spawn(
      process.execPath,
      [
        '--experimental-transform-types',
        '--disable-warning=ExperimentalWarning',
        fileURLToPath(new URL('./ledger-holder.mjs', import.meta.url)),
        path,
        written,
      ],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    const ended = once(holder, 'exit')
    onTestFinished(() => void holder.kill('SIGKILL'))
    const [said] = (await Promise.race([once(holder.stdout, 'data'), ended])) as [unknown]
    expect(String(said)).toBe('open\n')
    const error = await refusal(openLedger({ url: `sqlite:${path}`, key, access: 'write' }))
    expect(error.code).toBe('ledger.locked')
    expect(error.values.holder).toContain(`process ${holder.pid}`)
    holder.kill('SIGKILL')
    await ended
    await open(path)
  })
})

describe('writes that come together', () => {
  const cursor = (source: string) => ({ tenant: 't', source, cursor: '1', updated_at: 1 })

  test('are all durable when they say so', async () => {
    const ledger = await open(join(folder(), 'lienthong.db'))
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        ledger.write(
          async (tx) =>
            void (await tx
              .insertInto('cursors')
              .values(cursor(`s${n}`))
              .execute()),
        ),
      ),
    )
    expect(await ledger.db.selectFrom('cursors').selectAll().execute()).toHaveLength(200)
  })

  test('one that throws undoes itself alone', async () => {
    const ledger = await open(join(folder(), 'lienthong.db'))
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) =>
        ledger.write(async (tx) => {
          await tx
            .insertInto('cursors')
            .values(cursor(`s${n}`))
            .execute()
          if (n === 2) throw new Error('second thoughts')
          return n
        }),
      ),
    )
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'undone'))).toEqual([0, 1, 'undone', 3, 4])
    const rows = await ledger.db.selectFrom('cursors').select('source').orderBy('source').execute()
    expect(rows.map(({ source }) => source)).toEqual(['s0', 's1', 's3', 's4'])
  })
})
