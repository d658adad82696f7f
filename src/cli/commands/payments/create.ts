/** `lienthong payments create`: keeps a bill and, on request, asks for the page on which it is paid. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Text } from '../../../base/index.js'
import { type PaymentStart, readBill } from '../../../payments/index.js'
import { command, usage } from '../../command.js'
import { type ExitCode, exitCodes, type Session } from '../../session.js'
import { openConfig } from '../open.js'
import { officeOf, paymentTenant, withPaymentLedger } from './offices.js'
import { attemptStates, billStates, money } from './words.js'

const says = {
  created: { en: '✓ {tenant}: bill {id} of {code}: {amount}', vi: '✓ {tenant}: khoản thu {id} của {code}: {amount}' },
  existed: {
    en: '✓ {tenant}: bill {id} of {code} was there already: {amount}, {state}',
    vi: '✓ {tenant}: khoản thu {id} của {code} đã có: {amount}, {state}',
  },
  pay: { en: 'To be paid at {url}\n  reference {reference}', vi: 'Nộp tại {url}\n  mã tham chiếu {reference}' },
  wait: {
    en: '{reference}: {state}; a second attempt could take the money twice. Ask again: lienthong payments query {reference}',
    vi: '{reference}: {state}; nộp lần nữa có thể trừ tiền hai lần. Hỏi lại: lienthong payments query {reference}',
  },
  'not-due': { en: 'Nothing is due: {state}', vi: 'Không phải nộp: {state}' },
  refused: {
    en: '✗ {reference}: the platform refused it with code {code}: {message}',
    vi: '✗ {reference}: nền tảng từ chối với mã {code}: {message}',
  },
} satisfies Record<string, Text>

export const create = command({
  name: 'payments create',
  description: 'Keeps a bill, once however often it is given; with --start asks for the page on which it is paid',
  args: {
    file: { type: 'string', description: 'the bill as JSON (docs/payments.md); - reads it from stdin', required: true, valueHint: 'FILE|-' },
    start: { type: 'boolean', description: 'ask the platform for the pay page and print its address' },
  },
  remarks: ['  here 1 means that the platform refused the payment, 3 that nobody knows what became of the request'],
  async run(session, args) {
    const loaded = await openConfig(session)
    const tenant = paymentTenant(session, loaded)
    const bankCodes = loaded.config.tenants[tenant]?.payments?.bankCodes
    const bill = readBill(parsed(await contentOf(session, args.file), args.file), { bankCodes })
    return withPaymentLedger(loaded, 'workers', 'payments create', async (ledger) => {
      const { office } = officeOf(session, loaded, tenant, ledger)
      const before = new Set((await office.billsUnder(bill.billCode)).map(({ id }) => id))
      const kept = await office.createBill(bill)
      const existed = before.has(kept.id)
      const told = { tenant, id: kept.id, code: kept.billCode, amount: money(session, kept.amount), state: session.say(billStates[kept.state]) }
      session.line(session.say(existed ? says.existed : says.created, told))
      if (!args.start) {
        session.result({ tenant, bill: kept, existed, start: null })
        return exitCodes.done
      }
      const start = await office.start(kept.id, session.signal)
      session.line(startLine(session, start))
      session.result({ tenant, bill: kept, existed, start })
      // The attempt is written down and will be asked about.
      return session.signal.aborted ? exitCodes.interrupted : codes[start.outcome]
    })
  },
})

const codes: Readonly<Record<PaymentStart['outcome'], ExitCode>> = {
  pay: exitCodes.done,
  'not-due': exitCodes.done,
  refused: exitCodes.someFailed,
  wait: exitCodes.unreachable,
}

function startLine(session: Session, start: PaymentStart): string {
  switch (start.outcome) {
    case 'pay':
      return session.say(says.pay, { url: start.payUrl, reference: start.reference })
    case 'wait':
      return session.say(says.wait, { reference: start.reference, state: session.say(attemptStates[start.state]) })
    case 'not-due':
      return session.say(says['not-due'], { state: session.say(billStates[start.state]) })
    case 'refused':
      return session.say(says.refused, { reference: start.reference, code: start.code, message: start.message })
  }
}

/** Far above any bill. Bytes. */
const LARGEST = 1_000_000

async function contentOf({ streams, workingFolder }: Session, name: string): Promise<string> {
  try {
    if (name !== '-') return readFileSync(resolve(workingFolder, name), 'utf8')
    const parts: Buffer[] = []
    let length = 0
    for await (const part of streams.in ?? []) {
      const bytes = Buffer.from(part)
      parts.push(bytes)
      length += bytes.length
      if (length > LARGEST) break
    }
    if (length <= LARGEST) return Buffer.concat(parts).toString('utf8')
  } catch (cause) {
    const { code = 'EIO' } = cause as NodeJS.ErrnoException
    throw usage({ en: `--file ${name}: cannot be read (${code})`, vi: `--file ${name}: không đọc được (${code})` })
  }
  throw usage({ en: `--file ${name}: more than ${LARGEST} bytes`, vi: `--file ${name}: quá ${LARGEST} byte` })
}

/** What a parser complains of may quote the payer. */
function parsed(content: string, name: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''))
  } catch (cause) {
    const position = /position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1]
    const line = position === undefined ? content.split('\n').length : content.slice(0, Number(position)).split('\n').length
    throw usage({ en: `--file ${name}: no JSON; look at line ${line}`, vi: `--file ${name}: không phải JSON; xem dòng ${line}` })
  }
}
