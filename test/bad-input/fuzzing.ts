/** Valid answers and files, damaged by a seed, handed to everything that reads them. Nothing may come of it but values, findings and our own errors. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type Finding, isLienthongError, type Random, seededRandom } from '../../src/base/index.js'
import { nationalPortal, openCps } from '../../src/connectors/index.js'
import type { Dossier, LocalDate } from '../../src/domain/index.js'
import { loadDefaults, toDossierRow } from '../../src/mappers/index.js'
import { type DossierSource, openCpsSource, registerSource, rowSource } from '../../src/sync/index.js'
import { returned, step } from '../mappers/made-up.js'
import { manualClock } from '../transport/manual-clock.js'
import { agencyCode, entry, portalAt, procedures, register } from './desk.js'

export interface FuzzReport {
  readonly inputs: number
  readonly bytes: number
  readonly slowestMs: number
  readonly largestRss: number
  /** How often each outcome was met: a fuzzer that only ever finds one door is none. */
  readonly outcomes: Readonly<Record<string, number>>
}

const portalAnswers = [
  { error_code: '0', message: 'Thành công', session: 'b3f0' },
  { error_code: -3, message: 'Hồ sơ 000.00.12.H99-261122-0001 đã tồn tại', result: [] },
  { ERROR_CODE: 0, RESULT: [{ MaHoSo: '000.00.12.H99-261122-0001', TrangThaiHoSo: '4' }] },
  { error_code: '-1', message: 'Phiên làm việc hết hạn' },
  { error_code: 0, result: [{ MADONVI: '000.00.00.H99', TENDONVI: 'UBND tỉnh Mẫu', CAPDONVI: 1 }] },
  { message: '{"error_code":"0","message":"thành công"}' },
  { error_code: -300, message: 'madonvi không hợp lệ' },
].map((answer) => JSON.stringify(answer))

const openCpsRow = {
  dossierId: 70001,
  referenceUid: '5f0c0a1e-0000-4000-8000-000000000007',
  dossierNo: '000.00.12.H99-250310-0007',
  serviceCode: '2.000815.000.00.00.H99',
  serviceName: 'Chứng thực bản sao từ bản chính',
  govAgencyCode: '000.00.12.H99',
  govAgencyName: 'UBND xã Mẫu',
  applicantName: 'NGUYỄN VĂN MẪU',
  applicantIdType: 'citizen',
  applicantIdNo: '099090000001',
  submitDate: '05/03/2025 08:00:00',
  receiveDate: '05/03/2025 08:15:00',
  dueDate: '07/03/2025 17:00:00',
  releaseDate: '06/03/2025 08:15:00',
  finishDate: '07/03/2025 08:15:00',
  dossierStatus: 'done',
  online: 'true',
  viaPostal: '2',
  originality: 1,
  systemId: 0,
  durationCount: 5,
  durationUnit: 0,
}
const openCpsAnswers = {
  list: JSON.stringify({
    total: 3,
    data: [openCpsRow, { ...openCpsRow, referenceUid: 'uid-8', dossierId: 8, dossierStatus: 'processing' }, openCpsRow],
  }),
  syncs: JSON.stringify({
    total: 1,
    data: [
      {
        dossierSyncId: 7,
        dossierRefUid: 'uid',
        syncRefUid: 's7',
        createDate: 1741137300000,
        actionCode: '1100',
        actionName: 'Tiếp nhận',
        actionUser: 'Lê Cán Bộ',
      },
    ],
  }),
  payment: JSON.stringify({ paymentFileId: 1, feeAmount: 40000, paymentAmount: 40000, paymentStatus: 3, paymentMethod: 'KeyPayDVCQG' }),
}
const row = JSON.stringify(toDossierRow({ ...returned, steps: [step(4, returned.receivedAt as never)] }))
const registerText = register(entry(1), entry(2, { 'Trạng thái': 'Đã trả kết quả' }), entry(3), entry(2))
const paymentText = 'Hồ sơ,Số tiền (VNĐ),trạng thái,Thời gian giao dịch\n000.00.12.H99-261122-0001,40.000,Thành công,05/03/2025 09:00:00\n'

/** What breaks readers: structure where text belongs and the other way round, depth, length, other alphabets, other types. */
const SPLINTERS = [
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  ';',
  ':',
  '\\',
  '\r\n',
  '\n',
  '\t',
  '\u0000',
  '\uFEFF',
  '\uD800',
  'null',
  'true',
  '-0',
  '1e999',
  '9'.repeat(400),
  '[]',
  '{}',
  '[[[]]]',
  '{"a":',
  '"__proto__":{"x":1},',
  '"constructor":',
  '<html>',
  '<!DOCTYPE html>',
  'đã tồn tại',
  'thành công ',
  'hồ sơ ',
  '31/02/2025',
  '00/00/0000 99:99:99',
  '-99999999999999',
  'NaN',
  '\\u0000',
  '\\ud800',
  '%00',
  '../../',
  'ệ'.normalize('NFD').repeat(50),
] as const

/** What breaks readers by its size; rare, or the bytes would be spent on it. */
const BEAMS = [
  'hồ sơ không '.repeat(200),
  ' '.repeat(3000),
  '['.repeat(20_000),
  `${'['.repeat(9000)}${']'.repeat(9000)}`,
  '{"a":'.repeat(5000),
] as const

function damaged(text: string, random: Random): Buffer {
  const below = (count: number) => Math.floor(random() * count)
  const isRough = random() < 0.4
  const splinters = random() < 0.02 ? BEAMS : SPLINTERS
  let bytes = Buffer.from(text, random() < 0.03 ? 'utf16le' : 'utf8')
  for (let times = 1 + below(3); times > 0; times--) {
    const at = below(bytes.length + 1)
    const until = Math.min(bytes.length, at + below(200))
    const ways = [
      () => [bytes.subarray(0, at), Buffer.from(splinters[below(splinters.length)] ?? ''), bytes.subarray(at)],
      () => [bytes.subarray(0, at)],
      () => [bytes.subarray(0, at), bytes.subarray(until)],
      () => [bytes.subarray(0, until), bytes.subarray(at)],
      () => [bytes.subarray(0, at), Buffer.from([below(256)]), bytes.subarray(at + 1)],
    ]
    bytes = isRough ? Buffer.concat(ways[below(ways.length)]?.() ?? []) : Buffer.from(otherValue(bytes.toString('utf8'), random))
  }
  return bytes
}

/** One value of a JSON text or one cell of a list becomes another; its form stays whole, so that the damage reaches the depth. */
function otherValue(text: string, random: Random): string {
  const isJson = text.startsWith('{')
  const values = [...text.matchAll(isJson ? /:("(?:[^"\\]|\\.)*"|-?\d+|true|false|null)/g : /,([^,"\r\n]*)/g)]
  const chosen = values[Math.floor(random() * values.length)]
  if (chosen === undefined) return text
  const others = !isJson ? OTHER_CELLS : random() < 0.01 ? LONG_VALUES : OTHER_VALUES
  const other = others[Math.floor(random() * others.length)]
  return `${text.slice(0, chosen.index + 1)}${other}${text.slice(chosen.index + chosen[0].length)}`
}

const OTHER_VALUES = [
  'null',
  '""',
  '"x"',
  '0',
  '-1',
  '0.5',
  '1e308',
  'true',
  '[]',
  '{}',
  '[null]',
  '[{}]',
  '{"x":[1]}',
  '"31/02/2025 25:61:61"',
  '"\\u0000"',
  '"\\ud800"',
  '"😀"',
  '"9999-12-31T23:59:59+07:00"',
  '"000.00.12.H99"',
]
const LONG_VALUES = [`${'['.repeat(9000)}${']'.repeat(9000)}`, `"${'x'.repeat(5000)}"`]
const OTHER_CELLS = ['', 'x', '-1', '45721.375', '31/02/2025', '=1+1', '"a ""b"" c"', '"hai\ndòng"', '😀', 'Đang xử lý', '9'.repeat(40)]

export async function fuzz({ seed, bytes: enough }: { readonly seed: number; readonly bytes: number }): Promise<FuzzReport> {
  const random = seededRandom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-fuzz-'))
  const outcomes: Record<string, number> = {}
  const count = (what: string) => {
    outcomes[what] = (outcomes[what] ?? 0) + 1
  }
  let [inputs, bytes, slowestMs, largestRss] = [0, 0, 0, 0]
  const given = (text: string): Buffer => {
    const input = damaged(text, random)
    bytes += input.length
    return input
  }
  const doors = [() => portalDoor(random, given, count), () => openCpsDoor(random, given, count), () => fileDoor(folder, random, given, count)]
  try {
    for (; bytes < enough; inputs++) {
      const before = bytes
      const started = performance.now()
      await doors[inputs % doors.length]?.()
      const took = performance.now() - started
      if (took > 30_000) throw new Error(`input ${inputs} of seed ${seed} took ${Math.round(took)} ms (${bytes - before} bytes)`)
      slowestMs = Math.max(slowestMs, took)
      if (inputs % 20 === 0) largestRss = Math.max(largestRss, process.memoryUsage().rss)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { inputs, bytes, slowestMs, largestRss, outcomes }
}

type Give = (text: string) => Buffer
type Count = (what: string) => void

/** Only our own errors may come out, and never the one that stands for a mistake of ours. */
async function expected<T>(count: Count, door: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!isLienthongError(error)) throw error
    if (error.code === 'internal.bug') throw new Error(`${door}: ${error.message}`, { cause: error.cause })
    count(`${door}: ${error.code}`)
    return undefined
  }
}

const quiet = { retry: { attempts: 1 }, breaker: { failures: 1_000_000 }, random: () => 0 } as const

async function portalDoor(random: Random, give: Give, count: Count): Promise<void> {
  const dialect = random() < 0.5 ? ('vpcp-2020' as const) : ('provincial-proxy' as const)
  const text = give(portalAnswers[Math.floor(random() * portalAnswers.length)] ?? '').toString('utf8')
  const status = [200, 200, 200, 200, 201, 302, 401, 403, 404][Math.floor(random() * 9)] ?? 200
  const spoilLogin = random() < 0.1
  const axios = {
    request: async ({ url = '' }: { url?: string }) => {
      const isLogin = url.includes('login') && !spoilLogin
      return { status: isLogin ? 200 : status, headers: {}, data: isLogin ? '{"error_code":"0","session":"s"}' : text }
    },
  }
  const portal = nationalPortal({
    adapterUrl: 'http://127.0.0.1:1',
    agencyCode,
    dialect,
    credentials: dialect === 'vpcp-2020' ? { username: 'u', password: 'p' } : { token: 't' },
    clock: manualClock(),
    axios: axios as never,
    ...quiet,
  } as never)
  const record = target.prepareRecord(returned, returned.nationalCode)
  const steps = target.prepareStep(step(4, returned.receivedAt as never), { code: 'x', agencyName: 'UBND xã Mẫu' })
  if (!record.ok || !steps.ok) throw new Error('the example itself cannot be sent')
  await expected(count, 'portal', async () =>
    count(`portal: ${(await portal.submitDossier(record.value.record as never, { updating: random() < 0.5 })).outcome}`),
  )
  await expected(count, 'portal', async () => count(`portal: ${(await portal.addProgress([steps.value.record as never])).outcome}`))
  if (portal.canLookUp)
    await expected(count, 'portal', async () => count(`portal: exists ${(await portal.lookUpDossier('000.00.12.H99-261122-0001')).exists}`))
  await expected(count, 'portal', async () => count(`portal: ${(await portal.agencies()).length > 0 ? 'agencies' : 'no agencies'}`))
}

async function openCpsDoor(random: Random, give: Give, count: Count): Promise<void> {
  const [list, syncs, payment] = [openCpsAnswers.list, openCpsAnswers.syncs, openCpsAnswers.payment].map((text) =>
    random() < 0.5 ? give(text).toString('utf8') : text,
  )
  const axios = {
    request: async ({ url = '' }: { url?: string }) => ({
      status: 200,
      headers: {},
      data: url.includes('/syncs') ? syncs : url.includes('/payment') ? payment : list,
    }),
  }
  const client = openCps({
    baseUrl: 'http://127.0.0.1:1/o/rest/v2',
    groupId: 1,
    credentials: { username: 'u', password: 'p' },
    clock: manualClock(),
    axios: axios as never,
    ...quiet,
  })
  const clock = manualClock(Date.UTC(2025, 2, 20, 3))
  const source = openCpsSource({ client, tables: loadDefaults('opencps-v2'), agencyCode, since: '2025-03-01' as LocalDate, clock })
  await readThrough('opencps', source, count)
}

async function fileDoor(folder: string, random: Random, give: Give, count: Count): Promise<void> {
  const path = join(folder, 'input')
  if (random() < 0.4) {
    writeFileSync(path, Buffer.concat([Buffer.from(`${row}\n`), give(row), Buffer.from('\n'), give(row)]))
    return readThrough('rows', rowSource({ file: path, agencyCode }), count)
  }
  const payments = join(folder, 'payments')
  writeFileSync(path, give(registerText))
  writeFileSync(payments, random() < 0.5 ? paymentText : give(paymentText))
  const tables = loadDefaults('file-csv')
  return readThrough('register', registerSource({ file: path, tables, agencyCode, procedures, ...(random() < 0.5 ? { payments } : {}) }), count)
}

async function readThrough(door: string, source: DossierSource, count: Count): Promise<void> {
  await expected(count, door, async () => {
    for await (const { items } of source.changes(null, { open: async function* () {} })) {
      for (const item of items) {
        const read = item.read()
        if (!read.ok) {
          count(`${door}: ${told(read.findings)}`)
          continue
        }
        await expected(count, door, async () => {
          const mapped = await read.value.map()
          if (mapped.ok) sendable(mapped.value)
          count(`${door}: ${mapped.ok ? 'dossier' : told(mapped.findings)}`)
        })
      }
    }
  })
}

const target = portalAt('http://127.0.0.1:1')

/** Everything that happens to a dossier before it would leave. */
function sendable(dossier: Dossier): void {
  const record = target.prepareRecord(dossier, dossier.nationalCode)
  if (record.ok) record.value.fingerprintText.toString()
  else told(record.findings)
  const progress = target.progressOf(dossier)
  if (!progress.ok) return
  for (const one of progress.value) told(target.prepareStep(one, { code: dossier.nationalCode ?? '', agencyName: dossier.agency.name }).findings)
}

/** The first finding's rule; each must say something in both languages. */
function told(findings: readonly Finding[]): string {
  for (const { message, hint } of findings)
    for (const text of [message.en, message.vi, hint.en, hint.vi])
      if (text.trim() === '' || /\{\w+\}/.test(text)) throw new Error(`an empty sentence: ${text}`)
  return findings[0]?.ruleId ?? 'no finding'
}
