/** publint and are-the-types-wrong on the tarball a user would download. ES modules only is our choice (docs/adr/0004). */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { inScratchFolder, packInto, repository } from './packed-package.ts'

await inScratchFolder((folder) => {
  const tarball = packInto(folder)
  const checks = [
    ['publint', 'run', tarball, '--strict'],
    ['attw', tarball, '--profile', 'esm-only'],
  ] as const
  for (const [command, ...options] of checks) {
    const { status } = spawnSync(join(repository, 'node_modules/.bin', command), options, { cwd: repository, stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
})
