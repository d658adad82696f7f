import { isLienthongError, type Text } from '../../../base/index.js'

/** What an operating system says, in words that somebody can act on. */
const causes: Readonly<Record<string, Text>> = {
  EACCES: { en: 'this user has no right to it', vi: 'người dùng này không có quyền' },
  EPERM: { en: 'this user has no right to it', vi: 'người dùng này không có quyền' },
  EROFS: { en: 'the disk is mounted for reading only', vi: 'ổ đĩa chỉ cho phép đọc' },
  ENOSPC: { en: 'the disk is full', vi: 'ổ đĩa đã đầy' },
  EDQUOT: { en: 'the quota of this user is used up', vi: 'đã hết hạn mức dung lượng của người dùng này' },
  EBUSY: { en: 'another program has it open', vi: 'chương trình khác đang mở tệp' },
  ENOENT: { en: 'it is not there', vi: 'không tồn tại' },
  ENOTDIR: { en: 'it is no folder', vi: 'không phải thư mục' },
  ELOOP: { en: 'it is a symbolic link', vi: 'đây là liên kết' },
  EIO: { en: 'the disk or the network share failed', vi: 'ổ đĩa hoặc ổ mạng bị lỗi' },
  ESTALE: { en: 'the network share went away', vi: 'mất kết nối ổ mạng' },
}

export function problemText(cause: unknown): Text {
  if (isLienthongError(cause)) return cause.cause === undefined || cause.code !== 'source.file_unreadable' ? cause.text : problemText(cause.cause)
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown }
  const known = typeof code === 'string' ? causes[code] : undefined
  const said = typeof code === 'string' ? code : String(message ?? cause)
  return known === undefined ? { en: said, vi: said } : { en: `${known.en} (${said})`, vi: `${known.vi} (${said})` }
}

/** Several things in one sentence. */
export function listText(parts: readonly { readonly name: string; readonly problem: Text }[], most = 10): Text {
  const told = parts.slice(0, most)
  const more = parts.length - told.length
  const list = (language: keyof Text) => told.map(({ name, problem }) => `${shownName(name)}: ${problem[language]}`).join('; ')
  return {
    en: list('en') + (more > 0 ? `; and ${more} more` : ''),
    vi: list('vi') + (more > 0 ? `; và ${more} tệp khác` : ''),
  }
}

/** A name of a file in a message: what would break the line or turn it round is taken out. */
export function shownName(name: string): string {
  return name.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, '?')
}
