import { describe, expect, test } from 'vitest'
import { asLienthongError, redact, textsWithin } from '../../src/base/index.js'

describe('a text from outside loses what looks personal', () => {
  test.each([
    ['Số 099090000001 đã tồn tại', 'Số ‹personal number› đã tồn tại'],
    ['CMND 099000001', 'CMND ‹number›'],
    ['gọi 0901234567 hoặc +84901234567', 'gọi ‹phone› hoặc ‹phone›'],
    ['thư mau@example.vn', 'thư ‹e-mail›'],
  ])('%s', (text, masked) => {
    expect(redact(text)).toBe(masked)
  })

  test.each(['Hồ sơ 000.05.12.H99-250214-0007 đã tồn tại', 'Thủ tục 1.001612.000.00.00.H99', 'lúc 20250214081500'])(
    'but keeps what an operator needs: %s',
    (text) => {
      expect(redact(text)).toBe(text)
    },
  )
})

test('every value of the record just sent is masked, in any letter case and in either Unicode form', () => {
  const values = textsWithin({ ChuHoSo: 'Nguyễn Văn Mẫu', MaHoSo: 'H99-250214-0007', DinhDanhCHS: [{ SoDinhDanh: 'B1234567' }] }, new Set(['MaHoSo']))
  expect(redact('Chủ hồ sơ NGUYỄN VĂN MẪU (b1234567) của H99-250214-0007', values)).toBe('Chủ hồ sơ ‹…› (‹…›) của H99-250214-0007')
  expect(redact('Nguyễn Văn Mẫu'.normalize('NFD'), values)).toBe('‹…›')
})

test('short values are no secret: masking them would make messages unreadable', () => {
  expect(redact('trạng thái 4', ['4'])).toBe('trạng thái 4')
})

test('a value that is a pattern is masked as text', () => {
  expect(redact('a+b(c) thừa', ['a+b(c)'])).toBe('‹…› thừa')
})

describe('a person of the record is recognised in whatever form the name comes back', () => {
  const names = ['Kơpă Văn Mẫu']
  test.each([
    ['Chủ hồ sơ Văn Mẫu trùng', 'Chủ hồ sơ ‹…› trùng'],
    ['Chủ hồ sơ Kơpă Mẫu trùng', 'Chủ hồ sơ ‹…› trùng'],
    ['Chủ hồ sơ KƠPĂ  VĂN\tMẪU trùng', 'Chủ hồ sơ ‹…› trùng'],
    ['Chủ hồ sơ Kopa Van Mau trùng', 'Chủ hồ sơ ‹…› trùng'],
    ['Chủ hồ sơ K. V. Mẫu trùng', 'Chủ hồ sơ ‹…› trùng'],
    ['Chủ hồ sơ Mẫu Kơpă Văn trùng', 'Chủ hồ sơ ‹…› trùng'],
    ['tệp kopa-van-mau.pdf', 'tệp ‹…›.pdf'],
    ['tài khoản KơpăVănMẫu', 'tài khoản ‹…›'],
    ['Theo Mẫu số 04 (văn bản)', 'Theo Mẫu số 04 (văn bản)'],
  ])('%s', (text, told) => {
    expect(redact(text, [], names)).toBe(told)
  })

  test('two words that every firm has tell nobody’s name', () => {
    expect(redact('Công ty chưa đăng ký', [], ['Công ty TNHH Mẫu Ví Dụ'])).toBe('Công ty chưa đăng ký')
    expect(redact('TNHH Mẫu Ví Dụ chưa đăng ký', [], ['Công ty TNHH Mẫu Ví Dụ'])).toBe('‹…› chưa đăng ký')
  })
})

describe('a person we know nothing of is recognised by the form of the name', () => {
  test.each([
    ['Trùng với hồ sơ của Trần Thị Ví Dụ tại xã Mẫu', 'Trùng với hồ sơ của ‹name› tại xã Mẫu'],
    ['Trùng với TRẦN THỊ VÍ DỤ', 'Trùng với ‹name›'],
    ['Trung voi Nguyen Van Mau', 'Trung voi ‹name›'],
    ['Chờ ông Mẫu ký', 'Chờ ông ‹name› ký'],
  ])('%s', (text, told) => {
    expect(redact(text)).toBe(told)
  })

  test.each([
    'Hồ sơ không tồn tại',
    'HỒ SƠ ĐÃ TỒN TẠI',
    'Hồ Sơ Đã Trả',
    'UBND Thành phố Hồ Chí Minh',
    'Đã trả kết quả',
    'Sở Giáo dục và Đào tạo',
    'Lý Do Từ Chối',
  ])('but what is no name stays: %s', (text) => {
    expect(redact(text)).toBe(text)
  })
})

test('a number is recognised with separators and with the country’s prefix', () => {
  for (const text of ['0901 234 567', '0901.234.567', '+84 901234567', '84901234567']) expect(redact(`gọi ${text}!`, ['0901234567'])).toBe('gọi ‹…›!')
  expect(redact('số 099 090 000 001.', ['099090000001'])).toBe('số ‹…›.')
})

test('a long value that comes back cut off is masked as far as it goes', () => {
  const summary = 'Xin cấp lại giấy khai sinh cho cháu ở xã Mẫu'
  expect(redact('Trích yếu “Xin cấp lại giấy khai sinh ch…” quá dài', [summary])).toBe('Trích yếu “‹…›…” quá dài')
})

test('a parser’s complaint does not quote what it could not read', () => {
  let complaint: unknown
  try {
    JSON.parse('Kơpă 4')
  } catch (error) {
    complaint = error
  }
  expect(String(complaint)).toContain('Kơpă')
  expect(JSON.stringify(asLienthongError(complaint))).not.toContain('Kơpă')
})
