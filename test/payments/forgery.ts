/**
 * Mutations of good result messages, thrown at an office: whatever is not what the platform signed must be refused, change nothing in the books
 * and leave one entry in the journal each. What was signed is told by a reader of this file's own.
 */
import { expect } from 'vitest'
import { type Random, seededRandom } from '../../src/base/index.js'
import { type PaymentPlatform, paymentPlatform } from '../../src/connectors/index.js'
import { verifyJournal } from '../../src/ledger/index.js'
import { signedResult } from '../../src/testing/index.js'
import { PARTNER, SECRET } from './paper-platform.js'
import { feeWithoutAccount, openTill, TENANT, type Till } from './till.js'

const HOST = 'https://platform.example.vn'
/** As a citizen types it: the platform's own words may have marks. */
const NARRATION = 'Thanh toán hồ sơ H99-261122-0001'

/** What contracts/payment-platform.md §6 says is signed, written down once more. */
export const signedFields = {
  payplat: [
    ...['LoaiBanTin', 'MaLoi', 'MaDoiTac', 'MaThamChieu', 'SoTien', 'MaTienTe', 'MaGiaoDich', 'MaNganHang', 'ThoiGianGD', 'ThongTinGiaoDich'],
    'MaXacThuc',
  ],
  'payplat-2020-06': [
    ...['LoaiBanTin', 'MaDoiTac', 'MaThamChieu', 'SoTien', 'MaTienTe', 'MaNganHang', 'ThongTinGiaoDich', 'ThoiGianGD'],
    'MaXacThuc',
  ],
  'keypay-dvcqg': ['addition_fee', 'client_id', 'command', 'trans_amount', 'transaction_id', 'version', 'check_sum'],
} as const
export type SigningDialect = keyof typeof signedFields
export const signingDialects = Object.keys(signedFields) as SigningDialect[]

const AMOUNTS: ReadonlySet<string> = new Set(['SoTien', 'trans_amount', 'addition_fee'])
const SIGNATURES: ReadonlySet<string> = new Set(['MaXacThuc', 'check_sum'])
const REFUSED: ReadonlySet<string> = new Set(['unreadable', 'bad-signature'])

/** Signs what we send; what comes is signed by another. */
const OUTBOUND = 'ANOTHER-TEST-SECRET'

type Fields = Record<string, unknown>

export interface Counter {
  readonly till: Till
  readonly dialect: SigningDialect
  /** Of an attempt whose page is open: the message of its payment, which nobody has sent yet. */
  readonly open: Fields
  /** Of an attempt that was paid by this message. */
  readonly paid: Fields
}

/** An office with one open and one paid attempt. */
export async function openCounter(dialect: SigningDialect): Promise<Counter> {
  const real = paymentPlatform({
    ...{ dialect, partner: PARTNER, secret: OUTBOUND, inboundSecrets: [SECRET], returnUrl: `${HOST}/back` },
    urls: { start: `${HOST}/init`, query: `${HOST}/query`, receipt: `${HOST}/bill` },
  })
  const platform: PaymentPlatform = {
    ...real,
    start: async () => ({ outcome: 'started', payUrl: `${HOST}/pay` }),
    query: async () => ({ state: 'paid', amount: '150000', transaction: 'PP00000001', bank: '', at: '', code: '00' }),
  }
  const till = await openTill({ platforms: { [PARTNER]: platform } })
  const attempt = async (code: string) => {
    const { id } = await till.office.createBill({ ...feeWithoutAccount, billCode: code, dossierCode: code })
    const start = await till.office.start(id)
    if (start.outcome !== 'pay') throw new Error(start.outcome)
    const words = dialect === 'keypay-dvcqg' ? { description: NARRATION } : { ThongTinGiaoDich: NARRATION }
    const message = signedResult({ reference: start.reference, amount: 150_000, partner: PARTNER, secret: SECRET, dialect, fields: words })
    return { reference: start.reference, fields: JSON.parse(Buffer.from(message).toString('utf8')) as Fields }
  }
  const [open, paid] = [await attempt('H99-261122-0001'), await attempt('H99-261122-0002')]
  await till.office.receive(PARTNER, bytesOf(paid.fields))
  // Where a message proves no outcome, the platform's own answer does.
  await till.office.ask(paid.reference)
  expect(await till.office.attempt(paid.reference)).toMatchObject({ state: 'paid' })
  return { till, dialect, open: open.fields, paid: paid.fields }
}

export function bytesOf(fields: Fields): Buffer {
  return Buffer.from(JSON.stringify(fields), 'utf8')
}

/** Whether both hold the same signed texts under the same signature, as far as anybody can read them. */
export function saysTheSame(dialect: SigningDialect, message: Uint8Array, original: Fields): boolean {
  let read: unknown
  try {
    read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(message))
  } catch {
    return false
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return false
  const byName = new Map(Object.entries(read).map(([name, value]) => [name.toLowerCase(), value as unknown]))
  return signedFields[dialect].every((field) => {
    const [ours, theirs] = [original[field], byName.get(field.toLowerCase())].map((value) => textOf(field, value))
    return ours !== undefined && ours === theirs
  })
}

function textOf(field: string, value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const text = String(value)
  if (AMOUNTS.has(field)) return text.trim().replace(/\.0{1,2}$/, '')
  return SIGNATURES.has(field) ? text.trim().toLowerCase() : text
}

/** What may not change: whose money is where. */
async function moneyIn({ till: { ledger } }: Counter): Promise<string> {
  const bills = await ledger.db.selectFrom('bills').select(['id', 'state', 'amount', 'paid_at', 'paid_by']).orderBy('id').execute()
  const attempts = await ledger.db
    .selectFrom('payment_attempts')
    .select(['reference', 'transaction_no', 'paid_amount'])
    .orderBy('reference')
    .execute()
  const refunds = await ledger.db.selectFrom('payment_refunds').selectAll().execute()
  return JSON.stringify([bills, attempts, refunds])
}

async function everythingIn({ till: { ledger } }: Counter): Promise<string> {
  const attempts = await ledger.db.selectFrom('payment_attempts').selectAll().orderBy('reference').execute()
  return JSON.stringify(attempts.map(({ sealed, ...rest }) => [rest, Buffer.from(sealed).toString('base64')]))
}

export interface ForgeryReport {
  readonly sent: number
  /** Left out: the very message that would pay. */
  readonly genuine: number
  readonly verdicts: Readonly<Record<string, number>>
}

/** @throws what a failed expectation throws, with the seed, the number and the kind of the mutation */
export async function forge(dialect: SigningDialect, messages: number, seed: number | string): Promise<ForgeryReport> {
  const counter = await openCounter(dialect)
  const random = seededRandom(`${seed}/${dialect}`)
  const kinds = Object.entries(mutations)
  const verdicts: Record<string, number> = {}
  const money = await moneyIn(counter)
  const entries = async () => (await verifyJournal(counter.till.ledger, TENANT, PARTNER)).entries
  const before = await entries()
  let everything = await everythingIn(counter)
  let [sent, genuine] = [0, 0]
  for (let number = 0; number < messages; number++) {
    const original = random() < 0.6 ? counter.open : counter.paid
    const [kind, mutate] = kinds[Math.floor(random() * kinds.length)] as (typeof kinds)[number]
    const message = mutate(original, random, signedFields[dialect], dialect)
    const same = saysTheSame(dialect, message, original)
    if (same && original === counter.open && dialect === 'payplat') {
      genuine += 1
      continue
    }
    const where = `seed ${seed}, number ${number}, ${kind}: ${message.toString('utf8').slice(0, 400)}`
    const { verdict } = await counter.till.office.receive(PARTNER, message).catch((error: unknown) => {
      throw new Error(where, { cause: error })
    })
    sent += 1
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    // A signature that holds over what the platform never said: the secret was used, by a mutation that says so.
    const isSigned = kind.startsWith('signed')
    if (!same && !isSigned && !REFUSED.has(verdict)) throw new Error(`${verdict}: ${where}`)
    if ((await moneyIn(counter)) !== money) throw new Error(`the books changed: ${where}`)
    const now = await everythingIn(counter)
    if (REFUSED.has(verdict) && now !== everything) throw new Error(`a refused message changed an attempt: ${where}`)
    everything = now
  }
  expect(await verifyJournal(counter.till.ledger, TENANT, PARTNER)).toMatchObject({ holds: true, entries: before + sent })
  // After all of it the genuine message still pays.
  const { verdict } = await counter.till.office.receive(PARTNER, bytesOf(counter.open))
  expect(verdict).toBe(dialect === 'payplat' ? 'applied' : 'to-be-asked')
  return { sent, genuine, verdicts }
}

type Mutation = (message: Fields, random: Random, signed: readonly string[], dialect: SigningDialect) => Buffer

const below = (random: Random, most: number) => Math.floor(random() * most)
const oneOf = <T>(random: Random, choices: readonly T[]): T => choices[below(random, choices.length)] as T
const oneField = (message: Fields, random: Random) => oneOf(random, Object.keys(message))
/** A member more, behind or before all others, as text: an object could not hold one name twice. */
const withMember = (message: Fields, member: string, first: boolean) => {
  const inner = JSON.stringify(message).slice(1, -1)
  return Buffer.from(first ? `{${member},${inner}}` : `{${inner},${member}}`, 'utf8')
}
const HOSTILE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', ' ', 'MaLoi ', 'ＭaLoi', 'maXacThuc\0']

const mutations: Readonly<Record<string, Mutation>> = {
  'flipped bits'(message, random) {
    const bytes = bytesOf(message)
    for (let flips = 1 + below(random, 4); flips > 0; flips--) {
      const at = below(random, bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8))
    }
    return bytes
  },
  'a bit of a signed field'(message, random, signed) {
    const field = oneOf(random, signed)
    const bytes = Buffer.from(String(message[field]), 'utf8')
    const at = below(random, bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8))
    return bytesOf({ ...message, [field]: bytes.toString('utf8') })
  },
  'no signature, or what is none'(message, random, signed) {
    const field = signed.at(-1) ?? ''
    const given = String(message[field])
    const foreign = [...given].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0x100)).join('')
    const others = [
      undefined,
      null,
      '',
      0,
      true,
      [],
      {},
      [given],
      given.slice(1),
      `${given}0`,
      '0'.repeat(64),
      foreign,
      [...given].toReversed().join(''),
    ]
    return bytesOf({ ...message, [field]: oneOf(random, others) })
  },
  'the secret of another partner': (message, random, _, dialect) =>
    Buffer.from(
      signedResult({
        ...{ reference: String(message.MaThamChieu ?? message.transaction_id), amount: 150_000, partner: PARTNER },
        ...{ secret: oneOf(random, ['ANOTHER-SECRET', 'TEST-SECRET-KEy', `${SECRET}|`, `x|${SECRET}`]), dialect },
      }),
    ),
  'a replay with another amount'(message, random) {
    const field = 'SoTien' in message ? 'SoTien' : 'trans_amount'
    const amounts = [
      1,
      0,
      -150_000,
      150_001,
      150_000.5,
      1.5e5,
      15e4,
      '9007199254740993',
      '150.000',
      '150,000',
      '0150000',
      '1e5',
      '１５００００',
      '',
      null,
    ]
    return bytesOf({ ...message, [field]: random() < 0.7 ? oneOf(random, amounts) : below(random, 10_000_000) })
  },
  'a field twice'(message, random) {
    const field = oneField(message, random)
    const names = [field, field.toLowerCase(), field.toUpperCase(), `\\u00${field.charCodeAt(0).toString(16)}${field.slice(1)}`]
    const value = oneOf(random, [message[field], 1, '00', 'x', null])
    return withMember(message, `"${oneOf(random, names)}":${JSON.stringify(value)}`, random() < 0.5)
  },
  'another letter case': (message, random) =>
    bytesOf(Object.fromEntries(Object.entries(message).map(([name, value]) => [random() < 0.5 ? name.toUpperCase() : name.toLowerCase(), value]))),
  'numbers as texts, and texts as numbers'(message, random) {
    const field = oneField(message, random)
    const value = message[field]
    return bytesOf({ ...message, [field]: typeof value === 'number' ? `${value}${oneOf(random, ['', '.0', '.00', '.5', ' '])}` : Number(value) })
  },
  'another normal form'(message, random) {
    const form = oneOf(random, ['NFD', 'NFKD', 'NFKC'])
    return bytesOf(
      Object.fromEntries(Object.entries(message).map(([name, value]) => [name, typeof value === 'string' ? value.normalize(form) : value])),
    )
  },
  nested(message, random) {
    const field = oneField(message, random)
    const whole = [{ data: message }, [message], { ...message, [field]: [message[field]] }, { ...message, [field]: { value: message[field] } }]
    return Buffer.from(JSON.stringify(oneOf(random, whole)), 'utf8')
  },
  truncated(message, random) {
    const bytes = bytesOf(message)
    return bytes.subarray(0, below(random, bytes.length))
  },
  huge(message, random) {
    const field = oneField(message, random)
    const deep = below(random, 5000)
    const shapes = [
      () => bytesOf({ ...message, [field]: 'x'.repeat(300_000) }),
      () => bytesOf({ ...message, ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, index])) }),
      () => withMember(message, `"deep":${'['.repeat(deep)}${']'.repeat(deep)}`, random() < 0.5),
      () => withMember(message, `"long":${'9'.repeat(1 + below(random, 400))}`, random() < 0.5),
    ]
    return oneOf(random, shapes)()
  },
  'other bytes than UTF-8'(message, random) {
    const bytes = bytesOf(message)
    const at = below(random, bytes.length)
    const cut = (insert: readonly number[]) => Buffer.concat([bytes.subarray(0, at), Buffer.from(insert), bytes.subarray(at)])
    const shapes = [
      () => cut([0xff]),
      () => cut([0xc0, 0xaf]),
      () => cut([0xed, 0xa0, 0x80]),
      () => cut([0]),
      () => Buffer.from(bytes.toString('utf8'), 'utf16le'),
      () => Buffer.from(bytes.toString('utf8'), 'latin1'),
      () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    ]
    return oneOf(random, shapes)()
  },
  'names that objects have'(message, random) {
    const name = oneOf(random, HOSTILE_NAMES)
    if (random() < 0.5)
      return withMember(message, `${JSON.stringify(name)}:${oneOf(random, ['{"MaLoi":"00"}', '"00"', '1', 'null'])}`, random() < 0.5)
    const field = oneField(message, random)
    const { [field]: value, ...rest } = message
    return withMember(rest, `${JSON.stringify(name)}:${JSON.stringify(value)}`, random() < 0.5)
  },
  'values that changed places'(message, random, signed) {
    const [one, other] = [oneOf(random, signed), oneOf(random, signed)]
    return bytesOf({ ...message, [one]: message[other], [other]: message[one] })
  },
  'a border between two values moved'(message, random, signed) {
    const at = below(random, signed.length - 1)
    const [one, other] = [signed[at] as string, signed[at + 1] as string]
    const [left, right] = [String(message[one]), String(message[other])]
    const shapes = [
      { [one]: left.slice(0, -1), [other]: left.slice(-1) + right },
      { [one]: left + right.slice(0, 1), [other]: right.slice(1) },
      { [one]: `${left}|${right}`, [other]: '' },
      { [one]: '', [other]: `${left}|${right}` },
    ]
    return bytesOf({ ...message, ...oneOf(random, shapes) })
  },
  'blanks in a value'(message, random) {
    const field = oneField(message, random)
    const blank = oneOf(random, [' ', '\t', '\n', '\u00a0', '\u200b', '\ufeff'])
    return bytesOf({ ...message, [field]: random() < 0.5 ? `${String(message[field])}${blank}` : `${blank}${String(message[field])}` })
  },
  'blanks around values': (message, random) => Buffer.from(JSON.stringify(message, null, oneOf(random, [' ', '\t', 2])), 'utf8'),
  'another order': (message, random) => bytesOf(Object.fromEntries(Object.entries(message).sort(() => random() - 0.5))),
  'a field that is missing'(message, random) {
    const field = oneField(message, random)
    const { [field]: _, ...rest } = message
    return bytesOf(random() < 0.5 ? rest : { ...rest, [field]: null })
  },
  'names of the bill that nobody signed': (message, random) =>
    bytesOf({
      ...message,
      MaHoSo: oneOf(random, ['H99-261122-0001', 'H99-261122-0002', '\0', "' or 1=1"]),
      MaTraCuuTT: 'H99-261122-000120261122091500',
    }),
  'an outcome that nobody signed'(message, random) {
    const outcome = 'status' in message ? { status: oneOf(random, [0, 1, '0', null]) } : { MaLoi: oneOf(random, ['00', '99', 0, null]) }
    const number = { [`${'status' in message ? 'transaction_code' : 'MaGiaoDich'}`]: oneOf(random, ['PP00000001', 'PP00000002', '', 7]) }
    return bytesOf(random() < 0.5 ? { ...message, ...outcome } : { ...message, ...number })
  },
  'signed, and about nothing of ours': (_message, random, _signed, dialect) =>
    Buffer.from(
      signedResult({
        ...{ reference: oneOf(random, ['NOBODY', '', '\0', '\ud800', 'x'.repeat(1000), "'; drop table bills; --"]), amount: 150_000 },
        ...{ partner: oneOf(random, [PARTNER, 'ANOTHER']), secret: SECRET, dialect },
      }),
    ),
  'random bytes': (_, random) => Buffer.from(Array.from({ length: below(random, 300) }, () => below(random, 256))),
}
