/** Names of procedures as ministries write them: verb, object, condition, level. */
import { type Random, seededRandom } from '../../base/index.js'
import { type Level, type Sector, sectors, type ThingKind } from './vocabulary.js'

export interface MadeUpName {
  readonly name: string
  readonly sector: Sector
  readonly level: Level
  readonly kind: ThingKind
  /** What the procedure ends with: `Giấy phép …`. */
  readonly result: string
}

interface Wording {
  /** Verb with its conditions; `{x}` is the object. */
  readonly verbs: readonly (readonly [verb: string, conditions: readonly string[]])[]
  readonly result: string
}

const LOST = [' do bị mất', ' do bị hư hỏng', ' trong trường hợp sai sót thông tin', ' trong trường hợp thay đổi tên tổ chức, cá nhân', ' do hết hạn']
const WHO = [
  '',
  ' đối với doanh nghiệp có vốn đầu tư nước ngoài',
  ' đối với tổ chức',
  ' đối với hộ gia đình, cá nhân',
  ' cho tổ chức, cá nhân nước ngoài',
  ' tại khu vực biên giới',
]
const CHANGED = [
  '',
  ' trong trường hợp thay đổi địa điểm',
  ' trong trường hợp thay đổi quy mô',
  ' trong trường hợp thay đổi người đại diện theo pháp luật',
]
const WHY = ['', ' theo đề nghị của tổ chức, cá nhân']

const wordings: Readonly<Record<ThingKind, Wording>> = {
  licence: {
    result: 'Giấy phép {x}',
    verbs: [
      ['Cấp giấy phép {x}', WHO],
      ['Cấp lại giấy phép {x}', LOST],
      ['Gia hạn giấy phép {x}', WHO.slice(0, 4)],
      ['Điều chỉnh giấy phép {x}', CHANGED],
      ['Sửa đổi, bổ sung giấy phép {x}', CHANGED],
      ['Thu hồi giấy phép {x}', WHY],
    ],
  },
  certificate: {
    result: 'Giấy chứng nhận {x}',
    verbs: [
      ['Cấp Giấy chứng nhận {x}', WHO],
      ['Cấp lại Giấy chứng nhận {x}', LOST],
      ['Cấp đổi Giấy chứng nhận {x}', CHANGED],
      ['Gia hạn Giấy chứng nhận {x}', WHY],
      ['Đính chính Giấy chứng nhận {x}', WHY],
      ['Thu hồi Giấy chứng nhận {x}', WHY],
    ],
  },
  practice: {
    result: 'Chứng chỉ hành nghề {x}',
    verbs: [
      [
        'Cấp Chứng chỉ hành nghề {x}',
        ['', ' đối với người được miễn đào tạo', ' cho người nước ngoài', ' theo hình thức xét hồ sơ', ' theo hình thức thi'],
      ],
      ['Cấp lại Chứng chỉ hành nghề {x}', LOST],
      ['Điều chỉnh nội dung Chứng chỉ hành nghề {x}', WHY],
      ['Cấp chuyển đổi Chứng chỉ hành nghề {x}', ['', ' cho người nước ngoài']],
      ['Thu hồi Chứng chỉ hành nghề {x}', WHY],
    ],
  },
  registration: {
    result: 'Văn bản xác nhận đăng ký {x}',
    verbs: [
      ['Đăng ký {x}', ['', ' có yếu tố nước ngoài', ' lưu động', ' tại khu vực biên giới', ' quá hạn']],
      ['Đăng ký lại {x}', ['', ' có yếu tố nước ngoài']],
      ['Đăng ký thay đổi nội dung {x}', CHANGED],
      ['Xóa đăng ký {x}', WHY],
      ['Cấp bản sao trích lục đăng ký {x}', ['']],
    ],
  },
  approval: {
    result: 'Quyết định phê duyệt {x}',
    verbs: [
      ['Thẩm định {x}', ['', ' điều chỉnh', ' lần đầu']],
      ['Phê duyệt {x}', WHO.slice(0, 4)],
      ['Chấp thuận {x}', WHO],
      ['Công nhận {x}', ['', ' lần đầu', ' sau khi điều chỉnh']],
      ['Xác nhận {x}', ['', ' đối với hộ gia đình, cá nhân']],
    ],
  },
  support: {
    result: 'Quyết định hỗ trợ {x}',
    verbs: [
      ['Giải quyết {x}', ['', ' đối với người cư trú ở nước ngoài', ' đối với hộ nghèo, hộ cận nghèo', ' theo hình thức hồ sơ phi địa giới']],
      ['Đề nghị {x}', ['', ' lần đầu', ' bổ sung']],
      ['Điều chỉnh mức {x}', ['', ' khi thay đổi nơi cư trú', ' khi thay đổi điều kiện hưởng']],
      ['Thôi {x}', ['', ' theo nguyện vọng']],
    ],
  },
}

const SUFFIX: Readonly<Record<Level, readonly string[]>> = {
  ministry: [' (cấp trung ương)', ' (cấp Bộ)', ' thực hiện tại cấp trung ương'],
  province: [' (cấp tỉnh)', ' (Cấp tỉnh)', ' thuộc thẩm quyền của Chủ tịch UBND cấp tỉnh'],
  district: [' (cấp huyện)'],
  commune: [' (cấp xã)', ' thuộc thẩm quyền của UBND cấp xã', ' tại cấp xã'],
  other: [''],
}

/** As many names as there are; after that the same with a decree behind them. Neighbours of one object are told apart by verb, condition and level. */
export function madeUpNames(seed: number | string, count: number): MadeUpName[] {
  const random = seededRandom(`${seed}/procedure-names`)
  const all = everyName(random)
  shuffle(all, random)
  const names = all.slice(0, count)
  for (let index = 0; names.length < count; index++) {
    const base = all[index % all.length] as MadeUpName
    const round = Math.floor(index / all.length)
    names.push({ ...base, name: `${base.name} theo quy định tại Nghị định số ${20 + (index % 180)}/${2025 - (round % 20)}/NĐ-CP` })
  }
  return names
}

function everyName(random: Random): MadeUpName[] {
  const names: MadeUpName[] = []
  for (const sector of sectors)
    for (const { kind, text } of sector.things)
      for (const [verb, conditions] of wordings[kind].verbs)
        for (const condition of conditions)
          for (const level of sector.levels) {
            // Some ministries do not say the level: one name, several codes. §7
            const suffixes = sector.levels.length > 1 && random() < 0.9 ? SUFFIX[level] : ['']
            const suffix = suffixes[Math.floor(random() * suffixes.length)] ?? ''
            const plain = verb.replace('{x}', text) + condition + suffix
            const name = random() < 0.3 ? `Thủ tục ${plain.charAt(0).toLowerCase()}${plain.slice(1)}` : plain
            names.push({ name, sector, level, kind, result: wordings[kind].result.replace('{x}', text) })
          }
  return names
}

function shuffle<T>(list: T[], random: Random): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const kept = list[last] as T
    list[last] = list[other] as T
    list[other] = kept
  }
}
