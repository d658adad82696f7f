import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openLedger } from '../../src/ledger/index.js'

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-rights-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const rightsOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
const open = (folder: string) => openLedger({ url: `sqlite:${join(folder, 'lienthong.db')}`, key: new Uint8Array(32), access: 'write' })

describe.skipIf(process.platform === 'win32')('the ledger belongs to who runs it (I6)', () => {
  test('every file of a new ledger can be read by its owner only, also under an open umask', async () => {
    const folder = emptyFolder()
    const umask = process.umask(0)
    onTestFinished(() => void process.umask(umask))
    const ledger = await open(folder)
    await ledger.write((tx) =>
      tx
        .insertInto('cursors')
        .values({ tenant: 't', source: 's', cursor: '{}', updated_at: 0 })
        .execute()
        .then(() => undefined),
    )
    const rights = Object.fromEntries(readdirSync(folder).map((name) => [name, rightsOf(join(folder, name))]))
    await ledger.close()
    expect(rights).toEqual({
      'lienthong.db': '600',
      'lienthong.db-lock': '600',
      'lienthong.db-lock-journal': '600',
      'lienthong.db-shm': '600',
      'lienthong.db-wal': '600',
      'lienthong.db-writer': '600',
    })
  })

  test('a ledger that somebody opened to a group stays as it is: a backup may depend on it', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'lienthong.db'), '')
    chmodSync(join(folder, 'lienthong.db'), 0o640)
    await (await open(folder)).close()
    expect(rightsOf(join(folder, 'lienthong.db'))).toBe('640')
  })

  test('a folder that does not exist is still told as what it is', async () => {
    await expect(open(join(emptyFolder(), 'nowhere'))).rejects.toMatchObject({ code: 'ledger.unreadable' })
  })
})
