import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { nationalProcedures } from '../../src/sandbox/province/national-procedures.js'
import { sandboxFor } from './portal-calls.js'
import { DETAIL, LIST, native, plain, publicPortal } from './procedure-calls.js'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function fileOf(...lines: (Record<string, unknown> | string)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'procedures-'))
  folders.push(folder)
  const path = join(folder, 'national.jsonl')
  writeFileSync(path, `${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`)
  return path
}

/** A line in the schema of data/procedures, with invented values. */
const LINE = {
  code: '1.999001',
  base_code: '1.999001',
  scope: 'national',
  name: 'Cấp giấy phép mẫu',
  sector: 'Hộ tịch',
  levels: ['province', 'commune'],
  procedure_type: 'TTHC không được luật giao cho địa phương quy định hoặc quy định chi tiết',
  decision_no: '1/QĐ-BTP',
  issuing_agency: 'Bộ Tư pháp',
  implementing_agencies: ['Sở Tư pháp'],
  subjects: ['Người nước ngoài'],
  methods: [
    {
      channel: 'online',
      channel_code: 2,
      time_value: 5,
      time_unit: 'working_day',
      fees: [{ amount: 50_000, currency: 'VND', kind: 'fee', raw: '50,000 VNĐ' }],
    },
  ],
  documents: [{ case: null, name: 'Đơn đề nghị', originals: 1, copies: 0, has_form_file: true }],
  results: [{ code: 'KQ.G15.000001', name: 'Giấy phép mẫu' }],
  legal_bases: ['01/2099/NĐ-CP'],
  national_id: '019d2bf7-cd62-75ce-b319-7b31d19fb35f',
}

describe('a catalogue from a file in the schema of data/procedures', () => {
  const served = (file: string) => sandboxFor({ options: { procedures: { file, quirks: plain, throttle: null } } })

  test('its procedures come first, then those of the story’s dossiers that it lacks', async () => {
    const sandbox = await served(fileOf(LINE, { code: '1.012786', name: 'Cấp lại Giấy chứng nhận' }))
    const listed = sandbox.procedures.list()
    expect(listed.slice(0, 2)).toEqual([
      { code: '1.999001', name: 'Cấp giấy phép mẫu', state: 'public' },
      { code: '1.012786', name: 'Cấp lại Giấy chứng nhận', state: 'public' },
    ])
    expect(listed).toHaveLength(1 + nationalProcedures.length)
  })

  test('what the line says is in the record, and what it does not say is not invented', async () => {
    const { procedure, call } = await native(await served(fileOf(LINE, { code: '1.999002', name: 'Chỉ có tên' })))
    const row = await procedure('1.999001')
    expect(row).toMatchObject({
      MATTHC: '1.999001',
      LOAITTHC: '1',
      MACOQUANCONGBO: '000.00.00.G15',
      LINHVUCTHUCHIEN: [{ MALINHVUC: 'G15-TP01', TENLINHVUC: 'Hộ tịch' }],
      CAPTHUCHIEN: [{ CAPTHUCHIEN: '1' }, { CAPTHUCHIEN: '3' }],
      CACHTHUCTHUCHIEN: [
        { KENH: '2', THOIGIAN: [{ THOIGIANGIAIQUYET: '5', DONVITINH: 'Ngày làm việc', PHILEPHI: [{ MAPHILEPHI: '2', SOTIEN: '50000' }] }] },
      ],
      THANHPHANHOSO: [{ TRUONGHOP: '', GIAYTO: [{ TENGIAYTO: 'Đơn đề nghị', SOBANCHINH: '1' }] }],
      KETQUATHUCHIEN: [{ MAKETQUA: 'KQ.G15.000001', TENKETQUA: 'Giấy phép mẫu' }],
      CANCUPHAPLY: [{ SOVANBAN: '01/2099/NĐ-CP' }],
      DOITUONGTHUCHIEN: [{ MADOITUONG: 'ĐT4' }],
      TRINHTUTHUCHIEN: [],
    })
    expect((await call('LayQDCB', { idQDCB: row?.IDQUYETDINHCONGBO })).result).toMatchObject([{ SOQUYETDINH: '1/QĐ-BTP', NGAYQUYETDINH: '' }])
    expect(await procedure('1.999002')).toMatchObject({ CACHTHUCTHUCHIEN: [], THANHPHANHOSO: [], LINHVUCTHUCHIEN: [], IDQUYETDINHCONGBO: '' })
  })

  test('the public portal knows it under its own id', async () => {
    const sandbox = await served(fileOf(LINE))
    expect((await publicPortal(sandbox, LIST, { limit: 1, lastId: '' })).data?.items[0]).toMatchObject({ id: LINE.national_id, code: '1.999001' })
    expect((await publicPortal(sandbox, DETAIL, { id: LINE.national_id })).data).toMatchObject({
      code: '1.999001',
      isProvince: true,
      isWard: true,
      isMinistry: false,
    })
  })

  test.each([
    ['no JSON', ['{"code"'], /line 1: no JSON/],
    ['no name', [LINE, '{"code":"1.999002"}'], /line 2: name/],
    ['a code twice', [LINE, LINE], /line 2: 1\.999001 is there twice/],
  ] as const)('%s stops the start, and says where', async (_, lines, problem) => {
    await expect(startSandbox({ options: { procedures: { file: fileOf(...lines) } } })).rejects.toThrow(problem)
  })

  test('a file that is not there stops the start', async () => {
    await expect(startSandbox({ options: { procedures: { file: '/nowhere/national.jsonl' } } })).rejects.toThrow(/ENOENT/)
  })
})
