/** What a PostgreSQL server or the way to it says, in words for whoever is on duty; and what a group of writes does about it. */
import { LienthongError, type Text } from '../base/index.js'
import type { AfterFailure } from './group-commit.js'

/** Class 08: the connection. 57P0x: the server shuts down, starts up, or ended this connection. 25P03, 57014, 55P03: a time-out. 40: try again. 53: full. */
const PASSING = /^(08|57P0|57014|55P03|25P03|40|53)/
const NETWORK = /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/
/** The driver's own words carry no code. */
const LOST = /^(Connection terminated|Client (was closed|has encountered a connection error)|timeout e(xpired|xceeded)|Query read timeout)/

/** 28: who we are. 3D: which database. 3F: no schema. 42501: not allowed. 42P01: no tables. */
const MISPLACED = /^(28|3D|3F|42501|42P01)/

/** What to do about it, where the hint of `ledger.unreachable` does not say it. */
const advice: readonly (readonly [code: RegExp, advice: Text])[] = [
  [
    /^53300/,
    {
      en: 'the server takes no more connections. Raise `max_connections`, or run fewer workers or slices beside each other',
      vi: 'máy chủ không nhận thêm kết nối. Tăng `max_connections` hoặc giảm số worker và số phần việc chạy song song',
    },
  ],
  [
    /^55P03/,
    {
      en: "another session holds rows that this one needs. Look for a transaction left open: select * from pg_stat_activity where state like 'idle in%'",
      vi: "phiên khác đang giữ dòng cần ghi. Tìm giao dịch bị bỏ mở: select * from pg_stat_activity where state like 'idle in%'",
    },
  ],
  [
    /^28/,
    {
      en: 'check `ledger.password`, the user in `ledger.url`, and pg_hba.conf of the server. Asking again is safe',
      vi: 'kiểm tra `ledger.password`, người dùng trong `ledger.url` và pg_hba.conf của máy chủ. Thử lại không gây hại',
    },
  ],
  [
    /^3D000/,
    {
      en: 'check the name in `ledger.url`, or have the database created (owned by that user, in UTF-8), then run `lienthong ledger migrate`',
      vi: 'kiểm tra tên trong `ledger.url`, hoặc tạo cơ sở dữ liệu (người dùng đó là chủ sở hữu, mã UTF-8) rồi chạy `lienthong ledger migrate`',
    },
  ],
  [
    /^42501/,
    {
      en: 'the user has to own the database and its tables: give it the rights, or name their owner in `ledger.url`',
      vi: 'người dùng phải là chủ sở hữu cơ sở dữ liệu và các bảng: cấp quyền, hoặc đặt chủ sở hữu trong `ledger.url`',
    },
  ],
  [/^53100/, { en: 'the disk of the server is full', vi: 'đĩa của máy chủ đã đầy' }],
]

/** In words, and without what PostgreSQL quotes of the row: it may hold what nobody may read. */
export function explainPostgres(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof LienthongError) return error
  const { code, severity } = error as { code?: string; severity?: string }
  const explained = (as: 'ledger.unreachable' | 'ledger.unreadable') =>
    new LienthongError(as, { hop: 'ledger', values: { path: place, problem: problemOf(error.message, code) }, cause: error })
  if (LOST.test(error.message) || (code !== undefined && (NETWORK.test(code) || (severity !== undefined && PASSING.test(code)))))
    return explained('ledger.unreachable')
  if (severity !== undefined && code !== undefined && MISPLACED.test(code)) return explained('ledger.unreadable')
  return error
}

function problemOf(message: string, code: string | undefined): Text {
  const said = [message, code && `(${code})`].filter(Boolean).join(' ')
  const more = advice.find(([codes]) => codes.test(code ?? ''))?.[1]
  return more ? { en: `${said}: ${more.en}`, vi: `${said}: ${more.vi}` } : { en: said, vi: said }
}

/**
 * A deadlock or a clash undid the whole transaction, and the server is there: the same once more. Without the connection, the lock or the
 * lease no change of the group can be written, and each would only wait for it in turn.
 */
export function afterFailure(error: unknown): AfterFailure {
  if (!(error instanceof LienthongError)) return 'one-by-one'
  if (/^40(001|P01)$/.test((error.cause as { code?: string } | undefined)?.code ?? '')) return 'again'
  return error.code === 'ledger.unreachable' || error.code === 'ledger.lease_lost' ? 'give-up' : 'one-by-one'
}

/** The address without what opens it. */
export function placeOf(url: string): string {
  try {
    const parsed = new URL(url)
    parsed.password = ''
    parsed.search = ''
    return parsed.toString()
  } catch {
    return 'postgres://…'
  }
}
