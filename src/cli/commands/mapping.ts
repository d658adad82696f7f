import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { defineCommand } from 'citty'
import { LienthongError, systemClock, type Text } from '../../base/index.js'
import { openConfiguredLedger } from '../../config/index.js'
import { checkFileMapping, checkMapping, type MappingReport, type SourceMapping, type UnmappedWord } from '../../doctor/index.js'
import { inspectDialects } from '../../mappers/index.js'
import { command, usage, wholeNumber } from '../command.js'
import { openProgress } from '../progress.js'
import { type ExitCode, errorDocument, exitCodeOf, exitCodes, type Session, worst } from '../session.js'
import { loggerOf, openConfig, tenantsOf } from './open.js'

const says = {
  reading: { en: 'reading {source}', vi: 'đang đọc {source}' },
  covered: {
    en: '✓ {source}: {records} records read; every word has a row',
    vi: '✓ {source}: đã đọc {records} bản ghi; mọi giá trị đều có trong bảng mã',
  },
  nothing: { en: '! {source}: no records to look at', vi: '! {source}: không có bản ghi nào' },
  uncovered: {
    en: '✗ {source}: {records} records read; words without a row: {words}',
    vi: '✗ {source}: đã đọc {records} bản ghi; giá trị chưa có trong bảng mã: {words}',
  },
  word: { en: '  {mark} {table}  “{value}”  {count} ×', vi: '  {mark} {table}  “{value}”  {count} ×' },
  elsewhere: { en: '  (another table, or the source’s own value, answers for it)', vi: '  (bảng khác hoặc giá trị của nguồn được dùng thay)' },
  masked: {
    en: '  … stands for values that are long or look like a name or number: the column may have slipped.',
    vi: '  … là giá trị dài hoặc giống tên, số của người: có thể cột bị lệch.',
  },
  paste: { en: 'Paste into the code tables and fill in what each means:', vi: 'Dán vào bảng mã và điền ý nghĩa từng dòng:' },
  unused: { en: 'Rows of your tables that no record uses:', vi: 'Dòng trong bảng của tỉnh mà không bản ghi nào dùng:' },
  notAll: { en: 'Not everything was read: nothing is said of rows that nobody uses.', vi: 'Chưa đọc hết: không kết luận về dòng không dùng.' },
  procedures: {
    en: 'Procedures without a national code: lienthong catalogue match, or add their nationalCode to `procedures`.',
    vi: 'Thủ tục chưa có mã quốc gia: lienthong catalogue match, hoặc thêm nationalCode vào `procedures`.',
  },
} satisfies Record<string, Text>

/** What a row says, for whoever fills it in. */
const meanings: Readonly<Partial<Record<UnmappedWord['table'], Text>>> = {
  statusText: { en: 'national status, 1 to 10', vi: 'mã trạng thái quốc gia, 1 đến 10' },
  status: { en: 'national status, 1 to 10', vi: 'mã trạng thái quốc gia, 1 đến 10' },
  subStatus: { en: 'national status, where it differs from the status’s', vi: 'mã trạng thái quốc gia, nếu khác trạng thái chính' },
  actions: { en: 'national status after it, 1 to 10', vi: 'mã trạng thái quốc gia sau thao tác, 1 đến 10' },
  applicantKinds: { en: 'citizen, business, state-body, organization', vi: 'citizen, business, state-body, organization' },
  channels: { en: 'direct, online, post', vi: 'direct, online, post' },
  returnWays: { en: 'counter, post', vi: 'counter, post' },
  agencies: { en: '{ code: …, name: … }', vi: '{ code: …, name: … }' },
  paymentText: { en: '{ paid: true } or { paid: false }', vi: '{ paid: true } hoặc { paid: false }' },
  paymentStatus: { en: '{ paid: true } or { paid: false }', vi: '{ paid: true } hoặc { paid: false }' },
  paymentMethods: { en: 'national, provincial, none', vi: 'national, provincial, none' },
}

const MARKS = { error: '✗', warn: '!', info: '·' } as const

const check = command({
  name: 'check',
  description: 'Every word of a source that no code table knows, with counts and the rows to add. Reads everything; sends nothing',
  args: {
    source: { type: 'string', description: 'only this source', valueHint: 'NAME' },
    limit: { type: 'string', description: 'read at most so many records of each source', valueHint: 'N' },
    dialect: {
      type: 'string',
      description: `instead of the configuration’s sources, files of one: ${inspectDialects.map(({ name }) => name).join(', ')}`,
      valueHint: 'NAME',
    },
    file: { type: 'string', description: 'one or more files of that dialect', valueHint: 'FILE…' },
    tables: { type: 'string', description: 'with --dialect: code tables (YAML or JSON) of the province', valueHint: 'FILE' },
    agencyCode: { type: 'string', description: 'with --dialect: the province’s agency code', valueHint: 'CODE' },
    more: { type: 'positional', description: 'further files', required: false },
  },
  repeatable: ['file'],
  remarks: ['  here 1 means that some word has no row; what another table answers for does not count'],
  async run(session, args, all) {
    if (args.dialect !== undefined) {
      const names = [...all('file'), ...args._]
      if (names.length === 0) throw usage({ en: '--dialect needs --file', vi: '--dialect cần có --file' })
      const files = names.map((name) => ({ name: basename(name), bytes: read(resolve(session.workingFolder, name)) }))
      const path = args.tables === undefined ? undefined : resolve(session.workingFolder, args.tables)
      const report = await checkFileMapping({
        dialect: args.dialect,
        files,
        ...(args.agencyCode === undefined ? {} : { agencyCode: args.agencyCode }),
        ...(path === undefined ? {} : { tables: { path, text: read(path).toString('utf8') } }),
      })
      tell(session, report)
      session.result(documentOf(session, report))
      return codeOf(report)
    }
    if (args.file !== undefined || args._.length > 0) throw usage({ en: '--file needs --dialect', vi: '--file cần có --dialect' })
    const loaded = await openConfig(session)
    const limit = wholeNumber(args.limit, 'limit')
    const tenants = tenantsOf(session, loaded)
    const { source } = args
    if (source !== undefined && !tenants.some((tenant) => loaded.config.tenants[tenant]?.sources[source])) {
      const known = tenants.flatMap((tenant) => Object.keys(loaded.config.tenants[tenant]?.sources ?? {})).join(', ')
      throw usage({ en: `there is no source “${source}”; the configuration has ${known}`, vi: `không có nguồn “${source}”; cấu hình có ${known}` })
    }
    const ledger = await openConfiguredLedger(loaded, 'read', 'mapping check').catch(() => undefined)
    const progress = openProgress(session, systemClock)
    const codes: ExitCode[] = []
    const documents: Record<string, unknown>[] = []
    try {
      for (const tenant of tenants) {
        if (session.signal.aborted) break
        const report = await checkMapping(loaded, tenant, {
          logger: loggerOf(session, loaded),
          signal: session.signal,
          onProgress: (name, records) => progress.show(session.say(says.reading, { source: name }), records, undefined),
          ...(ledger ? { ledger } : {}),
          ...(source === undefined ? {} : { source }),
          ...(limit === undefined ? {} : { limit }),
        })
        progress.end()
        if (tenants.length > 1) session.line(tenant)
        tell(session, report)
        documents.push({ tenant, ...documentOf(session, report) })
        codes.push(codeOf(report))
      }
    } finally {
      progress.end()
      await ledger?.close()
    }
    session.result({ tenants: documents })
    return session.signal.aborted ? exitCodes.interrupted : worst(codes)
  },
})

export const mapping = defineCommand({
  meta: { name: 'mapping', description: 'Code tables: check' },
  subCommands: { check },
})

function counts({ severity }: UnmappedWord): boolean {
  return severity !== 'info'
}

function codeOf({ sources }: MappingReport): ExitCode {
  const failed = sources.flatMap(({ error }) => (error === undefined ? [] : [exitCodeOf(error)]))
  return worst([...failed, ...(sources.some(({ unmapped }) => unmapped.some(counts)) ? [exitCodes.someFailed] : [])])
}

function tell(session: Session, { sources, unused }: MappingReport): void {
  for (const one of sources) tellSource(session, one)
  const rows = rowsToPaste(session, sources)
  if (rows !== '') {
    session.line(`\n${session.say(says.paste)}\n`)
    session.line(rows)
  }
  if (sources.some(({ unmapped }) => unmapped.some(({ table }) => table === 'procedures'))) session.line(session.say(says.procedures))
  if (unused === null) session.line(session.say(says.notAll))
  else if (unused.length > 0) {
    session.line(session.say(says.unused))
    for (const { table, key } of unused) session.line(`  ${table}  “${key}”`)
  }
}

function tellSource(session: Session, { source, records, unmapped, error }: SourceMapping): void {
  if (error !== undefined && error.kind !== 'aborted') session.trouble(error, source)
  const words = unmapped.filter(counts).length
  const values = { source, records: session.count(records), words }
  if (records === 0 && unmapped.length === 0) session.line(session.say(says.nothing, values))
  else session.line(session.say(words === 0 ? says.covered : says.uncovered, values))
  for (const { table, value, count, severity } of unmapped) {
    const word = session.say(says.word, { mark: MARKS[severity], table, value, count: session.count(count) })
    session.line(severity === 'info' ? word + session.say(says.elsewhere) : word)
  }
  if (unmapped.some(({ value }) => value === '…')) session.line(session.say(says.masked))
}

/** YAML with every word under its table, and nothing behind it: a row that is not filled in says nothing. */
function rowsToPaste(session: Session, sources: readonly SourceMapping[]): string {
  const byTable = new Map<string, Map<string, number>>()
  for (const { table, value, count } of sources.flatMap(({ unmapped }) => unmapped.filter(counts))) {
    if (meanings[table] === undefined || value === '…') continue
    const words = byTable.get(table) ?? new Map<string, number>()
    words.set(value, (words.get(value) ?? 0) + count)
    byTable.set(table, words)
  }
  return [...byTable]
    .map(([table, words]) => {
      const meaning = session.say(meanings[table as keyof typeof meanings] as Text)
      return [`${table}: # ${meaning}`, ...[...words].map(([word, count]) => `  ${JSON.stringify(word)}: # ${session.count(count)} ×`)].join('\n')
    })
    .join('\n')
}

function documentOf(session: Session, { sources, unused }: MappingReport): Record<string, unknown> {
  const rows = rowsToPaste(session, sources)
  return {
    sources: sources.map(({ error, ...source }) => ({
      ...source,
      ...(error === undefined ? {} : { error: errorDocument(error, session.spoken()) }),
    })),
    unused,
    rows: rows === '' ? null : rows,
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
}
