import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LienthongError, readSettings, type Text } from '../base/index.js'
import { parseLedgerKey } from '../ledger/index.js'
import { checkAcross } from './cross-checks.js'
import { withModules } from './modules.js'
import { type Config, configSchema } from './schema.js'
import type { SecretRef } from './shapes.js'

/** Tried in this order when no file is named. */
export const configNames = ['lienthong.config.ts', 'lienthong.config.js', 'lienthong.config.mjs', 'lienthong.config.json'] as const

export interface LoadedConfig {
  readonly config: Config
  /** The file, and the folder that its relative paths start from. */
  readonly path: string
  readonly folder: string
  /** Where `{ "env": … }` secrets are looked up. */
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Reads and checks a configuration. Secrets are not read yet.
 *
 * @param named a file; undefined looks for {@link configNames} in the working folder.
 * @throws {LienthongError} `config.file_missing`, `config.file_unreadable`, `config.invalid`, `config.unknown_key`.
 */
export async function loadConfig(
  named: string | undefined,
  workingFolder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<LoadedConfig> {
  const path = named === undefined ? findConfig(workingFolder) : resolve(workingFolder, named)
  if (!existsSync(path)) throw new LienthongError('config.file_missing', { values: { path } })
  const config = readSettings(configSchema, await contentOf(path), path)
  checkAcross(config, path)
  return { config: await withModules(config, dirname(path), path), path, folder: dirname(path), environment }
}

function findConfig(folder: string): string {
  const found = configNames.map((name) => resolve(folder, name)).find((path) => existsSync(path))
  return found ?? resolve(folder, 'lienthong.config.json')
}

async function contentOf(path: string): Promise<unknown> {
  try {
    if (extname(path) === '.json') return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as unknown
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
    if (module.default !== undefined) return module.default
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_UNKNOWN_FILE_EXTENSION') throw unreadable(path, cause, unknownExtension)
    throw unreadable(path, cause)
  }
  throw unreadable(path, undefined, noDefaultExport)
}

const unknownExtension: Text = {
  en: 'a configuration is a .json, .js or .mjs file; .ts needs Node.js 22.18 or newer',
  vi: 'cấu hình là tệp .json, .js hoặc .mjs; .ts cần Node.js từ 22.18 trở lên',
}
const noDefaultExport: Text = {
  en: 'it has no default export; write `export default defineConfig({ … })`',
  vi: 'tệp không có default export; hãy viết `export default defineConfig({ … })`',
}

/** Where secrets and named files are looked up. */
export type Surroundings = Pick<LoadedConfig, 'folder' | 'environment'>

/** Reads a secret where the configuration says it is. @throws {LienthongError} `config.secret_missing`. */
export function readSecret(reference: SecretRef | string, place: string, { folder, environment }: Surroundings): string {
  if (typeof reference === 'string') return reference
  const where = whereOf(reference, folder)
  let value: string | undefined
  try {
    // Editors end a file with a line break; a variable is taken as it stands.
    value = 'env' in reference ? environment[reference.env] : readFileSync(resolve(folder, reference.file), 'utf8').trim()
  } catch (cause) {
    throw new LienthongError('config.secret_missing', { values: { place, where }, cause })
  }
  if (!value) throw new LienthongError('config.secret_missing', { values: { place, where } })
  return value
}

function whereOf(reference: SecretRef, folder: string): string | Text {
  if ('env' in reference) return { en: `environment variable ${reference.env}`, vi: `biến môi trường ${reference.env}` }
  return resolve(folder, reference.file)
}

/** @throws {LienthongError} `ledger.key_missing`. */
export function readLedgerKey({ config, folder, environment }: LoadedConfig): Uint8Array {
  const { key } = config.ledger
  const where = whereOf(key, folder)
  let text: string
  try {
    text = readSecret(key, 'ledger.key', { folder, environment })
  } catch (cause) {
    throw new LienthongError('ledger.key_missing', { hop: 'ledger', values: { where }, cause })
  }
  const bytes = parseLedgerKey(text)
  if (!bytes) throw new LienthongError('ledger.key_missing', { hop: 'ledger', values: { where } })
  return bytes
}

/** Which of the two ledgers: that of dossiers, or that of payments, which may be the same. */
export type LedgerPart = 'dossiers' | 'payments'

/** The ledger's address with a relative file path made absolute. */
export function ledgerUrl({ config, folder }: LoadedConfig, part: LedgerPart = 'dossiers'): string {
  const url = part === 'payments' ? (config.ledger.paymentsUrl ?? config.ledger.url) : config.ledger.url
  const match = /^sqlite:(?!:memory:)(.+)$/.exec(url)
  return match?.[1] ? `sqlite:${resolve(folder, match[1])}` : url
}

/** The file of a ledger that is one; undefined for a ledger in memory or on a server. */
export function ledgerFile(loaded: LoadedConfig, part: LedgerPart = 'dossiers'): string | undefined {
  const [, path] = /^sqlite:(?!:memory:)(.+)$/.exec(ledgerUrl(loaded, part)) ?? []
  return path
}

/** Reads a text file that the configuration names. @throws {LienthongError} `config.invalid` when there is none, `config.file_unreadable`. */
export function readNamedFile(name: string, place: string, folder: string): { readonly path: string; readonly text: string } {
  const path = resolve(folder, name)
  if (!existsSync(path))
    throw new LienthongError('config.invalid', { values: { place, problem: { en: `there is no file ${path}`, vi: `không có tệp ${path}` } } })
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(
  path: string,
  cause: unknown,
  problem: string | Text = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
): LienthongError {
  return new LienthongError('config.file_unreadable', { values: { path, problem }, cause })
}
