import { describe, expect, test } from 'vitest'
import { readCode } from '../../../src/mappers/matching/codes.js'
import { nameForm } from '../../../src/mappers/matching/name-form.js'
import { oneTypoApart, syllable } from '../../../src/mappers/matching/syllable.js'

const words = (name: string) => nameForm(name).words.map(({ toned }) => toned)

describe('a syllable', () => {
  test('is the same in both tone-mark styles, in NFC and NFD, in any case', () => {
    for (const [one, other] of ['hoà hòa', 'thuý thúy', 'khoẻ khỏe', 'HOÀ hòa'].map((pair) => pair.split(' ') as [string, string])) {
      expect(syllable(one)).toEqual(syllable(other))
      expect(syllable(one.normalize('NFD'))).toEqual(syllable(other))
    }
  })

  test('keeps what makes another word: tone, letter quality, đ', () => {
    const different = ['la', 'là', 'lá', 'lả', 'lã', 'lạ', 'lâ', 'lă', 'da', 'đa'].map((word) => syllable(word).toned)
    expect(new Set(different).size).toBe(different.length)
    expect(syllable('đất')).toEqual({ toned: 'đât2', bare: 'dat' })
  })

  test('is the same with i and with y where both spellings are in use, and a number without leading zeros', () => {
    expect(syllable('kỹ')).toEqual(syllable('kĩ'))
    expect(syllable('quý')).toEqual(syllable('quí'))
    expect(syllable('thủy')).not.toEqual(syllable('thủi'))
    expect(syllable('01')).toEqual(syllable('1'))
  })

  test('one letter wrong, missing, too many or swapped is one typo; two are not', () => {
    expect(oneTypoApart('chung', 'chumg')).toBe(true)
    expect(oneTypoApart('chung', 'chug')).toBe(true)
    expect(oneTypoApart('chung', 'chhung')).toBe(true)
    expect(oneTypoApart('chung', 'chugn')).toBe(true)
    expect(oneTypoApart('chung', 'chung')).toBe(false)
    expect(oneTypoApart('chung', 'trung')).toBe(false)
    expect(oneTypoApart('chung', 'cg')).toBe(false)
  })
})

describe('a name', () => {
  test('says the same with and without "thủ tục", numbering, doubled spaces, full stop, slash for comma', () => {
    const plain = words('Giao đất, cho thuê đất')
    for (const name of ['Thủ tục giao đất, cho thuê đất.', '1.\tGiao  đất/cho thuê đất', 'GIAO ĐẤT, CHO THUÊ ĐẤT', 'IV) Giao đất - cho thuê đất']) {
      expect(words(name)).toEqual(plain)
    }
  })

  test('says the same with an abbreviation as written out, on either side', () => {
    expect(words('Cấp GCN QSDĐ')).toEqual(words('Cấp giấy chứng nhận quyền sử dụng đất'))
    expect(
      nameForm('cap gcn qsdd')
        .words.map(({ bare }) => bare)
        .join(' '),
    ).toBe('cap giay chung nhan quyen su dung dat')
    // TƯ is trung ương only where it stands out in capitals.
    expect(words('ĐẦU TƯ CÔNG')).toEqual(words('Đầu tư công'))
  })

  test('states a level at its end, in brackets anywhere, and nowhere else', () => {
    expect(nameForm('Hỗ trợ dự án liên kết (cấp xã)').levels).toEqual(new Set(['commune']))
    expect(nameForm('Hỗ trợ dự án liên kết thực hiện tại cấp tỉnh').levels).toEqual(new Set(['province']))
    expect(nameForm('Hỗ trợ dự án liên kết - cấp Trung ương').levels).toEqual(new Set(['ministry']))
    expect(nameForm('Hỗ trợ (cấp tỉnh, cấp xã) dự án').levels).toEqual(new Set(['province', 'commune']))
    expect(words('Hỗ trợ dự án liên kết (thực hiện tại cấp xã)')).toEqual(words('Hỗ trợ dự án liên kết'))
    expect(nameForm('Giải quyết ngộ độc cấp tính').levels).toBeNull()
    expect(nameForm('Quỹ bảo vệ rừng cấp tỉnh được hỗ trợ').levels).toBeNull()
  })

  test('is cut off when it ends with an ellipsis, and unaccented when its marks are gone', () => {
    expect(nameForm('Thu hồi Giấy chứng nhận…').cut).toBe(true)
    expect(nameForm('Thu hồi Giấy chứng nhận...').cut).toBe(true)
    expect(nameForm('Thu hồi Giấy chứng nhận.').cut).toBe(false)
    expect(nameForm('Thu hoi giay chung nhan').unaccented).toBe(true)
    expect(nameForm('Thu hồi giấy chứng nhận').unaccented).toBe(false)
  })
})

describe('a code', () => {
  test.each([
    ['1.001193', '1.001193'],
    ['1.001193.000.00.00.H41', '1.001193'],
    ['1.013978.H41', '1.013978'],
    [' 1.001193 .h41 ', '1.001193'],
    ['1.000358.02', '1.000358'],
    ['2.000815.000.00.00.H55.02', '2.000815'],
    ['https://example.vn/p?MaTTHC=1.004873&vneid=1', '1.004873'],
  ])('%s is whole and means %s', (text, base) => {
    expect(readCode(text)).toEqual({ text, bases: [base], damaged: false })
  })

  test('that a spreadsheet took for a number may mean several, and is not believed by itself', () => {
    expect(readCode('1.00119')).toMatchObject({ bases: ['1.001190', '1.000119'].sort().reverse(), damaged: true })
    expect(readCode('1.1193')).toMatchObject({ bases: ['1.119300', '1.001193'], damaged: true })
    expect(readCode('1001193')).toMatchObject({ bases: ['1.001193'], damaged: true })
    expect(readCode('1,001193')).toMatchObject({ bases: ['1.001193'], damaged: true })
    expect(readCode('KH-14')).toMatchObject({ bases: [], damaged: true })
  })
})
