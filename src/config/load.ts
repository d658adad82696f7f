import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LienthongError, readSettings } from '../base/index.js'
import { parseLedgerKey } from '../ledger/index.js'
import { type Config, configSchema, type SecretRef } from './schema.js'

/** Tried in this order when no file is named. */
export const configNames = ['lienthong.config.ts', 'lienthong.config.js', 'lienthong.config.mjs', 'lienthong.config.json'] as const

export interface LoadedConfig {
  readonly config: Config
  /** The file, and the folder that its relative paths start from. */
  readonly path: string
  readonly folder: string
}

/** @throws {LienthongError} `config.file_missing`, `config.file_unreadable`, `config.invalid`, `config.unknown_key`. */
export async function loadConfig(named: string | undefined, workingFolder: string): Promise<LoadedConfig> {
  const path = named === undefined ? findConfig(workingFolder) : resolve(workingFolder, named)
  if (!existsSync(path)) throw new LienthongError('config.file_missing', { values: { path } })
  const config = readSettings(configSchema, await contentOf(path), path)
  return { config, path, folder: dirname(path) }
}

function findConfig(folder: string): string {
  const found = configNames.map((name) => resolve(folder, name)).find((path) => existsSync(path))
  return found ?? resolve(folder, 'lienthong.config.json')
}

async function contentOf(path: string): Promise<unknown> {
  try {
    if (extname(path) === '.json') return JSON.parse(readFileSync(path, 'utf8')) as unknown
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
    return module.default
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** Reads a secret where the configuration says it is. @throws {LienthongError} `config.secret_missing`. */
export function readSecret(reference: SecretRef | string, place: string, folder: string): string {
  if (typeof reference === 'string') return reference
  if ('env' in reference) {
    const value = process.env[reference.env]
    if (value === undefined || value === '')
      throw new LienthongError('config.secret_missing', { values: { place, where: `environment variable ${reference.env}` } })
    return value
  }
  const path = resolve(folder, reference.file)
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new LienthongError('config.secret_missing', { values: { place, where: path }, cause })
  }
}

/** @throws {LienthongError} `ledger.key_missing`. */
export function readLedgerKey({ config, folder }: LoadedConfig): Uint8Array {
  const { key } = config.ledger
  const where = 'env' in key ? `environment variable ${key.env}` : resolve(folder, key.file)
  let text: string
  try {
    text = readSecret(key, 'ledger.key', folder)
  } catch (cause) {
    throw new LienthongError('ledger.key_missing', { hop: 'ledger', values: { where }, cause })
  }
  const bytes = parseLedgerKey(text)
  if (!bytes) throw new LienthongError('ledger.key_missing', { hop: 'ledger', values: { where } })
  return bytes
}

/** The ledger's address with a relative file path made absolute. */
export function ledgerUrl({ config, folder }: LoadedConfig): string {
  const match = /^sqlite:(?!:memory:)(.+)$/.exec(config.ledger.url)
  return match?.[1] ? `sqlite:${resolve(folder, match[1])}` : config.ledger.url
}

/** Reads a text file that the configuration names. @throws {LienthongError} `config.file_missing`, `config.file_unreadable`. */
export function readNamedFile(name: string, folder: string): { readonly path: string; readonly text: string } {
  const path = resolve(folder, name)
  if (!existsSync(path)) throw new LienthongError('config.file_missing', { values: { path } })
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): LienthongError {
  const problem = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  return new LienthongError('config.file_unreadable', { values: { path, problem }, cause })
}
