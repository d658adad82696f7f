/** The receivers that a configuration names, ready to mount: what `lienthong receive` serves. docs/receiving.md */
import { resolve } from 'node:path'
import { type Clock, LienthongError, type Logger, type Text } from '../base/index.js'
import { type AccessSettings, type LoadedConfig, readLedgerKey, readSecret, type SourceConfig } from '../config/index.js'
import { createVault, type Inbox, openInbox, type Vault } from '../ledger/index.js'
import type { AccessPolicy } from './access.js'
import type { InboundHandler } from './handler.js'
import { lgspReceiver } from './lgsp/receiver.js'
import { relayReceiver } from './relay/receiver.js'
import { routes } from './routes.js'

export interface ReceivingOptions {
  /** Default: all. */
  readonly tenants?: readonly string[]
  readonly clock?: Clock
  readonly logger?: Logger
}

export interface Receiver {
  readonly tenant: string
  readonly source: string
  readonly dialect: 'lgsp-msync' | 'relay-push'
  /** Where it is mounted: `/cao-bang/one-stop`. */
  readonly path: string
  readonly inbox: Inbox
}

export interface Receiving {
  /** All of them, each below its path. */
  readonly handler: InboundHandler
  readonly receivers: readonly Receiver[]
  /** Closes the inboxes. */
  close(): void
}

type PushedConfig = Extract<SourceConfig, { dialect: 'lgsp-msync' | 'relay-push' }>

/**
 * Opens an inbox for each source that pushes.
 *
 * @throws {LienthongError} `config.invalid` when there is none, or when nothing restricts who may call; `inbox.…`, `ledger.key_missing`
 */
export function configuredReceivers(loaded: LoadedConfig, options: ReceivingOptions = {}): Receiving {
  const { tenants = Object.keys(loaded.config.tenants) } = options
  const vault = createVault(readLedgerKey(loaded))
  const receivers: (Receiver & { readonly handler: InboundHandler })[] = []
  const close = () => {
    for (const { inbox } of receivers) inbox.close()
  }
  try {
    for (const { settings, ...named } of pushedSources(loaded, tenants)) receivers.push(receiverOf(loaded, vault, named, settings, options))
    if (receivers.length === 0) {
      throw invalid('tenants', {
        en: 'no source pushes: name one with "dialect": "lgsp-msync" or "relay-push"',
        vi: 'không có nguồn nào đẩy tới: khai báo một nguồn với "dialect": "lgsp-msync" hoặc "relay-push"',
      })
    }
  } catch (error) {
    close()
    throw error
  }
  return { handler: routes(Object.fromEntries(receivers.map(({ path, handler }) => [`${path}/*`, handler]))), receivers, close }
}

interface Named {
  readonly tenant: string
  readonly source: string
}

/** Works on the inbox of each source that pushes, one after the other; without a receiver, and without what that needs to start. */
export async function withInboxes(
  loaded: LoadedConfig,
  tenants: readonly string[],
  work: (inbox: Inbox, named: Named) => Promise<void>,
): Promise<void> {
  const vault = createVault(readLedgerKey(loaded))
  for (const { settings, ...named } of pushedSources(loaded, tenants)) {
    const inbox = inboxOf(loaded, vault, named, settings)
    try {
      await work(inbox, named)
    } finally {
      inbox.close()
    }
  }
}

function pushedSources({ config }: LoadedConfig, tenants: readonly string[]): (Named & { readonly settings: PushedConfig })[] {
  return tenants.flatMap((tenant) =>
    Object.entries(config.tenants[tenant]?.sources ?? {}).flatMap(([source, settings]) =>
      settings.dialect === 'lgsp-msync' || settings.dialect === 'relay-push' ? [{ tenant, source, settings }] : [],
    ),
  )
}

function inboxOf({ folder }: LoadedConfig, vault: Vault, named: Named, { inbox, keepDays }: PushedConfig, clock?: Clock): Inbox {
  return openInbox({
    path: resolve(folder, inbox),
    vault,
    ...named,
    ...(keepDays === undefined ? {} : { keepDays }),
    ...(clock === undefined ? {} : { clock }),
  })
}

function receiverOf(
  loaded: LoadedConfig,
  vault: Vault,
  { tenant, source }: Named,
  settings: PushedConfig,
  { clock, logger }: ReceivingOptions,
): Receiver & { readonly handler: InboundHandler } {
  const place = `tenants.${tenant}.sources.${source}`
  const { maxBodyBytes } = settings
  const inbox = inboxOf(loaded, vault, { tenant, source }, settings, clock)
  const shared = {
    inbox,
    ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
    ...(clock === undefined ? {} : { clock }),
    ...(logger === undefined ? {} : { logger }),
  }
  try {
    const access = accessOf(settings.access, place, loaded)
    const handler =
      settings.dialect === 'lgsp-msync' ? lgspOf(settings, access, shared, place, loaded) : relayReceiver({ ...shared, access: access ?? {} })
    return { tenant, source, dialect: settings.dialect, path: `/${tenant}/${encodeURIComponent(source)}`, inbox, handler }
  } catch (error) {
    inbox.close()
    throw placed(error, place)
  }
}

function lgspOf(
  settings: Extract<PushedConfig, { dialect: 'lgsp-msync' }>,
  access: AccessPolicy | undefined,
  shared: Omit<Parameters<typeof lgspReceiver>[0], 'clients'>,
  place: string,
  loaded: LoadedConfig,
): InboundHandler {
  const { attachments, maxFileBytes } = settings
  return lgspReceiver({
    ...shared,
    clients: settings.clients.map(({ id, secret }, index) => ({
      id: readSecret(id, `${place}.clients[${index}].id`, loaded),
      secret: readSecret(secret, `${place}.clients[${index}].secret`, loaded),
    })),
    ...(access === undefined ? {} : { access }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
  })
}

/** Who may call, with the secret read. */
export function accessOf(settings: AccessSettings | undefined, place: string, loaded: LoadedConfig): AccessPolicy | undefined {
  if (settings === undefined) return undefined
  const { secret, ...others } = settings
  const policy = {
    ...others,
    ...(secret === undefined ? {} : { secret: { ...secret, value: readSecret(secret.value, `${place}.access.secret.value`, loaded) } }),
  }
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined))
}

/** A receiver knows its own settings; where they stand in the configuration, we know. */
function placed(error: unknown, place: string): unknown {
  if (!(error instanceof LienthongError) || error.code !== 'config.invalid') return error
  const { place: inner, problem } = error.values
  if (typeof inner !== 'string' || inner.startsWith(place) || problem === undefined) return error
  return new LienthongError('config.invalid', { values: { place: `${place}.${inner}`, problem }, cause: error })
}

function invalid(place: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place, problem } })
}
