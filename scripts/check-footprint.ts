/** What `npm install lienthong` costs a user: size, number of packages, and whether any of them runs a script while it is installed. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inScratchFolder, installInto, packInto } from './packed-package.ts'

const MOST_MEGABYTES = 35
/** Fifteen of them come with `soap`. */
const MOST_PACKAGES = 90

interface InstalledTree {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

await inScratchFolder((folder) => {
  installInto(folder, packInto(folder))
  const modules = join(folder, 'node_modules')
  const tree: InstalledTree = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'))
  const installed = Object.entries(tree.packages)
  const megabytes = bytesIn(modules) / 1e6
  const withScripts = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)

  console.log(`A user's install: ${megabytes.toFixed(1)} MB (at most ${MOST_MEGABYTES}), ${installed.length} packages (at most ${MOST_PACKAGES}).`)
  const largest = installed
    .map(([path]) => ({ path, bytes: bytesIn(join(folder, path)) }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 5)
  console.log(`Largest: ${largest.map(({ path, bytes }) => `${path.replace(/^node_modules\//, '')} ${(bytes / 1e6).toFixed(1)} MB`).join(', ')}.`)
  for (const path of withScripts) console.error(`${path} runs a script while it is installed.`)

  if (megabytes > MOST_MEGABYTES || installed.length > MOST_PACKAGES || withScripts.length > 0) process.exitCode = 1
})
