/** What a client of the procedure database needs to know, checked at construction. */
import { z } from 'zod'
import { LienthongError, readSettings, settingMessage, type Text } from '../../base/index.js'
import { judgeAnswers, type TransportOptions, transportShape } from '../../transport/index.js'
import type { ProcedureDatabaseDialect, ProcedureDatabaseNeed, ProcedureDatabaseSite, ProcedureDatabaseUse } from './dialect.js'
import { checkDialect, outcomeRule, SYSTEM } from './dialect-schema.js'
import { procedureDatabaseDialects } from './dialects/index.js'
import type { Judge, ProcedureDatabaseRule } from './outcome.js'

/** `maxAnswerBytes` (20 MB) holds for a whole list too: several thousand rows are 1–2 MB. */
export interface ProcedureDatabaseOptions extends TransportOptions {
  /** Address of the adapter, of the province's gateway, or of the public portal, e.g. `https://dichvucong.example.vn`. */
  readonly baseUrl: string
  /** A name among {@link procedureDatabaseDialects}, by default `native`, or an object of your own. */
  readonly dialect?: string | ProcedureDatabaseDialect
  /** The caller's unit (`madonvi`), e.g. `000.00.00.H99`. Only for dialects that use it. */
  readonly agencyCode?: string
  /** Asks for the list of one unit, e.g. `H56`, instead of the whole one. Only for dialects that use it. */
  readonly unitCode?: string
  /** `username` and `password` where there is a login, `token` where a gateway wants a Bearer. */
  readonly credentials?: { readonly username?: string; readonly password?: string; readonly token?: string }
  /** Destination on the national platform. Only for dialects that use it. */
  readonly dstcode?: string
  /** Paths after `baseUrl`; by default `/mapi/login`, `/mapi/g`, `/mapi/g`. Only for dialects that use it. */
  readonly endpoints?: { readonly auth?: string; readonly share?: string; readonly integration?: string }
  /** Rules that come before the dialect's own, for an answer that this database words differently. */
  readonly outcomes?: readonly ProcedureDatabaseRule[]
}

const printable = z.string().regex(/^[\x21-\x7e]+$/, 'expected printable ASCII without spaces')
const path = z.string().regex(/^\/[^?#\s]*$/, 'expected a path that starts with / and has no query')

const schema = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https address' })
    .refine((url) => !/[?#@]/.test(url), 'expected an address without query and without credentials')
    .transform((url) => url.replace(/\/+$/, '')),
  dialect: z
    .union([z.string(), z.custom<ProcedureDatabaseDialect>((value) => typeof value === 'object' && value !== null)], {
      error: settingMessage({ en: 'expected the name of a dialect or a dialect object', vi: 'cần tên một phương ngữ hoặc một đối tượng phương ngữ' }),
    })
    .default('native'),
  agencyCode: printable.optional(),
  unitCode: printable.optional(),
  credentials: z
    .strictObject({ username: z.string().min(1).optional(), password: z.string().min(1).optional(), token: printable.optional() })
    .prefault({}),
  dstcode: printable.optional(),
  endpoints: z.strictObject({ auth: path.optional(), share: path.optional(), integration: path.optional() }).optional(),
  outcomes: z.array(outcomeRule).default([]),
  ...transportShape,
})

/** Nobody should believe in a setting that does nothing. */
const someUse: readonly ProcedureDatabaseUse[] = ['agencyCode', 'unitCode', 'dstcode', 'endpoints']

export interface ProcedureDatabaseSettings {
  readonly site: ProcedureDatabaseSite
  readonly dialect: ProcedureDatabaseDialect
  readonly credentials: { readonly username?: string | undefined; readonly password?: string | undefined; readonly token?: string | undefined }
  readonly judge: Judge
  readonly transport: TransportOptions
}

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function readDatabaseOptions(options: ProcedureDatabaseOptions): ProcedureDatabaseSettings {
  // zod checks; types of rules and of what is passed on stay those of the interface.
  const read = readSettings<typeof schema>(schema, options as z.input<typeof schema>, SYSTEM)
  const dialect = typeof read.dialect === 'string' ? dialectNamed(read.dialect) : checkDialect(read.dialect)
  const { baseUrl, agencyCode, unitCode, dstcode, endpoints, credentials } = read
  const has: Record<ProcedureDatabaseNeed, boolean> = {
    agencyCode: agencyCode !== undefined,
    'credentials.username': credentials.username !== undefined,
    'credentials.password': credentials.password !== undefined,
    'credentials.token': credentials.token !== undefined,
  }
  for (const need of dialect.needs)
    if (!has[need]) throw invalid(need, { en: `the dialect ${dialect.name} needs it`, vi: `phương ngữ ${dialect.name} cần thiết lập này` })
  const used = new Set<string>([...dialect.needs, ...(dialect.uses ?? [])])
  for (const option of someUse)
    if (read[option] !== undefined && !used.has(option))
      throw invalid(option, {
        en: `the dialect ${dialect.name} does not use it (its \`uses\` does not name it)`,
        vi: `phương ngữ ${dialect.name} không dùng thiết lập này (không có trong \`uses\`)`,
      })
  return {
    site: { baseUrl, agencyCode, unitCode, dstcode, endpoints },
    dialect,
    credentials,
    judge: judgeAnswers([...(options.outcomes ?? []), ...dialect.outcomes]),
    transport: { ...transportOf(options), limits: { ...dialect.limits, ...withoutUndefined(read.limits) } },
  }
}

function dialectNamed(name: string): ProcedureDatabaseDialect {
  const dialect = procedureDatabaseDialects.get(name)
  if (dialect !== undefined) return dialect
  const known = [...procedureDatabaseDialects.keys()].join(', ')
  throw invalid('dialect', { en: `no dialect “${name}”; there are ${known}`, vi: `không có phương ngữ “${name}”; hiện có ${known}` })
}

function invalid(option: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place: `${SYSTEM}.${option}`, problem } })
}

/** Only the options of the transport, which checks them itself. */
function transportOf(options: ProcedureDatabaseOptions): TransportOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(transportShape, name)))
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
