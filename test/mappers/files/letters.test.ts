import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeLetters, lettersOfFont } from '../../../src/mappers/files/letters/index.js'
import { isSyllable } from '../../../src/mappers/files/letters/syllables.js'
import { fromFont, toFont } from '../../../src/mappers/index.js'
import { rowOf } from './made-up-register.js'

const vowels = ['a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y']
const tones = ['', '\u0300', '\u0301', '\u0309', '\u0303', '\u0323']
const letters = [...vowels.flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize('NFC'))), 'đ']
const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))

const textOf = (alphabet: readonly string[]) => fc.array(fc.constantFrom(...alphabet), { maxLength: 40 }).map((parts) => parts.join(''))

test('there are 73 letters beyond ASCII or with a tone, and each has a sign in both fonts', () => {
  const beyond = letters.filter((letter) => letter > '\u007f')
  expect(beyond).toHaveLength(67)
  for (const font of ['tcvn3', 'vni'] as const)
    expect(beyond.filter((letter) => toFont(letter, font) === letter && font === 'vni' && !'ìí'.includes(letter))).toEqual([])
  expect(new Set(beyond.map((letter) => toFont(letter, 'tcvn3'))).size).toBe(67)
  expect(new Set(beyond.map((letter) => toFont(letter, 'vni'))).size).toBe(67)
})

describe('what was written in a font is read back', () => {
  test('VNI, in both cases, with anything of ASCII between', () => {
    const capitals = letters.map((letter) => letter.toUpperCase())
    fc.assert(
      fc.property(textOf([...letters, ...capitals, ...ascii]), (text) => {
        expect(fromFont(toFont(text, 'vni'), 'vni')).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  test('TCVN3: small letters, and the seven capitals that it has', () => {
    fc.assert(
      fc.property(textOf([...letters, ...ascii.filter((character) => !/[A-Z]/.test(character)), ...'ĂÂÊÔƠƯĐ']), (text) => {
        expect(fromFont(toFont(text, 'tcvn3'), 'tcvn3')).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  test('TCVN3: a name that is all capitals comes back as capitals; others keep the small letters that the font drew', () => {
    const through = (text: string) => fromFont(toFont(text, 'tcvn3'), 'tcvn3')
    expect(through('NGUYỄN VĂN MẪU')).toBe('NGUYỄN VĂN MẪU')
    expect(through('Nguyễn Văn Mẫu')).toBe('Nguyễn Văn Mẫu')
    expect(through('Đặng Thị Ý')).toBe('Đặng Thị ý')
    expect(through('Hà')).toBe('Hà')
    expect(through('Ủy ban')).toBe('ủy ban')
  })

  test('VNI as some programs write it: the mark of a capital small', () => {
    expect(fromFont('NGUYEãN VAêN MAãU', 'vni')).toBe('NGUYỄN VĂN MẪU')
  })
})

test('the signs are those that people see: samples of several writers', () => {
  expect(fromFont('M· hå s¬', 'tcvn3')).toBe('Mã hồ sơ')
  expect(fromFont('B¶o Th¾ng, Mêng Kh¬ng', 'tcvn3')).toBe('Bảo Thắng, Mờng Khơng')
  expect(fromFont('M\u00adêng Kh\u00ad¬ng', 'tcvn3')).toBe('Mường Khương')
  expect(fromFont('Xin chaøo caùc baïn', 'vni')).toBe('Xin chào các bạn')
  expect(fromFont('Ñöôøng Nguyeãn Traõi', 'vni')).toBe('Đường Nguyễn Trãi')
})

test('a text with a character that the font does not have was typed in Unicode and stays', () => {
  for (const text of ['Trần Thị Ví Dụ', 'Đã trả kết quả', 'giá 5 € – x'])
    for (const font of ['tcvn3', 'vni'] as const) expect(fromFont(text, font)).toBe(text)
})

test('fonts are known by their names', () => {
  expect(['.VnTime', '.VnTimeH', '.vnArial', 'VNI-Times', 'VNI Helve', 'Times New Roman', 'Vni'].map(lettersOfFont)).toEqual([
    'tcvn3',
    'tcvn3',
    'tcvn3',
    'vni',
    'vni',
    null,
    null,
  ])
})

describe('the judgement of a sample', () => {
  const sample = Array.from({ length: 40 }, (_, n) => rowOf(n).join(' ')).join('\n')
  test('is sure of whole lists', () => {
    expect(judgeLetters(sample)).toEqual({ letters: null, doubtful: false })
    expect(judgeLetters(sample.normalize('NFD'))).toEqual({ letters: null, doubtful: false })
    for (const font of ['tcvn3', 'vni'] as const) expect(judgeLetters(toFont(sample, font))).toEqual({ letters: font, doubtful: false })
  })

  test('is not sure of a few words, and says nothing of foreign ones', () => {
    expect(judgeLetters(toFont('Trần Thị Ví Dụ', 'tcvn3'))).toEqual({ letters: 'tcvn3', doubtful: true })
    expect(judgeLetters('Café Müller, Åse Ødegård, naïve façade')).toEqual({ letters: null, doubtful: false })
    expect(judgeLetters('plain words 123')).toEqual({ letters: null, doubtful: false })
  })

  test('never takes Unicode for a font, whatever part of it is looked at', () => {
    const words = sample.split(/\s+/)
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 60 }), (some) => {
        expect(judgeLetters(some.join(' ')).letters).toBeNull()
      }),
      { numRuns: 500 },
    )
  })
})

test('syllables', () => {
  for (const word of 'nghiêng quyết giường khuya ưỡn Đăng xử lý huỷ thuở giấy quốc yếu'.split(' '))
    expect([word, isSyllable(word)]).toEqual([word, true])
  for (const word of 'chøng thùc hµ bla qxu nghz sắấ tàc'.split(' ')) expect([word, isSyllable(word)]).toEqual([word, false])
})
