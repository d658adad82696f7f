/** Invents what a procedure asks, costs and yields: a pure function of seed, code and version. */
import { type Random, seededRandom } from '../../base/index.js'
import type { ChannelFacts, CodedName, DecisionFacts, Facts, FeeFacts, LegalBasisFacts, LimitFacts, PaperFacts } from './facts.js'
import { type Level, levelNames, ministries, subjects } from './vocabulary.js'

export interface Outline {
  readonly code: string
  readonly name: string
  readonly sector: CodedName & { readonly agency: string }
  readonly levels: readonly Level[]
  readonly state: Facts['state']
  readonly result: string
  /** Of another sector, for the few that have several. */
  readonly secondSector: CodedName
  /** A procedure of the catalogue that this one may name as related. */
  readonly neighbour: string
}

/** @param version counts up when the catalogue changes the procedure: time limits, fees and decision move with it, the rest stays. */
export function madeUpFacts(seed: number | string, outline: Outline, version: number): Facts {
  const { code, name, sector, result } = outline
  const random = seededRandom(`${seed}/procedure/${code}`)
  const changing = seededRandom(`${seed}/procedure/${code}/${version}`)
  const agency = sector.agency
  const ministry = ministries[agency] ?? { name: 'Văn phòng Chính phủ', sign: 'VPCP', office: 'Văn phòng UBND tỉnh' }
  const thing = lowered(name)
  const cases = random() < 0.15 ? ['Trường hợp nộp trực tiếp', 'Trường hợp nộp trực tuyến'] : ['']
  const documentCases = random() < 0.2 ? ['Đối với cá nhân', 'Đối với tổ chức'] : ['']
  const executors = outline.levels.map((level) => executor(level, ministry))
  return {
    code,
    name,
    kind: pick(random, KINDS),
    state: outline.state,
    publisher: { code: `000.00.00.${agency}`, name: ministry.name },
    sectors: random() < 0.05 ? [sector, outline.secondSector] : [sector],
    levels: outline.levels,
    processes: cases.map((one) => ({ name: one, steps: steps(random, ministry.office) })),
    channels: channels(random, changing),
    documents: documentCases.map((one, place) => ({ name: one, papers: papers(random, { code, agency, thing, result, place }) })),
    results: [{ code: `KQ.${agency}.${digits(random, 6)}`, name: result }],
    legalBases: Array.from({ length: 1 + Math.floor(random() * 4) }, () => legalBasis(random, ministry, sector.name)),
    subjects: subjects
      .filter(() => random() < 0.3)
      .concat(subjects.slice(0, 1))
      .slice(0, 4)
      .filter(unique),
    implementing: executors,
    competent: random() < 0.5 ? executors.slice(0, 1) : [],
    coordinating: random() < 0.1 ? [{ code: '000.00.00.G01', name: 'Công an cấp xã' }] : [],
    receptionAddress: random() < 0.5 ? 'Trung tâm Phục vụ hành chính công' : '',
    requirements: random() < 0.4 ? `Đáp ứng điều kiện đối với ${thing} theo quy định của pháp luật.` : '',
    keywords: random() < 0.2 ? sector.name.toLowerCase() : '',
    related: random() < 0.1 ? [outline.neighbour] : [],
    decisionId: `${Object.keys(ministries).indexOf(agency) + 11}${pad((Math.floor(random() * 60) + version) % 60)}`,
    fullProcess: random() < 0.6,
  }
}

/** The decision behind an id that {@link madeUpFacts} gave out. §4.3 */
export function madeUpDecision(seed: number | string, id: string): DecisionFacts | undefined {
  if (!/^\d{4}$/.test(id)) return undefined
  const ministry = Object.values(ministries)[Number(id.slice(0, 2)) - 11]
  if (ministry === undefined) return undefined
  const random = seededRandom(`${seed}/decision/${id}`)
  return {
    id,
    number: `${1 + Math.floor(random() * 4000)}/QĐ-${ministry.sign}`,
    day: `${2021 + Math.floor(random() * 5)}-${pad(1 + Math.floor(random() * 12))}-${pad(1 + Math.floor(random() * 28))}`,
    summary: `Quyết định về việc công bố thủ tục hành chính thuộc phạm vi chức năng quản lý của ${ministry.name}`,
  }
}

/** As in public records: 13 %, 74 %, 9 %, and 4 % blank. §5.3 */
const KINDS = [
  ...Array.from({ length: 13 }, () => '1'),
  ...Array.from({ length: 74 }, () => '2'),
  ...Array.from({ length: 9 }, () => '3'),
  '',
  '',
  '',
  '',
] as Facts['kind'][]
const STEPS = [
  'Nộp hồ sơ',
  'Kiểm tra tính đầy đủ, hợp lệ của hồ sơ',
  'Chuyển hồ sơ đến {office}',
  'Thẩm định hồ sơ',
  'Trình lãnh đạo phê duyệt',
  'Trả kết quả',
]
const VALUES = [1, 2, 3, 5, 7, 10, 12, 15, 20, 25, 30, 45, 60]
const AMOUNTS = [0, 0, 0, 0, 8000, 15_000, 30_000, 50_000, 75_000, 100_000, 150_000, 500_000, 1_000_000, 4_500_000]
const CHANNELS: readonly (readonly (1 | 2 | 3)[])[] = [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2], [2, 3], [2], [1]]

function steps(random: Random, office: string): readonly string[] {
  const told = STEPS.filter((_, place) => place === 0 || place === STEPS.length - 1 || random() < 0.7)
  return told.map((step) => step.replace('{office}', office))
}

/** The same fees in every channel, or none in the online one. */
function channels(random: Random, changing: Random): readonly ChannelFacts[] {
  const limit = timeLimit(random, changing)
  const waived = random() < 0.3
  return pick(random, CHANNELS).map((channel) => ({
    channel,
    limits: [
      channel === 2 && waived ? { ...limit, fees: limit.fees.map((fee) => ({ ...fee, amount: 0, text: 'Miễn lệ phí khi nộp trực tuyến' })) } : limit,
    ],
  }))
}

function timeLimit(random: Random, changing: Random): LimitFacts {
  const fees = random() < 0.08 ? [] : Array.from({ length: random() < 0.15 ? 2 : 1 }, () => fee(random, changing))
  const odd = random()
  const value = pick(changing, VALUES)
  if (odd < 0.08) return { value: null, unit: 'other', text: `Trong thời hạn ${value} ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ`, fees }
  if (odd < 0.13) return { value: null, unit: null, text: 'Giải quyết ngay trong ngày tiếp nhận hồ sơ', fees }
  if (odd < 0.17) return { value, unit: null, text: '', fees }
  const unit = odd < 0.7 ? 'working-day' : odd < 0.94 ? 'day' : odd < 0.98 ? 'hour' : 'month'
  return { value: unit === 'month' ? 1 + (value % 3) : value, unit, text: random() < 0.2 ? 'Kể từ ngày nhận đủ hồ sơ hợp lệ' : '', fees }
}

function fee(random: Random, changing: Random): FeeFacts {
  const kind = random() < 0.4 ? 1 : 2
  const amount = pick(changing, AMOUNTS)
  if (random() < 0.06)
    return { kind, amount: null, currency: 'Đồng', text: `Mức thu ${grouped(50_000 + amount)} đồng/hồ sơ theo Nghị quyết của HĐND tỉnh` }
  // Typed wrongly at the source: 135 for 135.000. §10 row 3
  if (random() < 0.01 && amount >= 1000) return { kind, amount: amount / 1000, currency: 'Đồng', text: `${grouped(amount)} đồng` }
  return { kind, amount, currency: 'Đồng', text: random() < 0.3 && amount > 0 ? `${grouped(amount)} đồng/lần` : '' }
}

interface PaperPlan {
  readonly code: string
  readonly agency: string
  readonly thing: string
  readonly result: string
  readonly place: number
}

function papers(random: Random, { code, agency, thing, result, place }: PaperPlan): readonly PaperFacts[] {
  const names = [
    `Đơn đề nghị ${thing} theo mẫu`,
    'Bản sao giấy tờ chứng minh tư cách pháp lý',
    `${result} đã được cấp`,
    'Văn bản ủy quyền theo quy định của pháp luật',
    'Bản thuyết minh kèm theo tài liệu chứng minh đủ điều kiện',
    'Giấy tờ chứng minh nơi cư trú',
  ]
  return names
    .filter((_, index) => index === 0 || random() < 0.5)
    .map((name, index) => {
      const forms = index === 0 ? 1 + Math.floor(random() * 2.3) : random() < 0.1 ? 1 : 0
      return {
        code: `000.00.00.${agency}-KQ${digits(random, 4)}`,
        name,
        originals: index === 1 ? 0 : 1,
        copies: index === 1 || random() < 0.1 ? 1 : 0,
        forms: Array.from({ length: forms }, (_, form) => ({
          name: `Mau${pad(form + 1)}.docx`,
          url: `https://tep.example.vn/bieu-mau/${code}/${place}-${index}-${form + 1}.docx`,
        })),
        replaceableBy: index === 5 && random() < 0.5 ? 'KQ.G01.000001' : '',
      }
    })
}

function legalBasis(random: Random, ministry: { readonly name: string; readonly sign: string }, sector: string): LegalBasisFacts {
  const year = 2013 + Math.floor(random() * 13)
  const day = `${pad(1 + Math.floor(random() * 28))}/${pad(1 + Math.floor(random() * 12))}/${year}`
  const decree = random() < 0.5
  const dated = random() < 0.6
  return {
    number: decree ? `${1 + Math.floor(random() * 180)}/${year}/NĐ-CP` : `${pad(1 + Math.floor(random() * 60))}/${year}/TT-${ministry.sign}`,
    title: `${decree ? 'Nghị định' : 'Thông tư'} quy định chi tiết về ${sector.toLowerCase()}`,
    issuer: decree ? 'Chính phủ' : ministry.name,
    issued: dated ? day : '',
    effective: dated && random() < 0.5 ? `01/01/${year + 1}` : '',
  }
}

function executor(level: Level, ministry: { readonly name: string; readonly office: string }): CodedName {
  if (level === 'ministry') return { code: '', name: ministry.name }
  if (level === 'province') return { code: 'UBNDCT', name: `${ministry.office}` }
  if (level === 'commune') return { code: 'UBNDCX', name: 'Ủy ban nhân dân cấp xã' }
  return { code: '', name: levelNames[level] }
}

const pad = (number: number): string => String(number).padStart(2, '0')
const grouped = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, '.')
const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
const digits = (random: Random, count: number): string => String(Math.floor(random() * 10 ** count)).padStart(count, '0')
const unique = (row: CodedName, place: number, all: readonly CodedName[]): boolean => all.indexOf(row) === place
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
