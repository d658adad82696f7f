/** The package as a user gets it: packed, then installed from the tarball into a folder that knows nothing of this repository. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const repository = join(import.meta.dirname, '..')

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
}

export const manifest: Manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))

/** What a user writes to import each door: `lienthong`, `lienthong/connectors`, … */
export const doors: readonly string[] = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([path]) => manifest.name + path.slice(1))

/** Makes an empty folder outside the repository, hands it to `work` and removes it whatever happens. */
export async function inScratchFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns the path of the tarball. Packs what stands in dist/: build first. */
export function packInto(folder: string): string {
  if (!existsSync(join(repository, 'dist/index.js'))) throw new Error('There is no dist/index.js: run `npm run build` first.')
  // Not --json: its shape changed between npm versions, the last line of the plain form did not.
  const printed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: repository, encoding: 'utf8' })
  return join(folder, printed.trim().split('\n').at(-1) ?? '')
}

/** Installs the tarball with its production dependencies, and nothing else, into `folder`. */
export function installInto(folder: string, tarball: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', tarball], {
    cwd: folder,
    stdio: 'inherit',
  })
}
