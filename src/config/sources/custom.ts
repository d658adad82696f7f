/** A system of the province's own: a module defines it, the configuration names the module. docs/connect-your-own-system.md */
import { z } from 'zod'
import { LienthongError, settingMessage, type Text } from '../../base/index.js'
import { hostOf } from '../../connectors/index.js'
import { type DefinedSource, isDefinedSource } from '../../sync/index.js'
import { type SecretRef, secret, tablesSetting, transport } from '../shapes.js'
import { type SourceSite, sourceKind } from './kind.js'

const definedSource = z.custom<DefinedSource>(isDefinedSource)

export const customKind = sourceKind({
  dialect: 'custom',
  schema: z.strictObject({
    dialect: z.literal('custom'),
    /** A module whose default export comes from `defineSource`: `./my-source.ts`; in a configuration that is a module, also the source itself. */
    module: z.union([z.string().min(1), definedSource], {
      error: settingMessage({
        en: 'expected the path of a module, or what defineSource gives',
        vi: 'cần đường dẫn tới mô-đun, hoặc giá trị do defineSource trả về',
      }),
    }),
    /** As the module's `settings` say; secrets as { "env": … } or { "file": … }. */
    settings: z.record(z.string(), z.unknown()).optional(),
    tables: tablesSetting.optional(),
    ...transport,
  }),
  example: { dialect: 'custom', module: './my-source.ts', settings: {} },
  assemble(source, site) {
    const { module: defined } = source
    // Whoever loads a configuration from a file has loaded its modules too.
    if (typeof defined === 'string') throw moduleError(site.place, NOT_LOADED)
    const plainSettings = source.settings ?? {}
    const settings = withSecrets(plainSettings, site)
    const address = defined.address(settings)
    const port = defined.open({
      settings,
      plainSettings,
      tables: site.tables(source.tables, 'custom', defined.tables === undefined ? [] : [defined.tables]),
      agencyCode: site.agencyCode,
      transport: site.transport(source),
      folder: site.folder,
      place: `${site.place}.settings`,
      ...(site.clock === undefined ? {} : { clock: site.clock }),
      ...(site.logger === undefined ? {} : { logger: site.logger }),
    })
    if (address === undefined) return { port }
    return {
      port,
      system: {
        host: hostOf(address),
        async probe(signal) {
          const asked = { open: async function* () {}, ...(signal === undefined ? {} : { signal }) }
          for await (const { items, end } of port.changes(null, asked)) if (items.length > 0 || end !== 'more') return items.length === 0 ? 0 : null
          return 0
        },
        emptyHint: {
          en: 'Check the settings of this source and the rights of its account.',
          vi: 'Kiểm tra thiết lập của nguồn này và quyền của tài khoản.',
        },
      },
    }
  },
})

const NOT_LOADED: Text = {
  en: 'a path is read only from a configuration file; give the defined source itself',
  vi: 'đường dẫn chỉ đọc được từ tệp cấu hình; hãy đưa trực tiếp nguồn đã định nghĩa',
}

function moduleError(place: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place: `${place}.module`, problem } })
}

/** Each secret with the setting it stands in. */
export function secretsIn(settings: unknown, path: readonly string[] = []): readonly { readonly setting: string; readonly reference: SecretRef }[] {
  const reference = secret.safeParse(settings)
  if (reference.success) return [{ setting: path.join('.'), reference: reference.data }]
  if (typeof settings !== 'object' || settings === null) return []
  return Object.entries(settings).flatMap(([name, value]) => secretsIn(value, [...path, name]))
}

/** Settings named so hold secrets; the file itself must not. */
const SECRET_NAME = /(?:password|secret|token|(?:api|access|private)_?key)$/i

function withSecrets(value: unknown, site: Pick<SourceSite, 'place' | 'secret'>, path: readonly string[] = []): unknown {
  const setting = ['settings', ...path].join('.')
  const reference = secret.safeParse(value)
  if (reference.success) return site.secret(reference.data, setting)
  if (typeof value === 'string' && SECRET_NAME.test(path.at(-1) ?? '')) throw plainSecret(`${site.place}.${setting}`)
  if (Array.isArray(value)) return value.map((item, index) => withSecrets(item, site, [...path, String(index)]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withSecrets(part, site, [...path, name])]))
}

function plainSecret(setting: string): LienthongError {
  const problem = {
    en: 'a secret is written as { "env": "NAME" } or { "file": "path" }, never as text',
    vi: 'bí mật phải ghi dạng { "env": "TÊN" } hoặc { "file": "đường dẫn" }, không ghi trực tiếp',
  }
  return new LienthongError('config.invalid', { values: { place: setting, problem } })
}
