import { readFileSync } from 'node:fs'

/** Of the package this file belongs to: `dist/cli` and `src/cli` are equally deep. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
