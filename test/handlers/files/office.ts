/** A province whose dossiers name files on its disk, the sandbox's portal that is led to them, and the handler that serves them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { assembleFiles, assembleTenant, type ConfigInput, loadConfig } from '../../../src/config/index.js'
import type { SourceFile } from '../../../src/domain/index.js'
import { type FileDownload, type FileLinksOptions, fileLinks, forNode, type InboundHandler } from '../../../src/handlers/index.js'
import { type Ledger, newLedgerKey, openLedger, parseLedgerKey } from '../../../src/ledger/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import { type PassReport, runPass, type TenantSync } from '../../../src/sync/index.js'
import { emptyFolder } from '../../cli/command-line.js'
import { type ManualClock, manualClock } from '../../transport/manual-clock.js'
import { listening } from '../servers.js'

export const TENANT = 'mau'

export interface NamedFile {
  readonly name: string
  readonly file?: SourceFile | null
  readonly url?: string
}

export interface FileDossier {
  readonly localCode: string
  readonly summary?: string
  readonly documents?: readonly NamedFile[]
  readonly results?: readonly NamedFile[]
}

export interface FetchedFile {
  readonly maHoSo: string
  readonly list: string
  readonly name: string
  readonly status: number | null
  readonly bytes: number
  readonly sha256: string | null
}

export interface FileOffice {
  readonly folder: string
  readonly clock: ManualClock
  readonly ledger: Ledger
  readonly publicUrl: string
  /** What the source shows from now on. */
  dossiers(...dossiers: readonly FileDossier[]): void
  /** Writes a file below the source's root. */
  write(path: string, content: Uint8Array | string): void
  configure(change: (tenant: ConfigInput['tenants'][string]) => void): void
  sync(): Promise<TenantSync>
  run(options?: Parameters<typeof runPass>[1]): Promise<PassReport>
  /** Every address that the portal was given, by the name of its file. */
  links(): Readonly<Record<string, string>>
  /** What the sandbox's portal gets when it fetches all of them. */
  fetched(): Promise<readonly FetchedFile[]>
  /** Calls that wrote something at the portal. */
  writes(): number
  /** Serves from now on at {@link publicUrl}; anew when called again. */
  serve(options?: Partial<FileLinksOptions>): Promise<InboundHandler>
  readonly downloads: FileDownload[]
}

export const pdf = (text: string) => Buffer.from(`%PDF-1.7\n${text}\n%%EOF\n`)

const line = ({ localCode, summary = 'bản 1', documents, results }: FileDossier) =>
  JSON.stringify({
    ...{ localCode, procedureCode: '1.001612', agencyCode: '000.00.12.H99', agencyName: 'Sở Mẫu', applicantName: 'Nguyễn Văn Mẫu' },
    ...{ applicantKind: 'citizen', channel: 'online', returnBy: 'counter', status: 10, summary, fees: [], digitised: true },
    ...{ submittedAt: '2026-10-01T08:00:00+07:00', receivedAt: '2026-10-01T08:15:00+07:00', dueAt: '2026-10-09T16:15:00+07:00' },
    ...{ finishedAt: '2026-10-08T08:00:00+07:00', returnedAt: '2026-10-08T09:00:00+07:00' },
    ...(documents && { documents }),
    ...(results && { results: results.map((result) => ({ resultCode: 'KQ.G15.000031', ...result })) }),
  })

export async function fileOffice(): Promise<FileOffice> {
  const sandbox = await startSandbox({ options: { portal: { accounts: [{ username: 'u', password: 'p', agencyCode: '000.00.00.H99' }] } } })
  onTestFinished(() => sandbox.stop())
  const folder = emptyFolder()
  const key = newLedgerKey()
  writeFileSync(join(folder, 'key'), key)
  mkdirSync(join(folder, 'files'))
  let handler: InboundHandler = async () => ({ status: 503, headers: {}, body: null })
  const origin = await listening(
    createServer(
      forNode(async (request) => {
        const below = request.url.replace(/^\/lt(?=\/|$)/, '')
        return handler({ ...request, url: below === '' ? '/' : below })
      }),
    ),
  )
  const publicUrl = `${origin}/lt`
  const config: ConfigInput = {
    version: 1,
    ledger: { url: 'sqlite::memory:', key: { file: './key' } },
    tenants: {
      [TENANT]: {
        agencyCode: '000.00.00.H99',
        sources: { desk: { dialect: 'file-ndjson', file: './dossiers.ndjson', files: { roots: ['./files'] } } },
        portal: {
          adapterUrl: sandbox.systems['national-portal']?.url ?? '',
          dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
          credentials: { username: 'u', password: { env: 'PASSWORD' } },
        },
        procedures: { list: [{ localCode: '1.001612', nationalCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' }] },
        files: { publicUrl },
      },
    },
  }
  const clock = manualClock(Date.UTC(2026, 10, 22, 1, 0, 0))
  const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(key) as Uint8Array, access: 'write', clock })
  onTestFinished(() => ledger.close())
  const downloads: FileDownload[] = []
  const load = () => {
    writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
    return loadConfig(undefined, folder, { PASSWORD: 'p' })
  }
  const office: FileOffice = {
    ...{ folder, clock, ledger, publicUrl, downloads },
    dossiers: (...dossiers) => writeFileSync(join(folder, 'dossiers.ndjson'), dossiers.map(line).join('\n')),
    write(path, content) {
      const file = join(folder, 'files', path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
    },
    configure(change) {
      const tenant = config.tenants[TENANT]
      if (tenant) change(tenant)
    },
    sync: async () => assembleTenant(await load(), TENANT, ledger, { clock }),
    run: async (options) => runPass(await office.sync(), options),
    links() {
      const named = sandbox
        .dossiers()
        .flatMap(({ record }) => [
          ...(record.TaiLieuNop ?? []).map((one) => [one.TenTepDinhKem, one.DuongDanTaiTepTin]),
          ...(record.DanhSachGiayToKetQua ?? []).map((one) => [one.TenGiayTo, one.DuongDanTepTinKetQua]),
        ])
      return Object.fromEntries(named) as Record<string, string>
    },
    async fetched() {
      const answer = await fetch(`${sandbox.origin}/__sandbox/national-portal/files`)
      const lines = (await answer.text()).split('\n').filter((text) => text !== '')
      return lines.map((text) => JSON.parse(text) as FetchedFile)
    },
    writes: () => sandbox.dossiers().reduce((sum, { creates, updates }) => sum + creates + updates, 0),
    async serve(options = {}) {
      const files = await assembleFiles(await load(), TENANT, ledger)
      if (files === undefined) throw new Error('no files configured')
      handler = fileLinks({ ledger, tenants: { [TENANT]: files }, onDownload: (download) => downloads.push(download), ...options })
      return handler
    },
  }
  return office
}

export function bytesOn(office: FileOffice, path: string): Buffer {
  return readFileSync(join(office.folder, 'files', path))
}
