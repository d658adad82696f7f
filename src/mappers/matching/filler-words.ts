import { type Syllable, syllable } from './syllable.js'

/**
 * Words that two officers leave out or put in without meaning another procedure. Every other word can tell two procedures apart (cấp, cấp lại,
 * gia hạn; tổ chức, cá nhân; không; dưới, từ … trở lên; numbers), so a name that lacks or adds one never matches by itself.
 */
const WORDS =
  'của và các những cho việc theo quy định đối với trường hợp về do bằng là mà thì được để hoặc như sau này đó ngày tháng năm số thủ tục hành chính'

const syllables = WORDS.split(' ').map(syllable)

export const fillerWords: ReadonlySet<string> = new Set(syllables.map(({ toned }) => toned))

/** Words with which something is added to a name that could end before them: `… có yếu tố nước ngoài`, `… tại khu vực biên giới`. */
const OPENERS = 'có tại ở cho trong ngoài do của bằng khi theo từ thuộc không chưa đã được và hoặc đối với để mà là trên dưới sau trước về kết hợp'
export const openers: ReadonlySet<string> = new Set(OPENERS.split(' ').map((word) => syllable(word).toned))

/** Words one letter apart that both tell procedures apart: between these nobody mistypes, as far as we can know. */
const TELLING =
  'tạm tái cấp lại đổi mới xuất nhập cảnh khẩu xã tỉnh huyện bộ trên dưới trong ngoài trước sau trừ từ đến tăng giảm thu chi mua bán gửi giữ nhận nhân nam nữ một hai ba bốn năm bên biển hàng hạng hủy thủy bay tàu xe đường đất'
const tellingWords: ReadonlySet<string> = new Set(TELLING.split(' ').map((word) => syllable(word).toned))
const bareTellingWords: ReadonlySet<string> = new Set(TELLING.split(' ').map((word) => syllable(word).bare))

export function bothTell(a: Syllable, b: Syllable): boolean {
  if (a.toned !== a.bare && b.toned !== b.bare) return tellingWords.has(a.toned) && tellingWords.has(b.toned)
  return a.bare !== b.bare && bareTellingWords.has(a.bare) && bareTellingWords.has(b.bare)
}

/** For names that lost their diacritics: `doi` is đối, a filler, but also đổi. */
export const bareFillerWords: ReadonlySet<string> = new Set(syllables.map(({ bare }) => bare).filter((word) => !bareTellingWords.has(word)))
