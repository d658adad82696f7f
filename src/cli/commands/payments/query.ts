/** `lienthong payments query`: asks the platform what became of one attempt, or of all that are due. */
import { isLienthongError, type LienthongError, systemClock, type Text } from '../../../base/index.js'
import { command, usage } from '../../command.js'
import { openProgress } from '../../progress.js'
import { type ExitCode, exitCodes, type Session, worst } from '../../session.js'
import { type OpenOffice, officeWith, withOffices } from './offices.js'
import { attemptStates, billStates } from './words.js'

const says = {
  standing: {
    en: '✓ {reference}: {state}{transaction}; bill {code}: {bill}',
    vi: '✓ {reference}: {state}{transaction}; khoản thu {code}: {bill}',
  },
  transaction: { en: ', transaction {number}', vi: ', mã giao dịch {number}' },
  due: {
    en: '{tenant}: {asked} asked about, {over} of them over now, {unanswered} without an answer',
    vi: '{tenant}: đã hỏi {asked}, {over} đã xong, {unanswered} chưa có trả lời',
  },
  asking: { en: 'asking', vi: 'đang hỏi' },
} satisfies Record<string, Text>

export const query = command({
  name: 'payments query',
  description: 'Asks the platform what became of an attempt; with --due, of every one that is due to be asked about',
  args: {
    reference: { type: 'positional', description: 'our reference of the attempt (MaThamChieu)', required: false },
    due: { type: 'boolean', description: 'ask about all that are due; for a timer where `payments serve` does not run' },
  },
  remarks: ['  here 1 means that some attempts got no answer; they are asked about again later'],
  async run(session, args) {
    const { reference, due } = args
    if ((reference === undefined) !== (due === true))
      throw usage({ en: 'name one reference, or ask about all with --due', vi: 'chỉ ra một mã tham chiếu, hoặc dùng --due để hỏi tất cả' })
    return withOffices(session, 'payments query', async (offices) => {
      if (reference !== undefined) return askOne(session, offices, reference)
      const documents = []
      const codes: ExitCode[] = []
      for (const one of offices) {
        const { code, document } = await askAllDue(session, one)
        documents.push(document)
        codes.push(code)
        if (session.signal.aborted) break
      }
      session.result({ tenants: documents })
      return session.signal.aborted ? exitCodes.interrupted : worst(codes)
    })
  },
})

async function askOne(session: Session, offices: readonly OpenOffice[], reference: string): Promise<ExitCode> {
  const { tenant, office } = await officeWith(offices, reference)
  const { state, transaction, bill } = await office.ask(reference, session.signal)
  const number = transaction === null ? '' : session.say(says.transaction, { number: transaction })
  const told = {
    reference,
    state: session.say(attemptStates[state]),
    transaction: number,
    code: bill.billCode,
    bill: session.say(billStates[bill.state]),
  }
  session.line(session.say(says.standing, told))
  session.result({ tenant, reference, state, transaction, bill })
  return exitCodes.done
}

async function askAllDue(session: Session, { tenant, office }: OpenOffice): Promise<{ readonly code: ExitCode; readonly document: object }> {
  const progress = openProgress(session, systemClock)
  const sums = { asked: 0, over: 0, unanswered: 0 }
  let failure: LienthongError | undefined
  try {
    for (let more = true; more && !session.signal.aborted; ) {
      const asked = await office.askDue(session.signal)
      sums.asked += asked.asked
      sums.over += asked.over
      sums.unanswered += asked.unanswered
      failure ??= asked.failure
      more = asked.more
      progress.show(session.say(says.asking), sums.asked, undefined)
    }
  } catch (error) {
    // What was answered before is in the books.
    if (!isLienthongError(error) || error.kind !== 'aborted') throw error
  } finally {
    progress.end()
  }
  session.line(session.say(says.due, { tenant, ...sums }))
  if (failure !== undefined) session.trouble(failure, tenant)
  const code = sums.unanswered === 0 ? exitCodes.done : sums.unanswered === sums.asked ? exitCodes.unreachable : exitCodes.someFailed
  return { code, document: { tenant, ...sums } }
}
