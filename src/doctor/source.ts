/** Whether a source can be read: its file, or the system behind it. */
import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { asLienthongError, type Clock, LienthongError, type Text } from '../base/index.js'
import { type Assembly, assembleSource, type SourceConfig } from '../config/index.js'
import type { DossierSource, OpenDossier } from '../sync/index.js'
import { type Check, doubtful, failed, fine, skipped } from './check.js'
import { checkReach, failedOnTheWay } from './reach.js'
import { checkClock, serverClock } from './server-clock.js'

export interface SourceCheck {
  readonly assembly: Assembly & { readonly clock: Clock }
  readonly name: string
  readonly source: SourceConfig
  /** Says whether this account was refused by an earlier run and nothing was changed since. */
  readonly refused: (system: string, account: string | undefined) => Promise<LienthongError | undefined>
  readonly signal?: AbortSignal
}

const says = {
  file: { en: '{subject}: {file} is read; it begins with {records} records', vi: '{subject}: đọc được {file}; phần đầu có {records} bản ghi' },
  emptyFile: { en: '{subject}: {file} holds no record.', vi: '{subject}: {file} không có bản ghi nào.' },
  emptyFileHint: {
    en: 'Export it again; an empty file sends nothing and takes nothing back.',
    vi: 'Xuất lại tệp; tệp trống không gửi gì và không thu hồi gì.',
  },
  login: {
    en: '{subject}: {host} accepts our credentials; it shows {total} dossiers',
    vi: '{subject}: {host} chấp nhận tài khoản; có {total} hồ sơ',
  },
  nothing: { en: '{subject}: {host} lets us in and shows no dossier at all.', vi: '{subject}: {host} cho đăng nhập nhưng không có hồ sơ nào.' },
  nothingHint: {
    en: 'Check `groupId`: another site, or none, is an empty one. The account may also lack the right to see dossiers.',
    vi: 'Kiểm tra `groupId`: sai hoặc thiếu mã site sẽ cho danh sách trống. Tài khoản cũng có thể thiếu quyền xem hồ sơ.',
  },
  notAsked: { en: '{subject}: not asked, since it is not reached', vi: '{subject}: không hỏi vì chưa kết nối được' },
  about: { en: '{subject}: {problem}', vi: '{subject}: {problem}' },
} satisfies Record<string, Text>

/** @returns whether a sample can be read. */
export async function* checkSource(options: SourceCheck): AsyncGenerator<Check, DossierSource | undefined> {
  const { assembly, name, source } = options
  const id = `sources.${name}`
  let port: DossierSource
  try {
    port = assembleSource(assembly, name, source).port
  } catch (error) {
    yield failed(`${id}.settings`, error)
    return undefined
  }
  const checks = source.dialect === 'opencps-v2' ? checkOpenCps(id, options, source, port.account) : checkFile(id, options, source, port)
  let usable = true
  for await (const check of checks) {
    if (check.state === 'error' && !check.id.endsWith('.clock')) usable = false
    yield check
  }
  return usable ? port : undefined
}

async function* nothingOpen(): AsyncGenerator<OpenDossier> {}

async function* checkFile(
  id: string,
  { assembly, name, signal }: SourceCheck,
  source: Extract<SourceConfig, { readonly file: string }>,
  port: DossierSource,
): AsyncGenerator<Check> {
  const paths = [source.file, 'payments' in source ? source.payments : undefined].filter((path) => path !== undefined)
  const values = { subject: name, file: resolve(assembly.folder, source.file) }
  try {
    for (const path of paths) checkReadable(resolve(assembly.folder, path))
    let records = 0
    for await (const { items } of port.changes(null, { open: nothingOpen, ...(signal ? { signal } : {}) })) {
      records = items.length
      break
    }
    yield records === 0 ? doubtful(`${id}.file`, says.emptyFile, says.emptyFileHint, values) : fine(`${id}.file`, says.file, { ...values, records })
  } catch (error) {
    yield failed(`${id}.file`, error, says.about, undefined, { subject: name })
  }
}

/** @throws {LienthongError} `source.file_unreadable`. */
function checkReadable(path: string): void {
  let problem: string | Text | undefined
  try {
    accessSync(path, constants.R_OK)
    if (!statSync(path).isFile()) problem = { en: 'it is no file', vi: 'không phải tệp' }
  } catch (cause) {
    problem = String((cause as { code?: unknown }).code ?? 'unreadable')
  }
  if (problem !== undefined) throw new LienthongError('source.file_unreadable', { values: { path, problem } })
}

async function* checkOpenCps(
  id: string,
  { assembly, name, refused, signal }: SourceCheck,
  source: Extract<SourceConfig, { readonly dialect: 'opencps-v2' }>,
  account: string | undefined,
): AsyncGenerator<Check> {
  const told = await refused(name, account)
  if (told) {
    yield failed(`${id}.login`, told, says.about, undefined, { subject: name })
    return
  }
  const watch = serverClock(assembly.clock)
  // Each call shows the password: one call, tried once.
  const { client } = assembleSource({ ...assembly, hooks: watch.hooks }, name, { ...source, retry: { ...source.retry, attempts: 1 } })
  if (client === undefined) return
  let error: LienthongError | undefined
  let total = 0
  try {
    total = (await client.listDossiers({ start: 0, end: 1, signal })).total
  } catch (thrown) {
    error = asLienthongError(thrown)
  }
  const values = { subject: name, host: client.host, total }
  yield checkReach(`${id}.reach`, name, client.host, error)
  if (error !== undefined && failedOnTheWay(error)) yield skipped(`${id}.login`, says.notAsked, values)
  else if (error !== undefined) yield failed(`${id}.login`, error, says.about, undefined, values)
  else yield total === 0 ? doubtful(`${id}.login`, says.nothing, says.nothingHint, values) : fine(`${id}.login`, says.login, values)
  if (watch.aheadMs !== undefined) yield checkClock(`${id}.clock`, name, watch)
}
