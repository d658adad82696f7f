/**
 * The province as its offices keep it in files: a register of each agency, saved as one-stop systems and staff save them. The columns are
 * those of contracts/provincial-sources.md §10, and behind them what a province adds that wants its dossiers counted.
 */
import { crc32 } from 'node:zlib'
import { dossierStatuses, type Instant, wallClockFormat } from '../../domain/index.js'
import type { ExpectedDossier } from '../province/expected.js'
import type { Life } from '../province/life.js'
import type { Province } from '../province/province.js'
import type { Standing } from '../province/standing.js'

export const registerForms = ['csv', 'html', 'xlsx'] as const
export type RegisterForm = (typeof registerForms)[number]

export interface RegisterFile {
  readonly name: string
  readonly bytes: Uint8Array
}

const wall = wallClockFormat('dd/MM/yyyy HH:mm:ss')
const shown = (at: Instant | null): string => (at === null ? '' : wall.format(at))
const kinds = { citizen: 'Cá nhân', business: 'Doanh nghiệp', organization: 'Tổ chức' } as const

/** What the columns mean that the contract does not name, and their words: as the province would write it into its tables. */
export const registerTables = {
  columns: {
    'Mã đơn vị': 'agencyCode',
    'Mã TTHC': 'procedureCode',
    'Số giấy tờ': 'applicantId',
    'Đối tượng': 'applicantKind',
    'Hình thức nộp': 'channel',
    'Hình thức trả': 'returnBy',
    'Ngày trả': 'returnedAt',
  },
  applicantKinds: { 'Cá nhân': 'citizen', 'Doanh nghiệp': 'business', 'Tổ chức': 'organization' },
  channels: { 'Trực tuyến': 'online', 'Trực tiếp': 'direct' },
  returnWays: { 'Tại quầy': 'counter', 'Bưu chính': 'post' },
} as const

type Column = readonly [heading: string, cell: (life: Life, standing: Standing, province: Province) => string]

const columns: readonly Column[] = [
  ['Đơn vị tiếp nhận', ({ agency }) => agency.name],
  ['Tên thủ tục hành chính', ({ procedure }) => procedure.name],
  ['Mã hồ sơ', numberOf],
  ['Trạng thái', (life, { national }) => (life.fate === 'status-unmapped' ? 'Đã chuyển kho cũ' : statusText(national))],
  ['Địa chỉ', ({ index }) => `Số ${(index % 99) + 1}, đường Mẫu`],
  ['Người nộp', ({ applicant }) => applicant.name],
  ['Chủ hồ sơ', ({ applicant }) => applicant.name],
  ['Ngày nộp hồ sơ', ({ submittedAt }) => shown(submittedAt)],
  ['Ngày nhận', (_, { receivedAt }) => shown(receivedAt)],
  ['Ngày hẹn trả', (_, { dueAt }) => shown(dueAt)],
  ['Ngày kết thúc xử lý', (_, { releasedAt }) => shown(releasedAt)],
  ['Ngày trả', (_, { finishedAt }) => shown(finishedAt)],
  ['Mã đơn vị', ({ agency }) => agency.code],
  ['Mã TTHC', ({ procedure }) => procedure.localCode],
  ['Số giấy tờ', ({ applicant }) => applicant.number],
  ['Đối tượng', (life) => (life.fate === 'applicant-kind-missing' ? '' : kinds[life.applicant.kind])],
  ['Hình thức nộp', ({ online }) => (online ? 'Trực tuyến' : 'Trực tiếp')],
  ['Hình thức trả', ({ byPost }) => (byPost ? 'Bưu chính' : 'Tại quầy')],
]

function statusText(national: number): string {
  const known = Object.entries(dossierStatuses).find(([code]) => Number(code) === national)
  return known?.[1].says.vi ?? ''
}

/** A register knows no other name for a dossier than its number, and keeps the one it had when the story began. */
function numberOf(life: Life, { code }: Standing, { plan }: Province): string {
  return life.events.some(({ kind, at }) => kind === 'renumbered' && at > plan.start) ? life.code : code
}

/** Copies, groups and tests are no rows of a register, nor is what an older system left or nobody received yet. */
const UNREGISTERED = new Set(['copy', 'group', 'test', 'migrated'])

/** A register of each agency, whole, as it is now. */
export function registerFiles(province: Province, form: RegisterForm): readonly RegisterFile[] {
  const byAgency = new Map<string, string[][]>()
  for (const life of province.lives) {
    const standing = province.standing(life)
    if (UNREGISTERED.has(life.fate) || standing.receivedAt === null) continue
    const rows = byAgency.get(life.agency.code) ?? []
    rows.push([String(rows.length + 1), ...columns.map(([, cell]) => cell(life, standing, province))])
    byAgency.set(life.agency.code, rows)
  }
  const headings = ['STT', ...columns.map(([heading]) => heading)]
  return [...byAgency].map(([code, rows]) => ({ name: `so-theo-doi-${code}.${EXTENSIONS[form]}`, bytes: WRITERS[form](headings, rows) }))
}

/** What the national portal can hold of a dossier that only a register told of: no steps but none, no fees, and its first number. */
export function expectedThroughRegister(expected: ExpectedDossier): ExpectedDossier {
  return { ...expected, feeTotal: 0, steps: [] }
}

const EXTENSIONS: Readonly<Record<RegisterForm, string>> = { csv: 'csv', html: 'xls', xlsx: 'xlsx' }
type Writer = (headings: readonly string[], rows: readonly (readonly string[])[]) => Uint8Array
const utf8 = new TextEncoder()

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const WRITERS: Readonly<Record<RegisterForm, Writer>> = {
  csv(headings, rows) {
    const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
    return utf8.encode(`\uFEFF${[headings, ...rows].map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`)
  },
  html(headings, rows) {
    const line = (cells: readonly string[]) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`
    const title = '<tr><td colspan="8"><strong>Danh sách hồ sơ</strong></td></tr><tr><td colspan="8"></td></tr>'
    return utf8.encode(
      `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body><table><thead>${title}${line(headings)}</thead><tbody id="data">\n${rows.map(line).join('\n')}\n</tbody></table></body></html>`,
    )
  },
  xlsx(headings, rows) {
    const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    const line = (cells: readonly string[]) =>
      `<row>${cells.map((cell) => `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`).join('')}</row>`
    return archive({
      'xl/workbook.xml': `<?xml version="1.0"?><workbook ${main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sổ theo dõi" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels':
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet ${main}><sheetData>${[headings, ...rows].map(line).join('')}</sheetData></worksheet>`,
    })
  },
}

/** A ZIP whose parts are kept as they are. */
function archive(parts: Readonly<Record<string, string>>): Uint8Array {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content)
    const name = Buffer.from(path)
    const facts = Buffer.alloc(18)
    facts.writeUInt32LE(crc32(bytes), 4)
    facts.writeUInt32LE(bytes.length, 8)
    facts.writeUInt32LE(bytes.length, 12)
    facts.writeUInt16LE(name.length, 16)
    const header = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0]), facts, Buffer.alloc(2), name])
    const place = Buffer.alloc(16)
    place.writeUInt32LE(offset, 12)
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0, 0, 0]), facts, place, name)
    local.push(header, bytes)
    offset += header.length + bytes.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(parts).length, 8)
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, ...directory, end])
}
