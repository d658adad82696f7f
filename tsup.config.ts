import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'))

/** The doors are the exports of package.json, so that neither list can forget one: `./sync` is src/sync/index.ts. */
const doors = Object.fromEntries(
  Object.values(manifest.exports)
    .filter((target) => typeof target === 'object')
    .map(({ default: file }) => file.replace(/^\.\/dist\/(.*)\.js$/, '$1'))
    .map((name) => [name, `src/${name}.ts`]),
)

export default defineConfig({
  entry: { ...doors, 'cli/main': 'src/cli/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node22',
  /** One copy of each class however many doors lead to it. */
  splitting: true,
  /** `sqlite` without its prefix is no built-in module. */
  removeNodeProtocol: false,
  dts: { entry: doors },
  clean: true,
})
