import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { LienthongError, systemClock, type Text } from '../../base/index.js'
import { type LoadedConfig, ledgerFile } from '../../config/index.js'
import { exportLedger, importLedger, newestVersion, type TransferOptions } from '../../ledger/index.js'
import { command } from '../command.js'
import { openProgress } from '../progress.js'
import { exitCodes, type Session } from '../session.js'
import { openConfig, withLedger } from './open.js'

const says = {
  created: { en: '✓ {ledger}: tables of version {to} created', vi: '✓ {ledger}: đã tạo bảng phiên bản {to}' },
  migrated: {
    en: '✓ {ledger}: tables brought from version {from} to {to}',
    vi: '✓ {ledger}: đã nâng bảng từ phiên bản {from} lên {to}',
  },
  current: { en: '✓ {ledger}: tables of version {to}, nothing to do', vi: '✓ {ledger}: bảng phiên bản {to}, không cần làm gì' },
  byItself: {
    en: '  A ledger in a file is also brought up to date by every command that writes.',
    vi: '  Sổ dạng tệp cũng tự nâng cấp ở mọi lệnh ghi.',
  },
  exporting: { en: 'exporting', vi: 'đang xuất' },
  importing: { en: 'importing', vi: 'đang nhập' },
  exported: {
    en: '✓ {file}: {rows} rows. What waits is encrypted in it, and its key is not: keep both, apart from each other.',
    vi: '✓ {file}: {rows} dòng. Phần đang chờ vẫn được mã hóa, khóa không nằm trong tệp: giữ cả hai, tách riêng nhau.',
  },
  imported: {
    en: '✓ {ledger}: {rows} rows. From now on let only one of the two ledgers send.',
    vi: '✓ {ledger}: {rows} dòng. Từ bây giờ chỉ để một trong hai sổ gửi dữ liệu.',
  },
} satisfies Record<string, Text>

const migrate = command({
  name: 'migrate',
  description: 'Create the tables of a PostgreSQL ledger, or bring them up to date. Refused while anybody writes',
  args: {},
  async run(session) {
    const loaded = await openConfig(session)
    return withLedger(loaded, 'migrate', 'ledger migrate', async ({ kind, place, tablesBefore: from }) => {
      const values = { ledger: place, from, to: newestVersion }
      session.line(session.say(from === 0 ? says.created : from < newestVersion ? says.migrated : says.current, values))
      if (kind === 'sqlite') session.line(session.say(says.byItself))
      session.result({ ...values, kind })
      return exitCodes.done
    })
  },
})

const exportCommand = command({
  name: 'export',
  description: 'Write the whole ledger to a file, for another database: nothing is decrypted. Nobody writes meanwhile',
  args: { to: { type: 'string', description: 'a file that does not exist yet', required: true, valueHint: 'FILE' } },
  async run(session, args) {
    const loaded = await openConfig(session)
    refuseMissing(loaded)
    const file = resolve(session.workingFolder, args.to)
    return withLedger(loaded, 'write', 'ledger export', async (ledger) => {
      const { rows, total } = await shown(session, says.exporting, (options) => exportLedger(ledger, file, options))
      session.line(session.say(says.exported, { file, rows: session.count(total) }))
      session.result({ ledger: ledger.place, file, rows: total, tables: rows })
      return exitCodes.done
    })
  },
})

const importCommand = command({
  name: 'import',
  description: 'Read an exported ledger into one that holds nothing yet: whole, or not at all',
  args: { from: { type: 'string', description: 'what ledger export wrote', required: true, valueHint: 'FILE' } },
  async run(session, args) {
    const loaded = await openConfig(session)
    const file = resolve(session.workingFolder, args.from)
    return withLedger(loaded, 'write', 'ledger import', async (ledger) => {
      const { rows, total } = await shown(session, says.importing, (options) => importLedger(ledger, file, options))
      session.line(session.say(says.imported, { ledger: ledger.place, rows: session.count(total) }))
      session.result({ ledger: ledger.place, file, rows: total, tables: rows })
      return exitCodes.done
    })
  },
})

export const ledger = defineCommand({
  meta: { name: 'ledger', description: 'The memory itself: migrate (PostgreSQL), export and import (from SQLite to PostgreSQL, and back)' },
  subCommands: { migrate, export: exportCommand, import: importCommand },
})

async function shown<T>(session: Session, label: Text, transfer: (options: TransferOptions) => Promise<T>): Promise<T> {
  const progress = openProgress(session, systemClock)
  try {
    return await transfer({
      signal: session.signal,
      onProgress: (table, done, total) => progress.show(session.say(label), done, total, table),
    })
  } finally {
    progress.end()
  }
}

/** Opened for writing it would be created, and exported empty. */
function refuseMissing(loaded: LoadedConfig): void {
  const path = ledgerFile(loaded)
  if (path !== undefined && !existsSync(path)) throw new LienthongError('ledger.missing', { hop: 'ledger', values: { path } })
}
