import { describe, expect, test } from 'vitest'
import {
  fromPaymentRow,
  fromRegisterRow,
  loadDefaults,
  parseCodeTables,
  procedureLookup,
  readPayments,
  readRegister,
  registerTraits,
  type TableBytes,
} from '../../../src/mappers/index.js'
import { at, certifiedCopy } from '../made-up.js'

const tables = loadDefaults('file-csv')
const FIRST = [
  'STT,Đơn vị tiếp nhận,Tên thủ tục hành chính,Mã hồ sơ,Trạng thái,Địa chỉ,Người nộp,Chủ hồ sơ,Ngày nộp hồ sơ,Ngày nhận,Ngày hẹn trả,Ngày kết thúc xử lý',
  '1,UBND xã Mẫu,Chứng thực bản sao từ bản chính,000.00.12.H99-250305-0011,Đã trả kết quả,"Số 2, đường Mẫu",Trần Thị Ví Dụ,Trần Thị Ví Dụ,05/03/2025 08:55:00,05/03/2025 09:00:00,07/03/2025 17:00:00,06/03/2025 16:20:00',
]
const SECOND = [
  'STT;Đơn vị tiếp nhận;Người tiếp nhận;Tên thủ tục hành chính;Mã hồ sơ;Trạng thái;Địa chỉ;Chủ hồ sơ;Ngày nộp hồ sơ;Ngày nhận;Ngày hẹn trả;Ngày kết thúc xử lý',
  '1;UBND xã Mẫu;Phạm Một Cửa;Chứng thực bản sao từ bản chính;000.00.12.H99-250305-0011;Đã trả kết quả;Số 2 đường Mẫu;Trần Thị Ví Dụ;5/3/2025;45721.375;07/03/2025 17:00:00;06/03/2025 16:20:00',
]

async function read(source: TableBytes, own = tables) {
  const table = await readRegister(source, { tables: own, file: 'so.csv' })
  return { table, rows: await all(table.rows) }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

function map(row: Awaited<ReturnType<typeof read>>['rows'][number], more: Partial<Parameters<typeof fromRegisterRow>[1]> = {}) {
  const mapped = fromRegisterRow(row, { tables, file: 'so.csv', ...more })
  return { dossier: mapped.ok ? mapped.value : undefined, rules: mapped.findings.map(({ ruleId }) => ruleId), findings: mapped.findings }
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string) => new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))
/** Windows-1258 writes tone marks as characters of their own, behind the letter. */
function windows1258(text: string): Uint8Array {
  const decoder = new TextDecoder('windows-1258')
  const byteOf = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte]))
  const pieces = [...text.normalize('NFC')].flatMap((character) => {
    if (byteOf.has(character)) return [character]
    const [base = '', ...marks] = character.normalize('NFD')
    const tone = marks.filter((mark) => byteOf.has(mark))
    return [(base + marks.filter((mark) => !byteOf.has(mark)).join('')).normalize('NFC'), ...tone]
  })
  return new Uint8Array(pieces.map((piece) => byteOf.get(piece) ?? 0x3f))
}

describe('the same register, however an office saved it', () => {
  const text = FIRST.join('\r\n')
  test.each([
    ['UTF-8 with byte order mark', utf8(`\uFEFF${text}`), 'utf-8'],
    ['UTF-8 without', utf8(text), 'utf-8'],
    ['decomposed Unicode', utf8(text.normalize('NFD')), 'utf-8'],
    ['UTF-16', utf16(text), 'utf-16le'],
    ['Windows-1258', windows1258(text), 'windows-1258'],
    ['a title above the headings', utf8(`DANH SÁCH HỒ SƠ\n\n${text}\n,,,,,\n`), 'utf-8'],
  ])('%s', async (_, bytes, encoding) => {
    const { table, rows } = await read(bytes)
    expect(table.encoding?.encoding).toBe(encoding)
    expect(rows).toHaveLength(1)
    const { dossier } = map(rows[0]!)
    expect(dossier).toMatchObject({
      localCode: '000.00.12.H99-250305-0011',
      procedure: { localCode: null, name: 'Chứng thực bản sao từ bản chính' },
      agency: { name: 'UBND xã Mẫu' },
      applicant: { name: 'Trần Thị Ví Dụ', kind: null, identities: [], address: 'Số 2, đường Mẫu' },
      receivedAt: at('2025-03-05 09:00'),
      finishedAt: at('2025-03-06 16:20'),
      status: 10,
      channel: null,
      fees: null,
      steps: null,
    })
  })

  test('in pieces of a few bytes', async () => {
    const bytes = utf8(`\uFEFF${text}`)
    const pieces = {
      size: bytes.length,
      async *read(start: number, end: number) {
        for (let index = start; index < Math.min(end, bytes.length); index += 7) yield bytes.subarray(index, Math.min(index + 7, end))
      },
    }
    expect((await read(pieces)).rows).toEqual((await read(bytes)).rows)
  })

  test('in the second form, with semicolons, short dates and serial numbers: each reported', async () => {
    const { table, rows } = await read(utf8(SECOND.join('\n')))
    expect(table.delimiter).toBe(';')
    const { dossier, findings } = map(rows[0]!)
    expect(dossier).toMatchObject({ submittedAt: at('2025-03-05 00:00'), receivedAt: at('2025-03-05 09:00'), submitter: null })
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ruleId: 'time.without-clock', path: 'submittedAt' }),
        expect.objectContaining({ ruleId: 'time.serial', path: 'receivedAt' }),
      ]),
    )
  })

  test('with tabs', async () => {
    expect((await read(utf8(SECOND.join('\n').replaceAll(';', '\t')))).table.delimiter).toBe('\t')
  })
})

test('rows are numbered as a spreadsheet does, and a blank row is no row', async () => {
  const { rows } = await read(utf8(`Danh sách\n\n${FIRST[0]}\n,,,\n${FIRST[1]}\n`))
  expect(rows.map(({ row }) => row)).toEqual([5])
})

test('a row without dossier number is refused, naming file and row', async () => {
  const { rows } = await read(utf8(`${FIRST[0]}\n9,UBND xã Mẫu,Chứng thực,,Đang xử lý\n`))
  const { dossier, findings } = map(rows[0]!)
  expect(dossier).toBeUndefined()
  expect(findings).toMatchObject([{ ruleId: 'row.no-code', severity: 'error', message: { en: expect.stringContaining('so.csv, row 2') } }])
})

test('a row with damaged characters is refused rather than sent', async () => {
  const bytes = Buffer.concat([utf8(`${FIRST[0]}\n1,UBND x`), Buffer.from([0xff]), utf8(',Chứng thực,H99-250305-0011,Đang xử lý\n')])
  const padded = Buffer.concat([utf8(`${FIRST[0]}\n`), utf8(`${FIRST[1]}\n`.repeat(400)), bytes.subarray(utf8(`${FIRST[0]}\n`).length)])
  const { rows } = await read(new Uint8Array(padded))
  expect(map(rows.at(-1)!).rules).toEqual(['row.damaged'])
})

test('a file without headings is refused', async () => {
  await expect(read(utf8('a,b\n1,2\n'))).rejects.toMatchObject({ code: 'source.format', values: { place: 'so.csv' } })
  await expect(read(new Uint8Array())).rejects.toMatchObject({ code: 'source.format' })
})

test('a broken source is an error, not a short file', async () => {
  const bytes = utf8(`${FIRST.join('\n')}\n${`${FIRST[1]}\n`.repeat(500)}`)
  const broken = {
    size: bytes.length * 2,
    async *read(start: number, end: number) {
      yield bytes.subarray(start, end)
      if (end > bytes.length) throw new Error('network share went away')
    },
  }
  await expect(read(broken)).rejects.toThrow('network share went away')
})

test('line ends do not belong to a row', async () => {
  const [once, again] = await Promise.all([read(utf8(FIRST.join('\r\n'))), read(utf8(FIRST.join('\n')))])
  expect(once.rows).toEqual(again.rows)
})

describe('procedures', () => {
  const row = async () => (await read(utf8(FIRST.join('\n')))).rows[0]!

  test('are resolved by exact name, when one fits', async () => {
    const { dossier, rules } = map(await row(), { procedures: procedureLookup([certifiedCopy]) })
    expect(dossier).toMatchObject({ procedure: { localCode: certifiedCopy.localCode }, sector: { code: 'G15-TP05' } })
    expect(rules).toContain('procedure.resolved-by-name')
  })

  test.each([
    ['another name', [{ ...certifiedCopy, name: 'Chứng thực bản sao', nationalName: null }]],
    ['two with this name', [certifiedCopy, { ...certifiedCopy, localCode: '2.000816.000.00.00.H99' }]],
  ])('are never guessed: %s', async (_, catalogue) => {
    const { dossier, rules } = map(await row(), { procedures: procedureLookup(catalogue) })
    expect(dossier?.procedure.localCode).toBeNull()
    expect(rules).toContain('procedure.name-unmatched')
  })
})

test('a province may name columns of its own', async () => {
  const own = parseCodeTables(
    { columns: { 'Mã TTHC': 'procedureCode', 'Số CCCD': 'applicantId', 'Đối tượng': 'applicantKind' }, applicantKinds: { 'Cá nhân': 'citizen' } },
    't',
    'file-csv',
  )
  const { rows } = await read(utf8('Mã hồ sơ,Trạng thái,Mã TTHC,Số CCCD,Đối tượng\nH99-250305-0011,Đang xử lý,2.000815,099191000002,Cá nhân'), own)
  expect(map(rows[0]!, { tables: own }).dossier).toMatchObject({
    procedure: { localCode: '2.000815' },
    applicant: { kind: 'citizen', identities: [{ kind: 'personal-number', number: '099191000002' }] },
  })
})

test('traits: without a reception date a dossier is "not received"', async () => {
  const { rows } = await read(utf8(`${FIRST.join('\n')}\n2,UBND xã Mẫu,x,H99-250305-0012,Mới đăng ký\n`))
  expect(rows.map((row) => registerTraits(row, { tables }))).toMatchObject([
    { localCode: '000.00.12.H99-250305-0011', receivedAt: at('2025-03-05 09:00'), flags: [] },
    { localCode: 'H99-250305-0012', receivedAt: null, flags: ['not-received'] },
  ])
})

describe('payment list', () => {
  const heading =
    'STT;Thời gian giao dịch;Hồ sơ;Mã tham chiếu;Số tiền (VNĐ);Người nộp tiền biên lai;Địa chỉ biên lai;Mã số thuế người nộp tiền biên lai;trạng thái'

  async function fees(...lines: readonly string[]) {
    const table = await readPayments(
      utf8([heading, ...lines.map((line) => `1;10/03/2025 08:10:00;H99-250305-0011;TC1;${line}`)].join('\n')),
      'tt.csv',
    )
    const mapped = (await all(table.rows)).map((row) => fromPaymentRow(row, { tables, file: 'tt.csv' }))
    const transactions = mapped.flatMap((one) => (one.ok ? [one.value] : []))
    const { rows } = await read(utf8(FIRST.join('\n')))
    const { dossier, rules } = map(rows[0]!, { transactions })
    return {
      fees: dossier?.fees?.map(({ amount, paid }) => [amount, paid]) ?? null,
      rules,
      refused: mapped.filter(({ ok }) => !ok).flatMap(({ findings }) => findings),
    }
  }

  test('a successful transaction is a fee paid, a waiting one neither paid nor unpaid', async () => {
    expect(await fees('100.000;Nguyễn Văn Mẫu;;;Thành công')).toMatchObject({ fees: [[100_000, true]] })
    expect(await fees('100.000;Nguyễn Văn Mẫu;;0000000001;Chờ xác nhận')).toMatchObject({
      fees: [[100_000, null]],
      rules: expect.arrayContaining(['fee.unconfirmed', 'applicant.payer-not-applicant']),
    })
  })

  test('a second try is not a second fee', async () => {
    expect(await fees('100.000;;;;Thất bại', '100.000;;;;Thành công')).toMatchObject({ fees: [[100_000, true]] })
    expect(await fees('100.000;;;;Thất bại', '100.000;;;;Thất bại')).toMatchObject({ fees: [[100_000, false]] })
    expect(await fees('100.000;;;;Thành công', '40.000;;;;Chờ xác nhận')).toMatchObject({
      fees: [
        [100_000, true],
        [40_000, null],
      ],
    })
  })

  test('an amount that is none is reported with its row', async () => {
    const { refused } = await fees('miễn phí;;;;Thành công')
    expect(refused).toMatchObject([{ ruleId: 'fee.unreadable', message: { en: expect.stringContaining('tt.csv, row 2') } }])
  })

  test('a dossier without transaction is not free of charge', async () => {
    expect(await fees()).toMatchObject({ fees: null, rules: expect.arrayContaining(['fee.not-carried']) })
  })
})
