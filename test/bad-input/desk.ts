/** An office that is handed bad input, and what the person on duty is told of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { isLienthongError, type LienthongError, type Text } from '../../src/base/index.js'
import { nationalPortal } from '../../src/connectors/index.js'
import { failureEntries, type Ledger } from '../../src/ledger/index.js'
import { loadDefaults, procedureDirectory, procedureLookup } from '../../src/mappers/index.js'
import { type DossierSource, type PassReport, portalTarget, runPass, type TenantSync } from '../../src/sync/index.js'
import { certifiedCopy } from '../mappers/made-up.js'
import { codeOf, openOffice, TENANT } from '../sync/office.js'
import { manualClock } from '../transport/manual-clock.js'

export const agencyCode = '000.00.00.H99'

export function fileOf(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bad-input-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

export interface Message {
  readonly cause: string
  readonly place: string
  readonly text: Text
  readonly hint: Text
}

/** An office whose one source is `source`. */
export async function deskWith(source: DossierSource, more: Partial<TenantSync> = {}) {
  const office = await openOffice({})
  const sync: TenantSync = { ...office.sync, sources: { desk: source }, ...more }
  return {
    ...office,
    sync,
    async run(next: Partial<TenantSync> = {}): Promise<PassReport> {
      const report = await runPass({ ...sync, ...next })
      balanced(report)
      return report
    },
    said: (report: PassReport) => messages(office.ledger, report),
  }
}

/** Seen is the sum of what became of it. */
export function balanced(report: PassReport): void {
  for (const { seen, unchanged, skipped, failed, pending, created, updated, superseded } of report.runs)
    expect(unchanged + skipped + failed + pending + created + updated + superseded).toBe(seen)
}

/** All a pass has to say: failures of dossiers, errors of sources, and why it stopped. Each in both languages and with what to do. */
export async function messages(ledger: Ledger, report: PassReport): Promise<readonly Message[]> {
  const failures = await failureEntries(ledger, TENANT, {}, 1000)
  const errors = [report.stopped, ...report.runs.map(({ error }) => error)].filter((error) => isLienthongError(error))
  const all = [
    ...failures.map(({ cause, place, message, hint }) => ({ cause, place, text: message, hint })),
    ...errors.map((error) => messageOf(error)),
  ]
  for (const { text, hint } of all) for (const said of [text.en, text.vi, hint.en, hint.vi]) expect(said.trim()).not.toBe('')
  for (const { text } of all) expect(text.en).not.toMatch(/\{\w+\}/)
  return all
}

export function messageOf(error: LienthongError): Message {
  return { cause: error.code, place: error.operation ?? '', text: error.text, hint: error.hintText }
}

const HEADINGS =
  'STT,Đơn vị tiếp nhận,Tên thủ tục hành chính,Mã hồ sơ,Trạng thái,Địa chỉ,Người nộp,Chủ hồ sơ,Ngày nộp hồ sơ,Ngày nhận,Ngày hẹn trả,Ngày kết thúc xử lý'

/** A row of a register; `changes` by its headings. */
export function entry(n: number, changes: Readonly<Record<string, string>> = {}): string {
  const cells: Record<string, string> = {
    STT: String(n),
    'Đơn vị tiếp nhận': 'UBND xã Mẫu',
    'Tên thủ tục hành chính': 'Chứng thực bản sao từ bản chính',
    'Mã hồ sơ': codeOf(n),
    'Trạng thái': 'Đang xử lý',
    'Địa chỉ': '"Số 2, đường Mẫu"',
    'Người nộp': 'Trần Thị Ví Dụ',
    'Chủ hồ sơ': 'Trần Thị Ví Dụ',
    'Ngày nộp hồ sơ': '05/03/2025 08:55:00',
    'Ngày nhận': '05/03/2025 09:00:00',
    'Ngày hẹn trả': '07/03/2025 17:00:00',
    'Ngày kết thúc xử lý': '',
    ...changes,
  }
  return HEADINGS.split(',')
    .map((heading) => cells[heading])
    .join(',')
}

export const register = (...entries: readonly string[]): string => [HEADINGS, ...entries, ''].join('\r\n')

export const procedures = { ...procedureLookup([certifiedCopy]), version: '1' }

/** The national portal at this address, with the mapping of a province; waits take no time. */
export function portalAt(adapterUrl: string, credentials = { username: '000.00.00.H99', password: 'sandbox' }, clock = manualClock()) {
  return portalTarget({
    portal: nationalPortal({
      adapterUrl,
      agencyCode,
      credentials,
      dialect: 'vpcp-2020',
      dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
      clock,
      random: () => 0,
    }),
    tables: loadDefaults('ndjson'),
    procedures: procedureDirectory([{ value: certifiedCopy, place: 'procedures' }]),
    agencyCode,
  })
}
