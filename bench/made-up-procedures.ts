/**
 * A national catalogue of a size that will do for years, and a province's list of it, written as provinces write. From the shared data where it
 * is at hand (`LIENTHONG_SHARED`), else put together from the parts that names of procedures are made of.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MatchSubject, readNationalLines } from 'lienthong/mappers'

type Procedure = ReturnType<typeof readNationalLines>[number]

export const NATIONAL = 6500
export const LOCAL = 2200

export interface MadeUpCatalogues {
  readonly national: readonly Procedure[]
  readonly local: readonly { readonly subject: MatchSubject; readonly truth: string }[]
}

export function madeUpCatalogues(): MadeUpCatalogues {
  const shared = join(process.env.LIENTHONG_SHARED ?? '../shared', 'data/procedures/national.jsonl')
  const lines = existsSync(shared) ? scaledUp(readNationalLines(readFileSync(shared, 'utf8'), shared)) : putTogether()
  const national = readNationalLines(lines.map((line) => JSON.stringify(line)).join('\n'), 'made up')
  const step = Math.floor(NATIONAL / LOCAL)
  const local = Array.from({ length: LOCAL }, (_, index) => {
    const { code, name, sectors, levels } = national[index * step] as Procedure
    const subject = {
      id: String(index),
      codes: [],
      name: written(name, index),
      sector: sectors?.[0]?.name ?? null,
      levels,
      agency: null,
      documents: null,
    }
    return { subject, truth: code }
  })
  return { national, local }
}

interface Line {
  readonly code: string
  readonly name: string
  readonly sector: string | null
  readonly levels: readonly string[]
}

/** Real names, and again with the place of a special regime, as several of them have. */
const PLACES = ['', ' trong khu kinh tế', ' tại vùng biên giới', ' trên địa bàn hải đảo']

function scaledUp(real: readonly Procedure[]): Line[] {
  return Array.from({ length: NATIONAL }, (_, index) => {
    const { name, sectors, levels } = real[index % real.length] as Procedure
    return {
      code: code(index),
      name: name + (PLACES[Math.floor(index / real.length)] ?? ''),
      sector: sectors?.[0]?.name ?? null,
      levels: levels ?? [],
    }
  })
}

const ACTIONS = [
  'Cấp',
  'Cấp lại',
  'Cấp đổi',
  'Gia hạn',
  'Điều chỉnh',
  'Sửa đổi, bổ sung',
  'Thu hồi',
  'Tạm dừng',
  'Khôi phục',
  'Chấm dứt',
  'Công nhận',
  'Thẩm định',
]
const PAPERS = [
  'giấy phép',
  'giấy chứng nhận đủ điều kiện',
  'chứng chỉ hành nghề',
  'văn bản chấp thuận',
  'giấy xác nhận',
  'quyết định phê duyệt',
  'hồ sơ',
]
const DEEDS = [
  'sản xuất',
  'buôn bán',
  'nhập khẩu',
  'vận chuyển',
  'lưu giữ, bảo quản',
  'kiểm định an toàn kỹ thuật',
  'giám định tư pháp',
  'quảng cáo trên phương tiện thông tin',
  'thử nghiệm trong phòng kín',
  'xử lý chất thải phát sinh từ',
  'đào tạo nhân lực về',
  'tư vấn lập dự án đầu tư',
  'khai thác, sử dụng dữ liệu về',
  'tổ chức hội chợ, triển lãm',
  'bảo hiểm rủi ro đối với',
  'cho thuê mặt bằng kinh doanh',
]
const THINGS = [
  'thuốc bảo vệ thực vật',
  'giống cây trồng lâu năm',
  'phân bón hữu cơ',
  'thức ăn chăn nuôi',
  'nước mắm truyền thống',
  'rượu thủ công',
  'khí dầu mỏ hóa lỏng',
  'vật liệu nổ công nghiệp',
  'trang thiết bị y tế',
  'mỹ phẩm',
  'xe cơ giới cải tạo',
  'phương tiện thủy nội địa',
  'tàu cá vỏ gỗ',
  'công trình ngầm đô thị',
  'nhà ở riêng lẻ',
  'nước dưới đất',
  'cát, sỏi lòng sông',
  'di vật, cổ vật',
  'tác phẩm điện ảnh',
  'sách giáo khoa',
  'phần mềm kế toán',
  'mạng viễn thông',
  'chữ ký số',
  'bưu phẩm quốc tế',
  'vàng trang sức',
  'chứng khoán phái sinh',
  'hàng miễn thuế',
  'lâm sản ngoài gỗ',
  'động vật hoang dã',
  'muối ăn',
]
const WHOM = ['đối với tổ chức', 'đối với cá nhân', 'của doanh nghiệp có vốn đầu tư nước ngoài', 'do bị mất, hư hỏng', 'lần đầu']

/** Every action on every matter, as national lists have them: families that differ by a word. */
function putTogether(): Line[] {
  const of = (parts: readonly string[], index: number) => parts[index % parts.length] as string
  return Array.from({ length: NATIONAL }, (_, index) => {
    const matter = Math.floor(index / ACTIONS.length)
    const [deed, thing, again] = [
      of(DEEDS, matter),
      of(THINGS, Math.floor(matter / DEEDS.length)),
      Math.floor(matter / (DEEDS.length * THINGS.length)),
    ]
    const whom = of(WHOM, matter + 2 * again)
    const name = `${of(ACTIONS, index)} ${of(PAPERS, matter)} ${deed} ${thing} ${whom}`
    return { code: code(index), name, sector: `Lĩnh vực ${thing}`, levels: ['province'] }
  })
}

function code(index: number): string {
  return `1.${String(index + 1).padStart(6, '0')}`
}

const WAYS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => `Thủ tục ${name.charAt(0).toLowerCase()}${name.slice(1)}.`,
  (name) =>
    name
      .replace(/giấy chứng nhận/gi, 'GCN')
      .replace(/thực phẩm/gi, 'TP')
      .replace(/doanh nghiệp/gi, 'DN')
      .replace(/, /g, '/ '),
  (name) => name.replace(/ủy/g, 'uỷ').replace(/òa/g, 'oà').replace(/óa/g, 'oá').normalize('NFD'),
  (name) => `${name} (cấp tỉnh)`,
  (name) => `${name.slice(0, name.indexOf(' ', Math.floor(name.length * 0.8)) + 1 || name.length)}...`,
]

function written(name: string, index: number): string {
  return (WAYS[index % WAYS.length] as (name: string) => string)(name)
}
