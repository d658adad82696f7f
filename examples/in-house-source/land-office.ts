/**
 * The system of a land office, as a province might have had it written: a list of files with the time of their last change, and a place
 * to mark what was reported. Stands in for yours; a test needs no more of a system than this.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface LandFile {
  readonly id: number
  readonly so: string
  readonly thuTuc: string
  readonly chuSuDung: string
  readonly loai: string
  readonly soGiayTo: string
  readonly trangThai: string
  readonly ngayNhan: string | null
  readonly henTra: string | null
  readonly ngayXong: string | null
  readonly lePhi: string | null
  readonly daNop: string
  readonly buoc: readonly { readonly luc: string; readonly viec: string; readonly nguoi: string }[]
  /** Counts up with every change. */
  readonly phienBan: number
  /** Written by whoever reports it. */
  readonly maQuocGia: string | null
}

export const TOKEN = 'land-office-token'
const PAGE = 3

export async function startLandOffice() {
  const files = new Map<number, LandFile>()
  let version = 0
  let left: number | undefined
  let silent = false
  const waiting = new Set<ServerResponse>()

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://land')
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return json(response, 401, { error: 'token' })
    if (silent) return void waiting.add(response)
    const [, , id, part] = url.pathname.split('/')
    const file = files.get(Number(id))
    if (id === undefined) return list(Number(url.searchParams.get('tu') ?? 0), Number(url.searchParams.get('sau') ?? 0), response)
    if (file === undefined) return json(response, 404, { error: 'no such file' })
    if (part === undefined) return json(response, 200, { ...file, docLuc: new Date().toISOString() })
    let body = ''
    for await (const chunk of request) body += chunk
    // Only the version that was reported is marked: the office does not count a mark as a change.
    const { phienBan, maQuocGia } = JSON.parse(body)
    if (phienBan !== file.phienBan) return json(response, 409, { error: 'changed' })
    files.set(file.id, { ...file, maQuocGia })
    json(response, 200, { ok: true })
  }

  /** Files from a version on, behind a file of that version, in the order of their changes. */
  const list = (from: number, behind: number, response: ServerResponse) => {
    const rows = [...files.values()]
      .filter(({ id, phienBan }) => phienBan > from || (phienBan === from && id > behind))
      .sort((a, b) => a.phienBan - b.phienBan || a.id - b.id)
    const page = rows.slice(0, PAGE)
    left = left === undefined ? undefined : left - page.length
    if (left !== undefined && left < 0) return json(response, 503, { error: 'maintenance' })
    json(response, 200, { hoSo: page.map((file) => ({ ...file, docLuc: new Date().toISOString() })), conNua: rows.length > page.length })
  }

  const put = (file: Omit<LandFile, 'phienBan'>, phienBan = ++version) => {
    files.set(file.id, { ...file, phienBan })
    return String(file.id)
  }
  const add = (phienBan?: number) => put(landFile(Math.max(0, ...files.keys()) + 1), phienBan)

  const server = createServer((request, response) => {
    answer(request, response).catch(() => json(response, 500, {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  for (let count = 0; count < 8; count++) add()

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: () => [...files.values()],
    /** What the tests of the source may do to the office. */
    world: {
      keys: () => [...files.keys()].map(String),
      add: () => add(),
      addLate: () => add(version),
      addMany: (count: number) => {
        for (let added = 0; added < count; added++) add()
      },
      change: (key: string) => {
        const file = files.get(Number(key))
        if (file) put({ ...file, ...(file.trangThai === 'Đang thẩm định' ? finished : { trangThai: 'Đang thẩm định' }) })
      },
      remove: (key: string) => void files.delete(Number(key)),
      spoil: (key: string) => {
        const file = files.get(Number(key))
        if (file) put({ ...file, so: 7 as never })
      },
      failAfter: (records: number | undefined) => {
        left = records
      },
      hang: (on: boolean) => {
        silent = on
        for (const response of waiting) response.destroy()
        waiting.clear()
      },
      marks: () => Object.fromEntries([...files.values()].flatMap(({ id, maQuocGia }) => (maQuocGia === null ? [] : [[String(id), maQuocGia]]))),
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const finished = { trangThai: 'Đã cấp giấy', ngayXong: '12/03/2025 16:20' }

/** A made-up person; numbers of province part 099 are never issued. */
function landFile(id: number): Omit<LandFile, 'phienBan'> {
  return {
    id,
    so: `000.00.12.H99-250310-${String(id).padStart(4, '0')}`,
    thuTuc: '1.001612.000.00.00.H99',
    chuSuDung: 'Nguyễn Văn Mẫu',
    loai: 'Cá nhân',
    soGiayTo: '099090000001',
    trangThai: 'Đang thẩm định',
    ngayNhan: '10/03/2025 08:15',
    henTra: '13/03/2025 08:15',
    ngayXong: null,
    lePhi: '100.000 đ',
    daNop: 'Đã nộp',
    buoc: [
      { luc: '10/03/2025 08:15', viec: 'Tiếp nhận', nguoi: 'Lê Cán Bộ' },
      { luc: '10/03/2025 14:00', viec: 'Thẩm định', nguoi: 'Lê Cán Bộ' },
    ],
    maQuocGia: null,
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
