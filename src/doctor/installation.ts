/** What all tenants share: the ledger's key, the ledger, the disk under it. Reads only. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { LienthongError, type Text } from '../base/index.js'
import { type LoadedConfig, ledgerFile, openConfiguredLedger, readLedgerKey } from '../config/index.js'
import { currentWriter, isPostgresUrl } from '../ledger/index.js'
import { type Check, doubtful, failed, fine, skipped } from './check.js'
import { checkLedgerServer } from './ledger-server.js'

export interface InstallationOptions {
  /** Bytes free for us in a folder. Default: what the file system says. */
  readonly freeBytes?: (folder: string) => Promise<number>
}

const LEAST_FREE_BYTES = 500_000_000

const says = {
  config: { en: 'Configuration {path}: {tenants} tenants', vi: 'Cấu hình {path}: {tenants} đơn vị' },
  key: { en: 'Ledger’s key: 32 bytes', vi: 'Khóa của sổ: 32 byte' },
  open: { en: 'Others than its owner can read or change {path}.', vi: 'Người khác ngoài chủ sở hữu có thể đọc hoặc sửa {path}.' },
  close: { en: 'chmod 600 {path}', vi: 'chmod 600 {path}' },
  ledger: { en: 'Ledger {path}: schema version {version}, nobody writes it now', vi: 'Sổ {path}: phiên bản lược đồ {version}, hiện không ai ghi' },
  writer: {
    en: 'Ledger {path}: schema version {version}, written just now by {holder}.',
    vi: 'Sổ {path}: phiên bản lược đồ {version}, đang được ghi bởi {holder}.',
  },
  writerHint: {
    en: 'Nothing to do while a pass runs: until it ends, a second one stops with exit code 4.',
    vi: 'Không cần làm gì khi đang có lượt chạy: cho tới khi kết thúc, lượt thứ hai sẽ dừng với mã thoát 4.',
  },
  memory: { en: 'The ledger is kept in memory: every run starts from nothing.', vi: 'Sổ nằm trong bộ nhớ: mỗi lần chạy đều bắt đầu lại từ đầu.' },
  memoryHint: { en: 'Give `ledger.url` a file: sqlite:./lienthong.db', vi: 'Đặt `ledger.url` là một tệp: sqlite:./lienthong.db' },
  withoutKey: { en: 'Ledger: not opened without its key', vi: 'Sổ: không mở được khi thiếu khóa' },
  disk: { en: 'Disk: {free} MB free in {folder}', vi: 'Đĩa: còn trống {free} MB tại {folder}' },
  full: { en: 'Disk: only {free} MB free in {folder}.', vi: 'Đĩa: chỉ còn trống {free} MB tại {folder}.' },
  fullHint: {
    en: 'Make room: a ledger that cannot be written stops every pass. What waits stays safe.',
    vi: 'Giải phóng dung lượng: không ghi được sổ thì mọi lượt chạy đều dừng. Phần đang chờ vẫn an toàn.',
  },
  noFolder: { en: 'Disk: not looked at, since the ledger has no folder', vi: 'Đĩa: không kiểm tra vì sổ không có thư mục' },
} satisfies Record<string, Text>

/** Checks what does not depend on a tenant. Sends nothing and writes nothing. */
export async function* checkInstallation(loaded: LoadedConfig, options: InstallationOptions = {}): AsyncGenerator<Check> {
  const { config, path } = loaded
  yield fine('config', says.config, { path, tenants: Object.keys(config.tenants).length })
  const key = checkKey(loaded)
  yield key
  yield key.state === 'error' ? skipped('ledger', says.withoutKey) : await checkLedger(loaded)
  yield await checkDisk(loaded, options)
}

/** The first of these files that others than its owner may read or change. Windows has no such bits. */
export function exposedFile(paths: readonly string[]): string | undefined {
  if (process.platform === 'win32') return undefined
  return paths.find((path) => existsSync(path) && (statSync(path).mode & 0o066) !== 0)
}

export function checkExposure(id: string, paths: readonly string[], otherwise: Check): Check {
  const path = exposedFile(paths)
  return path === undefined ? otherwise : doubtful(id, says.open, says.close, { path })
}

function checkKey(loaded: LoadedConfig): Check {
  const { key } = loaded.config.ledger
  try {
    readLedgerKey(loaded)
  } catch (error) {
    return failed('ledger.key', error)
  }
  return checkExposure('ledger.key', 'file' in key ? [resolve(loaded.folder, key.file)] : [], fine('ledger.key', says.key))
}

async function checkLedger(loaded: LoadedConfig): Promise<Check> {
  if (isPostgresUrl(loaded.config.ledger.url)) return checkLedgerServer(loaded)
  const path = ledgerFile(loaded)
  if (path === undefined && loaded.config.ledger.url.endsWith(':memory:')) return doubtful('ledger', says.memory, says.memoryHint)
  try {
    if (path !== undefined) checkWritable(path)
    const ledger = await openConfiguredLedger(loaded, 'read', 'doctor')
    try {
      const meta = await ledger.db.selectFrom('meta').select('value').where('name', '=', 'schema').executeTakeFirst()
      const version = meta?.value ?? '0'
      const holder = path === undefined ? undefined : currentWriter(path)
      const values = { path: path ?? '', version, holder }
      return holder === undefined ? fine('ledger', says.ledger, values) : doubtful('ledger', says.writer, says.writerHint, values)
    } finally {
      await ledger.close()
    }
  } catch (error) {
    const check = failed('ledger', error)
    // The first run creates it: on a new installation nothing is wrong.
    return check.error?.code === 'ledger.missing' ? { ...check, state: 'warn' } : check
  }
}

/** @throws {LienthongError} `ledger.unreadable`. */
function checkWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK)
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK)
  } catch (cause) {
    throw new LienthongError('ledger.unreadable', { hop: 'ledger', values: { path, problem: cause instanceof Error ? cause.message : '' }, cause })
  }
}

async function checkDisk(loaded: LoadedConfig, { freeBytes = bytesFree }: InstallationOptions): Promise<Check> {
  const path = ledgerFile(loaded)
  const folder = path === undefined ? undefined : dirname(path)
  if (folder === undefined || !existsSync(folder)) return skipped('ledger.disk', says.noFolder)
  const bytes = await freeBytes(folder)
  const values = { free: Math.floor(bytes / 1_000_000), folder }
  return bytes < LEAST_FREE_BYTES ? doubtful('ledger.disk', says.full, says.fullHint, values) : fine('ledger.disk', says.disk, values)
}

async function bytesFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
