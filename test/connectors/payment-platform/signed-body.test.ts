import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSignedBody } from '../../../src/connectors/payment-platform/signed-body.js'

const read = (text: string) => readSignedBody(Buffer.from(text, 'utf8'))
const refused = (problem: string) => expect.objectContaining({ code: 'payment.unreadable_message', message: expect.stringContaining(problem) })

describe('a signed message', () => {
  test('keeps the texts of its fields: numbers as their digits stand there, texts not normalised', () => {
    const decomposed = 'Thanh toán'.normalize('NFD')
    const body = read(` { "SoTien" : 150000.0 , "MaLoi":"00","ThongTinGiaoDich":${JSON.stringify(decomposed)},"Lon":9007199254740993,"Khac":null }`)
    expect(body.text('SoTien')).toBe('150000.0')
    expect(body.text('MaLoi')).toBe('00')
    expect(body.text('ThongTinGiaoDich')).toBe(decomposed)
    expect(body.text('Lon')).toBe('9007199254740993')
    expect(body.text('Khac')).toBe('')
    expect(body.text('vang mat')).toBe('')
  })

  test('is read in any letter case of its names', () => expect(read('{"maloi":"00"}').text('MaLoi')).toBe('00'))

  test('keeps what is nested as it came', () => {
    expect(read('{"bill_info":{"a":"}","b":[1,{"c":"\\"]"}]},"status":0}').fields.get('bill_info')?.json).toBe('{"a":"}","b":[1,{"c":"\\"]"}]}')
  })

  test.each([
    ['the same field twice', '{"SoTien":1,"SoTien":150000}', 'comes twice'],
    ['the same field in another case', '{"SoTien":1,"sotien":150000}', 'comes twice'],
    ['the same field behind an escape', '{"SoTien":1,"So\\u0054ien":150000}', 'comes twice'],
    ['a list', '[]', 'no JSON object'],
    ['a text', '"MaLoi"', 'no JSON object'],
    ['nothing', '', 'no JSON'],
    ['a page', '<html>', 'no JSON'],
    ['something behind it', '{"MaLoi":"00"} {"MaLoi":"99"}', 'no JSON'],
    ['many fields', `{${Array.from({ length: 201 }, (_, index) => `"f${index}":1`).join(',')}}`, 'more than 200 fields'],
    ['a very long one', `{"a":"${'x'.repeat(300_000)}"}`, 'more than 256 KB'],
  ])('is refused for %s', (_, text, problem) => expect(() => read(text)).toThrowError(refused(problem)))

  test('is refused where it is not UTF-8', () => {
    expect(() => readSignedBody(Uint8Array.of(0x7b, 0xff, 0x7d))).toThrowError(refused('not UTF-8'))
  })

  test('tells nothing of a value that stands where a name should', () => {
    expect(() => read('{"Nguyễn Văn Mẫu, 099090000001":1,"nguyễn văn mẫu, 099090000001":2}')).toThrowError(refused('“…” comes twice'))
  })

  test('says the same as JSON.parse of any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const names = Object.keys(object).map((name) => name.toLowerCase())
        fc.pre(new Set(names).size === names.length && !('__proto__' in object && Object.hasOwn(object, '__proto__')))
        for (const spaces of [0, 2]) {
          const { fields } = read(JSON.stringify(object, null, spaces))
          const back = Object.fromEntries([...fields.values()].map(({ name, json }) => [name, JSON.parse(json)]))
          expect(back).toEqual(JSON.parse(JSON.stringify(object)))
        }
      }),
    )
  })

  test('never crashes on bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readSignedBody(bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: 'payment.unreadable_message' })
        }
      }),
    )
  })
})
