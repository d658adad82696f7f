/** Whether the national procedure database can be reached and shows its list. Reads; writes nothing. */
import { asLienthongError, type Clock, type LienthongError, type Text } from '../base/index.js'
import { type Assembly, cataloguesOf, type LoadedConfig } from '../config/index.js'
import type { ProcedureDatabase } from '../connectors/index.js'
import { type Check, failed, fine, skipped } from './check.js'
import { checkReach, failedOnTheWay } from './reach.js'
import { checkClock, serverClock } from './server-clock.js'

const SUBJECT = 'procedure-database'

const says = {
  list: {
    en: '{subject}: {host} shows its list; {rows} procedures so far',
    vi: '{subject}: {host} cho xem danh sách; đã thấy {rows} thủ tục',
  },
  notAsked: { en: '{subject}: not asked, since it is not reached', vi: '{subject}: không hỏi vì chưa kết nối được' },
} satisfies Record<string, Text>

/** Nothing where the configuration names no procedure database. */
export async function* checkProcedureDatabase(
  loaded: LoadedConfig,
  assembly: Assembly & { readonly clock: Clock },
  signal?: AbortSignal,
): AsyncGenerator<Check> {
  if (assembly.config.procedureDatabase === undefined) return
  const watch = serverClock(assembly.clock)
  let client: ProcedureDatabase | undefined
  try {
    // A password is shown once, whatever comes of it.
    const once = { ...assembly.config.procedureDatabase, retry: { ...assembly.config.procedureDatabase.retry, attempts: 1 } }
    client = cataloguesOf(loaded, { ...assembly, hooks: watch.hooks, config: { ...assembly.config, procedureDatabase: once } }).national?.client
  } catch (error) {
    yield failed('procedureDatabase.settings', error)
  }
  if (client === undefined) return
  const seen = await firstRows(client, signal)
  const error = typeof seen === 'number' ? undefined : seen
  yield checkReach('procedureDatabase.reach', SUBJECT, client.host, error)
  if (error !== undefined && failedOnTheWay(error)) yield skipped('procedureDatabase.list', says.notAsked, { subject: SUBJECT })
  else if (error !== undefined) yield failed('procedureDatabase.list', error)
  else yield fine('procedureDatabase.list', says.list, { subject: SUBJECT, host: client.host, rows: Number(seen) })
  if (watch.aheadMs !== undefined) yield checkClock('procedureDatabase.clock', SUBJECT, watch)
}

/** The first page proves login, path and form; where there is only one it is the whole list. */
async function firstRows(client: ProcedureDatabase, signal: AbortSignal | undefined): Promise<number | LienthongError> {
  try {
    for await (const { rows } of client.list(signal === undefined ? {} : { signal })) return rows.length
    return 0
  } catch (error) {
    return asLienthongError(error)
  }
}
