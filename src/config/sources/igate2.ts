import { z } from 'zod'
import { settingMessage } from '../../base/index.js'
import { igateCatalogue } from '../../catalogue/index.js'
import { igate } from '../../connectors/index.js'
import { type LocalDate, startOfDay } from '../../domain/index.js'
import { igateSource } from '../../sync/index.js'
import { accountOf, present } from '../present.js'
import { calendarDay, count, secret, tablesSetting, textOrSecret, transport } from '../shapes.js'
import { sourceKind } from './kind.js'

export const igateKind = sourceKind({
  dialect: 'igate2',
  schema: z
    .strictObject({
      dialect: z.literal('igate2'),
      /** The gateway, in front of the microservices: https://apiigate.tinh.example */
      url: z.url(),
      /** Of the login server: https://sso.tinh.example/auth/realms/digo/protocol/openid-connect/token, of older stacks …/oauth/token */
      tokenUrl: z.url(),
      /** Default client_credentials. */
      grant: z.enum(['client_credentials', 'password']).optional(),
      /** Client id and secret as HTTP Basic (`header`, the default) or in the body. */
      clientSecretIn: z.enum(['header', 'body']).optional(),
      credentials: z.strictObject({
        clientId: textOrSecret,
        clientSecret: secret.optional(),
        username: textOrSecret.optional(),
        password: secret.optional(),
      }),
      /** Mongo id of the agency below which dossiers are read. Default: all that the client may see. */
      ancestorAgencyId: z.string().min(1).optional(),
      /** First day of change to read; everything that did not change since stays out. Default: everything. */
      since: calendarDay.optional(),
      /** `page` (default) tells totals; `slice` is cheaper for the gateway, and a list of several pages is then always read twice. */
      paging: z.enum(['page', 'slice']).optional(),
      /** Rows of one page. Default 200. */
      pageSize: count.max(1000).optional(),
      /** Minutes read again each pass, for changes that became visible late. Default 60. */
      overlapMinutes: count.optional(),
      /** Days after which the whole list is read again. Default 7. */
      fullReadDays: count.optional(),
      /** Open dossiers asked for anew in each pass, in turn. Default 100; 0 for none. */
      recheckOpen: z.number().int().min(0).optional(),
      tables: tablesSetting.optional(),
      ...transport,
    })
    .refine(({ grant, credentials }) => grant === 'password' || credentials.clientSecret !== undefined, {
      path: ['credentials', 'clientSecret'],
      error: settingMessage({
        en: 'the grant “client_credentials” needs a `clientSecret`',
        vi: 'cách cấp “client_credentials” cần có `clientSecret`',
      }),
    })
    .refine(({ grant, credentials }) => grant !== 'password' || (credentials.username !== undefined && credentials.password !== undefined), {
      path: ['credentials', 'password'],
      error: settingMessage({
        en: 'the grant “password” needs `username` and `password`',
        vi: 'cách cấp “password” cần có `username` và `password`',
      }),
    }),
  example: {
    dialect: 'igate2',
    url: 'http://127.0.0.1:4600/one-stop/igate',
    tokenUrl: 'http://127.0.0.1:4600/one-stop/igate/auth/realms/digo/protocol/openid-connect/token',
    credentials: { clientId: { env: 'ONE_STOP_CLIENT_ID' }, clientSecret: { env: 'ONE_STOP_CLIENT_SECRET' } },
  },
  assemble(source, site) {
    const given = source.credentials
    const secretOf = (name: keyof typeof given) => (given[name] === undefined ? undefined : site.secret(given[name], `credentials.${name}`))
    const credentials = {
      clientId: site.secret(given.clientId, 'credentials.clientId'),
      ...present({ clientSecret: secretOf('clientSecret'), username: secretOf('username'), password: secretOf('password') }),
    }
    const { grant, clientSecretIn, ancestorAgencyId, paging, pageSize, overlapMinutes, fullReadDays, recheckOpen } = source
    const client = igate({
      baseUrl: source.url,
      tokenUrl: source.tokenUrl,
      credentials,
      ...present({ grant, clientSecretIn }),
      ...site.transport(source),
    })
    const since = source.since === undefined ? undefined : startOfDay(source.since as LocalDate)
    return {
      port: igateSource({
        client,
        account: accountOf(source.tokenUrl, credentials),
        tables: site.tables(source.tables, 'igate2'),
        agencyCode: site.agencyCode,
        ...present({ ancestorAgencyId, paging, since, pageSize, overlapMinutes, fullReadDays, recheckOpen, clock: site.clock }),
      }),
      system: {
        host: client.host,
        probe: async (signal) => (await client.searchDossiers({ page: 0, size: 1, signal, ...present({ spec: paging, ancestorAgencyId }) })).total,
        emptyHint: {
          en: 'Check `ancestorAgencyId`: it is iGate’s own id (24 characters), not an agency code. The client may also lack the right to see dossiers.',
          vi: 'Kiểm tra `ancestorAgencyId`: đây là id nội bộ của iGate (24 ký tự), không phải mã định danh. Client cũng có thể thiếu quyền xem hồ sơ.',
        },
      },
      catalogue: igateCatalogue({ client }),
    }
  },
})
