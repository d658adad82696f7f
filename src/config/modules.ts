/** The modules that a configuration names: read once, when it is loaded. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LienthongError, redact, sayingOf, type Text } from '../base/index.js'
import { type DefinedSource, isDefinedSource } from '../sync/index.js'
import type { Config } from './schema.js'

/**
 * Puts the defined source in the place of its module's path.
 *
 * @throws {LienthongError} `config.invalid`, naming the setting: no such file, no default export, no defined source
 */
export async function withModules(config: Config, folder: string, file: string): Promise<Config> {
  const tenants = Object.entries(config.tenants).map(async ([tenant, { sources, ...rest }]) => {
    const loaded = Object.entries(sources).map(async ([name, source]) => {
      if (source.dialect !== 'custom' || typeof source.module !== 'string') return [name, source] as const
      const place = `${file}: tenants.${tenant}.sources.${name}.module`
      return [name, { ...source, module: await moduleAt(resolve(folder, source.module), place) }] as const
    })
    return [tenant, { ...rest, sources: Object.fromEntries(await Promise.all(loaded)) }] as const
  })
  return { ...config, tenants: Object.fromEntries(await Promise.all(tenants)) }
}

async function moduleAt(path: string, place: string): Promise<DefinedSource> {
  if (!existsSync(path))
    throw invalid(place, {
      en: `there is no file ${path}; docs/connect-your-own-system.md shows how to write it`,
      vi: `không có tệp ${path}; cách viết xem docs/connect-your-own-system.md`,
    })
  let module: { readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
  } catch (cause) {
    const extension = (cause as { code?: string }).code === 'ERR_UNKNOWN_FILE_EXTENSION'
    throw invalid(place, extension ? unknownExtension : notLoaded(path, redact(sayingOf(cause).split('\n')[0] ?? '')), cause)
  }
  if (!isDefinedSource(module.default)) throw invalid(place, module.default === undefined ? noDefaultExport(path) : noSource(path))
  return module.default
}

const unknownExtension: Text = {
  en: 'a module is a .js or .mjs file; .ts needs Node.js 22.18 or newer',
  vi: 'mô-đun là tệp .js hoặc .mjs; .ts cần Node.js từ 22.18 trở lên',
}
const notLoaded = (path: string, problem: string): Text => ({ en: `${path} cannot be loaded: ${problem}`, vi: `không nạp được ${path}: ${problem}` })
const noDefaultExport = (path: string): Text => ({
  en: `${path} has no default export; write \`export default defineSource({ … })\``,
  vi: `${path} không có default export; hãy viết \`export default defineSource({ … })\``,
})
const noSource = (path: string): Text => ({
  en: `the default export of ${path} is no source; write \`export default defineSource({ … })\``,
  vi: `default export của ${path} không phải nguồn; hãy viết \`export default defineSource({ … })\``,
})

function invalid(place: string, problem: Text, cause?: unknown): LienthongError {
  return new LienthongError('config.invalid', { values: { place, problem }, ...(cause === undefined ? {} : { cause }) })
}
