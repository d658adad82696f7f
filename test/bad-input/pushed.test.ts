/** Messages as they should not be: whatever comes, nothing is thrown, the good ones are taken, and what is wrong is told with its place. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Random, seededRandom } from '../../src/base/index.js'
import { type InboundHandler, lgspReceiver, relayReceiver } from '../../src/handlers/index.js'
import { type InspectReport, inspectFiles } from '../../src/mappers/index.js'
import { clients, document, memoryInbox, trace } from '../handlers/lgsp-office.js'

const SEEDS = 600
type Row = Record<string, unknown>

const codes = ['000.00.12.H99-250310-0007', '000.00.12.H99-250311-0003', '000.00.12.H99-250305-0011'] as const

const lgspRows = (): Row[] =>
  codes.map((DocCode, index) =>
    document({
      DocCode,
      SuccessDate: '0000-00-00T00:00:00.000+0700',
      ReturnedDate: '2025-03-13T08:15:00.000Z',
      IsReturned: index === 2,
      Attachments: [{ AttachmentId: 120001, AttachmentName: 'don.pdf', IsDeleted: false, Base64: 'JVBERi0xLjQK' }],
      DocFees: [{ FeeName: 'Lệ phí', FeeType: 4, Price: 100000 }],
    }),
  )

const relayRows = (): Row[] =>
  codes.map((MaHoSo) => ({
    MaHoSo,
    MaTTHC: '1.001612.000.00.00.H99',
    TenTTHC: 'Đăng ký thành lập hộ kinh doanh',
    SoBienNhan: '',
    ChuHoSo: 'Nguyễn Văn Mẫu',
    LoaiDoiTuong: '1',
    MaDoiTuong: '099090000001',
    NgayTiepNhan: '20250310081500',
    NgayHenTra: '20250313081500',
    TrangThaiHoSo: '4',
    HinhThuc: '0',
    DonViXuLy: 'UBND xã Mẫu',
    TaiLieuNop: [{ TepDinhKemId: '1', TenTepDinhKem: 'don.pdf', IsDeleted: 'False', DuongDanTaiTepTin: 'https://motcua.example.vn/tai?id=1' }],
    DanhSachGiayToKetQua: [],
  }))

const pick = <Value>(random: Random, values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value

const STRANGE = [
  null,
  '',
  ' ',
  0,
  -1,
  1e308,
  true,
  [],
  {},
  [[]],
  { a: { b: 1 } },
  'x'.repeat(5000),
  '\u0000',
  '\ud800',
  'NaN',
  '9999-99-99',
  '=1+1',
  '<b>',
  '__proto__',
]
const DATES = [
  '10/03/2025 08:15:00',
  '2025-03-10',
  '20250310081500',
  '1741569300000',
  '2025-02-30T08:15:00.000Z',
  '2025-03-10T08:15:00.000+0900',
  '2025-03-10T25:00:00.000Z',
]

/** One thing wrong with one record. */
const mutations: readonly ((row: Row, random: Random) => Row)[] = [
  (row, random) => without(row, pick(random, Object.keys(row))),
  (row, random) => ({ ...row, [pick(random, Object.keys(row))]: pick(random, STRANGE) }),
  (row, random) => renamed(row, pick(random, Object.keys(row)), (key) => pick(random, [key.toLowerCase(), key.toUpperCase(), `${key} `, `_${key}`])),
  (row, random) => ({
    ...row,
    [pick(
      random,
      Object.keys(row).filter((key) => /Date|Ngay/.test(key)),
    )]: pick(random, DATES),
  }),
  (row, random) => ({
    ...row,
    [pick(random, ['TrangThaiHoSo', 'Status', 'ApplicantsType', 'ReturnedType', 'IsReturned', 'HinhThuc'])]: pick(random, [
      '77',
      'chuyen_kho',
      'maybe',
      -3,
    ]),
  }),
  (row, random) => ({ ...row, [`x${Math.floor(random() * 1e6)}`]: pick(random, STRANGE) }),
  (row, random) => ({
    ...row,
    [pick(random, ['Attachments', 'DocFees', 'TaiLieuNop', 'DanhSachGiayToKetQua'])]: pick(random, [
      null,
      '',
      'x',
      7,
      [null],
      [7],
      [[]],
      {},
      [{ Price: 'x' }],
    ]),
  }),
]

function without(row: Row, key: string): Row {
  const { [key]: _, ...rest } = row
  return rest
}

function renamed(row: Row, key: string, name: (key: string) => string): Row {
  return Object.fromEntries(Object.entries(row).map(([one, value]) => [one === key ? name(one) : one, value]))
}

/** Damage to the text as it travels. */
const damages: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => text.slice(0, Math.floor(random() * text.length)),
  (text, random) => {
    const at = Math.floor(random() * text.length)
    return text.slice(0, at) + pick(random, ['"', '}', ']', '<', '>', '&', '\u0000', ',', '{']) + text.slice(at + 1)
  },
  (text, random) => text.slice(Math.floor(random() * text.length)),
  (text) => `\ufeff${text}`,
  (text) => `${text}${text}`,
]

const xmlOf = (rows: readonly Row[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><ArrayOfMSyncDocument>${rows.map((row) => element('MSyncDocument', row)).join('')}</ArrayOfMSyncDocument>`

function element(name: string, value: unknown): string {
  const tag = /^[A-Za-z_]\w*$/.test(name) ? name : 'x'
  if (Array.isArray(value)) return value.length === 0 ? `<${tag}/>` : value.map((one) => element(tag, one)).join('')
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([key, one]) => element(key, one))
          .join('')
      : String(value ?? '')
          .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
          .replace(/[^\t\n\r -\ud7ff\ue000-\ufffd]/g, '')
  return `<${tag}>${inner}</${tag}>`
}

interface Form {
  readonly name: string
  readonly dialect: string
  rows(): Row[]
  write(rows: readonly Row[]): string
  receiver(inbox: ReturnType<typeof memoryInbox>): { readonly handler: InboundHandler; readonly path: string }
}

const lgsp = (inbox: ReturnType<typeof memoryInbox>) => ({ handler: lgspReceiver({ inbox, clients }), path: '/Document/SyncDocument' })
const forms: readonly Form[] = [
  { name: 'lgsp-msync in JSON', dialect: 'lgsp-msync', rows: lgspRows, write: (rows) => JSON.stringify(rows), receiver: lgsp },
  { name: 'lgsp-msync in XML', dialect: 'lgsp-msync', rows: lgspRows, write: xmlOf, receiver: lgsp },
  {
    name: 'relay-push',
    dialect: 'relay-push',
    rows: relayRows,
    write: (rows) => JSON.stringify(rows),
    receiver: (inbox) => ({ handler: relayReceiver({ inbox, access: { insecure: true } }), path: '/DongBoHoSoMC' }),
  },
]

function inspect(dialect: string, text: string): Promise<InspectReport> {
  return inspectFiles({ dialect, agencyCode: '000.00.00.H99', files: [{ name: 'pushed', bytes: Buffer.from(text) }] })
}

describe.each(forms)('$name', ({ dialect, rows, write, receiver }) => {
  test(`${SEEDS} spoilt records: the others read as before, and what is wrong has a place`, async () => {
    const whole = await inspect(dialect, write(rows()))
    expect(whole.dossiers).toHaveLength(3)
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seededRandom(`${dialect}/${seed}`)
      const victim = Math.floor(random() * 3)
      const mutated = rows().map((row, index) => {
        if (index !== victim) return row
        let spoilt = row
        for (let count = 0; count <= Math.floor(random() * 3); count++) spoilt = pick(random, mutations)(spoilt, random)
        return spoilt
      })
      const report = await inspect(dialect, write(mutated))
      for (const [index, code] of codes.entries()) {
        if (index === victim) continue
        const [before, after] = [whole, report].map(({ dossiers }) => dossiers.find(({ localCode }) => localCode === code))
        expect(after, `seed ${seed}: ${code}`).toEqual(before)
      }
      if (report.dossiers.length < 3)
        expect(
          report.problems.some(({ where, severity }) => severity === 'error' && where.startsWith(`pushed, [${victim}]`)),
          `seed ${seed}`,
        ).toBe(true)
      expect(report.problems.every(({ where, why, hint }) => where !== '' && why.vi !== '' && hint.en !== '')).toBe(true)
    }
  })

  test(`${SEEDS} damaged texts: what was whole before the damage is still told, and the file is named`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seededRandom(`damage/${dialect}/${seed}`)
      const text = write(rows())
      const damaged = pick(random, damages)(text, random)
      const report = await inspect(dialect, damaged)
      if (report.dossiers.length < 3)
        expect(
          report.problems.some(({ where, severity }) => severity === 'error' && where.startsWith('pushed')),
          `seed ${seed}: ${damaged.slice(0, 80)}`,
        ).toBe(true)
      // A cut costs what stands behind it, nothing before.
      if (text.startsWith(damaged)) {
        const before = codes.filter((code) => isWholeBefore(text, code, damaged.length, dialect))
        expect(
          report.dossiers.map(({ localCode }) => localCode),
          `seed ${seed}`,
        ).toEqual(expect.arrayContaining([...before]))
      }
    }
  })

  test(`${SEEDS} messages to the receiver: taken or refused, and then kept for a person`, async () => {
    const inbox = memoryInbox()
    const { handler, path } = receiver(inbox)
    const token = await tokenOf(handler)
    let refused = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seededRandom(`receive/${dialect}/${seed}`)
      const code = `000.00.12.H99-260101-${String(seed).padStart(4, '0')}`
      const [row = {}] = rows()
      const spoilt = pick(random, mutations)({ ...row, ...('DocCode' in row ? { DocCode: code } : { MaHoSo: code }) }, random)
      const text = random() < 0.3 ? pick(random, damages)(write([spoilt]), random) : write([spoilt])
      const before = await inbox.standing()
      const response = await handler({
        method: 'POST',
        url: path,
        headers: { authorization: `Bearer ${token}` },
        remoteAddress: '127.0.0.1',
        body: once(Buffer.from(text)),
        signal: new AbortController().signal,
      })
      const answer = JSON.parse(String(response.body)) as { Status?: number; Message?: string; error_code?: string; message?: string }
      const taken = answer.Status === 1 || answer.error_code === '0'
      const after = await inbox.standing()
      expect([200, 400], `seed ${seed}`).toContain(response.status)
      if (taken) expect(after.dossiers, `seed ${seed}`).toBeGreaterThanOrEqual(before.dossiers)
      else {
        refused++
        expect((answer.Message ?? answer.message ?? '').length, `seed ${seed}`).toBeGreaterThan(10)
        const again = (await inbox.rejected(1000)).reduce((sum, { times }) => sum + times, 0)
        expect(again, `seed ${seed}`).toBe(refused)
      }
    }
    expect(refused).toBeGreaterThan(SEEDS / 50)
  })
})

test(`${SEEDS} spoilt traces never make a dossier, and never cost the others`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seededRandom(`trace/${seed}`)
    const good = trace({ DocCode: codes[1] })
    const { dossiers, steps } = await inspect('lgsp-msync', JSON.stringify([pick(random, mutations.slice(0, 4))(trace(), random), good]))
    expect(dossiers, `seed ${seed}`).toEqual([])
    expect(
      steps.filter(({ localCode }) => localCode === codes[1]),
      `seed ${seed}`,
    ).toHaveLength(1)
  }
})

/** Whether a record ends before the cut. */
function isWholeBefore(text: string, code: string, cut: number, dialect: string): boolean {
  const next = codes[codes.indexOf(code as (typeof codes)[number]) + 1]
  const end = text.startsWith('<')
    ? text.indexOf('</MSyncDocument>', text.indexOf(code)) + '</MSyncDocument>'.length
    : next === undefined
      ? text.length
      : text.lastIndexOf(dialect === 'relay-push' ? '{"MaHoSo"' : '{"DocTypeCode"', text.indexOf(next))
  return end <= cut
}

async function tokenOf(handler: InboundHandler): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'one-stop', client_secret: 'made-up-consumer-secret' })
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const response = await handler({
    method: 'POST',
    url: '/token',
    headers: {},
    remoteAddress: '127.0.0.1',
    body: once(Buffer.from(form.toString())),
    signal: controller.signal,
  })
  return response.status === 200 ? (JSON.parse(String(response.body)) as { access_token: string }).access_token : ''
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
