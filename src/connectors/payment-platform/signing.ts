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
  // As UTF-8: the other decoders of a Buffer take foreign letters for digits, by the lower half of their code.
  const shown = Buffer.from(given.trim().toLowerCase(), 'utf8')
  if (content === undefined || shown.length !== SIGNATURE_LENGTH) return false
  let holds = false
  for (const secret of secrets) {
    const alike = timingSafeEqual(Buffer.from(digestOf(formula, content, secret), 'latin1'), shown)
    holds = alike || holds
  }
  return holds
}

const SIGNATURE_LENGTH = 64

/** The signed text without its secret: each value, and a separator behind it. */
function contentOf(formula: Formula, values: SignedValues): string {
  const { fields, amounts, separator } = formula
  let content = ''
  for (const field of fields) {
    const value = values(field)
    if (separator === '|' && value.includes('|')) throw unsignable(field, SEPARATOR)
    content += (amounts.includes(field) ? signedAmount(formula, field, value) : value) + separator
  }
  return content
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
  // Nearly every one.
  if (/^[1-9]\d{0,14}$/.test(text)) return text
  const match = /^(0|[1-9]\d{0,15})(?:\.0{1,2})?$/.exec(text.trim())
  const digits = match?.[1]
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? digits : undefined
}

function unsignable(field: string, problem: Text): LienthongError {
  return new LienthongError('payment.unsignable', { values: { field, problem }, system: SYSTEM })
}
