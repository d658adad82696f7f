import { z } from 'zod'
import { LienthongError, settingMessage } from '../../base/index.js'
import { type WcfMotCuaOptions, wcfMotCua } from '../../connectors/index.js'
import { dossierFields, stepFields } from '../../connectors/wcf-motcua/wire.js'
import type { LocalDate } from '../../domain/index.js'
import { wcfSource } from '../../sync/index.js'
import { accountOf, present } from '../present.js'
import { calendarDay, count, secret, tablesSetting, textOrSecret, transport } from '../shapes.js'
import { type SourceSite, sourceKind } from './kind.js'

const element = z.string().min(1).nullable()
const named = <Field extends string>(fields: Readonly<Record<Field, unknown>>) =>
  z.partialRecord(z.enum(Object.keys(fields) as [Field, ...Field[]]), element)

const schema = z.strictObject({
  dialect: z.literal('wcf-motcua'),
  /** Of the service: https://motcua.tinh.example/MotCuaService.svc; with "json" the address in front of /MC/… */
  url: z.url(),
  /** `soap` (default), or `json` for the binding at MC/<operation>. */
  binding: z.enum(['soap', 'json']).optional(),
  /** How the service wants to be told who we are: `none` (default), HTTP `basic`, or WS-Security `username-token`, its password as `text` or `digest`. */
  security: z.enum(['none', 'basic', 'username-token-text', 'username-token-digest']).optional(),
  credentials: z.strictObject({ username: textOrSecret, password: secret }).optional(),
  /** `served` (default) by the service at ?wsdl, `built-in` where it shows none, or another address. */
  wsdl: z.string().min(1).optional(),
  /** Of the built-in description. Default http://tempuri.org/, which is assumed. */
  namespace: z.string().min(1).optional(),
  /** SOAPAction with {operation} in it, where it is another than the description says. */
  action: z
    .string()
    .includes('{operation}', settingMessage({ en: 'expected an address with {operation} in it', vi: 'cần một địa chỉ có chứa {operation}' }))
    .optional(),
  /** `pageIndex` of the first page: 1 (default, assumed) or 0. */
  firstPage: z.union([z.literal(0), z.literal(1)]).optional(),
  /** Elements that this installation calls otherwise, or has besides; null: it has none. */
  fields: z.strictObject({ dossier: named(dossierFields).optional(), step: named(stepFields).optional() }).optional(),
  /** First reception day to read; everything older stays out. */
  since: calendarDay,
  /** Days of one query window. Default 30. */
  windowDays: count.optional(),
  /** Days read again each pass, for dossiers entered late. Default 7. */
  overlapDays: count.optional(),
  /** Rows of one page. Default 100. */
  pageSize: count.optional(),
  tables: tablesSetting.optional(),
  ...transport,
})

export const wcfKind = sourceKind({
  dialect: 'wcf-motcua',
  schema,
  example: {
    dialect: 'wcf-motcua',
    url: 'http://127.0.0.1:4600/one-stop/wcf/MotCuaService.svc',
    security: 'username-token-digest',
    credentials: { username: { env: 'ONE_STOP_USERNAME' }, password: { env: 'ONE_STOP_PASSWORD' } },
    since: '2025-01-01',
  },
  assemble(source, site) {
    const { url, binding, wsdl, namespace, action, firstPage, windowDays, overlapDays, pageSize } = source
    const { security, account } = securityOf(source, site)
    const client = wcfMotCua({ url, security, ...present({ binding, wsdl, namespace, action, firstPage }), ...site.transport(source) })
    const fields = { dossier: present({ ...source.fields?.dossier }), step: present({ ...source.fields?.step }) }
    return {
      port: wcfSource({
        client,
        account,
        tables: site.tables(source.tables, 'wcf-motcua'),
        agencyCode: site.agencyCode,
        since: source.since as LocalDate,
        fields,
        ...present({ windowDays, overlapDays, pageSize, clock: site.clock }),
      }),
      system: {
        host: client.host,
        probe: async (signal?: AbortSignal) => {
          const search = { page: 1, pageSize: 1, receivedFrom: source.since, receivedTo: '2100-01-01', signal }
          return (await client.dossiers(search)).total
        },
        emptyHint: {
          en: 'Check `since`, and `namespace`: a service that does not know a parameter’s name ignores it.',
          vi: 'Kiểm tra `since` và `namespace`: dịch vụ không nhận ra tên tham số sẽ bỏ qua tham số đó.',
        },
      },
    }
  },
})

function securityOf(
  { security = 'none', credentials, url }: z.output<typeof schema>,
  site: SourceSite,
): { readonly security: NonNullable<WcfMotCuaOptions['security']>; readonly account: string } {
  if (security === 'none') return { security: { kind: 'none' }, account: accountOf(url, {}) }
  if (credentials === undefined) {
    const problem = { en: `"security": "${security}" needs credentials`, vi: `"security": "${security}" cần credentials` }
    throw new LienthongError('config.invalid', { values: { place: `${site.place}.credentials`, problem } })
  }
  const login = {
    username: site.secret(credentials.username, 'credentials.username'),
    password: site.secret(credentials.password, 'credentials.password'),
  }
  const account = accountOf(url, login)
  if (security === 'basic') return { security: { kind: 'basic', ...login }, account }
  return { security: { kind: 'username-token', ...login, digest: security === 'username-token-digest' }, account }
}
