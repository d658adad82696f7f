/** A ledger on PostgreSQL in one line: reached, as which version, with which tables, how its clock goes, how many connections are left. */
import { fillText, type Text } from '../base/index.js'
import { type LoadedConfig, openConfiguredLedger } from '../config/index.js'
import { type ServerStanding, serverStanding } from '../ledger/index.js'
import { type Check, doubtful, failed, fine, wrong } from './check.js'
import { DOUBTFUL_MS } from './server-clock.js'

const OLDEST = 13
/** One process takes up to five, and one more for each slice that it works on. */
const FEWEST_LEFT = 10

const says = {
  line: {
    en: 'Ledger {place}: PostgreSQL {version} reached, tables of version {tables}, clock {clock}, {left} of {connections} connections left',
    vi: 'Sổ {place}: kết nối được PostgreSQL {version}, bảng phiên bản {tables}, đồng hồ {clock}, còn {left}/{connections} kết nối',
  },
  same: { en: 'as ours', vi: 'khớp với máy này' },
  ahead: { en: '{seconds} s ahead of ours', vi: 'nhanh hơn máy này {seconds} giây' },
  behind: { en: '{seconds} s behind ours', vi: 'chậm hơn máy này {seconds} giây' },
  oldHint: {
    en: 'lienthong needs PostgreSQL {oldest} or newer: update the server, or name another one in `ledger.url`.',
    vi: 'lienthong cần PostgreSQL từ {oldest} trở lên: nâng cấp máy chủ hoặc đặt máy chủ khác trong `ledger.url`.',
  },
  clockHint: {
    en: 'Set both machines’ clocks by NTP. Who holds what is judged by the server’s clock alone; when something is due, by ours.',
    vi: 'Đồng bộ đồng hồ hai máy bằng NTP. Quyền giữ phần việc chỉ theo đồng hồ máy chủ; thời điểm đến hạn theo đồng hồ máy này.',
  },
  fewHint: {
    en: 'Raise `max_connections` of the server, or let fewer programs share it: a worker without a connection sends nothing.',
    vi: 'Tăng `max_connections` của máy chủ hoặc giảm số chương trình dùng chung: worker không có kết nối thì không gửi được.',
  },
} satisfies Record<string, Text>

export async function checkLedgerServer(loaded: LoadedConfig): Promise<Check> {
  try {
    // Refuses tables of another version, each with what to do.
    const ledger = await openConfiguredLedger(loaded, 'read', 'doctor')
    try {
      return judged(await serverStanding(ledger), ledger)
    } finally {
      await ledger.close()
    }
  } catch (error) {
    return failed('ledger', error)
  }
}

/** The gravest of what there is to say decides how the line is marked. */
export function judged(standing: ServerStanding, { place, tablesBefore }: { readonly place: string; readonly tablesBefore: number }): Check {
  const { version, majorVersion, aheadMs, connections, connectionsLeft } = standing
  const isOff = Math.abs(aheadMs) > DOUBTFUL_MS
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  const clock = isOff ? fillText(aheadMs > 0 ? says.ahead : says.behind, { seconds }) : says.same
  const values = { place, version, tables: tablesBefore, clock, left: connectionsLeft, connections, oldest: OLDEST }
  if (majorVersion < OLDEST) return wrong('ledger', says.line, says.oldHint, values)
  if (isOff) return doubtful('ledger', says.line, says.clockHint, values)
  if (connectionsLeft < FEWEST_LEFT) return doubtful('ledger', says.line, says.fewHint, values)
  return fine('ledger', says.line, values)
}
