import { z } from 'zod'
import { settingMessage } from '../../base/index.js'
import { openCpsCatalogue } from '../../catalogue/index.js'
import { openCps, openCpsReads } from '../../connectors/index.js'
import type { LocalDate } from '../../domain/index.js'
import { openCpsSource } from '../../sync/index.js'
import { accountOf, present } from '../present.js'
import { calendarDay, count, secret, tablesSetting, textOrSecret, transport } from '../shapes.js'
import { sourceKind } from './kind.js'

/** Whatever we read of a dossier is not ours to overwrite. */
const isRead = (field: string) => openCpsReads(field) && field !== 'metaData' && field !== 'dossierIdCTN'
const fieldIsRead = {
  en: 'this field belongs to the dossier itself; use `metaData` or a field that nothing else uses',
  vi: 'trường này là dữ liệu của hồ sơ; hãy dùng `metaData` hoặc một trường không dùng vào việc khác',
}

export const openCpsKind = sourceKind({
  dialect: 'opencps-v2',
  schema: z.strictObject({
    dialect: z.literal('opencps-v2'),
    /** Base address with path, e.g. https://motcua.tinh.example/o/rest/v2 */
    url: z.url(),
    /** Site id of Liferay; without it OpenCPS answers with empty lists. */
    groupId: z.union([z.string().min(1), z.number().int()]),
    credentials: z.strictObject({ username: textOrSecret, password: secret }),
    /** First reception day to read; everything older stays out. */
    since: calendarDay,
    /** Days of one query window. Default 30. */
    windowDays: count.optional(),
    /** Days read again each pass, for dossiers entered late. Default 7. */
    overlapDays: count.optional(),
    /** Rows of one page. Default 200. */
    pageSize: count.optional(),
    /** In what form the server answers: `json` (default) or `xml`. */
    format: z.enum(['json', 'xml']).optional(),
    /** Marks what was sent in a field of the dossier; without it OpenCPS is only read. See docs/sources.md. */
    writeBack: z
      .strictObject({
        /** `metaData`: a member `lienthong` of its JSON. Any other field holds the national number alone. */
        field: z
          .string()
          .regex(/^[a-zA-Z][a-zA-Z0-9]*$/)
          .refine((field) => !isRead(field), settingMessage(fieldIsRead)),
      })
      .optional(),
    tables: tablesSetting.optional(),
    ...transport,
  }),
  example: {
    dialect: 'opencps-v2',
    url: 'http://127.0.0.1:4600/one-stop/opencps/o/rest/v2',
    groupId: '20143',
    credentials: { username: { env: 'ONE_STOP_USERNAME' }, password: { env: 'ONE_STOP_PASSWORD' } },
    since: '2025-01-01',
  },
  assemble(source, site) {
    const credentials = {
      username: site.secret(source.credentials.username, 'credentials.username'),
      password: site.secret(source.credentials.password, 'credentials.password'),
    }
    const client = openCps({
      baseUrl: source.url,
      groupId: source.groupId,
      credentials,
      ...present({ format: source.format }),
      ...site.transport(source),
    })
    const { windowDays, overlapDays, pageSize, writeBack } = source
    return {
      port: openCpsSource({
        client,
        account: accountOf(source.url, credentials),
        tables: site.tables(source.tables, 'opencps-v2'),
        agencyCode: site.agencyCode,
        since: source.since as LocalDate,
        ...present({ windowDays, overlapDays, pageSize, writeBack, clock: site.clock }),
      }),
      system: {
        host: client.host,
        probe: async (signal) => (await client.listDossiers({ start: 0, end: 1, signal })).total,
        emptyHint: {
          en: 'Check `groupId`: another site, or none, is an empty one. The account may also lack the right to see dossiers.',
          vi: 'Kiểm tra `groupId`: sai hoặc thiếu mã site sẽ cho danh sách trống. Tài khoản cũng có thể thiếu quyền xem hồ sơ.',
        },
      },
      catalogue: openCpsCatalogue({ client }),
    }
  },
})
