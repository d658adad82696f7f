/** Sources that push to us: the receiver (`lienthong receive`, or a handler in a portal) and the engine share these settings. docs/receiving.md */
import { z } from 'zod'
import { settingMessage } from '../../base/index.js'
import { openInbox } from '../../ledger/index.js'
import { type InboxDialect, inboxSource, lgspMsyncInbox, relayPushInbox } from '../../sync/index.js'
import { access, count, secret, tablesSetting, textOrSecret } from '../shapes.js'
import { type AssembledSource, type SourceSite, sourceKind } from './kind.js'

const inbox = {
  /** The file in which messages are kept before they are acknowledged; the receiver writes it, the engine reads it. */
  inbox: z.string().min(1),
  /** Largest message. Default 48 MB. */
  maxBodyBytes: count.optional(),
  /** How long the content of a closed dossier stays after it was confirmed. Default 30. */
  keepDays: count.optional(),
  tables: tablesSetting.optional(),
}

export const lgspMsyncKind = sourceKind({
  dialect: 'lgsp-msync',
  schema: z.strictObject({
    dialect: z.literal('lgsp-msync'),
    ...inbox,
    /** Who may fetch a token: the one-stop system's `consumer_key` and `consumer_secret`. */
    clients: z
      .array(z.strictObject({ id: textOrSecret, secret }))
      .min(1, settingMessage({ en: 'name at least one client', vi: 'cần ít nhất một client' })),
    /** Besides the token. */
    access: access.optional(),
    /** Files that come inside messages: kept sealed beside them, or dropped. Default keep. */
    attachments: z.enum(['keep', 'drop']).optional(),
    /** Larger files are dropped, and a finding says so. Default 10 MB. */
    maxFileBytes: count.optional(),
  }),
  example: { dialect: 'lgsp-msync', inbox: './inbox.db', clients: [{ id: 'one-stop', secret: { env: 'LGSP_CONSUMER_SECRET' } }] },
  assemble: (settings, site) => assemble(settings, site, lgspMsyncInbox),
})

export const relayPushKind = sourceKind({
  dialect: 'relay-push',
  schema: z.strictObject({
    dialect: z.literal('relay-push'),
    ...inbox,
    /** The push carries no credentials: without this the receiver does not start. */
    access: access.optional(),
  }),
  example: { dialect: 'relay-push', inbox: './inbox.db', access: { peers: ['127.0.0.1'] } },
  assemble: (settings, site) => assemble(settings, site, relayPushInbox),
})

const pushed = z.object(inbox)

function assemble(settings: z.output<typeof pushed>, site: SourceSite, dialect: InboxDialect): AssembledSource {
  const path = site.path(settings.inbox)
  return {
    port: inboxSource({
      open: () =>
        openInbox({
          path,
          vault: site.vault(),
          tenant: site.tenant,
          source: site.name,
          ...(settings.keepDays === undefined ? {} : { keepDays: settings.keepDays }),
          ...(site.clock === undefined ? {} : { clock: site.clock }),
        }),
      dialect,
      tables: site.tables(settings.tables, dialect.name),
      agencyCode: site.agencyCode,
    }),
    emptyHint: {
      en: 'Nothing was pushed yet. Check that `lienthong receive` runs, and that the sending system has its address and credentials.',
      vi: 'Chưa có gì được đẩy tới. Kiểm tra `lienthong receive` đang chạy, và hệ thống gửi đã có địa chỉ cùng tài khoản.',
    },
  }
}
