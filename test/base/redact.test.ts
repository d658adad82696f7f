import { describe, expect, test } from 'vitest'
import { redact, textsWithin } from '../../src/base/index.js'

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
