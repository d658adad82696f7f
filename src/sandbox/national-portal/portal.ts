/** The national portal behind its doors: what it holds, and what it does with each service. contracts/national-portal.md §4. */
import { type Clock, hashText } from '../../base/index.js'
import type { ProgressStepRecord } from '../../connectors/national-portal/wire.js'
import { instant, isoInstant, isSameOrAbove, parseAgencyCode } from '../../domain/index.js'
import { agencies, PROVINCE_AGENCY } from '../province/catalogue.js'
import { type HeldDossier, type PortalEntry, portalBooks, stepKey } from './books.js'
import type { PortalAccount, PortalOptions } from './options.js'
import { type Refusal, refusals } from './refusals.js'
import { type Checked, checkDossier, checkStep } from './validation.js'

/** What came in, after envelope or path were read. */
export interface ServiceRequest {
  readonly service: string
  readonly madonvi: unknown
  /** `isUpdating`, `data`, `mahoso`, … */
  readonly fields: Readonly<Record<string, unknown>>
}

export interface ServiceAnswer {
  /** `0` is spelled in three ways on the wire. */
  readonly code: Refusal['code']
  readonly message: string
  readonly result?: readonly unknown[]
  readonly refused: boolean
}

/** `GET /__sandbox/national-portal/requests` */
export interface PortalRequests {
  readonly byService: Readonly<Record<string, number>>
  readonly logins: number
  readonly refused: number
  readonly largestBatch: number
  /** Calls that write, however they ended. */
  readonly writes: number
}

export interface Portal {
  readonly options: PortalOptions
  readonly dossiers: ReadonlyMap<string, HeldDossier>
  /** Carries one call out for an account that is known to be logged in. */
  serve(request: ServiceRequest, account: PortalAccount | undefined, chance: string): ServiceAnswer
  count(service: string, batch: number): void
  countLogin(): void
  countRefusal(): void
  requests(): PortalRequests
  replay(entry: PortalEntry): void
  reset(): void
}

export interface PortalSetting {
  readonly clock: Clock
  readonly seed: number | string
  readonly options: PortalOptions
  /** Called with every accepted write, to keep it. */
  readonly keep: (entry: PortalEntry) => void
}

export const WRITES: ReadonlySet<string> = new Set(['DongBoHoSoMC', 'CapNhatTienDoHoSoMC'])
const done = (message: string, result?: readonly unknown[]): ServiceAnswer => ({ code: '0', message, refused: false, ...(result && { result }) })
const refused = (refusal: Refusal): ServiceAnswer => ({ ...refusal, refused: true })

export function nationalPortal({ clock, seed, options, keep }: PortalSetting): Portal {
  const books = portalBooks()
  let counts = noCounts()
  const post = (entry: PortalEntry) => {
    books.post(entry)
    keep(entry)
  }
  const now = () => isoInstant(instant(clock.now()))

  const submit = ({ fields }: ServiceRequest, chance: string): ServiceAnswer => {
    const { isUpdating } = fields
    if (isUpdating !== 'True' && isUpdating !== 'False') return refused(refusals.updatingFlag())
    const updating = isUpdating === 'True'
    const checked = checkBatch(fields.data, options.largestBatch.dossiers, (record, place) => checkDossier(record, place, options))
    if (!checked.ok) return refused(checked.refusal)
    // All or nothing: nothing is written before every record of the batch has been looked at. §10 row 4
    const within = new Set<string>()
    for (const { MaHoSo } of checked.value) {
      const exists = books.dossiers.has(MaHoSo) || within.has(MaHoSo)
      if (updating && !exists) return refused(refusals.unknownDossier(MaHoSo))
      if (!updating && exists) {
        post({ op: 'refused-create', maHoSo: MaHoSo })
        return refused(refusals.exists(MaHoSo, pick(EXISTS_CODES, `${seed}/exists/${chance}`)))
      }
      within.add(MaHoSo)
    }
    post({ op: 'records', at: now(), updating, records: checked.value })
    return done(updating ? 'Cập nhật hồ sơ thành công' : 'Đồng bộ thành công')
  }

  const addSteps = ({ fields }: ServiceRequest): ServiceAnswer => {
    const checked = checkBatch(fields.data, options.largestBatch.steps, (step, place) => checkStep(step, place, options))
    if (!checked.ok) return refused(checked.refusal)
    const stranger = checked.value.find((step) => !books.dossiers.has(step.MaHoSo))
    if (stranger !== undefined) return refused(refusals.unknownDossier(stranger.MaHoSo))
    const steps = options.dedupeSteps ? checked.value.filter(isNew()) : checked.value
    if (steps.length > 0) post({ op: 'steps', at: now(), steps })
    return done('Cập nhật tiến độ thành công')
  }
  const isNew = () => {
    const seen = new Set<string>()
    return (step: ProgressStepRecord): boolean => {
      const key = stepKey(step)
      const known = seen.has(key) || (books.dossiers.get(step.MaHoSo)?.steps.some((held) => stepKey(held) === key) ?? false)
      seen.add(key)
      return !known
    }
  }

  const lookUp = ({ fields }: ServiceRequest): ServiceAnswer => {
    if (typeof fields.mahoso !== 'string' || fields.mahoso === '') return refused(refusals.missing('mahoso'))
    const held = books.dossiers.get(fields.mahoso)
    if (held === undefined) return done('', [])
    return done('', [options.lookUp === 'echo' ? held.record : { MAHOSO: held.maHoSo }])
  }

  const services: Readonly<Record<string, (request: ServiceRequest, chance: string) => ServiceAnswer>> = {
    DongBoHoSoMC: submit,
    CapNhatTienDoHoSoMC: addSteps,
    TraCuuHoSo: lookUp,
    LayDanhMucCoQuan: () => done('', AGENCY_ROWS),
    TraCuuTechID: ({ fields }) => techIds(fields),
  }

  return {
    options,
    dossiers: books.dossiers,
    serve(request, account, chance) {
      if (typeof request.madonvi !== 'string' || request.madonvi === '') return refused(refusals.missing('madonvi'))
      if (account !== undefined && !speaksFor(account, request.madonvi)) return refused(refusals.wrongAgency())
      const service = Object.hasOwn(services, request.service) ? services[request.service] : undefined
      return service === undefined ? refused(refusals.unknownService(request.service)) : service(request, chance)
    },
    count(service, batch) {
      counts.byService[service] = (counts.byService[service] ?? 0) + 1
      if (batch > counts.largestBatch) counts.largestBatch = batch
      if (WRITES.has(service)) counts.writes++
    },
    countLogin() {
      counts.logins++
    },
    countRefusal() {
      counts.refused++
    },
    requests: () => ({ ...counts, byService: { ...counts.byService } }),
    replay: (entry) => books.post(entry),
    reset() {
      books.clear()
      counts = noCounts()
    },
  }
}

const EXISTS_CODES = ['3', '0', '-3'] as const
const SUCCESS_CODES = [0, '0', '00'] as const

/** 0, "0" or "00", by the seed. §10 row 16 */
export function spell(code: string, chance: string): string | number {
  return code === '0' ? pick(SUCCESS_CODES, chance) : code
}

function pick<T>(list: readonly T[], chance: string): T {
  return list[hashText(chance) % list.length] as T
}

function checkBatch<T>(data: unknown, limit: number, check: (row: unknown, place: string) => Checked<T>): Checked<readonly T[]> {
  if (!Array.isArray(data) || data.length === 0) return { ok: false, refusal: refusals.noData() }
  if (data.length > limit) return { ok: false, refusal: refusals.tooMany(limit) }
  const rows: T[] = []
  for (const [index, row] of data.entries()) {
    const checked = check(row, `data[${index}]`)
    if (!checked.ok) return checked
    rows.push(checked.value)
  }
  return { ok: true, value: rows }
}

/** The account's own agency, or one below it. */
function speaksFor(account: PortalAccount, madonvi: string): boolean {
  const own = parseAgencyCode(account.agencyCode)
  const named = parseAgencyCode(madonvi)
  return own.ok && named.ok && isSameOrAbove(own.value, named.value)
}

/** §4.8, keys in upper case. */
const AGENCY_ROWS = [
  { MADONVI: PROVINCE_AGENCY, TENDONVI: 'UBND tỉnh Mẫu', CAPDONVI: 1 },
  ...agencies.map((agency) => ({ MADONVI: agency.code, TENDONVI: agency.name, CAPDONVI: agency.level === 'commune' ? 3 : 2 })),
]

/** §4.9. Half of the made-up people have an account: those whose number ends in an even digit. */
function techIds(fields: ServiceRequest['fields']): ServiceAnswer {
  if (fields.provider !== 'wso2is') return refused(refusals.missing('provider'))
  const { mstorcmnd } = fields
  if (typeof mstorcmnd !== 'string' || mstorcmnd === '') return refused(refusals.missing('mstorcmnd'))
  return done('', /[02468]$/.test(mstorcmnd) ? [{ TECHNICALID: `demo-tech-id-${hashText(mstorcmnd).toString(16)}` }] : [])
}

function noCounts() {
  return { byService: {} as Record<string, number>, logins: 0, refused: 0, largestBatch: 0, writes: 0 }
}
