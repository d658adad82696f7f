/** What the national side does with links: it fetches them. Only on this machine: the sandbox calls nobody else. */
import { createHash } from 'node:crypto'
import { get } from 'node:http'
import type { HeldDossier } from './books.js'

/** One file that a record in the books leads to. */
export interface FileLine {
  readonly maHoSo: string
  readonly list: 'TaiLieuNop' | 'DanhSachGiayToKetQua'
  readonly name: string
  readonly url: string
  /** null: no answer, or not on this machine. */
  readonly status: number | null
  readonly bytes: number
  readonly sha256: string | null
}

export async function fetchFiles(dossiers: Iterable<HeldDossier>): Promise<readonly FileLine[]> {
  const lines: FileLine[] = []
  for (const { maHoSo, record } of dossiers) {
    const named = [
      ...(record.TaiLieuNop ?? [])
        .filter(({ IsDeleted }) => IsDeleted === 'False')
        .map(({ TenTepDinhKem, DuongDanTaiTepTin }) => ['TaiLieuNop', TenTepDinhKem, DuongDanTaiTepTin] as const),
      ...(record.DanhSachGiayToKetQua ?? []).map(
        ({ TenGiayTo, DuongDanTepTinKetQua }) => ['DanhSachGiayToKetQua', TenGiayTo, DuongDanTepTinKetQua] as const,
      ),
    ]
    for (const [list, name, url] of named) lines.push({ maHoSo, list, name, url, ...(await fetched(url)) })
  }
  return lines
}

const NOTHING = { status: null, bytes: 0, sha256: null } as const

function fetched(url: string): Promise<Pick<FileLine, 'status' | 'bytes' | 'sha256'>> {
  if (URL.parse(url)?.origin.startsWith('http://127.0.0.1:') !== true) return Promise.resolve(NOTHING)
  return new Promise((resolve) => {
    const digest = createHash('sha256')
    let bytes = 0
    get(url, { agent: false, timeout: 10_000 }, (answer) => {
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        digest.update(chunk)
      })
      answer.once('end', () => resolve({ status: answer.statusCode ?? null, bytes, sha256: digest.digest('hex') }))
      answer.once('error', () => resolve(NOTHING))
    })
      .once('timeout', function (this: { destroy(): void }) {
        this.destroy()
      })
      .once('error', () => resolve(NOTHING))
  })
}
