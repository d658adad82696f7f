/** `lienthong sources refused`: pushed messages that could not be taken, which wait for a person. docs/receiving.md */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Text } from '../../base/index.js'
import { instant, isoInstant } from '../../domain/index.js'
import { withInboxes } from '../../handlers/index.js'
import type { KeptRejection } from '../../ledger/index.js'
import { command, usage, wholeNumber } from '../command.js'
import { exitCodes } from '../session.js'
import { openConfig, tenantsOf } from './open.js'

const says = {
  line: { en: '{id}  {source}  {at}, {times} times: {reason}', vi: '{id}  {source}  {at}, {times} lần: {reason}' },
  saved: { en: '    saved as {file}', vi: '    đã lưu thành {file}' },
  hint: {
    en: 'Their senders got 400 with the same reason. --save FOLDER writes the messages down (they hold personal data); what is dealt with goes with --done ID.',
    vi: 'Bên gửi đã nhận mã 400 với cùng lý do. --save THƯ_MỤC ghi các bản tin ra tệp (có dữ liệu cá nhân); xử lý xong thì xóa bằng --done ID.',
  },
  none: { en: '✓ {tenant}  {source}: no refused message', vi: '✓ {tenant}  {source}: không có bản tin bị từ chối' },
  done: { en: '✓ message {id} of {source} is dealt with', vi: '✓ đã xử lý bản tin {id} của {source}' },
} satisfies Record<string, Text>

export const refused = command({
  name: 'refused',
  description: 'Pushed messages that could not be taken: when, how often, and what is wrong with them',
  args: {
    source: { type: 'string', description: 'only this source', valueHint: 'NAME' },
    limit: { type: 'string', description: 'at most so many of each source', default: '200', valueHint: 'N' },
    save: { type: 'string', description: 'write each into a file of this folder, as it came; readable for you alone', valueHint: 'FOLDER' },
    done: { type: 'string', description: 'this one is dealt with and goes; needs --source', valueHint: 'ID' },
  },
  async run(session, args) {
    const loaded = await openConfig(session)
    const limit = wholeNumber(args.limit, 'limit') ?? 200
    const done = wholeNumber(args.done, 'done')
    if (done !== undefined && args.source === undefined)
      throw usage({ en: '--done needs --source: each source numbers its own messages', vi: '--done cần --source: mỗi nguồn đánh số riêng' })
    const folder = args.save === undefined ? undefined : resolve(session.workingFolder, args.save)
    if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 })
    const sources: Record<string, unknown>[] = []
    const pushed: string[] = []
    let waiting = 0
    await withInboxes(loaded, tenantsOf(session, loaded), async (inbox, { tenant, source }) => {
      pushed.push(source)
      if (args.source !== undefined && args.source !== source) return
      if (done !== undefined) {
        if (!(await inbox.settleRejected(done)))
          throw usage({ en: `source “${source}” has no refused message ${done}`, vi: `nguồn “${source}” không có bản tin bị từ chối số ${done}` })
        session.line(session.say(says.done, { id: done, source }))
        sources.push({ tenant, source, done })
        return
      }
      const messages = await inbox.rejected(limit)
      waiting += messages.length
      const files: (string | null)[] = []
      if (messages.length === 0) session.line(session.say(says.none, { tenant, source }))
      for (const message of messages) {
        const { id, times, reason } = message
        session.line(session.say(says.line, { id, source, at: time(message.at), times: session.count(times), reason }))
        const file = folder === undefined ? null : await save(folder, `${tenant}-${source}-${id}`, message)
        if (file !== null) session.line(session.say(says.saved, { file }))
        files.push(file)
      }
      sources.push({
        tenant,
        source,
        refused: messages.map(({ id, at, times, reason }, index) => ({ id, at: time(at), times, reason, file: files[index] })),
      })
    })
    if (args.source !== undefined && !pushed.includes(args.source))
      throw usage({
        en: `no source “${args.source}” that pushes; there are ${pushed.join(', ') || 'none'}`,
        vi: `không có nguồn “${args.source}” thuộc loại đẩy tới; hiện có ${pushed.join(', ') || 'không nguồn nào'}`,
      })
    if (waiting > 0) session.line(session.say(says.hint))
    session.result({ sources })
    return waiting > 0 ? exitCodes.someFailed : exitCodes.done
  },
})

/** Never over a file that is there: somebody may have begun to correct it. */
async function save(folder: string, name: string, { body }: KeptRejection): Promise<string> {
  const file = join(folder, `${name.replace(/[^\p{L}\p{N}._-]/gu, '_')}.txt`)
  await writeFile(file, body, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return file
}

function time(milliseconds: number): string {
  return isoInstant(instant(milliseconds))
}
