/** A citizen who types a code on the national portal and pays there: the province is asked for the bill. contracts/payment-platform.md §2.2, §4.5 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { wallClockFormat } from '../../domain/index.js'
import { isObject, parseJson } from '../exchange.js'
import { readBill, type ShownBill } from './bill.js'
import { lookupFields } from './books.js'
import { send } from './courier.js'
import { isOnThisMachine } from './partners.js'
import { type CitizenReport, citizenActions, type Platform } from './platform.js'
import { wireClock } from './result-message.js'

export const nationalRequest = z.strictObject({
  /** What the citizen typed: dossier, decision or notice. */
  code: z.string().min(1).max(100),
  /** Whose bill it is. Default: the first partner there is. */
  partner: z.string().optional(),
  /** Where to ask; default the partner's own. */
  inquiryUrl: z.string().refine(isOnThisMachine, 'expected an http address on this machine').optional(),
  /** Under which name the code is asked for. */
  field: z.string().min(1).max(50).default('MaHoSo'),
  action: z.enum(citizenActions).default('pay'),
  ends: z.enum(['paid', 'failed']).optional(),
  /** How the result names the bill besides a reference that the province never saw. */
  tells: z.array(z.enum(lookupFields)).default([...lookupFields]),
})
export type NationalInput = z.input<typeof nationalRequest>

export type NationalReport = ({ readonly outcome: 'shown'; readonly amount: number; readonly lookupCode: string } & CitizenReport) | NotShown

/** `nothing-due` and `unknown` are what the province said; `unreadable`: it said nothing of this contract. */
interface NotShown {
  readonly outcome: 'nothing-due' | 'unknown' | 'unreadable'
  readonly problem: string
}

/** @throws RangeError without a partner or an address to ask. */
export async function payOnNationalPortal(platform: Platform, input: NationalInput): Promise<NationalReport> {
  const { code, partner: named, inquiryUrl, field, action, ends, tells } = nationalRequest.parse(input)
  const { books, options } = platform
  const profile = named === undefined ? [...books.partners.values()][0] : books.partners.get(named)
  if (profile === undefined) throw new RangeError(`no partner ${named ?? ''} is registered`)
  const url = inquiryUrl ?? profile.inquiryUrl
  if (url === null) throw new RangeError(`the partner ${profile.partner} has no inquiryUrl`)
  const answer = await send(url, JSON.stringify({ [field]: code }), options.answerWithinMs, new AbortController().signal)
  const said = readInquiry(answer)
  if ('outcome' in said) return said
  const number = [...books.transactions()].filter(({ by }) => by === 'national').length + 1
  const reference = `DVCQG${dayFormat.format(platform.now()).slice(2)}${String(number).padStart(6, '0')}X`
  const { bill, lookupCode } = said
  const transaction = platform.open({
    ...{ reference, partner: profile.partner, dialect: 'payplat', by: 'national', amount: bill.total, bill, echo: {}, returnUrl: null },
    ...{ narration: `THANH TOAN ${code}`.replaceAll('|', ' ').slice(0, 210), wireAt: wireClock.format(platform.now()) },
    ...{ lookup: { code: lookupCode, tells }, digest: createHash('sha256').update(reference).digest('hex') },
  })
  return { outcome: 'shown', amount: bill.total, lookupCode, ...platform.act(transaction, action, { ends }) }
}

const dayFormat = wallClockFormat('yyyyMMdd')

/** The numbers mean the opposite of what they mean elsewhere (§4.5). */
function readInquiry(answer: Awaited<ReturnType<typeof send>>): NotShown | { readonly bill: ShownBill; readonly lookupCode: string } {
  const unreadable = (problem: string): NotShown => ({ outcome: 'unreadable', problem })
  if (answer?.status !== 200) return unreadable(answer === undefined ? 'no answer' : `HTTP ${answer.status}`)
  const body = parseJson(answer.text)?.value
  if (!isObject(body)) return unreadable('no JSON object')
  if (body.error_code === 0) return { outcome: 'nothing-due', problem: '' }
  if (body.error_code === -1) return { outcome: 'unknown', problem: '' }
  if (body.error_code !== 1 || !isObject(body.message)) return unreadable('error_code')
  const lookupCode = body.message.MaTraCuuTT
  if (typeof lookupCode !== 'string' || lookupCode === '') return unreadable('MaTraCuuTT')
  const read = readBill(body.message)
  return read.ok ? { bill: read.bill, lookupCode } : unreadable(read.problem)
}
