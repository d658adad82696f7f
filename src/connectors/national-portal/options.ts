/** What a client of the national portal needs to know, checked at construction. */
import { z } from 'zod'
import { LienthongError, readSettings, settingMessage, type Text } from '../../base/index.js'
import { type SessionShelf, type TransportOptions, transportShape } from '../../transport/index.js'
import type { DialectNeed, DialectUse, PortalDialect, PortalSite } from './dialect.js'
import { checkDialect, outcomeRule } from './dialect-schema.js'
import { portalDialects } from './dialects/index.js'
import { judgeBy, type OutcomeRule } from './outcome.js'
import type { DossierRecord, PortalService } from './wire.js'

/** Whom a call is about, for provinces that send a unit's code. Both are null for reference data; a step has no record. */
export interface PortalSubject {
  readonly code: string | null
  readonly record: DossierRecord | null
}

export interface NationalPortalOptions extends TransportOptions {
  /** Address of the integration adapter or of the provincial relay, e.g. `https://adapter.tinh.example.vn/XrdAdapter/RestService/forward`. */
  readonly adapterUrl: string
  /** The caller's unit (`madonvi`), e.g. `000.00.00.H99`, or what to send for a dossier. */
  readonly agencyCode: string | ((subject: PortalSubject) => string)
  /** `username` and `password` where there is a login, `token` where a relay wants a Bearer. */
  readonly credentials?: { readonly username?: string; readonly password?: string; readonly token?: string }
  /** A name among {@link portalDialects}, by default `vpcp-2020`, or an object of your own. */
  readonly dialect?: string | PortalDialect
  /** Destination on the national platform, e.g. `VN:GOV:000.00.00.G22:vpcpdvcprovider`. Only for dialects that use it. */
  readonly dstcode?: string
  /** Paths after `adapterUrl`; by default `/mapi/login`, `/mapi/g`, `/mapi/g`. Only for dialects that use it. */
  readonly endpoints?: { readonly auth?: string; readonly share?: string; readonly integration?: string }
  /** A service that goes elsewhere here: `share`, `integration`, or a path. Only for dialects that use it. */
  readonly serviceEndpoints?: Readonly<Partial<Record<PortalService, string>>>
  /** One address an operation: paths after `adapterUrl`, or whole addresses on the same host. Only for dialects that use it. */
  readonly urls?: { readonly create: string; readonly update: string; readonly progress: string; readonly read?: string }
  /** Rules that come before the dialect's own, for an answer that this portal words differently. */
  readonly outcomes?: readonly OutcomeRule[]
  /** Shares the login's session with other processes. */
  readonly sessions?: SessionShelf
}

const printable = z.string().regex(/^[\x21-\x7e]+$/, 'expected printable ASCII without spaces')
const path = z.string().regex(/^\/[^?#\s]*$/, 'expected a path that starts with / and has no query')
const place = z.union([z.enum(['share', 'integration']), path], { error: 'expected share, integration, or a path that starts with /' })
const address = z.union([path, z.url({ protocol: /^https?$/ })], { error: 'expected a path that starts with /, or a whole address' })

const schema = z.strictObject({
  adapterUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https address' })
    .refine((url) => !/[?#@]/.test(url), 'expected an address without query and without credentials')
    .transform((url) => url.replace(/\/+$/, '')),
  agencyCode: z.union([z.string().min(1), z.custom<(subject: PortalSubject) => string>((value) => typeof value === 'function')], {
    error: 'expected an agency code such as 000.00.00.H99, or a function that gives one',
  }),
  credentials: z
    .strictObject({ username: z.string().min(1).optional(), password: z.string().min(1).optional(), token: printable.optional() })
    .prefault({}),
  dialect: z
    .union([z.string(), z.custom<PortalDialect>((value) => typeof value === 'object' && value !== null)], {
      error: settingMessage({ en: 'expected the name of a dialect or a dialect object', vi: 'cần tên một phương ngữ hoặc một đối tượng phương ngữ' }),
    })
    .default('vpcp-2020'),
  dstcode: printable.optional(),
  endpoints: z.strictObject({ auth: path.optional(), share: path.optional(), integration: path.optional() }).optional(),
  serviceEndpoints: z
    .strictObject({
      DongBoHoSoMC: place.optional(),
      CapNhatTienDoHoSoMC: place.optional(),
      TraCuuHoSo: place.optional(),
      LayDanhMucCoQuan: place.optional(),
      TraCuuTechID: place.optional(),
    })
    .optional(),
  urls: z.strictObject({ create: address, update: address, progress: address, read: address.optional() }).optional(),
  outcomes: z.array(outcomeRule).default([]),
  sessions: z.custom<SessionShelf>((value) => typeof (value as { take?: unknown } | null)?.take === 'function').optional(),
  ...transportShape,
})

/** Nobody should believe in a setting that does nothing. */
const someUse: readonly DialectUse[] = ['endpoints', 'serviceEndpoints', 'dstcode', 'urls']

export const SYSTEM = 'national-portal'

export interface PortalSettings {
  readonly site: PortalSite
  readonly dialect: PortalDialect
  readonly agencyOf: (subject: PortalSubject) => string
  readonly credentials: { readonly username?: string | undefined; readonly password?: string | undefined; readonly token?: string | undefined }
  readonly judge: ReturnType<typeof judgeBy>
  readonly transport: TransportOptions
  readonly sessions: SessionShelf | undefined
}

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function readPortalOptions(options: NationalPortalOptions): PortalSettings {
  // zod checks; types of rules and of what is passed on stay those of the interface.
  const read = readSettings<typeof schema>(schema, options as z.input<typeof schema>, SYSTEM)
  const dialect = typeof read.dialect === 'string' ? dialectNamed(read.dialect) : checkDialect(read.dialect, SYSTEM)
  const { adapterUrl, endpoints, serviceEndpoints, dstcode, credentials, agencyCode } = read
  const has: Record<DialectNeed, boolean> = {
    'credentials.username': credentials.username !== undefined,
    'credentials.password': credentials.password !== undefined,
    'credentials.token': credentials.token !== undefined,
    urls: read.urls !== undefined,
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
  const whole = (url: string, option: string) => {
    const address = url.startsWith('/') ? adapterUrl + url : url.replace(/\/+$/, '')
    if (new URL(address).origin !== new URL(adapterUrl).origin) throw invalid(`urls.${option}`, 'expected an address on the host of adapterUrl')
    return address
  }
  const urls = read.urls && {
    create: whole(read.urls.create, 'create'),
    update: whole(read.urls.update, 'update'),
    progress: whole(read.urls.progress, 'progress'),
    ...(read.urls.read === undefined ? {} : { read: whole(read.urls.read, 'read') }),
  }
  return {
    site: { adapterUrl, endpoints, serviceEndpoints: serviceEndpoints && withoutUndefined(serviceEndpoints), dstcode, urls },
    dialect,
    agencyOf: typeof agencyCode === 'string' ? () => agencyCode : agencyCode,
    credentials,
    judge: judgeBy([...(options.outcomes ?? []), ...dialect.outcomes]),
    transport: transportOf(options),
    sessions: read.sessions,
  }
}

function dialectNamed(name: string): PortalDialect {
  const dialect = portalDialects.get(name)
  if (dialect !== undefined) return dialect
  const known = [...portalDialects.keys()].join(', ')
  throw invalid('dialect', { en: `no dialect “${name}”; there are ${known}`, vi: `không có phương ngữ “${name}”; hiện có ${known}` })
}

function invalid(option: string, problem: string | Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place: `${SYSTEM}.${option}`, problem } })
}

/** Only the options of the transport, which checks them itself. */
function transportOf(options: NationalPortalOptions): TransportOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(transportShape, name)))
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
