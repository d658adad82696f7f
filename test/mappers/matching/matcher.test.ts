import { describe, expect, test } from 'vitest'
import { procedureMatcher, subjectOf } from '../../../src/mappers/matching/index.js'
import { CATALOGUE, local, national } from './made-up-catalogue.js'

const matcher = procedureMatcher(CATALOGUE)
const match = (...subject: Parameters<typeof local>) => matcher.match(local(...subject))
const en = (reasons: readonly { readonly en: string }[]) => reasons.map(({ en }) => en).join('; ')

describe('by name alone', () => {
  test.each([
    ['Đăng ký khai sinh', '1.000001'],
    ['THỦ TỤC ĐĂNG KÝ LẠI KHAI SINH', '1.000002'],
    ['Thu tuc dang ky khai sinh co yeu to nuoc ngoai', '1.000003'],
    ['Cấp GCN cơ sở đủ điều kiện ATTP đối với cơ sở sản xuất, kinh doanh nông sản', '1.000007'],
    ['Cấp GCN cơ sở đủ điều kiện ATTP đối với cơ sở SXKD nông sản', '1.000007'],
    ['Cấp lại giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm đối với cơ sở sản xuất, kinh doanh nông sản (cấp tỉnh)', '1.000008'],
    ['đối với cơ sở sản xuất, kinh doanh nông sản Cấp lại giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm', '1.000008'],
    ['Hoà giải tranh chấp đất đai - cấp xã', '1.000011'],
    ['Thu hồi Giấy chứng nhận đã cấp lần đầu không đúng quy định...', '1.000012'],
    ['Xác định lại diện tích đất ở đã được cấp GCN trước 01/07/2004', '1.000013'],
    ['Gia hạn giấy phép khai thác nước dưới đất đối với công trình có quy mô dưới 5.000 m3/ngày đêm', '1.000010'],
    ['Đăng ký thành lập hộ kinh doanhh', '2.001190'],
  ])('“%s” is %s', (name, code) => {
    const found = match(name)
    expect(found).toMatchObject({ decision: 'auto', nationalCode: code })
    expect(found.candidates[0]?.code).toBe(code)
  })

  test('two procedures of one name are told apart by the level, and by nothing when it is not known', () => {
    const name = 'Chuyển hình thức giao đất, cho thuê đất'
    expect(match(name, { levels: ['commune'] })).toMatchObject({ decision: 'auto', nationalCode: '1.000006' })
    expect(match(name, { levels: ['province'] })).toMatchObject({ decision: 'auto', nationalCode: '1.000005' })
    expect(match(`${name} (cấp xã)`)).toMatchObject({ decision: 'auto', nationalCode: '1.000006' })
    const open = match(name)
    expect(open).toMatchObject({ decision: 'suggest', nationalCode: null })
    expect(en(open.reasons)).toContain('2 national procedures fit equally well')
    expect(open.candidates.slice(0, 2).map(({ code }) => code)).toEqual(['1.000005', '1.000006'])
  })

  test('a level added to the name of one procedure alone is overlooked, unless the list agrees with it', () => {
    const name = 'Gia hạn giấy phép khai thác nước dưới đất đối với công trình có quy mô dưới 3.000 m3/ngày đêm (cấp xã)'
    expect(match(name)).toMatchObject({ decision: 'auto', nationalCode: '1.000009' })
    expect(match(name, { levels: ['province'] })).toMatchObject({ decision: 'auto', nationalCode: '1.000009' })
    expect(match(name, { levels: ['commune'] })).toMatchObject({ decision: 'suggest', nationalCode: null })
  })

  test('what a name states about its level counts before the level of the unit that lists it', () => {
    expect(match('Chuyển hình thức giao đất, cho thuê đất (cấp xã)', { levels: ['province'] }).nationalCode).toBe('1.000006')
  })

  test.each([
    ['another action', 'Gia hạn đăng ký khai sinh'],
    ['a word more', 'Đăng ký khai sinh lưu động'],
    ['another number', 'Gia hạn giấy phép khai thác nước dưới đất đối với công trình có quy mô dưới 8.000 m3/ngày đêm'],
    ['a negation', 'Xác định lại diện tích đất ở không được cấp Giấy chứng nhận trước ngày 01 tháng 7 năm 2004'],
    ['another level', 'Hòa giải tranh chấp đất đai (cấp tỉnh)'],
    ['a beginning that could be a whole name', 'Gia hạn giấy phép khai thác nước dưới đất'],
  ])('%s is never matched by itself', (_what, name) => {
    expect(match(name).nationalCode).toBeNull()
  })

  test('a procedure whose twin the list does not have is not matched with its sibling', () => {
    for (const procedure of CATALOGUE) {
      const hidden = { ...subjectOf(procedure), codes: [] }
      expect(matcher.match(hidden).nationalCode, procedure.name).toBe(procedure.code)
      expect(matcher.match(hidden, { without: [procedure.code] }).nationalCode, procedure.name).toBeNull()
    }
  })

  test('a name like no other has no candidate worth choosing', () => {
    expect(match('Chuyển trường đối với học sinh tiểu học')).toMatchObject({ decision: 'none', nationalCode: null })
    expect(match('').decision).toBe('none')
  })

  test('a short name in another sector is left to a person', () => {
    expect(match('Đăng ký khai tử', { sector: 'Thủy sản' })).toMatchObject({ decision: 'suggest', nationalCode: null })
    expect(match('Đăng ký khai tử', { sector: 'Lĩnh vực hộ tịch' }).nationalCode).toBe('1.000004')
  })

  test('documents decide where names, levels and sectors do not', () => {
    const documents = (...names: string[]) => [
      { case: null, documents: names.map((name) => ({ code: null, name, originals: 1, copies: 0, forms: [], replaceableBy: null })) },
    ]
    const twins = procedureMatcher([
      { ...national('1.000001', 'Cấp giấy phép mẫu ví dụ'), documents: documents('Đơn đề nghị theo mẫu', 'Bản vẽ thiết kế công trình') },
      { ...national('1.000002', 'Cấp giấy phép mẫu ví dụ'), documents: documents('Tờ khai hải quan', 'Hóa đơn thương mại') },
    ])
    expect(twins.match(local('Cấp giấy phép mẫu ví dụ')).nationalCode).toBeNull()
    expect(twins.match(local('Cấp giấy phép mẫu ví dụ', { documents: ['Hoá đơn thương mại', 'Tờ khai hải quan'] })).nationalCode).toBe('1.000002')
  })
})

describe('with a code', () => {
  test.each(['1.000001', '1.000001.000.00.00.H99', '1.000001.H99', '1.000001.01'])('%s and the name agree: exact', (code) => {
    const found = match('Đăng ký khai sinh', { codes: [code] })
    expect(found).toMatchObject({ decision: 'exact', nationalCode: '1.000001' })
    expect(en(found.reasons)).toContain('the code 1.000001 is this procedure’s')
  })

  test('the code decides between procedures of one name', () => {
    const name = 'Chuyển hình thức giao đất, cho thuê đất'
    expect(match(name, { codes: ['1.000006.H99'] })).toMatchObject({ decision: 'exact', nationalCode: '1.000006' })
  })

  test('a code of another procedure is a conflict that names both', () => {
    const found = match('Đăng ký lại khai sinh', { codes: ['1.000004'] })
    expect(found).toMatchObject({ decision: 'conflict', nationalCode: null })
    expect(en(found.reasons)).toContain('the code 1.000004 belongs to “Thủ tục đăng ký khai tử”')
    expect(en(found.reasons)).toContain('the code 1.000002 belongs to “Thủ tục đăng ký lại khai sinh”')
    expect(match('Chuyển trường đối với học sinh tiểu học', { codes: ['1.000004'] }).decision).toBe('conflict')
  })

  test('a code whose name agrees only partly is for a person', () => {
    const found = match('Cấp Giấy chứng nhận cơ sở đủ điều kiện ATTP nông sản', { codes: ['1.000007'] })
    expect(found).toMatchObject({ decision: 'suggest', nationalCode: null })
  })

  test('the code of the same name at another level is for a person', () => {
    const found = match('Chuyển hình thức giao đất, cho thuê đất', { codes: ['1.000005'], levels: ['commune'] })
    expect(found).toMatchObject({ decision: 'suggest', nationalCode: null })
    expect(en(found.reasons)).toContain('another procedure')
  })

  test('a code that the national list does not have is a conflict when the name has a twin, and nothing otherwise', () => {
    expect(match('Đăng ký khai sinh', { codes: ['1.999999'] })).toMatchObject({ decision: 'conflict', nationalCode: null })
    const own = match('Hỗ trợ hộ dân tham gia mô hình mẫu của tỉnh', { codes: ['1.999999.H99'] })
    expect(own).toMatchObject({ decision: 'none', nationalCode: null })
    expect(en(own.reasons)).toContain('the national catalogue has no code 1.999999')
  })

  test('a code that lost its zeros is repaired only when the name agrees', () => {
    const found = match('Đăng ký thành lập hộ kinh doanh', { codes: ['2.00119'] })
    expect(found).toMatchObject({ decision: 'exact', nationalCode: '2.001190' })
    expect(en(found.reasons)).toContain('lost figures')
    expect(match('Chuyển trường đối với học sinh', { codes: ['2.00119'] }).nationalCode).toBeNull()
    expect(match('Đăng ký khai tử', { codes: ['2.00119'] })).toMatchObject({ decision: 'auto', nationalCode: '1.000004' })
  })

  test('of two codes the one that agrees holds, and the other is told', () => {
    const found = match('Đăng ký khai tử', { codes: ['1.000004.H99', '1.000001'] })
    expect(found).toMatchObject({ decision: 'exact', nationalCode: '1.000004' })
    expect(en(found.reasons)).toContain('the codes given differ')
  })
})

test('every reason is told in both languages, and a score is between 0 and 1', () => {
  for (const name of ['Đăng ký khai sinh', 'Chuyển hình thức giao đất', 'Hòa giải tranh chấp lao động', 'x']) {
    const found = match(name, { codes: ['1.000001'], sector: 'Hộ tịch', levels: ['province'] })
    for (const { en, vi } of [...found.reasons, ...found.candidates.flatMap(({ reasons }) => reasons)]) {
      expect(en).not.toMatch(/[{}]/)
      expect(vi).not.toMatch(/[{}]/)
      expect(vi).not.toBe(en)
    }
    for (const { score } of found.candidates) {
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
    }
  }
})
