import { expect, test } from 'vitest'
import { saysMissing } from '../../src/catalogue/links/page.js'

test.each([
  ['<TITLE lang=vi>Trang không tồn tại</TITLE><body>…</body>'],
  [`<h2 class="x">Lỗi <b>404</b></h2>${'chữ '.repeat(300)}`],
  ['Đường dẫn này không có trên hệ thống'],
  ['<script>var a</script><p>Page not found</p>'],
])('%s says that there is nothing', (page) => {
  expect(saysMissing(page)).toBe(true)
})

test.each([
  ['<title>Đăng ký khai sinh</title><p>Nộp hồ sơ</p>'],
  ['<!-- 404 --><p>Nộp hồ sơ</p>'],
  ['<p>Nộp hồ sơ</p><!-- 404 not found'],
  ['<style>.e404{content:"404 not found"}</style><p>Nộp hồ sơ</p>'],
  ['<form><p>Không tìm thấy giấy tờ? Nhập số khác.</p></form>'],
  ['{"status":"ok","total":1404}'],
])('%s does not', (page) => {
  expect(saysMissing(page)).toBe(false)
})

test.each(['<!--', '<h1>', '<script>', '<div ', '<', '&#x', '<title', '</h1'])('a megabyte of %j is read in no time', (piece) => {
  const page = piece.repeat(Math.ceil(1_000_000 / piece.length))
  const started = performance.now()
  saysMissing(page)
  expect(performance.now() - started).toBeLessThan(20_000)
})
