/** A small iGate over real HTTP whose every row a test can move, change or spoil. */
import type { ServerResponse } from 'node:http'
import { igate } from '../../../src/connectors/index.js'
import { loadDefaults } from '../../../src/mappers/index.js'
import { type IgateSourceOptions, igateSource } from '../../../src/sync/index.js'
import type { SourceWorld } from '../../../src/testing/index.js'
import { loopback } from '../../transport/loopback.js'
import { type ManualClock, manualClock } from '../../transport/manual-clock.js'

export type Row = Record<string, unknown>

export interface Asked {
  readonly page: number
  readonly size: number
  /** Of the list calls without a code, from 1. */
  readonly look: number
}

const START = Date.UTC(2025, 2, 10, 1)
const MINUTE = 60_000

export const idOf = (n: number) => `66f0000000000000${n.toString(16).padStart(8, '0')}`
const codeOf = (n: number) => `000.00.12.H99-250310-${String(n).padStart(4, '0')}`
const utc = (at: number) => new Date(at).toISOString().replace('Z', '+0000')

export function igateRow(n: number, at: number, more: Row = {}): Row {
  return {
    id: idOf(n),
    code: codeOf(n),
    dossierStatus: { id: 2, name: 'Đang xử lý' },
    applicant: { data: { fullname: 'Nguyễn Văn Mẫu', identityNumber: '099090000001', chonDoiTuong: 1 } },
    procedure: { code: '2.000815.000.00.00.H99', translate: [{ languageId: 228, name: 'Chứng thực bản sao từ bản chính' }] },
    agency: { code: '000.00.12.H99', name: 'UBND xã Mẫu' },
    applyMethod: { id: 1, name: 'Trực tiếp' },
    acceptedDate: utc(START),
    updatedDate: utc(at),
    task: [],
    dossierFee: [],
    ...more,
  }
}

export async function paperIgate(count: number) {
  let time = START
  let issued = 0
  const rows = new Map<string, Row>()
  const stamp = () => {
    time += MINUTE
    return time
  }
  const add = (at: number, more: Row = {}) => {
    issued++
    rows.set(idOf(issued), igateRow(issued, at, more))
    return idOf(issued)
  }
  for (let n = 0; n < count; n++) add(stamp())
  let left: number | undefined
  let hangs = false
  let looks = 0
  const asked: Asked[] = []
  const script: { beforeLook?: (asked: Asked) => void; sorted: boolean; totals: boolean } = { sorted: true, totals: true }
  const inOrder = () =>
    script.sorted ? [...rows.values()].sort((a, b) => (String(a.updatedDate) < String(b.updatedDate) ? 1 : -1)) : [...rows.values()]

  const { url } = await loopback((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    if (pathname.endsWith('/token')) return json(response, { access_token: 'paper', expires_in: 86_400 })
    if (hangs) return undefined
    if (!pathname.endsWith('/search')) {
      const row = rows.get(pathname.slice(pathname.lastIndexOf('/') + 1))
      return row === undefined ? json(response, { status: 404, error: 'Not Found' }, 404) : json(response, row)
    }
    const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('size'))]
    const code = searchParams.get('code')
    if (code === null) {
      const look = { page, size, look: ++looks }
      asked.push(look)
      script.beforeLook?.(look)
    }
    const hits = inOrder().filter((row) => code === null || String(row.code).includes(code))
    const content = hits.slice(page * size, (page + 1) * size)
    if (left !== undefined && left < content.length) return json(response, { status: 500 }, 500)
    if (left !== undefined) left -= content.length
    const totals = script.totals ? { totalElements: hits.length, totalPages: Math.ceil(hits.length / size) } : {}
    return json(response, { content, number: page, size, last: (page + 1) * size >= hits.length, ...totals })
  })

  const edit = (key: string, change: (row: Row) => Row) => {
    const row = rows.get(key)
    if (row !== undefined) rows.set(key, change(row))
  }
  const touch = (key: string) => edit(key, (row) => ({ ...row, updatedDate: utc(stamp()) }))
  const world: SourceWorld = {
    keys: () => [...rows.keys()],
    add: () => add(stamp()),
    addMany(more) {
      for (let n = 0; n < more; n++) add(stamp())
    },
    addLate: () => add(time - 30 * MINUTE),
    change(key) {
      edit(key, (row) => ({ ...row, appointmentDate: utc(START + stamp()), updatedDate: utc(time) }))
    },
    remove(key) {
      rows.delete(key)
    },
    spoil: (key) => edit(key, ({ id: _, ...row }) => ({ ...row, updatedDate: utc(stamp()) })),
    failAfter(records) {
      left = records
    },
    hang(on) {
      hangs = on
    },
    moveWhileReading() {
      // The last row jumps to the top, and the first one goes for good and comes back changed.
      const [last, first] = [inOrder().at(-1), inOrder()[0]]
      touch(String(last?.id))
      touch(String(first?.id))
    },
  }
  const clock: ManualClock = manualClock(START + 365 * 24 * 60 * MINUTE)
  return {
    world,
    rows,
    asked,
    script,
    clock,
    add: (more: Row = {}) => add(stamp(), more),
    touch,
    client: () =>
      igate({
        baseUrl: url,
        tokenUrl: `${url}/auth/token`,
        credentials: { clientId: 'paper', clientSecret: 'paper' },
        clock: manualClock(),
        random: () => 0,
      }),
    source(options: Partial<IgateSourceOptions> = {}) {
      return igateSource({ client: this.client(), tables: loadDefaults('igate2'), agencyCode: '000.00.00.H99', pageSize: 3, clock, ...options })
    },
  }
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
