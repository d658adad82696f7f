/**
 * What an older .NET one-stop system says through its WCF service `IMotCuaService`, as SOAP or as JSON. contracts/provincial-sources.md §9.1.
 * Confirmed: the operations and their parameters, `HoSoID`, `SoBienNhan`, `NgayNhan`, `NgayHenTra`, `ThuTucId`. All other names are assumed
 * and can be named otherwise by {@link FieldNames}.
 */

/** Fields of a dossier that we read, and the element that holds each. */
export const dossierFields = {
  id: 'HoSoID',
  receiptNumber: 'SoBienNhan',
  procedureCode: 'MaThuTuc',
  procedureName: 'TenThuTuc',
  submitterName: 'HoTenNguoiNop',
  submitterId: 'SoGiayTo',
  receivedAt: 'NgayNhan',
  dueAt: 'NgayHenTra',
  status: 'TrangThaiHoSoID',
  returnedAt: 'NgayTraKetQua',
  // No installation is known to show these: named in the configuration where one does.
  ownerName: null,
  applicantKind: null,
  channel: null,
  returnBy: null,
  finishedAt: null,
  submittedAt: null,
  agencyCode: null,
  agencyName: null,
  note: null,
} as const satisfies Readonly<Record<string, string | null>>
export type DossierField = keyof typeof dossierFields

/** Of a step. All assumed: no answer of `MotCua_QuaTrinhXuLys_GetByHoSoID` was ever seen. */
export const stepFields = {
  id: 'QuaTrinhXuLyID',
  at: 'NgayXuLy',
  status: 'TrangThaiHoSoID',
  action: 'CongViec',
  officer: 'NguoiXuLy',
  department: 'PhongBan',
  note: 'NoiDungXuLy',
} as const satisfies Readonly<Record<string, string>>
export type StepField = keyof typeof stepFields

/** Elements that an installation calls otherwise; null: it has none. */
export interface FieldNames {
  readonly dossier?: Readonly<Partial<Record<DossierField, string | null>>>
  readonly step?: Readonly<Partial<Record<StepField, string | null>>>
}

export type WcfDossier = Readonly<Record<DossierField, string | null>>
export type WcfStep = Readonly<Record<StepField, string | null>>

/** A record's own fields as texts; a field that holds more than a text is left out. Names in small letters: the product spells `…ID` and `…Id`. */
export type Cells = ReadonlyMap<string, string | null>

/** @returns undefined for what is no record */
export function cellsOf(record: unknown): Cells | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return undefined
  const cells = new Map<string, string | null>()
  for (const [name, value] of Object.entries(record)) {
    const text = name === '$' || name === '_' ? undefined : textOf(value)
    if (text !== undefined) cells.set(name.toLowerCase(), text)
  }
  return cells
}

export function dossierIn(cells: Cells, names: FieldNames['dossier'] = {}): WcfDossier {
  return read({ ...dossierFields, ...names }, cells) as WcfDossier
}

export function stepIn(cells: Cells, names: FieldNames['step'] = {}): WcfStep {
  return read({ ...stepFields, ...names }, cells) as WcfStep
}

function read(names: Readonly<Record<string, string | null>>, cells: Cells): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(names).map(([field, name]) => [field, name === null ? null : (cells.get(name.toLowerCase()) ?? null)]))
}

/** A page of a search. */
export interface WcfPage {
  readonly rows: readonly unknown[]
  /** Rows in all; null where the answer does not say. */
  readonly total: number | null
}

/** Out of the `…Result` element, or its JSON. Some answers have no frame around the list. @returns undefined when it is no page */
export function pageIn(result: unknown): WcfPage | undefined {
  if (Array.isArray(result)) return { rows: result, total: null }
  if (result === null || result === '') return { rows: [], total: null }
  if (typeof result !== 'object') return undefined
  const total = textOf(field(result, 'TotalRow') ?? field(result, 'TotalCount') ?? null)
  const data = field(result, 'Data')
  const count = total !== undefined && total !== null && /^\d{1,9}$/.test(total) ? Number(total) : null
  if (data === undefined) return count === null ? { rows: listIn(result), total: null } : undefined
  return { rows: listIn(data), total: count }
}

/** Records of a list: JSON has them in an array, XML each in an element of its type's name. */
export function listIn(list: unknown): readonly unknown[] {
  if (Array.isArray(list)) {
    const [only] = list
    // XML: the one element that holds them all.
    if (list.length === 1 && holdsLists(only)) return listIn(only)
    return list.filter((row) => row !== '')
  }
  if (typeof list !== 'object' || list === null) return []
  return Object.entries(list).flatMap(([name, rows]) => (name !== '$' && name !== '_' && Array.isArray(rows) ? rows : []))
}

function holdsLists(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const children = Object.entries(value).filter(([name]) => name !== '$' && name !== '_')
  return children.every(([, rows]) => Array.isArray(rows) && rows.every((row) => typeof row === 'object'))
}

export function field(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  return Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
}

/** @returns undefined for what is no text; null for `i:nil` and JSON's null */
export function textOf(value: unknown): string | null | undefined {
  if (value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.length === 0 ? null : textOf(value[0])
  if (typeof value !== 'object' || value === undefined) return undefined
  const attributes: unknown = Reflect.get(value, '$')
  const nil =
    typeof attributes === 'object' && attributes !== null ? Object.entries(attributes).find(([name]) => /(?:^|:)nil$/.test(name))?.[1] : undefined
  if (nil === 'true' || nil === '1') return null
  const text: unknown = Reflect.get(value, '_')
  if (typeof text === 'string') return text
  return Object.keys(value).every((name) => name === '$') ? '' : undefined
}
