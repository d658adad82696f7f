/** The REST face of TD.DichVuCong over the story of a province. contracts/provincial-sources.md §8.2 */
import { type Answer, type Incoming, json } from '../exchange.js'
import type { Province } from '../province/province.js'
import type { Call, SimulatedSystem } from '../system.js'
import { procedureRows, type TdRecord, type TdRow, tdRecord, tdRecords } from './td-rows.js'

export const TD_BASE = '/one-stop/td/api/v1'

export interface TdRestOptions {
  readonly token: string
}

const LARGEST_PAGE = 500
const USUAL_PAGE = 10

export function tdRestFace(current: () => Province | undefined, { token }: TdRestOptions): SimulatedSystem {
  const handle = (request: Incoming): Answer => {
    if (request.headers.authorization !== `Bearer ${token}`) return unauthorized()
    if (request.method !== 'GET') return { status: 405, body: '' }
    const [collection = '', ...rest] = partsOf(request)
    const province = current()
    const records = province === undefined ? [] : recordsFor(province, parameter(request, 'MaHoSo'))
    if (rest.length === 0 && collection === 'hosos') return dossiers(records, request)
    if (rest.length === 0 && collection === 'quatrinhxulyhosos')
      return paged(
        records.flatMap(({ steps }) => steps),
        request,
      )
    if (rest.length === 0 && collection === 'yeucauthanhtoans')
      return paged(
        records.flatMap(({ fees }) => fees),
        request,
      )
    if (rest.length === 0 && collection === 'thutucs') return paged(procedureRows(), request)
    return notFound()
  }
  return {
    name: 'one-stop-td',
    base: TD_BASE,
    open: (request): Call => ({
      service: partsOf(request)[0] ?? '',
      key: request.query.toString(),
      stepKeys: [],
      run: () => handle(request),
      sessionLost: unauthorized,
      // Some controllers answer with the bare text of an exception.
      rejected: () => json('Object reference not set to an instance of an object.', 500),
    }),
  }
}

/** Route casing is free. */
function partsOf(request: Incoming): readonly string[] {
  return request.path
    .slice(TD_BASE.length + 1)
    .toLowerCase()
    .split('/')
}

function parameter(request: Incoming, name: string): string {
  for (const [key, value] of request.query) if (key.toLowerCase() === name.toLowerCase()) return value.trim()
  return ''
}

function recordsFor(province: Province, code: string): readonly TdRecord[] {
  if (code === '') return [...tdRecords(province)]
  const life = province.byCode(code)
  return life === undefined || life.fate === 'copy' || life.fate === 'group' ? [] : [tdRecord(life, province.standing(life))]
}

const DAY = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?$/

function dossiers(records: readonly TdRecord[], request: Incoming): Answer {
  const [from, to, state] = ['TiepNhanFrom', 'TiepNhanTo', 'TrangThaiHoSoId'].map((name) => parameter(request, name))
  if ([from, to].some((day) => day !== '' && !DAY.test(day ?? ''))) return json('String was not recognized as a valid DateTime.', 500)
  const rows = records
    .map(({ dossier, life }): TdRow => ({ ...dossier, TenTTHC: life.procedure.name, TenDonVi: life.agency.name }))
    .filter(({ NgayTiepNhan, TrangThaiHoSoId }) => {
      const received = NgayTiepNhan?.slice(0, 19) ?? ''
      if ((from !== '' || to !== '') && received === '') return false
      return (!from || received >= from.replace('T', ' ')) && (!to || received <= to.replace('T', ' ')) && (!state || TrangThaiHoSoId === state)
    })
  return paged(rows, request)
}

/** `PageNumber` counts from 1. */
function paged(rows: readonly TdRow[], request: Incoming): Answer {
  const pageSize = Math.min(LARGEST_PAGE, Math.max(1, Number(parameter(request, 'PageSize')) || USUAL_PAGE))
  const currentPage = Math.max(1, Number(parameter(request, 'PageNumber')) || 1)
  const totalPages = Math.ceil(rows.length / pageSize)
  return json({
    data: rows.slice((currentPage - 1) * pageSize, currentPage * pageSize).map(camel),
    currentPage,
    totalPages,
    totalCount: rows.length,
    pageSize,
    hasPreviousPage: currentPage > 1,
    hasNextPage: currentPage < totalPages,
  })
}

/** Keys in camelCase, dates as JSON writes them, amounts as numbers. */
function camel(row: TdRow): Readonly<Record<string, string | number | null>> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      const date = value !== null && /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{7}$/.test(value) ? value.slice(0, 19).replace(' ', 'T') : value
      const amount = ['SoTien', 'Phi', 'LePhi'].includes(column) && date !== null ? Number(date) : date
      return [column === 'MaTTHC' ? 'maTTHC' : column === 'TenTTHC' ? 'tenTTHC' : column.charAt(0).toLowerCase() + column.slice(1), amount]
    }),
  )
}

function unauthorized(): Answer {
  return json(failure(401, 'Authentication Failed.'), 401)
}

function notFound(): Answer {
  return { status: 404, body: '' }
}

function failure(statusCode: number, exception: string): unknown {
  return {
    messages: [],
    source: 'TD.DichVuCong',
    exception,
    errorId: '0f0f0f0f-0000-4000-8000-000000000001',
    supportMessage: 'Provide the ErrorId to the support team.',
    statusCode,
  }
}
