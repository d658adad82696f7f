import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { onTestFinished } from 'vitest'
import { forNode, type LgspReceiverOptions, lgspReceiver, type RelayReceiverOptions, relayReceiver } from '../../src/handlers/index.js'
import { createVault, type Inbox, openInbox } from '../../src/ledger/index.js'
import { listening } from './servers.js'

export const clients = [{ id: 'one-stop', secret: 'made-up-consumer-secret' }]
export const CODE = '000.00.12.H99-250310-0007'

export function document(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    DocTypeCode: '2.000815.000.00.00.H99',
    DocTypeName: 'Chứng thực bản sao từ bản chính',
    DocCode: CODE,
    CitizenName: 'NGUYỄN VĂN MẪU',
    ApplicantsId: '099090000001',
    ApplicantsType: 1,
    DateReceived: '2025-03-10T08:15:00.000Z',
    DateAppointed: '2025-03-13T08:15:00.000Z',
    IsSuccess: false,
    IsReturned: false,
    ReturnedType: 0,
    Status: 1,
    OrganInchargeIdLevel1: '000.00.12.H99',
    OrganInchargeName: 'UBND xã Mẫu',
    ...overrides,
  }
}

export function trace(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    DocumentId: 70107,
    DocCode: CODE,
    UserName: 'Lê Cán Bộ',
    DateCreated: '2025-03-10T10:02:00.000Z',
    Comment: 'Chuyển thẩm định',
    Status: 0,
    ...overrides,
  }
}

export function memoryInbox(options: Partial<Parameters<typeof openInbox>[0]> = {}): Inbox {
  const inbox = openInbox({ path: ':memory:', vault: createVault(randomBytes(32)), tenant: 'test', source: 'one-stop', ...options })
  onTestFinished(() => inbox.close())
  return inbox
}

export interface LgspOffice {
  readonly url: string
  readonly inbox: Inbox
  token(): Promise<string>
  /** With a token. @returns status and body */
  send(path: string, body: unknown, type?: string): Promise<readonly [number, Record<string, unknown>]>
}

export async function lgspOffice(options: Partial<LgspReceiverOptions> = {}): Promise<LgspOffice> {
  const inbox = options.inbox ?? memoryInbox()
  const url = await listening(createServer(forNode(lgspReceiver({ clients, ...options, inbox }))))
  const token = async () => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'one-stop', client_secret: 'made-up-consumer-secret' })
    return ((await (await fetch(`${url}/token`, { method: 'POST', body: form })).json()) as { access_token: string }).access_token
  }
  return {
    url,
    inbox,
    token,
    async send(path, body, type = 'application/json') {
      const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      const headers = { 'content-type': type, authorization: `Bearer ${await token()}` }
      const response = await fetch(url + path, { method: 'POST', body: text as string, headers })
      return [response.status, (await response.json()) as Record<string, unknown>]
    },
  }
}

export async function relayOffice(options: Partial<RelayReceiverOptions> = {}) {
  const inbox = options.inbox ?? memoryInbox()
  const url = await listening(createServer(forNode(relayReceiver({ access: { peers: ['127.0.0.1'] }, ...options, inbox }))))
  return {
    url,
    inbox,
    async push(body: unknown, query = '?MaDinhDanhDV=000.00.01.H99&isUpdating=True') {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const response = await fetch(`${url}/SynsTTHCC/DongBoHoSoMC${query}`, { method: 'POST', body: text })
      return [response.status, (await response.json()) as Record<string, unknown>] as const
    },
  }
}

/** A trace says what was done in the words of the one-stop system; this is the table a province writes of them. */
const NAMES: Readonly<Record<string, string>> = {
  1100: 'Tiếp nhận hồ sơ',
  1900: 'Từ chối tiếp nhận',
  3000: 'Chuyển thẩm định',
  3100: 'Trình ký',
  4100: 'Yêu cầu bổ sung',
  4200: 'Tiếp nhận bổ sung',
  5100: 'Yêu cầu nộp phí',
  5200: 'Xác nhận đã nộp phí',
  6100: 'Công dân rút hồ sơ',
  6200: 'Dừng xử lý',
  7000: 'Ký duyệt kết quả',
  8100: 'Trả kết quả',
  8900: 'Hủy bước trả kết quả',
}

export function actionNames(actions: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(actions).map(([code, status]) => [NAMES[code] ?? code, status]))
}
