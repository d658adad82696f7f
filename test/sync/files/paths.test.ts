/** Whatever a source writes for a path: only plain files below the configured folders are opened. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { openPath } from '../../../src/sync/files/paths.js'
import { emptyFolder } from '../../cli/command-line.js'

function disk() {
  const folder = emptyFolder()
  const root = join(folder, 'root')
  mkdirSync(join(root, '2026/10'), { recursive: true })
  writeFileSync(join(root, '2026/10/ket-qua.pdf'), 'inside')
  writeFileSync(join(root, 'tên có dấu.pdf'), 'inside')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  mkdirSync(join(folder, 'root-next'))
  writeFileSync(join(folder, 'root-next/secret.txt'), 'secret')
  return { folder, root }
}

async function read(path: string, roots: readonly string[], range?: { from: number; to?: number }): Promise<string | null> {
  const done = new AbortController()
  try {
    const opened = await openPath(path, roots, { signal: done.signal, ...(range && { range }) })
    if (opened === null) return null
    const chunks: Uint8Array[] = []
    for await (const chunk of opened.body) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  } catch (error) {
    if (!isLienthongError(error)) throw error
    return error.code
  } finally {
    done.abort()
  }
}

describe('what is read', () => {
  test.each([
    '2026/10/ket-qua.pdf',
    '/2026/10/ket-qua.pdf',
    './2026//10/./ket-qua.pdf',
    '2026\\10\\ket-qua.pdf',
    '\\2026\\10\\ket-qua.pdf',
    'tên có dấu.pdf',
  ])('%s', async (path) => {
    expect(await read(path, [disk().root])).toBe('inside')
  })

  test('a whole path below a root, a file of the second root, and a part of a file', async () => {
    const { folder, root } = disk()
    expect(await read(join(root, '2026/10/ket-qua.pdf'), [root])).toBe('inside')
    expect(await read('secret.txt', [root, join(folder, 'root-next')])).toBe('secret')
    expect(await read('2026/10/ket-qua.pdf', [root], { from: 2, to: 3 })).toBe('si')
  })
})

describe('what is refused', () => {
  test.each([
    ['../secret.txt'],
    ['2026/../../secret.txt'],
    ['..\\secret.txt'],
    ['/../secret.txt'],
    ['2026/.. /../secret.txt'],
    ['.../secret.txt'],
    ['2026/10/ket-qua.pdf\0.png'],
    ['a\u0007b'],
    ['\\\\server\\share\\a.pdf'],
    ['//server/share/a.pdf'],
    ['\\/server/a.pdf'],
    ['\\\\?\\C:\\a.pdf'],
    ['C:\\Windows\\win.ini'],
    ['c:/windows/win.ini'],
    [''],
    ['/'],
    ['.'],
  ])('%j', async (path) => {
    const { root } = disk()
    expect(await read(path, [root])).toBe('files.refused')
  })

  test.runIf(process.platform === 'linux')('a folder, a pipe, a device', async () => {
    const { root } = disk()
    execFileSync('mkfifo', [join(root, 'pipe')])
    symlinkSync('/dev/zero', join(root, 'zero'))
    for (const path of ['2026', 'pipe', 'zero']) expect(await read(path, [root])).toBe('files.refused')
  })

  test('a link that leads out, to a file or through a folder; a link that stays inside is followed', async () => {
    const { folder, root } = disk()
    symlinkSync(join(folder, 'secret.txt'), join(root, 'out.txt'))
    symlinkSync('..', join(root, 'up'))
    symlinkSync(join(folder, 'root-next'), join(root, 'next'))
    symlinkSync('2026/10/ket-qua.pdf', join(root, 'in.pdf'))
    for (const path of ['out.txt', 'up/secret.txt', 'next/secret.txt']) expect(await read(path, [root])).toBe('files.refused')
    expect(await read('in.pdf', [root])).toBe('inside')
  })

  test('a folder whose name begins like the root is no part of it', async () => {
    const { folder, root } = disk()
    expect(await read(join(folder, 'root-next/secret.txt'), [root])).toBeNull()
  })

  test('any path, where no root is configured', async () => {
    expect(await read('a.pdf', [])).toBe('files.refused')
  })
})

test.each(['nothing.pdf', '2026/10/ket-qua.pdf/more', '%2e%2e/secret.txt', '..%2fsecret.txt', `${'a'.repeat(300)}.pdf`])(
  'no such file: %s',
  async (path) => {
    expect(await read(path, [disk().root])).toBeNull()
  },
)

test.runIf(process.platform === 'linux')(
  'a folder that becomes a link while it is opened leads nowhere: never a byte from outside, in 300 tries',
  async () => {
    const { folder, root } = disk()
    const [real, hidden] = [join(root, 'moving'), join(root, 'hidden')]
    mkdirSync(real)
    writeFileSync(join(real, 'secret.txt'), 'inside')
    let turning = true
    const turn = (async () => {
      while (turning) {
        renameSync(real, hidden)
        symlinkSync(join(folder, 'root-next'), real)
        await new Promise((resolve) => setImmediate(resolve))
        rmSync(real)
        renameSync(hidden, real)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const seen = new Set<string | null>()
    for (let tries = 0; tries < 300; tries++) seen.add(await read('moving/secret.txt', [root]))
    turning = false
    await turn
    expect(seen).not.toContain('secret')
  },
)

test.runIf(process.platform === 'linux')('a file is closed when it was read, when nobody reads on, and when it was never read', async () => {
  const { root } = disk()
  writeFileSync(join(root, 'large.pdf'), Buffer.alloc(1_000_000))
  const open = () => readdirSync('/proc/self/fd').length
  await read('large.pdf', [root])
  const before = open()
  for (let round = 0; round < 20; round++) {
    const done = new AbortController()
    const opened = await openPath('large.pdf', [root], { signal: done.signal })
    if (round % 2 === 0) for await (const chunk of opened?.body ?? []) if (chunk.length > 0) break
    done.abort()
  }
  await new Promise((resolve) => setImmediate(resolve))
  await read('large.pdf', [root])
  expect(open()).toBeLessThanOrEqual(before + 1)
})
