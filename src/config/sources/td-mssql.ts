import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Dialect } from 'kysely'
import { z } from 'zod'
import { LienthongError, settingMessage, type Text } from '../../base/index.js'
import { type TdDatabase, tdDatabase, tdRest } from '../../connectors/index.js'
import { dossierColumns } from '../../connectors/td-mssql/wire.js'
import type { DossierStatus, LocalDate } from '../../domain/index.js'
import { nodeSqliteDialect } from '../../ledger/index.js'
import { tdRestSource, tdSource } from '../../sync/index.js'
import { postgresDialect, type SqlAddress, type SqlFlavour, sqlServerDialect } from '../../transport/index.js'
import { accountOf, present } from '../present.js'
import { calendarDay, count, secret, sourceFiles, tablesSetting, textOrSecret, transport } from '../shapes.js'
import { type SourceSite, sourceKind } from './kind.js'

const address = settingMessage({
  en: 'expected mssql://host:1433/database, postgres://…, sqlite:file, or for "mode": "rest" the address ending in /api/v1',
  vi: 'cần mssql://máy-chủ:1433/cơ-sở-dữ-liệu, postgres://…, sqlite:tệp, hoặc với "mode": "rest" là địa chỉ kết thúc bằng /api/v1',
})
const schemaName = z.string().regex(/^\w{1,128}$/)

const schema = z.strictObject({
  dialect: z.literal('td-mssql'),
  /** `sql` (default) reads the database and writes its marks; `rest` reads the REST face and writes nothing. */
  mode: z.enum(['sql', 'rest']).optional(),
  /** mssql://host:1433/database, or for a copy postgres://host/database, sqlite:file; for `rest` the address ending in /api/v1. No password in it. */
  url: z.string().regex(/^(?:mssql|postgres(?:ql)?|https?):\/\/[^@]+$|^sqlite:.+$/, address),
  /** User name and password of a database, token of the REST face. */
  credentials: z.strictObject({ username: textOrSecret.optional(), password: secret.optional(), token: secret.optional() }).optional(),
  /** First reception day to read; everything older stays out. */
  since: calendarDay,
  /** Whether the connection to the database is encrypted. Default true; false only inside a closed network. */
  encrypt: z.boolean().optional(),
  /** Where the schemas are called otherwise; a name that ends in `_` stands before the table's. */
  schemas: z.strictObject({ Business: schemaName.optional(), Catalog: schemaName.optional() }).optional(),
  /** Columns of HoSos that this version of the product lacks. */
  withoutColumns: z.array(z.enum(dossierColumns)).optional(),
  /** Rows that an older sync marked as synced: looked at like any other (`visible`, default) or left out (`skip`). */
  alreadyMarked: z.enum(['visible', 'skip']).optional(),
  /** `flags` (default) marks what was synced; `none` for a login that may only read. */
  writeBack: z.enum(['flags', 'none']).optional(),
  /** States reported as 9, as the product's own push does with 5, 6 and 8. Default none. */
  sendAsDone: z.array(z.union([z.literal(5), z.literal(6), z.literal(8)])).optional(),
  /** Changes are read again from so long before the last one seen. Default 30. */
  overlapMinutes: count.optional(),
  /** So often every dossier is read. Default 24. */
  wholeEveryHours: count.optional(),
  /** `rest`: days of one query window. Default 30. */
  windowDays: count.optional(),
  /** `rest`: days read again each pass. Default 7. */
  overlapDays: count.optional(),
  /** Rows of one page. Default 500, with `rest` 100. */
  pageSize: count.max(1000).optional(),
  /** Where the files of its results lie: columns hold paths. */
  files: sourceFiles.optional(),
  tables: tablesSetting.optional(),
  ...transport,
})
type Settings = z.output<typeof schema>

export const tdKind = sourceKind({
  dialect: 'td-mssql',
  schema,
  example: {
    dialect: 'td-mssql',
    url: 'mssql://10.0.0.5:1433/DichVuCong',
    credentials: { username: 'lienthong', password: { env: 'TD_PASSWORD' } },
    since: '2025-01-01',
  },
  assemble(source, site) {
    const isWeb = /^https?:/.test(source.url)
    if (isWeb !== (source.mode === 'rest')) throw wrong(site, isWeb ? 'mode' : 'url', isWeb ? needsMode : needsAddress)
    return source.mode === 'rest' ? overRest(source, site) : overSql(source, site)
  },
})

function overRest(source: Settings, site: SourceSite) {
  const token = credential(source, site, 'token')
  const client = tdRest({ baseUrl: source.url, token, ...site.transport(source) })
  const { windowDays, overlapDays, pageSize, alreadyMarked, sendAsDone } = source
  return {
    port: tdRestSource({
      client,
      account: accountOf(source.url, { token }),
      tables: site.tables(source.tables, 'td-mssql'),
      agencyCode: site.agencyCode,
      since: source.since as LocalDate,
      openFile: site.files(source.files),
      ...present({
        windowDays,
        overlapDays,
        pageSize,
        alreadyMarked,
        sendAsDone: sendAsDone as readonly DossierStatus[] | undefined,
        clock: site.clock,
      }),
    }),
    system: {
      host: client.host,
      probe: async (signal?: AbortSignal) => (await client.dossiers({ page: 1, pageSize: 1, signal })).totalCount,
      emptyHint,
    },
  }
}

function overSql(source: Settings, site: SourceSite) {
  const { database, account } = databaseOf(source, site)
  const { overlapMinutes, wholeEveryHours, pageSize, alreadyMarked, writeBack, sendAsDone } = source
  return {
    port: tdSource({
      database,
      account,
      tables: site.tables(source.tables, 'td-mssql'),
      agencyCode: site.agencyCode,
      since: source.since as LocalDate,
      openFile: site.files(source.files),
      ...present({
        overlapMinutes,
        wholeEveryHours,
        pageSize,
        alreadyMarked,
        writeBack,
        sendAsDone: sendAsDone as readonly DossierStatus[] | undefined,
        clock: site.clock,
      }),
    }),
    system: { host: database.place, probe: () => database.count(source.since), emptyHint },
  }
}

function databaseOf(source: Settings, site: SourceSite): { readonly database: TdDatabase; readonly account: string } {
  const schemas = present({ ...source.schemas })
  const shared = { schemas, ...present({ withoutColumns: source.withoutColumns }) }
  if (source.url.startsWith('sqlite:')) {
    const path = site.path(source.url.slice('sqlite:'.length))
    const usual = { Business: 'Business_', Catalog: 'Catalog_' }
    const dialect = async (): Promise<Dialect> => nodeSqliteDialect(new DatabaseSync(path, { timeout: 5000 }))
    return {
      database: tdDatabase({ dialect, flavour: 'sqlite', place: basename(path), ...shared, schemas: { ...usual, ...schemas } }),
      account: path,
    }
  }
  const { protocol, hostname, port, pathname } = new URL(source.url)
  const [username, password] = [credential(source, site, 'username'), credential(source, site, 'password')]
  const [isMicrosoft, database] = [protocol === 'mssql:', decodeURIComponent(pathname.replace(/^\//, ''))]
  if (database === '') throw wrong(site, 'url', needsAddress)
  const { encrypt, timeouts } = source
  const sqlAddress: SqlAddress = {
    host: hostname,
    database,
    username,
    password,
    ...(port === '' ? {} : { port: Number(port) }),
    ...present({ encrypt, connectMs: timeouts?.connectMs, requestMs: timeouts?.readMs }),
    ...(source.caFile === undefined ? {} : { ca: readCa(site, source.caFile) }),
  }
  const flavour: SqlFlavour = isMicrosoft ? 'mssql' : 'postgres'
  const dialect = () => (isMicrosoft ? sqlServerDialect(sqlAddress) : postgresDialect(sqlAddress))
  return { database: tdDatabase({ dialect, flavour, place: hostname, ...shared }), account: accountOf(source.url, { username, password }) }
}

function credential({ credentials }: Settings, site: SourceSite, name: 'username' | 'password' | 'token'): string {
  const value = credentials?.[name]
  if (value === undefined) throw wrong(site, `credentials.${name}`, { en: 'is missing', vi: 'còn thiếu' })
  return site.secret(value, `credentials.${name}`)
}

function readCa(site: SourceSite, file: string): string {
  const path = site.path(file)
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new LienthongError('config.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
}

function wrong(site: SourceSite, setting: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place: `${site.place}.${setting}`, problem } })
}

const needsMode: Text = { en: 'an http address needs "mode": "rest"', vi: 'địa chỉ http cần "mode": "rest"' }
const needsAddress: Text = {
  en: 'expected mssql://host:1433/database; "mode": "rest" needs the http address that ends in /api/v1',
  vi: 'cần mssql://máy-chủ:1433/cơ-sở-dữ-liệu; "mode": "rest" cần địa chỉ http kết thúc bằng /api/v1',
}
const emptyHint: Text = {
  en: 'Check the name of the database and `since`: no dossier was received from that day on.',
  vi: 'Kiểm tra tên cơ sở dữ liệu và `since`: không có hồ sơ nào tiếp nhận từ ngày đó.',
}
