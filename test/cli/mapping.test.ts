import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { newLedgerKey } from '../../src/ledger/index.js'
import { parseCodeTables } from '../../src/mappers/index.js'
import { document, emptyFolder, lienthong } from './command-line.js'

const headings = 'STT,Đơn vị tiếp nhận,Tên thủ tục hành chính,Mã hồ sơ,Trạng thái,Chủ hồ sơ,Ngày nhận,Kênh'
const row = (n: number, status: string, channel = 'Trực tiếp') =>
  [
    n,
    'UBND xã Mẫu',
    'Chứng thực bản sao',
    `000.00.12.H99-250310-${String(n).padStart(4, '0')}`,
    status,
    'Nguyễn Văn Mẫu',
    '10/03/2025 08:15:00',
    channel,
  ].join(',')

const tables = {
  columns: { Kênh: 'channel' },
  channels: { 'Trực tiếp': 'direct', 'Bưu chính': 'post' },
  statusText: { 'Chờ ký': 4, 'Chuyển kho cũ': 10 },
  assume: { applicantKind: 'citizen', returnBy: 'counter' },
}

function province(rows: readonly string[], more: Readonly<Record<string, unknown>> = {}): string {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'so.csv'), [headings, ...rows, ''].join('\n'))
  const config = {
    version: 1,
    ledger: { url: 'sqlite:./lienthong.db', key: { file: './key' } },
    tenants: {
      'cao-bang': {
        agencyCode: '000.00.00.H99',
        tables,
        sources: { so: { dialect: 'file-csv', file: './so.csv' } },
        procedures: { list: [{ localCode: '2.000815.000.00.00.H99', nationalCode: '2.000815', name: 'Chứng thực bản sao' }] },
        portal: { adapterUrl: 'http://127.0.0.1:1/forward', dstcode: 'x', credentials: { username: 'u', password: { file: './key' } } },
        ...more,
      },
    },
  }
  writeFileSync(join(folder, 'key'), newLedgerKey(), { mode: 0o600 })
  writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
  return folder
}

describe('mapping check', () => {
  test('tells every word without a row, how often it was met, and the rows of ours that nobody uses', async () => {
    const folder = province([row(1, 'Đang xử lý'), row(2, 'Chờ ý kiến'), row(3, 'chờ  ý kiến'), row(4, 'Chờ ký', 'Qua mạng'), row(5, 'Chờ ký')])
    const { code, json } = await document(['mapping', 'check'], { folder })
    expect(code).toBe(1)
    expect(json.tenants).toMatchObject([
      {
        tenant: 'cao-bang',
        sources: [
          {
            source: 'so',
            records: 5,
            whole: true,
            unmapped: [
              { table: 'statusText', value: 'chờ ý kiến', count: 2, severity: 'error' },
              { table: 'channels', value: 'Qua mạng', severity: 'warn' },
            ],
          },
        ],
        unused: [
          { table: 'statusText', key: 'chuyển kho cũ' },
          { table: 'channels', key: 'Bưu chính' },
        ],
      },
    ])
  })

  test('the rows it prints are YAML that the tables take, and that say nothing until they are filled in', async () => {
    const folder = province([row(1, 'Chờ ý kiến'), row(2, 'Chờ "ký": #1')])
    const { json } = await document(['mapping', 'check'], { folder })
    const [{ rows }] = json.tenants as [{ rows: string }]
    expect(parse(rows)).toEqual({ statusText: { 'chờ ý kiến': null, 'chờ "ký": #1': null } })
    expect(parseCodeTables(rows.replaceAll(': # 1 ×', ': 4 # 1 ×'), 'tables.yaml', 'file-csv').statusText['chờ ý kiến']).toBe(4)
  })

  test('names and numbers that slipped into a column are not repeated', async () => {
    const folder = province([
      row(1, 'Nguyễn Văn Mẫu'),
      row(2, '099090000001'),
      row(3, 'Đề nghị xem lại toàn bộ hồ sơ vì giấy tờ của chủ hộ chưa đủ theo quy định'),
    ])
    const { code, out } = await lienthong(['mapping', 'check'], { folder })
    expect(code).toBe(1)
    expect(out).toContain('statusText  “…”  3 ×')
    expect(out.toLowerCase()).not.toMatch(/mẫu”|0990900|đề nghị/)
  })

  test('ends with 0 when every word has a row', async () => {
    const { code, out } = await lienthong(['mapping', 'check'], { folder: province([row(1, 'Chờ ký'), row(2, 'Đã trả kết quả')]) })
    expect(code).toBe(0)
    expect(out).toContain('✓ so: 2 records read; every word has a row')
  })

  test('says nothing of unused rows when it did not read everything', async () => {
    const folder = province([row(1, 'Chờ ký'), row(2, 'Chờ ký')])
    expect((await document(['mapping', 'check', '--limit', '1'], { folder })).json.tenants).toMatchObject([{ unused: null }])
  })

  test('a procedure without a national code counts, and where to decide it is said', async () => {
    const folder = province([row(1, 'Chờ ký')], { procedures: { list: [{ localCode: '2.000815.000.00.00.H99', name: 'Chứng thực bản sao' }] } })
    const { code, out } = await lienthong(['mapping', 'check'], { folder })
    expect(code).toBe(1)
    expect(out).toContain('procedures  “2.000815.000.00.00.H99”  1 ×')
    expect(out).toContain('lienthong catalogue match')
  })

  test('a source that cannot be read is told, and the others are checked', async () => {
    const folder = province([row(1, 'Chờ ý kiến')], {
      sources: { gone: { dialect: 'file-csv', file: './nowhere.csv' }, so: { dialect: 'file-csv', file: './so.csv' } },
    })
    const { code, json } = await document(['mapping', 'check'], { folder })
    expect(code).toBe(2)
    expect(json.tenants).toMatchObject([
      {
        sources: [
          { source: 'gone', error: { code: 'source.file_unreadable' } },
          { source: 'so', records: 1 },
        ],
      },
    ])
  })

  test('ends when it is told to', async () => {
    const stop = new AbortController()
    stop.abort()
    const { code } = await lienthong(['mapping', 'check'], { folder: province([row(1, 'Chờ ý kiến')]), signal: stop.signal })
    expect(code).toBe(130)
  })

  test('reads files of a dialect without a configuration', async () => {
    const folder = province([row(1, 'Chờ ý kiến')])
    writeFileSync(join(folder, 'tables.yaml'), JSON.stringify(tables))
    const { code, json } = await document(['mapping', 'check', '--dialect', 'file-csv', '--file', 'so.csv', '--tables', 'tables.yaml'], { folder })
    expect(code).toBe(1)
    expect(json).toMatchObject({ sources: [{ source: 'file-csv', unmapped: [{ table: 'statusText', value: 'chờ ý kiến', count: 1 }] }] })
  })

  test.each([
    [['--source', 'motcua'], 'there is no source “motcua”; the configuration has so'],
    [['--file', 'so.csv'], '--file needs --dialect'],
    [['--dialect', 'file-csv'], '--dialect needs --file'],
  ])('%j is refused', async (args, says) => {
    const { code, err } = await lienthong(['mapping', 'check', ...args], { folder: province([row(1, 'Chờ ký')]) })
    expect(code).toBe(2)
    expect(err).toContain(says)
  })
})
