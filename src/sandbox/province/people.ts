import type { Random } from '../../base/index.js'

/**
 * Made-up people. Every name carries Mẫu or Ví Dụ, every number province part 099 (never issued), a mobile of the row 0900000xxx
 * and an address under example.vn. Together the names use every letter and tone mark of the alphabet.
 */
export interface StoryApplicant {
  readonly name: string
  readonly kind: 'citizen' | 'business' | 'organization'
  readonly number: string
  readonly phone: string
  readonly email: string
}

const words = (text: string): readonly string[] => text.split(' ')

const SURNAMES = words('Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Tạ Mã Từ Phùng Lữ Kỷ Vừ Giàng Sùng')
const GIVEN = words(
  'An Ân Ánh Ấn Bảo Bằng Bé Bích Bỉ Biển Bình Cẩm Cậu Chẵn Chỉ Cừ Cử Dạ Diễm Diệu Dũng Đoá Đài Đại Đẹp Đẽ Đề Đệ Đồng Đợi Đợt Đức Giỏi Gấm Gẫm Hà Hải Hãn Hạnh Hằng Hẳn Hậu Hè Hen Hẹn Hẻo Hiền Hiếu Hòa Hổ Hộ Hợp Hở Hỡi ' +
    'Huệ Hữu Hương Kẽm Khế Kỳ Khổng Lặng Lắm Lễ Lĩnh Lộc Lợi Lũy Lự Mạnh Mẫn Mị Mỡ Mỹ Na Nghĩa Ngọc Nhật Nở Nữ Phụng Phượng Quốc Quỳnh Quyên Rộ Sáng Sửu Sự Tấm Tấn Tẻ Thắng Thế Thể Thỏ Thờ Thới Thủy Thụy Thỵ Tí Tố Tỗn Trí Tú Uyên Ưng Ứng Vĩ Vị Vọng Xuân Ý Yến Yêu',
)
const LIKENESS = ['Văn Mẫu', 'Thị Ví Dụ', 'Thị Mẫu', 'Văn Ví Dụ']

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

function personName(random: Random, given: string): string {
  return `${pick(random, SURNAMES)} ${pick(random, LIKENESS)} ${given}`
}

/** Twelve at each desk, the same in every province of the story. */
export const officers = {
  officer: GIVEN.filter((_, index) => index % 10 === 3).map((given, index) => `${SURNAMES[(index * 5) % SURNAMES.length]} Cán Bộ ${given}`),
  reception: GIVEN.filter((_, index) => index % 10 === 7).map((given, index) => `${SURNAMES[(index * 7) % SURNAMES.length]} Một Cửa ${given}`),
}

export function applicant(random: Random, index: number): StoryApplicant {
  const kind = pick(random, KINDS)
  // Every given name comes up within as many neighbours as there are names: small provinces, too, use the whole alphabet.
  const given = GIVEN[(index * 37) % GIVEN.length] ?? ''
  const phone = `0900000${String(index % 1000).padStart(3, '0')}`
  const email = `mau.${index}@example.vn`
  if (kind === 'business') return { kind, phone, email, name: `Công ty TNHH Một Thành Viên Mẫu ${given} ${index}`, number: taxCode(index) }
  if (kind === 'organization') return { kind, phone, email, name: `Hợp tác xã Ví Dụ ${given} ${index}`, number: taxCode(index) }
  // Now and then a couple owns the dossier together; OpenCPS keeps both in one text, parted by a semicolon.
  const second = random() < 0.02 ? `;${personName(random, pick(random, GIVEN))}` : ''
  return { kind, phone, email, name: personName(random, given) + second, number: personalNumber(random, index) }
}

const KINDS = ['citizen', 'citizen', 'citizen', 'citizen', 'citizen', 'citizen', 'citizen', 'business', 'business', 'organization'] as const

function personalNumber(random: Random, index: number): string {
  const sex = random() < 0.5 ? 0 : 1
  const year = 50 + Math.floor(random() * 50)
  return `099${sex}${year}${String(index % 1_000_000).padStart(6, '0')}`
}

const WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3]

/** A tax code of the row 99…, given to no province, with a right check digit. contracts/rules-and-indicators.md §6.4 */
function taxCode(index: number): string {
  for (let serial = index * 3 + 1; ; serial++) {
    const stem = `99${String(serial % 10_000_000).padStart(7, '0')}`
    const remainder = WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(stem[place]), 0) % 11
    if (remainder !== 0) return `${stem}${10 - remainder}`
  }
}
