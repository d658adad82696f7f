/** The codes of the procedure database as tables. contracts/procedure-database.md §5 */
import { comparable } from '../../base/index.js'
import type { AdministrativeLevel, Channel, ProcedureFee, ProcedureKind, TimeUnit } from '../../domain/index.js'

/** §5.1; the 2026 portal's words beside the numbers. `DIRECT_AND_ONLINE` was seen in one client and stands for two ways. */
const CHANNELS: ReadonlyMap<string, readonly Channel[]> = new Map<string, readonly Channel[]>([
  ['1', ['direct']],
  ['2', ['online']],
  ['3', ['post']],
  ['direct', ['direct']],
  ['online', ['online']],
  ['postal', ['post']],
  ['direct_and_online', ['direct', 'online']],
  ['trực tiếp', ['direct']],
  ['trực tuyến', ['online']],
  ['bưu chính công ích', ['post']],
  ['dịch vụ bưu chính', ['post']],
])

/** @returns undefined for a value that is in no list: one client takes it for "direct", which would be a guess. */
export function channelsOf(value: string): readonly Channel[] | undefined {
  return CHANNELS.get(wordOf(value))
}

export const channelCodes: Readonly<Record<Channel, string>> = { direct: '1', online: '2', post: '3' }

/** §5.2. `4` is assumed: only the label is known. */
const LEVELS: readonly { readonly level: AdministrativeLevel; readonly code: string; readonly label: string }[] = [
  { level: 'ministry', code: '0', label: 'Cấp Bộ' },
  { level: 'province', code: '1', label: 'Cấp Tỉnh' },
  { level: 'district', code: '2', label: 'Cấp Huyện' },
  { level: 'commune', code: '3', label: 'Cấp Xã' },
  { level: 'other', code: '4', label: 'Cơ quan khác' },
]
const LEVEL_BY_CODE = new Map(LEVELS.map(({ level, code }) => [code, level]))
const LEVEL_BY_LABEL = new Map(LEVELS.map(({ level, label }) => [comparable(label), level]))

export function levelOfCode(code: string): AdministrativeLevel | undefined {
  return LEVEL_BY_CODE.get(wordOf(code))
}

export function levelOfLabel(label: string): AdministrativeLevel | undefined {
  return LEVEL_BY_LABEL.get(comparable(label))
}

export function levelCode(level: AdministrativeLevel): { readonly code: string; readonly label: string } {
  return LEVELS.find((row) => row.level === level) ?? { code: '', label: '' }
}

/** §5.3; the 2026 portal shows one of three. */
const KINDS: ReadonlyMap<string, ProcedureKind> = new Map<string, ProcedureKind>([
  ['1', 'not-delegated'],
  ['2', 'delegated'],
  ['3', 'other'],
  ['tthc không được luật giao cho địa phương quy định hoặc quy định chi tiết', 'not-delegated'],
  ['tthc được luật giao quy định chi tiết', 'delegated'],
  ['loại khác', 'other'],
  ['assigned_regulation', 'delegated'],
])

export function kindOf(value: string): ProcedureKind | undefined {
  return KINDS.get(wordOf(value))
}

export const kindCodes: Readonly<Record<ProcedureKind, string>> = { 'not-delegated': '1', delegated: '2', other: '3' }

/** §5.4: phí is a charge, lệ phí a fee; one client writes an apostrophe behind the digit. `FEE` of 2026 stands for both and says neither. */
const FEE_KINDS: ReadonlyMap<string, ProcedureFee['kind']> = new Map<string, ProcedureFee['kind']>([
  ['1', 'charge'],
  ['2', 'fee'],
  ['phí', 'charge'],
  ['lệ phí', 'fee'],
  ['fee', null],
])

export function feeKindOf(value: string): ProcedureFee['kind'] | undefined {
  return FEE_KINDS.get(wordOf(value).replace(/['’‘`´]$/u, ''))
}

export const feeKindCodes: Readonly<Record<NonNullable<ProcedureFee['kind']>, string>> = { charge: '1', fee: '2' }

/** §5.5. A year is twelve months and a week seven days; the domain has no unit of their own for them. */
const UNITS: ReadonlyMap<string, { readonly unit: TimeUnit; readonly times?: number }> = new Map<
  string,
  { readonly unit: TimeUnit; readonly times?: number }
>([
  ['giờ', { unit: 'hour' }],
  ['ngày', { unit: 'day' }],
  ['ngày làm việc', { unit: 'working-day' }],
  ['tuần', { unit: 'day', times: 7 }],
  ['tháng', { unit: 'month' }],
  ['năm', { unit: 'month', times: 12 }],
  ['khác', { unit: 'other' }],
  ['hour', { unit: 'hour' }],
  ['day', { unit: 'day' }],
  ['working_day', { unit: 'working-day' }],
  ['week', { unit: 'day', times: 7 }],
  ['month', { unit: 'month' }],
  ['year', { unit: 'month', times: 12 }],
  ['other', { unit: 'other' }],
])

export function unitOf(value: string): { readonly unit: TimeUnit; readonly times?: number } | undefined {
  return UNITS.get(wordOf(value))
}

export const unitNames: Readonly<Record<TimeUnit, string>> = {
  hour: 'Giờ',
  day: 'Ngày',
  'working-day': 'Ngày làm việc',
  month: 'Tháng',
  other: 'Khác',
}

/** `01` and `1.0`, as spreadsheets and double columns leave them, are `1`. */
function wordOf(value: string): string {
  const word = comparable(value)
  const number = /^0*(\d+)(?:\.0+)?$/.exec(word)
  return number?.[1] ?? word
}
