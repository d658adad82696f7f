/**
 * The platform's signatures, exactly. contracts/payment-platform.md §6: values in a fixed order, joined by `|` and never escaped, so that
 * a `|` within a value is refused; amounts as plain digits whatever they were written as; every other text as its bytes came.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { LienthongError } from '../../base/index.js'
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
  const { algorithm, separator, trailing } = formula
  const texts = formula.fields.map((field) => signedText(formula, field, values(field)))
  if (algorithm === 'hmac-sha256') {
    const content = texts.join(separator) + (trailing ? separator : '')
    return createHmac('sha256', secret).update(content, 'utf8').digest('hex')
  }
  const parts = algorithm === 'sha256-secret-first' ? [secret, ...texts] : [...texts, secret]
  return createHash('sha256').update(parts.join(separator), 'utf8').digest('hex')
}

/** Whether the signature is that of one of these secrets; several hold while a secret is being changed. In constant time. */
export function isSignedBy(formula: Formula, values: SignedValues, secrets: readonly string[], given: string): boolean {
  const shown = Buffer.from(given.trim().toLowerCase(), 'latin1')
  let holds = false
  for (const secret of secrets) {
    const expected = Buffer.from(signatureOrNothing(formula, values, secret), 'latin1')
    const alike = expected.length === SIGNATURE_LENGTH && shown.length === SIGNATURE_LENGTH && timingSafeEqual(expected, shown)
    holds = alike || holds
  }
  return holds
}

const SIGNATURE_LENGTH = 64

/** What cannot be signed is signed by nobody. */
function signatureOrNothing(formula: Formula, values: SignedValues, secret: string): string {
  try {
    return signatureOf(formula, values, secret)
  } catch {
    return ''
  }
}

function signedText({ amounts, separator, algorithm }: Formula, field: string, value: string): string {
  if (separator === '|' && value.includes('|')) {
    throw unsignable(field, {
      en: 'it holds a “|”, which separates signed fields; take it out',
      vi: 'có dấu “|” là dấu phân cách các trường ký; hãy bỏ đi',
    })
  }
  if (!amounts.includes(field)) return value
  const digits = amountDigits(value)
  if (digits === undefined && !(value === '' && algorithm === 'hmac-sha256')) {
    throw unsignable(field, { en: 'no whole amount of đồng', vi: 'không phải số tiền nguyên đồng' })
  }
  return digits ?? ''
}

/** `150000`, `"150000"` and `150000.0` are one amount (§10.9); `150.000` may mean two. @returns undefined for what is no whole amount of đồng */
export function amountDigits(text: string): string | undefined {
  const match = /^(0|[1-9]\d{0,15})(?:\.0{1,2})?$/.exec(text.trim())
  const digits = match?.[1]
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? digits : undefined
}

function unsignable(field: string, problem: { readonly en: string; readonly vi: string }): LienthongError {
  return new LienthongError('payment.unsignable', { values: { field, problem }, system: SYSTEM })
}
