/** The province's own catalogue: procedures under its own codes and in its own words, some linked wrongly, some to nothing. */
import { hashText, seededRandom } from '../../base/index.js'
import type { Catalogue } from '../procedure-database/catalogue.js'
import type { Facts, Unit } from '../procedure-database/facts.js'
import { PROVINCE_ROOT, procedures, type StoryProcedure } from './catalogue.js'
import { writtenLocally } from './local-names.js'

/**
 * `same`: national name, right code. `variant`: right code, name as the province writes it. `unlinked`: a code of its own series and no national one,
 * so that the name alone tells. `conflict`: the codes belong to another procedure. `local`: issued by the province, no national twin.
 */
export type LocalKind = 'same' | 'variant' | 'unlinked' | 'conflict' | 'local'

export interface LocalProcedure extends StoryProcedure {
  /** National code in the province's books: `null` where nobody matched it, and not always right. */
  readonly nationalCode: string | null
  /** The name that belongs to that code. */
  readonly nationalName: string | null
  /** What the province promises and takes, as its officers wrote it: mostly what the nation says. */
  readonly terms: LocalTerms
  /** 2, 3 or 4. */
  readonly serviceLevel: number
  /** Page of its online service, under the sandbox's `/procedure-database/services/`; `null` without one. */
  readonly page: string | null
  readonly trueNationalCode: string | null
  readonly kind: LocalKind
}

export interface LocalTerms {
  /** `UBND cấp xã` */
  readonly office: string
  /** `5 ngày làm việc` */
  readonly duration: string
  /** `50.000 đồng`, `Không` */
  readonly fee: string
}

/** Only what the catalogue was when the province copied it: what the nation renamed since keeps its old name here. */
export type NationalSource = Pick<Catalogue, 'original' | 'find' | 'facts'>

/** Half as they should be; the shares of the rest follow public lists. §10 rows 10 and 11 */
const SHARES: readonly (readonly [below: number, kind: LocalKind])[] = [
  [0.3, 'same'],
  [0.6, 'variant'],
  [0.8, 'unlinked'],
  [0.88, 'conflict'],
  [1, 'local'],
]

/** The forty of the story's dossiers, and `rows` more. The same for the same seed and the same national catalogue. */
export function localCatalogue(
  national: NationalSource,
  { seed, rows }: { readonly seed: number | string; readonly rows: number },
): readonly LocalProcedure[] {
  const forty = procedures.map((procedure, place): LocalProcedure => {
    const { nationalCode } = procedure
    return {
      ...procedure,
      nationalName: nationalCode === null ? null : procedure.name,
      terms: termsOf(factsOf(national, nationalCode), `${seed}/forty/${place}`, procedure),
      serviceLevel: 4,
      page: nationalCode === null ? null : pageOf(procedure.localCode, place % 19 === 7 ? 'dead-' : place % 19 === 18 ? 'moved-' : ''),
      trueNationalCode: nationalCode,
      kind: nationalCode === null ? 'local' : 'same',
    }
  })
  return rows === 0 ? forty : [...forty, ...others(national, seed, rows)]
}

function others(national: NationalSource, seed: number | string, rows: number): readonly LocalProcedure[] {
  const known = new Set(procedures.map((procedure) => procedure.nationalCode))
  const all = national.original()
  const taken = new Set(all.map((entry) => entry.code))
  // What a province does; of what only ministries do it has none.
  const offered = all.filter((entry) => !known.has(entry.code) && entry.levels.some((level) => level === 'province' || level === 'commune'))
  const order = offered.map((entry) => [hashText(`${seed}/offered/${entry.code}`), entry] as const).sort(([a], [b]) => a - b)
  let next = 0
  // Codes of wrong links come from the other end: no two rows share one.
  let last = order.length - 1
  const made: LocalProcedure[] = []
  for (let index = 0; index < rows; index++) {
    const random = seededRandom(`${seed}/local/${index}`)
    const share = random()
    const entry = next < last ? order[next]?.[1] : undefined
    const drawn = SHARES.find(([below]) => share < below)?.[1] ?? 'local'
    if (drawn === 'local' || entry === undefined) {
      made.push(ownProcedure(seed, index, taken))
      continue
    }
    next++
    let told = entry
    if (drawn === 'conflict') {
      while (last > next && order[last]?.[1].sector.code === entry.sector.code) last--
      told = order[last]?.[1] ?? entry
      last--
    }
    const kind = drawn === 'conflict' && told === entry ? 'variant' : drawn
    const codes = codesOf(told.code, kind, index)
    const asNational = kind === 'same' || (kind === 'unlinked' && random() < 0.4)
    made.push({
      ...codes,
      name: asNational ? entry.name : writtenLocally(entry.name, random),
      nationalName: codes.nationalCode === null ? null : told.name,
      sector: entry.sector.name,
      sectorCode: entry.sector.code,
      days: DAYS[index % DAYS.length] ?? 5,
      fee: FEES[index % FEES.length] ?? 0,
      terms: termsOf(factsOf(national, entry.code), `${seed}/terms/${index}`),
      serviceLevel: 2 + (index % 3),
      page: index % 3 === 0 ? null : pageOf(codes.localCode, FATES[hashText(`${seed}/page/${index}`) % FATES.length] ?? ''),
      trueNationalCode: entry.code,
      kind,
    })
  }
  return made
}

const DAYS = [1, 3, 5, 7, 10, 15, 20, 30]
const FEES = [0, 0, 8000, 0, 50_000, 0, 150_000]
/** Four in a hundred lead nowhere, and so on. */
const FATES = [...Array.from({ length: 91 }, () => ''), 'dead-', 'dead-', 'dead-', 'dead-', 'broken-', 'broken-', 'moved-', 'moved-', 'moved-']

/** Long, short and bare local codes occur side by side. §6 */
function codesOf(national: string, kind: LocalKind, index: number): { readonly localCode: string; readonly nationalCode: string | null } {
  if (kind === 'unlinked') return { localCode: ownCode(index), nationalCode: null }
  const forms = [`${national}.000.00.00.${PROVINCE_ROOT}`, `${national}.000.00.00.${PROVINCE_ROOT}`, `${national}.${PROVINCE_ROOT}`, national]
  return { localCode: forms[index % forms.length] ?? national, nationalCode: index % 5 < 3 ? national : null }
}

function ownCode(index: number): string {
  return `MAU-${PROVINCE_ROOT}-${String(100_001 + index)}`
}

const OWN = ['Hỗ trợ', 'Xét duyệt', 'Cấp thẻ', 'Đăng ký', 'Xác nhận', 'Trợ cấp']
const THINGS = [
  'xe đưa đón học sinh vùng cao',
  'thành viên câu lạc bộ hưu trí',
  'tham quan nhà truyền thống',
  'gian hàng chợ phiên cuối tuần',
  'giữ gìn giếng làng',
  'đội văn nghệ quần chúng',
]
const PLACES = ['trên địa bàn tỉnh Mẫu', 'theo Nghị quyết của HĐND tỉnh Mẫu', 'tại các xã của tỉnh Mẫu', 'dịp Ngày hội Ví Dụ']

/** Some have a serial that looks national and is not. §6 */
function ownProcedure(seed: number | string, index: number, taken: ReadonlySet<string>): LocalProcedure {
  const mark = hashText(`${seed}/own/${index}`)
  const serial = `3.9${String(mark % 100_000).padStart(5, '0')}`
  const name = `${OWN[mark % OWN.length]} ${THINGS[(mark >>> 4) % THINGS.length]} ${PLACES[(mark >>> 8) % PLACES.length]} (đợt ${index + 1})`
  return {
    localCode: mark % 2 === 0 && !taken.has(serial) ? `${serial}.${PROVINCE_ROOT}` : ownCode(index),
    nationalCode: null,
    nationalName: null,
    name,
    sector: 'Đặc thù tỉnh Mẫu',
    sectorCode: 'H99-DT01',
    days: DAYS[index % DAYS.length] ?? 5,
    fee: 0,
    terms: { office: 'UBND cấp tỉnh', duration: `${DAYS[index % DAYS.length] ?? 5} ngày`, fee: 'Không' },
    serviceLevel: 2,
    page: null,
    trueNationalCode: null,
    kind: 'local',
  }
}

/** The name's beginning says what becomes of a visitor. */
function pageOf(localCode: string, fate: string): string {
  return `${fate}nop-ho-so-${localCode.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
}

function factsOf(national: NationalSource, code: string | null): Facts | undefined {
  const entry = code === null ? undefined : national.find(code)
  return entry === undefined ? undefined : national.facts(entry)
}

const UNITS: Readonly<Record<Unit, string>> = { hour: 'giờ', day: 'ngày', 'working-day': 'ngày làm việc', month: 'tháng', other: '' }
/** In a hundred: a shorter promise, a longer one, another fee. */
const OWN_TERMS = { shorter: 12, longer: 4, fee: 6 }

/** What the nation says, but for some that a province shortened, or got wrong. */
function termsOf(facts: Facts | undefined, mark: string, procedure?: StoryProcedure): LocalTerms {
  const chance = (what: string) => hashText(`${mark}/${what}`) % 100
  const limits = facts?.channels.flatMap((channel) => channel.limits) ?? []
  const longest = limits.reduce<(typeof limits)[number] | undefined>((best, one) => ((one.value ?? 0) > (best?.value ?? 0) ? one : best), undefined)
  const fees = limits.flatMap((limit) => limit.fees).filter(({ amount, currency }) => amount !== null && amount > 0 && currency === 'Đồng')
  const own = chance('time')
  const value = longest?.value ?? procedure?.days ?? 5
  const promised = own < OWN_TERMS.shorter ? Math.max(1, value - 1) : own < OWN_TERMS.shorter + OWN_TERMS.longer ? value + 5 : value
  const [amount = procedure?.fee ?? 0] = fees.map((fee) => fee.amount ?? 0)
  const taken = chance('fee') < OWN_TERMS.fee ? amount + 5000 : amount
  return {
    office: facts === undefined || facts.levels.includes('commune') ? 'UBND cấp xã' : 'UBND cấp tỉnh',
    duration: `${promised} ${UNITS[longest?.unit ?? 'day']}`.trim(),
    fee: taken === 0 ? 'Không' : `${taken.toLocaleString('vi-VN')} đồng`,
  }
}
