/** A province that takes payments: configuration, key and a payment platform of a few lines on this machine. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ConfigInput } from '../../src/config/index.js'
import { newLedgerKey } from '../../src/ledger/index.js'
import { emptyFolder } from './command-line.js'

export const TENANT = 'mau'
export const PARTNER = 'TESTPARTNER'
export const SECRET = 'TEST-SECRET-KEY'
export const PAYER = 'Nguyễn Văn Mẫu'

/** contracts/payment-platform.md §9, as `payments create` takes it. */
export const bill = {
  duty: 'fees',
  billCode: 'H99-261122-0001',
  dossierCode: 'H99-261122-0001',
  agency: { code: '000.00.00.H99', name: 'Sở Mẫu' },
  procedure: { code: '9.000001', name: 'Thủ tục mẫu' },
  payer: { name: PAYER, idNumber: '000000000000', address: '1 Đường Mẫu' },
  lines: [{ kind: 'fee', code: 'MAU-01', name: 'Lệ phí mẫu', amount: '150000' }],
  narration: 'Thanh toán hồ sơ H99-261122-0001',
}

interface Booked {
  readonly SoTien: string
  state: '0' | '1' | '3' | '4'
}

export interface PlatformOfTests {
  readonly origin: string
  readonly books: Map<string, Booked>
  /** Each request’s path and body, as it came. */
  readonly requests: { readonly path: string; readonly body: Record<string, unknown> }[]
  /** Answers 500 to everything. */
  down: boolean
  /** Called instead of an answer, which never comes. */
  hang: (() => void) | undefined
}

const sha256 = (...values: readonly string[]) =>
  createHash('sha256')
    .update([...values, SECRET].join('|'), 'utf8')
    .digest('hex')
const PDF = Buffer.from('%PDF-1.4\nbiên lai\n%%EOF')

/** INIT, QUERY and GET_BILL of `payplat`, signed by the contract’s own formulas (§6). */
async function platformOfTests(): Promise<PlatformOfTests> {
  const platform: PlatformOfTests & { origin: string } = { origin: '', books: new Map(), requests: [], down: false, hang: undefined }
  const answers: Readonly<Record<string, (body: Record<string, string>) => unknown>> = {
    '/init'(body) {
      const reference = body.MaThamChieu ?? ''
      platform.books.set(reference, { SoTien: body.SoTien ?? '', state: '0' })
      return { MaLoi: '00', MoTaLoi: 'Thành công', UrlThanhToan: `${platform.origin}/pay/${reference}` }
    },
    '/query'({ MaThamChieu: reference = '', MaDoiTac: partner = '', ThoiGianGD: at = '' }) {
      const booked = platform.books.get(reference)
      if (booked === undefined) return { MaLoi: '104', MoTaLoi: 'Không có giao dịch' }
      const fields = ['QUERY', '00', partner, reference, booked.SoTien, 'VND', 'PP26112200000123', '970436', at, 'THANH TOAN']
      return {
        ...{ LoaiBanTin: 'QUERY', MaLoi: '00', MaDoiTac: partner, MaThamChieu: reference, SoTien: Number(booked.SoTien), MaTienTe: 'VND' },
        ...{ MaGiaoDich: 'PP26112200000123', MaNganHang: '970436', ThoiGianGD: at, ThongTinGiaoDich: 'THANH TOAN' },
        ...{ TrangThaiGD: booked.state, MaXacThuc: sha256(...fields) },
      }
    },
    '/bill': ({ MaThamChieu: reference = '' }) =>
      platform.books.get(reference)?.state === '1' ? PDF : { MaLoi: '118', MoTaLoi: 'Chưa có biên lai' },
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const path = request.url ?? ''
      const body = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}') as Record<string, string>
      platform.requests.push({ path, body })
      if (platform.hang !== undefined) return platform.hang()
      const given = platform.down ? undefined : answers[path]?.(body)
      if (given === undefined) response.writeHead(500).end()
      else response.end(given instanceof Uint8Array ? given : JSON.stringify(given))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  platform.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return platform
}

type Payments = NonNullable<ConfigInput['tenants'][string]['payments']>

export interface PayingProvince {
  readonly folder: string
  readonly platform: PlatformOfTests
  configure(change?: (payments: Payments, config: ConfigInput) => void): void
}

export async function payingProvince(): Promise<PayingProvince> {
  const folder = emptyFolder()
  const platform = await platformOfTests()
  writeFileSync(join(folder, 'lienthong.key'), newLedgerKey(), { mode: 0o600 })
  writeFileSync(join(folder, 'secret'), `${SECRET}\n`, { mode: 0o600 })
  writeFileSync(join(folder, 'rows.ndjson'), '')
  writeFileSync(join(folder, 'bill.json'), JSON.stringify(bill))
  const configure: PayingProvince['configure'] = (change = () => {}) => {
    const { origin } = platform
    const payments: Payments = {
      ip: '203.0.113.10',
      partners: [
        {
          partner: PARTNER,
          urls: { start: `${origin}/init`, query: `${origin}/query`, receipt: `${origin}/bill` },
          secret: { file: './secret' },
          retry: { attempts: 1 },
        },
      ],
      accounts: [{ account: '0000000000001', bankCode: '00000000', accountName: 'SO MAU' }],
    }
    const config: ConfigInput = {
      version: 1,
      language: 'en',
      ledger: { url: 'sqlite:./lienthong.db', key: { file: './lienthong.key' } },
      tenants: {
        [TENANT]: {
          agencyCode: '000.00.00.H99',
          sources: { desk: { dialect: 'file-ndjson', file: './rows.ndjson' } },
          portal: { adapterUrl: 'http://127.0.0.1:1/forward', credentials: {} },
          payments,
        },
      },
    }
    change(payments, config)
    writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
  }
  configure()
  return { folder, platform, configure }
}
