/** Many portals answer HTTP 200 with a page that says "not found": reads what such a page shows, as far as that can be told. */
import { comparable } from '../../base/index.js'

const MISSING =
  /\b404\b|not found|không (?:tìm thấy|tồn tại)|(?:trang|đường dẫn|dịch vụ|thủ tục)[^.]{0,40} (?:không có|đã (?:bị )?(?:xóa|xoá|gỡ|hủy|huỷ))|page (?:does not|doesn't) exist/
/** So little text holds no service: what it says is what the page is about. */
const SHORT_PAGE = 400
/** A form or an application that fills the page in the browser is there for a purpose. */
const WORKS = /<(?:form|input|iframe)\b|<div[^<>]{1,300}id=["']?(?:app|root|__next|__nuxt)\b/i
const HEADING = /<(title|h1|h2)\b[^<>]{0,300}>([\s\S]{0,300}?)<\/\1>/gi

/** @returns whether title, headings, or a short page's whole text say that there is nothing. Never sure: the state is `suspect`. */
export function saysMissing(page: string): boolean {
  const visible = withoutHidden(page)
  for (const [, , heading = ''] of visible.matchAll(HEADING)) if (MISSING.test(shownText(heading))) return true
  const text = shownText(visible)
  return text.length <= SHORT_PAGE && !WORKS.test(visible) && MISSING.test(text)
}

/** Without comments, scripts and the like. One pass: what a page forgets to close hides its rest. */
function withoutHidden(page: string): string {
  const lower = page.toLowerCase()
  const opening = /<!--|<(script|style|template|noscript)\b/g
  let visible = ''
  let from = 0
  for (let found = opening.exec(lower); found !== null; found = opening.exec(lower)) {
    visible += page.slice(from, found.index)
    const closing = found[1] === undefined ? '-->' : `</${found[1]}`
    const end = lower.indexOf(closing, opening.lastIndex)
    if (end === -1) return visible
    from = end + closing.length
    opening.lastIndex = from
  }
  return visible + page.slice(from)
}

function shownText(markup: string): string {
  const text = markup.replace(/<[^<>]*>/g, ' ').replace(/&nbsp;/gi, ' ')
  return comparable(text.replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (_, hex?: string, decimal?: string) => character(hex, decimal)))
}

function character(hex: string | undefined, decimal: string | undefined): string {
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : ' '
}
