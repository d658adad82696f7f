/** A province on this machine with everything an integrator would have written: sandbox, configuration, key, secrets, tables, procedures. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { writeDemoProvince } from '../../src/cli/demo/province-files.js'
import type { ConfigInput } from '../../src/config/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { emptyFolder } from './command-line.js'

export const TENANT = 'demo'

export interface InstalledProvince {
  readonly folder: string
  readonly sandbox: Sandbox
  /** Rewrites the configuration. */
  configure(change: (config: ConfigInput, tenant: ConfigInput['tenants'][string]) => void): void
}

export async function installedProvince(options: { readonly dossiers: number; readonly sandbox?: SandboxOptions }): Promise<InstalledProvince> {
  const folder = emptyFolder()
  const sandbox = await startSandbox(options.sandbox)
  onTestFinished(() => sandbox.stop())
  const setup = sandbox.makeProvince({ seed: 1, dossiers: options.dossiers })
  const path = writeDemoProvince(folder, { ...setup }, sandbox.systems, { faults: false })
  return {
    folder,
    sandbox,
    configure(change) {
      const config = JSON.parse(readFileSync(path, 'utf8')) as ConfigInput
      change(config, config.tenants[TENANT]!)
      writeFileSync(path, JSON.stringify(config))
    },
  }
}

export function file(province: InstalledProvince, name: string): string {
  return join(province.folder, name)
}
