/** Whether a source can be read: its file, or the system behind it. */
import { accessSync, constants, statSync } from 'node:fs'
import { asLienthongError, type Clock, LienthongError, type Text } from '../base/index.js'
import { type AssembledSource, type Assembly, assembleSource, type SourceConfig, type SourceSystem } from '../config/index.js'
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
  folder: {
    en: '{subject}: files can be taken out of {file}; what was read goes into its archive',
    vi: '{subject}: lấy được tệp trong {file}; tệp đã đọc được chuyển vào lưu trữ',
  },
  login: {
    en: '{subject}: {host} accepts our credentials; it shows {total} dossiers',
    vi: '{subject}: {host} chấp nhận tài khoản; có {total} hồ sơ',
  },
  letIn: { en: '{subject}: {host} accepts our credentials', vi: '{subject}: {host} chấp nhận tài khoản' },
  nothing: { en: '{subject}: {host} lets us in and shows no dossier at all.', vi: '{subject}: {host} cho đăng nhập nhưng không có hồ sơ nào.' },
  notAsked: { en: '{subject}: not asked, since it is not reached', vi: '{subject}: không hỏi vì chưa kết nối được' },
  experimental: {
    en: '{subject}: this dialect is experimental.',
    vi: '{subject}: phương ngữ này đang thử nghiệm.',
  },
  about: { en: '{subject}: {problem}', vi: '{subject}: {problem}' },
} satisfies Record<string, Text>

/** @returns whether a sample can be read. */
export async function* checkSource(options: SourceCheck): AsyncGenerator<Check, DossierSource | undefined> {
  const { assembly, name, source } = options
  const id = `sources.${name}`
  let assembled: AssembledSource
  try {
    assembled = assembleSource(assembly, name, source)
  } catch (error) {
    yield failed(`${id}.settings`, error)
    return undefined
  }
  const { port } = assembled
  const checks = assembled.system === undefined ? checkFiles(id, options, assembled) : checkSystem(id, options, assembled.system, port.account)
  let usable = true
  for await (const check of checks) {
    if (check.state === 'error' && !check.id.endsWith('.clock')) usable = false
    yield check
  }
  if (assembled.experimental !== undefined) yield doubtful(`${id}.dialect`, says.experimental, assembled.experimental, { subject: name })
  return usable ? port : undefined
}

async function* nothingOpen(): AsyncGenerator<OpenDossier> {}

async function* checkFiles(
  id: string,
  { name, signal }: SourceCheck,
  { port, files = [], folders = [], emptyHint = says.emptyFileHint }: AssembledSource,
): AsyncGenerator<Check> {
  const values = { subject: name, file: folders[0] ?? files[0] ?? name }
  try {
    for (const path of files) checkReadable(path)
    for (const path of folders) checkFolder(path)
    if (folders.length > 0) {
      // An empty folder is what a folder is most of the time.
      yield fine(`${id}.file`, says.folder, values)
      return
    }
    let records = 0
    for await (const { items } of port.changes(null, { open: nothingOpen, ...(signal ? { signal } : {}) })) {
      records = items.length
      break
    }
    yield records === 0 ? doubtful(`${id}.file`, says.emptyFile, emptyHint, values) : fine(`${id}.file`, says.file, { ...values, records })
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

/** @throws {LienthongError} `source.folder_unreadable`. */
function checkFolder(path: string): void {
  let problem: string | Text | undefined
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    if (!statSync(path).isDirectory()) problem = { en: 'it is no folder', vi: 'không phải thư mục' }
  } catch (cause) {
    problem = String((cause as { code?: unknown }).code ?? 'unreadable')
  }
  if (problem !== undefined) throw new LienthongError('source.folder_unreadable', { values: { path, problem } })
}

async function* checkSystem(
  id: string,
  { assembly, name, source, refused, signal }: SourceCheck,
  { host, emptyHint }: SourceSystem,
  account: string | undefined,
): AsyncGenerator<Check> {
  const told = await refused(name, account)
  if (told) {
    yield failed(`${id}.login`, told, says.about, undefined, { subject: name })
    return
  }
  const watch = serverClock(assembly.clock)
  // Each call shows the password: one call, tried once.
  const once = 'retry' in source ? { ...source, retry: { ...source.retry, attempts: 1 } } : source
  const { system } = assembleSource({ ...assembly, hooks: watch.hooks }, name, once)
  let error: LienthongError | undefined
  let total: number | null = null
  try {
    total = (await system?.probe(signal)) ?? null
  } catch (thrown) {
    error = asLienthongError(thrown)
  }
  const values = { subject: name, host, total: total ?? '' }
  yield checkReach(`${id}.reach`, name, host, error)
  if (error !== undefined && failedOnTheWay(error)) yield skipped(`${id}.login`, says.notAsked, values)
  else if (error !== undefined) yield failed(`${id}.login`, error, says.about, undefined, values)
  else if (total === 0) yield doubtful(`${id}.login`, says.nothing, emptyHint, values)
  else yield fine(`${id}.login`, total === null ? says.letIn : says.login, values)
  if (watch.aheadMs !== undefined) yield checkClock(`${id}.clock`, name, watch)
}
