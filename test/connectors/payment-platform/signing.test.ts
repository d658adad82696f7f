import { describe, expect, test } from 'vitest'
import { keypay, paygov, payplat, payplatEarly } from '../../../src/connectors/payment-platform/formulas.js'
import { amountDigits, type Formula, isSignedBy, signatureOf } from '../../../src/connectors/payment-platform/signing.js'

const SECRET = 'TEST-SECRET-KEY'
const NARRATION = 'THANH TOAN HO SO H99-261122-0001'

/** A signed text of §6.1, cut at its separators. */
const valuesOf = (formula: Formula, joined: string) => {
  const texts = joined.split('|')
  return (field: string) => texts[formula.fields.indexOf(field)] ?? ''
}

const INIT = `INIT|1.0.6|TESTPARTNER|dvcH990001261122091500|150000|PAY|1|1|vi-VN|VND|PAYMENT|${NARRATION}|20261122091500|203.0.113.10`
const result = (narration: string) => `CONFIRM|00|TESTPARTNER|dvcH990001261122091500|150000|VND|PP26112200000123|970436|20261122091633|${narration}`
const attempt = (message: string) => `${message}|1.0.6|TESTPARTNER|dvcH990001261122091500|20261122091500`
const KEYPAY = '0|TEST_CLIENT|PAY|150000|12345_0a1b2c3d-4e5f-|3.0'

describe('the vectors of the contract, §6.1', () => {
  test.each<[string, Formula, string, string, string]>([
    ['V1 INIT', payplat.init, INIT, SECRET, '187e0535ebb9fb3d32cd311075885799ca9e9ecfa87788c8155671057b5ad9dd'],
    ['V1h INIT, HMAC', payplatEarly.init, INIT, SECRET, 'fff25533f505aa07e031a216a9d940a9c14ba9decd9b2b63f877e111692c3b0b'],
    ['V2 CONFIRM', payplat.result, result(NARRATION), SECRET, 'e47f4b2f41e109af28aaec651c4b05d204a3262749160176b8905eb66bdf6310'],
    ['V3 QUERY', payplat.query, attempt('QUERY'), SECRET, 'f577280f1a1e0908e7b669c2460812bc764eb18b89421a75608e225e3acf6efe'],
    ['V4 GET_BILL', payplat.receipt, attempt('GET_BILL'), SECRET, '6f7651d960c56391bdb55950a09f31b7b99d8f1ac21706e416e6e5a0733ef511'],
    [
      'V5 narration in NFC',
      payplat.result,
      result('Thanh toán hồ sơ'.normalize('NFC')),
      SECRET,
      '2f31d160aca67ead6da018dd0b1e7b9041e62d0d24e0baa5c5ca5de09eddf1a1',
    ],
    [
      'V5 narration in NFD: the bytes as they came',
      payplat.result,
      result('Thanh toán hồ sơ'.normalize('NFD')),
      SECRET,
      'd8efd709a65964867274a61a448fe53eb79a87e1c45e04e171b0ae452a12cf17',
    ],
    ['V6 KeyPay create', keypay.create, KEYPAY, 'KEY-ONE', '37bbcc858b13ac3cd9808fb0e35535665a5c951af1cef95286a09c1eee6c2f8a'],
    ['V7 KeyPay callback', keypay.result, KEYPAY, 'KEY-TWO', '41f36e8c4b36533ac0c9c2e18e27334c73ca8fcce00b15916ca4915adfc4189b'],
    [
      'V8 KeyPay detail',
      keypay.detail,
      'TEST_CLIENT|PAY|12345_0a1b2c3d-4e5f-',
      'KEY-ONE',
      'f2ef9e9bb520ef1beebad124b7155784986bacced38999c773a904209223ffd3',
    ],
    [
      'V9 KeyPay refund',
      keypay.refund,
      '50000|TEST_CLIENT|REFUND|Khach huy ho so|20261122-12345',
      'KEY-ONE',
      '474399a88f0c8ff23911e991d5e5b33283810b707159ed86e954890c286e6e74',
    ],
    [
      'V10 PayGov link',
      paygov.link,
      'TESTACCESS|PAYGOV-TEST|000.00.99.H99-H99-261122-0001-01|123451795338900000|150000',
      'TESTSECRET',
      '6fbf0ae4a29ba5007de8335655ece895435380456fac6a258d65c93283b2fe1f',
    ],
  ])('%s', (_, formula, text, secret, signature) => {
    const values = valuesOf(formula, text)
    expect(signatureOf(formula, values, secret)).toBe(signature)
    expect(isSignedBy(formula, values, ['ANOTHER', secret], signature)).toBe(true)
    expect(isSignedBy(formula, values, ['ANOTHER'], signature)).toBe(false)
  })
})

describe('what is signed', () => {
  const values = valuesOf(payplat.init, INIT)
  const signature = signatureOf(payplat.init, values, SECRET)
  const but = (field: string, value: string) => (name: string) => (name === field ? value : values(name))

  test.each(['150000', '150000.0', '150000.00', ' 150000 '])('an amount written %j is one amount', (amount) => {
    expect(signatureOf(payplat.init, but('SoTien', amount), SECRET)).toBe(signature)
  })

  test.each(['', '-150000', '150000.5', '1.5e5', '150.000', '0150000', '9007199254740993', '１５００００'])('an amount %j is refused', (amount) => {
    expect(amountDigits(amount)).toBeUndefined()
    expect(() => signatureOf(payplat.init, but('SoTien', amount), SECRET)).toThrowError(
      expect.objectContaining({ code: 'payment.unsignable', message: expect.stringContaining('SoTien') }),
    )
    expect(isSignedBy(payplat.init, but('SoTien', amount), [SECRET], signature)).toBe(false)
  })

  test('a separator within a value is refused, naming the field: two messages would have one signature', () => {
    expect(() => signatureOf(payplat.init, but('ThongTinGiaoDich', 'A|B'), SECRET)).toThrowError(
      expect.objectContaining({ code: 'payment.unsignable', message: expect.stringContaining('ThongTinGiaoDich') }),
    )
  })

  test('one flipped bit anywhere in a signed field breaks it', () => {
    for (const field of payplat.init.fields) {
      const bytes = Buffer.from(values(field), 'utf8')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(isSignedBy(payplat.init, but(field, flipped.toString('latin1')), [SECRET], signature), `${field}, bit ${bit}`).toBe(false)
      }
    }
  })

  const foreign = [...signature].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0x100)).join('')

  test.each(['', 'abc', `${signature}00`, signature.slice(1), '0'.repeat(64), foreign, `${foreign.slice(0, 1)}${signature.slice(1)}`])(
    '%j is no signature',
    (given) => {
      expect(isSignedBy(payplat.init, values, [SECRET], given)).toBe(false)
    },
  )

  test('letter case of the hexadecimal digits does not matter', () => {
    expect(isSignedBy(payplat.init, values, [SECRET], signature.toUpperCase())).toBe(true)
  })
})
