/**
 * The platform's signatures, exactly. contracts/payment-platform.md §6: values in a fixed order, joined by `|` and never escaped, so that
 * a `|` within a value is refused; amounts as plain digits whatever they were written as; every other text as its bytes came.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { LienthongError, type Text } from '../../base/index.js'
import { SYSTEM } from './system.js'

/** One message's recipe. */
export interface Formula {
  /** In the order of the wire's contract. */
  readonly fields: readonly string[]
  /** Those of {@link fields} that are amounts. */
  readonly amounts: readonly string[]
  readonly algorithm: 'sha256-secret-last' | 'sha256-secret-first' | 'hmac-sha256'
  /** Between two values. */
  readonly separator: '|' | ''
  /** Ends the text, too: an early form of the platform. */
  readonly trailing?: true
}

/** What is signed, by field; a field that is not there counts as empty and keeps its place. */
export type SignedValues = (field: string) => string

/**
 * @returns 64 lower-case hexadecimal digits
 * @throws {LienthongError} `payment.unsignable`, naming the field, for a separator within a value or an amount that is none
 */
export function signatureOf(formula: Formula, values: SignedValues, secret: string): string {
  return digestOf(formula, contentOf(formula, values), secret)
}

/** Whether the signature is that of one of these secrets; several hold while a secret is being changed. In constant time. */
export function isSignedBy(formula: Formula, values: SignedValues, secrets: readonly string[], given: string): boolean {
  const content = contentOrNothing(formula, values)
  if (content === undefined) return false
  if (isDigestBy(formula, content, secrets, given)) return true
  // Few write it with capitals or blanks.
  const usual = given.trim().toLowerCase()
  return usual !== given && isDigestBy(formula, content, secrets, usual)
}

function isDigestBy(formula: Formula, content: string, secrets: readonly string[], shown: string): boolean {
  // As UTF-8: the other encodings of a Buffer take foreign letters for digits, by the lower half of their code.
  if (shown.length !== SIGNATURE_LENGTH || SHOWN.write(shown) !== SIGNATURE_LENGTH) return false
  let holds = false
  for (const secret of secrets) {
    EXPECTED.write(digestOf(formula, content, secret))
    const alike = timingSafeEqual(EXPECTED, SHOWN)
    holds = alike || holds
  }
  return holds
}

const SIGNATURE_LENGTH = 64
/** Written over for each comparison, which nothing interrupts: making two buffers costs more than comparing them. */
const SHOWN = Buffer.alloc(SIGNATURE_LENGTH)
const EXPECTED = Buffer.alloc(SIGNATURE_LENGTH)

/** The signed text without its secret: each value, and a separator behind it. */
function contentOf(formula: Formula, values: SignedValues): string {
  const { fields, separator } = formula
  const amounts = amountsOf(formula)
  const isSeparated = separator === '|'
  let content = ''
  // By number: this loop runs some twelve times for each message.
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as string
    const value = values(field)
    if (isSeparated && value.includes('|')) throw unsignable(field, SEPARATOR)
    content += (amounts[index] && !isPlainAmount(value) ? signedAmount(formula, field, value) : value) + separator
  }
  return content
}

const amountsByFormula = new WeakMap<Formula, readonly boolean[]>()

/** Of each field whether it is an amount: looked up once a formula. */
function amountsOf(formula: Formula): readonly boolean[] {
  let found = amountsByFormula.get(formula)
  if (found === undefined) {
    found = formula.fields.map((field) => formula.amounts.includes(field))
    amountsByFormula.set(formula, found)
  }
  return found
}

/** What cannot be signed is signed by nobody. */
function contentOrNothing(formula: Formula, values: SignedValues): string | undefined {
  try {
    return contentOf(formula, values)
  } catch {
    return undefined
  }
}

function digestOf({ algorithm, separator, trailing }: Formula, content: string, secret: string): string {
  // In one go: setting up a `Hash` object costs more than the digest.
  if (algorithm === 'sha256-secret-last') return hash('sha256', content + secret, 'hex')
  const whole = trailing ? content : content.slice(0, content.length - separator.length)
  if (algorithm === 'sha256-secret-first') return hash('sha256', secret + separator + whole, 'hex')
  return createHmac('sha256', secret).update(whole, 'utf8').digest('hex')
}

const SEPARATOR: Text = {
  en: 'it holds a “|”, which separates signed fields; take it out',
  vi: 'có dấu “|” là dấu phân cách các trường ký; hãy bỏ đi',
}

function signedAmount({ algorithm }: Formula, field: string, value: string): string {
  const digits = amountDigits(value)
  if (digits === undefined && !(value === '' && algorithm === 'hmac-sha256')) {
    throw unsignable(field, { en: 'no whole amount of đồng', vi: 'không phải số tiền nguyên đồng' })
  }
  return digits ?? ''
}

/** `150000`, `"150000"` and `150000.0` are one amount (§10.9); `150.000` may mean two. @returns undefined for what is no whole amount of đồng */
export function amountDigits(text: string): string | undefined {
  if (isPlainAmount(text)) return text
  const match = /^(0|[1-9]\d{0,15})(?:\.0{1,2})?$/.exec(text.trim())
  const digits = match?.[1]
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? digits : undefined
}

/** Whether an amount is written as it is signed: 1 to 15 digits, the first of them not 0. Nearly every one is; a loop, since a pattern takes thrice as long. */
function isPlainAmount(text: string): boolean {
  const { length } = text
  if (length === 0 || length > PLAIN_DIGITS || text.charCodeAt(0) === ZERO) return false
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code < ZERO || code > NINE) return false
  }
  return true
}

const PLAIN_DIGITS = 15
const ZERO = 48
const NINE = 57

function unsignable(field: string, problem: Text): LienthongError {
  return new LienthongError('payment.unsignable', { values: { field, problem }, system: SYSTEM })
}
