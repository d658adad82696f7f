/**
 * Puts our own command where npm puts those of dependencies, so that `npx lienthong` inside the repository starts at once and without
 * a registry. Elsewhere than on POSIX systems npx finds the command by itself, only more slowly.
 */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './packed-package.ts'

if (process.platform !== 'win32') {
  const commands = join(repository, 'node_modules/.bin')
  mkdirSync(commands, { recursive: true })
  rmSync(join(commands, 'lienthong'), { force: true })
  symlinkSync('../../bin/lienthong.js', join(commands, 'lienthong'))
}
