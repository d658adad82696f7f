/** How each field of a province's procedure is held against the national one. A side that knows nothing of a field is not compared. */
import type { Text } from '../../base/index.js'
import {
  type AdministrativeLevel,
  type LocalDate,
  namedLevel,
  type Procedure,
  type ProcedureFee,
  type RequiredDocument,
  serviceLevelOn,
} from '../../domain/index.js'
import { nameKey, sameNameOrCut } from '../same-name.js'
import { type FieldDifference, joinTexts } from './field-difference.js'
import { compareTimeLimits } from './time-limits.js'

type Compare = (local: Procedure, national: Procedure, day: LocalDate) => readonly FieldDifference[]

/** In the order in which an officer reads them. */
const comparisons: readonly Compare[] = [
  compareName,
  compareSector,
  compareLevels,
  compareTimeLimits,
  compareFees,
  compareDocuments,
  compareResults,
  compareServiceLevel,
]

/** @param day the day for which levels and services are compared */
export function fieldDifferences(local: Procedure, national: Procedure, day: LocalDate): readonly FieldDifference[] {
  return comparisons.flatMap((compare) => compare(local, national, day))
}

function compareName(local: Procedure, national: Procedure): readonly FieldDifference[] {
  if (nameKey(local.name) === nameKey(national.name)) return []
  return [
    {
      field: 'name',
      severity: 'warn',
      local: plain(local.name),
      national: plain(national.name),
      says: {
        en: 'Check that both mean the same procedure; if so, take over the national name, otherwise correct the national code.',
        vi: 'Kiểm tra xem có cùng một thủ tục không; nếu đúng, sửa tên theo CSDL quốc gia, nếu không, sửa mã quốc gia.',
      },
    },
  ]
}

function compareSector(local: Procedure, national: Procedure): readonly FieldDifference[] {
  if (!local.sectors?.length || !national.sectors?.length) return []
  const same = local.sectors.some((one) =>
    national.sectors?.some(
      (other) =>
        (one.code !== null && one.code === other.code) || (one.name !== null && other.name !== null && nameKey(one.name) === nameKey(other.name)),
    ),
  )
  // Codes of two catalogues are no words to compare; a name on both sides is.
  const comparable = local.sectors.some(({ name }) => name !== null) && national.sectors.some(({ name }) => name !== null)
  if (same || !comparable) return []
  return [
    {
      field: 'sector',
      severity: 'warn',
      local: list(local.sectors.map(({ name, code }) => name ?? code ?? '')),
      national: list(national.sectors.map(({ name, code }) => name ?? code ?? '')),
      says: {
        en: 'Move it to the national sector: figures are counted by it.',
        vi: 'Chuyển về lĩnh vực của CSDL quốc gia: số liệu được tính theo lĩnh vực.',
      },
    },
  ]
}

/** contracts/procedure-database.md §5.2: the tier ended on this day. */
const DISTRICTS_ENDED = '2025-07-01'

const levelNames: Readonly<Record<AdministrativeLevel, Text>> = {
  ministry: { en: 'ministry', vi: 'cấp Bộ' },
  province: { en: 'province', vi: 'cấp tỉnh' },
  district: { en: 'district', vi: 'cấp huyện' },
  commune: { en: 'commune', vi: 'cấp xã' },
  other: { en: 'other body', vi: 'cơ quan khác' },
}

export function levelsText(levels: readonly AdministrativeLevel[]): Text {
  return joinTexts(levels.map((level) => levelNames[level]))
}

function compareLevels(local: Procedure, national: Procedure, day: LocalDate): readonly FieldDifference[] {
  if (local.levels === null || national.levels === null) return []
  const gone = day >= DISTRICTS_ENDED && local.levels.includes('district')
  // Old national records keep the district beside the tiers that took over.
  const expected = day >= DISTRICTS_ENDED ? national.levels.filter((level) => level !== 'district') : national.levels
  const differing = { field: 'levels', local: levelsText(local.levels), national: levelsText(national.levels) } as const
  if (gone)
    return [
      {
        ...differing,
        severity: 'warn',
        says: {
          en: 'The district tier ended on 1 July 2025: assign the procedure to the province or the commune.',
          vi: 'Cấp huyện đã kết thúc từ ngày 01/7/2025: chuyển thủ tục về cấp tỉnh hoặc cấp xã.',
        },
      },
    ]
  if (expected.length > 0 && local.levels.some((level) => !expected.includes(level)))
    return [
      {
        ...differing,
        severity: 'warn',
        says: {
          en: 'The nation does not let this level handle it: correct the level, or the national code.',
          vi: 'CSDL quốc gia không giao cấp này thực hiện: sửa lại cấp thực hiện hoặc mã quốc gia.',
        },
      },
    ]
  return []
}

function compareFees(local: Procedure, national: Procedure): readonly FieldDifference[] {
  const [ours, theirs] = [amountsOf(local), amountsOf(national)]
  if (ours === undefined || theirs === undefined) return []
  if (ours.length === theirs.length && ours.every((amount, index) => amount === theirs[index])) return []
  return [
    {
      field: 'fees',
      severity: 'warn',
      local: amountsText(ours),
      national: amountsText(theirs),
      says: {
        en: 'Check which resolution or circular sets the amount; name it where the province sets its own, otherwise correct it.',
        vi: 'Kiểm tra văn bản quy định mức thu; nếu do HĐND tỉnh quy định thì ghi căn cứ, nếu không thì sửa lại.',
      },
    },
  ]
}

/** Amounts above zero, each once, in order; undefined when an amount is in words only, or nothing is known of fees. */
function amountsOf({ channels }: Procedure): readonly number[] | undefined {
  if (channels === null || channels.length === 0) return undefined
  const fees: readonly ProcedureFee[] = channels.flatMap(({ timeLimits }) => timeLimits.flatMap((limit) => limit.fees))
  if (fees.some(({ amount }) => amount === null)) return undefined
  return [...new Set(fees.map(({ amount }) => Number(amount)))].filter((amount) => amount > 0).sort((a, b) => a - b)
}

function amountsText(amounts: readonly number[]): Text {
  if (amounts.length === 0) return { en: 'none', vi: 'không thu' }
  const text = (group: string) => amounts.map((amount) => `${String(amount).replace(/\B(?=(\d{3})+$)/g, group)} đ`).join('; ')
  return { en: text(','), vi: text('.') }
}

function compareDocuments(local: Procedure, national: Procedure): readonly FieldDifference[] {
  const [ours, theirs] = [documentsOf(local), documentsOf(national)]
  if (ours === undefined || theirs === undefined) return []
  const extra = ours.filter((one) => !theirs.some((other) => sameDocument(one, other)))
  const lacking = theirs.filter((one) => !ours.some((other) => sameDocument(one, other)))
  if (extra.length === 0 && lacking.length === 0) return []
  return [
    {
      field: 'documents',
      severity: extra.length > 0 ? 'warn' : 'info',
      local: counted(ours.length, extra, { en: 'only here', vi: 'chỉ có ở tỉnh' }),
      national: counted(theirs.length, lacking, { en: 'only here', vi: 'chỉ có ở quốc gia' }),
      says:
        extra.length > 0
          ? {
              en: 'Nothing outside the national list may be asked of citizens: delete what only the province asks, or correct its name.',
              vi: 'Không được yêu cầu giấy tờ ngoài thành phần hồ sơ quốc gia: bỏ giấy tờ chỉ có ở tỉnh hoặc sửa lại tên.',
            }
          : {
              en: 'Check whether the province does without these documents on purpose; if not, add them.',
              vi: 'Kiểm tra tỉnh có chủ động cắt giảm giấy tờ này không; nếu không, bổ sung.',
            },
    },
  ]
}

function documentsOf({ documents }: Procedure): readonly RequiredDocument[] | undefined {
  const all = documents?.flatMap((one) => one.documents)
  if (all === undefined) return undefined
  const seen = new Set<string>()
  return all.filter(({ name }) => {
    const key = nameKey(name)
    return !seen.has(key) && seen.add(key)
  })
}

function sameDocument(one: RequiredDocument, other: RequiredDocument): boolean {
  return (one.code !== null && one.code === other.code) || sameNameOrCut(one.name, other.name)
}

function counted(count: number, only: readonly RequiredDocument[], label: Text): Text {
  const named = shortList(only.map(({ name }) => name))
  const text = (language: keyof Text) => (only.length === 0 ? `${count}` : `${count}; ${label[language]}: ${named}`)
  return { en: text('en'), vi: text('vi') }
}

function compareResults(local: Procedure, national: Procedure): readonly FieldDifference[] {
  if (!local.results?.length || !national.results?.length) return []
  const covered = local.results.every((one) =>
    national.results?.some((other) => (one.code !== null && one.code === other.code) || sameNameOrCut(one.name, other.name)),
  )
  if (covered && local.results.length === national.results.length) return []
  return [
    {
      field: 'results',
      severity: covered ? 'info' : 'warn',
      local: plain(shortList(local.results.map(({ name }) => name))),
      national: plain(shortList(national.results.map(({ name }) => name))),
      says: {
        en: 'Take over the national results: an electronic result is sent under its national code.',
        vi: 'Lấy kết quả theo CSDL quốc gia: kết quả điện tử được gửi theo mã quốc gia.',
      },
    },
  ]
}

const serviceNames = {
  information: { en: 'information only', vi: 'cung cấp thông tin' },
  partial: { en: 'partial online service', vi: 'DVC trực tuyến một phần' },
  full: { en: 'full online service', vi: 'DVC trực tuyến toàn trình' },
} satisfies Record<string, Text>

function compareServiceLevel(local: Procedure, national: Procedure, day: LocalDate): readonly FieldDifference[] {
  const [ours, theirs] = [serviceLevelOn(local.serviceLevels, day), serviceLevelOn(national.serviceLevels, day)]
  if (ours === null || theirs === null) return []
  const rank = { information: 0, partial: 1, full: 2 }
  const [offered, listed] = [namedLevel(ours), namedLevel(theirs)]
  if (rank[offered] <= rank[listed]) return []
  return [
    {
      field: 'serviceLevel',
      severity: 'warn',
      local: serviceNames[offered],
      national: serviceNames[listed],
      says: {
        en: 'The province offers more online than the nation lists: have the national level raised, or correct the level of the province.',
        vi: 'Tỉnh cung cấp mức độ cao hơn công bố quốc gia: đề nghị cập nhật mức độ quốc gia, hoặc sửa mức độ của tỉnh.',
      },
    },
  ]
}

function plain(text: string): Text {
  return { en: text, vi: text }
}

function list(names: readonly string[]): Text {
  return plain(names.join('; '))
}

const NAMES_SHOWN = 3
const NAME_LENGTH = 120

/** The first few, shortened: a cell is to be read. */
function shortList(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => (name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name))
  return names.length > NAMES_SHOWN ? `${shown.join('; ')}; … (+${names.length - NAMES_SHOWN})` : shown.join('; ')
}
