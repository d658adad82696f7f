/** `lienthong payments receipt`: the platform's receipt as a file, or all that are due into the ledger. */
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isLienthongError, type LienthongError, systemClock, type Text } from '../../../base/index.js'
import type { FetchedReceipt } from '../../../payments/index.js'
import { command, usage } from '../../command.js'
import { openProgress } from '../../progress.js'
import { type ExitCode, exitCodes, type Session, worst } from '../../session.js'
import { type OpenOffice, officeWith, withOffices } from './offices.js'

const says = {
  wrote: { en: '✓ {reference}: {bytes} bytes written to {file}', vi: '✓ {reference}: đã ghi {bytes} byte vào {file}' },
  'not-paid': {
    en: '– {reference}: no receipt, since nobody paid it as far as we know. lienthong payments query {reference} asks the platform',
    vi: '– {reference}: chưa có biên lai vì chưa ghi nhận đã nộp. lienthong payments query {reference} để hỏi nền tảng',
  },
  'not-offered': {
    en: '– {reference}: no receipt: this partner’s dialect has no call for it, or `urls.receipt` is not set',
    vi: '– {reference}: không có biên lai: phương ngữ của đối tác không có lệnh này, hoặc chưa đặt `urls.receipt`',
  },
  'not-yet': {
    en: '– {reference}: paid, but the platform has no receipt yet (code {code}: {message}). Ask again later',
    vi: '– {reference}: đã nộp nhưng nền tảng chưa có biên lai (mã {code}: {message}). Hỏi lại sau',
  },
  due: {
    en: '{tenant}: {fetched} receipts fetched, {waiting} not there yet, {givenUp} given up',
    vi: '{tenant}: đã lấy {fetched} biên lai, {waiting} chưa có, {givenUp} không lấy nữa',
  },
  fetching: { en: 'fetching receipts', vi: 'đang lấy biên lai' },
} satisfies Record<string, Text>

export const receipt = command({
  name: 'payments receipt',
  description:
    'Writes the platform’s receipt of a paid attempt into a file; fetched once, then kept in the ledger. With --due, fetches all that are due',
  args: {
    reference: { type: 'positional', description: 'our reference of the attempt (MaThamChieu)', required: false },
    out: { type: 'string', description: 'the file to write', valueHint: 'FILE' },
    force: { type: 'boolean', description: 'overwrite the file' },
    due: { type: 'boolean', description: 'fetch all that are due into the ledger; for a timer where `payments serve` does not run' },
  },
  remarks: ['  here 1 means that there is no receipt, or none yet; with --due that the platform gave no usable answer for some'],
  async run(session, { reference, out, force, due }) {
    if (due) {
      if (reference !== undefined || out !== undefined)
        throw usage({ en: '--due takes neither a reference nor --out', vi: '--due không đi cùng mã tham chiếu hay --out' })
      return withOffices(session, 'payments receipt', (offices) => fetchAllDue(session, offices))
    }
    if (reference === undefined || out === undefined)
      throw usage({
        en: 'name one reference and the file to write with --out, or fetch all with --due',
        vi: 'chỉ ra mã tham chiếu và tệp cần ghi bằng --out, hoặc dùng --due để lấy tất cả',
      })
    const file = resolve(session.workingFolder, out)
    const exists = usage({ en: `${file} exists; --force overwrites it`, vi: `${file} đã có; --force sẽ ghi đè` })
    if (!force && existsSync(file)) throw exists
    return withOffices(session, 'payments receipt', async (offices) => {
      const { tenant, office } = await officeWith(offices, reference)
      const fetched = await office.fetchReceipt(reference, session.signal)
      if (fetched.outcome !== 'pdf') {
        session.line(session.say(says[fetched.outcome], { reference, ...whyNot(fetched) }))
        session.result({ tenant, reference, receipt: null, why: fetched.outcome, ...whyNot(fetched) })
        return exitCodes.someFailed
      }
      try {
        // Somebody's name stands in it.
        writeFileSync(file, fetched.bytes, { mode: 0o600, flag: force ? 'w' : 'wx' })
      } catch (cause) {
        const { code = 'EIO' } = cause as NodeJS.ErrnoException
        if (code === 'EEXIST') throw exists
        throw usage({
          en: `--out ${out}: cannot be written (${code}); the receipt is kept`,
          vi: `--out ${out}: không ghi được (${code}); biên lai vẫn được giữ`,
        })
      }
      session.line(session.say(says.wrote, { reference, bytes: session.count(fetched.bytes.byteLength), file }))
      session.result({ tenant, reference, receipt: { file, bytes: fetched.bytes.byteLength } })
      return exitCodes.done
    })
  },
})

function whyNot(fetched: Exclude<FetchedReceipt, { outcome: 'pdf' }>): { readonly code?: string; readonly message?: string } {
  return fetched.outcome === 'not-yet' ? { code: fetched.code, message: fetched.message } : {}
}

async function fetchAllDue(session: Session, offices: readonly OpenOffice[]): Promise<ExitCode> {
  const documents = []
  const codes: ExitCode[] = []
  for (const { tenant, office } of offices) {
    const progress = openProgress(session, systemClock)
    const sums = { fetched: 0, waiting: 0, givenUp: 0 }
    let failure: LienthongError | undefined
    try {
      for (let more = true; more && !session.signal.aborted; ) {
        const one = await office.fetchDueReceipts(session.signal)
        sums.fetched += one.fetched
        sums.waiting += one.waiting
        sums.givenUp += one.givenUp
        failure ??= one.failure
        more = one.more
        progress.show(session.say(says.fetching), sums.fetched + sums.waiting + sums.givenUp, undefined)
      }
    } catch (error) {
      // What was fetched before is kept.
      if (!isLienthongError(error) || error.kind !== 'aborted') throw error
    } finally {
      progress.end()
    }
    session.line(session.say(says.due, { tenant, ...sums }))
    if (failure !== undefined) session.trouble(failure, tenant)
    documents.push({ tenant, ...sums })
    codes.push(failure === undefined ? exitCodes.done : sums.fetched === 0 ? exitCodes.unreachable : exitCodes.someFailed)
    if (session.signal.aborted) break
  }
  session.result({ tenants: documents })
  return session.signal.aborted ? exitCodes.interrupted : worst(codes)
}
