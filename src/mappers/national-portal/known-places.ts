/** Whether the codes of an applicant's address were valid when the dossier was received. They are not sent; what they say of the source matters. */
import { type Finding, type FindingRule, notesFor } from '../../base/index.js'
import { type Dossier, localDateOf, type PlaceLevel, type PlaceRegister, placeLevels } from '../../domain/index.js'
import { codeWord } from '../known.js'

export const placeFindings = {
  'place.ended': {
    severity: 'warn',
    says: {
      en: 'The applicant’s {level} {code} ({name}) exists no more since {day}, and the dossier was received after that; today it is {others}.',
      vi: '{level} {code} ({name}) của chủ hồ sơ không còn từ ngày {day} mà hồ sơ tiếp nhận sau đó; nay là {others}.',
    },
    hint: {
      en: 'Let the source take addresses from the new list; if the day is wrong, correct `validTo` in `places`.',
      vi: 'Cho hệ thống nguồn dùng danh mục mới; nếu sai ngày, sửa `validTo` trong `places`.',
    },
  },
  'place.not-yet': {
    severity: 'warn',
    says: {
      en: 'The applicant’s {level} {code} ({name}) did not exist yet on the day of reception ({day}).',
      vi: '{level} {code} ({name}) của chủ hồ sơ chưa có vào ngày tiếp nhận ({day}).',
    },
    hint: {
      en: 'The source may have rewritten old addresses; if the day is wrong, correct `validFrom` in `places`.',
      vi: 'Có thể nguồn đã cập nhật lại địa chỉ cũ; nếu sai ngày, sửa `validFrom` trong `places`.',
    },
  },
  'place.unknown': {
    severity: 'info',
    says: {
      en: 'The applicant’s {level} “{code}” is in none of the lists in `places`.',
      vi: '{level} “{code}” của chủ hồ sơ không có trong danh mục `places`.',
    },
    hint: {
      en: 'Add it to `places` with its days, or correct it at the source.',
      vi: 'Thêm vào `places` cùng ngày hiệu lực, hoặc sửa tại nguồn.',
    },
  },
} as const satisfies Record<string, FindingRule>

const levels: Readonly<Record<PlaceLevel, { readonly en: string; readonly vi: string }>> = {
  province: { en: 'province', vi: 'Tỉnh' },
  district: { en: 'district', vi: 'Huyện' },
  commune: { en: 'commune', vi: 'Xã' },
}

export function placesKnown({ applicant, receivedAt, submittedAt }: Dossier, register: PlaceRegister): readonly Finding[] {
  const at = receivedAt ?? submittedAt
  const codes = applicant.places
  if (register.places.length === 0 || codes == null || at === null) return []
  const note = notesFor(placeFindings)
  const day = localDateOf(at)
  for (const level of placeLevels) {
    const code = codes[level]
    if (code === null || !register.holds(level)) continue
    const standing = register.on(level, code, day)
    const path = `applicant.places.${level}`
    const values = { level: levels[level], code: codeWord(code) }
    if (standing.is === 'unknown') note.add('place.unknown', path, values)
    if (standing.is === 'not-yet') note.add('place.not-yet', path, { ...values, name: standing.place.name, day })
    if (standing.is === 'ended') {
      const others = standing.now.map((place) => `${place.code} (${place.name})`).join(', ') || '–'
      note.add('place.ended', path, { ...values, name: standing.place.name, day: standing.place.validTo ?? '', others })
    }
  }
  return note.findings
}
