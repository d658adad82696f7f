/** `lienthong payments receipt`: the platform's receipt as a file. */
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Text } from '../../../base/index.js'
import type { FetchedReceipt } from '../../../payments/index.js'
import { command, usage } from '../../command.js'
import { exitCodes } from '../../session.js'
import { officeWith, withOffices } from './offices.js'

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
} satisfies Record<string, Text>

export const receipt = command({
  name: 'payments receipt',
  description: 'Writes the platform’s receipt of a paid attempt into a file; fetched once, then kept in the ledger',
  args: {
    reference: { type: 'positional', description: 'our reference of the attempt (MaThamChieu)', required: true },
    out: { type: 'string', description: 'the file to write', required: true, valueHint: 'FILE' },
    force: { type: 'boolean', description: 'overwrite the file' },
  },
  remarks: ['  here 1 means that there is no receipt, or none yet'],
  async run(session, { reference, out, force }) {
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
